"""The home directory: private, and owned by one service at a time, as its database is."""

import fcntl
import json
import logging
import os
from pathlib import Path
from typing import TextIO

from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import DATABASE_FILE

LOCK = "service.lock"  #: every home has one from its first start on
#: what a home may have before its first start: restored folders, and what a file system puts into each of its roots
OWN = frozenset({"data", "lost+found", "models", "reports", "signals"})

_log = logging.getLogger(__name__)


class Ownership:
    """A file that one process at a time has locked; the kernel releases it when the process dies."""

    def __init__(self, file: Path, taken: str) -> None:
        """Own nothing yet; `taken` says what to do when another process is the owner."""
        self._file = file
        self._taken = taken
        self._lock: TextIO | None = None

    def acquire(self) -> None:
        """Become the owner.

        Raises:
            Unavailable: another process is.
            OSError: the file cannot be written.
        """
        # not truncated on opening, because another process may own it
        lock = open(self._file, "a+", encoding="utf-8")  # noqa: SIM115, PTH123 - held open on purpose
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise Unavailable(self._taken) from None
        self._lock = lock

    def write(self, text: str) -> None:
        """Write a text into the file for others."""
        if self._lock is None:
            raise RuntimeError("only the owner can announce itself")
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(text)
        self._lock.flush()

    def release(self) -> None:
        """Release the ownership."""
        if self._lock is not None:
            self._lock.seek(0)
            self._lock.truncate()
            self._lock.close()
            self._lock = None


class Home:
    """A home and its database, which this process owns from `acquire` to `release`."""

    def __init__(self, path: Path, database: Path) -> None:
        self.path = path
        self.database = database.resolve()
        #: the database of a restore that has not ended
        self.restoring = self.database.with_name(f"{self.database.name}.restoring")
        self._home = Ownership(
            path / LOCK,
            "Another service owns this home directory. Stop it, use it, or set QUANT_ENGINE_HOME to another folder.",
        )
        # not the file itself: SQLite would lose its own locks when it is closed
        self.database_lock = self.database.with_name(f"{self.database.name}.lock")
        self._database = Ownership(
            self.database_lock,
            "Another service, with another home, owns this database. Stop it, or set QUANT_ENGINE_DATABASE_URL to "
            "another file.",
        )

    def acquire(self, *, to_restore: bool = False) -> None:
        """Create the folder, and become the owner of both.

        Raises:
            Unavailable: another service owns one of them, it cannot be written, the folder belongs to other programs,
                or a restore of it has not ended, unless it is `to_restore`.
        """
        self._own()
        if self.restoring.exists() and not to_restore:
            self.release()
            raise Unavailable(
                "A restore of this home was interrupted, so the home is not complete. Run quant-engine restore again."
            )

    def _own(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_private()
            self._home.acquire()
        except OSError as error:
            raise Unavailable(
                f"The home directory cannot be written ({error.strerror}). "
                "Set QUANT_ENGINE_HOME to a folder that you own."
            ) from error
        try:
            self._database.acquire()
        except OSError as error:
            self._home.release()
            raise Unavailable(
                f"The folder of the database cannot be written ({error.strerror}). "
                "Set QUANT_ENGINE_DATABASE_URL to a file in a folder that you own."
            ) from error
        except Unavailable:
            self._home.release()
            raise

    def _make_private(self) -> None:
        names = {path.name for path in self.path.iterdir()}
        if not names:
            self.path.chmod(0o700)
        elif not names & {LOCK, DATABASE_FILE} and names - OWN:
            raise Unavailable(
                "The home directory has files of other programs and was never a home of this one. "
                "Set QUANT_ENGINE_HOME to an empty or a new folder."
            )
        elif self.path.stat().st_mode & 0o077:
            # an earlier version accepted folders of others, who could not use them any more with another mode
            _log.warning(
                "Other users may read the home directory. Give it the mode 0700, or set QUANT_ENGINE_HOME to a folder "
                "of its own."
            )

    def announce(self, url: str) -> None:
        """Write the owner's URL into the lock file, for commands."""
        self._home.write(json.dumps({"url": url, "pid": os.getpid()}))

    def release(self) -> None:
        """Release the ownership."""
        self._database.release()
        self._home.release()


def owner(path: Path) -> str | None:
    """Return the URL of the service that owns a home, or None when no service does.

    Raises:
        Unavailable: a service owns it and does not accept requests yet.
    """
    try:
        with (path / LOCK).open(encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _announced(lock.read())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return None


def _announced(text: str) -> str:
    try:
        return str(json.loads(text)["url"])
    except (ValueError, KeyError, TypeError):
        raise Unavailable(
            "A service owns this home and is still starting. Try again in a moment."
        ) from None
