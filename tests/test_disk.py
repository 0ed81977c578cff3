"""A reader sees a complete file or none, and a disk error becomes a message with an action."""

import errno
import multiprocessing
import os
import resource
from pathlib import Path

import pytest

from contract_tests.hang import HANG_SECONDS
from quant_engine.disk import folder_bytes, read_whole, write_whole
from quant_engine.domain.errors import Unavailable


def _write_little(path: Path) -> None:
    # a limit on the size of files stands for a full disk; its signal would end the process
    import signal  # noqa: PLC0415 - only the child needs it

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
    try:
        write_whole(path, b"x" * 100_000)
    except Unavailable as error:
        os._exit(0 if "disk is full" in error.message else 2)
    os._exit(1)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")
    child = multiprocessing.get_context("fork").Process(target=_write_little, args=(path,))
    child.start()
    child.join(HANG_SECONDS)
    assert child.exitcode == 0
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_rename_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def fail(_self: Path, _target: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(Unavailable, match="cannot be written"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_absent_file_is_none(tmp_path: Path) -> None:
    assert read_whole(tmp_path / "nothing", "a file") is None


def test_the_size_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(b"12345")
    (tmp_path / "other").write_bytes(b"1")
    (tmp_path / "a" / "link").symlink_to(tmp_path / "a" / "b" / "file")
    link = (tmp_path / "a" / "link").lstat().st_size
    assert folder_bytes(tmp_path, lambda: False) == 6 + link
    assert folder_bytes(tmp_path / "none", lambda: False) == 0
    assert folder_bytes(tmp_path, lambda: True) == 0
