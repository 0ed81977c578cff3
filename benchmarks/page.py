"""The page under load: 1,000 jobs, 50 events a second, for a minute, in a real browser: `python -m benchmarks.page`.

The service's store is driven from here, at the rate that is asked for: 20 jobs are running and seen, each that
ends is followed by a new one, and all others have ended before. Beside each figure stands its limit, or the same
figure of a page that is left alone.
"""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.async_api import CDPSession, Page, async_playwright
from rich.console import Console
from rich.table import Table

from contract_tests.kit.engine import ScriptedEngine
from e2e.browser import FLAGS, find_browser
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.main import Service, create_app
from quant_engine.api.schemas.jobs import JobType
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import BacktestParameters

JOBS = 1_000
RUNNING = 20
EVENTS_PER_SECOND = 50
SECONDS = 60
JOB_EVENTS = 25  #: of a running job, before it ends and the next one starts
LONG_TASK_MS = 200  #: a user notices a longer task on the main thread
PARAMS = BacktestParameters().model_dump_json()
WORDS = "The job's code raised RuntimeError: it was made to."

_OBSERVE = """
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration, startTime } of list.getEntries()) longTasks.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });
"""


@dataclass(frozen=True)
class Span:
    """What the page did in a stretch of time."""

    tasks: list[float]  #: milliseconds of each main-thread task of over 50 ms
    busy: float  #: fraction of the time that the main thread was busy
    heaps: list[
        float
    ]  #: MB in use after collecting garbage, at the beginning, now and then, at the end
    events: int
    late: float  #: seconds from the last event's commit to its sight


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        quiet, loaded = asyncio.run(measure(Path(folder)))
    table = Table("figure", "under load", "limit, or left alone", "ratio")
    longest = max(loaded.tasks, default=0.0)
    row = (f"{longest:.0f} ms", f"limit {LONG_TASK_MS} ms", f"{longest / LONG_TASK_MS:.2f}")
    table.add_row("longest task of the main thread", *row)
    over = sum(task > LONG_TASK_MS for task in loaded.tasks)
    table.add_row(f"tasks over {LONG_TASK_MS} ms", str(over), "limit 0", "")
    row = (f"{loaded.busy:.0%}", f"alone {quiet.busy:.0%}", "")
    table.add_row("main thread at work", *row)
    # the first reading comes before the load, after the first drawing, which takes memory once
    _, first, *_, last = loaded.heaps
    row = (f"{last:.1f} MB", f"after 10 s {first:.1f} MB", f"{last / first:.2f}")
    table.add_row("heap at the end, garbage collected", *row)
    peak = max(loaded.heaps)
    table.add_row("heap, highest of all looks", f"{peak:.1f} MB", "", f"{peak / first:.2f}")
    rate = loaded.events / SECONDS
    row = (f"{rate:.0f} /s", f"asked {EVENTS_PER_SECOND} /s", f"{rate / EVENTS_PER_SECOND:.2f}")
    table.add_row("events that were written", *row)
    table.add_row("last event, from commit to sight", f"{loaded.late * 1e3:.0f} ms", "", "")
    Console().print(table)


async def measure(home: Path) -> tuple[Span, Span]:
    """Open the page of jobs; what it does when nothing happens, and then under load."""
    async with serving(home) as (service, url), async_playwright() as playwright:
        store = service.services.store
        claims = await fill(store)
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = await browser.new_page()
        await page.add_init_script(_OBSERVE)
        await page.goto(f"{url}/jobs")
        await page.get_by_text("running", exact=True).nth(RUNNING - 1).wait_for()
        await page.get_by_role("status").filter(has_text="Live").wait_for()
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        quiet = await watch(page, session, None)
        loaded = await watch(page, session, Load(store, claims))
        await browser.close()
    return quiet, loaded


@asynccontextmanager
async def serving(home: Path) -> AsyncIterator[tuple[Service, str]]:
    """Serve with an idle engine: the jobs are driven from here."""
    app = create_app(Settings(home=home, port=0, max_queued=JOBS), engine=ScriptedEngine())
    service: Service = app.state.service
    async with service.lifespan(app):
        config = uvicorn.Config(app, port=0, lifespan="off", log_level="error", ws="none")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        # uvicorn has no other sign that it listens
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        yield service, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        service.drain()
        server.should_exit = True
        await task


async def fill(store: JobStore) -> list[Claim]:
    """Have all jobs end but the newest, which run."""
    claims = [await next_job(store) for _ in range(JOBS)]
    for claim in claims[:-RUNNING]:
        await store.fail(claim, ErrorCode.JOB_ERROR, WORDS)
    return claims[-RUNNING:]


async def next_job(store: JobStore) -> Claim:
    """Submit a job and start it."""
    await store.submit(JobType.BACKTEST, PARAMS)
    claim = await store.claim_next()
    if claim is None:
        raise RuntimeError("A job that was submitted cannot be claimed")
    return claim


class Load:
    """Events at a steady rate: progress of the running jobs in turn; who is done makes way for the next."""

    def __init__(self, store: JobStore, claims: list[Claim]) -> None:
        self._store = store
        self._claims = claims
        self._sent = dict.fromkeys((claim.job_id for claim in claims), 0)
        self._turn = 0
        self.events = 0

    async def run(self, seconds: float) -> str:
        """Write until the time is over; returns the message of the last event."""
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            await asyncio.sleep(max(0.0, self.events / EVENTS_PER_SECOND - passed))
            self._turn = (self._turn + 1) % RUNNING
            await self._step(self._turn)
        message = "the last message"
        await self._store.progress(self._claims[0], 0.99, message)
        return message

    async def _step(self, index: int) -> None:
        claim = self._claims[index]
        sent = self._sent[claim.job_id] = self._sent[claim.job_id] + 1
        self.events += 1
        if sent < JOB_EVENTS:
            message = f"Trading {sent} of {JOB_EVENTS}"
            await self._store.progress(claim, sent / JOB_EVENTS, message)
            return
        await self._store.fail(claim, ErrorCode.JOB_ERROR, WORDS)
        following = await next_job(self._store)
        # the job already has `queued` and `started`
        self.events += 2
        self._sent[following.job_id] = 0
        self._claims[index] = following


async def watch(page: Page, session: CDPSession, load: Load | None) -> Span:
    """Look at the page for a minute, or for a sixth of one when nothing happens."""
    seconds = SECONDS if load is not None else SECONDS / 6
    began = await page.evaluate("performance.now()")
    started = time.perf_counter()
    busy = await busy_seconds(session)
    heaps = [await heap(session)]
    working = asyncio.create_task(load.run(seconds) if load is not None else asyncio.sleep(seconds))
    while not working.done():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(working), seconds / 6)
        heaps.append(await heap(session))
    busy = (await busy_seconds(session) - busy) / (time.perf_counter() - started)
    message = working.result()
    written = time.perf_counter()
    if message is not None:
        await page.get_by_text(message).first.wait_for()
    late = time.perf_counter() - written
    tasks = await page.evaluate("longTasks")
    return Span(
        tasks=[duration for start, duration in tasks if start >= began],
        busy=busy,
        heaps=heaps,
        events=load.events if load is not None else 0,
        late=late,
    )


async def busy_seconds(session: CDPSession) -> float:
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


async def heap(session: CDPSession) -> float:
    await session.send("HeapProfiler.collectGarbage")
    return float((await session.send("Runtime.getHeapUsage"))["usedSize"]) / 1e6


if __name__ == "__main__":
    main()
