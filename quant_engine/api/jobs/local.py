"""The embedded engine: `WORKERS` slots in this process, each with one job process of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from quant_engine.api.jobs.process import (
    JobProcess,
    ProcessDiedError,
    kill_fork_server,
    start_fork_server,
)
from quant_engine.api.jobs.signal import Signal
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.jobs.worker import Call, Finished, Message, Progress, Raised
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import QuantEngineError
from quant_engine.domain.work import Workspace

POLL_SECONDS = 5.0  #: a slot looks this often even when nobody woke it
RETRY_SECONDS = 1.0  #: after the database or the fork server failed
PRUNE_SECONDS = 600.0

T = TypeVar("T")

_log = logging.getLogger(__name__)


class LocalEngine:
    """Runs jobs in the order of submission, `workers` at once."""

    def __init__(  # noqa: PLR0913 - what the wiring knows, each named
        self,
        store: JobStore,
        signal: Signal,
        *,
        targets: Mapping[JobType, str],
        workspace: Workspace,
        workers: int,
        events_kept: int,
    ) -> None:
        self._store = store
        self._signal = signal
        self._targets = targets
        self._workspace = workspace
        self._workers = workers
        self._events_kept = events_kept
        self._running: dict[str, JobProcess] = {}
        self._ready: set[JobProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def processes(self) -> int:
        """How many job processes are ready or at work."""
        return len(self._ready)

    async def start(self) -> None:
        """Settle what an earlier service left, and begin to run jobs."""
        # what jobs import is imported before they are forked, so no job waits for it
        start_fork_server(sorted({target.partition(":")[0] for target in self._targets.values()}))
        recovered = await self._store.recover()
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

    def cancel(self, job_id: str) -> None:
        """End a running job's process; its slot then settles the job as the store has it."""
        process = self._running.get(job_id)
        if process is not None:
            self._spawn(process.kill())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _slot(self) -> None:
        while True:
            starting = asyncio.ensure_future(JobProcess.start())
            try:
                process = await asyncio.shield(starting)
                self._ready.add(process)
                while await self._run(await self._next_claim(), process):
                    pass
            except (OSError, EOFError, QuantEngineError):
                # no fork, or a row that became unreadable: neither may cost the slot
                _log.exception("A slot failed; it starts again")
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                await self._discard(starting)

    async def _discard(self, starting: "asyncio.Future[JobProcess]") -> None:
        if not starting.done():
            # the service is going, and the fork server still imports: do not wait for that
            kill_fork_server()
        with suppress(OSError, EOFError):
            process = await starting
            self._ready.discard(process)
            # whatever runs now was settled, or is queued again: no grace
            await process.kill(grace=0)
            process.close()

    async def _next_claim(self) -> Claim:
        with self._signal.topic(Signal.QUEUE) as queue:
            while True:
                version = queue.version
                claim = await _insist(self._store.claim_next)
                if claim is not None:
                    return claim
                await queue.changed(version, POLL_SECONDS)

    async def _run(self, claim: Claim, process: JobProcess) -> bool:
        """Run one attempt; whether the process can take another."""
        self._running[claim.job_id] = process
        call = Call(
            target=self._targets[claim.job_type],
            job_type=claim.job_type,
            job_id=claim.job_id,
            params=claim.params,
            workspace=self._workspace,
        )
        try:
            # a cancel that came between the claim and the line above found nobody to tell
            if (await _insist(lambda: self._store.get(claim.job_id))).cancel_requested:
                await process.kill(grace=0)
            async with aclosing(process.run(call)) as messages:
                async for message in messages:
                    await self._record(claim, message)
        except ProcessDiedError:
            await _insist(lambda: self._store.give_up(claim))
            return False
        except asyncio.CancelledError:
            await process.kill(grace=0)
            await self._store.give_up(claim, lost=False)
            raise
        finally:
            self._running.pop(claim.job_id, None)
        return True

    async def _record(self, claim: Claim, message: Message) -> None:
        match message:
            case Progress():
                try:
                    await self._store.progress(claim, message.fraction, message.message)
                except DBAPIError:
                    _log.exception("Progress of job %s could not be logged", claim.job_id)
            case Finished():
                await _insist(lambda: self._store.succeed(claim, message.result))
            case Raised():
                await _insist(lambda: self._store.fail(claim, message.code, message.message))

    async def _prune(self) -> None:
        while True:
            await _insist(lambda: self._store.prune(self._events_kept))
            await asyncio.sleep(PRUNE_SECONDS)


async def _insist(write: Callable[[], Awaitable[T]]) -> T:
    """Try again for as long as the database cannot be written: an outcome is not lost over it."""
    while True:
        try:
            return await write()
        except DBAPIError:
            _log.exception("The database does not answer; trying again")
            await asyncio.sleep(RETRY_SECONDS)
