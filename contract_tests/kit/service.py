"""The service in this process, without a socket: its app, a client, and access to its parts."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection, connect
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp, Message

from contract_tests.hang import ANSWER_SECONDS
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.examples import DEMO_DATA
from contract_tests.kit.prepared import prepare_database
from contract_tests.observers import observe
from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.main import Service, create_app
from quant_engine.config import Settings
from quant_engine.data.manifest import (
    DataManifest,
    read_manifest,
    signature,
    write_manifest,
)
from quant_engine.domain.work import Workspace
from wirelaw.finding import Finding, check
from wirelaw.running.asgi import copied
from wirelaw.running.exchange import Answer

BASE_URL = "http://localhost"


@dataclass(frozen=True)
class RunningService:
    """A service that runs in this process."""

    app: FastAPI
    client: httpx.AsyncClient

    @property
    def parts(self) -> Service:
        """The objects that the app connects."""
        parts: Service = self.app.state.service
        return parts

    @property
    def home(self) -> Path:
        """Its home folder."""
        return self.parts.home.path

    @property
    def workspace(self) -> Workspace:
        """Where its data, its results and its database are."""
        return self.parts.catalog.workspace

    @property
    def store(self) -> JobStore:
        """Its store of jobs."""
        return self.parts.services.store

    @property
    def engine(self) -> ScriptedEngine:
        """Its engine.

        Raises:
            TypeError: it is not scripted.
        """
        if not isinstance(self.parts.engine, ScriptedEngine):
            raise TypeError("This service has no scripted engine.")
        return self.parts.engine

    async def submit(self, kind: str, **body: Any) -> dict[str, Any]:
        """Submit a job over HTTP; returns its record."""
        answer = await self.client.post(f"/api/compute/{kind}", json=body)
        return accepted(kind, answer.status_code, answer.text)

    async def run(self, kind: str, **body: Any) -> dict[str, Any]:
        """Submit a job and wait until it ends or is held; returns its record."""
        job_id = (await self.submit(kind, **body))["job_id"]
        await self.engine.settle()
        return dict((await self.client.get(f"/api/jobs/{job_id}")).json()["data"])

    def connect(self) -> Connection:
        """Open the database as another program does."""
        connection = connect(self.parts.home.database, isolation_level=None, timeout=0)
        # no power is cut in tests
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    async def reopen_database(self) -> None:
        """Close the database; the service opens it again for the next request."""
        await self.parts.database.close()


def accepted(kind: str, status: int, text: str) -> dict[str, Any]:
    """Return the record of a job that was submitted.

    Raises:
        Drifted: the service does not accept it.
    """
    if status != httpx.codes.ACCEPTED:
        place, fix = f"POST /api/compute/{kind}", "run `quant-engine contract check`"
        check([Finding("service", place, "job-refused", "202", f"{status}: {text}", fix)])
    return dict(json.loads(text)["data"])


def idle_app(home: Path, *, engine: JobEngine | None = None, **settings: Any) -> FastAPI:
    """Build the app with an engine that starts no job, unless another one is passed in."""
    return create_app(Settings(home=home, **settings), engine=engine or ScriptedEngine())


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """Connect to an app without a socket; an exception of the app becomes the answer that a server sends."""
    transport = httpx.ASGITransport(_observed(app), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL, timeout=ANSWER_SECONDS)


def _observed(app: FastAPI) -> ASGIApp:
    def show(scope: Message, answer: Answer) -> None:
        observe(app.state.service.home.path, scope["method"], scope["path"], answer)

    return copied(app, show)


@asynccontextmanager
async def running(
    app: FastAPI,
    *,
    parts: Service | None = None,
    data: DataManifest | None = DEMO_DATA,
) -> AsyncIterator[RunningService]:
    """Run an app with any engine for as long as the block runs.

    `parts` replace those that the app was built with. `data` describe the app's data if both are of the same
    source; with None the service reads its data.
    """
    if parts is not None:
        app.state.service, app.state.services = parts, parts.services
    prepare_database(app.state.service.database.path)
    async with app.state.service.lifespan(app), client_of(app) as client:
        service = RunningService(app, client)
        if data is not None:
            describe_as(service.workspace, data)
        yield service


def describe_as(workspace: Workspace, data: DataManifest) -> None:
    """Write a description of the data, so that the service does not read them."""
    if workspace.data_source == data.source and read_manifest(workspace) is None:
        write_manifest(workspace, signature(workspace), data)
