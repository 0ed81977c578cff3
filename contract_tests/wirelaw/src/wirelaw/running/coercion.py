"""Compares the value that a handler returned with the response, and reports each value that changed."""

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
from pydantic import BaseModel
from starlette.responses import Response

from wirelaw.contract.document import pointer

EXACT_INTEGERS = 2**53  #: beyond them, a page's numbers have gaps
ABSENT = object()
RAISED = object()  #: in place of the value of a handler that raised


class Difference(NamedTuple):
    """One value that differs on the wire."""

    pointer: str  #: into the answer
    code: str
    expected: str  #: the value that the handler returned
    found: str


@contextmanager
def watching(show: Callable[[Callable[..., Any], Any], None]) -> Iterator[None]:
    """Show each handler of every FastAPI app in this process with the value that it returned, or `RAISED`."""
    call = fastapi.routing.run_endpoint_function

    async def record(*, dependant: Any, **options: Any) -> Any:
        value = RAISED
        try:
            value = await call(dependant=dependant, **options)
        finally:
            show(dependant.call, value)
        return value

    with mock.patch.object(fastapi.routing, "run_endpoint_function", record):
        yield


@contextmanager
def returned() -> Iterator[list[tuple[str, Any]]]:
    """Record what the handlers of every app in this process return: `module:function`, and its value."""
    calls: list[tuple[str, Any]] = []

    def show(function: Callable[..., Any], value: Any) -> None:
        if value is not RAISED:
            calls.append((f"{function.__module__}:{function.__name__}", value))

    with watching(show):
        yield calls


def coerced(value: Any, carried: Any, place: str = "") -> Iterator[Difference]:
    """Yield the values that no author means to change: another type of JSON, a number that JSON lacks or JavaScript rounds.

    A model serialises itself as its author wrote it, and a response model leaves fields out or adds them; both are
    declared, and no coercion.
    """
    if isinstance(value, BaseModel):
        # of its values only the numbers: all others are serialised as the model says
        value = {name: one for name, one in vars(value).items() if _is_lossy(one)}
    if isinstance(value, Mapping) and isinstance(carried, dict):
        for name, inner in value.items():
            if str(name) in carried:
                yield from coerced(inner, carried[str(name)], place + pointer(name))
    elif isinstance(value, list | tuple) and isinstance(carried, list):
        if len(value) == len(carried):
            for row, (item, other) in enumerate(zip(value, carried, strict=True)):
                yield from coerced(item, other, place + pointer(row))
    else:
        code = _coercion(value, carried)
        if code is not None:
            yield Difference(place, code, _typed(value), _typed(carried))


def _coercion(value: Any, carried: Any) -> str | None:
    if isinstance(value, Enum) or not isinstance(value, bool | int | float | str):
        return None
    if _is_lossy(value):
        return "not-exact-in-javascript" if isinstance(value, int) else "not-finite"
    is_other = carried is not None and _kind(value) != _kind(carried)
    return "value-changed" if is_other else None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else type(value).__name__


def _is_lossy(value: Any) -> bool:
    """Whether JSON lacks a number, or JavaScript rounds it."""
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and abs(value) > EXACT_INTEGERS


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
