"""Steps that submit jobs, end them in every way, and read their streams."""

import json
from typing import Any

from pydantic import BaseModel

from contract_tests.kit.examples import manifest
from contract_tests.kit.examples import store as store_version
from contract_tests.kit.logs import lines
from contract_tests.observed.examples import examples
from contract_tests.observed.scenario import Scenario, made_up, step
from contract_tests.recording import recordings
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import AnyJob, JobStatus, JobType
from quant_engine.domain.errors import ErrorCode

#: codes of jobs; no request fails with them
OUTCOMES = (ErrorCode.WORKER_LOST, ErrorCode.JOB_TIMEOUT, ErrorCode.JOB_ERROR)


async def _submit(
    scenario: Scenario, kind: JobType, params: dict[str, Any] | None = None
) -> AnyJob:
    return await scenario.service.store.submit(kind, json.dumps(params or {}))


@step
async def jobs_that_succeed(scenario: Scenario) -> None:
    """A job of each type with its recorded result."""
    for kind in JobType:
        recorded = recordings().of(kind)
        await _succeed(scenario, kind, recorded.params.model_dump(mode="json"), recorded.result)


@made_up
async def jobs_of_every_kind(scenario: Scenario) -> None:
    """Every kind of parameters and of results."""
    for kind in JobType:
        summary = type(recordings().of(kind).result)
        results, params = examples(summary), examples(JOB_TYPES[kind].parameters)
        for turn in range(max(len(results), len(params))):
            result = summary.model_validate(results[turn % len(results)])
            await _succeed(scenario, kind, params[turn % len(params)], result)


async def _succeed(
    scenario: Scenario, kind: JobType, params: dict[str, Any], result: BaseModel
) -> None:
    store = scenario.service.store
    await scenario.empty_queue()
    job = await _submit(scenario, kind, params)
    await scenario.send("GET", f"/api/jobs/{job.job_id}")
    claim = await store.claim_next()
    assert claim is not None
    await store.progress(claim, 0.5, "half")
    await scenario.send("GET", f"/api/jobs/{job.job_id}")
    await store.succeed(claim, result.model_dump_json())
    await scenario.send("GET", f"/api/jobs/{job.job_id}")
    await _follow(scenario, job)


@step
async def jobs_that_fail(scenario: Scenario) -> None:
    """A job of each type for each code that only jobs have."""
    store = scenario.service.store
    await scenario.empty_queue()
    for kind in JobType:
        for code in OUTCOMES:
            job = await _submit(scenario, kind)
            claim = await store.claim_next()
            assert claim is not None
            await store.fail(claim, code, "It failed. Try again.")
            await scenario.send("GET", f"/api/jobs/{job.job_id}")
            await _follow(scenario, job)


@step
async def jobs_that_are_cancelled(scenario: Scenario) -> None:
    """A queued job; the second request is too late."""
    job = await _submit(scenario, JobType.TRAIN)
    for _ in range(2):
        await scenario.send("POST", f"/api/jobs/{job.job_id}/cancel")
    await _follow(scenario, job)


@step
async def logs(scenario: Scenario) -> None:
    """A log with lines of every kind and a gap, by pages and as a stream."""
    await scenario.empty_queue()
    job = await _submit(scenario, JobType.TRAIN)
    claim = await scenario.service.store.claim_next()
    assert claim is not None
    await scenario.service.store.log(claim, lines())
    await scenario.service.store.fail(claim, ErrorCode.JOB_ERROR, "It failed. Try again.")
    path = f"/api/jobs/{job.job_id}/log"
    for query in ({}, {"limit": "2"}):
        await scenario.send("GET", path, query=query)
    for last_event_id in ("0", str(lines()[-1].number + 1)):
        await scenario.send("GET", f"{path}/events", headers={"last-event-id": last_event_id})


@step
async def unknown_ids(scenario: Scenario) -> None:
    """404 of each path with a parameter."""
    for operation in scenario.operations:
        if "{" in operation.path:
            path = operation.path.format(job_id="unknown", version="unknown")
            await scenario.send(operation.method, path)


@step
async def backtests_that_are_not_done(scenario: Scenario) -> None:
    """409."""
    job = await _submit(scenario, JobType.BACKTEST)
    for place in ("", "/trades.csv"):
        await scenario.send("GET", f"/api/backtests/{job.job_id}{place}")


@step
async def refused_work(scenario: Scenario) -> None:
    """Each code with which the service refuses work."""
    await scenario.empty_queue()
    for name in ("submit_backtest", "submit_predict"):
        await scenario.read(name, body=b'{"years": 1, "version": "unknown"}')
        await scenario.read(name, body=b'{"years": 1, "version": "v1", "horizon": 5}')
    await scenario.read("submit_train", body=b'{"years": 1, "tickers": ["UNKNOWN"]}')
    await scenario.read("submit_train", body=b'{"years": 40}')
    await scenario.read("submit_train", body=b'{"years": 1, "survivorship": true}')
    for years in (1, 2):
        body = json.dumps({"years": years}).encode()
        await scenario.read("submit_train", body=body, headers={"idempotency-key": "key"})


@step
async def deletions(scenario: Scenario) -> None:
    """A report, a job and a model that are deleted, a second time too, and what is refused until then and after."""
    await scenario.empty_queue()
    store = scenario.service.store
    queued = await _submit(scenario, JobType.BACKTEST)
    for place in ("/report", ""):
        await scenario.send("DELETE", f"/api/jobs/{queued.job_id}{place}")
    await store.request_cancel(queued.job_id)
    await scenario.send("DELETE", f"/api/jobs/{queued.job_id}/report")
    newest, _ = await store.page(
        status=JobStatus.SUCCEEDED, job_type=JobType.PREDICT, limit=1, before=None
    )
    for job_id in (newest[0].job_id, scenario.service.backtest):
        for _ in range(2):
            await scenario.send("DELETE", f"/api/jobs/{job_id}/report")
        await scenario.send("GET", f"/api/jobs/{job_id}")
    await scenario.read("get_latest_signals")
    await scenario.read("list_backtests")
    for place in ("", "/trades.csv"):
        await scenario.send("GET", f"/api/backtests/{scenario.service.backtest}{place}")
    await scenario.send("DELETE", f"/api/jobs/{queued.job_id}")
    for kind in JobType:
        job = await store.submit(kind, "{}", key="deleted")
        await store.request_cancel(job.job_id)
        await store.delete(job.job_id)
        headers = {"idempotency-key": "deleted", "content-type": "application/json"}
        await scenario.send("POST", f"/api/compute/{kind}", headers=headers, body=b"{}")
    await scenario.send("DELETE", "/api/models/v1")
    await scenario.send(
        "DELETE", f"/api/models/{store_version(scenario.service.home, manifest('unused'))}"
    )


@step
async def all_events(scenario: Scenario) -> None:
    """The stream of all jobs from its beginning, then from an unknown and an expired id."""
    end = await scenario.service.parts.log.end()
    await scenario.read("stream_events", headers={"last-event-id": f"{end.log_id}.0"})
    await scenario.read("stream_events", headers={"last-event-id": "unknown"})
    await scenario.service.store.prune(0)
    await scenario.read("stream_events", headers={"last-event-id": f"{end.log_id}.0"})


async def _follow(scenario: Scenario, job: AnyJob) -> None:
    path = f"/api/jobs/{job.job_id}/events"
    await scenario.send("GET", path, headers={"last-event-id": "0"})
    end = await scenario.service.store.get(job.job_id)
    await scenario.send("GET", path, headers={"last-event-id": str(end.revision + 1)})
