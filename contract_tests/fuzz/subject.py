"""The service under fuzz: a replayed one with everything in it, and what it has issued, asked behind its back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI
from schemathesis.python.asgi import ASGIClient
from starlette.types import Receive, Scope, Send

from contract_tests.document import Operation
from contract_tests.replay import replay_app
from quant_engine.api.schemas.jobs import JobType
from tests.api.apps import BASE_URL

ASKED_TIMES = 500  #: to look whether a job has ended; each look lets the service go on
SHARED_ID = "sent-by-fuzz"


@dataclass
class Subject:
    """An ASGI app that is the service, and knows which ids are real."""

    app: FastAPI
    home: Path
    token: str | None = None
    issued: dict[str, str] = field(default_factory=dict)  #: an id of each kind, to begin with

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Be the service."""
        await self.app(scope, receive, send)

    @property
    def headers(self) -> dict[str, str]:
        """What each request carries."""
        sent = {"X-Request-ID": SHARED_ID}
        return sent if self.token is None else {**sent, "Authorization": f"Bearer {self.token}"}

    def client(self) -> ASGIClient:
        """Talk to it from outside of its loop."""
        client = ASGIClient(self, base_url=BASE_URL)
        client.headers.update(self.headers)
        return client

    def furnish(self) -> None:
        """Run one job of each type, so that every route has something to answer."""
        with self.client() as client:
            for kind in JobType:
                answer = client.post(f"/api/compute/{kind}", json={}).json()
                job_id = answer["data"]["job_id"]
                self.issued[kind] = job_id
                for _ in range(ASKED_TIMES):
                    record = client.get(f"/api/jobs/{job_id}").json()["data"]
                    if record["status"] == "succeeded":
                        break
                else:
                    raise TimeoutError(f"The {kind} job is {record['status']}.")
                if kind is JobType.TRAIN:
                    self.issued["version"] = record["result"]["version"]

    def fill(self, path: str) -> str:
        """Put real ids into a path of the contract."""
        return path.format(job_id=self.issued[JobType.BACKTEST], version=self.issued["version"])

    def knows(self, operation: Operation, name: str, value: str) -> bool:
        """Whether the service ever issued this value of a path parameter.

        Raises:
            LookupError: nobody can tell; a new kind of id needs a line here.
        """
        if name == "version":
            return (self.home / "models" / value / "manifest.json").is_file()
        if name == "job_id":
            kinds = ("backtest",) if operation.path.startswith("/api/backtests") else tuple(JobType)
            return self._job_type(value) in kinds
        raise LookupError(
            f"fuzz: {operation}: the path parameter {name} is new, and nothing tells a real one.\n"
            "  Say in contract_tests/fuzz/subject.py (Subject.knows) where the service keeps them."
        )

    def _job_type(self, job_id: str) -> str | None:
        with closing(sqlite3.connect(self.home / "quant_engine.db")) as database:
            found = database.execute("SELECT job_type FROM jobs WHERE job_id = ?", (job_id,))
            row = found.fetchone()
        return None if row is None else str(row[0])


@contextmanager
def subject(folder: Path, token: str | None = None, app: FastAPI | None = None) -> Iterator[Subject]:
    """Serve such an app; `app` is another one over the same folder, with a fault planted."""
    settings: dict[str, Any] = {} if token is None else {"api_token": token}
    made = Subject(app or replay_app(folder, **settings), folder / "home", token)
    made.furnish()
    yield made
    # schemathesis ends the lifespan with the process; the home is a folder of its own


def path_values(template: str, url_path: str) -> dict[str, str]:
    """Read the path parameters of a request from the path that was sent; none, if it is another path."""
    names, values = template.split("/"), url_path.split("/")
    if len(names) != len(values):
        return {}
    return {
        name.strip("{}"): unquote(value)
        for name, value in zip(names, values, strict=True)
        if name.startswith("{")
    }
