"""A database that fails when the schedule says so."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from sqlite3 import IntegrityError, InterfaceError, OperationalError

from sqlalchemy import exc

from quant_engine.database.file import GONE, FileDatabase
from quant_engine.database.inline import InlineConnection
from quant_engine.domain.errors import Unavailable

Make = Callable[[], Exception]


def _driver(kind: type[exc.DBAPIError], cause: Exception) -> Make:
    return lambda: kind("SELECT 1", {}, cause)


#: one of each kind that a transaction may raise; the names are those of schedules
ERRORS: dict[str, Make] = {
    "locked": _driver(exc.OperationalError, OperationalError("database is locked")),
    "full": _driver(exc.OperationalError, OperationalError("database or disk is full")),
    "io": _driver(exc.OperationalError, OperationalError("disk I/O error")),
    "interface": _driver(exc.InterfaceError, InterfaceError("bad parameter or other API misuse")),
    "integrity": _driver(exc.IntegrityError, IntegrityError("UNIQUE constraint failed")),
    "no_connection": lambda: exc.TimeoutError("QueuePool limit of size 4 overflow 12 reached"),
    "invalid": lambda: exc.InvalidRequestError("This session is inactive"),
    "pending": lambda: exc.PendingRollbackError("Can't reconnect until rolled back"),
    "os": lambda: OSError(24, "Too many open files"),
    "value": lambda: ValueError("no active connection"),
    "gone": lambda: Unavailable(GONE),
    "bug": lambda: RuntimeError("unexpected"),
}
PLACES = ("begin", "commit", "after")


class FailingDatabase(FileDatabase):
    """Raises in place of the next transactions: when they begin, or before or after they commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._planned: list[tuple[str, Make]] = []
        self.is_down: Make | None = None  #: every transaction fails with it

    def fail_next(self, place: str, error: str) -> None:
        """Let the next transaction fail there."""
        self._planned.append((place, ERRORS[error]))

    def calm(self) -> None:
        """Stop failing."""
        self._planned.clear()
        self.is_down = None

    def _raise(self, place: str) -> None:
        if place == "begin" and self.is_down is not None:
            raise self.is_down()
        if self._planned and self._planned[0][0] == place:
            raise self._planned.pop(0)[1]()  # noqa: RSE102 - it makes one

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[InlineConnection]:
        self._raise("begin")
        async with super().reading() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[InlineConnection]:
        self._raise("begin")
        async with super().writing() as connection:
            yield connection
            self._raise("commit")
        self._raise("after")
