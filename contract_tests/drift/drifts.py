"""What a drift is: a change of a few texts, the gate that must find it, and the finding that it must report."""

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from wirelaw.finding import Finding

Side = Literal["service", "page", "both"]
#: the gate was built or changed for it; it was written before the gate ran on it; a program enumerates it
Origin = Literal["fitted", "unseen", "operator"]
Files = Mapping[str, bytes]  #: content by path, as `git ls-files` writes it


class NoDrift(Exception):
    """The drift cannot be applied to this tree, or changes nothing there."""


@dataclass(frozen=True)
class Edit:
    """One replacement; `old` occurs in the file exactly once, or is empty, and then the file is new."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Reason:
    """What one finding must have: its code, and texts that its fields contain.

    The texts are places, names and values, and no prose. `*` stands for any text between two of them.
    """

    code: str
    pointer: str = ""
    expected: str = ""
    found: str = ""

    def matches(self, finding: Finding) -> bool:
        """Whether a finding is of this kind, at this place and with these values."""
        pairs = (
            (self.pointer, finding.pointer),
            (self.expected, finding.expected),
            (self.found, finding.found),
        )
        return self.code == finding.code and all(_contains(*pair) for pair in pairs)

    def __str__(self) -> str:
        """Format the fields that a finding must have."""
        values = (f"{name} {value!r}" for name, value in asdict(self).items() if value)
        return ", ".join(values)


def _contains(pattern: str, value: str) -> bool:
    texts = map(re.escape, pattern.split("*"))
    return re.search(".*".join(texts), value, re.DOTALL) is not None


@dataclass(frozen=True)
class Drift:
    """A change of the code that a gate must find.

    `gate` is None for a drift of an operator and for an unseen one: any gate may kill it. `reason` is None where
    any finding will do.
    """

    id: str  #: kebab-case
    title: str  #: what changed, and what a user would see
    edits: tuple[Edit, ...]
    gate: str | None = None  #: the name of the gate that must kill it
    reason: Reason | None = None  #: which finding that gate must report
    where: tuple[str, ...] = ()  #: which of the gate's targets are enough; none: all of them
    origin: Origin = "operator"

    @property
    def side(self) -> Side:
        """The side that changes, while the other stays."""
        is_page = {edit.file.startswith(("frontend/", "openapi.json")) for edit in self.edits}
        return "both" if len(is_page) > 1 else "page" if True in is_page else "service"

    @property
    def operator(self) -> str:
        """The beginning of the ids of all drifts of one operator."""
        return "-".join(self.id.split("-")[: 3 if self.id.startswith("page-") else 2])


_CHANGE = re.compile(r"\[-(?P<old>.*?)-\]|\{\+(?P<new>.*?)\+\}", re.DOTALL)
_CAUGHT_BY = re.compile(
    r"(?P<gate>[\w-]+): (?P<code>\S+) at (?P<pointer>.+?)"
    r"(, expected (?P<expected>.+?))?(, found (?P<found>.+))?",
    re.DOTALL,
)


def drift(
    id: str,  # noqa: A002 - its name in every report
    title: str,
    *edits: tuple[str, *tuple[str, ...]],
    caught_by: str = "",
    where: str = "",
) -> Drift:
    """Write one row of the catalogue.

    Args:
        id: kebab-case.
        title: what changed, and what a user would see.
        edits: the file of each replacement, and the change in one or more parts, as `git diff --word-diff` writes it:
            `keep [-old-]{+new+}`.
        caught_by: `GATE: CODE at POINTER, expected TEXT, found TEXT`, the last two if needed: the gate that must
            kill the drift, and the finding that it must report. None for a change that no gate may notice, and
            for a drift that is unseen.
        where: the one target of the gate that is enough; for a test of the page, the file that `caught_by` names.

    Raises:
        ValueError: `caught_by` has another form.
    """
    changes = tuple(_edit(file, "".join(parts)) for file, *parts in edits)
    if not caught_by:
        return Drift(id, title, changes)
    match = _CAUGHT_BY.fullmatch(caught_by)
    if match is None:
        raise ValueError(f"{id}: {caught_by!r} is not `GATE: CODE at POINTER, expected …, found …`")
    gate, *reason = match.group("gate", "code", "pointer", "expected", "found")
    if gate == "tests-page":
        where = f"tests/{match['pointer'].partition(' > ')[0]}"
    fields = (text or "" for text in reason)
    return Drift(
        id, title, changes, gate, Reason(*fields), (where,) if where else (), origin="fitted"
    )


def _edit(file: str, change: str) -> Edit:
    return Edit(file, _CHANGE.sub(r"\g<old>", change), _CHANGE.sub(r"\g<new>", change))


def sampled(drifts: Iterable[Drift], size: int, seed: int) -> list[Drift]:
    """Choose by the ids alone, so that another drift more or less does not change the rest of a sample."""

    def draw(drift: Drift) -> bytes:
        return hashlib.sha256(f"{seed} {drift.id}".encode()).digest()

    return sorted(drifts, key=draw)[:size]


def edited(files: Files, edits: Iterable[Edit]) -> dict[str, bytes]:
    """Return the new content of the files that the edits change.

    Raises:
        NoDrift: an old text does not occur exactly once, or nothing changes.
    """
    results: dict[str, bytes] = {}
    for edit in edits:
        if edit.old == "":
            if edit.file in files or edit.file in results:
                raise NoDrift(f"{edit.file} exists already")
            results[edit.file] = edit.new.encode()
            continue
        if edit.file not in files:
            raise NoDrift(f"{edit.file} does not exist")
        text = results.get(edit.file, files[edit.file]).decode()
        count = text.count(edit.old)
        if count != 1:
            raise NoDrift(f"{edit.file} has {edit.old!r} {count} times, not once")
        results[edit.file] = text.replace(edit.old, edit.new).encode()
    changed = {file: text for file, text in results.items() if files.get(file) != text}
    if not changed:
        raise NoDrift("the edits change nothing")
    return changed


def diff(before: Files, after: Files) -> str:
    """Write a change as `git diff` does."""
    lines: list[str] = []
    for file, text in after.items():
        old = before.get(file, b"").decode().splitlines(keepends=True)
        new = text.decode().splitlines(keepends=True)
        lines += difflib.unified_diff(old, new, f"a/{file}", f"b/{file}", n=2)
    return "".join(lines)


def is_reported(reason: Reason | None, findings: Iterable[Finding]) -> bool:
    """Whether one of the findings is the one that was required."""
    return reason is None or any(map(reason.matches, findings))
