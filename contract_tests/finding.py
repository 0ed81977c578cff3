"""The report of every part of the gate: a drift, its place, and what to do about it, in one form."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

MAX_LINES = 20  #: of one failure; the rest is counted
MAX_VALUE = 300  #: characters of a value
TEST_FAILED = (
    "test-failed"  #: the code of an ordinary test, which says nothing about the kind of drift
)
DEFAULT_FIX = "change the code, or openapi.json and docs/wire.md if this is meant"


@dataclass(frozen=True)
class Finding:
    """One place where two sides differ.

    The drift lab matches the fields, so a wording may change and a `code` may not.
    """

    part: str  #: of the gate, as `contract_tests/README.md` names it
    pointer: str  #: the place that drifted: a JSON pointer, an operation and a field, or file:line
    code: str  #: the kind of drift, in kebab case
    expected: str
    found: str
    fix: str = DEFAULT_FIX  #: a command, or what to change
    contract: str = ""  #: where openapi.json declares it, if `pointer` does not say that
    law: str = ""  #: what docs/wire.md states of it
    source: str = ""  #: file:line of the code that answers

    def __str__(self) -> str:
        """Format the place first, then both sides, then what to do."""
        lines = [f"{self.pointer}  [{self.part}: {self.code}]"]
        names = ("expected", "found", "contract", "law", "source", "fix")
        values = ((name, getattr(self, name)) for name in names)
        lines += [f"  {name + ':':10}{shorten(value)}" for name, value in values if value]
        return "\n".join(lines)


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
    return [Finding(**row) for row in json.loads(text)]
