"""Compares the value that a handler returned with the response, and reports each value that changed."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, NamedTuple
from unittest import mock

import fastapi.routing
import httpx
from pydantic import BaseModel
from starlette.responses import Response

from wirelaw.contract.document import pointer
from wirelaw.finding import Finding

PART = "coercion"
EXACT_INTEGERS = 2**53  #: beyond them, a page's numbers have gaps
ABSENT = object()


class Difference(NamedTuple):
    """One value that differs on the wire."""

    pointer: str  #: into the answer
    code: str
    expected: str  #: the value that the handler returned
    found: str


@contextmanager
def returned() -> Iterator[list[tuple[str, Any]]]:
    """Record what the handlers of every app in this process return: `module:function`, and its value."""
    calls: list[tuple[str, Any]] = []
    call = fastapi.routing.run_endpoint_function

    async def record(*, dependant: Any, values: dict[str, Any], is_coroutine: bool) -> Any:
        value = await call(dependant=dependant, values=values, is_coroutine=is_coroutine)
        function = dependant.call
        calls.append((f"{function.__module__}:{function.__name__}", value))
        return value

    with mock.patch.object(fastapi.routing, "run_endpoint_function", record):
        yield calls


async def changed_on_the_way(client: httpx.AsyncClient, method: str, path: str) -> list[Finding]:
    """Send one request, a POST with an empty body, and compare both sides of the answer."""
    body: dict[str, Any] = {"json": {}} if method == "post" else {}
    with returned() as calls:
        answer = await client.request(method, path, **body)
    operation = f"{method.upper()} {path}"
    if answer.status_code >= 300 or len(calls) != 1:
        found = f"{answer.status_code}: {answer.text[:200]}"
        fix = "make the request of contract_tests/test_coercion.py succeed"
        return [Finding(PART, operation, "nothing-to-compare", "an answer", found, fix)]
    function, value = calls[0]
    code = function.replace(".", "/").replace(":", ".py: ")
    fix = f"fix {code} or its model, then run `pytest contract_tests/test_coercion.py`"
    return [
        Finding(PART, f"{operation} {one.pointer or '/'}", *one[1:], fix)
        for one in differences(value, wire(answer.content))
    ]


def wire(content: bytes) -> Any:
    """Parse an answer as strict JSON.

    Raises:
        ValueError: it has NaN or Infinity.
    """

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is on the wire, and is not JSON")

    return json.loads(content, parse_constant=refuse)


def differences(value: Any, carried: Any, place: str = "") -> Iterator[Difference]:
    """Yield every value that differs on the wire or is missing there."""
    members = _members(value)
    if members is not None:
        yield from _in_object(members, carried, place)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        yield from _in_list(value, carried, place)
    elif carried is ABSENT:
        yield Difference(place, "missing-on-the-wire", _typed(value), "nothing")
    else:
        code = _change(value, carried)
        if code is not None:
            yield Difference(place, code, _typed(value), _typed(carried))


def _members(value: Any) -> Mapping[Any, Any] | None:
    """Return all members of an object, also those that its model does not declare."""
    if isinstance(value, Response):
        return {}
    if isinstance(value, BaseModel):
        computed = {name: getattr(value, name) for name in type(value).model_computed_fields}
        return {**vars(value), **(value.model_extra or {}), **computed}
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    return value if isinstance(value, Mapping) else None


def _in_object(members: Mapping[Any, Any], carried: Any, place: str) -> Iterator[Difference]:
    if not isinstance(carried, dict):
        code = "missing-on-the-wire" if carried is ABSENT else "value-changed"
        yield Difference(place, code, "an object", _typed(carried))
        return
    for name in carried.keys() - {str(name) for name in members}:
        added = place + pointer(name)
        yield Difference(added, "added-on-the-wire", "nothing", _typed(carried[name]))
    for name, inner in members.items():
        if not isinstance(name, str):
            yield Difference(place + pointer(name), "key-changed", _typed(name), "text")
        yield from differences(inner, carried.get(str(name), ABSENT), place + pointer(name))


def _in_list(value: Sequence[Any], carried: Any, place: str) -> Iterator[Difference]:
    if not isinstance(carried, list):
        yield Difference(place, "value-changed", "a list", _typed(carried))
        return
    if len(value) != len(carried):
        yield Difference(place, "items-lost", f"{len(value)} items", f"{len(carried)} items")
        return
    inner = [
        found
        for row, (item, other) in enumerate(zip(value, carried, strict=True))
        for found in differences(item, other, place + pointer(row))
    ]
    if inner and _is_reordered(value, carried):
        yield Difference(place, "reordered", "the handler's order", "another order")
    else:
        yield from inner


def _is_reordered(value: Sequence[Any], carried: list[Any]) -> bool:
    rest = list(carried)
    for item in value:
        equal = (row for row, other in enumerate(rest) if not any(differences(item, other)))
        row = next(equal, None)
        if row is None:
            return False
        rest.pop(row)
    return True


def _change(value: Any, carried: Any) -> str | None:
    """Return the code of the change of a value without members; None if it did not change."""
    plain = value.value if isinstance(value, Enum) else value
    for kind, compare in _KINDS:
        if isinstance(plain, kind):
            return compare(plain, carried)
    return "not-json"


def _same(value: Any, carried: Any) -> str | None:
    # True equals 1 and 1 equals 1.0, and neither may become the other
    return None if type(carried) is type(value) and carried == value else "value-changed"


def _integer(value: int, carried: Any) -> str | None:
    too_large = None if abs(value) <= EXACT_INTEGERS else "not-exact-in-javascript"
    return _same(value, carried) or too_large


def _float(value: float, carried: Any) -> str | None:
    return _same(value, carried) if math.isfinite(value) else "not-finite"


def _time(value: datetime, carried: Any) -> str | None:
    if value.utcoffset() is None:
        return "time-without-zone"
    text = carried if isinstance(carried, str) else ""
    if not text.endswith("Z") or datetime.fromisoformat(text) != value:
        return "value-changed"
    return None if value.utcoffset() == UTC.utcoffset(None) else "time-not-in-utc"


def _day(value: date, carried: Any) -> str | None:
    return _same(value.isoformat(), carried)


_KINDS: tuple[tuple[type, Callable[[Any, Any], str | None]], ...] = (
    # bool before int and datetime before date, which they are as well
    (bool, _same),
    (int, _integer),
    (float, _float),
    (str, _same),
    (datetime, _time),
    (date, _day),
    (type(None), _same),
)


def _typed(value: Any) -> str:
    if value is ABSENT:
        return "nothing"
    if isinstance(value, AbstractSet):
        return f"a set of {len(value)}, which has no order"
    return f"{type(value).__name__} {value!r}"[:120]
