"""Writes the files of a backup and of a restored home: private, flushed to disk, and never over another file."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from quant_engine.api.home import Ownership
from quant_engine.disk import disk_errors
from quant_engine.domain.errors import Unavailable

CHUNK_BYTES = 1_000_000
PREFIX, PARTIAL = ".quant-engine-backup-", ".partial"  #: of the name of a backup that has not ended
LOCK = ".lock"  #: in that folder; the process that writes it has it locked

_PRIVATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def write_file(path: Path, content: bytes) -> None:
    """Write a new file."""
    with os.fdopen(os.open(path, _PRIVATE, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def copy_file(source: Path, target: Path) -> str | None:
    """Copy a file to a new one, and create its folder; return its SHA-256, None where there is no such file.

    Raises:
        Unavailable: the source cannot be read.
        OSError: the target cannot be written.
    """
    try:
        reader = source.open("rb")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(source, error) from error
    _make_folder(target.parent)
    digest = hashlib.sha256()
    with reader, os.fdopen(os.open(target, _PRIVATE, 0o600), "wb") as writer:
        while True:
            try:
                chunk = reader.read(CHUNK_BYTES)
            except OSError as error:
                raise _unreadable(source, error) from error
            if not chunk:
                break
            digest.update(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        # `mkdir` gives the mode to the last folder only
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700)


def sync_file(path: Path) -> None:
    """Flush a file that another library wrote, or the entries of a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folders(root: Path) -> None:
    """Flush the entries of a folder and of those in it."""
    for folder, _, _ in os.walk(root):
        sync_file(Path(folder))


@contextmanager
def new_draft(parent: Path) -> Iterator[Path]:
    """Create a folder for a backup under way; it is gone afterwards, unless it was renamed.

    What earlier backups left there that were killed is removed first.
    """
    with disk_errors(
        "The folder of the backup", "Free some space, or name a folder on another disk"
    ):
        for old in parent.glob(f"{PREFIX}*{PARTIAL}"):
            _remove_abandoned(old)
        draft, lock = _locked_folder(parent)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            lock.release()


def _locked_folder(parent: Path) -> tuple[Path, Ownership]:
    while True:
        draft = parent / f"{PREFIX}{token_hex(8)}{PARTIAL}"
        draft.mkdir(mode=0o700)
        lock = Ownership(draft / LOCK, "")
        try:
            lock.acquire()
        except (FileNotFoundError, Unavailable):
            # another backup that begins took the folder, which was not locked yet, for an abandoned one
            continue
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        if (draft / LOCK).exists():
            return draft, lock
        lock.release()


def _remove_abandoned(draft: Path) -> None:
    lock = Ownership(draft / LOCK, "")
    try:
        # one that was killed before it had a lock file is empty; where there is more, opening the file creates it
        with suppress(OSError):
            draft.rmdir()
        lock.acquire()
    except (OSError, Unavailable):
        return  # it was empty, it ended just now, it is being written, or it is another user's
    shutil.rmtree(draft, ignore_errors=True)
    lock.release()


def _unreadable(source: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"{source.parent.name}/{source.name} cannot be read ({error.strerror}). Check its owner and permissions, "
        "or remove it."
    )
