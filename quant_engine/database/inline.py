"""SQLite on the event loop itself, without a thread.

A hop to an idle thread and back takes 50 µs, more than most statements do, and SQLAlchemy's own asyncio layer costs as
much again. Two transactions on the loop are also never interleaved, so they cannot wait for each other; see
`docs/decisions/0008-sqlite-on-the-loop.md`.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, CursorResult, Dialect, Executable

P = ParamSpec("P")
T = TypeVar("T")


class InlineConnection:
    """A connection with those methods of SQLAlchemy's `AsyncConnection` that transactions need."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        """The SQL that the database has."""
        return self._connection.dialect

    async def _call(self, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        return function(*args, **named)

    async def execute(
        self,
        statement: Executable,
        parameters: dict[str, Any] | list[dict[str, Any]] | None = None,
    ) -> CursorResult[*tuple[Any, ...]]:
        """Execute a statement, once for each of a list of parameters."""
        return await self._call(self._connection.execute, statement, parameters)

    async def exec_driver_sql(self, statement: str) -> CursorResult[*tuple[Any, ...]]:
        """Execute SQL as it is."""
        return await self._call(self._connection.exec_driver_sql, statement)

    async def run_sync(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> T:
        """Call a function with the connection; meanwhile the loop does nothing else."""
        return function(self._connection, *args, **named)

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        """Open a block whose changes are undone if it raises, and the transaction continues."""
        with self._connection.begin_nested():
            yield

    async def begin(self) -> None:
        """Begin a transaction."""
        await self._call(self._connection.begin)

    async def commit(self) -> None:
        """Commit it."""
        await self._call(self._connection.commit)

    async def rollback(self) -> None:
        """Undo it."""
        await self._call(self._connection.rollback)
