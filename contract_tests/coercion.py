"""What a handler returned, compared with what the wire carries: a value that changed on the way is told with its place."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, NamedTuple
from unittest import mock

import fastapi.routing
import httpx
from pydantic import BaseModel
from starlette.responses import Response

EXACT_INTEGERS = 2**53  #: beyond them, a page's numbers have gaps
ABSENT = object()


class Difference(NamedTuple):
    """One value that is not what it was."""

    place: str  #: JSON pointer into the answer
    what: str


@dataclass
class Returned:
    """What handlers returned since somebody listens, the newest last."""

    values: list[tuple[str, Any]] = field(default_factory=list)  #: `module:function`, its value


@contextmanager
def returned() -> Iterator[Returned]:
    """Listen to what the handlers of every app in this process return."""
    heard = Returned()
    call = fastapi.routing.run_endpoint_function

    async def listen(*, dependant: Any, values: dict[str, Any], is_coroutine: bool) -> Any:
        value = await call(dependant=dependant, values=values, is_coroutine=is_coroutine)
        function = dependant.call
        heard.values.append((f"{function.__module__}:{function.__name__}", value))
        return value

    with mock.patch.object(fastapi.routing, "run_endpoint_function", listen):
        yield heard


async def changed_on_the_way(client: httpx.AsyncClient, method: str, path: str) -> list[str]:
    """Ask once, with an empty body where there is one, and say what changed on the way."""
    body: dict[str, Any] = {"json": {}} if method == "post" else {}
    with returned() as heard:
        answer = await client.request(method, path, **body)
    place = f"coercion: {method.upper()} {path}"
    if answer.status_code >= 300 or len(heard.values) != 1:
        return [
            f"{place}: answered {answer.status_code} with nothing to compare: {answer.text[:200]}"
        ]
    function, value = heard.values[0]
    code = function.replace(".", "/").replace(":", ".py: ")
    return [
        f"{place}: {found.place or '/'}: {found.what}; mend {code} or the model that it answers "
        "with, then run: pytest contract_tests/test_coercion.py"
        for found in differences(value, wire(answer.content))
    ]


def wire(content: bytes) -> Any:
    """Parse an answer as strictly as JSON is.

    Raises:
        ValueError: it has NaN or Infinity, which JSON does not.
    """

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is on the wire, and is not JSON")

    return json.loads(content, parse_constant=refuse)


def differences(value: Any, carried: Any, place: str = "") -> Iterator[Difference]:
    """Give every value that the wire carries otherwise, or not at all."""
    members = _members(value)
    if members is not None:
        yield from _in_object(members, carried, place)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        yield from _in_list(value, carried, place)
    elif carried is ABSENT:
        yield Difference(place, f"{_told(value)} was returned, and the wire does not have it")
    else:
        what = _changed(value, carried)
        if what is not None:
            yield Difference(place, what)


def _members(value: Any) -> Mapping[Any, Any] | None:
    """Return everything that an object holds, what its model does not declare included."""
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
        if carried is not ABSENT:
            yield Difference(place, f"an object became {_told(carried)}")
            return
        yield Difference(place, "an object was returned, and the wire does not have it")
        return
    for name in carried.keys() - {str(name) for name in members}:
        yield Difference(_below(place, name), "was not returned, and is on the wire")
    for name, inner in members.items():
        if not isinstance(name, str):
            yield Difference(_below(place, name), f"the key {_told(name)} became text")
        yield from differences(inner, carried.get(str(name), ABSENT), _below(place, name))


def _in_list(value: Sequence[Any], carried: Any, place: str) -> Iterator[Difference]:
    if not isinstance(carried, list):
        told = "nothing" if carried is ABSENT else _told(carried)
        yield Difference(place, f"a list became {told}")
        return
    if len(value) != len(carried):
        yield Difference(place, f"{len(value)} items became {len(carried)}")
        return
    inner = [
        found
        for row, (item, other) in enumerate(zip(value, carried, strict=True))
        for found in differences(item, other, _below(place, row))
    ]
    if inner and _is_reordered(value, carried):
        yield Difference(place, "the items are in another order")
    else:
        yield from inner


def _is_reordered(value: Sequence[Any], carried: list[Any]) -> bool:
    left = list(carried)
    for item in value:
        same = next(
            (row for row, other in enumerate(left) if not any(differences(item, other))), None
        )
        if same is None:
            return False
        left.pop(same)
    return True


def _below(place: str, name: Any) -> str:
    return f"{place}/{str(name).replace('~', '~0').replace('/', '~1')}"


def _changed(value: Any, carried: Any) -> str | None:
    """Say how a value that holds no others changed; None: it did not."""
    plain = value.value if isinstance(value, Enum) else value
    for kind, compare in _KINDS:
        if isinstance(plain, kind):
            what = compare(plain, carried)
            return None if what is None else f"{_told(plain)} {what} {_told(carried)}"
    return f"{_told(plain)}, which JSON does not have, became {_told(carried)}"


def _same(value: Any, carried: Any) -> str | None:
    # True equals 1 and 1 equals 1.0, and neither may become the other
    return None if type(carried) is type(value) and carried == value else "became"


def _integer(value: int, carried: Any) -> str | None:
    return _same(value, carried) or (
        None if abs(value) <= EXACT_INTEGERS else "is more than a page can hold exactly, as"
    )


def _float(value: float, carried: Any) -> str | None:
    if not math.isfinite(value):
        return "is not finite and became"
    return _same(value, carried)


def _time(value: datetime, carried: Any) -> str | None:
    if value.utcoffset() is None:
        return "has no zone and became"
    told = carried if isinstance(carried, str) else ""
    if not told.endswith("Z") or datetime.fromisoformat(told) != value:
        return "became"
    return None if value.utcoffset() == UTC.utcoffset(None) else "is not in UTC and became"


def _day(value: date, carried: Any) -> str | None:
    return _same(value.isoformat(), carried)


def _identity(value: Any, carried: Any) -> str | None:
    return _same(value, carried)


_KINDS: tuple[tuple[type, Callable[[Any, Any], str | None]], ...] = (
    # bool before int and datetime before date, which they are as well
    (bool, _identity),
    (int, _integer),
    (float, _float),
    (str, _identity),
    (datetime, _time),
    (date, _day),
    (type(None), _identity),
)


def _told(value: Any) -> str:
    if value is ABSENT:
        return "nothing"
    if isinstance(value, AbstractSet):
        return f"a set of {len(value)}, which has no order"
    return f"{type(value).__name__} {value!r}"[:120]
