"""The service under fuzz, which replays jobs, and the ids that it has issued."""

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

from contract_tests.kit.engine import Plan, ScriptedEngine
from contract_tests.kit.examples import manifest
from contract_tests.kit.examples import store as store_version
from contract_tests.kit.service import BASE_URL, accepted
from contract_tests.replay import replay_engine, replay_settings, succeeded
from quant_engine.api.jobs import store
from quant_engine.api.main import create_app
from quant_engine.api.schemas.jobs import JobType
from wirelaw.contract.document import Contract, Operation
from wirelaw.running.exchange import Answer

SEED = 20_26
ENDLESS_SECONDS = 0.05
SHARED_ID = "sent-by-fuzz"


@dataclass
class Scenario:
    """The service as an ASGI app, with the ids that it has issued."""

    app: ASGIApp
    contract: Contract
    home: Path
    engine: ScriptedEngine
    token: str | None = None
    issued: dict[str, str] = field(default_factory=dict)  #: an id of each kind, to begin with
    #: job types and versions, by the ids that requests deleted
    deleted: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the service; close a stream that does not end after `ENDLESS_SECONDS`."""
        if scope["type"] == "http" and scope["method"] == "DELETE":
            self._remember(scope["path"])
        if scope["type"] == "http" and scope["path"] in self._endless:
            await self._close_after_a_moment(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _remember(self, path: str) -> None:
        for part in path.split("/"):
            kind = "version" if part in self._versions() else self._job_type(part)
            if kind is not None:
                self.deleted[part] = kind

    def _versions(self) -> set[str]:
        return {file.parent.name for file in self.home.glob("models/*/manifest.json")}

    @cached_property
    def _endless(self) -> set[str]:
        return {
            operation.path
            for operation in self.contract.operations()
            if operation.streams and not operation.content["x-sse"]["ends"]
        }

    async def _close_after_a_moment(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, answer = asyncio.Event(), Answer()

        async def relay(message: Message) -> None:
            begun.set()
            answer.receive(message)
            await send(message)

        answering = asyncio.ensure_future(self.app(scope, receive, relay))
        beginning = asyncio.ensure_future(begun.wait())
        try:
            # the time begins with the answer, so that a busy machine does not matter
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
        """The headers of each request."""
        sent = {"X-Request-ID": SHARED_ID}
        return sent if self.token is None else {**sent, "Authorization": f"Bearer {self.token}"}

    def client(self) -> ASGIClient:
        """Return a client for use outside of the service's event loop."""
        service: Any = self  # the types of starlette and of schemathesis differ in Mapping and dict
        client = ASGIClient(service, base_url=BASE_URL)
        client.headers.update(self.headers)
        return client

    def run_each_type(self) -> None:
        """Run one job of each type, so that every route has data."""
        with self.client() as client:
            for kind in JobType:
                self.issued[kind] = _submit(client, kind)
                _get_portal().call(self.engine.settle)
                answer = client.get(f"/api/jobs/{self.issued[kind]}")
                record = succeeded(answer.json()["data"])
                if kind is JobType.TRAIN:
                    self.issued["version"] = record["result"]["version"]
            self.issued["spare"] = _submit(client, JobType.BACKTEST)
            _get_portal().call(self.engine.settle)
            self.issued["unused"] = store_version(self.home, manifest("unused"))
            self._hold_one(client)

    def _hold_one(self, client: ASGIClient) -> None:
        """Leave a job running, so that a request can cancel it."""
        loop, engine = _get_portal(), self.engine
        loop.call(engine.hold)
        self.issued["held"] = _submit(client, JobType.TRAIN)
        loop.call(engine.settle)
        # the other jobs run; this one waits for a release that does not come
        engine.plan = Plan()

    def issued_id(self, operation: Operation, name: str) -> str:
        """Return an id that this operation answers with a success."""
        if operation.method == "delete":
            return self.issued["unused" if name == "version" else "spare"]
        if name == "version":
            return self.issued["version"]
        return self.issued["held" if operation.method == "post" else JobType.BACKTEST]

    def fill(self, path: str) -> str:
        """Fill the path parameters with issued ids."""
        return path.format(job_id=self.issued[JobType.BACKTEST], version=self.issued["version"])

    def without_effect(self, operation: Operation) -> str:
        """Fill the path parameters so that a request deletes nothing, should it be accepted."""
        if operation.method == "delete":
            return operation.path.format(job_id="nothing", version="nothing")
        return self.fill(operation.path)

    def has_issued(self, operation: Operation, name: str, value: str) -> bool:
        """Whether the service ever issued this value of a path parameter.

        Raises:
            LookupError: a new kind of id needs a line here.
        """
        if name == "version":
            return value in self._versions() or self.deleted.get(value) == "version"
        if name == "job_id":
            kinds = ("backtest",) if operation.path.startswith("/api/backtests") else tuple(JobType)
            return (self._job_type(value) or self.deleted.get(value)) in kinds
        raise LookupError(
            f"{operation}: the fuzz cannot recognise an issued value of the path parameter {name}. "
            "Add to Scenario.has_issued in contract_tests/fuzz/scenario.py where the service stores them."
        )

    def _job_type(self, job_id: str) -> str | None:
        with closing(sqlite3.connect(self.home / "quant_engine.db")) as database:
            found = database.execute("SELECT job_type FROM jobs WHERE job_id = ?", (job_id,))
            row = found.fetchone()
        return None if row is None else str(row[0])


def _submit(client: ASGIClient, kind: JobType) -> str:
    answer = client.post(f"/api/compute/{kind}", json={})
    return str(accepted(kind, answer.status_code, answer.text)["job_id"])


@contextmanager
def open_scenario(folder: Path, contract: Contract, token: str | None = None) -> Iterator[Scenario]:
    """Serve such a service, after one job of each type."""
    settings: dict[str, Any] = {} if token is None else {"api_token": token}
    # one slot for the job that is held
    configured = replay_settings(folder, workers=2, **settings)
    engine = replay_engine(configured)
    app = create_app(configured, engine=engine)
    scenario = Scenario(app, contract, configured.home, engine, token)
    seeded = Random(SEED)  # noqa: S311 - ids that are the same in each run
    ids = (UUID(int=seeded.getrandbits(128), version=4) for _ in count())
    with mock.patch.object(store, "uuid4", side_effect=ids):
        scenario.run_each_type()
        yield scenario
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
