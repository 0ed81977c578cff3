"""The database as a job process uses it: plain calls that wait, beside the service that has it open."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

from quant_engine.database.sqlite import (
    SCHEMA_REVISION,
    checked_url,
    schema_revision,
    set_up,
    unavailable,
)

LOCK_SECONDS = 30.0  #: how long another program may hold the write lock


class BlockingDatabase:
    """One SQLite file; a context manager that brings the schema up to date as it opens."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(
            checked_url(url), connect_args={"isolation_level": None, "timeout": LOCK_SECONDS}
        )
        set_up(self.engine)

    def open(self) -> None:
        """Bring the schema up to date.

        Raises:
            Unavailable: the file cannot be opened, or is newer than this program.
        """
        with self.reading() as connection:
            current = schema_revision(connection)
        if current != SCHEMA_REVISION:
            # alembic costs 60 ms and 10 MB, and is needed once in the life of a schema
            from quant_engine.database.migrate import upgrade  # noqa: PLC0415

            with _in_words():
                upgrade(self.engine, current)

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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment and changes nothing.

        Raises:
            Unavailable: the database cannot be read.
        """
        with _in_words(), self.engine.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first statement and commits at the end.

        Whatever is raised inside takes back all of it.

        Raises:
            Unavailable: the database cannot be written.
        """
        with _in_words(), self.engine.connect() as connection:
            connection.execution_options(begin="IMMEDIATE")
            with connection.begin():
                yield connection


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise unavailable(error) from error
