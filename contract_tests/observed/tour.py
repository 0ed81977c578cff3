"""A tour of the service that shows everything which its contract declares: one stop a reason.

It runs on furnished homes, on what the product's own writers wrote; a stop that is left out is missed. What real
jobs leave is seen in their recordings.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from contract_tests.asgi import Answer, request
from contract_tests.document import Contract, Operation
from contract_tests.faults.home import long_home
from contract_tests.faults.requests import requests_of
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.observed.recorder import Recorder
from contract_tests.recording import recordings
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.main import create_app
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode, Unavailable
from contract_tests.kit.faults import GARBAGE, file_a_folder, gone
from contract_tests.kit.homes import Site

Headers = dict[str, str]
RECORDED = "recorded"  #: not a stop: what jobs left when they really ran


@dataclass(frozen=True)
class Tour:
    """The home that is shown, and who writes down what is seen of it."""

    site: Site
    recorder: Recorder
    folder: Path  #: for other homes

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(self.recorder.contract.operations())

    async def ask(
        self, method: str, path: str, *, app: FastAPI | None = None, **asked: Any
    ) -> Answer:
        return await request(self.recorder.around(app or self.site.app), method, path, **asked)

    async def each(
        self,
        *,
        app: FastAPI | None = None,
        wanted: Callable[[Operation], bool] = lambda _: True,
        headers: Headers | None = None,
        **asked: Any,
    ) -> None:
        """Ask every operation that is wanted, plainly but for what is given."""
        for operation in self.operations:
            if wanted(operation):
                plain = next(requests_of(operation))
                usual = {"body": plain.body, "headers": {**(headers or {})}}
                path = self.site.place(operation.path)
                await self.ask(operation.method, path, app=app, **{**usual, **asked})

    async def read(self, name: str, **asked: Any) -> Answer:
        """Ask one operation, by its id."""
        operation = next(one for one in self.operations if one.name == name)
        return await self.ask(operation.method, self.site.place(operation.path), **asked)

    async def end_what_waits(self) -> None:
        """End the queue, so that the next job that is claimed is the one at hand."""
        store: JobStore = self.site.app.state.services.store
        while (claim := await store.claim_next()) is not None:
            await store.fail(claim, ErrorCode.JOB_ERROR, "The job's code raised. See the log.")


Stop = Callable[[Tour], Awaitable[None]]
STOPS: dict[str, Stop] = {}
MADE_UP: set[str] = set()


def stop(made: Stop) -> Stop:
    """Make a function a stop of the tour."""
    STOPS[made.__name__] = made
    return made


def made_up(made: Stop) -> Stop:
    """Make a function a stop whose answers are made up from the models of the product.

    So they show all that the models allow, whether or not any code ever leaves it: `rare.py`.
    """
    MADE_UP.add(made.__name__)
    return stop(made)


async def take(folder: Path, contract: Contract) -> dict[str, Recorder]:
    """Take the tour; return what was seen at each stop, and in what real jobs left."""
    # what is made up comes last: whoever lists or follows everything would see it too
    recorders = {name: Recorder(contract) for name in sorted(STOPS, key=MADE_UP.__contains__)}
    async with long_home(folder) as site:
        for name, recorder in recorders.items():
            await STOPS[name](Tour(site, recorder, folder))
    recorders[RECORDED] = Recorder(contract)
    for part in recordings().left():
        recorders[RECORDED].add_component(type(part).__name__, part.model_dump(mode="json"))
    return recorders


@asynccontextmanager
async def another(
    folder: Path, name: str, *, workers: int = 0, **settings: Any
) -> AsyncIterator[FastAPI]:
    """Serve another home, on which nothing was done yet; `workers` is how many processes it reports."""
    engine = ScriptedEngine(workers=workers)
    app = create_app(Settings(home=folder / name, **settings), engine=engine)
    async with app.state.service.lifespan(app):
        yield app


def declares(status: str) -> Callable[[Operation], bool]:
    """Choose the operations that declare a status."""
    return lambda operation: status in operation.content["responses"]


# answers that any operation may give


@stop
async def welcome(tour: Tour) -> None:
    """All is well."""
    await tour.each()


@stop
async def without_token(tour: Tour) -> None:
    """401."""
    async with another(tour.folder, "guarded", api_token="secret") as app:  # noqa: S106 - of this home
        await tour.each(app=app)


@stop
async def by_another_name(tour: Tour) -> None:
    """421."""
    await tour.each(headers={"host": "example.com"})


@stop
async def from_another_site(tour: Tour) -> None:
    """403."""
    await tour.each(wanted=declares("403"), headers={"origin": "https://example.com"})


@stop
async def with_an_unknown_parameter(tour: Tour) -> None:
    """422."""
    await tour.each(query={"nobody": "1"})


@stop
async def with_bad_bodies(tour: Tour) -> None:
    """400, 413 and 415."""
    await tour.each(wanted=declares("400"), body=b"{")
    await tour.each(wanted=declares("413"), headers={"content-length": "1000001"})
    await tour.each(wanted=declares("415"), headers={"content-type": "text/plain"})


@stop
async def on_nobody_s_paths(tour: Tour) -> None:
    """404 and 405 that belong to no operation."""
    await tour.ask("GET", "/api/nothing")
    await tour.ask("DELETE", "/api/jobs")


@stop
async def when_all_places_are_taken(tour: Tour) -> None:
    """429."""
    store = tour.site.app.state.services.store
    places, store._max_queued = store._max_queued, 0
    await tour.each(wanted=declares("429"))
    store._max_queued = places


class _Unforeseen:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


@stop
async def when_the_code_is_wrong(tour: Tour) -> None:
    """500: whatever a route asks for raises what nobody foresaw."""
    state = tour.site.app.state
    services, state.services = state.services, _Unforeseen()
    await tour.each()
    state.services = services


@stop
async def when_things_are_broken(tour: Tour) -> None:
    """503."""
    files = ("models/registry.json", "models/v1/manifest.json")
    faults = (*map(file_a_folder, files), gone("prices"), GARBAGE)
    async with AsyncExitStack() as stack:
        for fault in faults:
            await stack.enter_async_context(fault.broken(tour.site))
        await tour.each()
    health = tour.site.app.state.services.health

    async def no_verdict() -> None:
        raise Unavailable("No verdict can be formed. Try again.")

    # every look is guarded, so nothing that breaks below makes it fail as a whole
    health.health = no_verdict
    await tour.read("get_health")
    del health.health
