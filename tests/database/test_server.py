"""The database on a server of Postgres: transactions, the schema, one owner, and what goes wrong."""

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from importlib import util

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from contract_tests.kit.postgres import PostgresServer
from quant_engine.database import postgres as rules
from quant_engine.database import server as server_module
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.engine import database_of
from quant_engine.database.errors import unavailable
from quant_engine.database.file import FileDatabase
from quant_engine.database.server import ServerDatabase
from quant_engine.database.version import SCHEMA_REVISION, schema_revision
from quant_engine.domain.errors import Unavailable

ADD = "INSERT INTO event_log VALUES ('{}', 0)"
ROWS = "SELECT count(*) FROM event_log"


@pytest.fixture
async def database(postgres: PostgresServer) -> AsyncIterator[ServerDatabase]:
    opened = ServerDatabase(postgres.database())
    await opened.open()
    yield opened
    await opened.close()


async def rows(database: ServerDatabase) -> int:
    async with database.reading() as connection:
        return int((await connection.exec_driver_sql(ROWS)).scalar_one())


async def add(database: ServerDatabase, name: str) -> None:
    async with database.writing() as connection:
        await connection.exec_driver_sql(ADD.format(name))


async def test_what_is_raised_rolls_back(database: ServerDatabase) -> None:
    async def add_twice() -> None:
        async with database.writing() as connection:
            await connection.exec_driver_sql(ADD.format("a"))
            await connection.exec_driver_sql(ADD.format("a"))

    with pytest.raises(IntegrityError):
        await add_twice()
    assert await rows(database) == 1


async def test_a_reader_sees_one_moment_and_writes_nothing(database: ServerDatabase) -> None:
    async with database.reading() as connection:
        before = (await connection.exec_driver_sql(ROWS)).scalar_one()
        await add(database, "a")
        assert (await connection.exec_driver_sql(ROWS)).scalar_one() == before
        with pytest.raises(Exception, match="read-only transaction"):
            await connection.exec_driver_sql(ADD.format("b"))
    assert await rows(database) == before + 1


async def test_readers_find_a_connection_while_many_write(database: ServerDatabase) -> None:
    async with database.writing():
        writers = [
            asyncio.ensure_future(add(database, f"w{n}")) for n in range(2 * server_module.POOL)
        ]
        await asyncio.sleep(0)
        assert await rows(database) == 1
    await asyncio.gather(*writers)
    assert await rows(database) == 1 + len(writers)


async def test_too_many_readers_are_an_error_in_words(database: ServerDatabase) -> None:
    opened = [database.reading() for _ in range(server_module.POOL)]
    for one in opened:
        await one.__aenter__()
    try:
        with pytest.raises(Unavailable, match="in use"):
            await rows(database)
    finally:
        for one in opened:
            await one.__aexit__(None, None, None)
    assert await rows(database) == 1


async def test_a_probe_notices_what_cannot_be_written(database: ServerDatabase) -> None:
    await database.probe()
    async with database.writing() as connection:
        name = (await connection.exec_driver_sql("SELECT current_database()")).scalar_one()
        await connection.exec_driver_sql(
            f"ALTER DATABASE {name} SET default_transaction_read_only = on"
        )
    await database.close()
    with pytest.raises(DBAPIError) as caught:
        await database.probe()
    assert "read-only" in unavailable(caught.value).message
    assert await rows(database) == 1


async def test_a_server_gives_space_back_by_itself(database: ServerDatabase) -> None:
    assert await database.give_back() == 0
    assert await database.size() > 0


def test_columns_have_the_types_of_sqlite(postgres: PostgresServer) -> None:
    narrow = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND "
        "(data_type = 'integer' OR data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C')"
    )
    with BlockingDatabase(postgres.database()) as database, database.reading() as connection:
        assert connection.execute(text(narrow)).all() == []
        kinds = connection.execute(text("SELECT DISTINCT data_type::text FROM pg_sequences"))
        assert list(kinds.scalars()) == ["bigint"]


def test_many_may_migrate_at_once(postgres: PostgresServer) -> None:
    url = postgres.empty_database("at_once")

    def migrate(_: int) -> str | None:
        with BlockingDatabase(url) as database, database.reading() as connection:
            return schema_revision(connection)

    with ThreadPoolExecutor(10) as threads:
        assert set(threads.map(migrate, range(10))) == {SCHEMA_REVISION}


def test_a_newer_schema_is_refused(postgres: PostgresServer) -> None:
    url = postgres.database()
    with BlockingDatabase(url) as database, database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="newer than this program"), BlockingDatabase(url):
        pass


async def test_one_service_owns_a_database(postgres: PostgresServer) -> None:
    url = postgres.database()
    first, second = ServerDatabase(url), ServerDatabase(url)
    await first.open()
    with pytest.raises(Unavailable, match="Another service owns this database"):
        await second.open()
    await first.close()
    await second.open()
    await second.close()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/migrated?", "/nowhere?", "does not exist"),
        ("postgres@", "ghost@", "refuses the user or the password"),
        ("?host=", "?host=/nowhere", "does not answer"),
        ("@/migrated?host=", "@no-such-host.invalid/migrated?application_name=", "is not known"),
        ("/migrated?", "/?", "names no database"),
    ],
)
async def test_a_wrong_url_is_an_error_in_words(
    postgres: PostgresServer, old: str, new: str, message: str
) -> None:
    postgres.database()
    url = postgres.url("migrated").replace(old, new)
    with pytest.raises(Unavailable, match=message) as caught:
        await database_of(url).open()
    assert os.fspath(postgres.folder) not in caught.value.message


def test_an_old_server_is_refused(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LEAST_VERSION", 99)
    database = BlockingDatabase(postgres.database())
    with database.reading() as connection, pytest.raises(Unavailable, match="at least 99"):
        rules.server_version(connection)
    database.close()


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "find_spec", lambda name: None if name == "psycopg" else util)
    with pytest.raises(Unavailable, match=r"quant-engine\[postgres\]"):
        database_of("postgresql://user@host/name")


def test_a_file_is_a_database_of_sqlite() -> None:
    assert isinstance(database_of("sqlite:////nowhere/x.db"), FileDatabase)
