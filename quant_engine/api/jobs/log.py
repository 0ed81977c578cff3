"""Reads the event log from a position: what streams are made of.

Many readers of one job ask the same question at the same moment, so equal questions share one query.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, and_, func, select

from quant_engine.api.jobs.models import event_log, job_events, jobs
from quant_engine.api.jobs.signal import Signal
from quant_engine.api.schemas.events import EventName, frame
from quant_engine.api.schemas.jobs import FINAL, JobStatus
from quant_engine.database.engine import Database
from quant_engine.domain.errors import ErrorCode, NotFound

PAGE = 200  #: events read at once, so that no reader makes memory grow


@dataclass(frozen=True)
class JobTail:
    """Where a job's log stands."""

    revision: int
    status: JobStatus
    record: str  #: JSON as of that revision


@dataclass(frozen=True)
class JobEvents:
    """Some events of one job, encoded once for all readers."""

    frames: tuple[bytes, ...]
    revision: int  #: of the last frame
    final: str | None  #: the record, where the last event ended the job


@dataclass(frozen=True)
class LogEnd:
    """What of the log is kept."""

    log_id: str
    pruned_through: int
    seq: int  #: newest event


class EventLog:
    """The log, to read."""

    def __init__(self, database: Database, signal: Signal) -> None:
        self._database = database
        self.signal = signal
        self._asked: dict[Hashable, asyncio.Task[Any]] = {}

    async def tail(self, job_id: str) -> JobTail:
        """Return the newest event of a job.

        Raises:
            NotFound: `job_not_found`.
        """
        newest = (
            select(job_events)
            .where(job_events.c.job_id == job_id)
            .order_by(job_events.c.revision.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(newest)).mappings().first()
            if row is not None:
                status = select(jobs.c.status).where(jobs.c.job_id == job_id)
                current = JobStatus((await connection.execute(status)).scalar_one())
                return JobTail(row["revision"], current, row["record"])
        raise NotFound("There is no such job.", code=ErrorCode.JOB_NOT_FOUND)

    async def keeps(self, job_id: str, after: int) -> bool:
        """Whether every event of a job after this revision is still there."""
        query = select(func.min(job_events.c.revision)).where(job_events.c.job_id == job_id)
        async with self._database.reading() as connection:
            first = (await connection.execute(query)).scalar()
        return first is not None and first <= after + 1

    async def of_job(self, job_id: str, after: int, version: int) -> JobEvents:
        """Read a job's events after a revision; `version` is the topic's, taken before this call."""
        return await self._shared((job_id, after, version), lambda: self._of_job(job_id, after))

    async def _of_job(self, job_id: str, after: int) -> JobEvents:
        query = (
            select(job_events)
            .where(job_events.c.job_id == job_id, job_events.c.revision > after)
            .order_by(job_events.c.revision)
            .limit(PAGE)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        frames = tuple(_frame(row, row["revision"]) for row in rows)
        if not rows:
            return JobEvents((), after, None)
        last = rows[-1]
        ended = last["event"] in {EventName.COMPLETED, EventName.FAILED, EventName.CANCELLED}
        return JobEvents(frames, last["revision"], last["record"] if ended else None)

    async def end(self) -> LogEnd:
        """Return the log's name and what of it is kept."""
        newest = select(func.coalesce(func.max(job_events.c.seq), 0)).scalar_subquery()
        query = select(event_log.c.log_id, event_log.c.pruned_through, newest)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one()
        # what was pruned last may have been the newest
        return LogEnd(row[0], row[1], max(row[1], row[2]))

    async def of_all(self, log_id: str, after: int, version: int) -> tuple[tuple[bytes, ...], int]:
        """Read every job's events after `after`; also the seq to go on from."""
        return await self._shared(
            (Signal.ALL, after, version), lambda: self._of_all(log_id, after)
        )

    async def _of_all(self, log_id: str, after: int) -> tuple[tuple[bytes, ...], int]:
        query = (
            select(job_events)
            .where(job_events.c.seq > after)
            .order_by(job_events.c.seq)
            .limit(PAGE)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        frames = tuple(_frame(row, f"{log_id}.{row['seq']}") for row in rows)
        return frames, rows[-1]["seq"] if rows else after

    async def unfinished(self, log_id: str, as_of: int, position: int) -> list[bytes]:
        """Say `status` of every job that was not final at seq `as_of`, from above `position` on.

        Read from the log, so a reader who was cut off in between gets the rest as of the same moment.
        """
        newest = (
            select(job_events.c.job_id, func.max(job_events.c.seq).label("seq"))
            .where(job_events.c.seq <= as_of)
            .group_by(job_events.c.job_id)
            .subquery()
        )
        final = [EventName.COMPLETED, EventName.FAILED, EventName.CANCELLED]
        query = (
            select(job_events.c.record, jobs.c.position)
            .join(newest, newest.c.seq == job_events.c.seq)
            .join(jobs, jobs.c.job_id == job_events.c.job_id)
            .where(and_(jobs.c.position > position, job_events.c.event.not_in(final)))
            .order_by(jobs.c.position)
        )
        if position == 0:
            # a new reader's moment is now: the index on status finds the few jobs that count,
            # and those that ended since then are in the events that follow
            query = query.where(
                jobs.c.status.not_in(FINAL)
                | jobs.c.job_id.in_(select(job_events.c.job_id).where(job_events.c.seq > as_of))
            )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            frame(
                id=f"{log_id}.{as_of}.{row['position']}", event=EventName.STATUS, data=row["record"]
            )
            for row in rows
        ]

    async def _shared(self, question: Hashable, ask: Callable[[], Awaitable[Any]]) -> Any:
        task = self._asked.get(question)
        if task is None:
            task = asyncio.ensure_future(ask())
            self._asked[question] = task
            task.add_done_callback(lambda _: self._asked.pop(question, None))
        # one reader who leaves must not take the answer from the others
        return await asyncio.shield(task)


def _frame(row: RowMapping, identity: str | int) -> bytes:
    return frame(id=identity, event=row["event"], data=row["record"])
