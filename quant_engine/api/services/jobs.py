"""Event streams as frames of bytes, by the laws of `docs/decisions/0007-streams.md`; no web framework.

A stream reads the log from a position, waits for a notification or for `LOOK_SECONDS`, and reads again: a lost
notification delays an event and never hangs a stream.
"""

import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from math import inf

from sqlalchemy.exc import SQLAlchemyError

from quant_engine.api.jobs.log import PAGE, EventLog, LoggedFrame
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.rows import seconds_since, timestamp
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.jobs.totals import Histogram
from quant_engine.api.schemas.events import LOOK_SECONDS, RETRY_MS, Position, Reset, frame
from quant_engine.api.schemas.jobs import JOB_RECORD, EventName
from quant_engine.domain.errors import Unavailable

RETRY = f"retry: {RETRY_MS}\n".encode()

_REVISION = re.compile(r"0|[1-9][0-9]{0,17}")
_POSITION = re.compile(r"(?P<log>[0-9a-f]{12})\.(?P<seq>[0-9]{1,18})(?:\.(?P<job>[0-9]{1,18}))?")
#: of the buckets of the lag of events, in seconds
LAG_BOUNDS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 30.0),
    inf,
)
_log = logging.getLogger(__name__)


class StreamKind(StrEnum):
    """What a stream follows."""

    JOB = "job"
    ALL = "all"
    LOG = "log"


class Streams:
    """What all streams share."""

    def __init__(self) -> None:
        self.n_open: Counter[StreamKind] = Counter()

    @contextmanager
    def _counted(self, kind: StreamKind) -> Iterator[str]:
        """Count a stream as open; return since when it is."""
        self.n_open[kind] += 1
        try:
            yield timestamp()
        finally:
            self.n_open[kind] -= 1

    async def _logged(self, frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        # the HTTP status is sent already, so only closing is left: the client reconnects and resumes
        try:
            async for chunk in frames:
                yield chunk
        except (SQLAlchemyError, Unavailable) as error:
            cause = getattr(error, "orig", error)
            _log.error("A stream ends because the database failed: %s", cause)


class EventStreams(Streams):
    """Opens streams."""

    def __init__(self, store: JobStore, log: EventLog) -> None:
        super().__init__()
        self._store = store
        self.log = log
        #: seconds from the writing of an event until a stream that was open by then sends it
        self.lags = {kind: Histogram(LAG_BOUNDS) for kind in (StreamKind.JOB, StreamKind.ALL)}

    async def stream_job(
        self, job_id: str, last_event_id: str | None
    ) -> AsyncIterator[bytes] | None:
        """Open a job's stream; None when the reader has received its end.

        Raises:
            NotFound: `job_not_found`.
        """
        record = await self._store.get(job_id)
        data = JOB_RECORD.dump_json(record).decode()
        after = _revision(last_event_id)
        if after is not None and record.status.is_final and after == record.revision + 1:
            return None
        if (
            after is None
            or after > record.revision
            or not await self._kept(job_id, after, record.revision)
        ):
            first = frame(id=record.revision, event=EventName.STATUS, data=data)
            after = record.revision
        else:
            first = b""
        ended = data if record.status.is_final and after == record.revision else None
        return self._logged(self._job_frames(job_id, after, RETRY + (first or b"\n"), ended))

    async def _kept(self, job_id: str, after: int, revision: int) -> bool:
        return after == revision or await self.log.has_events_since(job_id, after)

    async def _job_frames(
        self, job_id: str, after: int, first: bytes, ended: str | None
    ) -> AsyncIterator[bytes]:
        yield first
        if ended is not None:
            yield frame(id=after + 1, event=EventName.DONE, data=ended)
            return
        notifier = self.log.notifier
        with self._counted(StreamKind.JOB) as opened, notifier.topic(job_id) as topic:
            while not notifier.closed:
                version = topic.version
                events = await self.log.read_job(job_id, after, version)
                if not events.is_kept:
                    # the client reconnects, and gets the job's last status
                    return
                after = events.revision
                self._measure(StreamKind.JOB, events.frames, opened)
                if events.final is not None:
                    done = frame(id=after + 1, event=EventName.DONE, data=events.final)
                    yield b"".join((*events.frames, done))
                    return
                if events.frames:
                    yield b"".join(events.frames)
                else:
                    await topic.wait_for_change(version, LOOK_SECONDS)

    async def stream_all(self, last_event_id: str | None) -> AsyncIterator[bytes]:
        """Open the stream of every job's events."""
        end = await self.log.end()
        place = _place(last_event_id)
        if place is None:
            reason = "unknown_id" if last_event_id else None
            return self._logged(self._all_frames(end.log_id, end.seq, 0, reason))
        log_id, seq, position = place
        if log_id != end.log_id or seq > end.seq:
            return self._logged(self._all_frames(end.log_id, end.seq, 0, "unknown_id"))
        if seq < end.pruned_through:
            return self._logged(self._all_frames(end.log_id, end.seq, 0, "expired"))
        return self._logged(self._all_frames(log_id, seq, position, None))

    async def _all_frames(
        self, log_id: str, after: int, position: int | None, reset: str | None
    ) -> AsyncIterator[bytes]:
        # every id names a place to continue from: the client has the log up to `after`, and up to
        # `position` the status of the jobs that were not final then
        here = f"{log_id}.{after}" if position is None else f"{log_id}.{after}.{position}"
        if reset is not None:
            data = Reset.model_validate({"reason": reset}).model_dump_json()
            yield RETRY + frame(id=here, event="reset", data=data)
        yield RETRY + frame(id=here, event="position", data=Position().model_dump_json())
        if position is not None:
            statuses = await self.log.unfinished(log_id, after, position)
            for begin in range(0, len(statuses), PAGE):
                yield b"".join(statuses[begin : begin + PAGE])
        notifier = self.log.notifier
        with self._counted(StreamKind.ALL) as opened, notifier.topic(Notifier.ALL) as topic:
            while not notifier.closed:
                version = topic.version
                frames, through = await self.log.read_all(log_id, after, version)
                if through is None:
                    # the client reconnects, and gets `reset`
                    return
                after = through
                self._measure(StreamKind.ALL, frames, opened)
                if frames:
                    yield b"".join(frames)
                else:
                    await topic.wait_for_change(version, LOOK_SECONDS)

    def _measure(self, kind: StreamKind, frames: Sequence[LoggedFrame], opened: str) -> None:
        """Measure how late the first of these events is; one of before the stream is not late but asked for again."""
        logged_at = frames[0].logged_at if frames else None
        if logged_at is not None and logged_at >= opened:
            self.lags[kind].add(seconds_since(logged_at))


def _revision(last_event_id: str | None) -> int | None:
    if last_event_id is None or _REVISION.fullmatch(last_event_id) is None:
        return None
    return int(last_event_id)


def _place(last_event_id: str | None) -> tuple[str, int, int | None] | None:
    match = _POSITION.fullmatch(last_event_id or "")
    if match is None:
        return None
    return match["log"], int(match["seq"]), None if match["job"] is None else int(match["job"])
