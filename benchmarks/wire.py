"""Bytes and time on the wire: `python -m benchmarks.wire`.

The first load of pages in Chromium, which accepts every coding and then none. Then the report of a backtest with
70,000 trades, beside a bare route that parses it whole and writes it again, as a handler does that returns a model.
A coroutine meanwhile measures for how long the event loop is held. The reader is a process of its own.
"""

import asyncio
import gc
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.async_api import Browser, async_playwright
from rich.console import Console
from rich.table import Table
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.examples import SUMMARY
from contract_tests.kit.large import large_report
from e2e.browser import FLAGS, find_browser
from quant_engine.api.main import Service, create_app
from quant_engine.api.schemas.envelope import ApiResponse
from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.config import Settings
from quant_engine.domain.parameters import BacktestParameters

TRADES = 70_000
ROUNDS = 3
CODINGS = ("gzip", "identity")
READER = """
import http.client, json, sys, time
host, path, coding = sys.argv[1:]
began = time.perf_counter()
connection = http.client.HTTPConnection(host)
connection.putrequest("GET", path, skip_accept_encoding=True)
connection.putheader("Accept-Encoding", coding)
connection.endheaders()
answer = connection.getresponse()
size = len(answer.read(1))
first = time.perf_counter() - began
while part := answer.read(1_000_000):
    size += len(part)
print(json.dumps([answer.status, size, first, time.perf_counter() - began]))
"""


@dataclass(frozen=True)
class Read:
    """One answer, as its reader received it."""

    size: int  #: bytes of the body
    first: float  #: seconds to its first byte
    whole: float  #: seconds to its last
    held: float  #: seconds, the longest for which the loop ran nothing else


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for table in asyncio.run(measure(Path(folder) / "home")):
            Console().print(table)


async def measure(home: Path) -> list[Table]:
    """Serve a home with the report; return the tables of the first load and of the report."""
    app = create_app(Settings(home=home, port=0), engine=ScriptedEngine())
    service: Service = app.state.service
    # routes match in order, and the route of the page matches every path
    app.router.routes[:0] = [parsed(home)]
    async with service.lifespan(app):
        job = await stored(service, home)
        async with listening(app, service) as host:
            return [await loads(host, job), await reads(host, job)]


@asynccontextmanager
async def listening(app: object, service: Service) -> AsyncIterator[str]:
    """Serve on a free port, as `serve` does."""
    gc.freeze()
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, lifespan="off", log_level="error", ws="none")  # type: ignore[arg-type]  # any ASGI app
    )
    task = asyncio.create_task(server.serve())
    # uvicorn has no other sign that it listens
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    service.drain()
    server.should_exit = True
    await task


def parsed(home: Path) -> Route:
    """A route whose handler returns the report as a model."""
    artifacts = Artifacts(home)

    async def handle(request: Request) -> Response:
        report = artifacts.read_report(request.path_params["job_id"])
        return Response(ApiResponse.success(report).model_dump_json())

    return Route("/parsed/{job_id}", handle)


async def stored(service: Service, home: Path) -> str:
    """Store the report of a backtest that succeeded; return the id of its job."""
    store = service.services.store
    job_id = str(
        (await store.submit(JobType.BACKTEST, BacktestParameters().model_dump_json())).job_id
    )
    claim = await store.claim_next()
    if claim is None:
        raise RuntimeError("A job that was submitted cannot be claimed")
    await store.succeed(claim, SUMMARY.model_dump_json())
    Artifacts(home).write_report(large_report(job_id, TRADES))
    return job_id


# the first load


async def loads(host: str, job: str) -> Table:
    """Open each page with an empty cache, in every coding and in none."""
    table = Table("first load of", "requests", "kB without codings", "kB", "ratio")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for path in ("/", "/jobs", f"/backtests/{job}", "/docs"):
            _, plain = await load(browser, f"http://{host}{path}", coded=False)
            count, coded = await load(browser, f"http://{host}{path}", coded=True)
            row = (f"{plain / 1e3:,.1f}", f"{coded / 1e3:,.1f}", f"{coded / plain:.2f}")
            table.add_row(path.replace(job, "…"), str(count), *row)
        await browser.close()
    return table


async def load(browser: Browser, url: str, *, coded: bool) -> tuple[int, float]:
    """Open a page; return the number of its requests that ended, and their bytes, headers included."""
    sizes: list[float] = []
    page = await browser.new_page()
    session = await page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
    await session.send("Network.enable")
    if not coded:
        await page.set_extra_http_headers({"Accept-Encoding": "identity"})
    await page.goto(url)
    count = -1
    # the stream of jobs never ends, so the network is never idle
    while count < len(sizes):
        count = len(sizes)
        await asyncio.sleep(2)
    await page.close()
    return count, sum(sizes)


# the report


async def reads(host: str, job: str) -> Table:
    """Read the report and its trades in turns; medians by the time of the whole."""
    table = Table("report of 70,000 trades", "coding", "MB", "first byte", "whole", "loop held")
    report = f"/api/backtests/{job}"
    rows = [(path, coding) for path in (report, f"{report}/trades.csv") for coding in CODINGS]
    rows.append((f"/parsed/{job}", "identity"))
    found: dict[tuple[str, str], list[Read]] = {row: [] for row in rows}
    for _ in range(ROUNDS):
        for path, coding in rows:
            found[path, coding].append(await read(host, path, coding))
    for (path, coding), each in found.items():
        one = sorted(each, key=lambda read: read.whole)[ROUNDS // 2]
        times = [f"{seconds * 1e3:,.0f} ms" for seconds in (one.first, one.whole, one.held)]
        table.add_row(path.replace(job, "…"), coding, f"{one.size / 1e6:.1f}", *times)
    return table


async def read(host: str, path: str, coding: str) -> Read:
    """Read an answer in another process, and measure the loop meanwhile."""
    reader = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", READER, host, path, coding), stdout=asyncio.subprocess.PIPE
    )
    reading = asyncio.create_task(reader.communicate())
    held = 0.0
    while not reading.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        held = max(held, time.perf_counter() - before - 0.001)
    status, size, first, whole = json.loads(reading.result()[0])
    if status != 200:
        raise RuntimeError(f"{path} was answered with {status}")
    return Read(size, first, whole, held)


if __name__ == "__main__":
    main()
