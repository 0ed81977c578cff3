"""`create_app(settings)`: the only place that wires the parts together."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import PlainTextResponse, Response

from quant_engine import __version__
from quant_engine.api import errors, export, page
from quant_engine.api.access import AccessMiddleware
from quant_engine.api.deps import Services
from quant_engine.api.home import Home
from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.jobs.job_log import JobLog
from quant_engine.api.jobs.local import LocalEngine
from quant_engine.api.jobs.log import EventLog
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.jobs.worker import JobTypeSpec
from quant_engine.api.metrics import Metrics, MetricsMiddleware
from quant_engine.api.middleware import RequestMiddleware
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.routers import (
    autopilot,
    backtests,
    compute,
    job_log,
    jobs,
    models,
    signals,
    system_health,
)
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.services.autopilot import AutopilotService
from quant_engine.api.services.backtests import BacktestsService
from quant_engine.api.services.compute import ComputeService
from quant_engine.api.services.data_catalog import DataCatalog
from quant_engine.api.services.health_service import HealthService
from quant_engine.api.services.job_log import LogStreams
from quant_engine.api.services.jobs import EventStreams
from quant_engine.api.services.models import ModelsService
from quant_engine.api.services.retention import Keep, RetentionService
from quant_engine.api.services.signals import SignalsService
from quant_engine.artifacts import Artifacts
from quant_engine.config import Settings, load_settings
from quant_engine.database.engine import database_of
from quant_engine.database.file import FileDatabase
from quant_engine.domain.work import DATABASE_FILE
from quant_engine.models.registry import ModelRegistry

ROUTERS = (
    compute.router,
    jobs.router,
    job_log.router,
    backtests.router,
    models.router,
    signals.router,
    autopilot.router,
    system_health.router,
)

BYTES_PER_GB = 1_000_000_000


class Service:
    """The parts behind the app, and their lifespan."""

    def __init__(self, settings: Settings, engine: JobEngine) -> None:
        self.ready = False
        self.engine = engine
        self.database = database_of(settings.workspace.database)
        self.home = Home(settings.home, self._file(settings))
        self.notifier = Notifier()
        self.catalog = DataCatalog(settings.workspace)
        self.log = EventLog(self.database, self.notifier)
        store = JobStore(
            self.database,
            self.notifier,
            max_queued=settings.max_queued,
            secrets=settings.secrets,
        )
        lines = JobLog(self.database, self.notifier)
        streams, log_streams = EventStreams(store, self.log), LogStreams(lines)
        self.metrics = Metrics(
            store=store,
            streams=streams,
            log_streams=log_streams,
            engine=engine,
            database=self.database,
            home=settings.home,
            max_queued=settings.max_queued,
        )
        artifacts, registry = Artifacts(settings.home), ModelRegistry(settings.home)
        autopilot = AutopilotService(self.database, settings.workspace.data_source)
        self.services = Services(
            store=store,
            streams=streams,
            log=lines,
            log_streams=log_streams,
            compute=ComputeService(store, self.catalog, registry),
            backtests=BacktestsService(store, artifacts),
            models=ModelsService(registry),
            signals=SignalsService(store, artifacts),
            autopilot=autopilot,
            retention=RetentionService(
                store=store,
                database=self.database,
                artifacts=artifacts,
                registry=registry,
                autopilot=autopilot,
                keep=Keep(settings.keep_days, settings.keep_gb and settings.keep_gb * BYTES_PER_GB),
            ),
            health=HealthService(
                database=self.database,
                store=store,
                engine=engine,
                catalog=self.catalog,
                registry=registry,
                max_queued=settings.max_queued,
            ),
        )

    def _file(self, settings: Settings) -> Path:
        """The database's file; beside a server, the one that the home would have."""
        if isinstance(self.database, FileDatabase):
            return self.database.path
        return settings.home / DATABASE_FILE

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Own the home and run the engine; at the end return running jobs to the queue."""
        self.home.acquire()
        pruning: asyncio.Task[None] | None = None
        try:
            await self.database.open()
            await self.engine.start(self.services.store, self.notifier)
            pruning = asyncio.create_task(self.services.retention.run())
            self.ready = True
            yield
        finally:
            self.drain()
            if pruning is not None:
                pruning.cancel()
                await asyncio.wait([pruning])
            await self.engine.stop()
            await self.database.close()
            self.home.release()

    def drain(self) -> None:
        """Close every stream, and report `not ready`: clients reconnect to another service."""
        self.ready = False
        self.metrics.close()
        self.notifier.close()


def create_app(
    settings: Settings | None = None,
    *,
    engine: JobEngine | None = None,
    job_types: Mapping[JobType, JobTypeSpec] | None = None,
) -> FastAPI:
    """Build the service.

    Args:
        settings: None: from the environment.
        engine: what runs the jobs; None: a `LocalEngine`.
        job_types: what a `LocalEngine` runs; None: `JOB_TYPES`.
    """
    settings = settings or load_settings()
    engine = engine or LocalEngine(
        job_types or JOB_TYPES,
        settings.workspace,
        workers=settings.workers,
        events_kept=settings.events_kept,
        job_seconds=settings.job_timeout,
    )
    service = Service(settings, engine)
    app = FastAPI(
        title="Quant Engine",
        version=__version__,
        lifespan=service.lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.service = service
    app.state.services = service.services
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    _add_probes(app, service)
    app.openapi = lambda: export.document(app)  # type: ignore[method-assign]
    app.add_api_route("/openapi.json", export.serve, include_in_schema=False)
    app.include_router(page.router())
    app.add_middleware(
        AccessMiddleware, token=settings.token, hosts=(*settings.allowed_hosts, settings.host)
    )
    app.add_middleware(RequestMiddleware, data_mode=settings.workspace.data_mode)
    app.add_middleware(MetricsMiddleware, metrics=service.metrics)
    return app


def _add_probes(app: FastAPI, service: Service) -> None:
    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(await service.metrics.expose(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    @app.get("/livez", include_in_schema=False)
    async def livez() -> PlainTextResponse:
        return PlainTextResponse("alive\n")

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> PlainTextResponse:
        return PlainTextResponse(
            "ready\n" if service.ready else "not ready\n",
            status_code=200 if service.ready else 503,
        )
