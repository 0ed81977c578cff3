"""The three trackers, so that a test runs on each of them."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from types import ModuleType
from typing import Any

from sqlalchemy import Connection

from contract_tests.kit.examples import disagreement_snapshot, fill, ic_snapshot
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.reports import Report
from quant_engine.domain.tracking import ExecutionFill
from quant_engine.tracking import disagreement_tracker, execution_tracker, ic_tracker


@dataclass(frozen=True)
class Tracker:
    """One tracker as a test uses it."""

    module: ModuleType
    table: str
    example: Callable[..., Report]
    changed: dict[str, Any]  #: fields that a later row of the same key may have
    save: Callable[[Connection, Any], None]
    read: Callable[..., Sequence[Report]]  #: in the order of recording


def _fills(connection: Connection) -> list[ExecutionFill]:
    return execution_tracker.get_execution_quality_summary(connection).fills[::-1]


TRACKERS = {
    "ic": Tracker(
        ic_tracker,
        "ic_snapshots",
        ic_snapshot,
        {"rank_ic": -0.5, "rank_ic_t": None, "n_sessions": 7},
        ic_tracker.save_ic_snapshot,
        ic_tracker.get_ic_history,
    ),
    "disagreement": Tracker(
        disagreement_tracker,
        "disagreement_snapshots",
        disagreement_snapshot,
        {"disagreement": 0.5, "n_tickers": 3},
        disagreement_tracker.save_disagreement_snapshot,
        disagreement_tracker.get_disagreement_history,
    ),
    "execution": Tracker(
        execution_tracker,
        "execution_fills",
        fill,
        {"fill_price": 99.0, "shortfall_bps": -100.0, "side": "sell"},
        execution_tracker.save_execution_quality_fill,
        _fills,
    ),
}


def url_of(file: Path) -> str:
    """The URL of a database file."""
    return f"sqlite:///{file}"


def write(file: Path, tracker: Tracker, *rows: Report) -> None:
    """Save rows, each in a transaction of its own."""
    with BlockingDatabase(url_of(file)) as database:
        for row in rows:
            with database.writing() as connection:
                tracker.save(connection, row)


def read(file: Path, tracker: Tracker) -> list[Report]:
    """Read the stored rows."""
    with BlockingDatabase(url_of(file)) as database, database.reading() as connection:
        return list(tracker.read(connection))


def spoil(file: Path, statement: str, *values: object) -> None:
    """Damage the file."""
    with closing(connect(file, isolation_level=None)) as plain:
        plain.execute(statement, values)
