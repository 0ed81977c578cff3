"""What an operation touches while it answers: tables and columns, files and folders, and other programs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import SQLITE_DELETE, SQLITE_INSERT, SQLITE_OK, SQLITE_READ, SQLITE_UPDATE
from typing import Any

from sqlalchemy import Engine, event

OPENS = {"open", "os.listdir", "os.scandir"}
STARTS = {"subprocess.Popen", "os.system", "os.posix_spawn", "socket.connect"}
CODE = {".py", ".pyc", ".so", ".mo"}


@dataclass
class Touched:
    """What an operation touched."""

    columns: dict[str, set[str]] = field(default_factory=dict)  #: read, by table
    written: set[str] = field(default_factory=set)  #: tables
    files: set[Path] = field(default_factory=set)  #: also folders that were listed
    started: set[str] = field(default_factory=set)  #: programs and connections

    @property
    def tables(self) -> set[str]:
        """Tables that were read or written."""
        return {*self.columns, *self.written}


_watching: list[Touched] = []
_hooked: list[bool] = []


def _audit(name: str, args: tuple[Any, ...]) -> None:
    # a hook stays until the process ends, so it returns at once where nothing is watched
    if not _watching:
        return
    if name in OPENS and isinstance(args[0], str | bytes):
        place = Path(args[0] if isinstance(args[0], str) else args[0].decode())
        if place.suffix not in CODE:
            _watching[-1].files.add(place.absolute())
    elif name in STARTS:
        _watching[-1].started.add(f"{name} {args[0] if name != 'socket.connect' else args[1]}")


@contextmanager
def watched(engine: Engine) -> Iterator[Touched]:
    """Record what is touched; close older connections before, because they are not watched."""
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked.append(True)
    touched = Touched()

    def authorise(action: int, table: str | None, column: str | None, *_: object) -> int:
        if table is not None and not table.startswith("sqlite_"):
            if action == SQLITE_READ:
                touched.columns.setdefault(table, set()).update({column} if column else set())
            elif action in (SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE):
                touched.written.add(table)
        return SQLITE_OK

    def connected(connection: Any, _record: Any) -> None:
        connection.set_authorizer(authorise)

    event.listen(engine, "connect", connected)
    _watching.append(touched)
    try:
        yield touched
    finally:
        _watching.pop()
        event.remove(engine, "connect", connected)
