"""Services for the tests of the API: one in this process, and processes of their own."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from contract_tests.kit.answers import envelope
from contract_tests.kit.process import ServiceProcess
from contract_tests.kit.service import RunningService, idle_app, running
from quant_engine.database import file as database_file


@pytest.fixture
async def idle(home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningService]:
    # wait only briefly for a lock that another program holds
    monkeypatch.setattr(database_file, "BUSY_SECONDS", 0.05)
    async with running(idle_app(home)) as service:
        yield service


@pytest.fixture
def app(idle: RunningService) -> FastAPI:
    return idle.app


@pytest.fixture
def client(idle: RunningService) -> httpx.AsyncClient:
    return idle.client


async def submit(client: httpx.AsyncClient, kind: str = "train") -> str:
    """Submit a job; return its id."""
    return str(envelope(await client.post(f"/api/compute/{kind}", json={}))["data"]["job_id"])


Start = Callable[..., ServiceProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start services; those on the same home come one after the other."""
    started: list[ServiceProcess] = []

    def begin(*jobs: str, home: Path | None = None, **settings: str) -> ServiceProcess:
        service = ServiceProcess(home or tmp_path / "home", *jobs, **settings)
        started.append(service)
        return service

    yield begin
    for service in started:
        service.close()
