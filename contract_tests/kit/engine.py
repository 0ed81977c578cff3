"""A `JobEngine` without processes; the test decides what happens to each job."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contract_tests.hang import ANSWER_SECONDS
from contract_tests.kit.logs import lines
from quant_engine.api.jobs.engine import Processes
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.schemas.jobs import JobStatus, JobType
from quant_engine.domain.errors import ErrorCode

POLL_SECONDS = 1e6  #: longer than any test, so a lost notification makes a test fail


class Script(Protocol):
    """The progress and the result of each job."""

    def progress(self, job_type: JobType) -> Sequence[tuple[float, str]]:
        """Return the progress of a job of this type: fractions and messages."""

    def finish(self, claim: Claim) -> str:
        """Write the job's artifacts; return its result as JSON."""


@dataclass(frozen=True)
class Plan:
    """What the engine does with jobs."""

    claims: bool = True  #: false: queued jobs stay queued
    holds: bool = False  #: a job runs until the test releases it or a client cancels it
    fails: tuple[ErrorCode, str] | None = None  #: after its progress, with this error


class ScriptedEngine:
    """Runs jobs by a script, `workers` at once.

    Without a script it is idle: it claims nothing, and a test drives the jobs through `store` and `claim`.
    Pass one to `create_app(engine=…)` and keep the reference.
    """

    def __init__(self, script: Script | None = None, *, workers: int = 0) -> None:
        self.plan = Plan(claims=script is not None)
        self.claims: dict[str, Claim] = {}  #: of jobs that are held or that the test runs
        self.store: JobStore  #: this and the notifier are set by `start`
        self.notifier: Notifier
        self._script = script
        self._workers = workers
        self._slots: list[asyncio.Task[None]] = []

    @property
    def processes(self) -> Processes:
        """As many as it has workers."""
        return Processes(self._workers)

    async def start(self, store: JobStore, notifier: Notifier) -> None:
        """Settle the jobs that an earlier service left running, and begin to run jobs."""
        self.store, self.notifier = store, notifier
        await store.recover()
        if self._script is not None:
            slots = [self._slot(self._script) for _ in range(self._workers)]
            self._slots = [asyncio.create_task(slot) for slot in slots]

    async def stop(self) -> None:
        """Return running jobs to the queue."""
        for task in self._slots:
            task.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)
        for claim in self.claims.values():
            await self.store.release(claim, lost=False)

    async def claim(self) -> Claim | None:
        """Start the job that has waited longest, and return its claim to the test."""
        claim = await self.store.claim_next()
        if claim is not None:
            self.claims[claim.job_id] = claim
        return claim

    def queue_only(self) -> None:
        """Claim no more jobs."""
        self._follow(Plan(claims=False))

    def hold(self) -> None:
        """Keep each job running that is claimed from now on."""
        self._follow(Plan(holds=True))

    def fail(self, code: ErrorCode = ErrorCode.JOB_ERROR, message: str = "It failed.") -> None:
        """End each job with an error that is claimed from now on."""
        self._follow(Plan(fails=(code, message)))

    def finish(self) -> None:
        """Let all jobs succeed, held and queued ones included."""
        self._follow(Plan())

    def _follow(self, plan: Plan) -> None:
        self.plan = plan
        released = [] if plan.holds else list(self.claims)
        for job_id in released:
            del self.claims[job_id]
        self.notifier.notify(Notifier.QUEUE, *released)

    async def settle(self) -> None:
        """Wait until each job is final, held, or kept in the queue."""
        with self.notifier.topic(Notifier.ALL) as changes:
            async with asyncio.timeout(ANSWER_SECONDS):
                version = changes.version
                while await self._is_busy():
                    await changes.wait_for_change(version, POLL_SECONDS)
                    version = changes.version

    async def _is_busy(self) -> bool:
        for claim in list(self.claims.values()):
            if await self.store.cancel_requested(claim):
                return True
        held = len(self.claims)
        unsettled = [JobStatus.RUNNING]
        if self.plan.claims and held < self._workers:
            unsettled.append(JobStatus.QUEUED)
        # in one query: a job that starts between two would be in neither
        return await self.store.count(*unsettled) > held

    async def _slot(self, script: Script) -> None:
        with self.notifier.topic(Notifier.QUEUE) as queue:
            while True:
                version = queue.version
                claim = await self.store.claim_next() if self.plan.claims else None
                if claim is None:
                    await queue.wait_for_change(version, POLL_SECONDS)
                else:
                    await self._run(claim, script)

    async def _run(self, claim: Claim, script: Script) -> None:
        plan = self.plan
        await self.store.log(claim, lines())
        for fraction, message in script.progress(claim.job_type):
            await self.store.progress(claim, fraction, message)
            if self.plan.holds and not await self._hold(claim):
                return
        if plan.fails is not None:
            await self.store.fail(claim, *plan.fails)
        else:
            await self.store.succeed(claim, script.finish(claim))

    async def _hold(self, claim: Claim) -> bool:
        """Wait until the test releases a job; False: a client cancelled it."""
        self.claims[claim.job_id] = claim
        with self.notifier.topic(claim.job_id) as topic:
            while claim.job_id in self.claims:
                version = topic.version
                if await self.store.cancel_requested(claim):
                    self.claims.pop(claim.job_id, None)
                    await self.store.release(claim, lost=False)
                    return False
                await topic.wait_for_change(version, POLL_SECONDS)
        return True
