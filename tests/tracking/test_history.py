"""Each tracker: rows are read unchanged, are written completely or not at all, and are bounded in number."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import literal, select

from contract_tests.kit.nobody import as_nobody, let_everybody_read, only_root_can
from quant_engine.database import blocking
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.metadata import metadata
from quant_engine.domain.errors import Unavailable
from quant_engine.tracking.history import read_rows
from tests.tracking.trackers import TRACKERS, Tracker, read, spoil, url_of, write

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=TRACKERS)
def tracker(request: pytest.FixtureRequest) -> Tracker:
    return TRACKERS[request.param]


def test_rows_are_read_unchanged_in_the_order_of_recording(file: Path, tracker: Tracker) -> None:
    assert read(file, tracker) == []
    rows = [tracker.example(number) for number in (2, 0, 1)]
    write(file, tracker, *rows)
    assert read(file, tracker) == rows


def test_a_row_of_the_same_key_replaces_the_earlier_one(file: Path, tracker: Tracker) -> None:
    first, second = tracker.example(0), tracker.example(1)
    later = tracker.example(0, **tracker.changed)
    write(file, tracker, first, second, later)
    assert read(file, tracker) == [later, second]


@pytest.mark.parametrize("name", ["ic", "disagreement"])
def test_versions_horizons_and_days_are_kept_apart(file: Path, name: str) -> None:
    tracker = TRACKERS[name]
    rows = [tracker.example(), tracker.example(version="v2")]
    rows += [tracker.example(horizon=5), tracker.example(1)]
    write(file, tracker, *rows)
    assert read(file, tracker) == rows
    with BlockingDatabase(url_of(file)) as database, database.reading() as connection:
        assert tracker.read(connection, limit=2) == rows[2:]
        assert tracker.read(connection, limit=0) == []


def test_a_column_that_the_table_gains_is_not_read(file: Path, tracker: Tracker) -> None:
    row = tracker.example()
    write(file, tracker, row)
    table = metadata.tables[tracker.table]
    with BlockingDatabase(url_of(file)) as database, database.reading() as connection:
        wider = connection.execute(select(table, literal("a team").label("owner")))
        assert read_rows(wider, type(row), table) == [row]


def test_only_the_newest_are_kept(
    file: Path, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracker.module, "KEPT", 3)
    rows = [tracker.example(number) for number in range(8)]
    # after each, because a later row can hide that one too many was deleted
    for number, row in enumerate(rows, start=1):
        write(file, tracker, row)
        assert read(file, tracker) == rows[:number][-3:]
    # a replacement needs no further place
    for row in rows[-3:]:
        write(file, tracker, row)
        assert read(file, tracker) == rows[-3:]


# a failed write or read raises


@pytest.mark.parametrize("change", ["DROP TABLE {}", "ALTER TABLE {} RENAME COLUMN {} TO x"])
def test_a_changed_table_is_an_error(file: Path, tracker: Tracker, change: str) -> None:
    write(file, tracker, tracker.example())
    spoil(file, change.format(tracker.table, next(iter(tracker.changed))))
    with pytest.raises(Unavailable):
        read(file, tracker)
    with pytest.raises(Unavailable):
        write(file, tracker, tracker.example(1))


def test_a_lock_that_another_program_keeps_is_an_error(
    file: Path, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(file, tracker, tracker.example(0))
    monkeypatch.setattr(blocking, "LOCK_SECONDS", 0.02)
    other = connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        write(file, tracker, tracker.example(1))
    # readers are not kept waiting by a writer
    assert read(file, tracker) == [tracker.example(0)]
    other.close()
    write(file, tracker, tracker.example(1))
    assert read(file, tracker) == [tracker.example(0), tracker.example(1)]


@only_root_can
def test_a_file_that_may_not_be_written_is_an_error(file: Path, tracker: Tracker) -> None:
    write(file, tracker, tracker.example())
    let_everybody_read(file.parent)
    error = as_nobody(lambda: write(file, tracker, tracker.example(1)))
    assert error.startswith("Unavailable: The database"), error
    assert "read-only" in error or "cannot be opened" in error
    assert read(file, tracker) == [tracker.example()]


DAMAGED = {
    "ic": [
        ("as_of", "2024-02-30"),
        ("as_of", "Monday"),
        ("horizon", "ten"),
        ("n_sessions", 0),
        ("n_sessions", 2.5),
        ("rank_ic", "NaN"),
        ("rank_ic", "high"),
        ("rank_ic", 1.5),
        ("rank_ic_t", float("inf")),
        ("recorded_at", "2024-01-01T12:00:00"),
        ("recorded_at", ""),
        ("version", b"\xff"),
    ],
    "disagreement": [
        ("as_of", "2024"),
        ("n_tickers", -1),
        ("disagreement", -0.1),
        ("disagreement", float("inf")),
        ("usual_disagreement", "Infinity"),
        ("recorded_at", "2024-01-01T12:00:00"),
    ],
    "execution": [
        ("side", "short"),
        ("filled_on", "soon"),
        ("decision_price", 0.0),
        ("fill_price", "NaN"),
        ("shares", float("-inf")),
        ("shortfall_bps", "NaN"),
        ("cost_bps", -1.0),
        ("account", b"\xff"),
    ],
}


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [(name, *cell) for name, cells in DAMAGED.items() for cell in cells],
)
def test_a_damaged_row_is_an_error_and_is_kept(
    file: Path, name: str, column: str, value: object
) -> None:
    tracker = TRACKERS[name]
    write(file, tracker, tracker.example(0), tracker.example(1))
    spoil(file, f"UPDATE {tracker.table} SET {column} = ? WHERE position = 1", value)  # noqa: S608
    with pytest.raises(Unavailable, match=f"{tracker.table} has a damaged row"):
        read(file, tracker)
    spoil(file, f"DELETE FROM {tracker.table} WHERE position = 1")  # noqa: S608
    assert read(file, tracker) == [tracker.example(1)]


# several processes, each with a database of its own

WRITING = """
import sys
from pathlib import Path
from tests.tracking.trackers import TRACKERS, url_of
from quant_engine.database.blocking import BlockingDatabase

first = int(sys.argv[2])
with BlockingDatabase(url_of(Path(sys.argv[1]))) as database:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(first, first + 50):
        with database.writing() as connection:
            for tracker in TRACKERS.values():
                tracker.save(connection, tracker.example(number))
"""


def test_several_processes_at_once_lose_nothing(
    file: Path, run_at_once: Callable[..., None]
) -> None:
    run_at_once(WRITING, file, *range(0, 200, 50))
    for tracker in TRACKERS.values():
        with connect(file) as plain:
            rows = plain.execute(f"SELECT count(*) FROM {tracker.table}").fetchone()  # noqa: S608
        plain.close()
        assert rows == (200,)
        kept = read(file, tracker)
        expected = {tracker.example(number).model_dump_json() for number in range(200)}
        assert {row.model_dump_json() for row in kept} <= expected


KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from tests.tracking.trackers import TRACKERS, write

left, tracker = int(sys.argv[2]), TRACKERS[sys.argv[3]]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

@sa.event.listens_for(sa.engine.Engine, "after_cursor_execute")
def _count(connection, cursor, statement, *rest):
    global left
    left -= statement.startswith(("INSERT", "DELETE"))
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

write(Path(sys.argv[1]), tracker, tracker.example(0, **tracker.changed), tracker.example(1))
"""


@pytest.mark.parametrize(("name", "statement"), [("ic", 1), ("ic", 3), ("execution", 2)])
def test_a_write_that_is_killed_leaves_a_whole_row_or_none(
    file: Path, name: str, statement: int
) -> None:
    tracker = TRACKERS[name]
    write(file, tracker, tracker.example(0))
    # each row is an INSERT and a DELETE of the oldest rows
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), str(statement), name],
        capture_output=True,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    replaced = statement > 2  # the first row was complete by then
    expected = tracker.example(0, **tracker.changed) if replaced else tracker.example(0)
    assert read(file, tracker) == [expected]
    write(file, tracker, tracker.example(1))
    assert read(file, tracker) == [expected, tracker.example(1)]


LOADED = """
import sys
from pathlib import Path
from tests.tracking.trackers import TRACKERS, read, write

for tracker in TRACKERS.values():
    write(Path(sys.argv[1]), tracker, tracker.example())
    read(Path(sys.argv[1]), tracker)
unwanted = ("quant_engine.api", "quant_engine.autopilot", "numpy", "pandas", "fastapi")
print([name for name in sys.modules if name.startswith(unwanted)])
"""


def test_trackers_load_neither_api_nor_autopilot_nor_numpy(
    file: Path, run_python: Callable[..., str]
) -> None:
    assert run_python(LOADED, file) == "[]"
