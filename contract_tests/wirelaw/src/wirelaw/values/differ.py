"""`default-differs` and `bound-differs`: values of a request that both sides state, and state differently."""

import ast
import json
from collections.abc import Iterator
from typing import Any

from wirelaw.finding import Finding, Place
from wirelaw.models import UNKNOWN, Field
from wirelaw.repository import Check, Repository
from wirelaw.values.requests import Request, matching, requests
from wirelaw.words.names import steps

_EMPTY: tuple[Any, ...] = (None, "", [], {})
#: by the page's name: the service's names, with what has to be added for whole numbers
_BOUNDS = {
    "min": (("ge", 0), ("gt", 1)),
    "max": (("le", 0), ("lt", -1)),
    "minLength": (("min_length", 0), ("min_items", 0)),
    "maxLength": (("max_length", 0), ("max_items", 0)),
}
_Matched = tuple[dict[str, Any], Request, str, Field, dict[str, Any]]


def _fields(repository: Repository) -> Iterator[_Matched]:
    """Yield each field of the page with the request's field that it is."""
    taken = repository.service.once(requests)
    for fact in repository.page.get("values", ()):
        request = matching(taken, fact["owner"], fact["names"])
        if request is None:
            continue
        for name, value in fact["fields"].items():
            field = request.fields.get(steps(name))
            if field is not None:
                yield fact, request, name, field, value


def defaults(repository: Repository) -> Iterator[Finding]:
    """Compare the values that fields have from the start."""
    for fact, request, name, field, page in _fields(repository):
        if "value" not in page or field.default is UNKNOWN:
            continue
        value, other = page["value"], field.default
        if value in _EMPTY or other in _EMPTY or not _comparable(value, other) or value == other:
            continue
        yield Finding(
            part="sources",
            pointer=str(Place(**page["place"])),
            code=DEFAULTS.code,
            found=f"{_title(fact, name)} starts as {json.dumps(value)}",
            expected=f"{request.name}.{field.name} defaults to {json.dumps(other)}",
            source=str(field.place),
            key=(f"{request.name}.{field.name}", fact["place"]["path"], fact["name"]),
            fix=DEFAULTS.fix,
        )


def _title(fact: dict[str, Any], name: str) -> str:
    return f"{fact['name']}.{name}" if fact["name"] else name


def _comparable(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool)
    if isinstance(one, int | float):
        return isinstance(other, int | float)
    return isinstance(one, str | list) and type(one) is type(other)


def bounds(repository: Repository) -> Iterator[Finding]:
    """Compare the bounds of numbers and texts; an input that allows less than the service is a choice."""
    for fact, request, name, field, page in _fields(repository):
        for side, limit in sorted(page.get("bounds", {}).items()):
            argument, other = _limit(field, side)
            if other is None or limit is None or limit == other:
                continue
            is_looser = limit < other if side.startswith("min") else limit > other
            if fact["kind"] == "input" and not is_looser:
                continue
            yield Finding(
                part="sources",
                pointer=str(Place(**page["place"])),
                code=BOUNDS.code,
                found=f"{_title(fact, name)} has {side} {limit:g}",
                expected=f"{request.name}.{field.name} has {argument} {other:g}",
                source=str(field.place),
                key=(f"{request.name}.{field.name}", side, fact["place"]["path"], fact["name"]),
                fix=BOUNDS.fix,
            )


def _limit(field: Field, side: str) -> tuple[str, float | None]:
    for argument, added in _BOUNDS[side]:
        value = field.bounds.get(argument)
        if isinstance(value, int | float):
            # gt=0 is 0.01 for some numbers, so it is compared for whole ones only
            if added and "int" not in _text(field):
                return argument, None
            return argument, value + added
    return "", None


def _text(field: Field) -> str:
    return ast.unparse(field.annotation)


DEFAULTS = Check(
    code="default-differs",
    level=0,
    meaning=(
        "A field of a request has a default on the service, and the page starts it with another value. A user who"
        " changes nothing gets something else than a client that sends nothing."
    ),
    fix="leave the field out of the request, or write the same default on both sides",
    run=defaults,
)
BOUNDS = Check(
    code="bound-differs",
    level=0,
    meaning=(
        "A field of a request has a bound on both sides, and they differ. The page lets a user enter what the service"
        " refuses, or refuses what the service takes."
    ),
    fix="write the same bound on both sides",
    run=bounds,
)
