"""What the metrics cost: `python -m benchmarks.metrics`.

The same requests with and without the counting of requests, and the same jobs with and without the counting of jobs,
in turns and in one run. Then a scrape of a service with many jobs and a large home, and how much of it is done on the loop.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from rich.console import Console
from rich.table import Table

from contract_tests.kit.examples import SUMMARY
from contract_tests.kit.service import RunningService, idle_app, running
from quant_engine.api.jobs import rows, totals
from quant_engine.api.metrics import MetricsMiddleware
from quant_engine.api.schemas.jobs import JobType
from wirelaw.running.asgi import request

REQUESTS = 3_000  #: of each path, in each app
JOBS = 400
TABLE_SIZES = (0, 1_000, 50_000)  #: jobs that are stored when a scrape is timed
SCRAPES = 50
FILES = 20_000  #: in the home
RESULT = SUMMARY.model_dump_json()


def main() -> None:
    asyncio.run(_run())


async def _run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = Table("median, in turns", "without", "with", "ratio")
        async for name, without, with_metrics in _compared(Path(folder)):
            table.add_row(name, _us(without), _us(with_metrics), f"{with_metrics / without:.3f}")
        Console().print(table)
        Console().print(await _scrapes(Path(folder) / "scraped"))


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


async def _compared(folder: Path) -> Any:
    """Time requests of two apps and jobs of one store, which alternate."""
    async with AsyncExitStack() as stack:
        apps = [idle_app(folder / name) for name in ("without", "with")]
        apps[0].user_middleware = [
            one for one in apps[0].user_middleware if str(one.cls) != str(MetricsMiddleware)
        ]
        services = [await stack.enter_async_context(running(app)) for app in apps]
        for path in ("/livez", "/api/jobs", "/api/models"):
            calls = [_request_of(service.app, path) for service in services]
            yield f"GET {path}", *await _alternate(calls, REQUESTS)
        count = totals.count_change
        yield (
            "a job: submit, start, end",
            *await _alternate(
                [_job_of(services[0], _count_nothing), _job_of(services[1], count)], JOBS
            ),
        )


async def _count_nothing(*_: object) -> None:
    """Count no change."""


def _request_of(app: FastAPI, path: str) -> Callable[[], Awaitable[object]]:
    return lambda: request(app, "GET", path)


def _job_of(service: RunningService, count: Any) -> Callable[[], Awaitable[object]]:
    async def run() -> None:
        setattr(rows, "count_change", count)  # noqa: B010 - for mypy, a name that rows imports
        await service.store.submit(JobType.BACKTEST, "{}")
        claim = await service.store.claim_next()
        assert claim is not None  # noqa: S101 - it was submitted
        await service.store.succeed(claim, RESULT)

    return run


async def _alternate(calls: list[Callable[[], Awaitable[object]]], times: int) -> tuple[float, ...]:
    """Return the median seconds of each call; they take turns, so that both meet the same machine."""
    taken: list[list[float]] = [[] for _ in calls]
    for number in range(times + times // 10):
        for call, seconds in zip(calls, taken, strict=True):
            began = time.perf_counter()
            await call()
            if number >= times // 10:
                seconds.append(time.perf_counter() - began)
    return tuple(statistics.median(seconds) for seconds in taken)


async def _scrapes(home: Path) -> Table:
    table = Table(
        "jobs stored",
        "files in the home",
        "scrape p50",
        "slowest",
        "of it on the loop, at most",
        "answer",
    )
    async with running(idle_app(home, events_kept=10**9)) as service:
        (home / "files").mkdir()
        for number in range(FILES):
            (home / "files" / str(number)).touch()
        for size in TABLE_SIZES:
            _store_jobs(service, size)
            taken, held, text = [], [], b""
            for _ in range(SCRAPES):
                # processor time of the loop's thread: another one writes the text
                began, used = time.perf_counter(), time.thread_time()
                text = await service.parts.metrics.expose()
                taken.append(time.perf_counter() - began)
                held.append(time.thread_time() - used)
            p50 = statistics.median(taken)
            table.add_row(
                f"{size:,}",
                f"{FILES:,}",
                f"{p50 * 1e3:.1f} ms",
                f"{max(taken) * 1e3:.1f} ms",
                f"{max(held) * 1e3:.1f} ms",
                f"{len(text) / 1e3:.0f} kB",
            )
    return table


def _store_jobs(service: RunningService, size: int) -> None:
    """Copy rows into the tables until there are so many ended jobs."""
    with service.connect() as other:
        other.execute(
            """INSERT INTO jobs (job_id, job_type, status, created_at, progress, cancel_requested, attempt, revision, params)
               WITH RECURSIVE n(i) AS (SELECT (SELECT count(*) FROM jobs) UNION ALL SELECT i + 1 FROM n WHERE i < ?)
               SELECT 'job-' || i, 'train', 'succeeded', '2026-01-01T00:00:00Z', 1, 0, 1, 2, '{}' FROM n WHERE i < ?""",
            (size, size),
        )
    other.close()


if __name__ == "__main__":
    main()
