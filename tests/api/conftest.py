"""A real service in a real process, and a client that reads its streams frame by frame."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from contract_tests.sse import Parser
from quant_engine.database import engine as database_engine
from tests.api.apps import idle_app

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Event:
    """One dispatched event of a stream."""

    id: str
    name: str
    record: dict[str, Any]

    @property
    def revision(self) -> int:
        return int(self.record["revision"])


class Service:
    """A service process with jobs of the tests' own, on a free port and a home of its own."""

    def __init__(self, home: Path, jobs: tuple[str, ...], **settings: str) -> None:
        self.home = home
        names = {f"QUANT_ENGINE_{name.upper()}": value for name, value in settings.items()}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("QUANT_ENGINE_")}
        self.log = (home.parent / f"{home.name}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.api.serving", *jobs],
            cwd=ROOT,
            env={
                **environment,
                "QUANT_ENGINE_HOME": str(home),
                "QUANT_ENGINE_PORT": "0",
                **names,
            },
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().split()
        self.http = httpx.Client(base_url=line[1] if line else "", timeout=20, trust_env=False)
        if line[:1] != ["ready"]:
            self.close()
            *_, reason = self.log_text().strip().splitlines() or ["it wrote no log"]
            raise AssertionError(f"The service did not start: {reason}")

    def log_text(self) -> str:
        return Path(self.log.name).read_text()

    def submit(self, kind: str = "backtest", body: Any = None, **headers: str) -> dict[str, Any]:
        answer = self.http.post(f"/api/compute/{kind}", json=body or {}, headers=headers)
        assert answer.status_code == 202, answer.text
        return dict(answer.json()["data"])

    def get(self, job_id: str) -> dict[str, Any]:
        return dict(self.http.get(f"/api/jobs/{job_id}").json()["data"])

    def cancel(self, job_id: str) -> httpx.Response:
        return self.http.post(f"/api/jobs/{job_id}/cancel")

    @contextmanager
    def stream(self, path: str, last_event_id: str | None = None) -> Iterator[Iterator[Event]]:
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        with self.http.stream("GET", path, headers=headers) as response:
            assert response.status_code == 200
            yield events(response)

    def follow(self, job_id: str, last_event_id: str | None = None) -> list[Event]:
        """Read a job's stream to its end."""
        with self.stream(f"/api/jobs/{job_id}/events", last_event_id) as stream:
            return list(stream)

    def wait(self, job_id: str, until: Callable[[Event], bool]) -> Event:
        """Read a job's stream until an event fits."""
        with self.stream(f"/api/jobs/{job_id}/events") as stream:
            return next(event for event in stream if until(event))

    def release(self) -> None:
        """Let held jobs go on."""
        (self.home / "release").touch()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()
        self.http.close()


def events(response: httpx.Response) -> Iterator[Event]:
    """Give the events of a stream as they come; a frame without data sets the id alone."""
    parser, last_id = Parser(), ""
    for chunk in response.iter_bytes():
        parser.feed(chunk)
        while parser.frames:
            frame = parser.frames.pop(0)
            last_id = last_id if frame.id is None else frame.id
            if frame.data is not None:
                yield Event(last_id, frame.event or "message", json.loads(frame.data))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
async def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    # a lock that another program holds is waited for, but not for long
    monkeypatch.setattr(database_engine, "BUSY_SECONDS", 0.05)
    idle = idle_app(home)
    async with idle.state.service.lifespan(idle):
        yield idle


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as speaking:
        yield speaking


Start = Callable[..., Service]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start services; those on the same home come one after the other."""
    started: list[Service] = []

    def begin(*jobs: str, home: Path | None = None, **settings: str) -> Service:
        service = Service(home or tmp_path / "home", jobs, **settings)
        started.append(service)
        return service

    yield begin
    for service in started:
        service.close()
