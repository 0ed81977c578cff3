"""SQLite on the event loop itself, without a thread.

SQLAlchemy calls the driver 8 times to read one row and 12 times to log one change, and a hop to an
idle thread and back takes 50 µs, more than most statements do. Two transactions on the loop are also
never interleaved, so they cannot wait for each other; see `docs/decisions/0008-sqlite-on-the-loop.md`.
"""

import sqlite3
from collections.abc import Callable, Generator
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")


class InlineConnection(aiosqlite.Connection):
    """An aiosqlite connection without its thread."""

    @classmethod
    async def open(cls, path: str, busy_timeout: float) -> Self:
        """Connect; the caller begins transactions with its own statements."""
        return await cls(
            lambda: sqlite3.connect(path, timeout=busy_timeout, isolation_level=None),
            iter_chunk_size=64,
        )

    def __await__(self) -> Generator[Any, None, Self]:
        return self._connect().__await__()

    async def _connect(self) -> Self:
        if self._connection is None:
            self._connection = self._connector()
        return self

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        if self._connection is None:
            # the message of aiosqlite, which SQLAlchemy recognises
            raise ValueError("no active connection")
        return fn(*args, **kwargs)

    async def close(self) -> None:
        """Close the connection."""
        self.stop()

    def stop(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
