"""The migrations make the tables that the code declares, all of them or, when killed, none."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import quant_engine.api.jobs.models
import quant_engine.autopilot.accounts
import quant_engine.autopilot.cycles
import quant_engine.tracking.disagreement_tracker
import quant_engine.tracking.execution_tracker
import quant_engine.tracking.ic_tracker  # noqa: F401 - these declare the tables
from quant_engine.database import migrate
from quant_engine.database.file import FileDatabase
from quant_engine.database.metadata import metadata
from quant_engine.database.version import SCHEMA_REVISION
from quant_engine.domain.errors import Unavailable

# dies inside the migration's transaction, after the statement with that number
KILLED = """
import asyncio, os, signal, sys
import sqlalchemy as sa
from quant_engine.database.file import FileDatabase

left = int(sys.argv[2])

@sa.event.listens_for(sa.engine.Engine, "after_cursor_execute")
def _count(connection, cursor, statement, *rest):
    global left
    if statement.lstrip().upper().startswith(("CREATE", "INSERT", "UPDATE")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(FileDatabase(f"sqlite:///{sys.argv[1]}").open())
"""


async def open_and_close(file: Path) -> None:
    database = FileDatabase(f"sqlite:///{file}")
    try:
        await database.open()
    finally:
        await database.close()


def tables(file: Path) -> set[str]:
    with sqlite3.connect(file) as connection:
        found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    return found


def scripts() -> ScriptDirectory:
    config = Config()
    folder = Path(migrate.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


async def test_the_migrations_make_what_the_code_declares(file: Path) -> None:
    await open_and_close(file)
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        differences = compare_metadata(
            MigrationContext.configure(connection, opts=options), metadata
        )
    engine.dispose()
    assert differences == []
    assert {"jobs", "job_events", "event_log"} <= tables(file)


async def test_a_difference_would_be_found(file: Path) -> None:
    await open_and_close(file)
    with sqlite3.connect(file) as plain:
        plain.execute("ALTER TABLE jobs ADD COLUMN extra TEXT")
    plain.close()
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert [difference[0] for difference in differences] == ["remove_column"]


def test_the_revision_in_the_code_is_the_newest() -> None:
    assert scripts().get_heads() == [SCHEMA_REVISION]


async def test_an_upgrade_happens_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_and_close(file)
    before = file.read_bytes()

    def refuse(*_arguments: object) -> None:
        raise AssertionError("migrated again")

    monkeypatch.setattr(migrate, "upgrade", refuse)
    await open_and_close(file)
    assert file.read_bytes() == before


def test_alembic_is_not_loaded_where_the_schema_is_current(
    file: Path, run_python: Callable[..., str]
) -> None:
    program = (
        "import asyncio, sys\n"
        "from quant_engine.database.file import FileDatabase\n"
        f"asyncio.run(FileDatabase('sqlite:///{file}').open())\n"
        "print('alembic' in sys.modules)"
    )
    assert [run_python(program), run_python(program)] == ["True", "False"]


@pytest.mark.parametrize("statement", [1, 2, 4, 6])
async def test_a_migration_that_is_killed_leaves_nothing(file: Path, statement: int) -> None:
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), str(statement)],
        capture_output=True,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert tables(file) == set()
    await open_and_close(file)
    assert {"jobs", "job_events", "event_log", "alembic_version"} <= tables(file)


async def test_a_schema_of_the_future_is_refused_and_kept(file: Path) -> None:
    await open_and_close(file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Unavailable, match="newer than this program"):
        await open_and_close(file)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("9999",)
        ]
    connection.close()


async def test_the_file_of_a_young_database_is_complete_without_its_log(file: Path) -> None:
    database = FileDatabase(f"sqlite:///{file}")
    await database.open()
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    await database.close()
    assert {"jobs", "job_events", "event_log", "alembic_version"} <= tables(copy)


async def test_each_database_has_a_log_id_of_its_own(tmp_path: Path) -> None:
    names = set()
    for name in ("a.db", "b.db"):
        await open_and_close(tmp_path / name)
        with sqlite3.connect(tmp_path / name) as connection:
            names.add(connection.execute("SELECT log_id FROM event_log").fetchone()[0])
        connection.close()
    assert len(names) == 2
