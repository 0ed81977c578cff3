"""A made-up market on which each field of a request can change the result of a job, and the jobs that run on it."""

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

from contract_tests.document import Contract
from contract_tests.finding import Finding, check
from contract_tests.kit.markets import NAMES, prices, work_in, write
from contract_tests.kit.service import RunningService
from contract_tests.liveness.answers import PART
from contract_tests.liveness.inputs import Input, inputs
from contract_tests.liveness.proof import Comparison, Outcome, digest, steady
from quant_engine import pipeline
from quant_engine.api.jobs import worker
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.data.describe import describe
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import TrainParameters
from quant_engine.domain.work import Workspace

#: fields of the base request that differ from the contract's defaults
BASES: dict[str, dict[str, Any]] = {
    "submit_backtest": {"years": 2, "entry_threshold": 0.0, "max_positions": 3},
    "submit_train": {"years": 2},
    "submit_predict": {"years": 2},
    "submit_autopilot": {"years": 2},
}
CORE = NAMES[:5]
OLD = "an-old-version"
#: values by field, where the schema does not suggest one that matters
EXAMPLES: dict[str, list[Any]] = {
    "tickers": [NAMES[2:4]],
    "version": [OLD],
    "horizon": [5],  # the versions of this market predict 10 and 5 sessions
}
#: fields that repeat the request, or that differ between runs and not between results (the file of a
#: model contains the time, a database an id); the fields of requests and all times are left out as well
ECHOES = {"params", "strategy", "reason", "job_id", "model_version", "sha256", "log_id"}


def build_market(folder: Path) -> Workspace:
    """Write prices, the membership of the index, and three versions; the last is the latest for `core`."""
    home = folder / "home"
    # three times the volatility, so that a job reaches the stop-loss and the target of volatility
    market = write(folder / "prices", prices(1, drift=0.003) ** 3 / 100**2)
    (market / "core.txt").write_text("\n".join(CORE) + "\n")
    spells = [f"{name},1990-01-01,{'2021-06-30' if name == 'AAA' else ''}" for name in NAMES[:7]]
    (market / "membership.csv").write_text("\n".join(["ticker,start,end", *spells]) + "\n")
    workspace = Workspace(home, "files", market)
    describe(workspace)
    requests: tuple[dict[str, Any], ...] = ({"tickers": NAMES[5:]}, {"feature_mode": "full"}, {})
    for changes in requests:
        parameters = TrainParameters(years=2, horizons=[10, 5], **changes)
        summary = pipeline.train(parameters, work_in(home, market))
        if "tickers" in changes:
            _rename(home / "models", summary.version)
    return workspace


def _rename(models: Path, version: str) -> None:
    # a constant name, for EXAMPLES
    folder = (models / version).rename(models / OLD)
    for file in (folder / "manifest.json", *models.glob("*.json")):
        file.write_text(file.read_text().replace(version, OLD))


@dataclass
class MarketScenario:
    """The service on that market; its jobs run in this process, each on a copy of its home."""

    contract: Contract
    service: RunningService
    scratch: Path
    outcomes: dict[str, Outcome] = field(default_factory=dict)  #: of the base requests
    numbers: Iterator[int] = field(default_factory=count)

    def base(self, body_field: Input) -> dict[str, Any]:
        """Return the base request of an operation, complete."""
        defaults = {
            other.name: other.schema["default"]
            for other in inputs(self.contract)
            if (str(other.operation), other.place) == (str(body_field.operation), body_field.place)
            and "default" in other.schema
        }
        return {**defaults, **BASES.get(body_field.operation.name, {})}

    async def drift(self, body_field: Input) -> Finding | None:
        """Report a field, unless it changes what is computed."""
        name, base = body_field.operation.name, self.base(body_field).get(body_field.name)
        send = partial(self.send, body_field)
        if name not in self.outcomes:
            self.outcomes[name] = await steady(send, base)
        comparison = Comparison(self.contract, body_field, send, base, self.outcomes[name])
        return await comparison.drift(EXAMPLES)

    async def send(self, body_field: Input, value: Any) -> Outcome:
        """Post the base request with this value, and do the work."""
        body = {**self.base(body_field), body_field.name: value}
        answer = await self.service.client.post(body_field.operation.path, json=body)
        if answer.status_code >= 400:
            return Outcome(refused=answer.json()["error"]["code"])
        store = self.service.store
        claim = await store.claim_next()
        assert claim is not None
        await store.fail(claim, ErrorCode.JOB_ERROR, "It runs in this process.")
        home = self.scratch / str(next(self.numbers))
        shutil.copytree(self.service.workspace.home / "models", home / "models")
        before = set(home.rglob("*"))
        workspace = Workspace(home, "files", self.service.workspace.data_path)
        call = worker.Call(JOB_TYPES[claim.job_type], "job", claim.params, workspace)
        done = worker.execute(call, lambda _: None)
        if isinstance(done, worker.Raised):
            if done.code is ErrorCode.JOB_ERROR:
                # an error of the job's code is no refusal
                check([Finding(PART, str(body_field), "job-failed", "a result", done.message)])
            return Outcome(refused=done.code)
        # a summary may repeat the request, so the stored result decides
        found = _stored(home, before) or json.loads(done.result)
        shutil.rmtree(home)
        echoes = ECHOES | {one.name for one in inputs(self.contract)}
        return Outcome(digest=digest(_scrubbed(found, echoes)))


def _stored(home: Path, before: set[Path]) -> dict[str, Any]:
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
        name: json.loads(value) if str(value).startswith(("{", "[")) else value
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
