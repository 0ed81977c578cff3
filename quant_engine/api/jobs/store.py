"""The sole writer of `jobs` and `job_events`: each change is one transaction that logs what it made.

Every write to a running job carries the attempt that it belongs to (the fence), so a process that was
given up and comes back writes nothing.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from quant_engine.api.jobs.models import event_log, job_events, jobs
from quant_engine.api.jobs.signal import Signal
from quant_engine.api.schemas.envelope import ApiError
from quant_engine.api.schemas.events import FINAL_EVENT, EventName, publish
from quant_engine.api.schemas.jobs import FINAL, JOB_RECORD, AnyJob, JobStatus, JobType
from quant_engine.database.engine import Database
from quant_engine.domain.errors import (
    Conflict,
    ErrorCode,
    NotFound,
    QuantEngineError,
    QueueFull,
    Unavailable,
)

MAX_ATTEMPTS = 3
PROGRESS_MESSAGE_LENGTH = 200


@dataclass(frozen=True)
class Claim:
    """The right to run one attempt of a job."""

    job_id: str
    job_type: JobType
    attempt: int
    params: str  #: JSON


class JobStore:
    """Jobs and their log; every method is one transaction."""

    def __init__(self, database: Database, signal: Signal, *, max_queued: int) -> None:
        self._database = database
        self._signal = signal
        self._max_queued = max_queued

    async def find_by_key(self, job_type: JobType, key: str, params: str) -> AnyJob | None:
        """Return the job that this idempotency key made, as it is now, or None.

        Raises:
            QuantEngineError: `idempotency_key_reused`, the key came with other parameters before.
        """
        async with self._database.reading() as connection:
            return await _find_by_key(connection, job_type, key, params)

    async def submit(self, job_type: JobType, params: str, *, key: str | None = None) -> AnyJob:
        """Add a job to the queue; it is durable when this returns.

        Raises:
            QueueFull: as many jobs wait as may wait.
            QuantEngineError: `idempotency_key_reused`.
        """
        async with self._database.writing() as connection:
            if key is not None:
                known = await _find_by_key(connection, job_type, key, params)
                if known is not None:
                    return known
            waiting = select(func.count()).where(jobs.c.status == JobStatus.QUEUED)
            if (await connection.execute(waiting)).scalar_one() >= self._max_queued:
                raise QueueFull(
                    f"{self._max_queued} jobs wait already. Try again when some have finished."
                )
            row = await connection.execute(
                insert(jobs)
                .values(
                    job_id=str(uuid4()),
                    job_type=job_type,
                    status=JobStatus.QUEUED,
                    created_at=_now(),
                    progress=0.0,
                    cancel_requested=False,
                    attempt=0,
                    revision=0,
                    params=params,
                    idempotency_key=key,
                )
                .returning(jobs)
            )
            record = await _log(connection, row.mappings().one(), EventName.STATUS)
        self._signal.notify(Signal.QUEUE, Signal.ALL)
        return record

    async def get(self, job_id: str) -> AnyJob:
        """Read one record.

        Raises:
            NotFound: `job_not_found`.
        """
        async with self._database.reading() as connection:
            return to_record(await _row(connection, job_id))

    async def page(
        self,
        *,
        status: JobStatus | None,
        job_type: JobType | None,
        limit: int,
        before: int | None,
    ) -> tuple[list[AnyJob], int | None]:
        """Read records, newest first, from below position `before`; also where the next page begins."""
        query = select(jobs).order_by(jobs.c.position.desc()).limit(limit + 1)
        if status is not None:
            query = query.where(jobs.c.status == status)
        if job_type is not None:
            query = query.where(jobs.c.job_type == job_type)
        if before is not None:
            query = query.where(jobs.c.position < before)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        more = rows[limit - 1]["position"] if len(rows) > limit else None
        return [to_record(row) for row in rows[:limit]], more

    async def counts(self) -> dict[JobStatus, int]:
        """Count jobs by status."""
        query = select(jobs.c.status, func.count()).group_by(jobs.c.status)
        async with self._database.reading() as connection:
            found = {row[0]: row[1] for row in await connection.execute(query)}
        return {status: found.get(status, 0) for status in JobStatus}

    async def claim_next(self) -> Claim | None:
        """Start the job that has waited longest, or return None when none waits."""
        async with self._database.reading() as connection:
            # most wake-ups find nothing: look before taking the write lock
            waiting = select(jobs.c.position).where(jobs.c.status == JobStatus.QUEUED).limit(1)
            if (await connection.execute(waiting)).first() is None:
                return None
        longest = select(func.min(jobs.c.position)).where(jobs.c.status == JobStatus.QUEUED)
        first = jobs.c.position == longest.scalar_subquery()
        try:
            row = await self._change(
                first,
                EventName.STARTED,
                status=JobStatus.RUNNING,
                attempt=jobs.c.attempt + 1,
                started_at=_now(),
                progress=0.0,
                progress_message=None,
            )
        except Unavailable:
            async with self._database.writing() as connection:
                await _set_aside(connection, first)
            return await self.claim_next()
        if row is None:
            return None
        return Claim(row["job_id"], JobType(row["job_type"]), row["attempt"], row["params"])

    async def progress(self, claim: Claim, fraction: float, message: str) -> None:
        """Log how far an attempt is; it never goes back."""
        await self._change(
            _held(claim),
            EventName.PROGRESS,
            progress=func.max(jobs.c.progress, min(max(fraction, 0.0), 1.0)),
            progress_message=message[:PROGRESS_MESSAGE_LENGTH],
        )

    async def succeed(self, claim: Claim, result: str) -> None:
        """End a job with its result, unless someone asked for its end before."""
        await self._finish(claim, JobStatus.SUCCEEDED, result=result, progress=1.0)

    async def fail(self, claim: Claim, code: ErrorCode, message: str) -> None:
        """End a job without a result, unless someone asked for its end before."""
        await self._finish(claim, JobStatus.FAILED, error=_error(code, message))

    async def _finish(self, claim: Claim, status: JobStatus, **values: Any) -> None:
        async with self._database.writing() as connection:
            row = await _held_row(connection, claim)
            if row is None:
                return
            if row["cancel_requested"]:
                status, values = JobStatus.CANCELLED, {}
            await _end(connection, _held(claim), status, values)
        self._notify(claim.job_id)

    async def request_cancel(self, job_id: str) -> AnyJob:
        """Cancel a queued job at once; note the wish on a running one.

        Raises:
            NotFound: `job_not_found`.
            Conflict: `job_already_final`.
        """
        async with self._database.writing() as connection:
            row = await _row(connection, job_id)
            status = to_record(row).status  # what cannot be read is not written over
            if status in FINAL:
                raise Conflict(f"The job is {status} already; there is nothing to cancel.")
            this = jobs.c.job_id == job_id
            if status is JobStatus.QUEUED:
                record = await _end(
                    connection, this, JobStatus.CANCELLED, {"cancel_requested": True}
                )
            elif row["cancel_requested"]:
                return to_record(row)
            else:
                changed = await _update(connection, this, {"cancel_requested": True})
                record = await _log(connection, _present(changed), EventName.STATUS)
        self._notify(job_id)
        return record

    async def give_up(self, claim: Claim, *, lost: bool = True) -> None:
        """Settle an attempt whose process is gone: cancelled if asked for, else queued again.

        `lost`: the process died by itself; then a job that used up its attempts fails.
        """
        async with self._database.writing() as connection:
            row = await _held_row(connection, claim)
            if row is not None:
                await _settle(connection, row, lost=lost)
        self._notify(claim.job_id, Signal.QUEUE)

    async def recover(self) -> int:
        """Settle every attempt that a service before this one left running; return how many."""
        async with self._database.writing() as connection:
            query = select(jobs).where(jobs.c.status == JobStatus.RUNNING).order_by("position")
            rows = (await connection.execute(query)).mappings().all()
            for row in rows:
                try:
                    async with connection.begin_nested():
                        await _settle(connection, row, lost=True)
                except Unavailable:
                    await _set_aside(connection, jobs.c.position == row["position"])
        self._signal.notify(Signal.QUEUE, Signal.ALL)
        return len(rows)

    async def prune(self, keep: int) -> None:
        """Forget logged events of final jobs, but for the newest `keep` of all events."""
        async with self._database.writing() as connection:
            newest = (await connection.execute(select(func.max(job_events.c.seq)))).scalar() or 0
            # a job's events go together, so what is kept of a job has no gap
            old = and_(
                job_events.c.seq <= newest - keep, job_events.c.event.in_(FINAL_EVENT.values())
            )
            last = (
                await connection.execute(select(func.max(job_events.c.seq)).where(old))
            ).scalar()
            if last is not None:
                ended = select(job_events.c.job_id).where(old)
                await connection.execute(delete(job_events).where(job_events.c.job_id.in_(ended)))
                await connection.execute(update(event_log).values(pruned_through=last))

    async def _change(
        self, where: ColumnElement[bool], event: EventName, **values: Any
    ) -> RowMapping | None:
        async with self._database.writing() as connection:
            row = await _update(connection, where, values)
            if row is not None:
                await _log(connection, row, event)
        if row is not None:
            self._notify(row["job_id"])
        return row

    def _notify(self, job_id: str, *more: str) -> None:
        self._signal.notify(job_id, Signal.ALL, *more)


def to_record(row: RowMapping) -> AnyJob:
    """Build the record that clients see from a row of `jobs`.

    Raises:
        Unavailable: what is stored is not a record.
    """
    try:
        stored = {
            name: row[name] and json.loads(row[name]) for name in ("params", "result", "error")
        }
        columns = {
            name: value
            for name, value in row.items()
            if name not in {"position", "idempotency_key", *stored}
        }
        return JOB_RECORD.validate_python({**columns, **stored})
    except (ValidationError, ValueError) as error:
        raise Unavailable(
            f"What is stored of job {row['job_id']} cannot be read. Restore the database, "
            "or see the log under this request's id."
        ) from error


async def _find_by_key(
    connection: AsyncConnection, job_type: JobType, key: str, params: str
) -> AnyJob | None:
    query = select(jobs).where(jobs.c.job_type == job_type, jobs.c.idempotency_key == key)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    known = to_record(row)  # so its parameters are whole
    if json.loads(row["params"]) != json.loads(params):
        raise QuantEngineError(
            "This Idempotency-Key was used with another body. Send a new key.",
            code=ErrorCode.IDEMPOTENCY_KEY_REUSED,
        )
    return known


async def _row(connection: AsyncConnection, job_id: str) -> RowMapping:
    row = (await connection.execute(select(jobs).where(jobs.c.job_id == job_id))).mappings().first()
    if row is None:
        raise NotFound("There is no such job.", code=ErrorCode.JOB_NOT_FOUND)
    return row


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(
        jobs.c.job_id == claim.job_id,
        jobs.c.status == JobStatus.RUNNING,
        jobs.c.attempt == claim.attempt,
    )


async def _held_row(connection: AsyncConnection, claim: Claim) -> RowMapping | None:
    return (await connection.execute(select(jobs).where(_held(claim)))).mappings().first()


async def _update(
    connection: AsyncConnection, where: ColumnElement[bool], values: Mapping[str, Any]
) -> RowMapping | None:
    change = update(jobs).where(where).values(revision=jobs.c.revision + 1, **values)
    row: RowMapping | None = (await connection.execute(change.returning(jobs))).mappings().first()
    return row


async def _log(connection: AsyncConnection, row: RowMapping, event: EventName) -> AnyJob:
    record = to_record(row)
    await connection.execute(
        insert(job_events).values(
            job_id=row["job_id"],
            revision=row["revision"],
            event=event,
            record=publish(event, record),
        )
    )
    return record


async def _end(
    connection: AsyncConnection,
    where: ColumnElement[bool],
    status: JobStatus,
    values: Mapping[str, Any],
) -> AnyJob:
    changed = await _update(connection, where, {"status": status, "completed_at": _now(), **values})
    return await _log(connection, _present(changed), FINAL_EVENT[status])


async def _settle(connection: AsyncConnection, row: RowMapping, *, lost: bool) -> None:
    this = jobs.c.job_id == row["job_id"]
    if row["cancel_requested"]:
        await _end(connection, this, JobStatus.CANCELLED, {})
    elif lost and row["attempt"] >= MAX_ATTEMPTS:
        message = f"The job's process died {row['attempt']} times, so it is not tried again."
        error = _error(ErrorCode.WORKER_LOST, message)
        await _end(connection, this, JobStatus.FAILED, {"error": error})
    else:
        queued = {
            "status": JobStatus.QUEUED,
            "started_at": None,
            "progress": 0.0,
            "progress_message": None,
        }
        changed = await _update(connection, this, queued)
        await _log(connection, _present(changed), EventName.STATUS)


async def _set_aside(connection: AsyncConnection, where: ColumnElement[bool]) -> None:
    """End a job whose row cannot be read, so that the queue goes on; nothing readable can be logged."""
    logging.getLogger(__name__).error("A stored job cannot be read; it is set aside as failed")
    ended = {"status": JobStatus.FAILED, "completed_at": _now()}
    await connection.execute(update(jobs).where(where).values(ended))


def _present(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise RuntimeError("a row vanished inside its own transaction")
    return row


def _error(code: ErrorCode, message: str) -> str:
    return ApiError(code=code, message=message, fields=[]).model_dump_json()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
