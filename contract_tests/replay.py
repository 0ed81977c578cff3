"""The real service in this process with a scripted engine: jobs end at once with recorded results.

Store, log, streams, registry, artifacts and trackers are real, in a new home, and the functions that real
jobs use write the results. Only the computation is replaced by a recording.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.service import RunningService, describe_as, running
from contract_tests.recording import RECORD, Recordings, recordings
from quant_engine.api.jobs.store import Claim
from quant_engine.api.main import create_app
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.autopilot import accounts, cycles
from quant_engine.config import Settings
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.autopilot import PromoteDecision
from quant_engine.domain.models import ModelFile
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters, TrainParameters
from quant_engine.domain.work import Workspace
from quant_engine.models.manifest import MANIFEST, VersionManifest
from quant_engine.models.registry import ModelRegistry
from quant_engine.tracking.disagreement_tracker import save_disagreement_snapshot
from quant_engine.tracking.ic_tracker import save_ic_snapshot
from wirelaw.finding import Finding, check

EMPTY = hashlib.sha256(b"").hexdigest()


class RecordedArtifacts:
    """A `Script` that writes the results of recorded jobs with the ids and parameters of the present jobs."""

    def __init__(self, workspace: Workspace, recorded: Recordings) -> None:
        self._workspace = workspace
        self._recorded = recorded
        self._artifacts = Artifacts(workspace.home)
        self._registry = ModelRegistry(workspace.home)
        self._n_versions = 0

    def progress(self, job_type: JobType) -> list[tuple[float, str]]:
        """Return the progress of the recorded job of this type."""
        return self._recorded.of(job_type).progress

    def finish(self, claim: Claim) -> str:
        """Write the job's artifacts; return its result as JSON."""
        params: Any = JOB_TYPES[claim.job_type].parameters.model_validate_json(claim.params)
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
        recorded = self._recorded.train
        self._n_versions += 1
        version = f"{recorded.manifest.version[:-6]}{self._n_versions:06x}"
        self._register(recorded.manifest.model_copy(update={"version": version, "params": params}))
        return recorded.result.model_copy(update={"version": version}).model_dump_json()

    def _register(self, manifest: VersionManifest) -> None:
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
        recorded, version = self._recorded.predict, self._version(params.version)
        provenance = recorded.signals.provenance.model_copy(update={"model_version": version})
        present = {"job_id": job_id, "params": params, "provenance": provenance}
        self._artifacts.write_signals(recorded.signals.model_copy(update=present))
        return recorded.result.model_copy(update={"model_version": version}).model_dump_json()

    def _backtest(self, job_id: str, params: BacktestParameters) -> str:
        recorded, version = self._recorded.backtest, self._version(params.version)
        provenance = recorded.report.provenance.model_copy(update={"model_version": version})
        present = {"job_id": job_id, "params": params, "provenance": provenance}
        self._artifacts.write_report(recorded.report.model_copy(update=present))
        return recorded.result.model_copy(update={"model_version": version}).model_dump_json()

    def _version(self, requested: str) -> str:
        if requested != "latest":
            return requested
        latest = self._registry.latest(self._workspace.data_source)
        return self._recorded.train.result.version if latest is None else latest.version

    def _autopilot(self, cycle_id: str, params: AutopilotParameters) -> str:
        recorded = self._recorded.autopilot
        if params.dry_run:
            # a dry run stores nothing
            present = {"dry_run": True, "promoted": False}
            return recorded.result.model_copy(update=present).model_dump_json()
        source = self._workspace.data_source
        with (
            BlockingDatabase(self._workspace.database) as database,
            database.writing() as connection,
        ):
            cycles.begin_cycle(connection, cycle_id, source, params)
            for decision in recorded.result.decisions:
                cycles.save_decision(connection, cycle_id, decision)
                if isinstance(decision, PromoteDecision) and decision.strategy is not None:
                    strategy, reason = decision.strategy, decision.reason
                    cycles.promote_strategy(connection, cycle_id, source, strategy, reason)
            if accounts.read_state(connection, source) is None:
                for session in recorded.sessions:
                    accounts.save_session(connection, session)
            for ic in recorded.ic:
                save_ic_snapshot(connection, ic)
            for disagreement in recorded.disagreement:
                save_disagreement_snapshot(connection, disagreement)
            cycles.end_cycle(connection, cycle_id)
        return recorded.result.model_dump_json()


async def run_each_type(service: RunningService) -> dict[str, str]:
    """Run one job of each type; returns their ids by type, the version and the ticker."""
    records = {str(kind): succeeded(await service.run(kind)) for kind in JobType}
    ids = {kind: str(record["job_id"]) for kind, record in records.items()}
    version = str(records["train"]["result"]["version"])
    return {**ids, "version": version, "ticker": recordings().data.tickers[0].ticker}


def succeeded(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record of a job that succeeded.

    Raises:
        Drifted: it ended otherwise.
    """
    if record["status"] != "succeeded":
        place, found = f"the {record['job_type']} job", f"{record['status']}: {record['error']}"
        check([Finding("replay", place, "job-not-succeeded", "succeeded", found, RECORD)])
    return record


def replay_settings(folder: Path, **settings: Any) -> Settings:
    """Return settings for a new home in an empty folder, with the recorded description of the data."""
    prices = folder / "prices"
    prices.mkdir(exist_ok=True)
    for ticker in recordings().data.tickers:
        # only jobs read prices; the service compares the names of the files with the description
        (prices / f"{ticker.ticker}.csv").touch()
    configured = Settings(home=folder / "home", data_source="files", data_path=prices, **settings)
    configured.home.mkdir(mode=0o700, exist_ok=True)
    describe_as(configured.workspace, recordings().data)
    return configured


def replay_engine(settings: Settings) -> ScriptedEngine:
    """Return an engine that replays jobs."""
    script = RecordedArtifacts(settings.workspace, recordings())
    return ScriptedEngine(script, workers=settings.workers)


@asynccontextmanager
async def replaying(folder: Path, **settings: Any) -> AsyncIterator[RunningService]:
    """Serve a new home whose jobs are replayed."""
    configured = replay_settings(folder, **settings)
    app = create_app(configured, engine=replay_engine(configured))
    async with running(app) as service:
        yield service
