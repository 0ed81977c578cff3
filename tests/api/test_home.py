"""The home and its database are private."""

import os
from pathlib import Path

import pytest

from quant_engine.api.home import Home
from quant_engine.database.file import FileDatabase
from quant_engine.domain.errors import Unavailable


async def test_the_home_is_private(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        (tmp_path / "empty").mkdir()
        for path in (tmp_path / "deep" / "home", tmp_path / "empty"):
            home = Home(path, path / "quant_engine.db")
            home.acquire()
            assert path.stat().st_mode & 0o777 == 0o700
            home.release()
    finally:
        os.umask(mask)


async def test_a_folder_of_other_programs_is_refused(tmp_path: Path) -> None:
    for name in ("notes.txt", "Documents", ".profile"):
        folder = tmp_path / f"of-{name}"
        (folder / name).mkdir(parents=True)
        folder.chmod(0o755)
        with pytest.raises(Unavailable, match="files of other programs"):
            Home(folder, folder / "quant_engine.db").acquire()
        # nothing was added to it
        assert [path.name for path in folder.iterdir()] == [name]
        assert folder.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", ["service.lock", "quant_engine.db", "models", "lost+found"])
async def test_a_home_that_exists_opens(tmp_path: Path, name: str) -> None:
    # a start that was killed leaves the lock, a restored copy may have no lock
    (tmp_path / name).touch()
    home = Home(tmp_path, tmp_path / "quant_engine.db")
    home.acquire()
    home.release()


async def test_an_old_home_among_files_of_others_keeps_its_mode(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("notes.txt", "service.lock"):
        (tmp_path / name).touch()
    tmp_path.chmod(0o755)
    for _ in range(2):
        home = Home(tmp_path, tmp_path / "quant_engine.db")
        home.acquire()
        home.release()
        assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert caplog.text.count("may read the home directory") == 2


async def test_a_link_to_a_database_leads_to_its_owner(tmp_path: Path) -> None:
    (tmp_path / "real.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    first = Home(tmp_path / "first", tmp_path / "real.db")
    second = Home(tmp_path / "second", tmp_path / "link.db")
    first.acquire()
    with pytest.raises(Unavailable, match="owns this database"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_a_home_whose_restore_was_interrupted_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path / "quant_engine.db")
    home.restoring.touch()
    with pytest.raises(Unavailable, match=r"not complete\. Run quant-engine restore again"):
        home.acquire()
    # it owns nothing then
    home.acquire(to_restore=True)
    home.restoring.unlink()
    home.release()
    home.acquire()
    home.release()


async def test_a_new_database_is_private(tmp_path: Path) -> None:
    database = FileDatabase(f"sqlite:///{tmp_path}/shared.db")
    mask = os.umask(0)
    try:
        await database.open()
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        await database.close()
    finally:
        os.umask(mask)
    assert modes == dict.fromkeys(("shared.db", "shared.db-wal", "shared.db-shm"), 0o600)
