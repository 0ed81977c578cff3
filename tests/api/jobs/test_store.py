"""The store makes the transitions of the table beside `JobStatus`, and no others."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from contract_tests.kit.examples import SUMMARY
from quant_engine.api.jobs import store as store_module
from quant_engine.api.jobs.models import job_events, jobs
from quant_engine.api.jobs.rows import JobRows
from quant_engine.api.jobs.store import MAX_LOST, MAX_UNRECEIVED, Claim, JobStore
from quant_engine.api.schemas.jobs import FINAL, TERMINAL_EVENTS, JobStatus, JobType, Transition
from quant_engine.database.engine import Database
from quant_engine.domain.errors import Conflict, ErrorCode, Unavailable

RESULT = SUMMARY.model_dump_json()
RAISED = ErrorCode.JOB_ERROR, "The job's code raised."

Write = Callable[[JobStore, Claim], Awaitable[Any]]
WRITES: dict[str, Write] = {
    "progress": lambda store, claim: store.progress(claim, 0.5, "half"),
    "succeed": lambda store, claim: store.succeed(claim, RESULT),
    "fail": lambda store, claim: store.fail(claim, *RAISED),
    "release": lambda store, claim: store.release(claim, lost=True),
}


async def tables(database: Database) -> list[Any]:
    """Read every row that the store writes."""
    async with database.reading() as connection:
        return [
            (await connection.execute(select(table).order_by(order))).all()
            for table, order in ((jobs, jobs.c.position), (job_events, job_events.c.seq))
        ]


async def logged(database: Database) -> set[tuple[str | None, str, str]]:
    """Read the log as transitions: the status before, the status after, and the event."""
    query = select(job_events).order_by(job_events.c.job_id, job_events.c.revision)
    async with database.reading() as connection:
        rows = (await connection.execute(query)).mappings().all()
    transitions: set[tuple[str | None, str, str]] = set()
    before: dict[str, str] = {}
    for row in rows:
        status = json.loads(row["record"])["status"]
        transitions.add((before.get(row["job_id"]), status, row["event"]))
        before[row["job_id"]] = status
    return transitions


async def start(store: JobStore) -> Claim:
    await store.submit(JobType.BACKTEST, "{}")
    claim = await store.claim_next()
    assert claim is not None
    return claim


async def job_in(store: JobStore, status: JobStatus) -> Claim:
    """Bring a job to a status; return the claim of its last attempt."""
    claim = await start(store)
    match status:
        case JobStatus.QUEUED:
            await store.release(claim, lost=True)
        case JobStatus.SUCCEEDED:
            await store.succeed(claim, RESULT)
        case JobStatus.FAILED:
            await store.fail(claim, *RAISED)
        case JobStatus.CANCELLED:
            await store.request_cancel(claim.job_id)
            await store.release(claim, lost=False)
    assert (await store.get(claim.job_id)).status is status
    return claim


@pytest.mark.parametrize("status", JobStatus)
@pytest.mark.parametrize("transition", [each for each in Transition if each.before is not None])
async def test_a_forbidden_transition_writes_nothing(
    store: JobStore, database: Database, status: JobStatus, transition: Transition
) -> None:
    job_id = (await job_in(store, status)).job_id
    before = await tables(database)
    values: dict[Transition, dict[str, Any]] = {
        Transition.SUCCEED: {"result": RESULT},
        Transition.FAIL: {"error": '{"code": "job_error", "message": "It failed.", "fields": []}'},
    }
    async with database.writing() as connection:
        made = await JobRows(connection).change(transition, job_id, **values.get(transition, {}))
    if transition.before is status:
        assert made is not None
        assert made.status is transition.after
    else:
        assert made is None
        assert await tables(database) == before


@pytest.mark.parametrize("status", [each for each in JobStatus if each != JobStatus.RUNNING])
@pytest.mark.parametrize("write", WRITES)
async def test_only_a_running_attempt_writes(
    store: JobStore, database: Database, status: JobStatus, write: str
) -> None:
    claim = await job_in(store, status)
    before = await tables(database)
    await WRITES[write](store, claim)
    assert await tables(database) == before


@pytest.mark.parametrize("status", sorted(FINAL))
async def test_a_final_job_cannot_be_cancelled(
    store: JobStore, database: Database, status: JobStatus
) -> None:
    claim = await job_in(store, status)
    before = await tables(database)
    with pytest.raises(Conflict):
        await store.request_cancel(claim.job_id)
    assert await tables(database) == before


async def test_the_store_makes_each_transition_of_the_table(
    store: JobStore, database: Database
) -> None:
    await store.request_cancel((await store.submit(JobType.BACKTEST, "{}")).job_id)
    for write in WRITES.values():
        for is_cancelled in (False, True):
            claim = await start(store)
            if is_cancelled:
                await store.request_cancel(claim.job_id)
            await write(store, claim)
            await store.fail(claim, *RAISED)
            # a job that was released is first in the queue
            while (again := await store.claim_next()) is not None:
                await store.fail(again, *RAISED)
    assert await logged(database) == {(each.before, each.after, each.event) for each in Transition}


async def test_a_crashed_attempt_is_the_last_after_so_many(store: JobStore) -> None:
    job_id = (await store.submit(JobType.BACKTEST, "{}")).job_id
    for _ in range(MAX_LOST):
        claim = await store.claim_next()
        assert claim is not None
        await store.release(claim, lost=True)
    record = await store.get(job_id)
    assert record.status is JobStatus.FAILED
    assert record.error is not None
    assert record.error.code is ErrorCode.WORKER_LOST


async def test_a_job_that_no_process_receives_fails_and_not_as_lost(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "BACKOFF_SECONDS", 0.0)
    job_id = (await store.submit(JobType.BACKTEST, "{}")).job_id
    for _ in range(MAX_UNRECEIVED):
        claim = await store.claim_next()
        assert claim is not None
        await store.release(claim, lost=False)
    record = await store.get(job_id)
    assert record.error is not None
    assert (record.error.code, record.attempt) == (ErrorCode.JOB_ERROR, MAX_UNRECEIVED)
    assert "before it received the job" in record.error.message


async def test_an_orderly_stop_counts_nothing(store: JobStore) -> None:
    job_id = (await store.submit(JobType.BACKTEST, "{}")).job_id
    for _ in range(2 * MAX_UNRECEIVED):
        claim = await store.claim_next()
        assert claim is not None
        await store.begin(claim)
        await store.release(claim, lost=False)
    assert (await store.get(job_id)).status is JobStatus.QUEUED


async def test_a_pause_grows_while_no_process_receives_a_job(
    store: JobStore, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "BACKOFF_SECONDS", 1.0)
    pauses = []
    for attempt in (1, 2, 3):
        claim = await start(store) if attempt == 1 else await store.claim_next()
        assert claim is not None
        await store.release(claim, lost=False)
        async with database.writing() as connection:
            found = await connection.execute(select(jobs.c.retry_at))
            pauses.append(found.scalar_one())
            await connection.execute(update(jobs).values(retry_at=None))
    assert pauses[0] is None
    assert None not in pauses[1:]
    assert pauses[1] < pauses[2]


@pytest.mark.parametrize("harm", [{"revision": -1}, {"revision": 0}])
async def test_a_damaged_job_does_not_hold_up_the_queue(
    store: JobStore, database: Database, harm: dict[str, int]
) -> None:
    bad = (await store.submit(JobType.BACKTEST, "{}")).job_id
    good = (await store.submit(JobType.BACKTEST, "{}")).job_id
    async with database.writing() as connection:
        # the next revision is in the log already
        later = {"job_id": bad, "revision": harm["revision"] + 1, "event": "status", "record": "{}"}
        if harm["revision"] == 0:
            await connection.execute(insert(job_events), later)
        await connection.execute(update(jobs).where(jobs.c.job_id == bad).values(**harm))
    claim = await store.claim_next()
    assert claim is not None
    assert claim.job_id == good


@pytest.mark.parametrize(
    "harm",
    [{"lost": 2**63 - 1}, pytest.param({"lost": 1e300}, marks=pytest.mark.file), {"revision": 0}],
)
async def test_a_job_that_cannot_be_settled_does_not_stop_the_service_from_starting(
    store: JobStore, database: Database, harm: dict[str, float]
) -> None:
    bad, good = [await start(store) for _ in range(2)]
    for claim in (bad, good):
        await store.begin(claim)
    async with database.writing() as connection:
        await connection.execute(update(jobs).where(jobs.c.job_id == bad.job_id).values(**harm))
    assert await store.recover() == 2
    assert (await store.get(good.job_id)).status is JobStatus.QUEUED
    assert await store.running() == []


async def test_a_damaged_status_is_counted_as_none_and_reported_by_the_job(
    store: JobStore, database: Database
) -> None:
    job_id = (await store.submit(JobType.BACKTEST, "{}")).job_id
    assert await store.count(JobStatus.QUEUED) == 1
    async with database.writing() as connection:
        await connection.execute(update(jobs).values(status="lost"))
    assert await store.count(*JobStatus) == 0
    with pytest.raises(Unavailable, match=job_id):
        await store.get(job_id)


def test_nothing_leaves_a_final_status() -> None:
    assert {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED} == FINAL
    assert {"completed", "failed", "cancelled"} == TERMINAL_EVENTS
