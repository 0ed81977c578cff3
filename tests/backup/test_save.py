"""A backup is of one moment and complete, whatever happens to the home meanwhile."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from contract_tests.kit.examples import REPORT
from contract_tests.kit.nobody import as_nobody, let_everybody_read, only_root_can
from quant_engine.artifacts import Artifacts
from quant_engine.backup import save as saving
from quant_engine.backup import snapshot
from quant_engine.backup.record import RECORD, SUMS
from quant_engine.backup.save import save
from quant_engine.domain.errors import Unavailable
from tests.backup.conftest import (
    READS,
    Filled,
    check_whole,
    interrupted,
    partial_backups,
    tree,
)

COPIED = (
    "job_type, status, created_at, started_at, completed_at, progress, cancel_requested, attempt, revision, params,"
    " result"
)
NEW_JOB = f"INSERT INTO jobs (job_id, {COPIED}) SELECT ?, {COPIED} FROM jobs WHERE job_id = ?"  # noqa: S608


def add(filled: Filled, job_id: str) -> None:
    """Let one more backtest succeed."""
    Artifacts(filled.path).write_report(REPORT.model_copy(update={"job_id": job_id}))
    filled.execute(NEW_JOB, job_id, filled.backtest)


def test_a_backup_has_what_the_home_has(filled: Filled, tmp_path: Path) -> None:
    before = tree(filled.path)
    record = save(filled.path, filled.database, tmp_path / "saved")
    assert check_whole(tmp_path / "saved") == record
    counts = record.counts
    assert (counts.jobs, counts.unfinished, counts.reports, counts.signals) == (4, 1, 2, 1)
    assert (counts.models, counts.files) == (2, 9)
    assert record.missing == record.damaged == []
    after = tree(tmp_path / "saved")
    assert counts.bytes == sum(len(after[name]) for name in after.keys() - {RECORD, SUMS})
    # the service describes its data again by itself
    own = {"quant_engine.db", "data/demo.json"}
    assert {name: before[name] for name in before.keys() - own} == {
        name: after[name] for name in after.keys() - {"quant_engine.db", RECORD, SUMS}
    }
    assert tree(filled.path) == before
    assert partial_backups(tmp_path) == []


def test_a_backup_is_private(filled: Filled, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        save(filled.path, filled.database, tmp_path / "saved")
    finally:
        os.umask(mask)
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in (tmp_path / "saved").rglob("*")}
    assert modes == {True: 0o700, False: 0o600}
    assert (tmp_path / "saved").stat().st_mode & 0o777 == 0o700


def test_what_only_the_log_of_the_database_has_is_copied(filled: Filled, tmp_path: Path) -> None:
    home = tmp_path / "killed"
    with closing(sqlite3.connect(filled.database, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("UPDATE jobs SET progress_message = 'in the log'")
        shutil.copytree(filled.path, home)
    save(home, home / "quant_engine.db", tmp_path / "saved")
    with closing(sqlite3.connect(tmp_path / "saved" / "quant_engine.db")) as copy:
        found = copy.execute("SELECT DISTINCT progress_message FROM jobs").fetchall()
    assert found == [("in the log",)]


def test_a_copy_of_a_database_that_changes_is_of_one_moment(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remaining: list[int] = []
    with closing(sqlite3.connect(filled.database, isolation_level=None, timeout=0)) as service:

        def write(_status: int, left: int, _total: int) -> None:
            remaining.append(left)
            # no writer waits for the copy
            service.execute("UPDATE jobs SET revision = revision + 1")

        monkeypatch.setattr(snapshot, "_pause", write)
        save(filled.path, filled.database, tmp_path / "saved")
    # it never began anew
    assert len(remaining) > 2
    assert remaining == sorted(remaining, reverse=True)
    with closing(sqlite3.connect(tmp_path / "saved" / "quant_engine.db")) as copy:
        behind = copy.execute("SELECT sum(revision) FROM jobs").fetchone()[0]
    assert filled.execute("SELECT sum(revision) FROM jobs")[0][0] - behind == 4 * len(remaining)


def test_a_program_that_holds_the_write_lock_does_not_matter(
    filled: Filled, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(filled.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        save(filled.path, filled.database, tmp_path / "saved")
    check_whole(tmp_path / "saved")


def test_a_database_that_cannot_be_read_is_named(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "LOCK_SECONDS", 0.01)
    with closing(sqlite3.connect(filled.database, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable, match="locked by another program"):
            save(filled.path, filled.database, tmp_path / "saved")
    content = filled.database.read_bytes()
    filled.database.write_bytes(content[:4096] + bytes(len(content) - 4096))
    with pytest.raises(Unavailable, match="damaged"):
        save(filled.path, filled.database, tmp_path / "saved")
    filled.database.write_bytes(b"")
    with pytest.raises(Unavailable, match="not one of Quant Engine"):
        save(filled.path, filled.database, tmp_path / "saved")
    filled.database.unlink()
    with pytest.raises(Unavailable, match="no database to back up"):
        save(filled.path, filled.database, tmp_path / "saved")
    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def test_a_newer_schema_is_refused(filled: Filled, tmp_path: Path) -> None:
    filled.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match=r"schema \(9999\) is newer"):
        save(filled.path, filled.database, tmp_path / "saved")


def test_what_the_home_has_lost_is_stated(filled: Filled, tmp_path: Path) -> None:
    lost, cut = (f"reports/{job}.json" for job in (filled.older, filled.backtest))
    (filled.path / lost).unlink()
    (filled.path / cut).write_text("{")
    (filled.path / "models" / "v1" / "manifest.json").unlink()
    (filled.path / "models" / "v2" / "predictions").write_text("changed")
    record = save(filled.path, filled.database, tmp_path / "saved")
    assert check_whole(tmp_path / "saved") == record
    assert record.missing == ["models/v1/manifest.json", lost]
    assert record.damaged == ["models/v2/predictions", cut]
    assert (tmp_path / "saved" / cut).read_text() == "{"


def test_a_damaged_registry_is_stated(filled: Filled, tmp_path: Path) -> None:
    (filled.path / "models" / "registry.json").write_text("{")
    record = save(filled.path, filled.database, tmp_path / "saved")
    assert (record.missing, record.damaged) == ([], ["models/registry.json"])


def test_a_report_that_was_pruned_is_not_missing(filled: Filled, tmp_path: Path) -> None:
    filled.execute("UPDATE jobs SET report_deleted_at = 'now' WHERE job_id = ?", filled.older)
    (filled.path / "reports" / f"{filled.older}.json").unlink()
    record = save(filled.path, filled.database, tmp_path / "saved")
    assert (record.missing, record.counts.reports) == ([], 1)


def test_a_job_with_an_odd_id_leads_nowhere(filled: Filled, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    filled.execute("UPDATE jobs SET job_id = '../../secret' WHERE job_id = ?", filled.older)
    record = save(filled.path, filled.database, tmp_path / "saved")
    assert record.counts.reports == 1
    assert not any("secret" in name for name in tree(tmp_path / "saved"))


@only_root_can
def test_a_file_that_may_not_be_read_ends_the_backup(filled: Filled, tmp_path: Path) -> None:
    let_everybody_read(tmp_path)
    for path in (tmp_path, filled.path, *filled.path.rglob("*")):
        path.chmod(0o777)
    name = f"reports/{filled.older}.json"
    (filled.path / name).chmod(0)
    text = as_nobody(lambda: save(filled.path, filled.database, tmp_path / "saved"))
    assert text.startswith(f"Unavailable: {name} cannot be read (Permission denied).")
    assert not (tmp_path / "saved").exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("home", "inside the home"),
        ("home/reports/saved", "inside the home"),
        ("absent/saved", "no folder"),
        ("full", "not an empty folder"),
        ("file", "not an empty folder"),
        ("/proc", "is a disk"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused(
    filled: Filled, tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").touch()
    (tmp_path / "file").touch()
    before = tree(tmp_path)
    with pytest.raises(Unavailable, match=sentence):
        save(filled.path, filled.database, tmp_path / name)
    assert tree(tmp_path) == before
    assert partial_backups(tmp_path) == []


def test_an_empty_folder_and_a_link_to_one_are_used(filled: Filled, tmp_path: Path) -> None:
    for name in ("empty", "linked"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "linked")
    for name in ("empty", "link"):
        save(filled.path, filled.database, tmp_path / name)
        check_whole(tmp_path / name)
    assert (tmp_path / "link").is_symlink()


def consistent(filled: Filled, target: Path) -> str:
    """Back up, and check that the backup lacks nothing; `""` where all is well."""
    record = save(filled.path, filled.database, target)
    check_whole(target)
    shutil.rmtree(target)
    return "" if record.missing == record.damaged == [] else json.dumps(record.missing)


def remove_model(filled: Filled) -> None:
    """Remove a version from the registry, and then its files."""
    (filled.path / "models" / "registry.json").write_text('{"promoted": ["v2"]}')
    shutil.rmtree(filled.path / "models" / "v1")


@pytest.mark.parametrize(
    "change",
    [
        lambda filled: filled.delete(filled.older),
        lambda filled: add(filled, "new"),
        remove_model,
    ],
    ids=["a backtest is deleted", "a backtest succeeds", "a model is removed"],
)
def test_a_change_at_any_moment_leaves_no_gap(
    filled: Filled, tmp_path: Path, change: Callable[[Filled], None]
) -> None:
    shutil.copytree(filled.path, tmp_path / "kept")
    moments = 0
    for text in interrupted(
        lambda: consistent(filled, tmp_path / "saved"),
        filled.path,
        lambda: change(filled),
        READS,
    ):
        assert text == ""
        moments += 1
        shutil.rmtree(filled.path)
        shutil.copytree(tmp_path / "kept", filled.path)
    assert moments > len(tree(filled.path))


def test_deletions_without_end_do_not_keep_a_backup_from_ending(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter(("new-1", "new-2"))
    copy = snapshot.copy_database

    def copy_and_delete(source: Path, target: Path) -> None:
        name = next(names)
        add(filled, name)
        copy(source, target)
        filled.delete(name)

    monkeypatch.setattr(saving, "MOST_COPIES", 2)
    monkeypatch.setattr(snapshot, "copy_database", copy_and_delete)
    record = save(filled.path, filled.database, tmp_path / "saved")
    check_whole(tmp_path / "saved")
    assert record.missing == ["reports/new-2.json"]
