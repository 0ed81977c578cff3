"""Mixed use of a service that prunes itself: `python -m benchmarks.soak`, ten minutes; `SOAK_MINUTES` changes that.

Real backtests and predictions end all the time, reports are read, streams come and go, jobs are deleted by hand. Each
minute it prints what grows where retention does not work: memory, descriptors, threads, database and home.
"""

import itertools
import os
import tempfile
import threading
import time
from pathlib import Path

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from contract_tests.kit.process import PRODUCT_JOBS, ServiceProcess

MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))
KEEP_GB = 0.02  #: a training, and some hundred jobs
BODIES = ({"years": 1}, {"years": 2}, {"years": 3, "risk_management": True})


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        service = ServiceProcess(
            Path(folder) / "home", *PRODUCT_JOBS, workers=2, keep_gb=KEEP_GB, events_kept=2_000
        )
        try:
            Console().print(soak(service))
        finally:
            service.close()


def soak(service: ServiceProcess) -> Table:
    """Use the service for `MINUTES`, and return what it had at each minute."""
    title = f"{MINUTES:g} minutes with KEEP_GB={KEEP_GB}"
    columns = ("minute", "jobs", "listed", "MB", "MB of all", "descriptors", "threads")
    table = Table(*columns, "database MB", "home MB", title=title, title_justify="left")
    service.finish(service.submit("train", years=5)["job_id"])
    done = threading.Event()
    ended: list[str] = []
    users = [
        threading.Thread(target=use, args=(service.url, done, ended)) for use in (run, read, watch)
    ]
    for user in users:
        user.start()
    begun = time.monotonic()
    for minute in itertools.count():
        table.add_row(str(minute), str(len(ended)), *measured(service))
        if time.monotonic() - begun > MINUTES * 60:
            break
        done.wait(60)
    done.set()
    for user in users:
        user.join()
    return table


def run(url: str, done: threading.Event, ended: list[str]) -> None:
    """Submit jobs and wait for their ends; delete each seventh."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        for number, body in enumerate(itertools.cycle(BODIES)):
            if done.is_set():
                return
            kind = "predict" if number % 5 == 0 else "backtest"
            sent = {"years": 1} if kind == "predict" else body
            job = client.post(f"/api/compute/{kind}", json=sent).raise_for_status().json()["data"]
            client.get(f"/api/jobs/{job['job_id']}/events").raise_for_status()
            ended.append(kind)
            if number % 7 == 0:
                client.delete(f"/api/jobs/{job['job_id']}").raise_for_status()


def read(url: str, done: threading.Event, _: object) -> None:
    """Read lists and reports as the page does; a report may be deleted meanwhile."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        while not done.wait(0.2):
            items = client.get("/api/backtests?limit=200").json()["data"]["items"]
            for item in items[:3] + items[-3:]:
                answer = client.get(f"/api/backtests/{item['job_id']}")
                if answer.status_code not in {200, 404, 410}:
                    raise RuntimeError(answer.text)
            client.get("/api/jobs?limit=200").raise_for_status()
            client.get("/api/system/health").raise_for_status()


def watch(url: str, done: threading.Event, _: object) -> None:
    """Open the stream of all jobs again and again."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        while not done.is_set():
            with client.stream("GET", "/api/events") as stream:
                for _line in itertools.islice(stream.iter_lines(), 40):
                    pass


def measured(service: ServiceProcess) -> list[str]:
    """Return what the service and its home take now."""
    process = psutil.Process(service.process.pid)
    family = [process, *process.children(recursive=True)]
    database = sum(file.stat().st_size for file in service.home.glob("quant_engine.db*"))
    home = sum(file.stat().st_size for file in service.home.rglob("*") if file.is_file())
    listed = len(service.read("/api/jobs?limit=200")["items"])
    memory = [each.memory_info().rss for each in (process, *family)]
    return [
        str(listed),
        f"{memory[0] / 1e6:.0f}",
        f"{sum(memory[1:]) / 1e6:.0f}",
        str(process.num_fds()),
        str(process.num_threads()),
        f"{database / 1e6:.1f}",
        f"{home / 1e6:.1f}",
    ]


if __name__ == "__main__":
    main()
