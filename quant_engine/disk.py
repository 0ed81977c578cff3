"""Reads and writes whole files: a reader never sees half a file, and an error says what to do."""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from quant_engine.domain.errors import Unavailable

PROBE_BYTES = 4096  #: as many as a disk writes at least
MAX_FILE_BYTES = 200_000_000  #: the service writes no larger file

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def read_whole(path: Path, what: str) -> bytes | None:
    """Return a file's content, or None if it is absent.

    Raises:
        Unavailable: it exists and cannot be read; the message calls it `what`.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise Unavailable(f"{path.name} is too large to be {what}. Remove it.")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(
            f"{path.name}, {what}, cannot be read ({_reason(error)}). "
            "Check its owner and permissions, or remove it."
        ) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old one or the new one, also after a crash.

    Raises:
        Unavailable: the disk is full, read-only or fails; the old file is unchanged.
    """
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.parent / f".{path.name}.{secrets.token_hex(4)}.tmp"
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)


def remove_file(path: Path) -> bool:
    """Remove a file; return whether there was one.

    Raises:
        Unavailable: it cannot be removed.
    """
    with disk_errors():
        try:
            path.unlink()
        except FileNotFoundError:
            return False
    return True


def folder_bytes(folder: Path, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Return the size of all files in a folder, or of those that were seen until it is stopped.

    What others remove meanwhile, or this user may not read, counts as nothing; links are not followed.
    """
    total = 0
    for parent, _, names in os.walk(folder):
        if is_stopped():
            break
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118 - in half the time of a Path
    return total


def probe_folder(folder: Path) -> None:
    """Try whether files can be written in a folder, and leave none.

    Raises:
        Unavailable: they cannot.
    """
    with disk_errors():
        probe = folder / f".probe.{secrets.token_hex(4)}.tmp"
        try:
            probe.write_bytes(bytes(PROBE_BYTES))
        finally:
            probe.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk, so that they survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_errors(
    folder: str = "The home folder", way_out: str = "Free some space, or move the home directory"
) -> Iterator[None]:
    """Turn an `OSError` while writing into `Unavailable` with a message that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            message = f"The disk is full. {way_out}, and try again."
        else:
            message = (
                f"{folder} cannot be written ({_reason(error)}). "
                "Check its permissions and the disk, and try again."
            )
        raise Unavailable(message) from error


def _reason(error: OSError) -> str:
    # strerror alone: str(error) would send the absolute path to clients
    return error.strerror or type(error).__name__
