"""The law of bounds: each request at an upper bound of the contract is accepted, and one above it is refused.

What refuses it must be the bound: the answer names the field. A request at the bound may be refused for what a
schema cannot say, such as a name without prices, and never as `invalid` at that place.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from contract_tests.edges.values import at_maximum
from wirelaw.contract.document import Contract, Operation
from wirelaw.finding import Finding
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer
from wirelaw.running.inputs import Input, inputs

PART = "edges"
#: a bound is a number that a client can reach; the rest of the request is valid
IDS = {"job_id": "none", "version": "none"}


@dataclass(frozen=True)
class Case:
    """One value at a bound, or one above it."""

    input: Input
    keyword: str
    value: Any
    is_above: bool

    def __str__(self) -> str:
        return f"{self.input} {self.keyword}"

    async def send(self, app: ASGIApp) -> Answer:
        """Send a request with the value."""
        operation, name = self.input.operation, self.input.name
        body = b"" if operation.request_schema is None else b"{}"
        sent: dict[str, Mapping[str, str]] = {"query": {}, "header": {}}
        if self.input.place == "body":
            body = json.dumps({name: self.value}).encode()
        else:
            sent[self.input.place] = {name: str(self.value)}
        path = operation.path.format_map(IDS)
        return await request(
            app, operation.method, path, query=sent["query"], headers=sent["header"], body=body
        )


def cases(contract: Contract) -> Iterator[Case]:
    """Give the cases at each bound of each field and parameter."""
    for one in inputs(contract):
        for beyond in (0, 1):
            for keyword, value in at_maximum(contract, one.schema, beyond):
                yield Case(one, keyword, value, is_above=bool(beyond))


async def bound_drifts(app: ASGIApp, every: Iterator[Case]) -> AsyncIterator[Finding]:
    """Report each bound at which a value is refused, and each above which one is accepted."""
    for case in every:
        answer = await case.send(app)
        refused = _is_refused(case, answer)
        if refused is not case.is_above:
            words = ("refused as invalid", "accepted, or refused for another reason")
            expected, found = words if case.is_above else words[::-1]
            which = "one above" if case.is_above else "at the bound"
            shown = json.dumps(case.value)
            value = f"{shown[:60]}… of {len(shown)} characters" if len(shown) > 80 else shown
            yield Finding(
                PART,
                f"{case}",
                "bound-not-kept",
                f"{expected}: {which}, {value}",
                f"{answer.status}, {found}",
            )


def _is_refused(case: Case, answer: Answer) -> bool:
    error = {} if answer.streams else answer.json()["error"] or {}
    if error.get("code") != "invalid":
        return False
    paths = {field["path"].lower().replace("_", "-") for field in error["fields"]}
    place = "" if case.input.place == "body" else f"{case.input.place}."
    name = f"{place}{case.input.name}".lower().replace("_", "-")
    # a cursor of the right length is still no cursor of the service
    made_up = "did not create" in error["message"] and not case.is_above
    return any(path == name or path.startswith(f"{name}.") for path in paths) and not made_up


async def body_drifts(app: ASGIApp, operation: Operation, most: int) -> AsyncIterator[Finding]:
    """Report a body of the largest size that is refused for its size, and a larger one that is not."""
    path = operation.path.format_map(IDS)
    for size, is_above in ((most, False), (most + 1, True)):
        body = b"{" + b" " * (size - 2) + b"}"
        declared = {"content-length": str(size)}
        # without the header, as a client that sends chunks
        for headers in (declared, {"content-length": "0"}):
            answer = await request(app, operation.method, path, headers=headers, body=body)
            refused = answer.status == 413
            if refused is not is_above and (operation.request_schema or headers == declared):
                expected, found = ("413" if is_above else "no 413"), str(answer.status)
                place = f"{operation} body of {size} bytes"
                yield Finding(PART, place, "bound-not-kept", expected, found)
