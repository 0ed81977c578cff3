"""A restored home is complete or refused, and clients notice that it is another one."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from contract_tests.kit.process import ServiceProcess
from contract_tests.kit.service import idle_app, running
from quant_engine.api.home import Home
from quant_engine.backup.record import DATABASE, read_backup
from quant_engine.backup.restore import restore
from quant_engine.backup.save import save
from quant_engine.database import migrate
from quant_engine.database.version import SCHEMA_REVISION
from quant_engine.domain.errors import Unavailable
from tests.backup.conftest import WRITES, interrupted, kill, tree

LOCKS = {"service.lock", "quant_engine.db.lock"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def check_restored(backup: Path, home: Path) -> None:
    """Check a home against its backup; only the id of the log may differ."""
    before, after = tree(backup), tree(home)
    _, sums = read_backup(backup)
    assert {name: after[name] for name in sums.keys() - {DATABASE}} == {
        name: before[name] for name in sums.keys() - {DATABASE}
    }
    assert after.keys() == sums.keys()
    rows, ids = [], []
    for folder in (backup, home):
        with closing(sqlite3.connect(folder / DATABASE)) as database:
            rows.append(database.execute("SELECT * FROM jobs ORDER BY position").fetchall())
            ids.append(database.execute("SELECT log_id FROM event_log").fetchone()[0])
    assert rows[0] == rows[1]
    assert ids[0] != ids[1]
    assert len(ids[1]) == len(ids[0])


def restored(saved: Path, home: Path) -> None:
    restore(saved, home, home / DATABASE)


def test_a_restored_home_is_complete_and_private(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "deep" / "new"
    mask = os.umask(0)
    try:
        restored(saved, home)
    finally:
        os.umask(mask)
    check_restored(saved, home)
    assert home.stat().st_mode & 0o777 == 0o700
    modes = {
        path.is_dir(): path.stat().st_mode & 0o777
        for path in home.rglob("*")
        if path.name not in LOCKS
    }
    assert modes == {True: 0o700, False: 0o600}


def test_a_folder_that_cannot_be_written_is_restored_from(saved: Path, tmp_path: Path) -> None:
    for path in (saved, *saved.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    restored(saved, tmp_path / "new")
    check_restored(saved, tmp_path / "new")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("notes.txt", "is not empty"),
        ("models", "is not empty"),
        ("quant_engine.db", "is not empty"),
        ("quant_engine.db-wal", "is not empty"),
    ],
)
def test_a_home_that_is_not_empty_is_refused(
    saved: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    home = tmp_path / "new"
    home.mkdir()
    (home / name).write_text("kept")
    with pytest.raises(Unavailable, match=sentence):
        restored(saved, home)
    assert tree(home) == {name: b"kept"} or name.endswith("-wal")
    assert names(home) == {name}


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
def test_a_database_elsewhere_is_not_written_over(saved: Path, tmp_path: Path, suffix: str) -> None:
    database = tmp_path / "elsewhere" / "shared.db"
    database.parent.mkdir()
    (database.parent / f"shared.db{suffix}").write_text("kept")
    with pytest.raises(Unavailable, match=f"a file shared.db{suffix} already"):
        restore(saved, tmp_path / "new", database)
    assert (database.parent / f"shared.db{suffix}").read_text() == "kept"
    assert names(tmp_path / "new") == set()


def test_a_database_elsewhere_is_restored_to_where_it_is_configured(
    saved: Path, tmp_path: Path
) -> None:
    database = tmp_path / "elsewhere" / "shared.db"
    with pytest.raises(Unavailable, match="folder of the database"):
        restore(saved, tmp_path / "new", database)
    database.parent.mkdir()
    restore(saved, tmp_path / "new", database)
    assert names(database.parent) == {"shared.db", "shared.db.lock"}
    assert names(tmp_path / "new") == {"service.lock", "models", "reports", "signals"}
    database.rename(tmp_path / "new" / DATABASE)
    check_restored(saved, tmp_path / "new")


def test_an_interrupted_restore_of_a_database_elsewhere_is_begun_anew(
    saved: Path, tmp_path: Path
) -> None:
    database = tmp_path / "elsewhere" / "shared.db"
    database.parent.mkdir()
    (database.parent / "shared.db.restoring").write_text("half")
    home = tmp_path / "new"
    # it is not known to be of this home
    (home / "models").mkdir(parents=True)
    (home / "models" / "mine").touch()
    with pytest.raises(Unavailable, match="is not empty"):
        restore(saved, home, database)
    assert names(home / "models") == {"mine"}
    restore(saved, tmp_path / "other", database)
    database.rename(tmp_path / "other" / DATABASE)
    check_restored(saved, tmp_path / "other")


def test_a_failed_restore_of_a_database_elsewhere_leaves_nothing(
    saved: Path, tmp_path: Path
) -> None:
    database = tmp_path / "elsewhere" / "shared.db"
    database.parent.mkdir()

    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def work() -> None:
        restore(saved, tmp_path / "new", database)

    for text in interrupted(work, tmp_path, fail, WRITES):
        assert text
        if not database.exists():
            assert names(tmp_path / "new") <= LOCKS
            assert names(database.parent) <= {"shared.db.lock"}
        shutil.rmtree(tmp_path / "new", ignore_errors=True)
        database.unlink(missing_ok=True)


async def test_a_home_with_a_service_is_refused(saved: Path, tmp_path: Path) -> None:
    async with running(idle_app(tmp_path / "new")) as service:
        with pytest.raises(Unavailable, match="still starting"):
            restored(saved, tmp_path / "new")
        service.parts.home.announce("http://localhost")
        with pytest.raises(Unavailable, match=r"A service owns this home\. Stop it"):
            restored(saved, tmp_path / "new")


def test_a_damaged_backup_touches_nothing(saved: Path, tmp_path: Path) -> None:
    (saved / DATABASE).write_bytes(b"")
    with pytest.raises(Unavailable, match=f"{DATABASE} is missing or is not"):
        restored(saved, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_that_changes_while_it_is_read_leaves_nothing(saved: Path, tmp_path: Path) -> None:
    file = saved / "models" / "registry.json"
    outcomes = set()
    for text in interrupted(
        lambda: restored(saved, tmp_path / "new"), saved, lambda: _append(file), frozenset({"open"})
    ):
        outcomes.add(text)
        assert (not text) == (tmp_path / "new" / DATABASE).exists()
        assert text or tree(tmp_path / "new")["models/registry.json"] == b'{"promoted":["v1","v2"]}'
        assert not text or names(tmp_path / "new") <= LOCKS
        shutil.rmtree(tmp_path / "new", ignore_errors=True)
        file.write_bytes(file.read_bytes().strip())
    assert outcomes == {
        "",
        "The backup is damaged: models/registry.json is missing or is not what was written. Restore another one.",
        "The backup is damaged: registry.json is missing or is not what was written. Restore another one.",
    }


def _append(file: Path) -> None:
    with file.open("a") as opened:
        opened.write("\n")


def test_a_restore_that_is_killed_at_any_file_leaves_no_half_home(
    saved: Path, tmp_path: Path
) -> None:
    home = tmp_path / "new"
    outcomes = []
    for _ in interrupted(lambda: restored(saved, home), home, kill):
        if (home / DATABASE).exists():
            outcomes.append("complete")
            check_restored(saved, home)
            shutil.rmtree(home)
            continue
        if names(home) <= LOCKS:
            outcomes.append("empty")
        else:
            outcomes.append("refused")
            with pytest.raises(Unavailable, match="Run quant-engine restore again"):
                Home(home, home / DATABASE).acquire()
        # the next one begins anew
        restored(saved, home)
        check_restored(saved, home)
        shutil.rmtree(home)
    assert [*dict.fromkeys(outcomes)] == ["empty", "refused", "complete"]
    assert len(outcomes) > len(tree(saved))


def test_a_restore_over_an_interrupted_one_that_is_killed_leaves_no_half_home(
    saved: Path, tmp_path: Path
) -> None:
    home, half = tmp_path / "new", tmp_path / "half"
    restored(saved, half)
    (half / DATABASE).rename(half / f"{DATABASE}.restoring")
    shutil.copytree(half, home)
    for _ in interrupted(lambda: restored(saved, home), home, kill):
        if not (home / DATABASE).exists() and not names(home) <= LOCKS:
            with pytest.raises(Unavailable, match="was interrupted"):
                Home(home, home / DATABASE).acquire()
            restored(saved, home)
        elif (home / DATABASE).exists():
            check_restored(saved, home)
        shutil.rmtree(home)
        shutil.copytree(half, home)


def test_what_others_put_into_an_interrupted_home_is_kept(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "new"
    restored(saved, home)
    (home / DATABASE).rename(home / f"{DATABASE}.restoring")
    (home / "notes.txt").touch()
    with pytest.raises(Unavailable, match="is not empty"):
        restored(saved, home)
    assert names(home) > {"notes.txt", "reports"}


def test_a_disk_that_is_full_at_any_write_leaves_an_empty_home(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "new"
    failed = 0

    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for text in interrupted(lambda: restored(saved, home), home, fail, WRITES):
        assert text
        failed += 1
        if (home / DATABASE).exists():
            # the last write flushes the folder of a home that is complete
            check_restored(saved, home)
        else:
            assert names(home) <= LOCKS
        shutil.rmtree(home, ignore_errors=True)
    assert failed > len(tree(saved))


@pytest.mark.parametrize("revision", ["0001", "0002"])
async def test_an_older_schema_is_migrated_when_a_service_opens_it(
    tmp_path: Path, revision: str, migrated_to: Callable[[Path, str], None]
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    migrated_to(old / DATABASE, revision)
    save(old, old / DATABASE, tmp_path / "saved")
    assert read_backup(tmp_path / "saved")[0].schema_revision == revision
    restored(tmp_path / "saved", new)
    async with running(idle_app(new)) as service, service.parts.database.reading() as connection:
        query = "SELECT version_num FROM alembic_version"
        assert (await connection.exec_driver_sql(query)).scalar() == SCHEMA_REVISION


@pytest.fixture
def migrated_to() -> Callable[[Path, str], None]:
    """Create a database as an older program did."""

    def create(path: Path, revision: str) -> None:
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            config = Config()
            folder = Path(migrate.__file__).parent / "migrations"
            config.set_main_option("script_location", str(folder))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        engine.dispose()

    return create


def test_streams_of_the_old_database_are_reset(tmp_path: Path) -> None:
    home, new = tmp_path / "home", tmp_path / "new"
    with closing(ServiceProcess(home, "backtest=hold", workers="1")) as first:
        first.release()
        ended = first.finish(first.submit()["job_id"])
        with first.stream("/api/events") as stream:
            position = next(stream).id
        (home / "release").unlink()
        holding, waiting = (first.submit()["job_id"] for _ in range(2))
        first.reach(holding, 0.25)
        # beside the service
        save(home, home / DATABASE, tmp_path / "saved")
        shown = first.read("/api/jobs")["items"]
        restored(tmp_path / "saved", new)
        # the old service goes on, on its own home
        first.release()
        assert first.finish(holding)["attempt"] == 1
    with closing(ServiceProcess(new, "backtest=hold", workers="1")) as second:
        with second.stream("/api/events", position) as stream:
            event = next(stream)
            assert (event.name, event.record) == ("reset", {"reason": "unknown_id"})
        # the job that ran is settled as after a crash
        second.release()
        assert second.finish(holding)["status"] == "succeeded"
        assert second.finish(waiting)["status"] == "succeeded"
        assert second.get(holding)["attempt"] == 2
        found = second.read("/api/jobs")["items"]
        assert [job["job_id"] for job in found] == [job["job_id"] for job in shown]
        assert second.get(ended["job_id"]) == ended
