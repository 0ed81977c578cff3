"""A made-up market on which every request can matter, and what the real work makes of a request."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from sqlite3 import Row, connect
from typing import Any

import httpx
from fastapi import FastAPI

from contract_tests.document import Contract
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.liveness.inputs import Input, inputs
from contract_tests.liveness.proof import Compared, Outcome, steady
from quant_engine import pipeline
from quant_engine.api.jobs import worker
from quant_engine.api.main import create_app
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.config import Settings
from quant_engine.data.describe import describe
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import TrainParameters
from quant_engine.domain.work import Workspace
from contract_tests.kit.markets import NAMES, prices, work_in, write

#: the request that others are compared with, beside the contract's defaults
BASES: dict[str, dict[str, Any]] = {
    "submit_backtest": {"years": 2, "entry_threshold": 0.0, "max_positions": 3},
    "submit_train": {"years": 2},
    "submit_predict": {"years": 2},
    "submit_autopilot": {"years": 2},
}
CORE = NAMES[:5]
OLD = "an-old-version"
#: values by field, where the schema does not tell one that matters
GIVEN: dict[str, list[Any]] = {
    "tickers": [NAMES[2:4]],
    "version": [OLD],
    "horizon": [5],  # the versions of this market predict 10 and 5 sessions
}
#: what says again what was asked, or tells runs apart and not results (a file of a model has the
#: time in it, a database an id); the fields of requests and all times are left out as well
ECHOES = {"params", "strategy", "reason", "job_id", "model_version", "sha256", "log_id"}


def furnish(folder: Path) -> Workspace:
    """Write the prices, who belonged when, and three versions; the last is the latest for `core`."""
    home = folder / "home"
    # thrice as wild, so that a stop-loss and a target of volatility are reached
    market = write(folder / "prices", prices(1, drift=0.003) ** 3 / 100**2)
    (market / "core.txt").write_text("\n".join(CORE) + "\n")
    spells = [f"{name},1990-01-01,{'2021-06-30' if name == 'AAA' else ''}" for name in NAMES[:7]]
    (market / "membership.csv").write_text("\n".join(["ticker,start,end", *spells]) + "\n")
    workspace = Workspace(home, "files", market)
    describe(workspace)
    asked: list[dict[str, Any]] = [
        {"tickers": NAMES[5:]},
        {"feature_mode": "full"},
        {},
    ]
    for changes in asked:
        parameters = TrainParameters(years=2, horizons=[10, 5], **changes)
        summary = pipeline.train(parameters, work_in(home, market))
        if "tickers" in changes:
            _rename(home / "models", summary.version)
    return workspace


def _rename(models: Path, version: str) -> None:
    # under a name that is known beforehand
    folder = (models / version).rename(models / OLD)
    for file in (folder / "manifest.json", *models.glob("*.json")):
        file.write_text(file.read_text().replace(version, OLD))


@dataclass
class Bench:
    """The service on that market, whose jobs run here, each on a copy of its home."""

    contract: Contract
    app: FastAPI
    client: httpx.AsyncClient
    workspace: Workspace
    scratch: Path
    known: dict[str, Outcome] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def base(self, told: Input) -> dict[str, Any]:
        """Return the base request of an operation, complete."""
        declared = {
            other.name: other.schema["default"]
            for other in inputs(self.contract)
            if (other.operation, other.place) == (told.operation, told.place)
            and "default" in other.schema
        }
        return {**declared, **BASES.get(told.operation, {})}

    async def fault(self, told: Input) -> str | None:
        """Say what is wrong with a field; None: it changes what is computed."""
        base = self.base(told).get(told.name)
        ask = partial(self.ask, told)
        if told.operation not in self.known:
            self.known[told.operation] = await steady(ask, base)
        compared = Compared(self.contract, told, base, self.known[told.operation])
        return await compared.fault(ask, GIVEN)

    async def ask(self, told: Input, value: Any) -> Outcome:
        """Post the base request with this value, and do the work."""
        body = {**self.base(told), told.name: value}
        answer = await self.client.post(told.path, json=body)
        if answer.status_code >= 400:
            return Outcome(refused=answer.json()["error"]["code"])
        store = self.app.state.services.store
        claim = await store.claim_next()
        await store.fail(claim, ErrorCode.JOB_ERROR, "It runs elsewhere.")
        home = self.scratch / str(next(self.numbers))
        shutil.copytree(self.workspace.home / "models", home / "models")
        before = set(home.rglob("*"))
        workspace = Workspace(home, "files", self.workspace.data_path)
        call = worker.Call(JOB_TYPES[claim.job_type], "job", claim.params, workspace)
        done = worker._answer(call, _Deaf())  # type: ignore[arg-type]
        if isinstance(done, worker.Raised):
            # the work's own fault is nobody's refusal
            assert done.code is not ErrorCode.JOB_ERROR, done.message
            return Outcome(refused=done.code)
        # a summary may say back what was asked, so what was kept decides
        found = _kept(home, before) or json.loads(done.result)
        shutil.rmtree(home)
        return Outcome(digest=self._digest(found))

    def _digest(self, found: Any) -> str:
        echoes = ECHOES | {told.name for told in inputs(self.contract)}
        text = json.dumps(_scrubbed(found, echoes), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class _Deaf:
    def send(self, message: worker.Message) -> None:
        """Nobody asks how far it is."""


def _kept(home: Path, before: set[Path]) -> dict[str, Any]:
    """Return the files that are new, by folder, and the rows of every table."""
    found: dict[str, Any] = {}
    for path in sorted(set(home.rglob("*.json")) - before):
        kind = path.relative_to(home).parts[0]
        found.setdefault(kind, []).append(json.loads(path.read_text()))
    database = home / "quant_engine.db"
    if database.exists():
        with closing(connect(database)) as connection:
            connection.row_factory = Row
            tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
            for (name,) in connection.execute(tables).fetchall():
                rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - its own tables
                found[f"table {name}"] = [_parsed(dict(row)) for row in rows]
    return found


def _parsed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.loads(value)
        if isinstance(value, str) and value.startswith(("{", "["))
        else value
        for name, value in row.items()
    }


def _scrubbed(value: Any, echoes: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: _scrubbed(item, echoes)
            for key, item in value.items()
            if key not in echoes and not key.endswith("_at")
        }
    return [_scrubbed(item, echoes) for item in value] if isinstance(value, list) else value


def served(workspace: Workspace) -> FastAPI:
    """Build the app on the market; it starts no job process."""
    settings = Settings(home=workspace.home, data_source="files", data_path=workspace.data_path)
    return create_app(settings, engine=ScriptedEngine())
