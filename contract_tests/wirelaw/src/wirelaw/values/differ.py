"""`default-differs` and `bound-differs`: values of a request that both sides state, and state differently."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from wirelaw.contract.checking import missing, on_contract
from wirelaw.contract.view import View
from wirelaw.finding import Finding, Place
from wirelaw.models import UNKNOWN
from wirelaw.repository import Check, Repository
from wirelaw.values.declared import of_contract
from wirelaw.values.requests import Request, Requests, Stated, of_models
from wirelaw.words.names import steps

_EMPTY: tuple[Any, ...] = (None, "", [], {})
#: how much of a list a page shows is its own choice
_PAGING = re.compile(
    r"(?i)^(page|offset|skip|cursor|limit|size|take|page_?size|per_?page|page_?number)$"
)
Fact = dict[str, Any]
#: where both sides state one field: the page's fact, the name in it, what it states; the request, its field
Both = tuple[Fact, str, Fact, Request, Stated]


def pairs(facts: list[Fact], requests: Requests) -> Iterator[list[Both]]:
    """Yield each field of the page with the fields of requests that it is."""
    #: the fields that a state is sent as, by the place of the state
    holders: dict[str, list[tuple[Request, Stated]]] = defaultdict(list)
    for fact in sorted(facts, key=lambda one: bool(one["kind"] == "input")):
        for name, page in fact["fields"].items():
            held = str(Place(**page["held"])) if "held" in page else ""
            found = [
                (request, field)
                for request in requests.of(fact, name)
                if (field := request.fields.get(steps(name))) is not None
            ]
            if held and fact["kind"] == "input":
                found = holders[held]
            elif held:
                holders[held] += found
            yield [(fact, name, page, *one) for one in found]


def _defaults(facts: list[Fact], requests: Requests) -> Iterator[Finding]:
    for fields in pairs(facts, requests):
        found = [_default(*one) for one in fields if "value" in one[2]]
        # one request that agrees is enough
        if found and all(found):
            yield from filter(None, found[:1])


def _default(fact: Fact, name: str, page: Fact, request: Request, field: Stated) -> Finding | None:
    value, other = page["value"], field.default
    if other is UNKNOWN or value in _EMPTY or other in _EMPTY or _PAGING.match(name):
        return None
    if not _comparable(value, other) or value == other:
        return None
    return Finding(
        part="sources",
        pointer=str(Place(**page["place"])),
        code="",
        found=f"{_title(fact, name)} starts as {json.dumps(value)}",
        expected=f"{request.name}.{field.name} defaults to {json.dumps(other)}",
        source=str(field.place),
        key=(f"{request.name}.{field.name}", fact["place"]["path"], fact["name"]),
    )


def _title(fact: dict[str, Any], name: str) -> str:
    return f"{fact['name']}.{name}" if fact["name"] else name


def _comparable(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool)
    if isinstance(one, int | float):
        return isinstance(other, int | float)
    return isinstance(one, str | list) and type(one) is type(other)


def _bounds(facts: list[Fact], requests: Requests) -> Iterator[Finding]:
    for fields in pairs(facts, requests):
        for side in ("min", "max", "minLength", "maxLength") if fields else ():
            found = [_bound(*one, side=side) for one in fields]
            if all(found):
                yield from filter(None, found[:1])


def _bound(
    fact: Fact, name: str, page: Fact, request: Request, field: Stated, *, side: str
) -> Finding | None:
    """Compare one bound; an input that allows less than the service is a choice, and so is a value within it."""
    value = page.get("sent", page.get("value"))
    is_value = isinstance(value, int | float) and not isinstance(value, bool)
    limit = page.get("bounds", {}).get(side, value if is_value and len(side) == 3 else None)
    declared, other = field.limits.get(side, ("", limit))
    if limit is None or other is None or limit == other:
        return None
    is_looser = limit < other if side.startswith("min") else limit > other
    if not is_looser and fact["kind"] != "schema":
        return None
    states = f"has {side}" if side in page.get("bounds", ()) else "is"
    return Finding(
        part="sources",
        pointer=str(Place(**page["place"])),
        code="",
        found=f"{_title(fact, name)} {states} {limit:g}",
        expected=f"{request.name}.{field.name} has {declared}",
        source=str(field.place),
        key=(f"{request.name}.{field.name}", side, fact["place"]["path"], fact["name"]),
    )


_Compare = Callable[[list[Fact], Requests], Iterator[Finding]]


def _checks(code: str, compare: _Compare, meaning: str, fix: str) -> Iterator[Check]:
    """The models of the sources, and then the schemas of the contract, for what is not clear in the sources."""

    def with_models(repository: Repository) -> Iterator[Finding]:
        found = compare(repository.page.get("values", []), repository.once(of_models))
        return (replace(one, code=code, fix=fix) for one in found)

    def with_contract(repository: Repository, view: View) -> Iterator[Finding]:
        found = compare(repository.page.get("values", []), of_contract(repository, view))
        own = f"field-{code}"
        return (replace(one, part="contract", code=own, fix=fix) for one in found)

    yield Check(code, 0, meaning.format("on the service"), fix, with_models)
    yield Check(
        f"field-{code}",
        1,
        meaning.format("in the contract"),
        fix,
        on_contract(with_contract),
        missing,
        same_as=code,
    )


DEFAULTS, DECLARED_DEFAULTS = _checks(
    "default-differs",
    _defaults,
    "A field of a request has a default {}, and the page starts it with another value. A user who changes nothing"
    " gets something else than a client that sends nothing.",
    "leave the field out of the request, or write the same default on both sides",
)
BOUNDS, DECLARED_BOUNDS = _checks(
    "bound-differs",
    _bounds,
    "A field of a request has a bound on the page and {}, and they differ. The page lets a user enter what the service"
    " refuses, or refuses what the service takes.",
    "write the same bound on both sides",
)
CHECKS = (DEFAULTS, BOUNDS, DECLARED_DEFAULTS, DECLARED_BOUNDS)
