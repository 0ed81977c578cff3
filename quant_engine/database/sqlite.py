"""Rules of every connection to a SQLite file: its URL, its pragmas, and how a transaction begins."""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine

from quant_engine.database.urls import parsed_url
from quant_engine.domain.errors import Unavailable

SWITCH_SECONDS = 2.0  #: how long another program may take to switch the same file to WAL
SWITCH_RETRY_SECONDS = 0.01
SYNCHRONOUS = "FULL"  #: a submission whose response was sent survives a power cut


def checked_url(url: str) -> URL:
    """Parse the URL of a SQLite file.

    Raises:
        Unavailable: the URL is not one.
    """
    parsed = parsed_url(url)
    if (
        parsed.get_backend_name() != "sqlite"
        or parsed.database in {None, "", ":memory:"}
        or (parsed.username, parsed.host) != (None, None)
        or parsed.query
    ):
        raise Unavailable(
            "DATABASE_URL must be sqlite:////path/to/file.db, postgresql://user:password@host/name, or unset."
        )
    return parsed.set(drivername="sqlite")


def make_private(path: Path) -> None:
    """Create the file of a new database for this user alone; SQLite's files beside it get the same mode."""
    # what is wrong with the folder is reported when SQLite opens the file
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


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
            # while the file has no content yet: free pages can be given back
            cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
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
