"""The embedded engine: `WORKERS` slots in this process, each with one job process of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from quant_engine.api.jobs.engine import Processes
from quant_engine.api.jobs.lines import Printed
from quant_engine.api.jobs.log_writer import LogWriter
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.process import ForkServer, JobProcess, ProcessDiedError
from quant_engine.api.jobs.rows import UnreadableJob
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.jobs.worker import (
    ALIVE_SECONDS,
    Alive,
    Began,
    Call,
    Finished,
    JobTypeSpec,
    Message,
    Progress,
    Raised,
)
from quant_engine.api.schemas.jobs import JobType
from quant_engine.database.errors import may_pass
from quant_engine.domain.context import current_job
from quant_engine.domain.errors import ErrorCode, Unavailable
from quant_engine.domain.work import Workspace

QUEUE_POLL_SECONDS = 5.0  #: a slot looks at the queue this often when no notification comes
#: likewise at its job's `cancel_requested`; with the grace of a kill it stays below the 5 s of a cancel
CANCEL_POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0  #: after the database or the fork server failed
SETTLE_TRIES = 3  #: of an outcome that the database refuses though it answers
PRUNE_SECONDS = 600.0
RESCUE_SECONDS = 2.0  #: between two looks for running jobs that no slot runs
BEGIN_SECONDS = 15.0  #: a process that has not begun a job by then never will
STOP_SECONDS = 2.0  #: for the last writes of a service that stops
START_SECONDS = (
    300.0  #: likewise a fork server that has not started a process: it imports the libraries first
)
SILENT_SECONDS = 6 * ALIVE_SECONDS  #: a process that says nothing for so long does not respond

T = TypeVar("T")
Outcome = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


class LocalEngine:
    """Runs jobs in the order of submission, `workers` at once."""

    def __init__(  # noqa: PLR0913 - its settings
        self,
        job_types: Mapping[JobType, JobTypeSpec],
        workspace: Workspace,
        *,
        workers: int,
        events_kept: int,
        job_seconds: float | None = None,
        fork_server: ForkServer | None = None,
    ) -> None:
        self._job_types = job_types
        self._workspace = workspace
        self._workers = workers
        self._events_kept = events_kept
        self._job_seconds = job_seconds
        self._fork_server = fork_server or ForkServer()
        self._processes: set[JobProcess] = set()
        self._running: set[Claim] = set()  #: the attempts that slots run
        self._restarts = 0
        self._is_stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._store: JobStore  # both from `start`
        self._notifier: Notifier

    @property
    def processes(self) -> Processes:
        """The job processes, as they are now."""
        alive = [process for process in self._processes if not process.is_gone]
        since = asyncio.get_running_loop().time() - SILENT_SECONDS
        silent = sum(process.is_busy and process.heard_at < since for process in alive)
        return Processes(len(alive), silent, self._restarts)

    async def start(self, store: JobStore, notifier: Notifier) -> None:
        """Settle the jobs that an earlier service left running, and begin to run jobs."""
        self._store, self._notifier = store, notifier
        # the fork server imports the modules of the jobs, so that no job waits for the imports
        modules = {spec.function.partition(":")[0] for spec in self._job_types.values()}
        self._fork_server.prepare(sorted(modules))
        recovered = await store.recover()
        if recovered:
            _log.warning("Settled %d jobs that an earlier service left running", recovered)
        for _ in range(self._workers):
            self._spawn(self._for_ever(self._use_process))
        self._spawn(self._for_ever(self._rescue))
        self._spawn(self._for_ever(self._prune))

    async def stop(self) -> None:
        """End every job process and return running jobs to the queue."""
        self._is_stopping = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _for_ever(self, work: Callable[[], Awaitable[None]]) -> None:
        """Repeat work until the engine stops; it must not end because of an unexpected error."""
        while not self._is_stopping:
            try:
                await work()
            except Exception:  # noqa: BLE001 - a slot lives as long as the service
                _log.exception("A part of the engine failed; it starts again")
                if not self._is_stopping:
                    await asyncio.sleep(RETRY_SECONDS)

    # slots

    async def _use_process(self) -> None:
        """Start a process, and run jobs in it until it is gone."""
        starting = asyncio.ensure_future(self._fork_server.start())
        try:
            async with asyncio.timeout(START_SECONDS):
                process = await asyncio.shield(starting)
            self._processes.add(process)
            # wakes the slot, which then looks at its process
            process.when_gone(lambda: self._notifier.notify(Notifier.QUEUE))
            while (claim := await self._next_claim(process)) is not None:
                await self._run(claim, process)
            if not process.is_ending:
                # as fast as they start, they may end again
                _log.warning("A job process has ended by itself; another one starts")
                await asyncio.sleep(RETRY_SECONDS if process.is_young else 0.0)
        finally:
            await self._discard(starting)

    async def _discard(self, starting: "asyncio.Future[JobProcess]") -> None:
        if not starting.done():
            # the service is stopping, or the fork server is stuck: do not wait for its imports
            self._fork_server.kill()
        with suppress(OSError, EOFError):
            process = await starting
            self._processes.discard(process)
            self._restarts += not self._is_stopping
            try:
                # no grace: its job is settled or queued again
                await process.kill(grace=0)
            finally:
                process.close()

    async def _next_claim(self, process: JobProcess) -> Claim | None:
        """Wait for a job; None: the process cannot run another one."""
        with self._notifier.topic(Notifier.QUEUE) as queue:
            while not process.is_gone and not process.is_ending:
                version = queue.version
                claim = await _until_available(self._store.claim_next)
                if claim is not None:
                    return claim
                await queue.wait_for_change(version, QUEUE_POLL_SECONDS)
        return None

    async def _run(self, claim: Claim, process: JobProcess) -> None:
        """Run one attempt, and settle it whatever happens."""
        current_job.set(claim.job_id)
        attempt = _Attempt(claim, process, LogWriter(self._store, claim))
        self._running.add(claim)
        watch, writing = self._spawn(self._watch(attempt)), self._spawn(attempt.log.run())
        try:
            outcome = await self._outcome(attempt)
            # its lines come before its end
            writing.cancel()
            await self._settle(attempt, outcome)
            if not attempt.has_begun:
                # another slot may take the job at once; this one does not try again and again without a pause
                await asyncio.sleep(RETRY_SECONDS)
        except asyncio.CancelledError:
            await process.kill(grace=0)
            writing.cancel()
            await attempt.log.flush()
            # what is not stored by then is settled by the next service
            await asyncio.wait_for(self._store.release(claim, lost=False), STOP_SECONDS)
            raise
        finally:
            watch.cancel()
            writing.cancel()
            self._running.discard(claim)
            current_job.set(None)

    async def _outcome(self, attempt: "_Attempt") -> Outcome:
        """Run an attempt to its end; return what settles it."""
        claim, process = attempt.claim, attempt.process
        try:
            spec = self._job_types[claim.job_type]
            call = Call(spec, claim.job_id, claim.params, self._workspace)
            async with aclosing(process.run(call)) as messages:
                async for message in messages:
                    outcome = await self._receive(attempt, message)
                    if outcome is not None:
                        return outcome
        except ProcessDiedError:
            # one that only closed its pipe would run on beside the next attempt
            await process.kill(grace=0)
        except Exception:  # noqa: BLE001 - whatever it is, the job must not stay `running`
            _log.exception("Job %s could not be run", claim.job_id)
            await process.kill(grace=0)
            failed = "The service failed while the job ran. See its log."
            return lambda: self._store.fail(claim, ErrorCode.JOB_ERROR, failed)
        if attempt.is_too_long:
            limit = f"The job ran for more than {self._job_seconds:g} s, the limit of this service."
            return lambda: self._store.fail(claim, ErrorCode.JOB_TIMEOUT, limit)
        return lambda: self._store.release(claim, lost=attempt.has_begun)

    async def _receive(self, attempt: "_Attempt", message: Message) -> Outcome | None:
        claim = attempt.claim
        match message:
            case Began():
                attempt.has_begun = True
                await self._try_once(lambda: self._store.begin(claim), claim)
            case Progress(fraction, text):
                await self._try_once(lambda: self._store.progress(claim, fraction, text), claim)
            case Printed(lines):
                attempt.log.add(lines)
            case Alive():
                pass
            case Finished(result):
                return lambda: self._store.succeed(claim, result)
            case Raised(code, text):
                _log.info("The job failed: %s", text)
                return lambda: self._store.fail(claim, code, text)
        return None

    async def _try_once(self, call: Outcome, claim: Claim) -> None:
        try:
            await call()
        except Exception:  # noqa: BLE001 - the job goes on
            _log.exception("What job %s reported could not be stored", claim.job_id)

    async def _settle(self, attempt: "_Attempt", outcome: Outcome) -> None:
        async def settle() -> None:
            await attempt.log.flush()
            await outcome()

        for _ in range(SETTLE_TRIES):
            try:
                return await _until_available(settle)
            except Exception:  # noqa: BLE001 - likewise
                _log.exception("The end of job %s could not be stored", attempt.claim.job_id)
                await asyncio.sleep(RETRY_SECONDS)
        # whatever it is happens again and again
        return await _until_available(lambda: self._store.fail_unstored(attempt.claim))

    async def _watch(self, attempt: "_Attempt") -> None:
        """End an attempt whose cancellation is requested, as a reader of its stream sees it, or that takes too long."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        with self._notifier.topic(attempt.claim.job_id) as topic:
            while True:
                version, taken = topic.version, loop.time() - started
                if self._job_seconds is not None and taken >= self._job_seconds:
                    attempt.is_too_long = True
                elif not attempt.has_begun and taken >= BEGIN_SECONDS:
                    _log.error("A job process does not begin its job; it is killed")
                elif not await self._is_cancelled(attempt.claim):
                    await topic.wait_for_change(version, CANCEL_POLL_SECONDS)
                    continue
                await attempt.process.kill()
                return

    async def _is_cancelled(self, claim: Claim) -> bool:
        try:
            return await self._store.cancel_requested(claim)
        except Exception:  # noqa: BLE001 - the next look may succeed
            _log.exception("Whether job %s is cancelled cannot be read", claim.job_id)
            return False

    # beside the slots

    async def _rescue(self) -> None:
        """Settle the running jobs that no slot runs: whatever left them, they have no owner."""
        before: set[tuple[str, int]] = set()
        while True:
            await asyncio.sleep(RESCUE_SECONDS)
            owned = {(claim.job_id, claim.attempt) for claim in self._running}
            # a slot takes a job that it claimed at once: twice means never
            without = {*await self._store.running()} - owned
            for job_id, attempt in without & before:
                _log.error("Job %s was running without a slot; it is settled", job_id)
                try:
                    await self._store.settle(job_id, attempt)
                except Exception:  # noqa: BLE001 - the others must not wait for this one
                    _log.exception("Job %s could not be settled", job_id)
            before = without

    async def _prune(self) -> None:
        while True:
            await self._store.prune(self._events_kept)
            await asyncio.sleep(PRUNE_SECONDS)


class _Attempt:
    """An attempt that a slot runs."""

    def __init__(self, claim: Claim, process: JobProcess, log: LogWriter) -> None:
        self.claim = claim
        self.process = process
        self.log = log
        self.has_begun = False  #: the process has received the call
        self.is_too_long = False


async def _until_available(call: Callable[[], Awaitable[T]]) -> T:
    """Repeat a call until the database answers, so that no outcome is lost; any other error is raised."""
    while True:
        try:
            return await call()
        except (SQLAlchemyError, OSError, Unavailable) as error:
            if not _may_pass(error):
                raise
            _log.exception("The database does not answer; trying again")
            await asyncio.sleep(RETRY_SECONDS)


def _may_pass(error: Exception) -> bool:
    """Whether a later try may succeed: a lock, a full disk, a file that comes back, but not a value that is refused."""
    if isinstance(error, DBAPIError):
        return may_pass(error)
    return not isinstance(error, UnreadableJob)
