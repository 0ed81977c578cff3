"""The embedded engine ends a job whose cancellation is requested, also when the notification is lost."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contract_tests.kit.serve import job_types
from quant_engine.api.jobs import local
from quant_engine.api.jobs.local import LocalEngine
from quant_engine.api.jobs.process import TERM_SECONDS
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.schemas.jobs import AnyJob, JobStatus, JobType
from quant_engine.database.engine import Database
from quant_engine.domain.work import Workspace
from tests.api.jobs.conftest import LossyNotifier

NEVER = 1e6


@asynccontextmanager
async def running(
    home: Path, store: JobStore, notifier: LossyNotifier, backtest: str
) -> AsyncIterator[None]:
    types = job_types(f"backtest={backtest}")
    engine = LocalEngine(types, Workspace(home), workers=1, events_kept=1000)
    await engine.start(store, notifier)
    yield
    await engine.stop()


async def wait(
    store: JobStore, notifier: LossyNotifier, job_id: str, until: Callable[[AnyJob], bool]
) -> AnyJob:
    """Read a job until it is as expected, also while notifications are lost."""
    with notifier.topic(job_id) as topic:
        while True:
            version = topic.version
            record = await store.get(job_id)
            if until(record):
                return record
            await topic.wait_for_change(version, 0.02)


#: within which a cancelled job has ended
CANCEL_SECONDS = 5.0


def test_a_cancel_waits_for_one_poll_and_the_grace_of_a_kill() -> None:
    assert local.CANCEL_POLL_SECONDS + TERM_SECONDS < CANCEL_SECONDS


async def test_a_cancel_whose_notification_is_lost_is_seen_by_the_poll(
    tmp_path: Path, store: JobStore, notifier: LossyNotifier
) -> None:
    # a job that ignores SIGTERM
    async with running(tmp_path, store, notifier, "ignore_signals"):
        job_id = (await store.submit(JobType.BACKTEST, "{}")).job_id
        await wait(store, notifier, job_id, lambda job: job.progress > 0)
        notifier.is_lossy = True
        await store.request_cancel(job_id)
        ended = await wait(store, notifier, job_id, lambda job: job.status.is_final)
    assert ended.status is JobStatus.CANCELLED


async def test_a_cancel_does_not_wait_for_the_poll(
    tmp_path: Path, store: JobStore, notifier: LossyNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "CANCEL_POLL_SECONDS", NEVER)
    async with running(tmp_path, store, notifier, "hold"):
        job_id = (await store.submit(JobType.BACKTEST, "{}")).job_id
        await wait(store, notifier, job_id, lambda job: job.progress > 0)
        await store.request_cancel(job_id)
        ended = await wait(store, notifier, job_id, lambda job: job.status.is_final)
        assert ended.status is JobStatus.CANCELLED
        # the slot takes the next job, in a process that was not killed
        again = (await store.submit(JobType.BACKTEST, "{}")).job_id
        (tmp_path / "release").touch()
        ended = await wait(store, notifier, again, lambda job: job.status.is_final)
        assert (ended.status, ended.attempt) == (JobStatus.SUCCEEDED, 1)


class CancelsAtOnce(JobStore):
    """A store in which a client cancels each job before the engine that claims it begins to watch."""

    async def claim_next(self) -> Claim | None:
        claim = await super().claim_next()
        if claim is not None:
            await self.request_cancel(claim.job_id)
        return claim


async def test_a_cancel_before_the_engine_watches_is_seen(
    tmp_path: Path, database: Database, notifier: LossyNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "CANCEL_POLL_SECONDS", NEVER)
    store = CancelsAtOnce(database, notifier, max_queued=10)
    async with running(tmp_path, store, notifier, "hold"):
        job_id = (await store.submit(JobType.BACKTEST, "{}")).job_id
        ended = await wait(store, notifier, job_id, lambda job: job.status.is_final)
    assert ended.status is JobStatus.CANCELLED
