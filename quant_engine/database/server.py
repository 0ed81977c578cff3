"""The database for the service on a Postgres server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from quant_engine.database import postgres
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.turns import WriterTurns
from quant_engine.domain.errors import Unavailable

POOL = 6  #: connections of one process
POOL_SECONDS = 1.0  #: to wait for a free one
BUSY_SECONDS = 5.0  #: likewise for the writers of this process


class ServerDatabase:
    """One database of a server; what goes wrong raises `Unavailable`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = create_async_engine(
            postgres.address(url),
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            connect_args=postgres.connect_args(),
        )
        postgres.set_up(self._engine.sync_engine)
        self._writers = WriterTurns(BUSY_SECONDS)

    @property
    def engine(self) -> Engine:
        """The engine below, for what listens to its statements."""
        return self._engine.sync_engine

    async def open(self) -> None:
        """Bring the schema up to date; `Unavailable` also where it is newer than this program, or the server too old."""
        await asyncio.to_thread(self._migrate)

    def _migrate(self) -> None:
        with BlockingDatabase(self._url) as database, database.reading() as connection:
            postgres.server_version(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment and changes nothing."""
        async with self._connected("DEFERRED") as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that holds the write lock from its first statement and commits at the end."""
        async with self._writers.turn(), self._connected("IMMEDIATE") as connection:
            yield connection
            # an exception before this line rolls back when the connection returns to the pool
            await connection.commit()

    @asynccontextmanager
    async def _connected(self, begin: str) -> AsyncIterator[AsyncConnection]:
        connection = self._engine.connect()
        try:
            await connection.start()
        except NoConnectionFree as error:
            raise Unavailable(
                "Every connection to the database is in use. Try again in a moment."
            ) from error
        try:
            yield await connection.execution_options(begin=begin)
        finally:
            await connection.close()

    async def size(self) -> int:
        """Return the bytes of the database on its server."""
        async with self.reading() as connection:
            found = await connection.exec_driver_sql("SELECT pg_database_size(current_database())")
            return int(found.scalar_one())

    async def give_back(self) -> int:
        """Return 0: the server reuses and gives back free space by itself."""
        return 0

    async def probe(self) -> None:
        """Try whether it can be written, and change nothing.

        Raises:
            DBAPIError: it cannot.
        """
        async with self.writing() as connection:
            # a number of a transaction is refused by a server that is read-only
            await connection.exec_driver_sql("SELECT pg_current_xact_id()")
            await connection.rollback()
