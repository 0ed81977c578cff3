"""The database for the service on a Postgres server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, Engine
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
        self._owner: Connection | None = (
            None  #: holds the lock of the owner for as long as it is open
        )

    @property
    def engine(self) -> Engine:
        """The engine below, for what listens to its statements."""
        return self._engine.sync_engine

    async def open(self) -> None:
        """Become the owner, and bring the schema up to date.

        Raises:
            Unavailable: another service is the owner, the server does not answer or is too old, or the schema is newer
                than this program.
        """
        await asyncio.to_thread(self._open)

    def _open(self) -> None:
        database = BlockingDatabase(self._url)
        try:
            with database.reading() as connection:
                postgres.server_version(connection)
            self._owner = postgres.own(database.engine)
            database.open()
        finally:
            database.close()

    async def close(self) -> None:
        """Close every connection, and own nothing any more."""
        await self._engine.dispose()
        if self._owner is not None:
            self._owner.invalidate()
            self._owner.close()
            self._owner = None

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
            # the lock of a row is refused where nothing can be written
            await connection.exec_driver_sql("SELECT log_id FROM event_log FOR UPDATE")
            await connection.rollback()
