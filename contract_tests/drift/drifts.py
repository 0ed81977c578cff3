"""What a drift is: a change of a few texts, the gate that must notice it, and what that gate must say."""

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Side = Literal["service", "page", "both"]
Files = Mapping[str, bytes]  #: content by path, as `git ls-files` writes it


class NoDrift(Exception):
    """The drift cannot be applied to this tree, or changes nothing there."""


@dataclass(frozen=True)
class Edit:
    """One replacement; `old` stands in the file exactly once, or is empty, and then the file is new."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Drift:
    """A change that somebody may make.

    `gate` and `reason` are None for a drift that was made by an operator: then any gate may kill it, with
    whatever words.
    """

    id: str  #: kebab-case
    title: str  #: what somebody did, and what a user would see
    side: Side  #: which side changes, while the other stays
    edits: tuple[Edit, ...]
    gate: str | None = None  #: the name of the gate that must kill it
    reason: str | None = None  #: a regular expression that its output must match
    where: tuple[str, ...] = ()  #: which of the gate's targets are enough; none: all of them

    @property
    def operator(self) -> str:
        """How the ids begin of all that one operator makes."""
        return "-".join(self.id.split("-")[: 3 if self.id.startswith("page-") else 2])


def drift(
    id: str,  # noqa: A002 - its name in every report
    side: Side,
    title: str,
    *edits: tuple[str, str, str],
    gate: str,
    reason: str,
    where: tuple[str, ...] = (),
) -> Drift:
    """Write one row of the catalogue."""
    return Drift(id, title, side, tuple(Edit(*edit) for edit in edits), gate, reason, where)


def change(
    id: str,  # noqa: A002 - likewise
    side: Side,
    title: str,
    *edits: tuple[str, str, str],
) -> Drift:
    """Write a harmless change, which no gate may notice."""
    return Drift(id, title, side, tuple(Edit(*edit) for edit in edits))


def sampled(drifts: Iterable[Drift], size: int, seed: int) -> list[Drift]:
    """Choose by the ids alone: with one drift more or less, the rest of a sample is what it was."""

    def draw(drift: Drift) -> bytes:
        return hashlib.sha256(f"{seed} {drift.id}".encode()).digest()

    return sorted(drifts, key=draw)[:size]


def edited(files: Files, edits: Iterable[Edit]) -> dict[str, bytes]:
    """Return the files that the edits change, as they are afterwards.

    Raises:
        NoDrift: a text is not there exactly once, or nothing is changed.
    """
    made: dict[str, bytes] = {}
    for edit in edits:
        if edit.old == "":
            if edit.file in files or edit.file in made:
                raise NoDrift(f"{edit.file} is there already")
            made[edit.file] = edit.new.encode()
            continue
        if edit.file not in files:
            raise NoDrift(f"there is no {edit.file}")
        text = made.get(edit.file, files[edit.file]).decode()
        count = text.count(edit.old)
        if count != 1:
            raise NoDrift(f"{edit.file} has {edit.old!r} {count} times, not once")
        made[edit.file] = text.replace(edit.old, edit.new).encode()
    changed = {file: text for file, text in made.items() if files.get(file) != text}
    if not changed:
        raise NoDrift("nothing is changed")
    return changed


def diff(before: Files, after: Files) -> str:
    """Write a change as `git diff` does."""
    lines: list[str] = []
    for file, text in after.items():
        old = before.get(file, b"").decode().splitlines(keepends=True)
        new = text.decode().splitlines(keepends=True)
        lines += difflib.unified_diff(old, new, f"a/{file}", f"b/{file}", n=2)
    return "".join(lines)


def says(reason: str | None, text: str) -> bool:
    """Whether a gate said what it had to say."""
    return reason is None or re.search(reason, text, re.MULTILINE) is not None
