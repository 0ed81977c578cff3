"""What a cycle remembers: each decision as soon as it is made, or, on a dry run, nothing beyond itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from quant_engine.autopilot import cycles
from quant_engine.autopilot.ledger import AccountStatement, count_since, read_paper
from quant_engine.autopilot.scoring import Score
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.sqlite import SCHEMA_REVISION, checked_url, schema_revision
from quant_engine.disk import disk_errors
from quant_engine.domain.autopilot import AnyDecision, AutopilotCycle, TradeDecision
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters
from quant_engine.domain.work import Workspace
from quant_engine.tracking.disagreement_tracker import (
    DisagreementRow,
    save_disagreement_snapshot,
)
from quant_engine.tracking.ic_tracker import IcRow, save_ic_snapshot

T = TypeVar("T")


class Journal:
    """The stored side of one cycle; without a database it reads as empty and keeps nothing."""

    def __init__(
        self, database: BlockingDatabase | None, cycle_id: str, data_source: str, *, keeps: bool
    ) -> None:
        self.database = database
        self.keeps = keeps
        self._cycle_id = cycle_id
        self.account = data_source  #: of paper; each source has its own

    def begin(self, parameters: AutopilotParameters) -> list[AnyDecision]:
        """Note that the cycle begins; returns what it had decided before it was ended half-way."""
        return (
            self._write(
                lambda connection: cycles.begin_cycle(
                    connection, self._cycle_id, self.account, parameters
                )
            )
            or []
        )

    def start_over(self) -> None:
        """Forget what was decided."""
        self._write(lambda connection: cycles.start_over(connection, self._cycle_id))

    def save(self, decision: AnyDecision, *others: Callable[[Connection], None]) -> None:
        """Keep a decision, and in the same transaction what belongs to it."""

        def write(connection: Connection) -> None:
            cycles.save_decision(connection, self._cycle_id, decision)
            for other in others:
                other(connection)

        self._write(write)

    def end(self) -> None:
        """Note that every step is taken."""
        self._write(lambda connection: cycles.end_cycle(connection, self._cycle_id))

    def promotion(self, params: BacktestParameters, reason: str) -> Callable[[Connection], None]:
        """Return the write that puts a strategy in force."""
        return lambda connection: cycles.promote_strategy(
            connection, self._cycle_id, self.account, params, reason
        )

    def earlier(self) -> list[AutopilotCycle]:
        """Return the finished cycles before this one, newest first."""
        return (
            self._read(
                lambda connection: cycles.earlier_cycles(connection, self.account, self._cycle_id)
            )
            or []
        )

    def strategy_before(self) -> BacktestParameters | None:
        """Return the strategy that was in force when this cycle began."""
        return self._read(
            lambda connection: cycles.strategy_in_force(
                connection, self.account, before=self._cycle_id
            )
        )

    def paper(self) -> AccountStatement | None:
        """Return the paper account, if it was opened."""
        return self._read(lambda connection: read_paper(connection, self.account))

    def traded_since_last_cycle(self) -> tuple[int, int]:
        """Return how many sessions and fills the account has had since the cycle before this."""
        traded = (_traded(cycle) for cycle in self.earlier())
        since = next((day for day in traded if day is not None), None)
        counts = self._read(lambda connection: count_since(connection, self.account, since))
        return counts or (0, 0)

    def _read(self, read: Callable[[Connection], T]) -> T | None:
        if self.database is None:
            return None
        with self.database.reading() as connection:
            return read(connection)

    def _write(self, write: Callable[[Connection], T]) -> T | None:
        if self.database is None or not self.keeps:
            return None
        with self.database.writing() as connection:
            return write(connection)


def _traded(cycle: AutopilotCycle) -> date | None:
    return next((d.as_of for d in cycle.decisions if isinstance(d, TradeDecision)), None)


@contextmanager
def open_journal(workspace: Workspace, cycle_id: str, *, keeps: bool) -> Iterator[Journal]:
    """Open the journal of a cycle; one that keeps nothing makes no file and migrates none.

    Raises:
        Unavailable: the database cannot be opened.
    """
    source = workspace.data_source
    if keeps:
        with disk_errors():
            workspace.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with BlockingDatabase(workspace.database) as database:
            yield Journal(database, cycle_id, source, keeps=True)
        return
    existing = _existing(workspace.database)
    try:
        yield Journal(existing, cycle_id, source, keeps=False)
    finally:
        if existing is not None:
            existing.close()


def _existing(url: str) -> BlockingDatabase | None:
    if not Path(str(checked_url(url).database)).exists():
        return None
    database = BlockingDatabase(url)
    with database.reading() as connection:
        current = schema_revision(connection) == SCHEMA_REVISION
    if not current:
        database.close()
    return database if current else None


def snapshots(
    version: str, horizon: int, as_of: date, score: Score
) -> Iterator[Callable[[Connection], None]]:
    """Return the writes that keep a score."""
    now = datetime.now(UTC)
    if score.rank_ic is not None:
        ic = IcRow(
            version=version,
            horizon=horizon,
            as_of=as_of,
            n_sessions=score.n_sessions,
            rank_ic=score.rank_ic,
            rank_ic_t=score.rank_ic_t,
            recorded_at=now,
        )
        yield lambda connection: save_ic_snapshot(connection, ic)
    if score.disagreement is not None and score.usual_disagreement is not None:
        spread = DisagreementRow(
            version=version,
            horizon=horizon,
            as_of=as_of,
            n_tickers=score.n_tickers,
            disagreement=score.disagreement,
            usual_disagreement=score.usual_disagreement,
            recorded_at=now,
        )
        yield lambda connection: save_disagreement_snapshot(connection, spread)
