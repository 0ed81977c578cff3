"""Transactions: a write is complete and durable, and a reader sees one moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from quant_engine.database import file as database_file
from quant_engine.database.file import FileDatabase
from quant_engine.domain.errors import Unavailable

ROWS = "SELECT count(*) FROM t"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[FileDatabase]:
    database = FileDatabase(f"sqlite:///{tmp_path}/x.db")
    async with database.writing() as connection:
        await connection.exec_driver_sql("CREATE TABLE t (x INTEGER PRIMARY KEY)")
    yield database
    await database.close()


async def rows(database: FileDatabase) -> int:
    async with database.reading() as connection:
        return int((await connection.exec_driver_sql(ROWS)).scalar_one())


@pytest.mark.usefixtures("durable")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)],
)
async def test_every_connection_is_set_up(
    database: FileDatabase, pragma: str, value: object
) -> None:
    async with database.reading() as one, database.reading() as other:
        for connection in (one, other):
            found = await connection.exec_driver_sql(f"PRAGMA {pragma}")
            assert found.scalar_one() == value


async def test_what_is_raised_rolls_back(database: FileDatabase) -> None:
    async def write_and_fail() -> None:
        async with database.writing() as connection:
            await connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            await connection.exec_driver_sql("INSERT INTO t VALUES (1)")

    with pytest.raises(IntegrityError):
        await write_and_fail()
    assert await rows(database) == 0


async def test_a_cancelled_writer_rolls_back_and_releases_the_lock(database: FileDatabase) -> None:
    inside = asyncio.Event()

    async def write_and_wait() -> None:
        async with database.writing() as connection:
            await connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await rows(database) == 0
    async with database.writing() as connection:
        await connection.exec_driver_sql("INSERT INTO t VALUES (2)")
    assert await rows(database) == 1


async def test_a_reader_sees_one_moment(database: FileDatabase) -> None:
    async with database.reading() as reader:
        assert (await reader.exec_driver_sql(ROWS)).scalar_one() == 0
        async with database.writing() as writer:
            await writer.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert (await reader.exec_driver_sql(ROWS)).scalar_one() == 0
    assert await rows(database) == 1


async def test_many_writers_wait_for_each_other(database: FileDatabase) -> None:
    async def write(number: int) -> None:
        async with database.writing() as connection:
            before = (await connection.exec_driver_sql(ROWS)).scalar_one()
            await asyncio.sleep(0)
            await connection.exec_driver_sql(f"INSERT INTO t VALUES ({before})")  # noqa: S608
            assert number >= 0

    await asyncio.gather(*(write(number) for number in range(30)))
    assert await rows(database) == 30


async def test_a_writer_times_out(database: FileDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_file, "BUSY_SECONDS", 0.05)
    other = FileDatabase(f"sqlite:///{database.path}")

    async def write_too() -> None:
        async with other.writing():
            pass

    async with database.writing():
        with pytest.raises(OperationalError, match="locked"):
            await write_too()
    await write_too()
    await other.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x.db",
        "postgresql://localhost/x",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "sqlite://host/x.db",
    ],
)
def test_a_url_that_is_not_a_sqlite_file_is_refused(url: str) -> None:
    with pytest.raises(Unavailable, match="DATABASE_URL"):
        FileDatabase(url)
