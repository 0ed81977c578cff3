"""The database for job processes: blocking calls, while the service has the same database open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from quant_engine.database import postgres, sqlite
from quant_engine.database.errors import unavailable
from quant_engine.database.urls import is_postgres
from quant_engine.database.version import SCHEMA_REVISION, schema_revision

LOCK_SECONDS = 30.0  #: how long another program may hold the write lock


class BlockingDatabase:
    """One database; a context manager that brings the schema up to date as it opens."""

    def __init__(self, url: str) -> None:
        self.engine = _postgres(url) if is_postgres(url) else _sqlite(url)

    def open(self) -> None:
        """Bring the schema up to date; `Unavailable` also where it is newer than this program."""
        with self.reading() as connection:
            current = schema_revision(connection)
        if current != SCHEMA_REVISION:
            # alembic costs 60 ms and 10 MB, and is needed once for each schema
            from quant_engine.database.migrate import upgrade  # noqa: PLC0415

            with _translated_errors():
                upgrade(self.engine, current)

    def exists(self) -> bool:
        """Whether there is a database already: of SQLite, its file."""
        return self.engine.dialect.name != "sqlite" or Path(str(self.engine.url.database)).exists()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        """Open."""
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment and changes nothing; its errors become `Unavailable`."""
        with _translated_errors(), self.engine.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first statement and commits at the end.

        An exception inside the block rolls it back; one of the database becomes `Unavailable`.
        """
        with _translated_errors(), self.engine.connect() as connection:
            connection.execution_options(begin="IMMEDIATE")
            with connection.begin():
                yield connection


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise unavailable(error) from error


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        sqlite.checked_url(url), connect_args={"isolation_level": None, "timeout": LOCK_SECONDS}
    )
    sqlite.set_up(engine)
    return engine


def _postgres(url: str) -> Engine:
    engine = create_engine(postgres.address(url), connect_args=postgres.connect_args())
    postgres.set_up(engine)
    return engine
