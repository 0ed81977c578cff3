"""The real service in a real process: begun on a home, killed, and begun anew at the same address."""

import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from e2e.steering import Steering
from quant_engine.api.schemas.jobs import JobType
from tests.api.conftest import Event
from tests.api.conftest import Service as Running

STEERED = {kind: f"e2e.jobs:{kind}" for kind in JobType}

Record = dict[str, Any]


class Service:
    """What a browser visits; one job at a time, so that a held one keeps the others in the queue."""

    def __init__(
        self,
        home: Path,
        *,
        token: str | None = None,
        jobs: Mapping[JobType, str] = STEERED,
        **settings: str,
    ) -> None:
        self.home = home
        self.token = token
        self.steering = Steering(home)
        self._jobs = tuple(f"{kind}={target}" for kind, target in jobs.items())
        self._settings = {"workers": "1", **settings}
        if token is not None:
            self._settings["api_token"] = token
        self._running = self._begin("0")
        self.url = str(self._running.http.base_url).rstrip("/")

    def _begin(self, port: str) -> Running:
        running = Running(self.home, self._jobs, **self._settings, port=port)
        if self.token is not None:
            running.http.headers["Authorization"] = f"Bearer {self.token}"
        return running

    # what a test does to it

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, or kill it with SIGKILL; returns when the process is gone."""
        self._running.stop(number)
        self._running.close()

    def begin_again(self) -> None:
        """Start it at the address that it had; returns when it says that it is ready."""
        self._running = self._begin(str(httpx.URL(self.url).port))

    def close(self) -> None:
        """Leave nothing running."""
        self._running.close()

    # what a test asks it, beside the browser

    def submit(self, kind: str, **body: Any) -> Record:
        """Ask for a job."""
        return self._running.submit(kind, body)

    def job(self, job_id: str) -> Record:
        """Read a job."""
        return self._running.get(job_id)

    def read(self, path: str) -> Any:
        """Read the data of any answer."""
        return self._running.http.get(path).raise_for_status().json()["data"]

    def cancel(self, job_id: str) -> None:
        """Cancel a job, or see that it is over."""
        self._running.cancel(job_id)

    def wait(self, job_id: str, until: Callable[[Event], bool]) -> Record:
        """Follow a job until one of its events fits."""
        return self._running.wait(job_id, until).record

    def reach(self, job_id: str, fraction: float, *, attempt: int = 1) -> Record:
        """Follow a job until it is that far; the first one of a service waits for its libraries."""
        return self.wait(
            job_id,
            lambda event: (
                event.record["attempt"] == attempt
                and event.record["progress_message"] is not None
                and event.record["progress"] >= fraction
            ),
        )

    def finish(self, job_id: str) -> Record:
        """Follow a job to its end; returns its last record."""
        return self._running.follow(job_id)[-1].record

    def clear(self) -> None:
        """End every job that waits or runs, so that the next test finds an empty queue."""
        self.steering.let_go()
        for status in ("queued", "running"):
            for record in self.read(f"/api/jobs?status={status}")["items"]:
                self.cancel(record["job_id"])
                self.finish(record["job_id"])
