"""The database of job processes: it waits for other writers, reports a lock that outlasts the wait, and migrates."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.nobody import as_nobody, let_everybody_read, only_root_can
from quant_engine.database import blocking, migrate, sqlite
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.version import SCHEMA_REVISION, schema_revision
from quant_engine.domain.errors import Unavailable

ROWS = "SELECT count(*) FROM event_log"
ADD = "INSERT INTO event_log VALUES (?, 0)"


@pytest.fixture
def database(file: Path) -> Iterator[BlockingDatabase]:
    with BlockingDatabase(f"sqlite:///{file}") as opened:
        yield opened


def rows(database: BlockingDatabase) -> int:
    with database.reading() as connection:
        return int(connection.exec_driver_sql(ROWS).scalar_one())


def add(database: BlockingDatabase, name: str) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(ADD, (name,))


def beside(file: Path) -> sqlite3.Connection:
    """Open the file as another program does."""
    return sqlite3.connect(file, isolation_level=None, timeout=0)


@pytest.mark.usefixtures("durable")
@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_every_connection_is_set_up(database: BlockingDatabase, pragma: str, value: object) -> None:
    with database.reading() as one, database.writing() as other:
        for connection in (one, other):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


# transactions


def test_a_committed_row_is_visible_to_others(file: Path, database: BlockingDatabase) -> None:
    add(database, "a")
    with closing(beside(file)) as other:
        assert other.execute(ROWS).fetchone() == (2,)


@pytest.mark.parametrize("raised", [ValueError("the caller's own"), KeyboardInterrupt()])
def test_any_exception_rolls_back(
    file: Path, database: BlockingDatabase, raised: BaseException
) -> None:
    def write_and_raise() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql(ADD, ("a",))
            raise raised

    with pytest.raises(type(raised)):
        write_and_raise()
    assert rows(database) == 1
    with closing(beside(file)) as other:
        # the lock is released
        other.execute("BEGIN IMMEDIATE")


def test_a_failing_statement_rolls_back_the_earlier_ones(database: BlockingDatabase) -> None:
    def write_twice() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql(ADD, ("a",))
            connection.exec_driver_sql(ADD, ("a",))

    with pytest.raises(Unavailable) as caught:
        write_twice()
    assert isinstance(caught.value.__cause__, sa.exc.IntegrityError)
    assert "INSERT" not in caught.value.message
    assert rows(database) == 1


def test_a_reader_sees_one_moment(database: BlockingDatabase) -> None:
    with database.reading() as connection:
        assert connection.exec_driver_sql(ROWS).scalar_one() == 1
        add(database, "a")
        assert connection.exec_driver_sql(ROWS).scalar_one() == 1
    assert rows(database) == 2


# other connections


def test_a_writer_waits_for_a_lock(file: Path, database: BlockingDatabase) -> None:
    asks = threading.Event()

    def notice(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            asks.set()

    sa.event.listen(database.engine, "before_cursor_execute", notice)
    raised: list[Unavailable] = []

    def write() -> None:
        try:
            add(database, "a")
        except Unavailable as error:
            raised.append(error)

    writer = threading.Thread(target=write)
    with closing(beside(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer.start()
        assert asks.wait(HANG_SECONDS)
        other.execute("COMMIT")
    writer.join(HANG_SECONDS)
    assert raised == []
    assert rows(database) == 2


def test_a_writer_reports_a_lock_that_outlasts_its_wait(
    file: Path, database: BlockingDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "LOCK_SECONDS", 0.02)
    with closing(beside(file)) as other, BlockingDatabase(f"sqlite:///{file}") as impatient:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked by another program"):
            add(impatient, "a")
        assert rows(impatient) == 1
        other.execute("ROLLBACK")
        add(impatient, "a")
    assert rows(database) == 2


# the schema


def made_by_the_first_release(file: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(ADD, ("kept",))
    engine.dispose()


def test_an_older_schema_is_brought_up_to_date_and_keeps_its_rows(file: Path) -> None:
    made_by_the_first_release(file)
    with BlockingDatabase(f"sqlite:///{file}") as database:
        with database.reading() as connection:
            assert schema_revision(connection) == SCHEMA_REVISION
            names = connection.exec_driver_sql("SELECT log_id FROM event_log").scalars().all()
            connection.exec_driver_sql("SELECT rank_ic FROM ic_snapshots")
        assert "kept" in names
        assert len(names) == 2


def test_a_schema_of_the_future_is_refused_and_kept(file: Path, database: BlockingDatabase) -> None:
    database.close()
    with closing(beside(file)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(Unavailable, match="newer than this program"):
            BlockingDatabase(f"sqlite:///{file}").open()
        assert other.execute("SELECT * FROM alembic_version").fetchall() == [("9999",)]


OPENING = """
import sys
from quant_engine.database import migrate
from quant_engine.database.blocking import BlockingDatabase

database = BlockingDatabase(f"sqlite:///{sys.argv[1]}")
print("ready", flush=True)
sys.stdin.readline()
with database, database.writing() as connection:
    connection.exec_driver_sql("INSERT INTO event_log VALUES (?, 0)", (sys.argv[2],))
"""


def test_processes_that_open_an_empty_file_at_once_wait_for_each_other(
    file: Path, run_at_once: Callable[..., None]
) -> None:
    run_at_once(OPENING, file, "a", "b", "c")
    with BlockingDatabase(f"sqlite:///{file}") as database:
        # one log was made, by the first process
        assert rows(database) == 4


def reading(other: sqlite3.Connection) -> None:
    """Hold a lock that keeps another connection from switching the file to write-ahead mode."""
    other.execute("CREATE TABLE a (b)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM a").fetchall()


def test_write_ahead_mode_is_set_when_the_reader_is_done(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "LOCK_SECONDS", 0)
    with closing(beside(file)) as other:
        reading(other)
        monkeypatch.setattr(
            "quant_engine.database.sqlite.time.sleep", lambda _seconds: other.execute("COMMIT")
        )
        with BlockingDatabase(f"sqlite:///{file}") as database:
            assert rows(database) == 1


def test_the_wait_for_a_reader_ends(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "LOCK_SECONDS", 0)
    monkeypatch.setattr(sqlite, "SWITCH_SECONDS", 0.02)
    with closing(beside(file)) as other:
        reading(other)
        with pytest.raises(Unavailable, match="locked by another program"):
            BlockingDatabase(f"sqlite:///{file}").open()


# files that are no database of this service


def garbage(file: Path) -> None:
    file.write_bytes(b"this is no database" * 500)


@pytest.mark.parametrize(
    ("put", "sentence"), [(garbage, "damaged"), (Path.mkdir, "cannot be opened")]
)
def test_what_is_no_database_is_refused(
    file: Path, put: Callable[[Path], None], sentence: str
) -> None:
    put(file)
    with pytest.raises(Unavailable, match=sentence):
        BlockingDatabase(f"sqlite:///{file}").open()


def test_a_folder_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be opened"):
        BlockingDatabase(f"sqlite:///{file.parent}/nowhere/x.db").open()


@only_root_can
def test_a_file_that_may_not_be_written_is_refused(file: Path, database: BlockingDatabase) -> None:
    database.close()
    let_everybody_read(file.parent)

    def open_and_add() -> None:
        with BlockingDatabase(f"sqlite:///{file}") as opened:
            add(opened, "a")

    errors = as_nobody(open_and_add)
    assert errors.startswith("Unavailable: The database"), errors
    assert rows(database) == 1


def test_a_url_that_is_not_a_sqlite_file_is_refused() -> None:
    with pytest.raises(Unavailable, match="DATABASE_URL"):
        BlockingDatabase("mysql://localhost/x")
