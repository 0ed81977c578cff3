"""The service under fuzz: a replayed one with everything in it, and what it has issued, asked behind its back."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock
from urllib.parse import unquote
from uuid import UUID

from schemathesis.python.asgi import ASGIClient, _get_portal, shutdown_lifespans
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract_tests.asgi import Answer
from contract_tests.document import Contract, Operation
from contract_tests.kit.engine import Plan, ScriptedEngine
from contract_tests.replay import accepted, replay_app, succeeded
from quant_engine.api.jobs import store
from quant_engine.api.schemas.jobs import JobType
from contract_tests.kit.service import BASE_URL

SEED = 20_26
ENDLESS_SECONDS = 0.05
SHARED_ID = "sent-by-fuzz"


@dataclass
class Subject:
    """An ASGI app that is the service, and knows which ids are real."""

    app: ASGIApp
    contract: Contract
    home: Path
    engine: ScriptedEngine
    token: str | None = None
    issued: dict[str, str] = field(default_factory=dict)  #: an id of each kind, to begin with

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Be the service; a stream that does not end is closed after a moment."""
        if scope["type"] == "http" and scope["path"] in self._endless:
            await self._overhear(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    @cached_property
    def _endless(self) -> set[str]:
        return {
            operation.path
            for operation in self.contract.operations()
            if operation.streams and not operation.content["x-sse"]["ends"]
        }

    async def _overhear(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, answer = asyncio.Event(), Answer()

        async def relay(message: Message) -> None:
            begun.set()
            answer.receive(message)
            await send(message)

        answering = asyncio.ensure_future(self.app(scope, receive, relay))
        beginning = asyncio.ensure_future(begun.wait())
        try:
            # however busy the machine is, the moment begins with the answer
            await asyncio.wait({answering, beginning}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({answering}, timeout=ENDLESS_SECONDS)
        finally:
            answering.cancel()
            beginning.cancel()
            await asyncio.gather(answering, beginning, return_exceptions=True)
        if not answer.ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    @property
    def headers(self) -> dict[str, str]:
        """What each request carries."""
        sent = {"X-Request-ID": SHARED_ID}
        return sent if self.token is None else {**sent, "Authorization": f"Bearer {self.token}"}

    def client(self) -> ASGIClient:
        """Talk to it from outside of its loop."""
        service: Any = self  # the types of starlette and of schemathesis differ in Mapping and dict
        client = ASGIClient(service, base_url=BASE_URL)
        client.headers.update(self.headers)
        return client

    def furnish(self) -> None:
        """Run one job of each type, so that every route has something to answer."""
        with self.client() as client:
            for kind in JobType:
                self.issued[kind] = _ask(client, kind)
                _get_portal().call(self.engine.settle)
                answer = client.get(f"/api/jobs/{self.issued[kind]}")
                record = succeeded(answer.json()["data"])
                if kind is JobType.TRAIN:
                    self.issued["version"] = record["result"]["version"]
            self._hold_one(client)

    def _hold_one(self, client: ASGIClient) -> None:
        """Leave a job running, for whoever cancels."""
        loop, engine = _get_portal(), self.engine
        loop.call(engine.hold)
        self.issued["held"] = _ask(client, JobType.TRAIN)
        loop.call(engine.settle)
        # the others go on; this one waits for a release that does not come
        engine.plan = Plan()

    def known(self, operation: Operation, name: str) -> str:
        """Return an id that this operation answers with a success."""
        if name == "version":
            return self.issued["version"]
        return self.issued["held" if operation.method == "post" else JobType.BACKTEST]

    def fill(self, path: str) -> str:
        """Put real ids into a path of the contract."""
        return path.format(job_id=self.issued[JobType.BACKTEST], version=self.issued["version"])

    def knows(self, operation: Operation, name: str, value: str) -> bool:
        """Whether the service ever issued this value of a path parameter.

        Raises:
            LookupError: nobody can tell; a new kind of id needs a line here.
        """
        if name == "version":
            return value in {
                known.parent.name for known in self.home.glob("models/*/manifest.json")
            }
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


def _ask(client: ASGIClient, kind: JobType) -> str:
    answer = client.post(f"/api/compute/{kind}", json={})
    return str(accepted(kind, answer.status_code, answer.text)["job_id"])


@contextmanager
def subject(folder: Path, contract: Contract, token: str | None = None) -> Iterator[Subject]:
    """Serve such an app."""
    settings: dict[str, Any] = {} if token is None else {"api_token": token}
    # one slot for the job that is held
    served, engine = replay_app(folder, workers=2, **settings)
    made = Subject(served, contract, folder / "home", engine, token)
    seeded = Random(SEED)  # noqa: S311 - ids that are the same in each run
    ids = (UUID(int=seeded.getrandbits(128), version=4) for _ in count())
    with mock.patch.object(store, "uuid4", side_effect=ids):
        made.furnish()
        yield made
    shutdown_lifespans()


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
