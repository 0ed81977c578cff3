"""Faults of the database and of files: each breaks the real thing and repairs it afterwards."""

import os
import resource
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import IntegrityError
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from contract_tests.kit.homes import FilledService
from contract_tests.kit.nobody import NOBODY
from quant_engine.api.schemas.jobs import JobStatus, JobType
from quant_engine.disk import MAX_FILE_BYTES
from quant_engine.domain.errors import QuantEngineError

BROKEN_JSON = (b"{", b"\xff", b"", b"[]", b"null", b"NaN", b'{"unknown": 7}', b"[" * 100_000)


@dataclass(frozen=True)
class Fault:
    """One way to break a part, for as long as a block runs."""

    name: str
    broken: Callable[[FilledService], AbstractAsyncContextManager[None]]


# the database


def table_gone(table: str) -> Fault:
    """Another program has renamed the table."""

    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        with closing(service.connect()) as other:
            other.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
            yield
            other.execute(f"ALTER TABLE elsewhere RENAME TO {table}")

    return Fault(f"{table} gone", broken)


def cell(table: str, column: str, value: Any, name: str = "") -> Fault:
    """A value that the product never writes."""

    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        with closing(service.connect()) as other:
            kept = other.execute(f"SELECT rowid, {column} FROM {table}").fetchall()  # noqa: S608
            # a damaged file keeps no constraints either
            other.execute("PRAGMA ignore_check_constraints = 1")
            change = f"UPDATE {table} SET {column} = ?"  # noqa: S608
            try:
                other.execute(change, (value,))
            except IntegrityError:
                # in a unique column, only the newest row
                newest = f"{change} WHERE rowid = (SELECT max(rowid) FROM {table})"  # noqa: S608
                other.execute(newest, (value,))
            try:
                yield
            finally:
                back = f"UPDATE OR REPLACE {table} SET {column} = ? WHERE rowid = ?"  # noqa: S608
                other.executemany(back, [(old, row) for row, old in kept])

    return Fault(f"{table}.{column} {name or f'is {value!r}'}"[:120], broken)


@asynccontextmanager
async def _database_file(service: FilledService) -> AsyncIterator[Path]:
    """Close the database, so that all of it is in one file, and restore that file afterwards."""
    await service.reopen_database()
    with closing(service.connect()) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = service.parts.home.database
    kept = file.read_bytes()
    try:
        yield file
    finally:
        await service.reopen_database()
        for part in file.parent.iterdir():
            _remove(part)
        file.write_bytes(kept)


def _damaged(name: str, damage: Callable[[Path], object]) -> Fault:
    """A database file with other content; the service leaves it for repair."""

    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        async with _database_file(service) as file:
            damage(file)
            damaged = file.read_bytes() if file.is_file() else None
            yield
            if damaged is not None:
                assert file.read_bytes() == damaged, "the damaged database was written to"

    return Fault(name, broken)


def _garbage(file: Path) -> None:
    file.write_bytes(b"this is no database" * (file.stat().st_size // 19))


def _damage_pages(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


def _put_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@asynccontextmanager
async def _locked(service: FilledService) -> AsyncIterator[None]:
    await service.reopen_database()
    with closing(service.connect()) as other:
        # in write-ahead mode readers are never kept out
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def _write_locked(service: FilledService) -> AsyncIterator[None]:
    with closing(service.connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def _at_begin(service: FilledService, change: Callable[[Any], object]) -> AsyncIterator[None]:
    """Change the connection of each transaction when it begins."""
    engine = service.parts.database.engine
    event.listen(engine, "begin", change)
    try:
        yield
    finally:
        event.remove(engine, "begin", change)
        await service.reopen_database()


@asynccontextmanager
async def _read_only(service: FilledService) -> AsyncIterator[None]:
    def forbid_writing(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA query_only = 1")

    async with _at_begin(service, forbid_writing):
        yield


@asynccontextmanager
async def _full(service: FilledService) -> AsyncIterator[None]:
    def forbid_growing(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    async with _database_file(service), _at_begin(service, forbid_growing):
        await _fill(service)
        with closing(service.connect()) as other:
            before = other.execute("SELECT count(*) FROM jobs").fetchone()
            yield
            after = other.execute("SELECT count(*) FROM jobs").fetchone()
        assert after == before, f"the jobs were {before} and are {after}"


async def _fill(service: FilledService) -> None:
    """Submit, first large and then small, until nothing fits."""
    for job_type, padding in ((JobType.TRAIN, 3000), (JobType.TRAIN, 10), (JobType.AUTOPILOT, 0)):
        for _ in range(80):
            params = f'{{"years": 1{" " * padding}}}'
            # the next one may fit all the same: its id belongs on another page of the index
            with suppress(DBAPIError, QuantEngineError):
                await service.store.submit(job_type, params)


@asynccontextmanager
async def _disk_full(service: FilledService) -> AsyncIterator[None]:
    # the log of the database is there already, and may not grow
    await service.store.count(JobStatus.QUEUED)
    with closing(service.connect()) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


GARBAGE = _damaged("the database is garbage", _garbage)
LOCKED = Fault("the database is locked", _locked)
#: the fault submits jobs, which stay until the repair
FULL = Fault("the database is full", _full)
#: nothing can be read
UNREADABLE_DATABASE = (
    GARBAGE,
    _damaged("the pages of the database are damaged", _damage_pages),
    LOCKED,
    _damaged("the database is gone", Path.unlink),
    _damaged("the database is a folder", _put_a_folder),
)
#: reading works, writing does not
UNWRITABLE_DATABASE = (
    Fault("another program writes to the database", _write_locked),
    Fault("the database is read-only", _read_only),
    Fault("the disk is full", _disk_full),
)


# files


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _away(place: str, name: str, put: Callable[[Path], None]) -> Fault:
    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        path = service.file(place)
        away = service.home.with_name(f"away-{'-'.join(path.parts[-3:])}")
        # moved and not copied, or it would count as another one
        path.rename(away)
        put(path)
        try:
            yield
        finally:
            _remove(path)
            away.rename(path)

    return Fault(f"{place} {name}", broken)


def gone(place: str) -> Fault:
    """A file or folder that was moved away."""
    return _away(place, "is gone", lambda _: None)


def file_a_folder(place: str) -> Fault:
    """A folder in a file's place; root cannot read it either."""
    return _away(place, "is a folder", Path.mkdir)


def folder_a_file(place: str) -> Fault:
    """A file in a folder's place."""
    return _away(place, "is a file", lambda path: path.touch())


def too_large(place: str) -> Fault:
    """A file of an impossible size; it takes no space on the disk."""

    def put(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(MAX_FILE_BYTES + 1)

    return _away(place, "is too large", put)


def unreadable(place: str) -> Fault:
    """A file that the service's user may not read; root may, so the process gives up root meanwhile."""

    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        path = service.file(place)
        mode = path.stat().st_mode
        path.chmod(0)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)
            path.chmod(mode)

    return Fault(f"{place} may not be read", broken)


def content(place: str, bytes_: bytes, name: str = "") -> Fault:
    """A file with other bytes in it; the service leaves it for repair."""

    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        path = service.file(place)
        kept, stat = path.read_bytes(), path.stat()
        path.write_bytes(bytes_)
        try:
            yield
            assert path.read_bytes() == bytes_, f"{place} was written to"
        finally:
            path.write_bytes(kept)
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    return Fault(f"{place} {name or repr(bytes_[:24])}"[:120], broken)


def broken_file(place: str, *more: bytes) -> list[Fault]:
    """Every way in which a file of JSON cannot be read."""
    return [
        file_a_folder(place),
        too_large(place),
        *(content(place, bytes_) for bytes_ in (*BROKEN_JSON, *more)),
    ]
