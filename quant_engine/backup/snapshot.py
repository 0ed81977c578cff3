"""The database of a backup: copied as of one moment, checked, and the files that its jobs have."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from quant_engine.database.errors import DAMAGED, explained
from quant_engine.database.sqlite import make_private
from quant_engine.database.version import SCHEMA_REVISION
from quant_engine.domain.errors import Unavailable

STEP_PAGES = 256  #: copied at once, 1 MB
PAUSE_SECONDS = 0.005  #: after each step, in which the service has the disk for itself
LOCK_SECONDS = 5.0  #: how long another program may keep readers out
_WRITING = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE)
#: of each type of job with a file of its own: the folder of that file
_FOLDERS = {"backtest": "reports", "predict": "signals"}


@dataclass(frozen=True)
class Jobs:
    """What a database says of its jobs."""

    count: int
    unfinished: int  #: queued or running
    files: frozenset[str]  #: that jobs have, by their names in the home


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as of one moment to a new file, while others write to it.

    Raises:
        Unavailable: it is locked or damaged, or the copy cannot be written.
    """
    make_private(target)
    with _explained(), closing(_reader(source)) as live:
        # a reader of one moment: a copy without it begins anew whenever the service writes. It keeps no writer waiting
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            # what dies meanwhile is not used, and the file is flushed at the end
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            live.backup(copy, pages=STEP_PAGES, progress=_pause)
            # one file, which a folder that cannot be written may contain too
            copy.execute("PRAGMA journal_mode = DELETE")


def _pause(_status: int, _remaining: int, _total: int) -> None:
    time.sleep(PAUSE_SECONDS)


def check_copy(path: Path) -> str:
    """Check a copied database; return the revision of its schema.

    Raises:
        Unavailable: it is damaged, of no service, or newer than this program.
    """
    with _explained(), closing(_reader(path)) as copy:
        if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise Unavailable(DAMAGED)
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
        row = (
            copy.execute("SELECT version_num FROM alembic_version").fetchone()
            if {"alembic_version", "jobs"} <= tables
            else None
        )
    if row is None:
        raise Unavailable(
            "The database is not one of Quant Engine. Check QUANT_ENGINE_HOME and QUANT_ENGINE_DATABASE_URL."
        )
    revision = str(row[0])
    if revision > SCHEMA_REVISION:
        raise Unavailable(
            f"The database's schema ({revision}) is newer than this program; update it."
        )
    return revision


def read_jobs(path: Path) -> Jobs:
    """Read which files the jobs of a database have; the schema may be an older one."""
    with _explained(), closing(_reader(path)) as database:
        columns = {row[1] for row in database.execute("PRAGMA table_info(jobs)")}
        kept = "report_deleted_at IS NULL" if "report_deleted_at" in columns else "1"
        query = f"SELECT job_id, job_type FROM jobs WHERE status = 'succeeded' AND {kept}"  # noqa: S608
        files = frozenset(
            f"{_FOLDERS[job_type]}/{job_id}.json"
            for job_id, job_type in database.execute(query)
            if job_type in _FOLDERS
        )
        query = "SELECT count(*), sum(status IN ('queued', 'running')) FROM jobs"
        count, unfinished = database.execute(query).fetchone()
    return Jobs(count, unfinished or 0, files)


def renew_log_id(path: Path) -> None:
    """Give the event log of a restored database a new id, so that no client resumes from events that it lost."""
    with _explained(), closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("UPDATE event_log SET log_id = ?", (token_hex(6),))


def _reader(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise Unavailable(
            "There is no database to back up. Check QUANT_ENGINE_HOME and QUANT_ENGINE_DATABASE_URL."
        )
    uri = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_SECONDS)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) in _WRITING:
            # nothing else is written to
            raise Unavailable(
                "The disk of the backup is full, or cannot be written. Free some space, and try again."
            ) from error
        raise explained(
            str(error), otherwise=f"The database cannot be read ({error}). Check its file."
        ) from error
