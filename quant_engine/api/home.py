"""The home directory: private, and owned by one service at a time."""

import fcntl
import json
import os
from pathlib import Path
from typing import TextIO

from quant_engine.domain.errors import Unavailable


class Home:
    """A home that this process owns from `acquire` to `release`; the kernel releases it when the process dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: TextIO | None = None

    def acquire(self) -> None:
        """Create the folder, and become its owner.

        Raises:
            Unavailable: another service owns it, or it cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.chmod(0o700)
            # not truncated on opening, because another service may own it
            lock = open(self.path / "service.lock", "a+", encoding="utf-8")  # noqa: SIM115, PTH123 - held open on purpose
        except OSError as error:
            raise Unavailable(
                f"The home directory cannot be written ({error.strerror}). "
                "Set QUANT_ENGINE_HOME to a folder that you own."
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise Unavailable(
                "Another service owns this home directory. Stop it, use it, "
                "or set QUANT_ENGINE_HOME to another folder."
            ) from None
        self._lock = lock

    def announce(self, url: str) -> None:
        """Write the owner's URL into the lock file, for commands."""
        if self._lock is None:
            raise RuntimeError("only the owner can announce itself")
        self._lock.seek(0)
        self._lock.truncate()
        json.dump({"url": url, "pid": os.getpid()}, self._lock)
        self._lock.flush()

    def release(self) -> None:
        """Release the ownership."""
        if self._lock is not None:
            self._lock.seek(0)
            self._lock.truncate()
            self._lock.close()
            self._lock = None


def owner(path: Path) -> str | None:
    """Return the URL of the service that owns a home, or None when no service does.

    Raises:
        Unavailable: a service owns it and does not accept requests yet.
    """
    try:
        with (path / "service.lock").open(encoding="utf-8") as lock:
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
