"""A service whose lists and streams contain every kind of item, and its answers to each parameter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from contract_tests.kit.examples import SUMMARY, manifest, promote
from contract_tests.kit.logs import lines
from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.liveness.answers import PART
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import ErrorCode
from wirelaw.contract.document import Contract
from wirelaw.finding import Finding
from wirelaw.running.asgi import request
from wirelaw.running.inputs import Input
from wirelaw.running.proof import Comparison, Outcome, digest, steady

N_EVENTS = 3  #: of a stream that are compared; it begins with one for each waiting job
#: values by parameter, where the schema does not suggest one that matters
EXAMPLES: dict[str, list[Any]] = {
    "last_event_id": ["1"],
    "lastEventId": ["1"],
    "last-event-id": ["1"],
    "idempotency-key": ["once"],
}


@dataclass
class ListingScenario:
    """The service, and the values of its path parameters."""

    contract: Contract
    service: RunningService
    path_values: dict[str, str]

    async def drift(self, parameter: Input) -> Finding | None:
        """Report a parameter, unless it changes the answer."""
        examples = dict(EXAMPLES)
        if parameter.name == "cursor":
            path = parameter.operation.path.format(**self.path_values)
            page = await self.service.client.get(path, params={"limit": 1})
            examples["cursor"] = [page.json()["data"]["next_cursor"]]
        send = partial(self.send, parameter)
        base = parameter.schema.get("default")
        outcome = await steady(partial(send, base))
        comparison = Comparison(self.contract, parameter, send, base, outcome, PART)
        return await comparison.drift(examples)

    async def send(self, parameter: Input, value: Any) -> Outcome:
        """Send a request with this value; None: without the parameter."""
        sent = {} if value is None else {parameter.name: str(value)}
        query, headers = (sent, {}) if parameter.place == "query" else ({}, sent)
        operation = parameter.operation
        path = operation.path.format(**self.path_values)
        if operation.method == "post":
            return await self._post_twice(path, query, headers)
        if operation.streams:
            answer = await request(self.service.app, "GET", path, query=query, headers=headers)
            frames = [frame.fields for frame in answer.events[:N_EVENTS]]
            return Outcome(digest=digest([answer.status, frames]))
        return _outcome(await self.service.client.get(path, params=query, headers=headers))

    async def _post_twice(
        self, path: str, query: dict[str, str], headers: dict[str, str]
    ) -> Outcome:
        # two requests create one job where the second counts as a repeat
        answers = [
            await self.service.client.post(path, json={}, params=query, headers=headers)
            for _ in range(2)
        ]
        if any(answer.status_code >= 400 for answer in answers):
            return _outcome(answers[0])
        return Outcome(digest=str(len({answer.json()["data"]["job_id"] for answer in answers})))


def _outcome(answer: httpx.Response) -> Outcome:
    body = answer.json()
    if not body["ok"]:
        return Outcome(refused=body["error"]["code"])
    return Outcome(digest=digest(body["data"]))


@asynccontextmanager
async def listing_scenario(contract: Contract, home: Path) -> AsyncIterator[ListingScenario]:
    """Serve jobs of every type in every state, two finished backtests, and versions."""
    for version in ("v1", "v2", "v3"):
        promote(home, manifest(version))
    async with running(idle_app(home)) as service:
        done = await _fill(service.store)
        yield ListingScenario(contract, service, {"job_id": done, "version": "v1"})


async def _fill(store: JobStore) -> str:
    async def submit(kind: JobType) -> str:
        return (await store.submit(kind, "{}")).job_id

    async def start(kind: JobType) -> Claim:
        await submit(kind)
        claim = await store.claim_next()
        assert claim is not None
        return claim

    for _ in range(2):
        done = await start(JobType.BACKTEST)
        await store.log(done, lines())
        await store.succeed(done, SUMMARY.model_dump_json())
    await store.fail(await start(JobType.TRAIN), ErrorCode.JOB_ERROR, "It failed.")
    await start(JobType.PREDICT)
    await store.request_cancel(await submit(JobType.AUTOPILOT))
    for kind in JobType:
        await submit(kind)
    return done.job_id
