"""The job as clients see it: one record, the same in responses, in event streams and in the log."""

import json
from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from typing_extensions import TypeAliasType

from quant_engine.api.schemas.envelope import ApiError
from quant_engine.api.schemas.paging import Cursor
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.reports import (
    MOST_SIGNALS,
    BacktestSummary,
    PredictSummary,
    TrainSummary,
)
from quant_engine.domain.units import Fraction


class JobStatus(StrEnum):
    """The status of a job; the last three are final."""

    QUEUED = "queued"  #: waiting for a free job process
    RUNNING = "running"  #: a job process is at work on it
    SUCCEEDED = "succeeded"  #: it finished; `result` has its summary
    FAILED = "failed"  #: it ended without a result; `error` says why
    CANCELLED = "cancelled"  #: a client cancelled it

    @property
    def is_final(self) -> bool:
        """Whether the job will not change any more."""
        return self in FINAL


class EventName(StrEnum):
    """What happened to a job; `done` is sent by streams only and never logged."""

    STATUS = "status"  #: created, cancel requested, or returned to the queue
    STARTED = "started"  #: an attempt began
    PROGRESS = "progress"  #: the running attempt made progress
    COMPLETED = "completed"  #: ended as succeeded
    FAILED = "failed"  #: ended as failed
    CANCELLED = "cancelled"  #: ended as cancelled
    DONE = "done"  #: no event will follow


class Transition(Enum):
    """Every change of a job: the status before and after it, and the event that is logged with it.

    The store makes no other change, except that it sets aside an unreadable row as failed. A running job whose
    cancellation was requested leaves `running` by `CANCEL_RUNNING`, in place of `SUCCEED`, `FAIL` or `REQUEUE`.
    """

    SUBMIT = None, JobStatus.QUEUED, EventName.STATUS  #: a client submitted it
    START = JobStatus.QUEUED, JobStatus.RUNNING, EventName.STARTED  #: an engine began an attempt
    CANCEL = JobStatus.QUEUED, JobStatus.CANCELLED, EventName.CANCELLED  #: cancelled at once
    PROGRESS = JobStatus.RUNNING, JobStatus.RUNNING, EventName.PROGRESS  #: it made progress
    REQUEST_CANCEL = (
        JobStatus.RUNNING,
        JobStatus.RUNNING,
        EventName.STATUS,
    )  #: the engine will end it
    REQUEUE = JobStatus.RUNNING, JobStatus.QUEUED, EventName.STATUS  #: its process is gone
    SUCCEED = JobStatus.RUNNING, JobStatus.SUCCEEDED, EventName.COMPLETED  #: it returned a result
    FAIL = (
        JobStatus.RUNNING,
        JobStatus.FAILED,
        EventName.FAILED,
    )  #: it raised, or its process was lost too often
    CANCEL_RUNNING = JobStatus.RUNNING, JobStatus.CANCELLED, EventName.CANCELLED  #: as requested

    def __init__(self, before: JobStatus | None, after: JobStatus, event: EventName) -> None:
        self.before = before
        self.after = after
        self.event = event


FINAL = frozenset(JobStatus) - {transition.before for transition in Transition}
TERMINAL_EVENTS = frozenset(each.event for each in Transition if each.after in FINAL)


class JobType(StrEnum):
    """The type of a job."""

    TRAIN = "train"
    PREDICT = "predict"
    BACKTEST = "backtest"
    AUTOPILOT = "autopilot"


WITH_REPORT = frozenset({JobType.BACKTEST, JobType.PREDICT})  #: their results are stored in a file


def _list(values: Iterable[str]) -> str:
    """Write texts as a list of the Common Expression Language."""
    return json.dumps(sorted(values))


#: what holds of every record, and between a record and the one before (`old`): rules of the contract's `x-relation`
RECORD_RULES = (
    f"(self.completed_at != null) == (self.status in {_list(FINAL)})",
    "(self.result != null) == (self.status == 'succeeded')",
    "(self.error != null) == (self.status == 'failed')",
    "self.status != 'queued' || self.started_at == null",
    "self.status != 'running' || self.started_at != null && self.attempt >= 1",
    "self.started_at != null || self.progress == 0.0 && self.progress_message == null",
    "self.status != 'succeeded' || self.progress == 1.0",
    "self.status != 'cancelled' || self.cancel_requested",
    "!self.cancel_requested || self.status in ['running', 'cancelled']",
    "self.created_at == old.created_at && self.params == old.params && self.job_type == old.job_type",
    "self.attempt == old.attempt + (old.status == 'queued' && self.status == 'running' ? 1 : 0)",
    "self.progress >= old.progress || self.attempt > old.attempt || self.status == 'queued'",
    "self.cancel_requested || !old.cancel_requested",
    "self.started_at == old.started_at || old.status != self.status",
    f"old.status + ' ' + self.status in {_list(f'{each.before} {each.after}' for each in Transition if each.before)}",
)


def _stated(report: str = "", by: str = "", *rules: str) -> ConfigDict:
    """State the rules of every record, and those between its result and the report that the result sums up."""
    identity: dict[str, Any] = {"key": ["job_id"], "revision": "revision"}
    own: tuple[str, ...] = RECORD_RULES
    if by == "job_id":
        # the report is the job's own
        identity["set_later"] = ["report_deleted_at"]
        own = (*own, "self.report_deleted_at == null || self.status == 'succeeded'")
    relations = [
        *({"rule": rule} for rule in own),
        *({"with": report, "by": by, "rule": f"self.result == null || {rule}"} for rule in rules),
    ]
    extra: dict[str, Any] = {"x-identity": identity, "x-relation": relations}
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra=extra)


PROGRESS_MESSAGE_LENGTH = 200  #: a longer message of a job is cut


class _Record(BaseModel):
    job_id: str
    status: JobStatus
    created_at: AwareDatetime
    started_at: Annotated[
        AwareDatetime | None, Field(description="Start of the current attempt; null while queued.")
    ]
    completed_at: AwareDatetime | None
    progress: Annotated[
        Fraction, Field(ge=0, le=1, description="Fraction done, rising within an attempt.")
    ]
    progress_message: Annotated[
        str | None, Field(max_length=PROGRESS_MESSAGE_LENGTH, description="The stage in words.")
    ]
    cancel_requested: bool
    attempt: Annotated[int, Field(ge=0, description="0 before the first start.")]
    revision: Annotated[int, Field(ge=0, description="Rises by one with each logged change.")]
    error: Annotated[ApiError | None, Field(description="Why the job failed.")]


class _RecordWithReport(_Record):
    report_deleted_at: Annotated[
        AwareDatetime | None,
        Field(
            description="When the report was deleted and the record kept; set without a new revision."
        ),
    ]


class TrainJob(_Record):
    """A training job."""

    model_config = _stated(
        "ModelManifest",
        "result.version",
        "self.params == other.params",
        "self.result.feature_mode == other.feature_mode",
        "self.result.first_date == other.first_date && self.result.last_date == other.last_date",
        "self.result.n_tickers == size(other.tickers)",
        "size(self.result.scores) == size(other.scores)",
        "self.result.scores.all(each, other.scores.exists(score, score.horizon == each.horizon && score.rank_ic == each.rank_ic && score.rank_ic_t == each.rank_ic_t && score.hit_rate == each.hit_rate && score.n_predictions == each.n_predictions && score.n_folds == each.n_folds))",
    )

    job_type: Literal[JobType.TRAIN]
    params: TrainParameters
    result: TrainSummary | None


class PredictJob(_RecordWithReport):
    """A prediction job."""

    model_config = _stated(
        "SignalsReport",
        "job_id",
        "self.params == other.params",
        "self.result.model_version == other.provenance.model_version",
        "self.result.as_of == other.as_of && self.result.horizon == other.horizon",
        "self.result.n_tickers == size(other.signals)",
        "self.result.top.all(each, other.signals[each.rank - 1] == each)",
        f"size(self.result.top) == (size(other.signals) < {MOST_SIGNALS} ? size(other.signals) : {MOST_SIGNALS})",
    )

    job_type: Literal[JobType.PREDICT]
    params: PredictParameters
    result: PredictSummary | None


class BacktestJob(_RecordWithReport):
    """A backtest job."""

    model_config = _stated(
        "BacktestReport",
        "job_id",
        "self.params == other.params",
        "self.result.model_version == other.provenance.model_version",
        "self.result.first_date == other.first_date && self.result.last_date == other.last_date",
        "self.result.final_equity == other.equity[size(other.equity) - 1]",
        "self.result.metrics == other.metrics",
    )

    job_type: Literal[JobType.BACKTEST]
    params: BacktestParameters
    result: BacktestSummary | None


class AutopilotJob(_Record):
    """A research cycle's job."""

    model_config = _stated()

    job_type: Literal[JobType.AUTOPILOT]
    params: AutopilotParameters
    result: AutopilotSummary | None


AnyJob = TrainJob | PredictJob | BacktestJob | AutopilotJob

# a named alias, so that the contract has one component JobRecord
JobRecord = TypeAliasType("JobRecord", Annotated[AnyJob, Field(discriminator="job_type")])

JOB_RECORD: TypeAdapter[AnyJob] = TypeAdapter(JobRecord)

MAX_RECORD_BYTES = 16_384


class DeletedJob(BaseModel):
    """What was deleted with a job."""

    job_id: str
    events: Annotated[int, Field(ge=0, description="Events of its log.")]
    log_lines: Annotated[int, Field(ge=0, description="Lines of what it printed and logged.")]
    report: Annotated[bool, Field(description="The report of a backtest.")]
    signals: Annotated[bool, Field(description="The signals of a prediction.")]


class JobPage(BaseModel):
    """One page of jobs, newest first, and the cursor of the next."""

    items: list[JobRecord]
    next_cursor: Cursor | None
