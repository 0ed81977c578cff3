"""Two writers of one job, both held up by a third: whatever order they get the lock in, the record laws hold."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from contract_tests.finding import Finding, check
from contract_tests.kit.service import RunningService, idle_app, running, skip_disk_sync
from contract_tests.relations import Relations
from contract_tests.repository import committed
from contract_tests.streams.scenario import RESULTS
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.schemas.jobs import AnyJob, BacktestJob, JobType
from quant_engine.database import engine
from quant_engine.domain.errors import ErrorCode, QuantEngineError
from quant_engine.domain.parameters import BacktestParameters

RESULT = RESULTS[JobType.BACKTEST].model_dump_json()
PARAMS = BacktestParameters().model_dump_json()
TURNS = 8  #: of the loop, after which a writer waits for the lock or has written

Write = Callable[[JobStore, Claim], Awaitable[Any]]
WRITERS: dict[str, Write] = {
    "claim": lambda store, _: store.claim_next(),
    "submit": lambda store, _: store.submit(JobType.BACKTEST, PARAMS, key="one"),
    "cancel": lambda store, claim: store.request_cancel(claim.job_id),
    "progress": lambda store, claim: store.progress(claim, 0.5, "half"),
    "succeed": lambda store, claim: store.succeed(claim, RESULT),
    "fail": lambda store, claim: store.fail(claim, ErrorCode.JOB_ERROR, "It raised."),
    "release": lambda store, claim: store.release(claim, crashed=False),
    "crash": lambda store, claim: store.release(claim),
    "recover": lambda store, _: store.recover(),
    "prune": lambda store, _: store.prune(0),
}
#: what happened to the job before
BEFORE = {"queued": (), "running": ("claim",), "cancelling": ("claim", "cancel")}


@pytest.fixture
async def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningService]:
    monkeypatch.setattr(engine, "BUSY_RETRY_SECONDS", 0)
    async with running(idle_app(tmp_path / "home")) as running_service:
        skip_disk_sync(running_service.parts)
        await running_service.reopen_database()
        yield running_service


async def _written(write: Write, store: JobStore, claim: Claim) -> Any:
    try:
        return await write(store, claim)
    except QuantEngineError as error:
        return error.code


async def broken_laws(
    service: RunningService, before: str, *pairs: tuple[str, str]
) -> list[Finding]:
    """Hold up each pair of writers together; return the record laws that break."""
    store, contract = service.store, committed()
    relations = Relations(contract)
    findings: list[Finding] = []
    with service.connect() as third:
        for first, second in pairs:
            record = await store.submit(JobType.BACKTEST, PARAMS, key="one")
            claim = Claim(record.job_id, record.job_type, 1, PARAMS)
            for name in BEFORE[before]:
                await WRITERS[name](store, claim)
            third.execute("BEGIN IMMEDIATE")
            tasks = []
            for name in (first, second):
                tasks.append(asyncio.create_task(_written(WRITERS[name], store, claim)))
                for _ in range(TURNS):
                    await asyncio.sleep(0)
            # a claim that finds an empty queue needs no lock
            assert not any(task.done() for task in tasks) or "claim" in (first, second)
            third.execute("ROLLBACK")
            results = dict(zip((first, second), await asyncio.gather(*tasks), strict=True))
            query = "SELECT record FROM job_events WHERE job_id = ? ORDER BY seq"
            logged = [json.loads(row[0]) for row in third.execute(query, (record.job_id,))]
            assert [each["revision"] for each in logged] == list(range(len(logged)))
            answered = [each for each in results.values() if isinstance(each, BaseModel)]
            values = [
                each.model_dump(mode="json") for each in (*answered, await store.get(record.job_id))
            ]
            place = f"{before}, then {first} beside {second}"
            for value in (*logged, *values):
                findings += relations.add(place, contract.components["BacktestJob"], value)
            cancelled = results.get("cancel")
            if isinstance(cancelled, BacktestJob) and not cancelled.cancel_requested:
                found = f"{cancelled.status}, not requested"
                findings.append(Finding("writers", place, "lost-cancel", "cancel_requested", found))
            third.execute("UPDATE jobs SET idempotency_key = NULL, status = 'cancelled'")
    return findings


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
