"""The page as the contract sees it: its requests, the types of their answers, and what it reads of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wirelaw.contract.binding import Binder, Bound, Property
from wirelaw.contract.page_calls import PageCall, Request, page_calls, requests_of
from wirelaw.contract.source import DeclaredContract
from wirelaw.finding import Place


@dataclass(frozen=True)
class Answer:
    """A request with the types that the page gives to the objects of its answer."""

    request: Request
    bound: tuple[Bound, ...]


@dataclass(frozen=True)
class Compared:
    """A field that the page compares with a word."""

    id: str  #: of the declaration of the field
    word: str
    place: Place


@dataclass(frozen=True)
class Loosened:
    """A field that the page takes for any text."""

    id: str  #: of the declaration of the field
    how: str  #: "casts it to string" and the like
    place: Place


class View:
    """One page and one contract."""

    def __init__(
        self,
        declared: DeclaredContract,
        calls: Iterable[dict[str, Any]],
        facts: Iterable[dict[str, Any]],
    ) -> None:
        self.declared = declared
        self._calls = calls
        self._facts = defaultdict(list)
        for fact in facts:
            self._facts[fact["fact"]].append(fact)
        self.shapes = {fact["shape"]: fact for fact in self._facts["shape"]}
        self.binder = Binder(declared.contract, self.shapes)

    @cached_property
    def calls(self) -> list[PageCall]:
        """Every call with an address."""
        return page_calls(self._calls, self._facts["answer"])

    @cached_property
    def requests(self) -> list[Request]:
        """The calls that are requests of the contract's operations."""
        return requests_of(self.calls, self.declared.operations)

    @cached_property
    def answers(self) -> list[Answer]:
        """The requests whose answer has a type that describes a schema of the contract."""
        by_owner = defaultdict(set)
        for request in self.requests:
            by_owner[request.call.owner].add(str(request.operation))
        found = []
        for request in self.requests:
            declared = self.binder.answer(request.operation)
            if declared is None:
                continue
            # types of a function with several requests may be those of another one
            own = (
                request.call.answers
                if len(by_owner[request.call.owner]) == 1
                else request.call.answers[:1]
            )
            bound = tuple(self.binder.bind(own, *declared))
            if bound:
                found.append(Answer(request, bound))
        return found

    @cached_property
    def bound(self) -> list[Bound]:
        """Each pair of a type and a schema once."""
        pairs = {
            (one.shape["shape"], one.schema.pointer): one
            for answer in self.answers
            for one in answer.bound
        }
        return [one for _, one in sorted(pairs.items())]

    @cached_property
    def properties(self) -> dict[str, list[Property]]:
        """The fields of the contract by the declarations of the page's types that stand for them."""
        found: dict[str, list[Property]] = defaultdict(list)
        for one in self.bound:
            for name, own in one.shape["fields"].items():
                declared = one.schema.properties.get(name)
                if declared is None:
                    continue
                for each in own["ids"]:
                    if declared not in found[each]:
                        found[each].append(declared)
        return found

    @cached_property
    def reads(self) -> dict[str, list[Place]]:
        """The first places where each declared field is read."""
        found: dict[str, list[Place]] = defaultdict(list)
        for fact in self._facts["read"]:
            found[fact["id"]].append(Place(**fact["place"]))
        return found

    @cached_property
    def _mentions(self) -> frozenset[str]:
        """Words that may be a key, and names that are read of objects of no type."""
        return frozenset(fact["name"] for fact in self._facts["mention"])

    @cached_property
    def _unbound(self) -> dict[str, list[frozenset[str]]]:
        """The names of fields that are read of types that stand for no schema, with the fields that these require."""
        found: dict[str, list[frozenset[str]]] = defaultdict(list)
        for one in self._facts["read"]:
            if one["id"] not in self.properties:
                found[one["name"]].append(frozenset(one["beside"]))
        return found

    def may_read(self, name: str, shape: dict[str, Any]) -> bool:
        """Whether a field of a type may be read without it: by its name, or as another type that its objects fit."""
        fits = (required <= shape["fields"].keys() for required in self._unbound[name])
        return name in self._mentions or any(fits)

    @cached_property
    def whole(self) -> frozenset[str]:
        """The types whose objects are also used as a whole, so that any of their fields may be read."""
        found: set[str] = set()
        for fact in self._facts["whole"]:
            self._add_whole(fact["shape"], found)
        return frozenset(found)

    def _add_whole(self, shape: dict[str, Any] | None, found: set[str]) -> None:
        if shape is None:
            return
        if shape["kind"] == "list":
            self._add_whole(shape["item"], found)
        elif shape["kind"] == "object" and shape["shape"] not in found:
            found.add(shape["shape"])
            for one in self.shapes[shape["shape"]]["fields"].values():
                self._add_whole(one["type"], found)

    def compared(self) -> Iterator[Compared]:
        """Yield the comparisons of fields with words."""
        for fact in self._facts["compared"]:
            yield Compared(fact["id"], fact["word"], Place(**fact["place"]))

    def loosened(self) -> Iterator[Loosened]:
        """Yield where the page takes a field for any text."""
        for fact in self._facts["loosened"]:
            yield Loosened(fact["id"], fact["how"], Place(**fact["place"]))

    def read_at(self, ids: Iterable[str]) -> Place | None:
        """Return a place that reads a field."""
        return next((place for each in ids for place in self.reads.get(each, ())), None)
