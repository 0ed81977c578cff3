"""One writer interrupted by another, at each file that it touches and before each lock: neither effect is lost.

Locks that processes share are files, or the database's own. The effect of two writers at once is that of
one after the other, in either order; a writer that reads before it has the lock breaks this.
"""

import ast
import fcntl
import inspect
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from contract_tests.repository import ROOT
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.errors import QuantEngineError
from wirelaw.finding import Finding

FIX = "read what you write while you hold the lock; then run `pytest contract_tests/streams/test_interrupted.py`"
#: audit events of Python, which it raises for operations on files
TOUCHES = {"open", "fcntl.flock", "shutil.rmtree"} | {
    f"os.{name}" for name in ("mkdir", "rename", "remove", "rmdir", "listdir", "scandir")
}
LOCKS = {"locked", "flock", "writing"}  #: calls that take a lock
#: their writers run on one event loop, and are tried by test_writers.py
ON_THE_LOOP = tuple(
    f"quant_engine/{name}.py"
    for name in (
        "api/jobs/deletions",
        "api/jobs/store",
        "database/file",
        "database/server",
        "database/turns",
    )
)
Write = Callable[[Path], Any]
Outcome = tuple[Any, ...]


class Blocked(BaseException):
    """The second writer would wait for a lock of the first, so it cannot interrupt it here."""


@dataclass
class Run:
    """One writer, and the other that interrupts it once."""

    home: Path
    interruption: Callable[[], None]
    at: int  #: number of the access before which the other runs
    touches: list[str] = field(default_factory=list)
    is_interrupted: bool = False
    sites: set[tuple[str, str]] = field(default_factory=set)  #: functions that took a lock
    _is_looking: bool = False

    def touch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Interrupt, if it is time."""
        if self._is_looking or not self._is_ours(event, arguments):
            return
        if event in ("fcntl.flock", "database"):
            self.sites |= set(_callers())
        if self.is_interrupted:
            if event == "fcntl.flock":
                self._check_free(*arguments)
            return
        self.touches.append(event)
        if len(self.touches) - 1 == self.at:
            self.is_interrupted = True
            self.interruption()

    def _is_ours(self, event: str, arguments: tuple[Any, ...]) -> bool:
        match arguments[0]:
            case int() as descriptor if event == "fcntl.flock":
                return Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(self.home)
            case str() | Path() as path:
                return str(path).startswith(str(self.home))
        return event == "database"

    def _check_free(self, descriptor: int, operation: int) -> None:
        # a wait for the interrupted writer, in the same thread, would not end
        self._is_looking = True
        other = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY)
        try:
            fcntl.flock(other, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            if not operation & fcntl.LOCK_NB:
                raise Blocked from None
        finally:
            os.close(other)
            self._is_looking = False


_runs: list[Run] = []  #: at most one: a hook cannot be removed


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _runs and event in TOUCHES:
        _runs[0].touch(event, arguments)


def _callers() -> Iterator[tuple[str, str]]:
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code.co_filename.startswith(f"{ROOT}/quant_engine/"):
            name = Path(frame.f_code.co_filename).relative_to(ROOT).as_posix()
            yield name, frame.f_code.co_name
        frame = frame.f_back


sys.addaudithook(_audit)


@contextmanager
def _watched(run: Run) -> Iterator[None]:
    opened = {name: getattr(BlockingDatabase, name) for name in ("reading", "writing")}

    def watched(name: str) -> Callable[[BlockingDatabase], Any]:
        @contextmanager
        def transaction(database: BlockingDatabase) -> Iterator[Any]:
            for one in _runs:
                one.touch("database", (None,))
            with opened[name](database) as connection:
                yield connection

        return transaction

    with (
        patch.object(BlockingDatabase, "reading", watched("reading")),
        patch.object(BlockingDatabase, "writing", watched("writing")),
    ):
        _runs.append(run)
        try:
            yield
        finally:
            _runs.clear()


@dataclass
class Law:
    """Writers of one lock, on a home that each attempt copies."""

    template: Path
    writers: Mapping[str, Write]
    sites: set[tuple[str, str]] = field(default_factory=set)
    _count: int = 0

    def findings(self) -> Iterator[Finding]:
        """Report each pair of writers of which one undoes or repeats what the other did."""
        for first, write in self.writers.items():
            for second, other in self.writers.items():
                orders = [self._attempt(write, other, 10**9)[0]]
                orders.append(self._attempt(other, write, 10**9)[0])
                orders[1] = (*orders[1][1::-1], *orders[1][2:])
                yield from self._interrupted(
                    f"{first}, interrupted by {second}", write, other, orders
                )

    def _interrupted(
        self, place: str, write: Write, other: Write, orders: list[Outcome]
    ) -> Iterator[Finding]:
        for at in count():
            try:
                outcome, run = self._attempt(write, other, at)
            except Blocked:
                continue
            if not run.is_interrupted:
                return
            if outcome not in orders:
                where = f"{place}, before its access {at + 1} ({run.touches[at]})"
                expected, found = "the effect of one after the other", _odd(orders[0], outcome)
                yield Finding("writers", where, "effect-lost", expected, found, FIX)
                return

    def _attempt(self, write: Write, other: Write, at: int) -> tuple[Outcome, Run]:
        self._count += 1
        home = self.template.with_name(f"home-{self._count}")
        shutil.copytree(self.template, home)
        answers: list[Any] = []
        run = Run(home, lambda: answers.append(_answer(other, home)), at)
        try:
            with _watched(run):
                answer = _answer(write, home)
                if not run.is_interrupted:
                    run.at = -1
                    answers.append(_answer(other, home))
            return (answer, *answers, *_state(home)), run
        finally:
            self.sites |= run.sites
            shutil.rmtree(home)


def _answer(write: Write, home: Path) -> Any:
    try:
        return write(home)
    except QuantEngineError as error:
        return f"refused: {error.message}"


def _state(home: Path) -> Iterator[str]:
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as database:
                yield from sorted(_rows(database))
        elif path.is_file() and "-" not in path.suffix:
            yield f"{name}: {path.read_text()}"
        elif path.is_dir():
            yield name


def _rows(database: sqlite3.Connection) -> Iterator[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in database.execute(query).fetchall():
        rows = database.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name of the schema
        names = [column[0] for column in rows.description]
        for row in rows.fetchall():
            # each attempt has times of its own, and a writer of several transactions shares the order
            pairs = zip(names, row, strict=True)
            yield f"{table}: { {n: v for n, v in pairs if n != 'position' and n[-3:] != '_at'} }"


def _odd(expected: Outcome, found: Outcome) -> str:
    added, gone = ([v for v in a if v not in b] for a, b in ((found, expected), (expected, found)))
    return f"{added[0]}"[:200] if added else f"without {gone[0] if gone else 'order'}"[:200]


def lock_sites() -> set[tuple[str, str]]:
    """Return the functions of the product that take a lock which processes share."""
    found = set()
    for path in sorted((ROOT / "quant_engine").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name in ON_THE_LOOP:
            continue
        for owner in ast.walk(ast.parse(path.read_text())):
            if not isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for call in (one for one in ast.walk(owner) if isinstance(one, ast.Call)):
                if isinstance(call.func, ast.Attribute) and call.func.attr in LOCKS:
                    found.add((name, owner.name))
    return found


def untried(tried: set[tuple[str, str]]) -> Iterator[Finding]:
    """Report functions that take a lock, and that no writer here calls."""
    for file, name in sorted(lock_sites() - tried):
        fix = "add a writer that calls it to contract_tests/streams/test_interrupted.py"
        yield Finding("writers", f"{file}: {name}", "writer-not-tried", "a writer", "none", fix)
