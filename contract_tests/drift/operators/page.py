"""Drifts of the page: `page.mjs` edits its syntax trees, with its types."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TypedDict

from contract_tests.drift.drifts import Drift, Edit, Files
from contract_tests.drift.operators.edits import edit_between
from contract_tests.repository import ROOT
from contract_tests.tools import output

PAGE = "frontend/"
SOURCES = ("frontend/src/", "frontend/tsconfig.json")
PROGRAM = Path(__file__).with_name("page.mjs")


class Change(TypedDict):
    """A new text for a part of a file; positions count UTF-16 units, as JavaScript does."""

    file: str  #: below the folder of the page
    start: int
    end: int
    text: str


class Mutant(TypedDict):
    """One drift, as the program prints it."""

    id: str
    title: str
    changes: list[Change]  #: by file and place


def page_drifts(files: Files) -> Iterator[Drift]:
    """Yield every drift of the page's hand-written sources."""
    yield from drifts_of(files, mutants(files))


def drifts_of(files: Files, page_mutants: Iterable[Mutant]) -> Iterator[Drift]:
    """Yield mutants as drifts of these files."""
    for mutant in page_mutants:
        yield Drift(mutant["id"], mutant["title"], tuple(_edits(files, mutant)))


def mutants(files: Files, *arguments: str) -> list[Mutant]:
    """Run the program on the page of these files.

    Raises:
        ToolError: the program failed, or Node is missing.
    """
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        _write(files, Path(folder))
        printed = output(("node", str(PROGRAM), folder, *arguments), Path(folder))
    found: list[Mutant] = json.loads(printed)
    return found


def _write(files: Files, folder: Path) -> None:
    for name, content in files.items():
        if name.startswith(SOURCES):
            path = folder / name.removeprefix(PAGE)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (folder / "node_modules").symlink_to((ROOT / "frontend" / "node_modules").resolve())


def _edits(files: Files, mutant: Mutant) -> Iterator[Edit]:
    for file, changes in groupby(mutant["changes"], lambda change: PAGE + change["file"]):
        before = files[file].decode()
        yield edit_between(file, before, _changed(before, list(changes)))


def _changed(text: str, changes: list[Change]) -> str:
    units = text.encode("utf-16-le")
    for change in reversed(changes):
        head, tail = units[: 2 * change["start"]], units[2 * change["end"] :]
        units = head + change["text"].encode("utf-16-le") + tail
    return units.decode("utf-16-le")
