"""Fan-out of one job's events to many readers: `python -m benchmarks.fan_out`.

The service's stream against two bare `StreamingResponse`s in the same process: one sends prepared bytes, event by
event, the limit of the framework; one reads the same log for each reader by itself. Runs are interleaved, and the
median of five counts. Readers are raw sockets in another process, so that parsing does not hide the server.
"""

import asyncio
import multiprocessing
import re
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
from rich.console import Console
from rich.table import Table
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from contract_tests.kit.engine import ScriptedEngine
from quant_engine.api.jobs.store import Claim
from quant_engine.api.main import Service, create_app
from quant_engine.api.schemas.jobs import JobType
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import BacktestParameters

EVENTS = 200
SLOW_EVENTS = 20  #: before these, with time between them
ROUNDS = 5
READERS = (1, 10, 200)
BARE = ("prepared bytes, events/s", "the log for each, events/s")
SLOW = re.compile(rb'"progress_message":"(slow [0-9]+)"')
PARAMS = BacktestParameters().model_dump_json()


def main() -> None:
    table = Table("readers", "service, events/s", *BARE, "written → read")
    for readers in READERS:
        with tempfile.TemporaryDirectory() as folder:
            rates, latency = asyncio.run(compare(Path(folder), readers))
        ours, *others = rates
        bare = [f"{rate:,.0f}, ratio {ours / rate:.2f}" for rate in others]
        table.add_row(str(readers), f"{ours:,.0f}", *bare, f"{latency * 1e3:.2f} ms")
    Console().print(table)


async def compare(home: Path, readers: int) -> tuple[list[float], float]:
    """Events a second of each, summed over readers, and seconds from a commit to its read; medians."""
    settings = Settings(home=home, port=0, workers=1)
    app = create_app(settings, engine=ScriptedEngine())
    service: Service = app.state.service
    # routes match in order, and the route of the page matches every path
    app.router.routes[:0] = [prepared_route(service), log_route(service)]
    rates: dict[str, list[float]] = {"events": [], "prepared": [], "log": []}
    latencies: list[float] = []
    async with service.lifespan(app):
        config = uvicorn.Config(app, port=0, lifespan="off", log_level="error", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        # uvicorn has no other sign that it listens
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        for _ in range(ROUNDS):
            for name, found in rates.items():
                rate, seen = await one_run(service, port, name, readers)
                found.append(rate)
                if name == "events":
                    latencies.append(seen)
        server.should_exit = True
        await serving
    return [statistics.median(found) for found in rates.values()], statistics.median(latencies)


async def one_run(service: Service, port: int, name: str, readers: int) -> tuple[float, float]:
    """Write events as fast as the readers follow; returns their rate, and the latency at low rate."""
    store = service.services.store
    record = await store.submit(JobType.BACKTEST, PARAMS)
    claim = await store.claim_next()
    assert claim is not None  # noqa: S101 - just submitted
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    path = f"/api/jobs/{record.job_id}/{name}"
    process = multiprocessing.get_context("spawn").Process(
        target=read_all, args=(theirs, port, path, readers)
    )
    process.start()
    await asyncio.to_thread(ours.recv)
    written = await speak_slowly(service, claim)
    began = time.time()
    for step in range(EVENTS):
        await store.progress(claim, step / EVENTS, f"fast {step}")
        # let the readers' tasks run, as other requests do between two events
        await asyncio.sleep(0)
    await store.fail(claim, ErrorCode.JOB_ERROR, "the end")
    ended, read = await asyncio.to_thread(ours.recv)
    process.join()
    delays = [read[text] - moment for text, moment in written.items() if text in read]
    return EVENTS * readers / (ended - began), statistics.median(delays or [0.0])


async def speak_slowly(service: Service, claim: Claim) -> dict[str, float]:
    """Write some events with time between them; when each was committed."""
    moments = {}
    for step in range(SLOW_EVENTS):
        await asyncio.sleep(0.02)
        text = f"slow {step}"
        await service.services.store.progress(claim, 0.0, text)
        moments[text] = time.time()
    return moments


def read_all(pipe: Connection, port: int, path: str, readers: int) -> None:
    """Read a stream with many sockets to its end; says when the last one was done."""
    asyncio.run(_read_all(pipe, port, path, readers))


async def _read_all(pipe: Connection, port: int, path: str, readers: int) -> None:
    ready = [asyncio.Event() for _ in range(readers)]
    read: dict[str, float] = {}
    tasks = [
        asyncio.create_task(_read(port, path, ready[number], read if number == 0 else None))
        for number in range(readers)
    ]
    for event in ready:
        await event.wait()
    pipe.send("ready")
    await asyncio.gather(*tasks)
    pipe.send((time.time(), read))


async def _read(port: int, path: str, ready: asyncio.Event, read: dict[str, float] | None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n".encode())
    tail = b""
    while True:
        chunk = await reader.read(2**16)
        now = time.time()
        ready.set()
        if read is not None:
            read.update((text.decode(), now) for text in SLOW.findall(chunk))
        tail = (tail + chunk)[-64:] if chunk else tail
        if not chunk or b"event: done" in chunk or b"event: done" in tail:
            break
    writer.close()


def prepared_route(service: Service) -> Route:
    """Route of a response that sends prepared bytes, as many events as were written."""

    async def bare(request: Request) -> StreamingResponse:
        job_id = request.path_params["job_id"]
        record = (await service.services.store.get(job_id)).model_dump_json()
        event = f"id: 7\nevent: progress\ndata: {record}\n\n".encode()

        async def frames() -> AsyncIterator[bytes]:
            sent = 0
            yield b"retry: 2000\n\n"
            with service.log.notifier.topic(job_id) as topic:
                first = topic.version
                while sent < SLOW_EVENTS + EVENTS:
                    await topic.wait_for_change(first + sent, 15)
                    new, sent = topic.version - first - sent, topic.version - first
                    yield event * new
            yield b"event: done\n\n"

        return StreamingResponse(frames(), media_type="text/event-stream")

    return Route("/api/jobs/{job_id}/prepared", bare)


def log_route(service: Service) -> Route:
    """Route of a response that reads the same log with nothing around it."""
    log = service.log

    async def bare(request: Request) -> StreamingResponse:
        job_id = request.path_params["job_id"]

        async def frames() -> AsyncIterator[bytes]:
            after = 0
            yield b"retry: 2000\n\n"
            with log.notifier.topic(job_id) as topic:
                while True:
                    version = topic.version
                    events = await log._read_job(job_id, after)  # noqa: SLF001 - without what shares the query
                    after = events.revision
                    for frame in events.frames:
                        yield frame
                    if events.final is not None:
                        yield b"event: done\n\n"
                        return
                    if not events.frames:
                        await topic.wait_for_change(version, 15)

        return StreamingResponse(frames(), media_type="text/event-stream")

    return Route("/api/jobs/{job_id}/log", bare)


if __name__ == "__main__":
    main()
