"""The job as every client sees it: one record, the same in answers, in event streams and in the log."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter
from typing_extensions import TypeAliasType

from quant_engine.api.schemas.envelope import ApiError
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.reports import BacktestSummary, PredictSummary, TrainSummary


class JobStatus(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"  #: waiting for a free job process
    RUNNING = "running"  #: a job process is at work on it
    SUCCEEDED = "succeeded"  #: it finished, and `result` says with what
    FAILED = "failed"  #: it ended without a result, and `error` says why
    CANCELLED = "cancelled"  #: someone asked for its end

    @property
    def is_final(self) -> bool:
        """Whether nothing about the job will change any more."""
        return self in FINAL


FINAL = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})


class JobType(StrEnum):
    """What a job does."""

    TRAIN = "train"
    PREDICT = "predict"
    BACKTEST = "backtest"
    AUTOPILOT = "autopilot"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    job_id: str
    status: JobStatus
    created_at: AwareDatetime
    started_at: Annotated[
        AwareDatetime | None, Field(description="Start of the attempt at hand; null while queued.")
    ]
    completed_at: AwareDatetime | None
    progress: Annotated[
        FiniteFloat, Field(ge=0, le=1, description="Fraction done, rising within an attempt.")
    ]
    progress_message: Annotated[str | None, Field(description="The stage in words.")]
    cancel_requested: bool
    attempt: Annotated[int, Field(ge=0, description="0 before the first start.")]
    revision: Annotated[int, Field(ge=0, description="Rises by one with each logged change.")]
    error: Annotated[ApiError | None, Field(description="Why the job failed.")]


class TrainJob(_Record):
    """A training."""

    job_type: Literal[JobType.TRAIN]
    params: TrainParameters
    result: TrainSummary | None


class PredictJob(_Record):
    """Predictions."""

    job_type: Literal[JobType.PREDICT]
    params: PredictParameters
    result: PredictSummary | None


class BacktestJob(_Record):
    """A backtest."""

    job_type: Literal[JobType.BACKTEST]
    params: BacktestParameters
    result: BacktestSummary | None


class AutopilotJob(_Record):
    """A research cycle."""

    job_type: Literal[JobType.AUTOPILOT]
    params: AutopilotParameters
    result: AutopilotSummary | None


AnyJob = TrainJob | PredictJob | BacktestJob | AutopilotJob

# a named alias, so that the contract has one component JobRecord
JobRecord = TypeAliasType("JobRecord", Annotated[AnyJob, Field(discriminator="job_type")])

JOB_RECORD: TypeAdapter[AnyJob] = TypeAdapter(JobRecord)

MAX_RECORD_BYTES = 16_384


class JobPage(BaseModel):
    """Some jobs, newest first, and where to go on."""

    items: list[JobRecord]
    next_cursor: str | None
