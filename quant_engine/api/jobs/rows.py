"""The SQL of `jobs` and `job_events`, on one connection and in the caller's transaction."""

import json
import logging
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    ColumnElement,
    Integer,
    RowMapping,
    String,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from quant_engine.api.jobs.models import deleted_jobs, event_log, job_events, jobs
from quant_engine.api.jobs.totals import Measure, Total, add, count_change, read_totals
from quant_engine.api.schemas.events import DELETED, publish
from quant_engine.api.schemas.jobs import (
    JOB_RECORD,
    TERMINAL_EVENTS,
    WITH_REPORT,
    AnyJob,
    JobStatus,
    JobType,
    Transition,
)
from quant_engine.database.dialect import larger
from quant_engine.database.engine import Connection
from quant_engine.domain.errors import ErrorCode, Gone, NotFound, QuantEngineError, Unavailable

PRUNED_JOBS = 100  #: in one transaction, so that others take their turn
LONGEST_WAIT = 60.0  #: of a job that is tried again
#: columns that are no part of a record
UNSEEN = {"position", "idempotency_key", "begun", "lost", "retry_at"}


# built once: that takes longer than to execute them. The parameters of an update are named apart from its columns
_OF_JOB = jobs.c.job_id == bindparam("of_job")
_OF_ATTEMPT = jobs.c.attempt == bindparam("of_attempt")
_ONE = select(jobs).where(_OF_JOB)
_COUNT = select(func.count()).where(jobs.c.status.in_(bindparam("of_status", expanding=True)))
_CANCEL_REQUESTED = select(jobs.c.cancel_requested).where(
    _OF_JOB, _OF_ATTEMPT, jobs.c.status == JobStatus.RUNNING
)
# a time further ahead than any wait is of a clock that was set back
_WAITS = jobs.c.retry_at.between(bindparam("now"), bindparam("latest"))
_OLDEST_QUEUED = (
    select(jobs.c.job_id)
    .where(jobs.c.status == JobStatus.QUEUED, or_(jobs.c.retry_at.is_(None), not_(_WAITS)))
    .order_by(jobs.c.position)
    .limit(1)
)
_LOGGED_LAST = (
    select(job_events.c.logged_at)
    .where(job_events.c.job_id == jobs.c.job_id)
    .order_by(job_events.c.revision.desc())
    .limit(1)
    .correlate(jobs)
    .scalar_subquery()
)
#: of the first job, and of the first that never started: one that returned to the queue waits since then only
_SINCE = cast(func.coalesce(_LOGGED_LAST, jobs.c.created_at), String).label("since")
_FIRST = select(_SINCE).where(jobs.c.status == JobStatus.QUEUED).order_by(jobs.c.position).limit(1)
_WAITING_SINCE = union_all(
    select(_FIRST.subquery()), select(_FIRST.where(jobs.c.attempt == 0).subquery())
)
_INSERT = insert(jobs).returning(jobs)
_LOG = insert(job_events)
#: what a transition derives from the row
_DERIVED: dict[Transition, dict[str, ColumnElement[Any]]] = {
    Transition.START: {"attempt": jobs.c.attempt + 1},
    Transition.PROGRESS: {"progress": larger(jobs.c.progress, bindparam("at_least", 0.0))},
}


@cache
def _update(transition: Transition, *, is_fenced: bool) -> ReturningUpdate[*tuple[Any, ...]]:
    changed = update(jobs).where(_OF_JOB, jobs.c.status == transition.before)
    if is_fenced:
        changed = changed.where(_OF_ATTEMPT)
    derived = _DERIVED.get(transition, {})
    revision = jobs.c.revision + 1
    return changed.values(status=transition.after, revision=revision, **derived).returning(jobs)


class UnreadableJob(Unavailable):
    """A row of `jobs` is damaged."""


class JobRows:
    """Jobs and their log, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """Open a block whose changes are undone if it raises, and the transaction continues."""
        return self._connection.begin_nested()

    async def get(self, job_id: str) -> AnyJob:
        """Read one record; `NotFound` when there is none."""
        rows = await self._connection.execute(_ONE, {"of_job": job_id})
        row = rows.mappings().first()
        if row is None:
            raise NotFound("There is no such job.", code=ErrorCode.JOB_NOT_FOUND)
        return to_record(row)

    async def require(self, job_id: str) -> JobStatus:
        """Return a job's status; `NotFound` when there is no such job, `UnreadableJob` where its row is damaged."""
        return (await self.get(job_id)).status

    async def find_by_key(self, job_type: JobType, key: str, params: str) -> AnyJob | None:
        """Find a job as `JobStore.find_by_key` does."""
        query = select(jobs).where(jobs.c.job_type == job_type, jobs.c.idempotency_key == key)
        row = (await self._connection.execute(query)).mappings().first()
        if row is None:
            await self._refuse_deleted(job_type, key)
            return None
        record = to_record(row)  # raises where the stored parameters are damaged
        if json.loads(row["params"]) != json.loads(params):
            raise QuantEngineError(
                "This Idempotency-Key was used with another body. Send a new key.",
                code=ErrorCode.IDEMPOTENCY_KEY_REUSED,
            )
        return record

    async def _refuse_deleted(self, job_type: JobType, key: str) -> None:
        query = select(deleted_jobs.c.job_id).where(
            deleted_jobs.c.job_type == job_type, deleted_jobs.c.idempotency_key == key
        )
        if (await self._connection.execute(query)).first() is not None:
            raise Gone(
                "The job of this Idempotency-Key was deleted. Send a new key to run it again.",
                code=ErrorCode.JOB_DELETED,
            )

    async def page(
        self, *, status: JobStatus | None, job_type: JobType | None, limit: int, before: int | None
    ) -> tuple[list[AnyJob], int | None]:
        """Read records below position `before`, newest first; also return the `before` of the next page."""
        query = select(jobs).order_by(jobs.c.position.desc()).limit(limit + 1)
        if status is not None:
            query = query.where(jobs.c.status == status)
        if job_type is not None:
            query = query.where(jobs.c.job_type == job_type)
        if before is not None:
            query = query.where(jobs.c.position < before)
        rows = (await self._connection.execute(query)).mappings().all()
        more = rows[limit - 1]["position"] if len(rows) > limit else None
        return [to_record(row) for row in rows[:limit]], more

    async def count(self, *statuses: JobStatus) -> int:
        """Count the jobs with one of these statuses; a row whose status is damaged has none of them."""
        found = await self._connection.execute(_COUNT, {"of_status": statuses})
        count: int = found.scalar_one()
        return count

    async def oldest_queued(self) -> str | None:
        """Return the id of the job that has waited longest, of those that may start now."""
        times = {"now": timestamp(), "latest": timestamp(LONGEST_WAIT)}
        job_id: str | None = (await self._connection.execute(_OLDEST_QUEUED, times)).scalar()
        return job_id

    async def running(self) -> list[tuple[str, int]]:
        """Return id and attempt of every running job, in the order of submission."""
        query = select(jobs.c.job_id, jobs.c.attempt).where(jobs.c.status == JobStatus.RUNNING)
        rows = await self._connection.execute(query.order_by(jobs.c.position))
        return [(row[0], row[1]) for row in rows]

    async def oldest_wait(self) -> str | None:
        """Return since when the job has waited that waits longest, or None when none does."""
        since: list[str] = list((await self._connection.execute(_WAITING_SINCE)).scalars())
        return min(since, default=None)

    async def totals(self) -> tuple[Total, ...]:
        """Read the totals of all jobs, deleted ones included."""
        return await read_totals(self._connection)

    async def count_lost(self, record: AnyJob) -> None:
        """Count an attempt whose process was lost while its code ran."""
        await add(self._connection, Measure.LOST, record.job_type, "", 0.0)

    async def begin(self, job_id: str, attempt: int) -> None:
        """Note that the code of an attempt begins; it changes nothing that clients see."""
        change = update(jobs).where(_of(job_id, attempt), jobs.c.status == JobStatus.RUNNING)
        await self._connection.execute(change.values(begun=attempt))

    async def has_begun(self, job_id: str, attempt: int) -> bool:
        """Whether the code of an attempt has begun."""
        query = select(jobs.c.begun).where(_of(job_id, attempt))
        return (await self._connection.execute(query)).scalar() == attempt

    async def lost(self, job_id: str) -> int:
        """Count the attempts of a job that were lost while its code ran."""
        # a damaged value counts as none
        query = select(cast(jobs.c.lost, Integer)).where(_of(job_id))
        return (await self._connection.execute(query)).scalar() or 0

    async def unreceived(self, job_id: str, attempt: int) -> int:
        """Count the attempts up to this one, in a row, whose code never began."""
        query = select(cast(jobs.c.begun, Integer)).where(_of(job_id))
        return attempt - ((await self._connection.execute(query)).scalar() or 0)

    async def cancel_requested(self, job_id: str, attempt: int) -> bool | None:
        """Whether a running attempt is to be cancelled; None when it does not run any more."""
        of = {"of_job": job_id, "of_attempt": attempt}
        requested: bool | None = (await self._connection.execute(_CANCEL_REQUESTED, of)).scalar()
        return requested

    async def insert(self, **values: Any) -> AnyJob:
        """Add a job, and log it."""
        new = {
            "status": Transition.SUBMIT.after,
            "created_at": timestamp(),
            "progress": 0.0,
            "cancel_requested": False,
            "attempt": 0,
            "revision": 0,
        }
        rows = await self._connection.execute(_INSERT, {**new, **values})
        return await self._log(Transition.SUBMIT, rows.mappings().one())

    async def change(
        self, transition: Transition, job_id: str, at_attempt: int | None = None, **values: Any
    ) -> AnyJob | None:
        """Make a transition and log it; None, without a write, where the job cannot make it.

        With `at_attempt`, only a job at this attempt can: the fence against abandoned processes. A new attempt is
        counted, and progress below `at_least` is raised to it.
        """
        if transition.after.is_final:
            values["completed_at"] = timestamp()
        statement = _update(transition, is_fenced=at_attempt is not None)
        of = {"of_job": job_id, "of_attempt": at_attempt}
        row = (await self._connection.execute(statement, {**of, **values})).mappings().first()
        return None if row is None else await self._log(transition, row)

    async def _log(self, transition: Transition, row: RowMapping) -> AnyJob:
        record = to_record(row)
        entry = {
            "job_id": row["job_id"],
            "revision": row["revision"],
            "event": transition.event,
            "record": publish(transition.event, record),
            "logged_at": timestamp(),
        }
        await self._connection.execute(_LOG, entry)
        await count_change(self._connection, transition, record)
        return record

    async def set_aside(self, job_id: str) -> None:
        """End a job whose row cannot be read, so that the queue continues; it logs no event."""
        logging.getLogger(__name__).error("A stored job cannot be read; it is set aside as failed")
        ended = {"status": JobStatus.FAILED, "completed_at": timestamp()}
        await self._connection.execute(update(jobs).where(_of(job_id)).values(ended))

    async def prune(self, keep: int) -> bool:
        """Delete logged events of final jobs, but for the newest `keep` of all events; at most `PRUNED_JOBS` at once.

        Returns:
            Whether more are to be deleted.
        """
        newest = (await self._connection.execute(select(func.max(job_events.c.seq)))).scalar() or 0
        # delete all events of a job together, so that the log of a job has no gap
        last_events = (*TERMINAL_EVENTS, DELETED)
        old = and_(job_events.c.seq <= newest - keep, job_events.c.event.in_(last_events))
        query = select(job_events.c.seq, job_events.c.job_id).where(old).order_by(job_events.c.seq)
        found = (await self._connection.execute(query.limit(PRUNED_JOBS))).all()
        if not found:
            return False
        last, ended = found[-1][0], [job_id for _, job_id in found]
        await self._connection.execute(delete(job_events).where(job_events.c.job_id.in_(ended)))
        await self._connection.execute(update(event_log).values(pruned_through=last))
        return len(found) == PRUNED_JOBS


def to_record(row: RowMapping) -> AnyJob:
    """Build the record that clients see from a row of `jobs`; `UnreadableJob` where it is damaged."""
    try:
        stored = {
            name: row[name] and json.loads(row[name]) for name in ("params", "result", "error")
        }
        unseen = UNSEEN if row["job_type"] in WITH_REPORT else {*UNSEEN, "report_deleted_at"}
        columns = {name: value for name, value in row.items() if name not in {*unseen, *stored}}
        return JOB_RECORD.validate_python({**columns, **stored})
    except (ValidationError, ValueError) as error:
        raise UnreadableJob(
            f"Job {row['job_id']} cannot be read from the database. Restore a backup with quant-engine restore, "
            "or see the log under this request's id."
        ) from error


def _of(job_id: str, attempt: int | None = None) -> ColumnElement[bool]:
    if attempt is None:
        return jobs.c.job_id == job_id
    return and_(jobs.c.job_id == job_id, jobs.c.attempt == attempt)


def timestamp(later: float = 0.0) -> str:
    """Return the current time, or so many seconds later, in the format of job records."""
    time = datetime.now(UTC) + timedelta(seconds=later)
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def seconds_since(stored: str) -> float:
    """Return the seconds since a stored time; 0 for one that is ahead of the clock.

    Raises:
        UnreadableJob: it is damaged.
    """
    try:
        return max((datetime.now(UTC) - datetime.fromisoformat(stored)).total_seconds(), 0.0)
    except (TypeError, ValueError) as error:
        raise UnreadableJob(
            "The database has a damaged time. Restore a backup of the database."
        ) from error
