"""What others cost the service: `python -m benchmarks.pressure`.

Reads while another program holds the write lock of the database and 130 clients wait to write, against reads without
them, in the same run. Then each limit of the HTTP server on a real socket: what is sent, what comes back, and the
processor time and memory of the service meanwhile.
"""

import json
import resource
import socket
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from contract_tests.kit.process import ServiceProcess

WRITERS = 130
LOCKED_SECONDS = 60.0
BEFORE_SECONDS = 10.0
SILENT = 1_000
JOBS = 4


def main() -> None:
    # for a thousand sockets of this process
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        service = ServiceProcess(
            Path(folder) / "home", "--durable", "backtest=hold", workers=2, max_queued=1000
        )
        try:
            Console().print(write_lock(service))
            Console().print(limits(service))
        finally:
            service.close()


# the write lock


def write_lock(service: ServiceProcess) -> Table:
    """Time GET of a job without writers, and while the lock is held and clients wait for it."""
    job = service.submit()["job_id"]
    service.reach(job, 0.25)
    with service.stream("/api/events") as stream:
        next(stream)
        free = timed_reads(service, job, BEFORE_SECONDS)
        with closing(
            sqlite3.connect(service.home / "quant_engine.db", isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            answers: list[int] = []
            writers = [
                threading.Thread(target=keep_writing, args=(service.url, answers))
                for _ in range(WRITERS)
            ]
            for writer in writers:
                writer.start()
            locked = timed_reads(service, job, LOCKED_SECONDS)
            other.execute("ROLLBACK")
            for writer in writers:
                writer.join()
        # the stream goes on, and so does each slot
        service.release()
        while not any(name == "completed" for name in [next(stream).name]):
            pass
    last = [service.submit()["job_id"] for _ in range(JOBS)]
    ended = {service.finish(one)["status"] for one in last}
    table = Table("GET of a job", "reads", "p50", "p95", "p95 ratio")
    for name, taken in (("without writers", free), (f"locked, {WRITERS} writers wait", locked)):
        p95 = statistics.quantiles(taken, n=20)[-1]
        ratio = p95 / statistics.quantiles(free, n=20)[-1]
        half = statistics.median(taken)
        table.add_row(
            name, str(len(taken)), f"{half * 1e3:.1f} ms", f"{p95 * 1e3:.1f} ms", f"{ratio:.2f}"
        )
    counts = {status: answers.count(status) for status in sorted(set(answers))}
    table.caption = f"answers to the writers: {counts}; jobs afterwards: {', '.join(ended)}"
    return table


def timed_reads(service: ServiceProcess, job: str, seconds: float) -> list[float]:
    taken = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        service.get(job)
        taken.append(time.perf_counter() - began)
        time.sleep(0.01)
    return taken


def keep_writing(url: str, answers: list[int]) -> None:
    with httpx.Client(timeout=60, trust_env=False) as client:
        until = time.monotonic() + LOCKED_SECONDS
        while time.monotonic() < until:
            answers.append(client.post(f"{url}/api/compute/train", json={}).status_code)


# the limits


def limits(service: ServiceProcess) -> Table:
    """Send too much, or too little, and measure what that costs."""
    table = Table(
        "sent", "answer", "after", "processor time", "memory before", "at most", "/livez meanwhile"
    )
    for send in (endless_header, half_a_request, many_names, silent_clients):
        with measured(service) as found:
            answer, seconds = send(service.url)
        table.add_row((send.__doc__ or "").rstrip("."), answer, f"{seconds:.1f} s", *found())
    return table


@contextmanager
def measured(service: ServiceProcess) -> Iterator[Callable[[], list[str]]]:
    """Watch the service until the block ends."""
    process = psutil.Process(service.process.pid)
    before, cpu = process.memory_info().rss / 1e6, sum(process.cpu_times()[:2])
    peak, slowest, done = before, 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak, slowest
        with httpx.Client(trust_env=False, timeout=60) as client:
            while not done.wait(0.05):
                began = time.perf_counter()
                client.get(f"{service.url}/livez")
                slowest = max(slowest, time.perf_counter() - began)
                peak = max(peak, process.memory_info().rss / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    taken = 0.0

    def found() -> list[str]:
        return [f"{taken:.2f} s", f"{before:.0f} MB", f"{peak:.0f} MB", f"{slowest * 1e3:.0f} ms"]

    try:
        yield found
    finally:
        done.set()
        thread.join()
        taken = sum(process.cpu_times()[:2]) - cpu


def connected(url: str) -> socket.socket:
    parts = httpx.URL(url)
    return socket.create_connection((parts.host, parts.port or 80), timeout=120)


def read(connection: socket.socket) -> str:
    found = b""
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            found += part
    return found.split(b"\r\n")[0].decode() or "closed"


def endless_header(url: str) -> tuple[str, float]:
    """A header without an end."""
    began = time.perf_counter()
    with connected(url) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: ")
        with suppress(ConnectionError):
            while True:
                connection.sendall(b"a" * 10_000)
        return read(connection), time.perf_counter() - began


def half_a_request(url: str) -> tuple[str, float]:
    """Half a request, and then nothing."""
    began = time.perf_counter()
    with connected(url) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: loc")
        return read(connection), time.perf_counter() - began


def many_names(url: str) -> tuple[str, float]:
    """A body with 80,000 names."""
    body = json.dumps({f"{number}": 1 for number in range(80_000)}, separators=(",", ":"))
    headers = {"Content-Type": "application/json"}
    with httpx.Client(trust_env=False) as client:
        began = time.perf_counter()
        answer = client.post(f"{url}/api/compute/train", content=body, headers=headers)
        seconds = time.perf_counter() - began
    return f"{answer.status_code}, {len(answer.content)} bytes", seconds


def silent_clients(url: str) -> tuple[str, float]:
    """A thousand clients that connect and say nothing."""
    began = time.perf_counter()
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(url)) for _ in range(SILENT)]
        answers = {read(client) for client in clients}
        return ", ".join(answers), time.perf_counter() - began


if __name__ == "__main__":
    main()
