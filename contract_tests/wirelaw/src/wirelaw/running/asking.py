"""Finds the fields of a request that are accepted and change nothing, by sending it once more for each value.

Which answer shows the effect, only the service's own tests know: they pass the function that sends a request, waits for
what it starts, and returns the result.

    def ask(request):
        job = client.request(request.method, request.path, json=request.body).json()
        return client.get(f"/jobs/{job['id']}/result")

    assert not ignored(Contract(app.openapi()), "POST /jobs", ask, body={"rows": 10})
"""

import asyncio
import copy
import inspect
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from wirelaw.contract.document import Contract, Operation, pointer
from wirelaw.finding import Finding
from wirelaw.running.inputs import Input, inputs
from wirelaw.running.proof import UNSTEADY, Comparison, Outcome, digest

REFUSED = 400
ABSENT = object()


@dataclass(frozen=True)
class Request:
    """What to send."""

    method: str  #: upper case
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  #: JSON


class Response(Protocol):
    """What clients return: httpx, and the test client of Starlette."""

    status_code: int

    def json(self) -> Any:
        """Return the body."""


#: sends a request and returns the answer that shows its effect
Ask = Callable[[Request], Response | Awaitable[Response]]


def ignored(contract: Contract, operation: str, ask: Ask, **options: Any) -> list[Finding]:
    """Return the inputs of an operation that change nothing; `options` are those of `find_ignored`."""
    return asyncio.run(find_ignored(contract, operation, ask, **options))


async def find_ignored(
    contract: Contract,
    operation: str,
    ask: Ask,
    *,
    body: Any = None,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    path_values: Mapping[str, str] | None = None,
    examples: Mapping[str, list[Any]] | None = None,
    echoes: Collection[str] = (),
) -> list[Finding]:
    """Return the inputs of an operation that change nothing.

    Args:
        contract: that declares it.
        operation: `POST /jobs`, as the contract has it.
        ask: sends a request and returns the answer that shows its effect.
        body: of the base request.
        query: of the base request.
        headers: of each request, such as credentials.
        path_values: of the parameters of the path.
        examples: values to try by name, where the schema suggests none that matters.
        echoes: names of fields of the answer that repeat the request, which shows no effect.

    Raises:
        LookupError: the contract has no such operation.
    """
    found = next((one for one in contract.operations() if str(one) == operation), None)
    if found is None:
        raise LookupError(f"the contract has no operation {operation}")
    base = Request(
        found.method.upper(),
        found.path.format(**(path_values or {})),
        query or {},
        headers or {},
        body,
    )
    asking = _Asking(ask, {*echoes})
    await asking.learn(base)
    outcome = await asking.outcome(base)
    findings = [
        await _comparison(contract, one, asking, base, outcome).drift(examples or {})
        for one in _inputs(contract, found)
    ]
    # without a result there is nothing to compare, which is one finding
    refused = [one for one in findings if one and one.code == "base-request-refused"]
    return refused[:1] or [one for one in findings if one]


def _inputs(contract: Contract, operation: Operation) -> Iterator[Input]:
    return (one for one in inputs(contract) if str(one.operation) == str(operation))


def _comparison(
    contract: Contract, one: Input, asking: "_Asking", base: Request, outcome: Outcome
) -> Comparison:
    async def send(value: Any) -> Outcome:
        return await asking.outcome(_with(base, one, value))

    return Comparison(contract, one, send, _value(base, one), outcome)


@dataclass
class _Asking:
    ask: Ask
    echoes: set[str]
    volatile: set[str] = field(default_factory=set)  #: pointers to values that differ each time

    async def learn(self, base: Request) -> None:
        """Send the base request twice; what differs then says nothing later."""
        first, second = [await self._answer(base) for _ in range(2)]
        self.volatile = {*_differing(first, second, "")}

    async def outcome(self, request: Request) -> Outcome:
        status, value = await self._answer(request)
        if status >= REFUSED:
            return Outcome(refused=str(status))
        if "/1" in self.volatile:
            return Outcome(refused=UNSTEADY)
        return Outcome(digest=digest(self._steady([status, value], "")))

    async def _answer(self, request: Request) -> list[Any]:
        answer = self.ask(request)
        response = await answer if inspect.isawaitable(answer) else answer
        try:
            return [response.status_code, response.json()]
        except ValueError:
            return [response.status_code, None]

    def _steady(self, value: Any, place: str) -> Any:
        if place in self.volatile:
            return None
        if isinstance(value, dict):
            return {
                name: self._steady(inner, place + pointer(name))
                for name, inner in value.items()
                if name not in self.echoes
            }
        if isinstance(value, list):
            return [self._steady(inner, place + pointer(row)) for row, inner in enumerate(value)]
        return value


def _differing(first: Any, second: Any, place: str) -> Iterator[str]:
    if isinstance(first, dict) and isinstance(second, dict):
        for name in first.keys() | second.keys():
            one, other = first.get(name, ABSENT), second.get(name, ABSENT)
            yield from _differing(one, other, place + pointer(name))
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for row, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _differing(one, other, place + pointer(row))
    elif first != second:
        yield place


def _value(base: Request, one: Input) -> Any:
    if one.place == "body":
        value = base.body
        for step in one.name.split("/"):
            value = value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
    else:
        sent: Mapping[str, Any] = base.query if one.place == "query" else base.headers
        value = sent.get(one.name, ABSENT)
    return one.schema.get("default") if value is ABSENT else value


def _with(base: Request, one: Input, value: Any) -> Request:
    if one.place == "query":
        return replace(base, query={**base.query, one.name: value})
    if one.place == "header":
        return replace(base, headers={**base.headers, one.name: str(value)})
    body = copy.deepcopy(base.body) or {}
    *above, last = one.name.split("/")
    inner = body
    for step in above:
        if not isinstance(inner.get(step), dict):
            inner[step] = {}
        inner = inner[step]
    inner[last] = value
    return replace(base, body=body)
