"""The home and its database are private."""

import os
from pathlib import Path

import pytest

from contract_tests.kit.service import idle_app, running
from quant_engine.api.home import Home
from quant_engine.database.engine import Database


async def test_the_home_is_private(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    mask = os.umask(0)
    try:
        async with running(idle_app(home)):
            assert home.stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(mask)


async def test_a_folder_of_other_programs_keeps_its_mode(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "notes.txt").touch()
    for mode in (0o755, 0o700):
        tmp_path.chmod(0o755)
        home = Home(tmp_path, tmp_path / "quant_engine.db")
        home.acquire()
        home.release()
        # from the second time on it is a home
        assert tmp_path.stat().st_mode & 0o777 == mode
    assert caplog.text.count("files of other programs") == 1


async def test_a_new_database_is_private(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/shared.db")
    mask = os.umask(0)
    try:
        await database.open()
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        await database.close()
    finally:
        os.umask(mask)
    assert modes == dict.fromkeys(("shared.db", "shared.db-wal", "shared.db-shm"), 0o600)
