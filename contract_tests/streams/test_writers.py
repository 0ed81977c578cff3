"""Two writers wait for the lock of a third: in whatever order they get it, records and the queue keep their laws."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.relations import Relations
from contract_tests.repository import committed
from contract_tests.streams.scenario import RESULTS
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.schemas.jobs import AnyJob, BacktestJob, JobStatus, JobType
from quant_engine.database import file
from quant_engine.domain.errors import ErrorCode, QuantEngineError
from quant_engine.domain.parameters import BacktestParameters
from wirelaw.contract.document import Node
from wirelaw.finding import Finding, check

RESULT = RESULTS[JobType.BACKTEST].model_dump_json()
PARAMS = BacktestParameters().model_dump_json()
FIX = (
    "read in quant_engine/api/jobs/store.py what a change depends on after the lock is taken, then run "
    "`pytest contract_tests/streams/test_writers.py`"
)
TURNS = 8  #: of the loop, after which a writer waits for the lock or has written

Write = Callable[[JobStore, Claim], Awaitable[Any]]
WRITERS: dict[str, Write] = {
    "claim": lambda store, _: store.claim_next(),
    "submit": lambda store, _: store.submit(JobType.BACKTEST, PARAMS),
    "submit with a key": lambda store, _: store.submit(JobType.BACKTEST, PARAMS, key="two"),
    "repeat": lambda store, _: store.submit(JobType.BACKTEST, PARAMS, key="one"),
    "cancel": lambda store, claim: store.request_cancel(claim.job_id),
    "progress": lambda store, claim: store.progress(claim, 0.5, "half"),
    "succeed": lambda store, claim: store.succeed(claim, RESULT),
    "fail": lambda store, claim: store.fail(claim, ErrorCode.JOB_ERROR, "It raised."),
    "release": lambda store, claim: store.release(claim, lost=False),
    "crash": lambda store, claim: store.release(claim, lost=True),
    "recover": lambda store, _: store.recover(),
    "prune": lambda store, _: store.prune(0),
}
KEYS = ("submit with a key", "repeat")  #: both answers of a pair are one job
#: what happened to the job before
BEFORE = {"queued": (), "running": ("claim",), "cancelling": ("claim", "cancel")}


@pytest.fixture
async def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningService]:
    monkeypatch.setattr(file, "BUSY_RETRY_SECONDS", 0)
    async with running(idle_app(tmp_path / "home")) as running_service:
        yield running_service


async def _written(write: Write, store: JobStore, claim: Claim) -> Any:
    try:
        return await write(store, claim)
    except QuantEngineError as error:
        return error.code


async def broken_laws(
    service: RunningService, before: str, *pairs: tuple[str, str]
) -> list[Finding]:
    """Let each pair of writers wait for one lock, with one free place in the queue; return the laws that they break."""
    store, contract = service.store, committed()
    relations = Relations(contract)
    findings: list[Finding] = []
    with service.connect() as third:
        for first, second in pairs:
            (end,) = third.execute("SELECT coalesce(max(seq), 0) FROM job_events").fetchone()
            record = await store.submit(JobType.BACKTEST, PARAMS, key="one")
            claim = Claim(record.job_id, record.job_type, 1, PARAMS)
            for name in BEFORE[before]:
                await WRITERS[name](store, claim)
            capacity = await store.count(JobStatus.QUEUED) + 1
            store._max_queued = capacity  # noqa: SLF001 - a setting of the service
            third.execute("BEGIN IMMEDIATE")
            tasks = []
            for name in (first, second):
                tasks.append(asyncio.create_task(_written(WRITERS[name], store, claim)))
                for _ in range(TURNS):
                    await asyncio.sleep(0)
            # a claim that finds an empty queue needs no lock
            assert not any(task.done() for task in tasks) or "claim" in (first, second)
            third.execute("ROLLBACK")
            results = [*zip((first, second), await asyncio.gather(*tasks), strict=True)]
            query = "SELECT record FROM job_events WHERE seq > ? ORDER BY seq"
            events = [json.loads(row[0]) for row in third.execute(query, (end,))]
            logged = [each for each in events if each["job_id"] == record.job_id]
            assert [each["revision"] for each in logged] == list(range(len(logged)))
            answered = [each for _, each in results if isinstance(each, BaseModel)]
            values = [
                each.model_dump(mode="json") for each in (*answered, await store.get(record.job_id))
            ]
            place = f"{before} job: {first} and {second} wait for the lock"
            for value in (*logged, *values):
                findings += relations.add(place, contract.components["BacktestJob"], value)
            findings += _queue_laws(place, events, capacity)
            findings += _answer_laws(place, results, logged)
            third.execute("UPDATE jobs SET idempotency_key = NULL, status = 'cancelled'")
    return findings


def _queue_laws(place: str, events: list[Node], capacity: int) -> Iterator[Finding]:
    statuses: dict[str, str] = {}
    for event in events:
        waiting = [*statuses.values()].count("queued")
        if event["revision"] == 0 and waiting >= capacity:
            expected = f"queue_full, because {capacity} jobs may wait"
            found = f"another one was accepted while {waiting} waited"
            yield Finding("writers", place, "queue-overfull", expected, found, FIX)
        statuses[event["job_id"]] = event["status"]


def _answer_laws(
    place: str, results: list[tuple[str, Any]], logged: list[Node]
) -> Iterator[Finding]:
    """Compare what the writers answered with what the log says that they did; a pruned log says nothing."""
    for name, answer in results:
        if name == "cancel" and isinstance(answer, BacktestJob) and not answer.cancel_requested:
            found = f"cancel answered {answer.status}, cancel_requested false"
            yield Finding("writers", place, "lost-cancel", "cancel_requested true", found, FIX)
    for key in KEYS:
        jobs = [_job(answer) for name, answer in results if name == key]
        if jobs != jobs[:1] * len(jobs):
            expected, found = f"both return the job {jobs[0]}", f"the second returned {jobs[1]}"
            yield Finding("writers", place, "key-repeated", expected, found, FIX)
    settled = sum(
        old["status"] == "running" and new["status"] != "running" for old, new in pairwise(logged)
    )
    recovered = sum(answer for name, answer in results if name == "recover")
    if logged and recovered > settled:
        expected, found = f"{settled} recovered jobs at most", f"{recovered}"
        yield Finding("writers", place, "recovered-twice", expected, found, FIX)


def _job(answer: Any) -> str:
    return answer.job_id if isinstance(answer, BacktestJob) else str(answer)


@pytest.mark.parametrize("before", BEFORE)
async def test_two_writers_that_wait_for_a_third(service: RunningService, before: str) -> None:
    check(await broken_laws(service, before, *((one, two) for one in WRITERS for two in WRITERS)))


async def test_a_writer_that_reads_before_it_has_the_lock_is_found(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = JobStore.request_cancel

    async def request_cancel(store: JobStore, job_id: str) -> AnyJob:
        record = await store.get(job_id)
        with suppress(QuantEngineError):
            return await locked(store, job_id)
        return record

    monkeypatch.setattr(JobStore, "request_cancel", request_cancel)
    (finding,) = await broken_laws(service, "running", ("succeed", "cancel"))
    assert finding.code == "lost-cancel"


async def test_a_queue_that_is_counted_before_the_lock_is_found(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = JobStore.submit

    async def submit(store: JobStore, *request: Any, key: str | None = None) -> AnyJob:
        if await store.count(JobStatus.QUEUED) < store._max_queued:  # noqa: SLF001 - the planted fault
            store._max_queued = 9  # noqa: SLF001 - it is not counted again
        return await locked(store, *request, key=key)

    monkeypatch.setattr(JobStore, "submit", submit)
    (finding,) = await broken_laws(service, "queued", ("submit", "submit"))
    assert finding.code == "queue-overfull"


async def test_attempts_that_are_listed_before_the_lock_are_found(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = JobStore.recover

    async def recover(store: JobStore) -> int:
        listed = await store.count(JobStatus.RUNNING)
        await locked(store)
        return listed

    monkeypatch.setattr(JobStore, "recover", recover)
    (finding,) = await broken_laws(service, "running", ("recover", "recover"))
    assert finding.code == "recovered-twice"
