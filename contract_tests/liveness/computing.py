"""A made-up market on which each field of a request can change the result of a job, and the jobs that run on it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, product
from pathlib import Path
from sqlite3 import Row, connect
from typing import Any

import pandas as pd

from contract_tests.kit.markets import NAMES, prices, work_in, write
from contract_tests.kit.service import RunningService
from contract_tests.liveness.answers import PART
from contract_tests.liveness.pairs import Body, Fields, body_fields, others
from contract_tests.relations import repeated
from quant_engine import pipeline
from quant_engine.api.jobs import worker
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.data.describe import describe
from quant_engine.data.files import load_files
from quant_engine.data.universe import years_before
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import WARMUP_YEARS, TrainParameters
from quant_engine.domain.work import Workspace
from wirelaw.contract.document import Contract, Operation
from wirelaw.finding import Finding, check
from wirelaw.running.inputs import Input, inputs
from wirelaw.running.proof import Comparison, Outcome, digest, steady

#: fields of the base request that differ from the contract's defaults
BASES: dict[str, dict[str, Any]] = {
    "submit_backtest": {"years": 2, "entry_threshold": 0.0, "max_positions": 3},
    "submit_train": {"years": 2},
    "submit_predict": {"years": 2},
    "submit_autopilot": {"years": 2},
}
CORE = NAMES[:5]
HORIZONS = [10, 5]  #: of every version
#: the names of versions that were trained on other names
OLD: dict[str, str] = {"core": "an-old-version", "full": "an-old-full-version"}
#: values by field, where the schema does not suggest one that matters
EXAMPLES: dict[str, list[Any]] = {
    "tickers": [
        [NAMES[0], NAMES[5]]
    ],  # one leaves the index early, and one is not in the core list
    "version": [*OLD.values()],
    "horizon": HORIZONS[1:],
    "entry_threshold": [0.01],
}
#: values that no version has together
IMPOSSIBLE = [{"feature_mode": "full", "version": OLD["core"]}]
#: fields that repeat the request, or that differ between runs and not between results (the file of a
#: model contains the time, a database an id); the fields of requests and all times are left out as well
ECHOES = {"params", "strategy", "reason", "job_id", "model_version", "sha256", "log_id"}
ECHOES |= {"data_fingerprint"}  #: with which `outside` differs


def build_market(folder: Path) -> Workspace:
    """Write prices, the membership of the index, and for each set of features an old version and the latest."""
    home = folder / "home"
    # three times the volatility, so that a job reaches the stop-loss and the target of volatility
    market = write(folder / "prices", prices(1, drift=0.003) ** 3 / 100**2)
    (market / "core.txt").write_text("\n".join(CORE) + "\n")
    spells = [f"{name},1990-01-01,{'2021-06-30' if name == 'AAA' else ''}" for name in NAMES[:7]]
    (market / "membership.csv").write_text("\n".join(["ticker,start,end", *spells]) + "\n")
    workspace = Workspace(home, "files", market)
    describe(workspace)
    for tickers, mode in product((NAMES[5:], None), ("full", "core")):
        parameters = TrainParameters(years=2, horizons=HORIZONS, tickers=tickers, feature_mode=mode)
        summary = pipeline.train(parameters, work_in(home, market))
        if tickers is not None:
            _rename(home / "models", summary.version, OLD[mode])
    return workspace


def _rename(models: Path, version: str, name: str) -> None:
    # a constant name, for EXAMPLES
    folder = (models / version).rename(models / name)
    for file in (folder / "manifest.json", *models.glob("*.json")):
        file.write_text(file.read_text().replace(version, name))


@dataclass
class MarketScenario:
    """The service on that market; its jobs run in this process, each on a copy of its home."""

    contract: Contract
    service: RunningService
    scratch: Path
    outcomes: dict[str, Outcome] = field(default_factory=dict)  #: by operation and body
    bases: dict[str, list[tuple[Body, list[str]]]] = field(default_factory=dict)  #: by operation
    numbers: Iterator[int] = field(default_factory=count)

    def fields(self, operation: Operation) -> Fields:
        """Return the fields of the body, each with the values that it has in base requests."""
        return body_fields(operation, EXAMPLES, BASES.get(operation.name, {}), IMPOSSIBLE)

    async def drift(self, body_field: Input) -> Finding | None:
        """Report a field, unless it changes what is computed where the contract says so, and only there."""
        operation = body_field.operation
        if operation.name not in self.bases:
            self.bases[operation.name] = [*self.fields(operation).bases()]
        for row, names in self.bases[operation.name]:
            finding = await self._drift_in(row, body_field) if body_field.name in names else None
            if finding is not None:
                cause = await self._cause(row, body_field, finding.code)
                return replace(finding, found=f"{finding.found}{cause}")
        return None

    async def outside(self, operation: Operation) -> list[Finding]:
        """Report the base requests whose result depends on prices before the years that they ask for."""
        if operation.name == "submit_autopilot":
            return []  # revised prices are a cause of a new training
        found = []
        for row, _ in self.bases[operation.name]:
            revised = self._revised(row["years"] + WARMUP_YEARS)
            if await self.send(operation, row) != await self._send(operation, row, market=revised):
                place, expected = (
                    f"{operation} {row}",
                    "the same with other prices before its years",
                )
                found.append(Finding(PART, place, "outside-its-years", expected, "another result"))
        return found

    async def alone(self, operation: Operation) -> list[Finding]:
        """Report the horizons whose result depends on the other horizons of the version."""
        found = []
        for horizon in HORIZONS:
            body = {**BASES[operation.name], "horizon": horizon}
            if await self.send(operation, body) != await self._send(
                operation, body, models=self._trained_for(horizon)
            ):
                place = f"{operation} {json.dumps(body)}"
                expected = "the same with a version of this horizon alone"
                found.append(Finding(PART, place, "of-another-horizon", expected, "another result"))
        return found

    def _trained_for(self, horizon: int) -> Path:
        """Return the folder of models whose latest version predicts this horizon alone."""
        home = self.scratch / f"alone-{horizon}"
        if not home.exists():
            market = self.service.workspace.data_path
            assert market is not None
            parameters = TrainParameters(years=2, horizons=[horizon])
            pipeline.train(parameters, work_in(home, market))
        return home / "models"

    def _revised(self, years: int) -> Path:
        """Return the folder of the same prices, but for those before the last years."""
        folder = self.scratch / f"revised-{years}"
        if not folder.exists():
            market = self.service.workspace.data_path
            assert market is not None
            shutil.copytree(market, folder)
            closes = load_files(Workspace(Path(), "files", folder)).closes
            early = closes.index < pd.Timestamp(years_before(closes.index[-1].date(), years))
            closes.loc[early] = closes.loc[early].iloc[::-1].to_numpy() * 3
            write(folder, closes)
        return folder

    async def _drift_in(self, row: Body, body_field: Input) -> Finding | None:
        operation, name = body_field.operation, body_field.name
        fields = self.fields(operation)

        async def send(value: Any) -> Outcome:
            return await self.send(operation, {**row, name: value})

        values = [value for value in fields.levels[name] if value != row[name]]
        values += [one for one in others(body_field, EXAMPLES, row[name]) if one not in values]
        outcome = await send(row[name])
        comparison = Comparison(self.contract, body_field, send, row[name], outcome, PART)
        if fields.matters(name, row):
            return await comparison.drift({name: values})
        return await comparison.effect(values)

    async def _cause(self, row: Body, body_field: Input, code: str) -> str:
        """Return which value of another field makes the difference, as a part of a sentence."""
        levels = self.fields(body_field.operation).levels
        plain = {name: values[0] for name, values in levels.items()}
        changed = {name: value for name, value in row.items() if value != plain[name]}
        found = await self._drift_in({**plain, body_field.name: row[body_field.name]}, body_field)
        if found is not None and found.code == code:
            return ""
        for name in changed.keys() - {body_field.name}:
            found = await self._drift_in({**plain, name: row[name]}, body_field)
            if found is not None and found.code == code:
                return f" with {json.dumps({name: row[name]})}"
        return f" with {json.dumps(changed)}"

    async def send(self, operation: Operation, body: Body) -> Outcome:
        """Post a body and do the work; the first of each operation twice, for its result must be the same."""
        key = f"{operation} {json.dumps(body, sort_keys=True)}"
        if key not in self.outcomes:
            again = partial(self._send, operation, body)
            is_first = not any(one.startswith(f"{operation} ") for one in self.outcomes)
            self.outcomes[key] = await (steady(again) if is_first else again())
        return self.outcomes[key]

    async def _send(
        self,
        operation: Operation,
        body: Body,
        *,
        market: Path | None = None,
        models: Path | None = None,
    ) -> Outcome:
        answer = await self.service.client.post(operation.path, json=body)
        if answer.status_code >= 400:
            return Outcome(refused=answer.json()["error"]["code"])
        store = self.service.store
        claim = await store.claim_next()
        assert claim is not None
        await store.fail(claim, ErrorCode.JOB_ERROR, "It runs in this process.")
        home = self.scratch / str(next(self.numbers))
        shutil.copytree(models or self.service.workspace.home / "models", home / "models")
        before = set(home.rglob("*"))
        workspace = Workspace(home, "files", market or self.service.workspace.data_path)
        call = worker.Call(JOB_TYPES[claim.job_type], "job", claim.params, workspace)
        done = worker.execute(call, lambda _: None)
        if isinstance(done, worker.Raised):
            if done.code is ErrorCode.JOB_ERROR:
                # an error of the job's code is no refusal
                check(
                    [Finding(PART, f"{operation} {body}", "job-failed", "a result", done.message)]
                )
            return Outcome(refused=done.code)
        # a summary may repeat the request, so the stored result decides
        summary = json.loads(done.result)
        found = _stored(home, before) or summary
        params = json.loads(claim.params)
        check(
            [
                *_not_repeated(f"{operation}", params, found),
                *repeated(f"{operation} result", params, summary),
            ]
        )
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


def _not_repeated(place: str, params: Body, value: Any) -> Iterator[Finding]:
    """Report what a job wrote that repeats parameters with other values, at whatever depth."""
    if isinstance(value, dict) and isinstance(value.get("params"), dict):
        # those of a cycle's training and of its strategies are others
        if value["params"].keys() == params.keys():
            yield from repeated(f"{place} params", params, value["params"])
        yield from repeated(place, value["params"], value)
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    for part in parts:
        yield from _not_repeated(place, params, part)


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
    if isinstance(value, float):
        # a prediction that is computed again may differ in its last bits
        return float(f"{value:.12g}")
    return [_scrubbed(item, echoes) for item in value] if isinstance(value, list) else value
