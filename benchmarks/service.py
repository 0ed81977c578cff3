"""Start-up, end, memory and job latency of the service: `python -m benchmarks.service`.

Each figure stands beside a limit that was measured in the same run: an import of the framework, a
commit to SQLite, a write to a pipe. The end of the service and the page after a restart stand beside the
limits that the project sets itself.
"""

import json
import os
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx
import psutil
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from contract_tests.kit.process import ServiceProcess
from e2e.browser import FLAGS, find_browser

ROUNDS = 5
JOBS = 60
PROGRESS = re.compile(rb'"progress_message":"([0-9.]+)"')
END_SECONDS = 5.0  #: from SIGTERM to the end of the service, as docs/wire.md says
PAGE_SECONDS = 5.0  #: from the ready line to a page that is right again


def main() -> None:
    table = Table("figure", "median", "beside it, in the same run", "ratio")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ready, memory = start_up(home)
        bare = statistics.median(timed_import() for _ in range(ROUNDS))
        table.add_row(
            "ready after start, warm",
            f"{ready:.2f} s",
            f"import of fastapi, uvicorn and sqlalchemy {bare:.2f} s",
            f"{ready / bare:.1f}",
        )
        for name, value, limit in (
            ("end after SIGTERM, with a job that ignores it", timed_end(Path(folder)), END_SECONDS),
            (
                "page right after the ready line of a restart",
                timed_page(Path(folder)),
                PAGE_SECONDS,
            ),
        ):
            table.add_row(name, f"{value:.2f} s", f"limit {limit:.0f} s", f"{value / limit:.2f}")
        table.add_row("memory of the API process", f"{memory:.0f} MB", "", "")
        commit = statistics.median(timed_commits(Path(folder) / "bare.db"))
        submitted, started, read = latencies(home)
        for name, value in (
            ("POST answered (a durable commit)", submitted),
            ("started after submit (two commits)", started),
            ("from the job's word to the reader's", read),
        ):
            table.add_row(
                name,
                f"{value * 1e3:.2f} ms",
                f"one bare SQLite commit {commit * 1e3:.2f} ms",
                f"{value / commit:.1f}",
            )
    Console().print(table)


def start_up(home: Path) -> tuple[float, float]:
    """Seconds to the ready line and resident MB of the real service, medians; the first is a warm-up."""
    seconds, megabytes = [], []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "quant_engine", "serve", "--port", "0"],
            env={**os.environ, "QUANT_ENGINE_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout is not None  # noqa: S101 - asked for above
            url = process.stdout.readline().split()[-1]
            seconds.append(time.perf_counter() - began)
            for path in ("/api/system/health", "/api/jobs", "/api/models", "/openapi.json"):
                httpx.get(url + path, timeout=30)
            megabytes.append(psutil.Process(process.pid).memory_info().rss / 1e6)
            process.terminate()
    return statistics.median(seconds[1:]), statistics.median(megabytes[1:])


def timed_end(folder: Path) -> float:
    """Seconds from SIGTERM to the exit of the service while a job ignores signals; median."""
    seconds = []
    for number in range(ROUNDS):
        service = ServiceProcess(folder / f"end-{number}", "backtest=ignore_signals", workers=1)
        try:
            service.reach(service.submit()["job_id"], 0.5)
            began = time.perf_counter()
            service.stop()
            seconds.append(time.perf_counter() - began)
        finally:
            service.close()
    return statistics.median(seconds)


def timed_page(folder: Path) -> float:
    """Seconds from the ready line of a service that was killed until a page in Chromium shows its job run again; median."""
    seconds = []
    service = ServiceProcess(folder / "page", "backtest=hold", workers=1)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
            page = browser.new_page()
            for _ in range(ROUNDS):
                job = service.submit()["job_id"]
                service.reach(job, 0.25)
                page.goto(f"{service.url}/jobs/{job}")
                badge = page.get_by_role("banner").get_by_role("status")
                badge.filter(has_text="Live").wait_for()
                service.stop(signal.SIGKILL)
                badge.filter(has_text="Reconnecting").wait_for()
                service.restart()
                began = time.perf_counter()
                badge.filter(has_text="Live").wait_for()
                page.get_by_text("(attempt 2)").first.wait_for()
                seconds.append(time.perf_counter() - began)
                service.cancel(job)
            browser.close()
    finally:
        service.close()
    return statistics.median(seconds)


def timed_import() -> float:
    """Seconds of the imports that no service on these libraries can do without."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import fastapi, uvicorn, sqlalchemy"], check=True)
    return time.perf_counter() - began


def timed_commits(path: Path) -> list[float]:
    """Seconds of single-row commits, with the service's pragmas and without the service."""
    taken = []
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE log (data TEXT)")
        for _ in range(JOBS * 4):
            began = time.perf_counter()
            connection.execute("INSERT INTO log VALUES (?)", ("x" * 1000,))
            taken.append(time.perf_counter() - began)
    connection.close()
    return taken


def latencies(home: Path) -> tuple[float, float, float]:
    """Seconds to a POST's answer, to `started`, and from a job's word to its reader; medians."""
    service = ServiceProcess(home, "--durable", "backtest=report_time", workers=2)
    posted, started, read = [], [], []
    try:
        with Client(service.url) as poster:
            for _ in range(JOBS):
                began = time.perf_counter()
                job = poster.answer("POST", "/api/compute/backtest", b"{}")["job_id"]
                posted.append(time.perf_counter() - began)
                with Client(service.url) as reader:
                    # the message holds the time of the report; the first event may wait for this client
                    read += [at - float(message) for at, message in reader.follow(job)][1:]
                record = service.get(job)
                moments = [datetime.fromisoformat(record[k]) for k in ("created_at", "started_at")]
                started.append((moments[1] - moments[0]).total_seconds())
    finally:
        service.close()
    return statistics.median(posted), statistics.median(started), statistics.median(read)


class Client:
    """A bare socket: a library for HTTP takes 2 ms to send a request and read its answer, as long as the service."""

    def __init__(self, url: str) -> None:
        parts = httpx.URL(url)
        self._host = parts.netloc.decode()
        self._socket = socket.create_connection((parts.host, parts.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _send(self, method: str, path: str, body: bytes = b"") -> None:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
        )
        self._socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def answer(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        """Send a request; return the data of its answer."""
        self._send(method, path, body)
        found = b""
        while (
            length := re.search(rb"content-length: ([0-9]+)\r\n.*?\r\n\r\n", found, re.DOTALL)
        ) is None or (len(found) < length.end() + int(length[1])):
            found += self._socket.recv(2**16)
        data: dict[str, Any] = json.loads(found[length.end() :])["data"]
        return data

    def follow(self, job: str) -> list[tuple[float, str]]:
        """Read a job's stream to its end; return when each message of progress came, and the message."""
        self._send("GET", f"/api/jobs/{job}/events?last_event_id=0")
        read: dict[str, float] = {}
        found = b""
        while b"event: done" not in found:
            found += self._socket.recv(2**16)
            now = time.time()
            for message in PROGRESS.findall(found):
                read.setdefault(message.decode(), now)
        return [(at, message) for message, at in read.items()]


if __name__ == "__main__":
    main()
