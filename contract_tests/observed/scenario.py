"""Steps in which the service sends everything that its contract declares, with one reason for each step.

They use homes that the product's own code filled, and the recordings of real jobs.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from contract_tests.faults.requests import requests_of
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.examples import (
    DEMO_DATA,
    PREDICTION,
    REPORT,
    SIGNALS,
    SUMMARY,
    disagreement_snapshot,
    fill,
    ic_snapshot,
    manifest,
    promote,
)
from contract_tests.kit.faults import GARBAGE, file_a_folder, gone
from contract_tests.kit.homes import FilledService, long_home
from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.observed.recorder import Recorder
from contract_tests.recording import recordings
from contract_tests.relations import Relations
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.schemas.models import ModelManifest
from quant_engine.domain.errors import ErrorCode, Unavailable
from wirelaw.contract.document import Contract, Operation
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

Headers = dict[str, str]
RECORDED = "recorded"  #: no step: the results in the recordings of real jobs
WRITTEN = "written"  #: no step: the results of the kit, which are written by hand


@dataclass(frozen=True)
class Scenario:
    """The service that is observed, and the recorder of its answers."""

    service: FilledService
    recorder: Recorder
    folder: Path  #: for other homes

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(self.recorder.contract.operations())

    async def send(
        self, method: str, path: str, *, app: FastAPI | None = None, **options: Any
    ) -> Answer:
        return await request(self.recorder.around(app or self.service.app), method, path, **options)

    async def each(
        self,
        *,
        app: FastAPI | None = None,
        only: Callable[[Operation], bool] = lambda _: True,
        headers: Headers | None = None,
        **options: Any,
    ) -> None:
        """Send a request to each operation that `only` chooses, with these options."""
        for operation in self.operations:
            if only(operation):
                body = next(requests_of(operation)).body
                sent = {"body": body, "headers": dict(headers or {}), **options}
                path = self.service.fill(operation.path)
                if operation.method == "delete":
                    # later steps read what the home has
                    path = operation.path.format(job_id=await self._ended(), version="v1")
                await self.send(operation.method, path, app=app, **sent)

    async def _ended(self) -> str:
        try:
            job = await self.service.store.submit(JobType.TRAIN, "{}")
            await self.service.store.request_cancel(job.job_id)
        except (SQLAlchemyError, Unavailable):
            # the step broke the database, so that nothing can be deleted
            return self.service.backtest
        return str(job.job_id)

    async def read(self, name: str, **options: Any) -> Answer:
        """Send a request to one operation, by its id."""
        operation = next(one for one in self.operations if one.name == name)
        return await self.send(operation.method, self.service.fill(operation.path), **options)

    async def empty_queue(self) -> None:
        """End all queued jobs, so that the next claim is of the next submitted job."""
        store = self.service.store
        while (claim := await store.claim_next()) is not None:
            await store.fail(claim, ErrorCode.JOB_ERROR, "The job's code raised. See the log.")


Step = Callable[[Scenario], Awaitable[None]]
STEPS: dict[str, Step] = {}
MADE_UP: set[str] = set()


def step(function: Step) -> Step:
    """Register a function as a step."""
    STEPS[function.__name__] = function
    return function


def made_up(function: Step) -> Step:
    """Register a step that makes up its data from the product's models; no other code may ever write them."""
    MADE_UP.add(function.__name__)
    return step(function)


async def observe(folder: Path, contract: Contract) -> dict[str, Recorder]:
    """Run each step; return a recorder for each, and one for the recordings of real jobs."""
    # made-up steps run last, because later lists and streams contain their data
    relations = Relations(contract)
    recorders = {
        name: Recorder(contract, None if name in MADE_UP else relations)
        for name in sorted(STEPS, key=MADE_UP.__contains__)
    }
    async with long_home(folder) as service:
        for name, recorder in recorders.items():
            await STEPS[name](Scenario(service, recorder, folder))
    by_hand = [
        *(REPORT, SUMMARY, SIGNALS, PREDICTION),
        ModelManifest(**manifest("v1").model_dump()),
        *(ic_snapshot(), disagreement_snapshot(), fill()),
    ]
    for name, parts in ((RECORDED, recordings().results()), (WRITTEN, by_hand)):
        recorders[name] = Recorder(contract, Relations(contract))
        for part in parts:
            recorders[name].add_component(type(part).__name__, part.model_dump(mode="json"))
    return recorders


@asynccontextmanager
async def another(
    folder: Path, name: str, *, workers: int = 0, **settings: Any
) -> AsyncIterator[RunningService]:
    """Serve an empty home; `workers` is how many processes it reports."""
    app = idle_app(folder / name, engine=ScriptedEngine(workers=workers), **settings)
    async with running(app) as service:
        yield service


def declares(status: str) -> Callable[[Operation], bool]:
    """Choose the operations that declare a status."""
    return lambda operation: status in operation.content["responses"]


# answers that any operation may give


@step
async def with_plain_requests(scenario: Scenario) -> None:
    """A success of each operation."""
    await scenario.each()


@step
async def without_token(scenario: Scenario) -> None:
    """401."""
    async with another(scenario.folder, "guarded", api_token="secret") as guarded:  # noqa: S106 - of this home
        await scenario.each(app=guarded.app)


@step
async def with_another_host(scenario: Scenario) -> None:
    """421."""
    await scenario.each(headers={"host": "example.com"})


@step
async def with_another_origin(scenario: Scenario) -> None:
    """403."""
    await scenario.each(only=declares("403"), headers={"origin": "https://example.com"})


@step
async def with_an_unknown_parameter(scenario: Scenario) -> None:
    """422."""
    await scenario.each(query={"unknown": "1"})


@step
async def with_bad_bodies(scenario: Scenario) -> None:
    """400, 413 and 415."""
    await scenario.each(only=declares("400"), body=b"{")
    await scenario.each(only=declares("413"), headers={"content-length": "1000001"})
    await scenario.each(only=declares("415"), headers={"content-type": "text/plain"})


@step
async def on_unknown_paths(scenario: Scenario) -> None:
    """404 and 405 that belong to no operation."""
    await scenario.send("GET", "/api/nothing")
    await scenario.send("DELETE", "/api/jobs")


@step
async def when_the_queue_is_full(scenario: Scenario) -> None:
    """429."""
    async with another(scenario.folder, "full", max_queued=1) as full:
        promote(full.home, manifest("v1", data_source="demo", last_date=DEMO_DATA.last_date))
        await full.store.submit(JobType.TRAIN, "{}")
        await scenario.each(app=full.app, only=declares("429"))


class _FailingHealth:
    async def health(self) -> None:
        raise Unavailable("No verdict can be formed. Try again.")


class _BrokenServices:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


@step
async def when_the_code_raises(scenario: Scenario) -> None:
    """500: each service raises an unexpected error."""
    state = scenario.service.app.state
    services, state.services = state.services, _BrokenServices()
    await scenario.each()
    state.services = services


@step
async def when_dependencies_are_broken(scenario: Scenario) -> None:
    """503."""
    files = ("models/registry.json", "models/v1/manifest.json")
    faults = (*map(file_a_folder, files), gone("prices"), GARBAGE)
    async with AsyncExitStack() as stack:
        for fault in faults:
            await stack.enter_async_context(fault.broken(scenario.service))
        await scenario.each()
    state = scenario.service.app.state
    services = state.services
    # each health check catches the failure of its dependency, so only this makes the route fail
    state.services = replace(services, health=_FailingHealth())
    await scenario.read("get_health")
    state.services = services
