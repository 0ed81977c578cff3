"""A service on a filled home: one of everything that a request can read, and real files of prices."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from contract_tests.kit.examples import (
    PREDICTION,
    REPORT,
    SIGNALS,
    SUMMARY,
    disagreement_snapshot,
    fill,
    ic_snapshot,
    manifest,
    promote,
)
from contract_tests.kit.logs import lines
from contract_tests.kit.service import RunningService, idle_app, running
from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.autopilot import accounts, cycles
from quant_engine.data.describe import describe
from quant_engine.data.manifest import data_files
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.autopilot import RefreshDecision
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.work import DataSourceName, Workspace
from quant_engine.tracking.disagreement_tracker import save_disagreement_snapshot
from quant_engine.tracking.execution_tracker import save_execution_quality_fill
from quant_engine.tracking.ic_tracker import save_ic_snapshot

CYCLE = "cycle-1"
OTHER = "v0-of-the-other-source"  #: a version
SIX_SESSIONS = """\
date,close
2020-01-02,1
2020-01-03,2
2020-01-06,3
2020-01-07,4
2020-01-08,5
2020-01-09,6
"""
FIRST, LAST = (
    date(2013, 1, 2),
    date(2020, 1, 9),
)  #: of a long history; both homes end with the same session
WAITING = "waiting"  #: idempotency key of a queued job
#: bought one name on the last session; an order for the other waits
PAPER_SESSION = """{
"state": {
 "account": "files", "opened_on": "2020-01-09", "last_session": "2020-01-09", "n_sessions": 1,
 "initial_cash": 100, "cash": 39.97, "invested": 60, "equity": 99.97, "peak": 100, "closed_until": 0,
 "rules": {"holding_period": 10, "max_positions": 10, "entry_threshold": 0.01,
  "position_size": 0.1, "risk_management": false, "cost_bps": 5},
 "model_version": "v1",
 "positions": [{"ticker": "AAA", "shares": 10, "entry_number": 0, "entry_date": "2020-01-09",
  "entry_price": 6, "predicted_return": 0.02, "last_price": 6}],
 "pending": [{"order_id": "files-BBB-2020-01-09", "ticker": "BBB", "decided_on": "2020-01-09",
  "decision_price": 6, "side": "buy", "status": "pending", "predicted_return": 0.03, "reason": "entry"}]
},
"traded": 60, "cost_bps": 5,
"fills": [{"order_id": "files-AAA-2020-01-08", "ticker": "AAA", "decided_on": "2020-01-08",
 "decision_price": 5, "side": "buy", "status": "filled", "predicted_return": 0.02, "reason": "entry",
 "number": 0, "filled_on": "2020-01-09", "wanted_shares": 10, "shares": 10, "fill_price": 6, "fee": 0.03}]
}"""


@dataclass(frozen=True)
class FilledService(RunningService):
    """A service on a filled home."""

    prices: Path
    backtest: str  #: id of a job that succeeded
    prediction: str  #: likewise

    def fill(self, path: str) -> str:
        """Fill in a path of the contract."""
        return path.format(job_id=self.backtest, version="v1")

    def file(self, path: str) -> Path:
        """Return the path of a file in the home or in `prices`."""
        filled = path.format(backtest=self.backtest, prediction=self.prediction)
        root = self.prices.parent if filled.split("/")[0] == self.prices.name else self.home
        return root / filled

    def name_of(self, file: Path) -> str | None:
        """Return a file's name as `file` takes it; None if it is in neither the home nor the prices."""
        if not file.is_relative_to(self.home) and not file.is_relative_to(self.prices):
            return None
        root = self.home if file.is_relative_to(self.home) else self.prices.parent
        name = str(file.relative_to(root))
        for job, place in ((self.backtest, "{backtest}"), (self.prediction, "{prediction}")):
            name = name.replace(job, place)
        return name

    def move_prices_away(self) -> None:
        """Move the prices away from where the service looks for them."""
        self.prices.rename(self.prices.with_name("prices-away"))

    def remove_a_price(self) -> None:
        """Remove one session of a name, and describe the prices again."""
        prices = self.prices / "AAA.csv"
        prices.write_text(prices.read_text().replace("2020-01-07,4\n", ""))
        describe(self.workspace)


@asynccontextmanager
async def filled(
    folder: Path, source: DataSourceName = "files", *, closes: str = SIX_SESSIONS
) -> AsyncIterator[FilledService]:
    """Serve a filled home; no job process runs. `closes` is the content of each file of prices."""
    prices = folder / "prices"
    prices.mkdir()
    for name in ("AAA", "BBB"):
        (prices / f"{name}.csv").write_text(closes)
    # in different folders, so that code that confuses home and database fails
    database = folder / "database" / "quant_engine.db"
    database.parent.mkdir()
    app = idle_app(
        folder / "home",
        data_source=source,
        data_path=prices if source == "files" else None,
        database_url=f"sqlite:///{database}",
    )
    async with running(app, data=None) as service:
        if source == "files":
            describe(service.workspace)
        promote(service.home, manifest("v1", data_source=source))
        # the newest version is one that this service does not use
        other: DataSourceName = "demo" if source == "files" else "files"
        promote(service.home, manifest(OTHER, data_source=other, trained_at="2024-01-02T00:00:00Z"))
        _track(service.workspace.database)
        backtest = await _succeed(service, JobType.BACKTEST, BacktestParameters(), SUMMARY)
        prediction = await _succeed(service, JobType.PREDICT, PredictParameters(), PREDICTION)
        artifacts = Artifacts(service.home)
        artifacts.write_report(REPORT.model_copy(update={"job_id": backtest}))
        artifacts.write_signals(SIGNALS.model_copy(update={"job_id": prediction}))
        yield FilledService(app, service.client, prices, backtest, prediction)


@cache
def long_closes() -> str:
    """Write a file of closes on each session of the exchange; the days are those of the demo prices."""
    (demo,) = data_files(Workspace(Path(), "demo"))
    with gzip.open(demo, "rt", encoding="utf-8") as file:
        days = [date.fromisoformat(line.partition(",")[0]) for line in list(file)[1:]]
    rows = [f"{day},{10 + row % 7}" for row, day in enumerate(days) if FIRST <= day <= LAST]
    return "\n".join(["date,close", *rows]) + "\n"


@asynccontextmanager
async def long_home(folder: Path) -> AsyncIterator[FilledService]:
    """Serve a home on which every request can succeed: its prices have a long history, and a job is queued."""
    async with filled(folder, closes=long_closes()) as service:
        # in this process, because a new process for each change of the prices is slow
        service.parts.catalog.describe = _describe_here
        await service.store.submit(JobType.TRAIN, TrainParameters().model_dump_json(), key=WAITING)
        yield service


async def _describe_here(workspace: Workspace) -> None:
    describe(workspace)


async def _succeed(
    service: RunningService, kind: JobType, parameters: BaseModel, summary: BaseModel
) -> str:
    # over HTTP the job would be refused: the prices are too short a history
    record = await service.store.submit(kind, parameters.model_dump_json())
    claim = await service.store.claim_next()
    assert claim is not None
    await service.store.log(claim, lines())
    await service.store.succeed(claim, summary.model_dump_json())
    return str(record.job_id)


def _track(database_url: str) -> None:
    decision = RefreshDecision(
        step="refresh",
        reason="There are new sessions.",
        outcome="new_sessions",
        data_fingerprint="0" * 16,
        last_date=date(2020, 1, 9),
        n_new_sessions=6,
        n_problems=0,
    )
    with BlockingDatabase(database_url) as database, database.writing() as connection:
        save_ic_snapshot(connection, ic_snapshot())
        save_disagreement_snapshot(connection, disagreement_snapshot())
        for row in (fill(), fill(1, account="files")):
            save_execution_quality_fill(connection, row)
        cycles.begin_cycle(connection, CYCLE, "files", AutopilotParameters())
        cycles.save_decision(connection, CYCLE, decision)
        cycles.end_cycle(connection, CYCLE)
        accounts.save_session(connection, accounts.PaperSession.model_validate_json(PAPER_SESSION))
