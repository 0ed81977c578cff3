"""What can break below the service, each done to the real thing and repaired afterwards."""

import os
import resource
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
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

BROKEN_JSON = (b"{", b"\xff", b"", b"[]", b"null", b"NaN", b'{"nobody": 7}', b"[" * 100_000)


@dataclass(frozen=True)
class Fault:
    """One way to break a part, for as long as a block runs."""

    name: str
    broken: Callable[[FilledService], AbstractAsyncContextManager[None]]


# the database


def table_gone(table: str) -> Fault:
    """A table that another program renamed."""

    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        with closing(service.connect()) as other:
            other.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
            yield
            other.execute(f"ALTER TABLE elsewhere RENAME TO {table}")

    return Fault(f"{table} gone", broken)


def cell(table: str, column: str, value: Any, name: str = "") -> Fault:
    """A value that no code of the product writes."""

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
                # of what is unique, the newest row alone
                newest = f"{change} WHERE rowid = (SELECT max(rowid) FROM {table})"  # noqa: S608
                other.execute(newest, (value,))
            try:
                yield
            finally:
                back = f"UPDATE OR REPLACE {table} SET {column} = ? WHERE rowid = ?"  # noqa: S608
                other.executemany(back, [(old, row) for row, old in kept])

    return Fault(f"{table}.{column} {name or f'is {value!r}'}"[:120], broken)


async def _settled(service: FilledService) -> Path:
    """Close the database, so that all of it is in one file; return the file."""
    await service.reopen_database()
    with closing(service.connect()) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return service.file("quant_engine.db")


def _remove_database(service: FilledService) -> None:
    for file in service.home.glob("quant_engine.db*"):
        remove(file)


def database_file(name: str, damage: Callable[[bytes], bytes]) -> Fault:
    """A database file with other bytes in it; the service leaves it for repair."""

    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        file = await _settled(service)
        kept = file.read_bytes()
        damaged = damage(kept)
        file.write_bytes(damaged)
        try:
            yield
            assert file.read_bytes() == damaged, "the damaged database was written to"
        finally:
            await service.reopen_database()
            _remove_database(service)
            file.write_bytes(kept)

    return Fault(name, broken)


def _database_away(name: str, put: Callable[[Path], None]) -> Fault:
    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        file = await _settled(service)
        away = service.home.with_name("database-away")
        file.rename(away)
        put(file)
        try:
            yield
        finally:
            await service.reopen_database()
            _remove_database(service)
            away.rename(file)

    return Fault(name, broken)


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


def _on_begin(name: str, pragma: str) -> Fault:
    @asynccontextmanager
    async def broken(service: FilledService) -> AsyncIterator[None]:
        engine = service.parts.database.engine.sync_engine

        def begin(connection: Any) -> None:
            connection.exec_driver_sql(pragma)

        event.listen(engine, "begin", begin)
        try:
            yield
        finally:
            event.remove(engine, "begin", begin)
            await service.reopen_database()

    return Fault(name, broken)


@asynccontextmanager
async def _full(service: FilledService) -> AsyncIterator[None]:
    file = await _settled(service)
    kept = file.read_bytes()
    engine = service.parts.database.engine.sync_engine

    def begin(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "begin", begin)
    try:
        await _fill(service)
        with closing(service.connect()) as other:
            before = other.execute("SELECT count(*) FROM jobs").fetchone()
        yield
        with closing(service.connect()) as other:
            after = other.execute("SELECT count(*) FROM jobs").fetchone()
        assert after == before, f"{before[0]} jobs were accepted, {after[0]} are there"
    finally:
        event.remove(engine, "begin", begin)
        await service.reopen_database()
        _remove_database(service)
        file.write_bytes(kept)


async def _fill(service: FilledService) -> None:
    """Submit, first large and then small, until nothing fits."""
    for padding in (3000, 10):
        for _ in range(80):
            params = f'{{"years": 1{" " * padding}}}'
            try:
                await service.store.submit(JobType.TRAIN, params)
            except (DBAPIError, QuantEngineError):
                break


@asynccontextmanager
async def _disk_full(service: FilledService) -> AsyncIterator[None]:
    # the log of the database is there already, and may not grow
    await service.store.count(JobStatus.QUEUED)
    with closing(service.connect()) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with _file_size_at_most(1):
            yield


@contextmanager
def _file_size_at_most(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _garbage(content: bytes) -> bytes:
    return b"this is no database" * (len(content) // 19)


def _damaged_pages(content: bytes) -> bytes:
    return content[:4096] + b"\xa5" * (len(content) - 4096)


GARBAGE = database_file("the database is garbage", _garbage)
LOCKED = Fault("the database is locked", _locked)
#: by jobs of its own, which stay until it is repaired
FULL = Fault("the database is full", _full)
#: nothing can be read
UNREADABLE_DATABASE = (
    GARBAGE,
    database_file("the pages of the database are damaged", _damaged_pages),
    LOCKED,
    _database_away("the database is gone", lambda _: None),
    _database_away("the database is a folder", Path.mkdir),
)
#: reading works, writing does not
UNWRITABLE_DATABASE = (
    Fault("another program writes to the database", _write_locked),
    _on_begin("the database is read-only", "PRAGMA query_only = 1"),
    Fault("the disk is full", _disk_full),
)


# files


def remove(path: Path) -> None:
    """Remove a file or a folder, whichever is there, if any is."""
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
            remove(path)
            away.rename(path)

    return Fault(f"{place} {name}", broken)


def gone(place: str) -> Fault:
    """A file or folder that was moved away."""
    return _away(place, "is gone", lambda _: None)


def file_a_folder(place: str) -> Fault:
    """A folder in a file's place: what root cannot read either."""
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
