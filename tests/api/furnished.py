"""A home with one of everything that can be read, on real files of prices; nothing stands in for anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from sqlite3 import Connection, connect

import httpx
from fastapi import FastAPI
from pydantic import BaseModel

from contract_tests.kit.engine import ScriptedEngine
from quant_engine.api.main import create_app
from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.autopilot import accounts, cycles
from quant_engine.config import Settings
from quant_engine.data.describe import describe
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.autopilot import RefreshDecision
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
)
from quant_engine.domain.reports import PredictSummary
from quant_engine.domain.work import DataSourceName, Workspace
from tests.api.apps import client_of
from tests.api.held_jobs import SUMMARY
from tests.api.versions import manifest, promote
from tests.data.folders import text_of
from tests.test_artifacts import REPORT, SIGNALS
from tests.tracking.trackers import TRACKERS, fill

CYCLE = "cycle-1"
SIX_SESSIONS = text_of([1, 2, 3, 4, 5, 6])
PREDICTION = PredictSummary(
    model_version="v1", as_of=SIGNALS.as_of, horizon=10, n_tickers=1, top=SIGNALS.signals
)


@dataclass(frozen=True)
class Site:
    """One installation that is being served."""

    home: Path
    prices: Path
    app: FastAPI
    client: httpx.AsyncClient
    backtest: str
    prediction: str

    def place(self, path: str) -> str:
        """Fill in a path of the contract."""
        return path.format(job_id=self.backtest, version="v1")

    def file(self, path: str) -> Path:
        """Name a file of the home, or one of `prices`."""
        filled = path.format(backtest=self.backtest, prediction=self.prediction)
        root = self.prices.parent if filled.split("/")[0] == self.prices.name else self.home
        return root / filled

    def name_of(self, file: Path) -> str | None:
        """Name a file as `file` takes it; None: it is neither of the home nor of the prices."""
        if not file.is_relative_to(self.home) and not file.is_relative_to(self.prices):
            return None
        root = self.home if file.is_relative_to(self.home) else self.prices.parent
        name = str(file.relative_to(root))
        for job, place in ((self.backtest, "{backtest}"), (self.prediction, "{prediction}")):
            name = name.replace(job, place)
        return name

    def beside(self) -> Connection:
        """Open the database as another program does."""
        other = connect(self.home / "quant_engine.db", isolation_level=None, timeout=0)
        # what it writes need not outlive a power cut
        other.execute("PRAGMA synchronous = OFF")
        return other

    async def let_go(self) -> None:
        """Have the service open its database anew."""
        await self.app.state.service._database._engine.dispose()

    def move_prices_away(self) -> None:
        """Take the prices from where they are looked for."""
        self.prices.rename(self.prices.with_name("prices-away"))

    def lose_a_price(self) -> None:
        """Have a name miss a session, and the prices described again."""
        prices = self.prices / "AAA.csv"
        prices.write_text(prices.read_text().replace("2020-01-07,4\n", ""))
        describe(Workspace(self.home, "files", self.prices))


@asynccontextmanager
async def furnished(
    folder: Path, source: DataSourceName = "files", *, closes: str = SIX_SESSIONS
) -> AsyncIterator[Site]:
    """Serve such a home; no job process runs. `closes` is what is in each file of prices."""
    home, prices = folder / "home", folder / "prices"
    prices.mkdir()
    for name in ("AAA", "BBB"):
        (prices / f"{name}.csv").write_text(closes)
    app = create_app(
        Settings(home=home, data_source=source, data_path=prices), engine=ScriptedEngine()
    )
    async with app.state.service.lifespan(app), client_of(app) as client:
        if source == "files":
            describe(Workspace(home, source, prices))
        promote(home, manifest("v1", data_source=source))
        _track(home)
        backtest = await _job(app, JobType.BACKTEST, BacktestParameters(), SUMMARY)
        prediction = await _job(app, JobType.PREDICT, PredictParameters(), PREDICTION)
        artifacts = Artifacts(home)
        artifacts.write_report(REPORT.model_copy(update={"job_id": backtest}))
        artifacts.write_signals(SIGNALS.model_copy(update={"job_id": prediction}))
        yield Site(home, prices, app, client, backtest, prediction)


async def _job(app: FastAPI, kind: JobType, parameters: BaseModel, summary: BaseModel) -> str:
    # so few prices are too short a history to ask for over HTTP
    store = app.state.services.store
    record = await store.submit(kind, parameters.model_dump_json())
    await store.succeed(await store.claim_next(), summary.model_dump_json())
    return str(record.job_id)


def _track(home: Path) -> None:
    decision = RefreshDecision(
        step="refresh",
        reason="There are new sessions.",
        outcome="new_sessions",
        data_fingerprint="0" * 16,
        last_date=date(2020, 1, 9),
        n_new_sessions=6,
        n_problems=0,
    )
    url = f"sqlite:///{home}/quant_engine.db"
    with BlockingDatabase(url) as database, database.writing() as connection:
        for tracker in TRACKERS.values():
            tracker.save(connection, tracker.example())
        TRACKERS["execution"].save(connection, fill(1, account="files"))
        cycles.begin_cycle(connection, CYCLE, "files", AutopilotParameters())
        cycles.save_decision(connection, CYCLE, decision)
        cycles.end_cycle(connection, CYCLE)
        accounts.save_session(connection, _paper_session())


def _paper_session() -> accounts.PaperSession:
    order = {"ticker": "AAA", "decided_on": "2020-01-08", "decision_price": 5.0}
    bought = {
        **order,
        "order_id": "files-AAA-2020-01-08",
        "side": "buy",
        "status": "filled",
        "predicted_return": 0.02,
        "reason": "entry",
        "number": 0,
        "filled_on": "2020-01-09",
        "wanted_shares": 10.0,
        "shares": 10.0,
        "fill_price": 6.0,
        "fee": 0.03,
    }
    held = {
        "ticker": "AAA",
        "shares": 10.0,
        "entry_number": 0,
        "entry_date": "2020-01-09",
        "entry_price": 6.0,
        "predicted_return": 0.02,
        "last_price": 6.0,
    }
    pending = {
        "order_id": "files-BBB-2020-01-09",
        "ticker": "BBB",
        "decided_on": "2020-01-09",
        "decision_price": 6.0,
        "side": "buy",
        "status": "pending",
        "predicted_return": 0.03,
        "reason": "entry",
    }
    state = {
        "account": "files",
        "opened_on": "2020-01-09",
        "initial_cash": 100.0,
        "cash": 39.97,
        "n_sessions": 1,
        "last_session": "2020-01-09",
        "peak": 100.0,
        "closed_until": 0,
        "rules": {
            "holding_period": 10,
            "max_positions": 10,
            "entry_threshold": 0.01,
            "position_size": 0.1,
            "risk_management": False,
            "cost_bps": 5.0,
        },
        "model_version": "v1",
        "invested": 60.0,
        "equity": 99.97,
        "positions": [held],
        "pending": [pending],
    }
    made = {"state": state, "traded": 60.0, "fills": [bought], "cost_bps": 5.0}
    return accounts.PaperSession.model_validate(made)
