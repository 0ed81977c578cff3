"""The dependencies of routes, as annotated types."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Query, Request, params

from quant_engine.api.jobs.job_log import JobLog
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.services import job_log
from quant_engine.api.services.autopilot import AutopilotService
from quant_engine.api.services.backtests import BacktestsService
from quant_engine.api.services.compute import ComputeService
from quant_engine.api.services.health_service import HealthService
from quant_engine.api.services.jobs import EventStreams
from quant_engine.api.services.models import ModelsService
from quant_engine.api.services.retention import RetentionService
from quant_engine.api.services.signals import SignalsService

T = TypeVar("T")


@dataclass(frozen=True)
class Services:
    """Everything that routes call; only `create_app` builds it."""

    store: JobStore
    streams: EventStreams
    log: JobLog
    log_streams: job_log.LogStreams
    compute: ComputeService
    backtests: BacktestsService
    models: ModelsService
    retention: RetentionService
    signals: SignalsService
    autopilot: AutopilotService
    health: HealthService


def _service(pick: Callable[[Services], T]) -> params.Depends:
    # async, because FastAPI runs a plain function in a thread
    async def dependency(request: Request) -> T:
        return pick(request.app.state.services)

    marker: params.Depends = Depends(dependency)
    return marker


Store = Annotated[JobStore, _service(lambda services: services.store)]
Streams = Annotated[EventStreams, _service(lambda services: services.streams)]
Log = Annotated[JobLog, _service(lambda services: services.log)]
LogStreams = Annotated[job_log.LogStreams, _service(lambda services: services.log_streams)]
Compute = Annotated[ComputeService, _service(lambda services: services.compute)]
Backtests = Annotated[BacktestsService, _service(lambda services: services.backtests)]
Models = Annotated[ModelsService, _service(lambda services: services.models)]
Retention = Annotated[RetentionService, _service(lambda services: services.retention)]
Signals = Annotated[SignalsService, _service(lambda services: services.signals)]
Autopilot = Annotated[AutopilotService, _service(lambda services: services.autopilot)]
SystemHealth = Annotated[HealthService, _service(lambda services: services.health)]

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[A-Za-z0-9._:-]{1,128}$",
        description="A repeat with the same key returns the first job.",
    ),
]


async def _last_event_id(
    last_event_id: Annotated[
        str | None, Header(description="Continue after this event; wins over the query.")
    ] = None,
    query_id: Annotated[str | None, Query(alias="last_event_id")] = None,
    other_id: Annotated[
        str | None,
        Query(
            alias="lastEventId",
            description="As `last_event_id`, which wins; some EventSource libraries send this name.",
        ),
    ] = None,
) -> str | None:
    return next((sent for sent in (last_event_id, query_id, other_id) if sent is not None), None)


LastEventId = Annotated[str | None, Depends(_last_event_id)]
