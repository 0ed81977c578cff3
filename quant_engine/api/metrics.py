"""The metrics of the service, for Prometheus; docs/metrics.md lists them, and a test compares the two.

What happened to jobs is read from the database, so it stays right when the service is started again. What happened to
requests, streams and processes is counted in this process, and starts at 0 with it.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import inf
from pathlib import Path

from prometheus_client import Counter, Info, ProcessCollector, generate_latest
from prometheus_client import Histogram as MeasuredHistogram
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from quant_engine import __version__
from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.jobs.store import JobStore, Load
from quant_engine.api.jobs.totals import BOUNDS, Histogram, Measure, Total
from quant_engine.api.schemas.jobs import FINAL, JobType
from quant_engine.api.services.job_log import LogStreams
from quant_engine.api.services.jobs import EventStreams, StreamKind
from quant_engine.database.engine import Database
from quant_engine.disk import folder_bytes
from quant_engine.domain.errors import QuantEngineError

#: apart from the threads that start job processes, which may wait for a fork server that is stuck
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="metrics")
_log = logging.getLogger(__name__)

HOME_SECONDS = 60.0  #: between two measurements of the home
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
OTHER_METHOD = "other"
NO_ROUTE = "none"  #: refused before it was routed, or no route fits
REQUEST_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one app."""

    def __init__(  # noqa: PLR0913 - one argument for each part that it reads
        self,
        *,
        store: JobStore,
        streams: EventStreams,
        log_streams: LogStreams,
        engine: JobEngine,
        database: Database,
        home: Path,
        max_queued: int,
    ) -> None:
        self._store = store
        self._streams = streams
        self._log_streams = log_streams
        self._engine = engine
        self._database = database
        self.home_size = HomeSize(home)
        self._max_queued = max_queued
        # not the registry of the process: several apps of one process would count together
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "quant_engine_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._durations = MeasuredHistogram(
            "quant_engine_request_duration_seconds",
            "Seconds from a request to the beginning of its answer.",
            ("method", "route"),
            buckets=REQUEST_BOUNDS,
            registry=self._registry,
        )
        build = Info("quant_engine_build", "The version that runs.", registry=self._registry)
        build.info({"version": __version__})
        ProcessCollector(registry=self._registry)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request whose answer begins."""
        # any other name would be a series of its own
        method = method if method in METHODS else OTHER_METHOD
        self._requests.labels(method, route, str(status)).inc()
        self._durations.labels(method, route).observe(seconds)

    async def expose(self) -> bytes:
        """Write the metrics in the text format of Prometheus; without those that cannot be read now."""
        try:
            load = await self._store.load()
        except (SQLAlchemyError, QuantEngineError) as error:
            _log.warning("The metrics of jobs cannot be read: %s", getattr(error, "orig", error))
            load = None
        self.home_size.refresh()
        read = list(self._families(load, await self._database_bytes()))
        # the text of a thousand series takes 15 ms
        return await asyncio.get_running_loop().run_in_executor(_threads, self._render, read)

    def _render(self, read: list[Metric]) -> bytes:
        counted = [_without_created(metric) for metric in self._registry.collect()]
        return generate_latest(_Families([*counted, *read]))

    async def _database_bytes(self) -> int | None:
        try:
            return await self._database.size()
        except (OSError, SQLAlchemyError, QuantEngineError):
            return None

    def close(self) -> None:
        """Stop measuring the home, so that the process can end."""
        self.home_size.close()

    def _families(self, load: Load | None, size: int | None) -> Iterator[Metric]:
        yield from self._of_streams()
        yield from self._of_processes()
        yield _gauge(
            "jobs_queued_limit", "Jobs that may wait: QUANT_ENGINE_MAX_QUEUED.", self._max_queued
        )
        yield _gauge(
            "database_up",
            "1 if the database could be read for this scrape, else 0.",
            load is not None,
        )
        if load is not None:
            yield from _of_jobs(load)
        if size is not None:
            yield _gauge("database_bytes", "Size of the database and of its log of writes.", size)
        if self.home_size.bytes is not None:
            yield _gauge(
                "home_bytes",
                "Size of all files in the home, measured at most once a minute.",
                self.home_size.bytes,
            )

    def _of_streams(self) -> Iterator[Metric]:
        streams = GaugeMetricFamily(
            "quant_engine_open_streams", "Event streams that are open.", labels=["kind"]
        )
        lags = HistogramMetricFamily(
            "quant_engine_event_lag_seconds",
            "Seconds from the writing of an event until an open stream sends it.",
            labels=["kind"],
        )
        n_open = self._streams.n_open + self._log_streams.n_open
        for kind in StreamKind:
            streams.add_metric([kind], n_open[kind])
        for kind, lag in self._streams.lags.items():
            lags.add_metric([kind], _cumulated(lag), lag.sum)
        yield from (streams, lags)

    def _of_processes(self) -> Iterator[Metric]:
        processes = self._engine.processes
        yield _gauge("job_processes", "Job processes that are ready or at work.", processes.alive)
        yield _gauge("job_processes_silent", "Job processes that do not respond.", processes.silent)
        yield CounterMetricFamily(
            "quant_engine_job_process_restarts",
            "Job processes that ended and were replaced; to cancel a running job ends one.",
            processes.restarts,
        )


def _of_jobs(load: Load) -> Iterator[Metric]:
    yield _gauge("jobs_queued", "Jobs that wait.", load.queued)
    yield _gauge("jobs_running", "Jobs that run.", load.running)
    yield _gauge(
        "job_oldest_wait_seconds",
        "Seconds that the job has waited that waits longest; 0 if none waits.",
        load.oldest_wait,
    )
    waits = HistogramMetricFamily(
        "quant_engine_job_wait_seconds",
        "Seconds from the submission of a job to its first start.",
        labels=["job_type"],
    )
    durations = HistogramMetricFamily(
        "quant_engine_job_duration_seconds",
        "Seconds from the last start of a job to its end; 0 if it never started.",
        labels=["job_type", "outcome"],
    )
    lost = CounterMetricFamily(
        "quant_engine_job_attempts_lost",
        "Attempts whose process died while the code of the job ran.",
        labels=["job_type"],
    )
    # a series that begins with its first job would hide that job from rate() and increase()
    for job_type in JobType:
        waited = _histogram(load.totals, Measure.WAITED, job_type)
        waits.add_metric([job_type], _cumulated(waited), waited.sum)
        lost.add_metric([job_type], sum(_histogram(load.totals, Measure.LOST, job_type).counts))
        for outcome in sorted(FINAL):
            ran = _histogram(load.totals, Measure.RAN, job_type, outcome)
            durations.add_metric([job_type, outcome], _cumulated(ran), ran.sum)
    yield from (waits, durations, lost)


def _histogram(
    totals: Iterable[Total], measure: Measure, job_type: JobType, outcome: str = ""
) -> Histogram:
    histogram = Histogram(BOUNDS)
    for total in totals:
        if (total.measure, total.job_type, total.outcome) == (measure, job_type, outcome):
            histogram.add(total.up_to, n=total.n_jobs, total=total.seconds)
    return histogram


def _cumulated(histogram: Histogram) -> list[tuple[str, float]]:
    """Return the buckets as Prometheus has them: each one contains those below it."""
    count = 0
    buckets: list[tuple[str, float]] = []
    for bound, n in zip(histogram.bounds, histogram.counts, strict=True):
        count += n
        buckets.append(("+Inf" if bound == inf else str(bound), count))
    return buckets


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"quant_engine_{name}", meaning, value)


def _without_created(metric: Metric) -> Metric:
    """Leave out when each series began, which the text format shows as a metric of its own."""
    metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
    return metric


class _Families(Collector):
    """Metrics that are collected already."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


class HomeSize:
    """The size of a folder, measured in a thread and kept for `HOME_SECONDS`, however often it is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_closed = False
        self._measured_at = -HOME_SECONDS
        self.bytes: int | None = None  #: None: not measured yet
        self.measuring: asyncio.Future[int] | None = None

    def refresh(self) -> None:
        """Begin to measure it where the size is too old; the next scrape has the result."""
        loop = asyncio.get_running_loop()
        if self._is_closed or self.measuring or loop.time() - self._measured_at < HOME_SECONDS:
            return
        self.measuring = loop.run_in_executor(_threads, self._measure)
        self.measuring.add_done_callback(self._keep)

    def _measure(self) -> int:
        return folder_bytes(self._folder, lambda: self._is_closed)

    def _keep(self, measuring: "asyncio.Future[int]") -> None:
        self.measuring = None
        self._measured_at = asyncio.get_running_loop().time()
        if not measuring.cancelled() and not self._is_closed:
            self.bytes = measuring.result()

    def close(self) -> None:
        """Stop a measurement that is under way; no other begins."""
        self._is_closed = True


class MetricsMiddleware:
    """Counts every request that is answered, by the template of its route."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def respond(message: Message) -> None:
            if message["type"] == "http.response.start":
                # a stream may stay open for days, so an answer counts when it begins
                route = getattr(scope.get("route"), "path", NO_ROUTE)
                seconds = time.perf_counter() - began
                self._metrics.count_request(scope["method"], route, message["status"], seconds)
            await send(message)

        await self._app(scope, receive, respond)
