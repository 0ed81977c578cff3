"""Rules of every connection: its URL, its pragmas, how a transaction begins, and what errors mean."""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from quant_engine.domain.errors import Unavailable

SCHEMA_REVISION = "0004"  #: the newest migration; a test holds it equal to alembic's head
SWITCH_SECONDS = 2.0  #: how long another program may take to switch the same file to WAL
SWITCH_RETRY_SECONDS = 0.01
SYNCHRONOUS = "FULL"  #: a submission whose response was sent survives a power cut


def checked_url(url: str) -> URL:
    """Parse the URL of a SQLite file.

    Raises:
        Unavailable: the URL is not one.
    """
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
    return parsed.set(drivername="sqlite")


def make_private(path: Path) -> None:
    """Create the file of a new database for this user alone; SQLite's files beside it get the same mode."""
    # what is wrong with the folder is reported when SQLite opens the file
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def schema_revision(connection: Connection) -> str | None:
    """Return the newest applied migration; None where there are no tables yet."""
    tables = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    )
    if tables.first() is None:
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


DAMAGED = (
    "The database file is damaged. Stop the service, keep the file for repair, "
    "and restore a backup, or move it away to start with an empty one."
)
_CAUSES = {
    ("locked", "busy"): "The database is locked by another program. Try again in a moment.",
    ("full",): "The disk is full. Free some space; nothing accepted was lost.",
    ("readonly",): "The database is read-only. Give the service write access to its home.",
    ("disk i/o",): (
        "The disk cannot be read or written. Check its free space and its health; "
        "nothing accepted was lost."
    ),
    ("unable to open",): (
        "The database file cannot be opened. Check that its folder exists and can be written."
    ),
    ("malformed", "not a database"): DAMAGED,
}


def unavailable(error: DBAPIError) -> Unavailable:
    """Translate a database error for clients, without paths, SQL or values."""
    cause = str(error.orig).lower()
    for words, sentence in _CAUSES.items():
        if any(word in cause for word in words):
            return Unavailable(sentence)
    return Unavailable("The database does not answer. See the log under this request's id.")


def damaged(table: Table) -> Unavailable:
    """Return the error for a table with a row that cannot be parsed."""
    return Unavailable(
        f"The table {table.name} has a damaged row. Restore a backup of the database, "
        "or delete the row."
    )


def set_up(engine: Engine) -> None:
    """Set the pragmas and the transaction mode of every connection of an engine."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    _write_ahead(cursor)
    cursor.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Switch the file to WAL, so that readers and a writer do not block each other.

    If two programs switch a new file at once, SQLite refuses one of them without waiting for its
    busy timeout, because each holds the lock that the other needs.
    """
    until = time.monotonic() + SWITCH_SECONDS
    while True:
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone() == ("wal",):
            return
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(SWITCH_RETRY_SECONDS)
        else:
            return


def _begin(connection: Any) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
