"""Stops of the tour where jobs are made, end in every way, and are followed."""

import json
from typing import Any

from pydantic import BaseModel

from contract_tests.observed.examples import examples
from contract_tests.observed.tour import Tour, made_up, stop
from contract_tests.recording import recordings
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import AnyJob, JobType
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.reports import BacktestSummary, PredictSummary, TrainSummary

SUMMARIES: dict[JobType, type[BaseModel]] = {
    JobType.TRAIN: TrainSummary,
    JobType.PREDICT: PredictSummary,
    JobType.BACKTEST: BacktestSummary,
    JobType.AUTOPILOT: AutopilotSummary,
}
OUTCOMES = (
    ErrorCode.WORKER_LOST,
    ErrorCode.JOB_ERROR,
)  #: of jobs alone, no request fails with them


def _store(tour: Tour) -> JobStore:
    store: JobStore = tour.site.app.state.services.store
    return store


async def _submit(tour: Tour, kind: JobType, params: dict[str, Any] | None = None) -> AnyJob:
    return await _store(tour).submit(kind, json.dumps(params or {}))


@stop
async def jobs_that_succeed(tour: Tour) -> None:
    """Every type, as it was recorded."""
    for kind in JobType:
        made = recordings().of(kind)
        await _succeed(tour, kind, made.params.model_dump(mode="json"), made.result)


@made_up
async def jobs_of_every_kind(tour: Tour) -> None:
    """Every kind of parameters and of results."""
    for kind, summary in SUMMARIES.items():
        results, parameters = examples(summary), examples(JOB_TYPES[kind].parameters)
        for turn in range(max(len(results), len(parameters))):
            result = summary.model_validate(results[turn % len(results)])
            await _succeed(tour, kind, parameters[turn % len(parameters)], result)


async def _succeed(
    tour: Tour, kind: JobType, parameters: dict[str, Any], result: BaseModel
) -> None:
    store = _store(tour)
    await tour.end_what_waits()
    job = await _submit(tour, kind, parameters)
    await tour.send("GET", f"/api/jobs/{job.job_id}")
    claim = await store.claim_next()
    assert claim is not None
    await store.progress(claim, 0.5, "half")
    await tour.send("GET", f"/api/jobs/{job.job_id}")
    await store.succeed(claim, result.model_dump_json())
    await tour.send("GET", f"/api/jobs/{job.job_id}")
    await _follow(tour, job)


@stop
async def jobs_that_fail(tour: Tour) -> None:
    """Every type, and the codes that only jobs have."""
    store = _store(tour)
    await tour.end_what_waits()
    for kind in JobType:
        for code in OUTCOMES:
            job = await _submit(tour, kind)
            claim = await store.claim_next()
            assert claim is not None
            await store.fail(claim, code, "It failed. Try again.")
            await tour.send("GET", f"/api/jobs/{job.job_id}")
            await _follow(tour, job)


@stop
async def jobs_that_are_cancelled(tour: Tour) -> None:
    """At once, and then it is too late."""
    job = await _submit(tour, JobType.TRAIN)
    for _ in range(2):
        await tour.send("POST", f"/api/jobs/{job.job_id}/cancel")
    await _follow(tour, job)


@stop
async def jobs_that_nobody_knows(tour: Tour) -> None:
    """404, of each path that names something."""
    for operation in tour.operations:
        if "{" in operation.path:
            path = operation.path.format(job_id="nobody", version="nobody")
            await tour.send(operation.method, path)


@stop
async def backtests_that_are_not_done(tour: Tour) -> None:
    """409."""
    job = await _submit(tour, JobType.BACKTEST)
    for place in ("", "/trades.csv"):
        await tour.send("GET", f"/api/backtests/{job.job_id}{place}")


@stop
async def requests_that_cannot_be_honoured(tour: Tour) -> None:
    """Each code with which work is refused."""
    await tour.end_what_waits()
    for name in ("submit_backtest", "submit_predict"):
        await tour.read(name, body=b'{"years": 1, "version": "nobody"}')
        await tour.read(name, body=b'{"years": 1, "version": "v1", "horizon": 5}')
    await tour.read("submit_train", body=b'{"years": 1, "tickers": ["NOBODY"]}')
    await tour.read("submit_train", body=b'{"years": 40}')
    await tour.read("submit_train", body=b'{"years": 1, "survivorship": true}')
    for years in (1, 2):
        body = json.dumps({"years": years}).encode()
        await tour.read("submit_train", body=body, headers={"idempotency-key": "tour"})


@stop
async def all_events(tour: Tour) -> None:
    """The stream of every job, from its beginning; then from places that are not there."""
    end = await tour.site.app.state.services.streams._log.end()
    await tour.read("stream_events", headers={"last-event-id": f"{end.log_id}.0"})
    await tour.read("stream_events", headers={"last-event-id": "nobody"})
    await _store(tour).prune(0)
    await tour.read("stream_events", headers={"last-event-id": f"{end.log_id}.0"})


async def _follow(tour: Tour, job: AnyJob) -> None:
    path = f"/api/jobs/{job.job_id}/events"
    await tour.send("GET", path, headers={"last-event-id": "0"})
    end = await _store(tour).get(job.job_id)
    await tour.send("GET", path, headers={"last-event-id": str(end.revision + 1)})
