"""The list of drifts that the gate tolerates, its rules, and a check for entries that excuse nothing."""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from contract_tests.repository import ROOT
from wirelaw.finding import Finding

FILE = Path(__file__).with_name("exceptions.toml")
WHERE = str(FILE.relative_to(ROOT))
KEYS = ("part", "place", "test", "why")


@dataclass(frozen=True)
class Entry:
    """One drift that is tolerated."""

    part: str
    place: str  #: the pointer of the part's finding
    test: str  #: path::name of the test that shows why
    why: str


@dataclass(frozen=True)
class Exceptions:
    """The whole list."""

    entries: tuple[Entry, ...]
    at_most: int

    def of(self, part: str) -> dict[str, Entry]:
        """Return the entries of one part by place."""
        return {entry.place: entry for entry in self.entries if entry.part == part}


def read_exceptions(file: Path = FILE) -> Exceptions:
    """Read the list.

    Raises:
        KeyError, ValueError: an entry or `at_most` is incomplete.
    """
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    found = []
    for row in content.get("exception", []):
        if sorted(row) != sorted(KEYS) or not all(str(row[key]).strip() for key in KEYS):
            raise ValueError(f"{file.name}: an entry has {', '.join(KEYS)}, all of them: {row}")
        found.append(Entry(**row))
    return Exceptions(tuple(found), int(content["at_most"]))


def faults(exceptions: Exceptions, root: Path = ROOT) -> list[Finding]:
    """Return a finding for each rule that the list breaks."""
    entries, at_most = exceptions.entries, exceptions.at_most
    findings = []
    if len(entries) > at_most:
        fix = "fix what the new entry excuses; raising at_most takes a page in docs/decisions"
        findings.append(_fault("", "list-longer", f"at most {at_most}", str(len(entries)), fix))
    if len(entries) < at_most:
        fix = f"write at_most = {len(entries)}, so that the list stays short"
        findings.append(_fault("", "list-shorter", f"at_most {at_most}", str(len(entries)), fix))
    places = Counter((entry.part, entry.place) for entry in entries)
    findings += [
        _fault(f"{part} {place}", "excused-twice", "1 entry", f"{count} entries", "remove one")
        for (part, place), count in sorted(places.items())
        if count > 1
    ]
    fix = "name a test that shows why, as path::name, or fix the place"
    findings += [
        _fault(f"{one.part} {one.place}", "test-missing", "a test that exists", one.test, fix)
        for one in entries
        if not is_test(one.test, root)
    ]
    return findings


def _fault(entry: str, code: str, expected: str, found: str, fix: str) -> Finding:
    return Finding("exceptions", f"{WHERE} {entry}".strip(), code, expected, found, fix)


def is_test(test: str, root: Path = ROOT) -> bool:
    """Whether `path::name` is a test."""
    path, _, name = test.partition("::")
    file = root / path
    if file.suffix != ".py" or not file.is_file():
        return False
    functions = (
        node.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    # a parametrised test may be named with its case
    return name.startswith("test_") and name.partition("[")[0] in functions


def unexcused(part: str, findings: Iterable[Finding], exceptions: Exceptions) -> list[Finding]:
    """Return the findings of a part that no entry excuses, and one for each entry that excuses nothing.

    An entry excuses the findings whose pointer is its place.
    """
    findings, excused = list(findings), exceptions.of(part)
    rest = [finding for finding in findings if finding.pointer not in excused]
    fix = f"remove the entry from {WHERE} and lower at_most"
    rest += [
        Finding(part, place, "stale-exception", "a drift that the entry excuses", "none", fix)
        for place in excused
        if place not in {finding.pointer for finding in findings}
    ]
    return rest
