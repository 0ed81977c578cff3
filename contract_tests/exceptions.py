"""What the gate lets pass: read, held to its rules, and used up; an entry that excuses nothing fails."""

import ast
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from contract_tests.repository import ROOT

FILE = Path(__file__).with_name("exceptions.toml")
KEYS = ("part", "place", "test", "why")
CALLS = ("it", "test")  #: what names a test of the frontend


@dataclass(frozen=True)
class Entry:
    """One place that a part of the gate lets pass."""

    part: str
    place: str  #: as the part names it when it fails
    test: str  #: path::name of the test that shows why
    why: str


@dataclass(frozen=True)
class Exceptions:
    """The whole list."""

    entries: tuple[Entry, ...]
    at_most: int

    def of(self, part: str) -> dict[str, Entry]:
        """Give the entries of one part by place."""
        return {entry.place: entry for entry in self.entries if entry.part == part}


def read_exceptions(file: Path = FILE) -> Exceptions:
    """Read the list.

    Raises:
        KeyError, ValueError: it has another form.
    """
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    found = []
    for row in content.get("exception", []):
        if sorted(row) != sorted(KEYS) or not all(str(row[key]).strip() for key in KEYS):
            raise ValueError(f"{file.name}: an entry says {', '.join(KEYS)}, all of them: {row}")
        found.append(Entry(**row))
    return Exceptions(tuple(found), int(content["at_most"]))


def faults(exceptions: Exceptions, root: Path = ROOT) -> list[str]:
    """Say what is wrong with the list itself."""
    where = FILE.relative_to(ROOT)
    told = []
    length = len(exceptions.entries)
    if length > exceptions.at_most:
        told.append(
            f"The list of exceptions has grown to {length}, at_most is {exceptions.at_most}.\n"
            f"  {where}: mend what the new entry excuses; raising at_most takes a page in "
            "docs/decisions."
        )
    if length < exceptions.at_most:
        told.append(
            f"The list of exceptions has shrunk to {length}, at_most is {exceptions.at_most}.\n"
            f"  {where}: write at_most = {length}, so that it stays shrunk."
        )
    places = [(entry.part, entry.place) for entry in exceptions.entries]
    told += [
        f"{part}: {place} is excused twice.\n  {where}: remove one."
        for part, place in sorted(set(places))
        if places.count((part, place)) > 1
    ]
    told += [
        f"{entry.part}: {entry.place} is excused by {entry.test}, which does not exist.\n"
        f"  {where}: name a test that shows why, as path::name, or mend the place."
        for entry in exceptions.entries
        if not is_test(entry.test, root)
    ]
    return told


def is_test(test: str, root: Path = ROOT) -> bool:
    """Whether `path::name` is a test: a Python function, or a named test of the frontend."""
    path, _, name = test.partition("::")
    file = root / path
    if not name or not file.is_file():
        return False
    source = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        return any(f"{call}({quote}{name}{quote}" in source for call in CALLS for quote in "\"'`")
    functions = (
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    # a parametrised test may be named with its case
    return name.startswith("test_") and name.partition("[")[0] in functions


def unexcused(
    part: str, found: Mapping[str, str] | Iterable[str], exceptions: Exceptions
) -> list[str]:
    """Say what a part found and nobody excuses, and which of its entries excuse nothing.

    Args:
        part: the part's name in the list.
        found: what drifted by place, with what to say of it; or places that speak for themselves.
        exceptions: the list.
    """
    messages = found if isinstance(found, Mapping) else {place: place for place in found}
    excused = exceptions.of(part)
    told = [message for place, message in messages.items() if place not in excused]
    told += [
        f"{part}: {place} is excused and needs no excuse any more.\n"
        f"  {FILE.relative_to(ROOT)}: remove the entry and lower at_most."
        for place in excused
        if place not in messages
    ]
    return told
