"""The events of a job on the wire: the data of each, the laws of their streams, and the encoding of a frame."""

from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from quant_engine.api.schemas.job_log import LogEvent, LogLine, SkippedLines
from quant_engine.api.schemas.jobs import (
    FINAL,
    JOB_RECORD,
    TERMINAL_EVENTS,
    AnyJob,
    EventName,
    JobRecord,
    JobStatus,
)
from wirelaw.named_events import name_of


class Position(BaseModel):
    """Nothing: the id of its frame says where the client is, so that it can resume before anything happens."""

    model_config = ConfigDict(extra="forbid")


DELETED = "deleted"  #: logged, but no revision of a job


class Deleted(BaseModel):
    """The job that was deleted, with everything that belongs to it."""

    model_config = ConfigDict(extra="forbid")

    job_id: str


class Reset(BaseModel):
    """The stream cannot continue where the client stopped, and starts again."""

    reason: Literal["expired", "unknown_id"]


# one model for each frame: the contract's frames, the page's handlers and the loggable events derive from them


class JobFrame(BaseModel):
    """A frame whose data is a record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statuses: ClassVar[frozenset[JobStatus]] = frozenset(JobStatus)  #: that the record may have

    event: str
    data: JobRecord

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.data.status not in self.statuses:
            raise ValueError(f"{self.event} cannot carry a record that is {self.data.status}")
        return self


class StatusEvent(JobFrame):
    """The frame of `status`; the only one that may have any status."""

    event: Literal[EventName.STATUS]


class StartedEvent(JobFrame):
    """The frame of `started`."""

    statuses = frozenset({JobStatus.RUNNING})
    event: Literal[EventName.STARTED]


class ProgressEvent(JobFrame):
    """The frame of `progress`."""

    statuses = frozenset({JobStatus.RUNNING})
    event: Literal[EventName.PROGRESS]


class CompletedEvent(JobFrame):
    """The frame of `completed`."""

    statuses = frozenset({JobStatus.SUCCEEDED})
    event: Literal[EventName.COMPLETED]


class FailedEvent(JobFrame):
    """The frame of `failed`."""

    statuses = frozenset({JobStatus.FAILED})
    event: Literal[EventName.FAILED]


class CancelledEvent(JobFrame):
    """The frame of `cancelled`."""

    statuses = frozenset({JobStatus.CANCELLED})
    event: Literal[EventName.CANCELLED]


class DoneEvent(JobFrame):
    """The frame of `done`."""

    statuses = FINAL
    event: Literal[EventName.DONE]


class PositionEvent(BaseModel):
    """The frame of `position`."""

    event: Literal["position"]
    data: Position


class DeletedEvent(BaseModel):
    """The frame of `deleted`."""

    event: Literal["deleted"]
    data: Deleted


class ResetEvent(BaseModel):
    """The frame of `reset`."""

    event: Literal["reset"]
    data: Reset


class LineEvent(BaseModel):
    """The frame of `line`."""

    event: Literal[LogEvent.LINE]
    data: LogLine


class SkippedEvent(BaseModel):
    """The frame of `skipped`."""

    event: Literal[LogEvent.SKIPPED]
    data: SkippedLines


LoggedEvent = (
    StatusEvent | StartedEvent | ProgressEvent | CompletedEvent | FailedEvent | CancelledEvent
)
JobEvent = LoggedEvent | DoneEvent
AnyJobEvent = PositionEvent | LoggedEvent | DeletedEvent | ResetEvent
JobLogEvent = LineEvent | SkippedEvent | DoneEvent

_LOGGED: TypeAdapter[LoggedEvent] = TypeAdapter(
    Annotated[LoggedEvent, Field(discriminator="event")]
)


_NAMES = frozenset(name_of(frame) for frame in get_args(JobEvent | AnyJobEvent | JobLogEvent))

RETRY_MS = 2000
PING_SECONDS_AT_MOST = 15
PING_SECONDS = 10
SLOW_READER_SECONDS = 30
LOOK_SECONDS = 15.0  #: a stream reads the log this often when no notification comes

assert PING_SECONDS <= PING_SECONDS_AT_MOST, "the contract promises a ping by then"  # noqa: S101

ORDER = "status first; then each revision once, in order and with no gap"
_RESUME = {
    "header": "Last-Event-ID",
    "query": "last_event_id",
    "query_alias": "lastEventId",
    "wins": "header",
}
JOB_LAWS: dict[str, Any] = {
    "first": EventName.STATUS,
    "terminal": sorted(TERMINAL_EVENTS),
    "last": EventName.DONE,
    "ends": True,
    "order": ORDER,
    "id": "the revision that the event made; of done the final revision plus one",
    "resume": {
        **_RESUME,
        "rule": "n from 0 to the current revision continues with n + 1; anything else begins anew",
        "after_last": 204,
    },
    "late": [EventName.STATUS, EventName.DONE],
    "reset": None,
}
ALL_LAWS: dict[str, Any] = {
    "first": "position",
    "terminal": [],
    "last": None,
    "ends": False,
    "order": "position first; then status of each job that is not final; then each job's revisions with no gap; deleted last",
    "id": "opaque",
    "resume": {
        **_RESUME,
        "rule": "exact; an id that is not kept or not known gets reset and begins anew",
        "after_last": None,
    },
    "late": None,
    "reset": {"event": "reset", "reasons": list(get_args(Reset.model_fields["reason"].annotation))},
}


LOG_LAWS: dict[str, Any] = {
    "first": None,
    "terminal": [],
    "last": EventName.DONE,
    "ends": True,
    "order": "each number from 1 once, in order and with no gap: in line, or in skipped if the line is not kept",
    "id": "the number of the line; of skipped its last; of done the number of the newest line plus one",
    "resume": {
        **_RESUME,
        "rule": "n from 0 to the newest line continues with n + 1; anything else begins anew",
        "after_last": 204,
    },
    "late": None,
    "reset": None,
}


def publish(event: EventName, record: AnyJob) -> str:
    """Encode the payload of an event for the log.

    Raises:
        ValidationError: the contract has no such logged event with such a record.
    """
    _LOGGED.validate_python({"event": event, "data": record})
    return JOB_RECORD.dump_json(record).decode()


def frame(*, id: str | int, event: str, data: str) -> bytes:  # noqa: A002 - the field's name in SSE
    """Encode one event; `data` is JSON on one line.

    Raises:
        ValueError: no stream has an event of this name.
    """
    if event not in _NAMES:
        raise ValueError(f"{event!r} is no event of the contract: see api/schemas/events.py")
    return f"id: {id}\nevent: {event}\ndata: {data}\n\n".encode()
