"""What a backup writes is complete under its name, or gone, whatever happens to the program or to its disk."""

import errno
import os
import resource
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from quant_engine.backup.record import read_backup
from quant_engine.backup.save import save
from quant_engine.domain.errors import Unavailable
from tests.backup.conftest import (
    WRITES,
    Filled,
    check_whole,
    check_whole_but_lock,
    in_child,
    interrupted,
    kill,
    partial_backups,
    tree,
)


def test_of_two_backups_to_one_folder_one_wins(filled: Filled, tmp_path: Path) -> None:
    meet = threading.Barrier(2)
    refusals: list[str] = []

    def write(target: Path) -> None:
        meet.wait()
        try:
            save(filled.path, filled.database, target)
        except Unavailable as error:
            refusals.append(error.message)

    for targets in (("same", "same"), ("one", "other")):
        threads = [threading.Thread(target=write, args=(tmp_path / name,)) for name in targets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(refusals) == 1
    assert "not an empty folder" in refusals[0]
    for name in ("same", "one", "other"):
        check_whole(tmp_path / name)
    assert partial_backups(tmp_path) == []


def test_a_backup_that_is_killed_at_any_file_is_never_taken_for_one(
    filled: Filled, tmp_path: Path
) -> None:
    target = tmp_path / "saved"
    left: set[int] = set()
    before = tree(filled.path)

    def work() -> None:
        save(filled.path, filled.database, target)

    for _ in interrupted(work, tmp_path, kill):
        assert tree(filled.path) == before
        if target.exists():
            check_whole_but_lock(target)
        for draft in partial_backups(tmp_path):
            with pytest.raises(Unavailable, match="did not end"):
                read_backup(draft)
        left.add(len(partial_backups(tmp_path)))
        shutil.rmtree(target, ignore_errors=True)
    # each of them removed what the one before had left
    assert left == {0, 1}
    check_whole(target)
    assert partial_backups(tmp_path) == []


def test_a_disk_that_is_full_at_any_write_leaves_nothing(filled: Filled, tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def work() -> None:
        save(filled.path, filled.database, tmp_path / "saved")

    failed = 0
    for text in interrupted(work, tmp_path, fail, WRITES):
        if text:
            failed += 1
            assert text == (
                "The disk is full. Free some space, or name a folder on another disk, and try again."
            )
        assert partial_backups(tmp_path) == []
        # the last writes flush the folders of a backup that has its name already
        if (tmp_path / "saved").exists():
            check_whole_but_lock(tmp_path / "saved")
            shutil.rmtree(tmp_path / "saved")
    assert failed > len(tree(filled.path))


@pytest.mark.parametrize("size", [0, 10, 500, 5_000, 50_000, 100_000, 150_000])
def test_a_disk_that_fills_up_leaves_nothing(filled: Filled, tmp_path: Path, size: int) -> None:
    def work() -> None:
        # a limit on the size of files stands for a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        save(filled.path, filled.database, tmp_path / "saved")

    # what SQLite writes beside the database to read it is there already
    with closing(sqlite3.connect(filled.database)) as service:
        service.execute("SELECT count(*) FROM jobs").fetchone()
        text = in_child(work)
    assert text is not None
    assert "disk" in text
    assert "full" in text
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
