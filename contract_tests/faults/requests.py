"""How each operation is asked on a furnished home, so that it answers and touches all that it can."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from contract_tests.asgi import Answer, request
from contract_tests.document import Operation
from contract_tests.kit.homes import Site

WHERE = "contract_tests/faults/requests.py"
#: what a field of a body is asked as; others keep their defaults
FIELDS: Mapping[str, Any] = {"years": 1, "version": "v1"}
HEADERS = {"idempotency-key": "again", "last-event-id": "{log}0"}
#: operations that need a job which is not finished, made anew for each request
UNFINISHED = {"cancel_job"}


class Unasked(Exception):
    """Nobody has said how an operation is asked."""


@dataclass(frozen=True)
class Request:
    """One way to ask an operation."""

    operation: Operation
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __str__(self) -> str:
        said = "".join(f", {name}: {value}" for name, value in self.headers.items())
        return f"{self.operation}{said}"


def requests_of(operation: Operation) -> Iterator[Request]:
    """Give every way in which an operation may be asked: plainly, and with each header that it reads.

    Raises:
        Unasked: its path has a parameter that no furnished home has.
    """
    parameters = operation.parameters
    for parameter in parameters:
        if parameter["in"] == "path" and parameter["name"] not in ("job_id", "version"):
            raise Unasked(
                f"{operation} is broken nowhere: nobody says what {{{parameter['name']}}} is.\n"
                f"  openapi.json#/paths: {operation.path}\n"
                f"  tests/api/furnished.py: Site.place fills it in; {WHERE}: requests_of lets it pass."
            )
    body = _body(operation)
    yield Request(operation, {}, body)
    for parameter in parameters:
        if parameter["in"] == "header":
            name = parameter["name"].lower()
            if name not in HEADERS:
                raise Unasked(
                    f"{operation} is broken nowhere with the header {name}.\n"
                    f"  {WHERE}: give it a value in HEADERS."
                )
            yield Request(operation, {name: HEADERS[name]}, body)


def _body(operation: Operation) -> bytes:
    if operation.request_schema is None:
        return b""
    known = operation.request_fields
    return json.dumps({name: value for name, value in FIELDS.items() if name in known}).encode()


async def answer_to(example: Request, site: Site, job_id: str | None = None) -> Answer:
    """Ask a site."""
    operation = example.operation
    path = operation.path.format(job_id=job_id or site.backtest, version="v1")
    # of one job an id is a revision, of all jobs it names the log as well
    log = "" if "job_id" in operation.path else f"{_log_id(site)}."
    headers = {name: value.format(log=log) for name, value in example.headers.items()}
    return await request(site.app, operation.method, path, headers=headers, body=example.body)


@cache
def _log_id(site: Site) -> str:
    with closing(site.beside()) as other:
        return str(other.execute("SELECT log_id FROM event_log").fetchone()[0])
