"""The requests of the service with what it states of their fields, and which of them a shape of the page is."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from wirelaw.calls.checks import wire
from wirelaw.finding import Place
from wirelaw.models import Field, Model, Models
from wirelaw.repository import Repository
from wirelaw.words.names import shape, steps
from wirelaw.words.service import parameters

Limits = Mapping[str, tuple[tuple[str, int], ...]]
_WHOLE = re.compile(r"\b(con|Positive|NonNegative)?[Ii]nt\b")
_ITEMS = re.compile(r"(?i)\b(list|set|frozenset|dict|tuple|sequence)\[.*\(")
#: a shape that only the names of its fields bind to a request has so many of them, or all
MIN_FIELDS = 3
#: by the page's name of a bound: the other side's names, with what has to be added for whole numbers
_LIMITS: Limits = {
    "min": (("ge", 0), ("gt", 1)),
    "max": (("le", 0), ("lt", -1)),
    "minLength": (("min_length", 0), ("min_items", 0)),
    "maxLength": (("max_length", 0), ("max_items", 0)),
}


@dataclass(frozen=True)
class Stated:
    """What the service states of one field."""

    name: str
    default: Any  #: a literal, or `UNKNOWN`
    limits: dict[
        str, tuple[str, float]
    ]  #: by the page's name, such as `max`: as it is written, and the value
    place: Place


@dataclass(frozen=True)
class Request:
    """A body of a request."""

    name: str  #: of its model or schema
    fields: dict[tuple[str, ...], Stated]  #: by the words of their names, so that `topN` is `top_n`


@dataclass(frozen=True)
class Requests:
    """All bodies with the objects inside, and the fields of the page that are sent as one of theirs."""

    all: list[Request]
    #: by the name and the place of a field of the page: the requests that a call sends it with
    sent: Mapping[tuple[str, str], list[Request]]

    def of(self, fact: Mapping[str, Any], name: str) -> list[Request]:
        """Return the requests that a field of the page is sent with: by the calls, else by its type or all its fields."""
        keys = ((name, str(Place(**place))) for place in fact["fields"][name]["at"])
        found = [one for key in keys for one in self.sent.get(key, ())]
        if found or fact["role"] == "passed":
            return found
        return list(self._like(fact, {steps(one) for one in fact["names"]}))

    def _like(self, fact: Mapping[str, Any], names: set[tuple[str, ...]]) -> Iterator[Request]:
        owner = fact["owner"]
        named = [one for one in self.all if owner and shape(one.name) == shape(owner)]
        exact = [one for one in named if steps(one.name) == steps(owner)] or named
        if exact:
            best = max(exact, key=lambda one: len(names & one.fields.keys()))
            if 2 * len(names & best.fields.keys()) > len(names):
                yield best
        elif "." not in fact["name"]:  # and no part of an object
            fitting = [one for one in self.all if _are_like(names, one.fields.keys())]
            yield from fitting if len(fitting) == 1 else ()


def _are_like(names: set[tuple[str, ...]], fields: AbstractSet[tuple[str, ...]]) -> bool:
    """Tell whether names alone bind a shape to a request: two of them if these are all, and no everyday words."""
    if len(names) >= MIN_FIELDS:
        return names <= fields and 3 * len(names) >= 2 * len(fields)
    return len(names) > 1 and names == fields and all(len(one) > 1 for one in names)


def of_models(repository: Repository) -> Requests:
    """Return the models that routes take, by file and line."""
    models = wire(repository).models
    found: dict[Place, Model] = {}
    for operation in wire(repository).operations:
        route = operation.route
        for one, _ in parameters(route.handler) if route.handler else ():
            _add(models, models.named(route.module, one.annotation), found)
    requests = {
        place: Request(
            model.name, {steps(name): _stated(one) for name, one in model.fields.items()}
        )
        for place, model in sorted(found.items())
    }
    sent = (
        (match.call.body, requests[operation.body.place])
        for match in wire(repository).matches
        for operation in match.operations
        if operation.body.place in requests
    )
    return Requests(list(requests.values()), by_field(sent))


def _add(models: Models, model: Model | None, found: dict[Place, Model]) -> None:
    """Add a model and those of its fields."""
    if model is None or model.kind == "typed dict" or model.place in found:
        return
    found[model.place] = model
    for field in model.fields.values():
        _add(models, models.named(model.module, field.annotation), found)


def by_field(
    sent: Iterable[tuple[dict[str, Any], Request]],
) -> dict[tuple[str, str], list[Request]]:
    """Return the requests of each field of the bodies that the page sends."""
    found: dict[tuple[str, str], list[Request]] = defaultdict(list)
    for body, request in sent:
        for one in body["fields"]:
            at = found[one["name"], str(Place(**one["place"]))]
            if request not in at:
                at.append(request)
    return found


def _stated(field: Field) -> Stated:
    text = ast.unparse(field.annotation)
    # the bounds of items are not those of the list
    bounds = {} if _ITEMS.search(text) else field.bounds
    own = limits(bounds, _LIMITS, is_whole=_WHOLE.search(text) is not None)
    return Stated(field.name, field.default, own, field.place)


def limits(
    bounds: Mapping[str, Any], names: Limits, *, is_whole: bool
) -> dict[str, tuple[str, float]]:
    """Return bounds by the page's names; `gt=0` is 0.01 for some numbers, so it is one of whole numbers only."""
    return {
        side: (f"{argument} {bounds[argument]:g}", bounds[argument] + added)
        for side, arguments in names.items()
        for argument, added in arguments
        if isinstance(bounds.get(argument), int | float) and (is_whole or not added)
    }
