"""The connection to the database: pragmas, transactions, and the schema brought up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    create_async_engine,
)

from quant_engine.database.inline import InlineConnection
from quant_engine.domain.errors import Unavailable

BUSY_SECONDS = 5.0  #: how long another program may hold the write lock
BUSY_RETRY_SECONDS = 0.02
SCHEMA_REVISION = "0001"  #: the newest migration; a test holds it equal to alembic's head


class Database:
    """One SQLite file, or a clear refusal."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError:
            # the URL may hold a password, so it is not repeated
            raise Unavailable(
                "DATABASE_URL is not a database URL; leave it unset for SQLite."
            ) from None
        if (
            parsed.get_backend_name() != "sqlite"
            or parsed.database in {None, "", ":memory:"}
            or (parsed.username, parsed.host) != (None, None)
            or parsed.query
        ):
            raise Unavailable("DATABASE_URL must be sqlite:///path/to/file.db, or unset.")
        self.path = Path(str(parsed.database))
        self._url = parsed.set(drivername="sqlite+aiosqlite")
        self._engine: AsyncEngine = create_async_engine(
            self._url, async_creator=self._connect, pool_size=4, max_overflow=12
        )
        _listen(self._engine.sync_engine)

    async def open(self) -> None:
        """Bring the schema up to date, or raise `Unavailable` with what to do."""
        try:
            async with self.reading() as connection:
                current = await _schema_revision(connection)
            if current != SCHEMA_REVISION:
                self._migrate(current)
        except DBAPIError as error:
            raise unavailable(error) from error

    def _migrate(self, current: str | None) -> None:
        # alembic costs 60 ms and 10 MB, and is needed once in the life of a schema
        from quant_engine.database.migrate import upgrade  # noqa: PLC0415

        engine = create_engine(
            self._url.set(drivername="sqlite"),
            connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        )
        _listen(engine)
        try:
            upgrade(engine, current)
        finally:
            engine.dispose()

    async def _connect(self) -> InlineConnection:
        # the loop never sleeps on another program's lock: `writing` tries again instead
        return await InlineConnection.open(str(self.path), busy_timeout=0)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment and changes nothing."""
        async with self._engine.connect() as connection:
            await connection.begin()
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that holds the write lock from its first statement and commits at the end."""
        async with self._engine.connect() as connection:
            await connection.execution_options(begin="IMMEDIATE")
            await _begin_writing(connection)
            yield connection
            # whatever is raised before this line rolls back as the connection is returned
            await connection.commit()


_CAUSES = {
    ("locked", "busy"): "The database is locked by another program. Try again in a moment.",
    ("full",): "The disk is full. Free some space; nothing accepted was lost.",
    ("readonly",): "The database is read-only. Give the service write access to its home.",
    ("disk i/o",): (
        "The disk cannot be written or read. Look for free space and for faults of the disk; "
        "nothing accepted was lost."
    ),
    ("unable to open",): (
        "The database file cannot be opened. Check that its folder is there and can be written."
    ),
    ("malformed", "not a database"): (
        "The database file is damaged. Stop the service, keep the file for repair, "
        "and restore a backup or move it away to begin anew."
    ),
}


def unavailable(error: DBAPIError) -> Unavailable:
    """Say what a database error means to a client, without paths, SQL or values."""
    cause = str(error.orig).lower()
    for words, sentence in _CAUSES.items():
        if any(word in cause for word in words):
            return Unavailable(sentence)
    return Unavailable("The database does not answer. See the log under this request's id.")


async def _begin_writing(connection: AsyncConnection) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + BUSY_SECONDS
    while True:
        try:
            await connection.begin()
        except OperationalError as error:
            if "locked" not in str(error.orig) or loop.time() > until:
                raise
        else:
            return
        await asyncio.sleep(BUSY_RETRY_SECONDS)


async def _schema_revision(connection: AsyncConnection) -> str | None:
    found = await connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    )
    if found.first() is None:
        return None
    row = (await connection.exec_driver_sql("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def _listen(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: an answered submission survives a power cut
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Any) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
