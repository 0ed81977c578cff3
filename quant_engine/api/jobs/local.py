"""The embedded engine: `WORKERS` slots in this process, each with one job process of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.process import (
    JobProcess,
    ProcessDiedError,
    kill_fork_server,
    start_fork_server,
)
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.jobs.worker import Call, Finished, JobTypeSpec, Message, Progress, Raised
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import QuantEngineError
from quant_engine.domain.work import Workspace

QUEUE_POLL_SECONDS = 5.0  #: a slot looks at the queue this often when no notification comes
#: likewise at its job's `cancel_requested`; with the grace of a kill it stays below the 5 s of a cancel
CANCEL_POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0  #: after the database or the fork server failed
PRUNE_SECONDS = 600.0
UNAVAILABLE = (DBAPIError, NoConnection)  #: errors of a database that may answer later

T = TypeVar("T")

_log = logging.getLogger(__name__)


class LocalEngine:
    """Runs jobs in the order of submission, `workers` at once."""

    def __init__(
        self,
        job_types: Mapping[JobType, JobTypeSpec],
        workspace: Workspace,
        *,
        workers: int,
        events_kept: int,
    ) -> None:
        self._job_types = job_types
        self._workspace = workspace
        self._workers = workers
        self._events_kept = events_kept
        self._ready: set[JobProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._store: JobStore  # both from `start`
        self._notifier: Notifier

    @property
    def processes(self) -> int:
        """The number of job processes that are ready or running a job."""
        return len(self._ready)

    async def start(self, store: JobStore, notifier: Notifier) -> None:
        """Settle the jobs that an earlier service left running, and begin to run jobs."""
        self._store, self._notifier = store, notifier
        # the fork server imports the modules of the jobs, so that no job waits for the imports
        modules = {spec.function.partition(":")[0] for spec in self._job_types.values()}
        start_fork_server(sorted(modules))
        recovered = await store.recover()
        if recovered:
            _log.warning("Settled %d jobs that an earlier service left running", recovered)
        for _ in range(self._workers):
            self._spawn(self._slot())
        self._spawn(self._prune())

    async def stop(self) -> None:
        """End every job process and return running jobs to the queue."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _slot(self) -> None:
        while True:
            starting = asyncio.ensure_future(JobProcess.start())
            try:
                process = await asyncio.shield(starting)
                self._ready.add(process)
                while await self._run(await self._next_claim(), process):
                    pass
            except (OSError, EOFError, QuantEngineError):
                # the fork failed or a row became unreadable: the slot continues
                _log.exception("A slot failed; it starts again")
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                await self._discard(starting)

    async def _discard(self, starting: "asyncio.Future[JobProcess]") -> None:
        if not starting.done():
            # the service is stopping while the fork server still imports: do not wait for that
            kill_fork_server()
        with suppress(OSError, EOFError):
            process = await starting
            self._ready.discard(process)
            # no grace: its job is settled or queued again
            await process.kill(grace=0)
            process.close()

    async def _next_claim(self) -> Claim:
        with self._notifier.topic(Notifier.QUEUE) as queue:
            while True:
                version = queue.version
                claim = await _retry_until_available(self._store.claim_next)
                if claim is not None:
                    return claim
                await queue.wait_for_change(version, QUEUE_POLL_SECONDS)

    async def _run(self, claim: Claim, process: JobProcess) -> bool:
        """Run one attempt; return whether the process can run another one."""
        call = Call(self._job_types[claim.job_type], claim.job_id, claim.params, self._workspace)
        watch = self._spawn(self._kill_when_cancelled(claim, process))
        try:
            async with aclosing(process.run(call)) as messages:
                async for message in messages:
                    await self._record(claim, message)
        except ProcessDiedError:
            await _retry_until_available(lambda: self._store.release(claim))
            return False
        except asyncio.CancelledError:
            await process.kill(grace=0)
            await self._store.release(claim, crashed=False)
            raise
        finally:
            watch.cancel()
        # a cancellation may come too late for the job and still kill the process
        return not process.is_ending

    async def _kill_when_cancelled(self, claim: Claim, process: JobProcess) -> None:
        """Watch the job as a reader of its stream does, and kill its process once cancellation is requested."""
        with self._notifier.topic(claim.job_id) as topic:
            while True:
                version = topic.version
                if await _retry_until_available(lambda: self._store.cancel_requested(claim)):
                    await process.kill()
                    return
                await topic.wait_for_change(version, CANCEL_POLL_SECONDS)

    async def _record(self, claim: Claim, message: Message) -> None:
        match message:
            case Progress():
                try:
                    await self._store.progress(claim, message.fraction, message.message)
                except UNAVAILABLE:
                    _log.exception("Progress of job %s could not be logged", claim.job_id)
            case Finished():
                await _retry_until_available(lambda: self._store.succeed(claim, message.result))
            case Raised():
                await _retry_until_available(
                    lambda: self._store.fail(claim, message.code, message.message)
                )

    async def _prune(self) -> None:
        while True:
            await _retry_until_available(lambda: self._store.prune(self._events_kept))
            await asyncio.sleep(PRUNE_SECONDS)


async def _retry_until_available(call: Callable[[], Awaitable[T]]) -> T:
    """Repeat a call until the database answers, so that no outcome is lost."""
    while True:
        try:
            return await call()
        except UNAVAILABLE:
            _log.exception("The database does not answer; trying again")
            await asyncio.sleep(RETRY_SECONDS)
