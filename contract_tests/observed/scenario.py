"""Steps in which the service sends everything that its contract declares: one step a reason.

They run on filled homes, on what the product's own writers wrote; a step that is left out is missed. What real
jobs leave is read from their recordings.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from contract_tests.asgi import Answer, request
from contract_tests.document import Contract, Operation
from contract_tests.faults.home import long_home
from contract_tests.faults.requests import requests_of
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.examples import DEMO_DATA, manifest, promote
from contract_tests.kit.faults import GARBAGE, file_a_folder, gone
from contract_tests.kit.homes import FilledService
from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.observed.recorder import Recorder
from contract_tests.recording import recordings
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import ErrorCode, Unavailable

Headers = dict[str, str]
RECORDED = "recorded"  #: not a step: what jobs left when they really ran


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
                plain = next(requests_of(operation))
                usual = {"body": plain.body, "headers": {**(headers or {})}}
                path = self.service.fill(operation.path)
                await self.send(operation.method, path, app=app, **{**usual, **options})

    async def read(self, name: str, **options: Any) -> Answer:
        """Send a request to one operation, by its id."""
        operation = next(one for one in self.operations if one.name == name)
        return await self.send(operation.method, self.service.fill(operation.path), **options)

    async def end_what_waits(self) -> None:
        """End the queue, so that the next job that is claimed is the one at hand."""
        store = self.service.store
        while (claim := await store.claim_next()) is not None:
            await store.fail(claim, ErrorCode.JOB_ERROR, "The job's code raised. See the log.")


Step = Callable[[Scenario], Awaitable[None]]
STEPS: dict[str, Step] = {}
MADE_UP: set[str] = set()


def step(function: Step) -> Step:
    """Make a function a step."""
    STEPS[function.__name__] = function
    return function


def made_up(function: Step) -> Step:
    """Make a function a step whose answers are made up from the models of the product.

    So they contain all that the models allow, whether or not any code ever writes it: `rare.py`.
    """
    MADE_UP.add(function.__name__)
    return step(function)


async def observe(folder: Path, contract: Contract) -> dict[str, Recorder]:
    """Take each step; return what was observed in each, and in what real jobs left."""
    # what is made up comes last: lists and streams of everything would contain it too
    recorders = {name: Recorder(contract) for name in sorted(STEPS, key=MADE_UP.__contains__)}
    async with long_home(folder) as service:
        for name, recorder in recorders.items():
            await STEPS[name](Scenario(service, recorder, folder))
    recorders[RECORDED] = Recorder(contract)
    for part in recordings().results():
        recorders[RECORDED].add_component(type(part).__name__, part.model_dump(mode="json"))
    return recorders


@asynccontextmanager
async def another(
    folder: Path, name: str, *, workers: int = 0, **settings: Any
) -> AsyncIterator[RunningService]:
    """Serve another home, on which nothing was done yet; `workers` is how many processes it reports."""
    app = idle_app(folder / name, engine=ScriptedEngine(workers=workers), **settings)
    async with running(app) as service:
        yield service


def declares(status: str) -> Callable[[Operation], bool]:
    """Choose the operations that declare a status."""
    return lambda operation: status in operation.content["responses"]


# answers that any operation may give


@step
async def welcome(scenario: Scenario) -> None:
    """All is well."""
    await scenario.each()


@step
async def without_token(scenario: Scenario) -> None:
    """401."""
    async with another(scenario.folder, "guarded", api_token="secret") as guarded:  # noqa: S106 - of this home
        await scenario.each(app=guarded.app)


@step
async def by_another_name(scenario: Scenario) -> None:
    """421."""
    await scenario.each(headers={"host": "example.com"})


@step
async def from_another_site(scenario: Scenario) -> None:
    """403."""
    await scenario.each(only=declares("403"), headers={"origin": "https://example.com"})


@step
async def with_an_unknown_parameter(scenario: Scenario) -> None:
    """422."""
    await scenario.each(query={"nobody": "1"})


@step
async def with_bad_bodies(scenario: Scenario) -> None:
    """400, 413 and 415."""
    await scenario.each(only=declares("400"), body=b"{")
    await scenario.each(only=declares("413"), headers={"content-length": "1000001"})
    await scenario.each(only=declares("415"), headers={"content-type": "text/plain"})


@step
async def on_nobody_s_paths(scenario: Scenario) -> None:
    """404 and 405 that belong to no operation."""
    await scenario.send("GET", "/api/nothing")
    await scenario.send("DELETE", "/api/jobs")


@step
async def when_all_places_are_taken(scenario: Scenario) -> None:
    """429."""
    async with another(scenario.folder, "full", max_queued=1) as full:
        promote(full.home, manifest("v1", data_source="demo", last_date=DEMO_DATA.last_date))
        await full.store.submit(JobType.TRAIN, "{}")
        await scenario.each(app=full.app, only=declares("429"))


class _FailingHealth:
    async def health(self) -> None:
        raise Unavailable("No verdict can be formed. Try again.")


class _Unforeseen:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


@step
async def when_the_code_is_wrong(scenario: Scenario) -> None:
    """500: whatever a route asks for raises what nobody foresaw."""
    state = scenario.service.app.state
    services, state.services = state.services, _Unforeseen()
    await scenario.each()
    state.services = services


@step
async def when_things_are_broken(scenario: Scenario) -> None:
    """503."""
    files = ("models/registry.json", "models/v1/manifest.json")
    faults = (*map(file_a_folder, files), gone("prices"), GARBAGE)
    async with AsyncExitStack() as stack:
        for fault in faults:
            await stack.enter_async_context(fault.broken(scenario.service))
        await scenario.each()
    state = scenario.service.app.state
    services = state.services
    # each health check catches what breaks below it, so nothing makes the route fail as a whole
    state.services = replace(services, health=_FailingHealth())
    await scenario.read("get_health")
    state.services = services
