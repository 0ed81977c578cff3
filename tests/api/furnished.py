"""A home with one of everything that can be read, on real files of prices; nothing stands in for anything."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from sqlite3 import Connection, connect

import httpx
from fastapi import FastAPI
from pydantic import BaseModel

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
from tests.api.apps import client_of, nothing
from tests.api.held_jobs import SUMMARY
from tests.api.versions import manifest, promote
from tests.data.folders import text_of
from tests.test_artifacts import REPORT, SIGNALS
from tests.tracking.trackers import TRACKERS, fill

CYCLE = "cycle-1"
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
    held: list[Connection] = field(default_factory=list)  #: by other programs, to the end

    def place(self, path: str) -> str:
        """Fill in a path of the contract."""
        return path.format(job_id=self.backtest, version="v1")

    def file(self, path: str) -> Path:
        """Name a file of the home."""
        return self.home / path.format(backtest=self.backtest, prediction=self.prediction)

    def beside(self) -> Connection:
        """Open the database as another program does."""
        return connect(self.home / "quant_engine.db", isolation_level=None, timeout=0)

    async def let_go(self) -> None:
        """Have the service open its database anew."""
        await self.app.state.service._database._engine.dispose()

    def move_prices_away(self) -> None:
        """Make room for other prices."""
        self.prices.rename(self._away)

    def lose_a_price(self) -> None:
        """Have a name miss a session, and the prices described again."""
        prices = self.prices / "AAA.csv"
        prices.write_text(prices.read_text().replace("2020-01-07,4\n", ""))
        describe(Workspace(self.home, "files", self.prices))

    async def keep(self) -> None:
        """Note how everything is."""
        await self.let_go()
        # a lock is held by who opened the file
        shutil.copytree(self.home, self._kept, ignore=shutil.ignore_patterns("*.lock"))

    async def restore(self) -> None:
        """Undo whatever broke since."""
        for connection in self.held:
            connection.close()
        self.held.clear()
        await self.let_go()
        for damaged in self.home.iterdir():
            if damaged.suffix != ".lock":
                _remove(damaged)
        shutil.copytree(self._kept, self.home, dirs_exist_ok=True)
        if self._away.exists():
            # moved and not copied, or they would count as other files
            _remove(self.prices)
            self._away.rename(self.prices)

    @property
    def _away(self) -> Path:
        return self.prices.with_name("prices-away")

    @property
    def _kept(self) -> Path:
        return self.home.with_name("kept")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@asynccontextmanager
async def furnished(folder: Path, source: DataSourceName = "files") -> AsyncIterator[Site]:
    """Serve such a home; no job process runs."""
    home, prices = folder / "home", folder / "prices"
    prices.mkdir()
    for name in ("AAA", "BBB"):
        (prices / f"{name}.csv").write_text(text_of([1, 2, 3, 4, 5, 6]))
    app = create_app(Settings(home=home, data_source=source, data_path=prices))
    app.state.service._engine.start = nothing
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
        site = Site(home, prices, app, client, backtest, prediction)
        await site.keep()
        yield site
        for connection in site.held:
            connection.close()


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
