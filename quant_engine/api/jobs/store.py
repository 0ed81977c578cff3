"""The only writer of jobs: each transition of a job is one transaction, and then it notifies readers.

Every change of a running job names its attempt (the fence), so an abandoned process changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy.exc import DataError, IntegrityError

from quant_engine.api.jobs.deletions import JobDeletions
from quant_engine.api.jobs.lines import Line
from quant_engine.api.jobs.log_rows import LogRows
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.rows import JobRows, UnreadableJob, seconds_since, timestamp
from quant_engine.api.jobs.totals import Total
from quant_engine.api.schemas.envelope import ApiError
from quant_engine.api.schemas.jobs import (
    PROGRESS_MESSAGE_LENGTH,
    AnyJob,
    JobStatus,
    JobType,
    Transition,
)
from quant_engine.database.engine import Database
from quant_engine.domain.errors import Conflict, ErrorCode, QueueFull
from quant_engine.domain.redaction import Redactor

T = TypeVar("T")

MAX_LOST = 3  #: how often a job's process may be lost while its code runs
BACKOFF_SECONDS = (
    1.0  #: before the attempt after a lost one; four times as long after each further one
)
MAX_UNRECEIVED = 10  #: how often in a row a process may end before it receives the job
LONGEST_PAUSE = 30.0
#: what a damaged row raises: to read it, or to write the next revision of it
_DAMAGED = (UnreadableJob, IntegrityError, DataError, OverflowError)


@dataclass(frozen=True)
class Claim:
    """The right to run one attempt of a job."""

    job_id: str
    job_type: JobType
    attempt: int
    params: str  #: JSON


@dataclass(frozen=True)
class Load:
    """How much work there is."""

    queued: int
    running: int
    oldest_wait: float  #: seconds; 0 where no job waits
    totals: tuple[Total, ...]  #: of all jobs that there were


class JobStore(JobDeletions):
    """Jobs, their events and their logs; every method is one transaction."""

    def __init__(
        self,
        database: Database,
        notifier: Notifier,
        *,
        max_queued: int,
        secrets: Iterable[str | None] = (),
    ) -> None:
        """Use a database; `secrets` are in no log and in no error of a job."""
        self._database = database
        self._notifier = notifier
        self._max_queued = max_queued
        self._redactor = Redactor(secrets)

    async def find_by_key(self, job_type: JobType, key: str, params: str) -> AnyJob | None:
        """Return the job that was submitted with this idempotency key, as it is now, or None.

        Raises:
            QuantEngineError: `idempotency_key_reused`, an earlier job with this key has other parameters.
        """
        async with self._reading() as rows:
            return await rows.find_by_key(job_type, key, params)

    async def submit(self, job_type: JobType, params: str, *, key: str | None = None) -> AnyJob:
        """Add a job to the queue; it is durable when this returns.

        Raises:
            QueueFull: the queue has no free place.
            QuantEngineError: `idempotency_key_reused`.
        """
        async with self._writing() as rows:
            if key is not None:
                existing = await rows.find_by_key(job_type, key, params)
                if existing is not None:
                    return existing
            if await rows.count(JobStatus.QUEUED) >= self._max_queued:
                raise QueueFull(
                    f"{self._max_queued} jobs wait already. Try again when some have finished."
                )
            record = await rows.insert(
                job_id=str(uuid4()), job_type=job_type, params=params, idempotency_key=key
            )
        self._notify(record.job_id, Notifier.QUEUE)
        return record

    async def get(self, job_id: str) -> AnyJob:
        """Read one record.

        Raises:
            NotFound: `job_not_found`.
        """
        async with self._reading() as rows:
            return await rows.get(job_id)

    async def page(
        self, *, status: JobStatus | None, job_type: JobType | None, limit: int, before: int | None
    ) -> tuple[list[AnyJob], int | None]:
        """Read records below position `before`, newest first; also return the `before` of the next page."""
        async with self._reading() as rows:
            return await rows.page(status=status, job_type=job_type, limit=limit, before=before)

    async def count(self, *statuses: JobStatus) -> int:
        """Count the jobs with one of these statuses; a row whose status is damaged has none of them."""
        async with self._reading() as rows:
            return await rows.count(*statuses)

    async def load(self) -> Load:
        """Return how much work there is, and was."""
        async with self._reading() as rows:
            since = await rows.oldest_wait()
            return Load(
                queued=await rows.count(JobStatus.QUEUED),
                running=await rows.count(JobStatus.RUNNING),
                oldest_wait=0.0 if since is None else seconds_since(since),
                totals=await rows.totals(),
            )

    async def cancel_requested(self, claim: Claim) -> bool:
        """Whether a running attempt is to be cancelled; engines call this after each change of the job."""
        async with self._reading() as rows:
            return bool(await rows.cancel_requested(claim.job_id, claim.attempt))

    async def claim_next(self) -> Claim | None:
        """Start the job that has waited longest, or return None when none waits."""
        while True:
            # most wake-ups find no job, so read before taking the write lock
            async with self._reading() as rows:
                job_id = await rows.oldest_queued()
            if job_id is None:
                return None
            async with self._writing() as rows:
                record = await _unless_damaged(rows, job_id, partial(_start, rows, job_id))
            # None: another slot was faster, the job was cancelled, or its row is damaged
            if record is not None:
                self._notify(job_id)
                params = record.params.model_dump_json()
                return Claim(job_id, record.job_type, record.attempt, params)

    async def begin(self, claim: Claim) -> None:
        """Note that the code of an attempt begins; if its process is lost from now on, that counts."""
        async with self._writing() as rows:
            await rows.begin(claim.job_id, claim.attempt)

    async def progress(self, claim: Claim, fraction: float, message: str) -> None:
        """Log the progress of an attempt; it never decreases."""
        await self._change(
            Transition.PROGRESS,
            claim.job_id,
            claim.attempt,
            at_least=min(max(fraction, 0.0), 1.0),
            progress_message=message[:PROGRESS_MESSAGE_LENGTH],
        )

    async def log(self, claim: Claim, lines: Sequence[Line]) -> None:
        """Store the next lines of an attempt, if it still runs."""
        kept = [replace(line, text=self._shown(line)) for line in lines]
        async with self._database.writing() as connection:
            is_kept = await LogRows(connection).append(claim.job_id, claim.attempt, kept)
        if is_kept:
            # nothing that the streams of all jobs read
            self._notifier.notify(claim.job_id)

    def _shown(self, line: Line) -> str:
        text = self._redactor.hide(line.text, is_cut=line.size > 0)
        return f"{text} … (cut; the line has {line.size:,} bytes)" if line.size else text

    async def succeed(self, claim: Claim, result: str) -> None:
        """End a job with its result; a job whose cancellation was requested is cancelled instead."""
        await self._finish(claim, Transition.SUCCEED, result=result, progress=1.0)

    async def fail(self, claim: Claim, code: ErrorCode, message: str) -> None:
        """End a job without a result; a job whose cancellation was requested is cancelled instead."""
        error = _error(code, self._redactor.hide(message))
        await self._finish(claim, Transition.FAIL, error=error)

    async def _finish(self, claim: Claim, transition: Transition, **values: Any) -> None:
        async with self._writing() as rows:
            await _leave_running(rows, claim.job_id, claim.attempt, transition, **values)
        self._notify(claim.job_id)

    async def request_cancel(self, job_id: str) -> AnyJob:
        """Cancel a queued job at once; a running one is ended by its engine.

        Raises:
            NotFound: `job_not_found`.
            Conflict: `job_already_final`.
        """
        async with self._writing() as rows:
            record = await rows.get(job_id)
            if record.status.is_final:
                raise Conflict(f"The job is {record.status} already; there is nothing to cancel.")
            if record.cancel_requested:
                return record
            is_queued = record.status is JobStatus.QUEUED
            transition = Transition.CANCEL if is_queued else Transition.REQUEST_CANCEL
            changed = await rows.change(transition, job_id, cancel_requested=True)
        self._notify(job_id)
        return changed or record

    async def release(self, claim: Claim, *, lost: bool) -> None:
        """Settle an attempt whose process has ended: cancelled if that was requested, else queued again.

        Args:
            claim: the attempt.
            lost: whether the process died by itself while the job's code ran. The job then waits before it is tried
                again, and fails after `MAX_LOST` such attempts.
        """
        async with self._writing() as rows:
            pause = await _release(rows, claim.job_id, claim.attempt, lost=lost)
        self._notify_after(pause, claim.job_id)

    async def fail_unstored(self, claim: Claim) -> None:
        """End an attempt whose outcome cannot be stored."""
        error = _error(
            ErrorCode.JOB_ERROR, "The service could not store how the job ended. See its log."
        )
        job_id, attempt = claim.job_id, claim.attempt
        async with self._writing() as rows:
            fail = partial(_leave_running, rows, job_id, attempt, Transition.FAIL, error=error)
            await _unless_damaged(rows, job_id, fail)
        self._notify(job_id)

    async def running(self) -> list[tuple[str, int]]:
        """Return id and attempt of every running job, in the order of submission."""
        async with self._reading() as rows:
            return await rows.running()

    async def settle(self, job_id: str, attempt: int) -> None:
        """Settle an attempt that nothing runs; it was lost if its code had begun."""
        async with self._writing() as rows:
            pause = await _settle(rows, job_id, attempt)
        self._notify_after(pause, job_id)

    async def recover(self) -> int:
        """Settle every attempt that an earlier service left running; return how many."""
        async with self._writing() as rows:
            running = await rows.running()
            pauses = [await _settle(rows, job_id, attempt) for job_id, attempt in running]
        self._notifier.notify(Notifier.ALL)
        for pause in {0.0, *pauses}:
            self._notify_after(pause)
        return len(running)

    async def prune(self, keep: int) -> None:
        """Delete logged events of final jobs, but for the newest `keep` of all events."""
        has_more = True
        while has_more:
            async with self._writing() as rows:
                has_more = await rows.prune(keep)
            # without a wait no other writer would have a turn
            await asyncio.sleep(0)

    async def _change(
        self, transition: Transition, job_id: str, at_attempt: int | None = None, **values: Any
    ) -> AnyJob | None:
        async with self._writing() as rows:
            record = await rows.change(transition, job_id, at_attempt, **values)
        if record is not None:
            self._notify(job_id)
        return record

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[JobRows]:
        async with self._database.reading() as connection:
            yield JobRows(connection)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[JobRows]:
        async with self._database.writing() as connection:
            yield JobRows(connection)

    def _notify_after(self, pause: float, *jobs: str) -> None:
        """Notify the readers of jobs now, and those of the queue when a job may be tried again."""
        self._notifier.notify(*jobs, Notifier.ALL)
        if pause == 0:
            self._notifier.notify(Notifier.QUEUE)
        else:
            asyncio.get_running_loop().call_later(pause, self._notifier.notify, Notifier.QUEUE)


async def _leave_running(
    rows: JobRows, job_id: str, attempt: int, transition: Transition, **values: Any
) -> AnyJob | None:
    if await rows.cancel_requested(job_id, attempt):
        transition, values = Transition.CANCEL_RUNNING, {}
    return await rows.change(transition, job_id, attempt, **values)


async def _start(rows: JobRows, job_id: str) -> AnyJob | None:
    return await rows.change(
        Transition.START,
        job_id,
        started_at=timestamp(),
        progress=0.0,
        progress_message=None,
        retry_at=None,
    )


async def _unless_damaged(
    rows: JobRows, job_id: str, change: Callable[[], Awaitable[T]]
) -> T | None:
    """Change a job; one whose row is damaged is set aside, so that the others go on."""
    try:
        async with rows.savepoint():
            return await change()
    except _DAMAGED:
        await rows.set_aside(job_id)
        return None


async def _settle(rows: JobRows, job_id: str, attempt: int) -> float:
    async def release() -> float:
        return await _release(rows, job_id, attempt, lost=await rows.has_begun(job_id, attempt))

    return await _unless_damaged(rows, job_id, release) or 0.0


async def _release(rows: JobRows, job_id: str, attempt: int, *, lost: bool) -> float:
    """Settle an attempt; return the seconds before the job may be tried again."""
    times = await rows.lost(job_id) + lost
    unreceived = 0 if lost else await rows.unreceived(job_id, attempt)
    pause = 0.0
    if unreceived >= MAX_UNRECEIVED:
        message = (
            f"The job's process ended {unreceived} times before it received the job, so the service does not try again. "
            "The log has more."
        )
        error = _error(ErrorCode.JOB_ERROR, message)
        record = await _leave_running(rows, job_id, attempt, Transition.FAIL, error=error)
    elif times >= MAX_LOST:
        message = (
            f"The job's process died {times} times while its code ran, so the service does not try again. "
            "If the machine is short of memory, set QUANT_ENGINE_WORKERS lower; the log has more."
        )
        error = _error(ErrorCode.WORKER_LOST, message)
        failed = {"error": error, "lost": times}
        record = await _leave_running(rows, job_id, attempt, Transition.FAIL, **failed)
    else:
        at_start = {"started_at": None, "progress": 0.0, "progress_message": None}
        if lost:
            pause = BACKOFF_SECONDS * 4 ** (times - 1)
        elif unreceived > 1:
            pause = min(BACKOFF_SECONDS * 2 ** (unreceived - 2), LONGEST_PAUSE)
        after = {"lost": times, "retry_at": timestamp(pause) if pause else None}
        values = {**at_start, **after}
        record = await _leave_running(rows, job_id, attempt, Transition.REQUEUE, **values)
    # None: the attempt was settled already. Cancelled: the process was killed on purpose
    if lost and record is not None and record.status is not JobStatus.CANCELLED:
        await rows.count_lost(record)
    return pause


def _error(code: ErrorCode, message: str) -> str:
    return ApiError(code=code, message=message, fields=[]).model_dump_json()
