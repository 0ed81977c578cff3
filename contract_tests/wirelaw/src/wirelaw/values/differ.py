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


#: what the page and the service state where they differ, by the page's name of a bound, or "" for the default
_Compare = Callable[[Fact, Fact, Stated], dict[str, tuple[str, str]]]


def _defaults(_: Fact, page: Fact, field: Stated) -> dict[str, tuple[str, str]]:
    value, other = page.get("value"), field.default
    if other is UNKNOWN or value in _EMPTY or other in _EMPTY or _PAGING.match(field.name):
        return {}
    if not _comparable(value, other) or value == other:
        return {}
    if isinstance(value, list) and sorted(map(str, value)) == sorted(map(str, other)):
        return {}
    return {"": (f"starts as {json.dumps(value)}", f"defaults to {json.dumps(other)}")}


def _comparable(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool)
    if isinstance(one, int | float):
        return isinstance(other, int | float)
    return isinstance(one, str | list) and type(one) is type(other)


def _bounds(fact: Fact, page: Fact, field: Stated) -> dict[str, tuple[str, str]]:
    """Compare limits and numbers; an input that allows less than the service is a choice."""
    found = {}
    for side, (declared, other) in field.limits.items():
        limit = page.get("bounds", {}).get(side)
        # 0 may stand for a number that the user has not chosen yet
        value = page.get("sent", page.get("value") or None) if side in {"min", "max"} else None
        for one, text in ((limit, f"has {side}"), (value, "is")):
            if one is None or not _comparable(one, other) or one == other:
                continue
            is_refused = one < other if side.startswith("min") else one > other
            if is_refused or (one is limit and fact["kind"] == "schema"):
                found[side] = (f"{text} {one:g}", f"has {declared}")
    return found


def _differing(facts: list[Fact], requests: Requests, compare: _Compare) -> Iterator[Finding]:
    for found in pairs(facts, requests):
        states = [compare(fact, page, field) for fact, _, page, _, field in found]
        for side in states[0] if states else ():
            # one request that agrees is enough
            if not all(side in one for one in states):
                continue
            fact, name, page, request, field = found[0]
            title = f"{fact['name']}.{name}" if fact["name"] else name
            subject = f"{request.name}.{field.name}"
            yield Finding(
                part="sources",
                pointer=str(Place(**page["place"])),
                code="",
                found=f"{title} {states[0][side][0]}",
                expected=f"{subject} {states[0][side][1]}",
                source=str(field.place),
                key=(subject, *([side] if side else []), fact["place"]["path"], fact["name"]),
            )


def _checks(code: str, compare: _Compare, meaning: str, fix: str) -> Iterator[Check]:
    """The models of the sources, and then the schemas of the contract, for what is not clear in the sources."""

    def with_models(repository: Repository) -> Iterator[Finding]:
        facts = repository.page.get("values", [])
        found = _differing(facts, repository.once(of_models), compare)
        return (replace(one, code=code, fix=fix) for one in found)

    def with_contract(repository: Repository, view: View) -> Iterator[Finding]:
        facts = repository.page.get("values", [])
        found = _differing(facts, of_contract(repository, view), compare)
        return (replace(one, part="contract", code=f"field-{code}", fix=fix) for one in found)

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
