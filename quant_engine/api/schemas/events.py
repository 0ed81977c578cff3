"""The events of a job: their names, their order, and the frame that carries each."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from quant_engine.api.schemas.jobs import JobStatus


class EventName(StrEnum):
    """What happened to a job; `done` is said by streams only and never logged."""

    STATUS = "status"  #: created, cancel requested, or returned to the queue
    STARTED = "started"  #: an attempt began
    PROGRESS = "progress"  #: the running attempt came further
    COMPLETED = "completed"  #: ended as succeeded
    FAILED = "failed"  #: ended as failed
    CANCELLED = "cancelled"  #: ended as cancelled
    DONE = "done"  #: nothing will follow


FINAL_EVENT = {
    JobStatus.SUCCEEDED: EventName.COMPLETED,
    JobStatus.FAILED: EventName.FAILED,
    JobStatus.CANCELLED: EventName.CANCELLED,
}


class Reset(BaseModel):
    """The stream cannot be resumed from where the reader was, and begins anew."""

    reason: Literal["expired", "unknown_id"]


RETRY_MS = 2000


def frame(*, id: str | int, event: str, data: str) -> bytes:  # noqa: A002 - the field's name in SSE
    """Encode one event; `data` is JSON on one line."""
    return f"id: {id}\nevent: {event}\ndata: {data}\n\n".encode()
