"""The requests to each operation: together they make it touch everything that it can."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from contract_tests.kit.examples import manifest, store
from contract_tests.kit.homes import FilledService
from wirelaw.contract.document import Operation
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

WHERE = "contract_tests/faults/requests.py"
#: values of fields of bodies; others keep their defaults
FIELDS: Mapping[str, Any] = {"years": 1, "version": "v1"}
HEADERS = {"idempotency-key": "again", "last-event-id": "{log}0"}
#: operations that need a job of their own, a new one for each request: one that waits, or one that has ended
UNFINISHED, ENDED = {"cancel_job"}, {"delete_job"}


class MissingRequestExample(Exception):
    """No example for a request; `place` is what lacks one, and `fix` says where to add it."""

    def __init__(self, operation: Operation, place: str, fix: str) -> None:
        super().__init__(f"No example for this request: {operation} {place}. {fix}.")
        self.place = f"{operation} {place}"
        self.fix = fix


@dataclass(frozen=True)
class Request:
    """One request to an operation."""

    operation: Operation
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __str__(self) -> str:
        headers = "".join(f", {name}: {value}" for name, value in self.headers.items())
        return f"{self.operation}{headers}"


def requests_of(operation: Operation) -> Iterator[Request]:
    """Give the requests to an operation: one without headers, and one with each header that it reads.

    Raises:
        MissingRequestExample: it has a path parameter or a header without an example.
    """
    parameters = operation.parameters
    for parameter in parameters:
        if parameter["in"] == "path" and parameter["name"] not in ("job_id", "version"):
            fix = f"fill it in at FilledService.fill in contract_tests/kit/homes.py, and let it pass in {WHERE}"
            raise MissingRequestExample(operation, f"path/{parameter['name']}", fix)
    body = _body(operation)
    yield Request(operation, {}, body)
    for parameter in parameters:
        if parameter["in"] == "header":
            name = parameter["name"].lower()
            if name not in HEADERS:
                fix = f"add a value to HEADERS in {WHERE}"
                raise MissingRequestExample(operation, f"header/{name}", fix)
            yield Request(operation, {name: HEADERS[name]}, body)


def _body(operation: Operation) -> bytes:
    if operation.request_schema is None:
        return b""
    fields = operation.request_fields
    return json.dumps({name: value for name, value in FIELDS.items() if name in fields}).encode()


async def answer_to(example: Request, service: FilledService, job_id: str | None = None) -> Answer:
    """Send a request to a service."""
    operation = example.operation
    version = _unused(service) if operation.name == "delete_model" else "v1"
    path = operation.path.format(job_id=job_id or service.backtest, version=version)
    # an id of one job is a revision; an id of all jobs names the log, too
    log = "" if "job_id" in operation.path else f"{_log_id(service)}."
    headers = {name: value.format(log=log) for name, value in example.headers.items()}
    return await request(service.app, operation.method, path, headers=headers, body=example.body)


def _unused(service: FilledService) -> str:
    """Store a version that nothing refers to; not where the folder of versions is broken."""
    with suppress(OSError):
        store(service.home, manifest("unused"))
    return "unused"


@cache
def _log_id(service: FilledService) -> str:
    with closing(service.connect()) as other:
        return str(other.execute("SELECT log_id FROM event_log").fetchone()[0])
