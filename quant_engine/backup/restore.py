"""Restores a backup into an empty home, which no service accepts before it is complete.

Everything is written to where it belongs, but the database, whose file has another name until the end: the last step
renames it. As long as a file of that name is there, a service refuses the home, and another restore begins anew.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from quant_engine.api.home import LOCK, Home, owner
from quant_engine.backup.files import copy_file, sync_file, sync_folders
from quant_engine.backup.record import DATABASE, BackupRecord, damaged, read_backup
from quant_engine.backup.save import MODELS, REPORTS, SIGNALS
from quant_engine.backup.snapshot import renew_log_id
from quant_engine.disk import disk_errors
from quant_engine.domain.errors import Unavailable

FOLDERS = (MODELS, REPORTS, SIGNALS)
#: files of SQLite beside a database, which it would take for those of the restored one
SIDE_FILES = ("-wal", "-shm", "-journal")


def restore(backup: Path, home: Path, database: Path) -> BackupRecord:
    """Check a backup, and write it into a home that is empty; return what it contains.

    Raises:
        Unavailable: the backup is damaged or needs a newer program, the home is not empty or a service owns it, or
            the disk is full. The home is as before then.
    """
    owned = Home(home, database)
    if owner(home) is not None:
        raise Unavailable("A service owns this home. Stop it, and try again.")
    _check_empty(owned)
    record, sums = read_backup(backup)
    owned.acquire(to_restore=True)
    try:
        # a service may have begun and ended meanwhile
        _check_empty(owned)
        with disk_errors("The home folder", "Free some space"), _undone(owned):
            # first, because a service refuses the home as long as this file is there
            _copy(backup / DATABASE, owned.restoring, sums.pop(DATABASE))
            sync_file(owned.restoring.parent)
            for name, digest in sums.items():
                _copy(backup / name, home / name, digest)
            renew_log_id(owned.restoring)
            sync_file(owned.restoring)
            sync_folders(home)
            sync_file(home.parent)
            owned.restoring.rename(owned.database)
            sync_file(owned.database.parent)
    finally:
        owned.release()
    return record


def _copy(source: Path, target: Path, digest: str) -> None:
    # it was checked before, and may have changed since
    if copy_file(source, target) != digest:
        raise damaged(source.name)


def _check_empty(home: Home) -> None:
    allowed = {LOCK, home.database_lock.name}
    if _is_resumed(home):
        allowed |= {home.restoring.name, *FOLDERS}
    try:
        found = {entry.name for entry in home.path.iterdir()} - allowed
    except (FileNotFoundError, NotADirectoryError):
        found = set()
    if found:
        raise Unavailable(
            f"{home.path} is not empty. Move it away, or set QUANT_ENGINE_HOME to another folder, and try again."
        )
    for suffix in ("", *SIDE_FILES):
        file = home.database.with_name(f"{home.database.name}{suffix}")
        if file.exists():
            raise Unavailable(
                f"There is a file {file.name} already, where QUANT_ENGINE_DATABASE_URL leads. Move it away, and try again."
            )


def _is_resumed(home: Home) -> bool:
    # beside a database elsewhere it may be of another home, so it tells nothing of what is in this one
    return home.restoring.parent == home.path.resolve() and home.restoring.exists()


@contextmanager
def _undone(home: Home) -> Iterator[None]:
    """Remove what an interrupted restore left, and what this one wrote if it fails; the file that stops a service is last."""
    if _is_resumed(home):
        _remove(home)
    home.restoring.unlink(missing_ok=True)
    try:
        yield
    except BaseException:
        if home.restoring.exists():
            _remove(home)
        raise


def _remove(home: Home) -> None:
    for folder in FOLDERS:
        with suppress(FileNotFoundError):
            shutil.rmtree(home.path / folder)
    sync_file(home.path)
    home.restoring.unlink()
