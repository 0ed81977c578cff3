"""Runs one real job of each type on made-up prices and records its results: `python -m contract_tests.record`."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from contract_tests.kit import markets
from contract_tests.recording import (
    AutopilotRecording,
    BacktestRecording,
    PredictRecording,
    Recordings,
    TrainRecording,
    write,
)
from quant_engine.api.jobs import worker
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.autopilot import paper_trader
from quant_engine.autopilot.accounts import PaperSession, save_session
from quant_engine.data.describe import describe
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    Parameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.work import Workspace
from quant_engine.models.registry import ModelRegistry
from quant_engine.tracking.disagreement_tracker import get_disagreement_history
from quant_engine.tracking.ic_tracker import get_ic_history

NAMES = 4
SEED = 7  #: with it the paper account ends with shares and pending orders
DRIFT = 0.003  #: enough to learn, so that a strategy is promoted and trades on paper
SESSIONS = 8_313  #: as long a history as the demo's: every default is accepted on it
YEARS = 2
NEW_SESSIONS = 5  #: since the training
PARAMETERS: dict[JobType, Parameters] = {
    JobType.TRAIN: TrainParameters(years=YEARS),
    JobType.PREDICT: PredictParameters(years=1),
    JobType.BACKTEST: BacktestParameters(years=1),
    JobType.AUTOPILOT: AutopilotParameters(years=YEARS),
}


def record(folder: Path) -> Recordings:
    """Run the jobs in an empty folder and return their results."""
    workspace = Workspace(folder / "home", "files", made_up_prices(folder / "prices"))
    sessions: list[PaperSession] = []

    def spy(connection: Any, session: PaperSession) -> None:
        sessions.append(session)
        save_session(connection, session)

    shorten(folder / "prices", NEW_SESSIONS)
    describe(workspace)
    jobs = {JobType.TRAIN: run(JobType.TRAIN, workspace, PARAMETERS[JobType.TRAIN])}
    # later jobs have newer prices than their model, so that no value of one can stand for that of the other
    made_up_prices(folder / "prices")
    data = describe(workspace)
    with mock.patch.object(paper_trader, "save_session", spy):
        jobs |= {
            kind: run(kind, workspace, params)
            for kind, params in PARAMETERS.items()
            if kind not in jobs
        }
    artifacts, registry = Artifacts(workspace.home), ModelRegistry(workspace.home)
    version = jobs[JobType.TRAIN]["result"]["version"]
    with BlockingDatabase(workspace.database) as database, database.reading() as connection:
        ic, disagreement = get_ic_history(connection), get_disagreement_history(connection)
    return Recordings(
        data=data,
        train=TrainRecording(**jobs[JobType.TRAIN], manifest=registry.get(version)),
        predict=PredictRecording(
            **jobs[JobType.PREDICT], signals=artifacts.read_signals(JobType.PREDICT)
        ),
        backtest=BacktestRecording(
            **jobs[JobType.BACKTEST], report=artifacts.read_report(JobType.BACKTEST)
        ),
        autopilot=AutopilotRecording(
            **jobs[JobType.AUTOPILOT],
            sessions=[*map(_without_positions, sessions[:-1]), *sessions[-1:]],
            ic=ic,
            disagreement=disagreement,
        ),
    )


def made_up_prices(folder: Path) -> Path:
    """Write prices with a drift that can be learned, and a core list of all names but one."""
    names = markets.NAMES[:NAMES]
    closes = markets.prices(SEED, drift=DRIFT, names=names, n_sessions=SESSIONS)
    markets.write(folder, closes)
    # with all names, the full universe would be the core list
    (folder / "core.txt").write_text("".join(f"{name}\n" for name in names[:-1]))
    return folder


def shorten(folder: Path, n_sessions: int) -> None:
    """Remove the last sessions of each file of prices."""
    for file in folder.glob("???.csv"):
        file.write_text("".join(file.read_text().splitlines(keepends=True)[:-n_sessions]))


def run(
    kind: JobType, workspace: Workspace, params: Parameters, job_id: str | None = None
) -> dict[str, Any]:
    """Run a job as a job process does; its id is its type by default."""
    stages: list[worker.Progress] = []
    call = worker.Call(JOB_TYPES[kind], job_id or str(kind), params.model_dump_json(), workspace)
    ended = worker.execute(call, stages.append)
    if not isinstance(ended, worker.Finished):
        raise TypeError(f"The {kind} job failed: {ended}")
    return {
        "params": params,
        "progress": [(stage.fraction, stage.message) for stage in stages],
        "result": json.loads(ended.result),
    }


def _without_positions(session: PaperSession) -> PaperSession:
    state = session.state.model_copy(update={"positions": [], "pending": []})
    return session.model_copy(update={"state": state})


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        write(record(Path(folder)))
    sys.stdout.write("The recordings in contract_tests/recordings are written.\n")


if __name__ == "__main__":
    main()
