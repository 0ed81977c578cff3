"""The faults of a dependency, derived from its content: every column, and every value of a file."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeGuard

from contract_tests.faults.probe import Touched
from contract_tests.kit.faults import (
    FULL,
    UNREADABLE_DATABASE,
    UNWRITABLE_DATABASE,
    Fault,
    broken_file,
    cell,
    content,
    folder_a_file,
    gone,
    table_gone,
    unreadable,
)
from contract_tests.kit.homes import FilledService

UNKNOWN = "unknown-name"
#: faults of a cell or a file that are tried for each request; those that follow are `fine`
COARSE, COARSE_FILE = 2, 6
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Law(Enum):
    """The answer that is expected with a fault."""

    REFUSED = auto()
    REFUSED_OR_SHOWN = auto()  #: a word that may be a name: the answer may have it, or be the same
    AS_BEFORE = auto()  #: the operation does not need it
    ANSWERED = auto()  #: likewise, and the fault adds jobs of its own


@dataclass(frozen=True)
class Breakage:
    """One fault, its place and the answer that is expected."""

    place: str
    fault: Fault
    law: Law = Law.REFUSED
    word: str = ""  #: that the answer may have
    fine: bool = False  #: one of many like it; tried once, and then for some requests


def breakages(touched: Touched, service: FilledService) -> Iterator[Breakage]:
    """Give every fault of what an operation touched."""
    if touched.tables:
        yield from _of_database(touched)
    for table in sorted(touched.tables):
        yield Breakage(table, table_gone(table))
    for table, columns in sorted(touched.columns.items()):
        yield from _of_columns(table, columns, service)
    for file in sorted(touched.files):
        name = service.name_of(file)
        # a temporary file of the operation is not one of its inputs
        if name is not None and file.exists():
            yield from _of_folder(name, service) if file.is_dir() else _of_file(name, service)


def unbreakable(touched: Touched, service: FilledService) -> list[str]:
    """Name what an operation touched and no fault here breaks."""
    known = ("/proc/", "/dev/", "/sys/", str(service.parts.home.database))
    ours = [file for file in touched.files if service.name_of(file) is None and file.is_file()]
    outside = [str(file) for file in ours if not str(file).startswith(known)]
    return sorted([*outside, *touched.started])


def _of_database(touched: Touched) -> Iterator[Breakage]:
    for fault in UNREADABLE_DATABASE:
        yield Breakage("database", fault)
    law = Law.REFUSED if touched.written else Law.AS_BEFORE
    for fault in UNWRITABLE_DATABASE:
        yield Breakage("database", fault, law)
    yield Breakage("database", FULL, Law.REFUSED if touched.written else Law.ANSWERED)


def _of_columns(table: str, columns: Iterable[str], service: FilledService) -> Iterator[Breakage]:
    with closing(service.connect()) as other:
        declared = {row[1]: row for row in other.execute(f"PRAGMA table_info({table})")}
        for column in sorted(columns):
            if declared[column][2] == "INTEGER" and declared[column][5]:
                continue  # the row's own number: the file holds nothing else there
            query = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
            found = other.execute(query).fetchone()
            example = None if found is None else found[0]
            for number, (value, law) in enumerate(_wrong_cells(declared[column][2], example)):
                word = value if law is Law.REFUSED_OR_SHOWN else ""
                fault = cell(table, column, value)
                yield Breakage(f"{table}.{column}", fault, law, word, fine=number >= COARSE)
            if _is_document(example):
                for text, where, law in wrong_documents(json.loads(example)):
                    if law is Law.REFUSED:
                        fault = cell(table, column, text, where)
                        yield Breakage(f"{table}.{column}", fault, law, fine=True)


def _is_document(example: Any) -> TypeGuard[str]:
    return isinstance(example, str) and example[:1] in {"{", "["}


def _wrong_cells(kind: str, example: Any) -> Iterator[tuple[Any, Law]]:
    yield b"\xff", Law.REFUSED
    if kind.startswith(("INTEGER", "FLOAT", "BOOLEAN")):
        values = (float("inf"), "NaN", "Infinity") if kind.startswith("FLOAT") else ()
        yield from ((value, Law.REFUSED) for value in (*values, "many"))
    elif _is_document(example):
        for text in ("{", "", "[7]", "NaN", '{"unknown": 1}'):
            yield text, Law.REFUSED
    elif isinstance(example, str) and _TIME.fullmatch(example):
        yield from (("2024-01-01T12:00:00", Law.REFUSED), ("yesterday", Law.REFUSED))
    elif isinstance(example, str) and _DAY.fullmatch(example):
        yield from (("soon", Law.REFUSED), ("2020-13-01", Law.REFUSED))
    else:
        yield UNKNOWN, Law.REFUSED_OR_SHOWN


def _of_folder(name: str, service: FilledService) -> Iterator[Breakage]:
    yield Breakage(name, gone(name))
    yield Breakage(name, folder_a_file(name))
    # what is listed may be read later, or was read before
    first = next((file for file in sorted(service.file(name).iterdir()) if file.suffix), None)
    if first is not None and first.is_file():
        yield Breakage(name, content(f"{name}/{first.name}", b"\xff\x00 damaged"))


def _of_file(name: str, service: FilledService) -> Iterator[Breakage]:
    if name.endswith(".lock"):
        # it has no content, and is created where it is missing
        return
    for number, fault in enumerate((gone(name), unreadable(name), *broken_file(name))):
        yield Breakage(name, fault, fine=number >= COARSE_FILE)
    for text, where, law in wrong_documents(json.loads(service.file(name).read_bytes())):
        fault = content(name, text.encode(), where)
        word = UNKNOWN if law is Law.REFUSED_OR_SHOWN else ""
        yield Breakage(name, fault, law, word, fine=True)


def wrong_documents(document: Any) -> Iterator[tuple[str, str, Law]]:
    """Give a JSON document with one value wrong at a time: its text, what is wrong, and the answer that is expected."""
    for path, value in _values(document):
        for wrong, law in _wrong_values(value):
            where = f"{'.'.join(map(str, path))} is {json.dumps(wrong)}"
            yield json.dumps(_changed(document, path, wrong)), where, law


def _wrong_values(value: Any) -> Iterator[tuple[Any, Law]]:
    if isinstance(value, bool):
        yield "perhaps", Law.REFUSED
    elif isinstance(value, int | float):
        wrongs: tuple[Any, ...] = ("many", float("nan"), float("inf"), {})
        yield from ((wrong, Law.REFUSED) for wrong in wrongs)
    elif isinstance(value, str):
        yield 7, Law.REFUSED
        if _TIME.fullmatch(value):
            yield "2024-01-01T12:00:00", Law.REFUSED
        elif _DAY.fullmatch(value):
            yield "2020-13-01", Law.REFUSED
        else:
            yield UNKNOWN, Law.REFUSED_OR_SHOWN
    elif isinstance(value, dict):
        yield [7], Law.REFUSED
    elif isinstance(value, list):
        yield {}, Law.REFUSED


def _values(
    document: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if path:
        yield path, document
    if isinstance(document, dict):
        for name, value in document.items():
            yield from _values(value, (*path, name))
    elif isinstance(document, list) and document:
        # the others are like it
        yield from _values(document[0], (*path, 0))


def _changed(document: Any, path: tuple[str | int, ...], wrong: Any) -> Any:
    copy = json.loads(json.dumps(document))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = wrong
    return copy
