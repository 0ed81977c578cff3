"""What a check reports: a drift with a place on each side, or a thing that could not be looked at."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

MAX_LINES = 20  #: of one failure; the rest is counted
MAX_VALUE = 300  #: characters of a value
TEST_FAILED = (
    "test-failed"  #: the code of an ordinary test, which says nothing about the kind of drift
)
DEFAULT_FIX = "change the code, or the contract if this is meant"
_PLACE = re.compile(r"(?P<path>[^:\s][^:]*):(?P<line>\d+)")


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file."""

    path: str  #: relative to the root, with /
    line: int  #: from 1

    def __str__(self) -> str:
        """Format as editors take it."""
        return f"{self.path}:{self.line}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Read `path:line`; None for any other text, such as an operation."""
        match = _PLACE.fullmatch(text)
        return cls(match["path"], int(match["line"])) if match else None


@dataclass(frozen=True)
class Finding:
    """One place where two sides differ.

    Programs match the fields, so a wording may change and a `code` may not.
    """

    part: str  #: the group of checks that found it, such as `sources`
    pointer: str  #: the place that drifted: a JSON pointer, an operation and a field, or file:line
    code: str  #: the kind of drift, in kebab case
    expected: str
    found: str
    fix: str = DEFAULT_FIX  #: a command, or what to change
    contract: str = ""  #: where the contract declares it, if `pointer` does not say that
    law: str = ""  #: what a document states of it
    source: str = ""  #: file:line of the other side
    #: the names that the drift is about, and never a line: they stay the same while code moves
    key: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Eight hexadecimal digits, the same in every run."""
        text = "\0".join((self.code, *self.names))
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def names(self) -> tuple[str, ...]:
        """What the drift is about: the key, or else the place without its line."""
        place = Place.parse(self.pointer)
        return self.key or (place.path if place else self.pointer,)

    @property
    def line(self) -> str:
        """The drift as one line: this side, the other side, and how to ask for more."""
        other = f"{self.source} {self.expected}" if self.source else self.expected
        return f"{self.pointer} {self.found}; {other} [{self.code}] wirelaw explain {self.id}"

    def __str__(self) -> str:
        """Format the place first, then both sides, then what to do."""
        lines = [f"{self.pointer}  [{self.part}: {self.code}]"]
        names = ("expected", "found", "contract", "law", "source", "fix")
        values = ((name, getattr(self, name)) for name in names)
        lines += [f"  {name + ':':10}{shorten(value)}" for name, value in values if value]
        return "\n".join(lines)


@dataclass(frozen=True, order=True)
class Unseen:
    """A file, a side or a part of the wire that could not be looked at."""

    subject: str
    reason: str

    def __str__(self) -> str:
        """Format as one sentence."""
        return f"could not look at {self.subject}: {self.reason}"


class Drifted(AssertionError):
    """A part of the gate found drifts; the message is the report."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(report(findings))
        self.findings = tuple(findings)


def check(findings: Iterable[Finding]) -> None:
    """Raise where anything was found.

    Raises:
        Drifted: with all findings, each place once.
    """
    found = list(dict.fromkeys(findings))
    if found:
        raise Drifted(found)


def report(findings: Sequence[Finding]) -> str:
    """Format findings in `MAX_LINES` lines at most, the first ones whole."""
    lines: list[str] = []
    for index, finding in enumerate(findings):
        block = str(finding).splitlines()
        rest = len(findings) - index
        # a line is kept for the count of those that do not fit
        if len(lines) + len(block) + (rest > 1) > MAX_LINES:
            lines.append(f"and {rest} more, the next at {finding.pointer}")
            break
        lines += block
    return "\n".join(lines)


def shorten(value: str) -> str:
    """Put a value on one line, and cut it if it is long."""
    line = " ".join(value.split())
    return line if len(line) <= MAX_VALUE else f"{line[: MAX_VALUE - 1]}…"


def as_value(value: object) -> str:
    """Write a value of the wire as JSON, and text as it is."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def dump(findings: Iterable[Finding]) -> str:
    """Write findings as JSON, for a program that runs the gate."""
    return json.dumps([asdict(finding) for finding in findings])


def load(text: str) -> list[Finding]:
    """Read what `dump` wrote."""
    return [Finding(**{**row, "key": tuple(row["key"])}) for row in json.loads(text)]
