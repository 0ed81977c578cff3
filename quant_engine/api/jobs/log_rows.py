"""The SQL of `job_log`, on one connection and in the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, or_, select

from quant_engine.api.jobs.lines import Line
from quant_engine.api.jobs.models import job_log, jobs
from quant_engine.api.schemas.job_log import LogLevel, LogLine
from quant_engine.api.schemas.jobs import JobStatus
from quant_engine.database.engine import Connection
from quant_engine.database.errors import damaged

FIRST_KEPT = 200  #: lines of a job that are never rotated away, so that its log shows how it began
NEWEST_KEPT = 2_000  #: beside them, the newest
NEWEST_CHARACTERS = 1_000_000  #: likewise

_RUNS = select(jobs.c.job_id).where(
    jobs.c.job_id == bindparam("of_job"),
    jobs.c.attempt == bindparam("of_attempt"),
    jobs.c.status == JobStatus.RUNNING,
)
_NEWEST = select(func.coalesce(func.max(job_log.c.line), 0)).where(
    job_log.c.job_id == bindparam("of_job")
)
_BEFORE = _NEWEST.where(job_log.c.attempt < bindparam("of_attempt"))
_INSERT = insert(job_log)


def _rotation() -> Any:
    newest = job_log.c.line.desc()
    of_job = job_log.c.job_id == bindparam("of_job"), job_log.c.line > bindparam("first_kept")
    ranked = (
        select(
            job_log.c.line,
            func.row_number().over(order_by=newest).label("place"),
            func.sum(func.length(job_log.c.text)).over(order_by=newest).label("characters"),
        )
        .where(*of_job)
        .subquery()
    )
    is_old = or_(
        ranked.c.place > bindparam("newest_kept"),
        ranked.c.characters > bindparam("newest_characters"),
    )
    last = select(func.max(ranked.c.line)).where(is_old).scalar_subquery()
    return delete(job_log).where(*of_job, job_log.c.line <= last)


_ROTATE = _rotation()


class LogRows:
    """The lines of jobs, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(self, job_id: str, attempt: int, lines: Sequence[Line]) -> bool:
        """Store the next lines of an attempt that runs, and rotate; False: it does not run any more.

        A log of a job that has ended, or that another attempt continues, does not change.
        """
        of = {"of_job": job_id, "of_attempt": attempt}
        if (await self._connection.execute(_RUNS, of)).first() is None:
            return False
        newest: int = (await self._connection.execute(_NEWEST, of)).scalar_one()
        before: int = (await self._connection.execute(_BEFORE, of)).scalar_one()
        rows = [
            {
                "job_id": job_id,
                "line": before + line.number,
                "attempt": attempt,
                "at": line.at,
                "level": line.level,
                "source": line.source,
                "text": line.text,
            }
            for line in lines
            # those that were stored, though the commit seemed to fail
            if before + line.number > newest
        ]
        if rows:
            await self._connection.execute(_INSERT, rows)
            bounds = {
                "first_kept": FIRST_KEPT,
                "newest_kept": NEWEST_KEPT,
                "newest_characters": NEWEST_CHARACTERS,
            }
            await self._connection.execute(_ROTATE, {**of, **bounds})
        return True

    async def page(
        self, job_id: str, *, level: LogLevel, limit: int, before: int | None
    ) -> tuple[list[LogLine], int | None]:
        """Read lines below `before`, newest first; also return the `before` of the next page."""
        query = select(job_log).where(job_log.c.job_id == job_id)
        if level != LogLevel.DEBUG:
            # a damaged level is no reason to leave a line out
            query = query.where(job_log.c.level.in_(level.and_above))
        if before is not None:
            query = query.where(job_log.c.line < before)
        query = query.order_by(job_log.c.line.desc()).limit(limit + 1)
        lines = await self._lines(query)
        more = lines[limit - 1].line if len(lines) > limit else None
        return lines[:limit], more

    async def after(self, job_id: str, line: int, limit: int) -> list[LogLine]:
        """Read the lines after one, in order."""
        of_job: ColumnElement[bool] = job_log.c.job_id == job_id
        query = select(job_log).where(of_job, job_log.c.line > line).order_by(job_log.c.line)
        return await self._lines(query.limit(limit))

    async def newest(self, job_id: str) -> int:
        """Return the number of the newest line; 0 if there is none."""
        newest: int = (await self._connection.execute(_NEWEST, {"of_job": job_id})).scalar_one()
        return newest

    async def _lines(self, query: Any) -> list[LogLine]:
        rows = (await self._connection.execute(query)).mappings().all()
        try:
            return [
                LogLine.model_validate({name: row[name] for name in LogLine.model_fields})
                for row in rows
            ]
        except ValueError as error:
            raise damaged(job_log) from error
