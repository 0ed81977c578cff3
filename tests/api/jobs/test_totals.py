"""Totals of jobs: what each change counts as, and in which bucket."""

from math import inf

import pytest

from contract_tests.kit.examples import SUMMARY
from quant_engine.api.jobs import store as store_module
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.jobs.totals import Histogram, Measure, Total, add, read_totals
from quant_engine.api.schemas.jobs import JobType
from quant_engine.database.engine import Database
from quant_engine.domain.errors import ErrorCode

WAITED, LOST = (Measure.WAITED, ""), (Measure.LOST, "")


async def counted(store: JobStore) -> dict[tuple[str, str], int]:
    """Return the number of jobs by measure and outcome."""
    found: dict[tuple[str, str], int] = {}
    for total in (await store.load()).totals:
        key = (total.measure, total.outcome)
        found[key] = found.get(key, 0) + total.n_jobs
    return found


async def start(store: JobStore) -> Claim:
    claim = await store.claim_next()
    assert claim is not None
    return claim


async def test_each_start_end_and_loss_is_counted_once(store: JobStore) -> None:
    await store.submit(JobType.BACKTEST, "{}")
    assert await counted(store) == {}
    first = await start(store)
    await store.progress(first, 0.5, "half")
    assert await counted(store) == {WAITED: 1}
    await store.release(first, lost=True)
    await store.release(first, lost=True)
    second = await start(store)
    # neither a second start nor an abandoned attempt counts
    await store.release(first, lost=True)
    assert await counted(store) == {WAITED: 1, LOST: 1}
    await store.release(second, lost=False)
    third = await start(store)
    await store.succeed(third, SUMMARY.model_dump_json())
    await store.fail(third, ErrorCode.JOB_ERROR, "It is too late.")
    assert await counted(store) == {WAITED: 1, LOST: 1, (Measure.RAN, "succeeded"): 1}


async def test_a_job_that_never_started_ran_for_no_time(store: JobStore) -> None:
    record = await store.submit(JobType.TRAIN, "{}")
    await store.request_cancel(record.job_id)
    (total,) = (await store.load()).totals
    assert total == Total(Measure.RAN, "train", "cancelled", 0.01, 1, 0.0)


async def test_the_last_loss_counts_and_so_does_the_failure(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MAX_LOST", 1)
    await store.submit(JobType.BACKTEST, "{}")
    claim = await start(store)
    await store.begin(claim)
    assert await store.recover() == 1
    assert await counted(store) == {WAITED: 1, LOST: 1, (Measure.RAN, "failed"): 1}


async def test_a_process_that_is_killed_to_cancel_its_job_is_not_lost(store: JobStore) -> None:
    await store.submit(JobType.BACKTEST, "{}")
    claim = await start(store)
    await store.request_cancel(claim.job_id)
    await store.release(claim, lost=True)
    assert await counted(store) == {WAITED: 1, (Measure.RAN, "cancelled"): 1}


async def test_what_is_not_committed_is_not_counted(store: JobStore, database: Database) -> None:
    async with database.writing() as connection:
        await add(connection, Measure.RAN, JobType.TRAIN, "failed", 1.0)
        await connection.rollback()
        await connection.begin()
    assert await counted(store) == {}


@pytest.mark.parametrize(
    ("seconds", "up_to", "stored"),
    [(-5.0, 0.01, 0.0), (0.01, 0.01, 0.01), (0.011, 0.1, 0.011), (1e9, inf, 1e9)],
)
async def test_a_time_is_counted_in_the_bucket_that_it_fits(
    database: Database, seconds: float, up_to: float, stored: float
) -> None:
    async with database.writing() as connection:
        for _ in range(2):
            await add(connection, Measure.RAN, JobType.TRAIN, "failed", seconds)
    async with database.reading() as connection:
        (total,) = await read_totals(connection)
    assert (total.up_to, total.n_jobs) == (up_to, 2)
    assert total.seconds == pytest.approx(2 * stored)


def test_a_bucket_of_other_bounds_is_counted_in_the_next_larger_one() -> None:
    histogram = Histogram((1.0, 2.0, inf))
    histogram.add(1.5)
    histogram.add(1.5, n=3, total=4.0)
    histogram.add(9.0)
    assert (histogram.counts, histogram.sum) == ([0, 4, 1], 14.5)
