"""Which database a URL names; both have the same methods, and each block of `reading` or `writing` is one transaction."""

from typing import TYPE_CHECKING, TypeAlias

from quant_engine.database.file import FileDatabase
from quant_engine.database.inline import InlineConnection
from quant_engine.database.urls import is_postgres

if TYPE_CHECKING:
    # the extra `postgres`, which SQLite does not need
    from sqlalchemy.ext.asyncio import AsyncConnection

    from quant_engine.database.server import ServerDatabase

Database: TypeAlias = "FileDatabase | ServerDatabase"
Connection: TypeAlias = "InlineConnection | AsyncConnection"


def database_of(url: str) -> Database:
    """Return the database that a URL names; it is not opened yet.

    Raises:
        Unavailable: the URL names none, or its driver is missing.
    """
    if is_postgres(url):
        # only here, because the driver is an extra
        from quant_engine.database.server import ServerDatabase  # noqa: PLC0415

        return ServerDatabase(url)
    return FileDatabase(url)
