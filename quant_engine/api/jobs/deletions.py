"""Deletes jobs and reports: the transactions of it, which are a part of the store, and their SQL.

Files are removed after the transaction, so their jobs are noted in `leftover_files` until that is done: a service that
dies in between removes them at its next start.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from quant_engine.api.jobs.models import (
    NO_REVISION,
    deleted_jobs,
    job_events,
    job_log,
    jobs,
    leftover_files,
)
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.rows import timestamp
from quant_engine.api.schemas.events import DELETED, Deleted
from quant_engine.api.schemas.jobs import FINAL, WITH_REPORT, JobStatus, JobType
from quant_engine.database.dialect import insert as upsert
from quant_engine.database.dialect import text_of
from quant_engine.database.engine import Connection, Database
from quant_engine.domain.errors import Conflict, ErrorCode, NotFound

COUNTED_JOBS = 1_000  #: in one read, which blocks the loop
_HAS_REPORT = (
    (jobs.c.status == JobStatus.SUCCEEDED)
    & jobs.c.job_type.in_(WITH_REPORT)
    & jobs.c.report_deleted_at.is_(None)
)


@dataclass(frozen=True)
class DeletedRows:
    """What was deleted of a job."""

    events: int
    log_lines: int


@dataclass(frozen=True)
class Unfinished:
    """A job that may use a model version."""

    job_type: JobType
    status: JobStatus
    version: str | None  #: that it requests
    started_at: str | None


class DeletionRows:
    """Deletes jobs and reports, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def delete(self, job_id: str) -> DeletedRows:
        """Delete a final job and its log, and log that it was deleted; its row need not be readable.

        Raises:
            NotFound: `job_not_found`.
            Conflict: `job_not_final`.
        """
        columns = (jobs.c.status, jobs.c.job_type, jobs.c.idempotency_key)
        row = (await self._connection.execute(select(*columns).where(_of(job_id)))).first()
        if row is None:
            raise NotFound("There is no such job.", code=ErrorCode.JOB_NOT_FOUND)
        status, job_type, key = row
        if status in {JobStatus.QUEUED, JobStatus.RUNNING}:
            message = f"The job is {status}. Cancel it, or wait for its end, and delete it then."
            raise Conflict(message, code=ErrorCode.JOB_NOT_FINAL)
        execute = self._connection.execute
        events = await execute(delete(job_events).where(job_events.c.job_id == job_id))
        lines = await execute(delete(job_log).where(job_log.c.job_id == job_id))
        await execute(delete(jobs).where(_of(job_id)))
        if key is not None:
            kept = {"job_id": job_id, "job_type": job_type, "idempotency_key": key}
            await execute(insert(deleted_jobs).values(kept))
        data = Deleted(job_id=job_id).model_dump_json()
        entry = {"job_id": job_id, "revision": NO_REVISION, "event": DELETED, "record": data}
        await execute(insert(job_events).values(entry))
        await self._leave_files(job_id)
        return DeletedRows(events=events.rowcount, log_lines=lines.rowcount)

    async def delete_report(self, job_id: str) -> str | None:
        """Note that the report of a job is deleted; return when, None where it has no report (any more)."""
        change = update(jobs).where(_of(job_id), _HAS_REPORT)
        deleted = await self._connection.execute(
            change.values(report_deleted_at=timestamp()).returning(jobs.c.report_deleted_at)
        )
        at: str | None = deleted.scalar()
        if at is not None:
            await self._leave_files(job_id)
        return at

    async def _leave_files(self, job_id: str) -> None:
        await self._connection.execute(
            upsert(self._connection, leftover_files).values(job_id=job_id).on_conflict_do_nothing()
        )

    async def leftover_files(self, limit: int) -> list[str]:
        """Return jobs whose files are still to be removed."""
        query = select(leftover_files.c.job_id).limit(limit)
        return list((await self._connection.execute(query)).scalars())

    async def forget_files(self, job_ids: list[str]) -> None:
        """Note that the files of these jobs are removed."""
        of = leftover_files.c.job_id.in_(job_ids)
        await self._connection.execute(delete(leftover_files).where(of))

    async def oldest(
        self, limit: int, *, before: str | None = None, with_report: bool = False
    ) -> list[str]:
        """Return the final jobs that were submitted first; those that ended before a time, those with a report."""
        query = select(jobs.c.job_id).where(jobs.c.status.in_(FINAL))
        if before is not None:
            query = query.where(jobs.c.completed_at < before)
        if with_report:
            query = query.where(_HAS_REPORT)
        found = await self._connection.execute(query.order_by(jobs.c.position).limit(limit))
        return list(found.scalars())

    async def ended_through(self) -> int:
        """Return a position up to which every job has ended, so that what was computed by these jobs is final."""
        open_from = select(func.min(jobs.c.position)).where(jobs.c.status.not_in(FINAL))
        newest = select(func.coalesce(func.max(jobs.c.position), 0))
        query = select(
            func.coalesce(open_from.scalar_subquery() - 1, newest.scalar_subquery()),
        )
        through: int = (await self._connection.execute(query)).scalar_one()
        return through

    async def versions_used(self, after: int, limit: int) -> tuple[Counter[str], int | None]:
        """Count the results of each version among the next jobs after a position; also return the next position."""
        query = (
            select(jobs.c.position, text_of(jobs.c.result, "model_version"))
            .where(jobs.c.position > after, jobs.c.job_type.in_(WITH_REPORT))
            .where(jobs.c.status == JobStatus.SUCCEEDED)
            .order_by(jobs.c.position)
            .limit(limit)
        )
        rows = (await self._connection.execute(query)).all()
        used = Counter(str(version) for _, version in rows)
        return used, rows[-1][0] if len(rows) == limit else None

    async def unfinished(self) -> list[Unfinished]:
        """Return every job that is not final."""
        version = text_of(jobs.c.params, "version")
        columns = (jobs.c.job_type, jobs.c.status, version, jobs.c.started_at)
        query = select(*columns).where(jobs.c.status.not_in(FINAL))
        return [Unfinished(*row) for row in await self._connection.execute(query)]


def _of(job_id: str) -> ColumnElement[bool]:
    return jobs.c.job_id == job_id


class JobDeletions:
    """The part of the store that deletes; every method is one transaction."""

    _database: Database
    _notifier: Notifier

    async def delete(self, job_id: str) -> DeletedRows:
        """Delete a final job with its events; the caller removes its files.

        Raises:
            NotFound: `job_not_found`.
            Conflict: `job_not_final`.
        """
        async with self._deleting() as rows:
            deleted = await rows.delete(job_id)
        self._notify(job_id)
        return deleted

    async def delete_report(self, job_id: str) -> str | None:
        """Note that the report of a job is deleted; return when, None where it has no report (any more).

        The caller removes its file.
        """
        async with self._deleting() as rows:
            return await rows.delete_report(job_id)

    async def leftover_files(self, limit: int) -> list[str]:
        """Return jobs whose files are still to be removed, because they or their reports were deleted."""
        async with self._database.reading() as connection:
            return await DeletionRows(connection).leftover_files(limit)

    async def forget_files(self, job_ids: list[str]) -> None:
        """Note that the files of these jobs are removed."""
        async with self._deleting() as rows:
            await rows.forget_files(job_ids)

    async def oldest(
        self, limit: int, *, before: str | None = None, with_report: bool = False
    ) -> list[str]:
        """Return the final jobs that were submitted first; those that ended before a time, those with a report."""
        async with self._database.reading() as connection:
            found = DeletionRows(connection)
            return await found.oldest(limit, before=before, with_report=with_report)

    async def ended_through(self) -> int:
        """Return a position up to which every job has ended, so that what was computed by these jobs is final."""
        async with self._database.reading() as connection:
            return await DeletionRows(connection).ended_through()

    async def count_results(self, *, after: int = 0) -> Counter[str]:
        """Count the backtests and predictions of each model version, of jobs after a position."""
        total: Counter[str] = Counter()
        while True:
            async with self._database.reading() as connection:
                used, through = await DeletionRows(connection).versions_used(after, COUNTED_JOBS)
            total += used
            if through is None:
                return total
            after = through
            # other requests have a turn
            await asyncio.sleep(0)

    async def unfinished(self) -> list[Unfinished]:
        """Return every job that is not final."""
        async with self._database.reading() as connection:
            return await DeletionRows(connection).unfinished()

    def _notify(self, job_id: str, *more: str) -> None:
        self._notifier.notify(job_id, Notifier.ALL, *more)

    @asynccontextmanager
    async def _deleting(self) -> AsyncIterator[DeletionRows]:
        async with self._database.writing() as connection:
            yield DeletionRows(connection)
