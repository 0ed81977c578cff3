"""The real service in this process, its engine replaced: jobs end at once with what a real job left.

Store, log, streams, registry, artifacts and trackers are the real ones in a home of their own, and
what a job leaves is written by the writers that real jobs use. Only the computing is a recording.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
from fastapi import FastAPI

from contract_tests.finding import Finding, check
from contract_tests.recording import RECORD, Recordings, recordings
from quant_engine.api import main
from quant_engine.api.jobs.signal import Signal
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.jobs.worker import PARAMETERS
from quant_engine.api.schemas.jobs import JobStatus, JobType
from quant_engine.artifacts import Artifacts
from quant_engine.autopilot import accounts, cycles
from quant_engine.config import Settings
from quant_engine.data.manifest import signature, write_manifest
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.autopilot import PromoteDecision
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters, TrainParameters
from quant_engine.domain.work import Workspace
from quant_engine.models.registry import MANIFEST, ModelFile, ModelManifest, ModelRegistry
from quant_engine.tracking.disagreement_tracker import save_disagreement_snapshot
from quant_engine.tracking.ic_tracker import save_ic_snapshot
from tests.api.apps import client_of

SETTLE_SECONDS = 30.0
LOOK_SECONDS = 60.0  #: at most between two looks at the queue
EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Plan:
    """What becomes of jobs that are claimed from now on."""

    claims: bool = True  #: false: what is queued stays queued
    holds: bool = False  #: claimed, told of, and then running until it is released or cancelled
    fails: tuple[ErrorCode, str] | None = None  #: after its progress, with this error


class ReplayEngine:
    """A `JobEngine` that computes nothing; takes what `LocalEngine` takes."""

    def __init__(
        self,
        store: JobStore,
        signal: Signal,
        *,
        targets: Mapping[JobType, str],
        workspace: Workspace,
        workers: int,
        events_kept: int,
    ) -> None:
        del targets, events_kept
        self.plan = Plan()
        self._store, self._signal = store, signal
        self._workers = workers
        self._leavings = Leavings(workspace, recordings())
        self._slots: list[asyncio.Task[None]] = []
        self._held: dict[str, asyncio.Future[Any]] = {}
        self._release = asyncio.Event()

    @property
    def processes(self) -> int:
        """As many as there would be."""
        return self._workers

    async def start(self) -> None:
        """Settle what an earlier service left, and begin to run jobs."""
        await self._store.recover()
        self._slots = [asyncio.create_task(self._slot()) for _ in range(self._workers)]

    async def stop(self) -> None:
        """Return running jobs to the queue."""
        for task in self._slots:
            task.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)

    def cancel(self, job_id: str) -> None:
        """End a running job."""
        task = self._held.pop(job_id, None)
        if task is not None:
            task.cancel()

    def queue_only(self) -> None:
        """Leave what is queued from now on in the queue."""
        self._follow(Plan(claims=False))

    def hold(self) -> None:
        """Keep what is claimed from now on running."""
        self._follow(Plan(holds=True))

    def fail(self, code: ErrorCode = ErrorCode.JOB_ERROR, message: str = "It failed.") -> None:
        """End what is claimed from now on with an error."""
        self._follow(Plan(fails=(code, message)))

    def finish(self) -> None:
        """Let everything end well, what is held or queued included."""
        self._follow(Plan())

    def _follow(self, plan: Plan) -> None:
        if not plan.holds:
            self._release.set()
            self._held.clear()
            self._release = asyncio.Event()
        self.plan = plan
        self._signal.notify(Signal.QUEUE)

    async def settle(self) -> None:
        """Wait until nothing more happens by itself: each job is final, held, or kept in the queue."""
        with self._signal.topic(Signal.ALL) as changes:
            async with asyncio.timeout(SETTLE_SECONDS):
                version = changes.version
                while await self._works():
                    await changes.changed(version, LOOK_SECONDS)
                    version = changes.version

    async def _works(self) -> bool:
        counts, held = await self._store.counts(), len(self._held)
        can_claim = self.plan.claims and held < self._workers
        return counts[JobStatus.RUNNING] > held or (can_claim and counts[JobStatus.QUEUED] > 0)

    async def _slot(self) -> None:
        with self._signal.topic(Signal.QUEUE) as queue:
            while True:
                version = queue.version
                claim = await self._store.claim_next() if self.plan.claims else None
                if claim is None:
                    await queue.changed(version, LOOK_SECONDS)
                else:
                    await self._run(claim)

    async def _run(self, claim: Claim) -> None:
        plan = self.plan
        for fraction, message in self._leavings.progress(claim.job_type):
            await self._store.progress(claim, fraction, message)
            if self.plan.holds and not await self._wait_for_release(claim):
                return
        if plan.fails is not None:
            await self._store.fail(claim, *plan.fails)
            return
        await self._store.succeed(claim, self._leavings.leave(claim))

    async def _wait_for_release(self, claim: Claim) -> bool:
        """Whether the job was released; else it was cancelled."""
        waiting = asyncio.ensure_future(self._release.wait())
        self._held[claim.job_id] = waiting
        try:
            # a cancel that came before anyone could be told
            if (await self._store.get(claim.job_id)).cancel_requested:
                waiting.cancel()
            await asyncio.wait([waiting])
        except asyncio.CancelledError:
            waiting.cancel()
            await self._store.give_up(claim, lost=False)
            raise
        finally:
            self._held.pop(claim.job_id, None)
        if waiting.cancelled():
            await self._store.give_up(claim, lost=False)
            return False
        return True


class Leavings:
    """What jobs leave in a home, from recordings and under the ids and parameters at hand."""

    def __init__(self, workspace: Workspace, recorded: Recordings) -> None:
        self._workspace = workspace
        self._recorded = recorded
        self._artifacts = Artifacts(workspace.home)
        self._registry = ModelRegistry(workspace.home)
        self._n_versions = 0

    def progress(self, job_type: JobType) -> list[tuple[float, str]]:
        """Return what a job of this type tells of itself."""
        return self._recorded.of(job_type).progress

    def leave(self, claim: Claim) -> str:
        """Write what the job leaves; returns its result as JSON."""
        params: Any = PARAMETERS[claim.job_type].model_validate_json(claim.params)
        match claim.job_type:
            case JobType.TRAIN:
                return self._train(params)
            case JobType.PREDICT:
                return self._predict(claim.job_id, params)
            case JobType.BACKTEST:
                return self._backtest(claim.job_id, params)
            case JobType.AUTOPILOT:
                return self._autopilot(claim.job_id, params)

    def _train(self, params: TrainParameters) -> str:
        made = self._recorded.train
        self._n_versions += 1
        version = f"{made.manifest.version[:-6]}{self._n_versions:06x}"
        self._register(made.manifest.model_copy(update={"version": version, "params": params}))
        return made.result.model_copy(update={"version": version}).model_dump_json()

    def _register(self, manifest: ModelManifest) -> None:
        # the models themselves are not recorded: the service reads manifests only
        files = [fold.file.model_copy(update={"sha256": EMPTY}) for fold in manifest.folds]
        folds = [
            fold.model_copy(update={"file": file})
            for fold, file in zip(manifest.folds, files, strict=True)
        ]
        predictions: ModelFile = manifest.predictions.model_copy(update={"sha256": EMPTY})
        stored = manifest.model_copy(update={"folds": folds, "predictions": predictions})
        folder = self._registry.folder(manifest.version)
        folder.mkdir(parents=True)
        for file in (*files, predictions):
            (folder / file.name).touch()
        (folder / MANIFEST).write_text(stored.model_dump_json())
        self._registry.promote(manifest.version)

    def _predict(self, job_id: str, params: Any) -> str:
        made, version = self._recorded.predict, self._version(params.version)
        provenance = made.signals.provenance.model_copy(update={"model_version": version})
        told = {"job_id": job_id, "params": params, "provenance": provenance}
        self._artifacts.write_signals(made.signals.model_copy(update=told))
        return made.result.model_copy(update={"model_version": version}).model_dump_json()

    def _backtest(self, job_id: str, params: BacktestParameters) -> str:
        made, version = self._recorded.backtest, self._version(params.version)
        provenance = made.report.provenance.model_copy(update={"model_version": version})
        told = {"job_id": job_id, "params": params, "provenance": provenance}
        self._artifacts.write_report(made.report.model_copy(update=told))
        return made.result.model_copy(update={"model_version": version}).model_dump_json()

    def _version(self, asked: str) -> str:
        if asked != "latest":
            return asked
        latest = self._registry.latest(self._workspace.data_source)
        return self._recorded.train.result.version if latest is None else latest.version

    def _autopilot(self, cycle_id: str, params: AutopilotParameters) -> str:
        made = self._recorded.autopilot
        if params.dry_run:
            # as the real one: nothing is kept
            told = {"dry_run": True, "promoted": False}
            return made.result.model_copy(update=told).model_dump_json()
        source = self._workspace.data_source
        with (
            BlockingDatabase(self._workspace.database) as database,
            database.writing() as connection,
        ):
            cycles.begin_cycle(connection, cycle_id, source, params)
            for decision in made.result.decisions:
                cycles.save_decision(connection, cycle_id, decision)
                if isinstance(decision, PromoteDecision) and decision.strategy is not None:
                    strategy, reason = decision.strategy, decision.reason
                    cycles.promote_strategy(connection, cycle_id, source, strategy, reason)
            if accounts.read_state(connection, source) is None:
                for session in made.sessions:
                    accounts.save_session(connection, session)
            for ic in made.ic:
                save_ic_snapshot(connection, ic)
            for disagreement in made.disagreement:
                save_disagreement_snapshot(connection, disagreement)
            cycles.end_cycle(connection, cycle_id)
        return made.result.model_dump_json()


@dataclass(frozen=True)
class Replay:
    """A service that is running."""

    app: FastAPI
    client: httpx.AsyncClient
    engine: ReplayEngine
    home: Path

    async def submit(self, kind: str, **body: Any) -> dict[str, Any]:
        """Ask for a job over HTTP; returns its record as it was answered."""
        answer = await self.client.post(f"/api/compute/{kind}", json=body)
        return accepted(kind, answer.status_code, answer.text)

    async def run(self, kind: str, **body: Any) -> dict[str, Any]:
        """Ask for a job and wait for its end, or until it is held; returns its record."""
        job_id = (await self.submit(kind, **body))["job_id"]
        await self.engine.settle()
        return dict((await self.client.get(f"/api/jobs/{job_id}")).json()["data"])

    async def furnish(self) -> dict[str, str]:
        """Run one job of each type; returns their ids by type, the version and the ticker."""
        records = {str(kind): succeeded(await self.run(kind)) for kind in JobType}
        ids = {kind: str(record["job_id"]) for kind, record in records.items()}
        version = str(records["train"]["result"]["version"])
        return {**ids, "version": version, "ticker": recordings().data.tickers[0].ticker}


def accepted(kind: str, status: int, text: str) -> dict[str, Any]:
    """Return the record of a job that was submitted.

    Raises:
        Drifted: the service does not accept it.
    """
    if status != 202:
        place, fix = f"POST /api/compute/{kind}", "run `quant-engine contract check`"
        check([Finding("replay", place, "job-refused", "202", f"{status}: {text}", fix)])
    return dict(json.loads(text)["data"])


def succeeded(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record of a job that succeeded.

    Raises:
        Drifted: it ended otherwise.
    """
    if record["status"] != "succeeded":
        place, found = f"the {record['job_type']} job", f"{record['status']}: {record['error']}"
        check([Finding("replay", place, "job-not-succeeded", "succeeded", found, RECORD)])
    return record


def replay_app(folder: Path, **settings: Any) -> FastAPI:
    """Build the app over an empty folder, with data that are described and jobs that are replayed."""
    home, prices = folder / "home", folder / "prices"
    prices.mkdir(exist_ok=True)
    data = recordings().data
    for ticker in data.tickers:
        # only jobs read prices; the service looks whether the files are those that were described
        (prices / f"{ticker.ticker}.csv").touch()
    with mock.patch.object(main, "LocalEngine", ReplayEngine):
        made = Settings(home=home, data_source="files", data_path=prices, **settings)
        app = main.create_app(made)
    home.mkdir(mode=0o700, exist_ok=True)
    write_manifest(made.workspace, signature(made.workspace), data)
    return app


@asynccontextmanager
async def replaying(folder: Path, **settings: Any) -> AsyncIterator[Replay]:
    """Serve such an app for as long as the block runs.

    `settings` are those of `Settings`; with an `api_token` the client sends it.
    """
    app = replay_app(folder, **settings)
    token = settings.get("api_token")
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with app.state.service.lifespan(app), client_of(app, headers=headers) as client:
        yield Replay(app, client, app.state.service._engine, folder / "home")
