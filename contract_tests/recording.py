"""The recorded results of one real job of each type; `python -m contract_tests.record` writes them."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from contract_tests.substitutes import Substitutes
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.schemas.models import ModelManifest
from quant_engine.api.schemas.system_health import DisagreementSnapshot, IcSnapshot
from quant_engine.autopilot.accounts import PaperSession
from quant_engine.data.manifest import DataManifest
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    Parameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.reports import (
    BacktestReport,
    BacktestSummary,
    PredictSummary,
    Report,
    SignalsReport,
    TrainSummary,
)
from quant_engine.models.manifest import VersionManifest
from wirelaw.contract.document import pointer
from wirelaw.finding import Drifted, Finding, as_value

FOLDER = Path(__file__).with_name("recordings")
RECORD = "run `python -m contract_tests.record`"


class _Recording(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    params: Parameters
    progress: list[tuple[float, str]]  #: fractions and messages
    result: Report


class TrainRecording(_Recording):
    """A training, with the manifest of its version."""

    params: TrainParameters
    result: TrainSummary
    manifest: VersionManifest


class PredictRecording(_Recording):
    """A prediction and its report."""

    params: PredictParameters
    result: PredictSummary
    signals: SignalsReport


class BacktestRecording(_Recording):
    """A backtest and its report."""

    params: BacktestParameters
    result: BacktestSummary
    report: BacktestReport


class AutopilotRecording(_Recording):
    """A research cycle and its rows in the database.

    Each session replaces the positions and pending orders of the session before, so only the last
    session has any here; the database ends with the same rows.
    """

    params: AutopilotParameters
    result: AutopilotSummary
    sessions: list[PaperSession]
    ic: list[IcSnapshot]
    disagreement: list[DisagreementSnapshot]


class Recordings(BaseModel):
    """One job of each type, run one after the other in one home, and the description of their data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: DataManifest
    train: TrainRecording
    predict: PredictRecording
    backtest: BacktestRecording
    autopilot: AutopilotRecording

    def of(self, job_type: JobType) -> _Recording:
        """Return the recording of a type."""
        recording: _Recording = getattr(self, str(job_type))
        return recording

    def results(self) -> list[BaseModel]:
        """Return all results of the jobs in the shapes of the service's answers."""
        return [
            *(self.of(kind).result for kind in JobType),
            ModelManifest(**self.train.manifest.model_dump()),
            self.predict.signals,
            self.backtest.report,
            *self.autopilot.ic,
            *self.autopilot.disagreement,
            *self.autopilot.result.decisions,
            *(fill for session in self.autopilot.sessions for fill in session.fills),
        ]


@cache
def recordings(folder: Path = FOLDER) -> Recordings:
    """Read the committed recordings.

    Raises:
        Drifted: they do not fit the models of the code.
    """
    content = ",".join(f'"{name}":{text}' for name, text in read_texts(folder).items())
    try:
        return Recordings.model_validate_json(f"{{{content}}}")
    except ValidationError as error:
        raise Drifted(
            [
                Finding(
                    "recordings",
                    pointer(*row["loc"]),
                    row["type"].replace("_", "-"),
                    row["msg"],
                    as_value(row["input"]),
                    RECORD,
                )
                for row in error.errors(include_url=False)
            ]
        ) from error


def read_texts(folder: Path = FOLDER) -> dict[str, str]:
    """Read the file of each job type, and that of the data."""
    return {name: (folder / f"{name}.json").read_text() for name in Recordings.model_fields}


def texts(recorded: Recordings) -> dict[str, str]:
    """Format each file, normalised."""
    raw = {
        name: f"{getattr(recorded, name).model_dump_json(indent=1)}\n"
        for name in Recordings.model_fields
    }
    substitute = Substitutes(raw)
    return {name: substitute(text) for name, text in raw.items()}


def write(recorded: Recordings, folder: Path = FOLDER) -> None:
    """Write the files."""
    folder.mkdir(exist_ok=True)
    for name, text in texts(recorded).items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
