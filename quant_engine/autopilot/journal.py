"""The store of a cycle: it writes each decision at once, and on a dry run nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from quant_engine.autopilot import cycles
from quant_engine.autopilot.ledger import count_since, read_paper
from quant_engine.autopilot.scoring import Score
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.version import SCHEMA_REVISION, schema_revision
from quant_engine.disk import disk_errors
from quant_engine.domain.autopilot import AnyDecision, AutopilotCycle, TradeDecision
from quant_engine.domain.paper import PaperAccount
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters
from quant_engine.domain.tracking import DisagreementSnapshot, IcSnapshot
from quant_engine.domain.work import Workspace
from quant_engine.tracking.disagreement_tracker import save_disagreement_snapshot
from quant_engine.tracking.ic_tracker import save_ic_snapshot

P = ParamSpec("P")
T = TypeVar("T")


class Journal:
    """Reads and writes for one cycle; without a database it reads as empty and writes nothing."""

    def __init__(
        self, database: BlockingDatabase | None, cycle_id: str, data_source: str, *, stores: bool
    ) -> None:
        self.database = database
        self.stores = stores
        self._cycle_id = cycle_id
        self.account = data_source  #: name of the paper account; each source has its own

    def begin(self, parameters: AutopilotParameters) -> list[AnyDecision]:
        """Record the start of the cycle; returns its earlier decisions, if it was interrupted before."""
        return self._write(cycles.begin_cycle, self._cycle_id, self.account, parameters) or []

    def start_over(self) -> None:
        """Delete the earlier decisions."""
        self._write(cycles.start_over, self._cycle_id)

    def save(self, decision: AnyDecision, *others: Callable[[Connection], None]) -> None:
        """Store a decision, and in the same transaction run `others`."""

        def write(connection: Connection) -> None:
            cycles.save_decision(connection, self._cycle_id, decision)
            for other in others:
                other(connection)

        self._write(write)

    def end(self) -> None:
        """Record the end of the cycle."""
        self._write(cycles.end_cycle, self._cycle_id)

    def promotion(self, params: BacktestParameters, reason: str) -> Callable[[Connection], None]:
        """Return the write that puts a strategy in force."""
        return lambda connection: cycles.promote_strategy(
            connection, self._cycle_id, self.account, params, reason
        )

    def earlier(self) -> list[AutopilotCycle]:
        """Return the finished cycles before this one, newest first."""
        return self._read(cycles.earlier_cycles, self.account, self._cycle_id) or []

    def strategy_before(self) -> BacktestParameters | None:
        """Return the strategy that was in force when this cycle began."""
        return self._read(cycles.strategy_in_force, self.account, before=self._cycle_id)

    def paper(self) -> PaperAccount | None:
        """Return the paper account, if it was opened."""
        return self._read(read_paper, self.account)

    def traded_since_last_cycle(self) -> tuple[int, int]:
        """Return how many sessions and fills the account has had since the previous cycle."""
        traded = (_traded(cycle) for cycle in self.earlier())
        since = next((day for day in traded if day is not None), None)
        return self._read(count_since, self.account, since) or (0, 0)

    def _read(
        self, read: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> T | None:
        if self.database is None:
            return None
        with self.database.reading() as connection:
            return read(connection, *args, **named)

    def _write(
        self, write: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> T | None:
        if self.database is None or not self.stores:
            return None
        with self.database.writing() as connection:
            return write(connection, *args, **named)


def _traded(cycle: AutopilotCycle) -> date | None:
    return next((d.as_of for d in cycle.decisions if isinstance(d, TradeDecision)), None)


@contextmanager
def open_journal(workspace: Workspace, cycle_id: str, *, stores: bool) -> Iterator[Journal]:
    """Open the journal of a cycle; without `stores` it creates no file and migrates none."""
    source = workspace.data_source
    if stores:
        with disk_errors():
            workspace.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with BlockingDatabase(workspace.database) as database:
            yield Journal(database, cycle_id, source, stores=True)
        return
    existing = _existing(workspace.database)
    try:
        yield Journal(existing, cycle_id, source, stores=False)
    finally:
        if existing is not None:
            existing.close()


def _existing(url: str) -> BlockingDatabase | None:
    database = BlockingDatabase(url)
    if not database.exists():
        return None
    with database.reading() as connection:
        current = schema_revision(connection) == SCHEMA_REVISION
    if not current:
        database.close()
    return database if current else None


def snapshots(
    version: str, horizon: int, as_of: date, score: Score
) -> Iterator[Callable[[Connection], None]]:
    """Yield the writes that store a score."""
    key = {"version": version, "horizon": horizon, "as_of": as_of, "recorded_at": datetime.now(UTC)}
    values = key | asdict(score)
    if score.rank_ic is not None:
        ic = IcSnapshot(**{name: values[name] for name in IcSnapshot.model_fields})
        yield lambda connection: save_ic_snapshot(connection, ic)
    if score.disagreement is not None and score.usual_disagreement is not None:
        spread = DisagreementSnapshot(
            **{name: values[name] for name in DisagreementSnapshot.model_fields}
        )
        yield lambda connection: save_disagreement_snapshot(connection, spread)
