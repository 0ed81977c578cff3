"""Reads the event log from a position, for streams.

Many readers of one job need the same events at the same moment, so equal reads share one query.
"""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import RowMapping, func, select

from quant_engine.api.jobs.models import event_log, job_events, jobs
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.schemas.events import frame
from quant_engine.api.schemas.jobs import FINAL, TERMINAL_EVENTS, EventName
from quant_engine.database.engine import Database
from quant_engine.domain.errors import Unavailable

T = TypeVar("T")

PAGE = 200  #: most events of one read, so that memory stays bounded


class LoggedFrame(bytes):
    """An encoded event that knows when it was logged."""

    logged_at: str | None = None  #: None: by a version that did not note it


@dataclass(frozen=True)
class JobEvents:
    """Some events of one job, encoded once for all readers."""

    frames: tuple[LoggedFrame, ...]
    revision: int  #: of the last frame
    final: str | None  #: the record, where the last event ended the job
    is_kept: bool = True  #: False: the job ended, and its events were pruned before this read


@dataclass(frozen=True)
class LogEnd:
    """Which events the log still has."""

    log_id: str
    pruned_through: int
    seq: int  #: newest event


class SingleFlight(Generic[T]):
    """Runs one call at a time for each key; callers that arrive meanwhile get the result of that call."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[T]] = {}

    async def run(self, key: Hashable, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return the result of a call that has begun with this key, or begin one."""
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(call())
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        # a caller that is cancelled must not cancel the call for the others
        return await asyncio.shield(task)


class EventLog:
    """The log, to read."""

    def __init__(self, database: Database, notifier: Notifier) -> None:
        self._database = database
        self.notifier = notifier
        self._job_reads: SingleFlight[JobEvents] = SingleFlight()
        self._all_reads: SingleFlight[tuple[tuple[LoggedFrame, ...], int | None]] = SingleFlight()

    async def has_events_since(self, job_id: str, after: int) -> bool:
        """Whether every event of a job after this revision is still there."""
        query = select(func.min(job_events.c.revision)).where(job_events.c.job_id == job_id)
        async with self._database.reading() as connection:
            first = (await connection.execute(query)).scalar()
        return first is not None and first <= after + 1

    async def read_job(self, job_id: str, after: int, version: int) -> JobEvents:
        """Read a job's events after a revision; `version` is the topic's, taken before this call."""
        return await self._job_reads.run(
            (job_id, after, version), lambda: self._read_job(job_id, after)
        )

    async def _read_job(self, job_id: str, after: int) -> JobEvents:
        # includes the last event that was read: if it is pruned, so are the later ones
        query = (
            select(job_events)
            .where(job_events.c.job_id == job_id, job_events.c.revision >= after)
            .order_by(job_events.c.revision)
            .limit(PAGE + 1)
        )
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).mappings().all()
        rows = found[1:]
        if not rows:
            return JobEvents((), after, None, is_kept=bool(found))
        frames = tuple(_frame(row, row["revision"]) for row in rows)
        last = rows[-1]
        ended = last["event"] in TERMINAL_EVENTS
        return JobEvents(frames, last["revision"], last["record"] if ended else None)

    async def end(self) -> LogEnd:
        """Return the log's id and which events it still has."""
        newest = select(func.coalesce(func.max(job_events.c.seq), 0)).scalar_subquery()
        query = select(event_log.c.log_id, event_log.c.pruned_through, newest)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one()
        if not isinstance(row[0], str) or not isinstance(row[1], int):
            raise Unavailable(
                "The event log has a damaged row. Restore a backup with quant-engine restore."
            )
        # the newest event may be pruned
        return LogEnd(row[0], row[1], max(row[1], row[2]))

    async def read_all(
        self, log_id: str, after: int, version: int
    ) -> tuple[tuple[LoggedFrame, ...], int | None]:
        """Read every job's events after `after`; also return the next `after`, None where some are pruned."""
        return await self._all_reads.run((after, version), lambda: self._read_all(log_id, after))

    async def _read_all(
        self, log_id: str, after: int
    ) -> tuple[tuple[LoggedFrame, ...], int | None]:
        query = (
            select(job_events)
            .where(job_events.c.seq > after)
            .order_by(job_events.c.seq)
            .limit(PAGE)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
            # in the same transaction, or pruning in between would leave a silent gap
            pruned = (await connection.execute(select(event_log.c.pruned_through))).scalar_one()
        if after < pruned:
            return (), None
        frames = tuple(_frame(row, f"{log_id}.{row['seq']}") for row in rows)
        return frames, rows[-1]["seq"] if rows else after

    async def unfinished(self, log_id: str, as_of: int, position: int) -> list[bytes]:
        """Return a `status` frame of every job above `position` that was not final at seq `as_of`.

        It reads the log, so that a reader that lost its connection gets the rest as of the same moment.
        """
        # a job was final then only if it is final now and has no event since
        since = select(job_events.c.job_id).where(job_events.c.seq > as_of)
        candidate = jobs.c.status.not_in(FINAL) | jobs.c.job_id.in_(since)
        newest = (
            select(func.max(job_events.c.seq))
            .where(job_events.c.job_id == jobs.c.job_id, job_events.c.seq <= as_of)
            .correlate(jobs)
            .scalar_subquery()
        )
        query = (
            select(job_events.c.record, jobs.c.position)
            .join_from(jobs, job_events, job_events.c.seq == newest)
            .where(
                jobs.c.position > position, candidate, job_events.c.event.not_in(TERMINAL_EVENTS)
            )
            .order_by(jobs.c.position)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            frame(
                id=f"{log_id}.{as_of}.{row['position']}", event=EventName.STATUS, data=row["record"]
            )
            for row in rows
        ]


def _frame(row: RowMapping, identity: str | int) -> LoggedFrame:
    encoded = LoggedFrame(frame(id=identity, event=row["event"], data=row["record"]))
    encoded.logged_at = row["logged_at"]
    return encoded
