"""The check of answers: what the page expects of them, against what the handlers certainly send."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from wirelaw.calls.client import Call, Match, Wire, quoted
from wirelaw.calls.operations import Operation
from wirelaw.calls.shapes import ITEM, Shape, Shapes, camel, inside
from wirelaw.finding import Finding, Place
from wirelaw.repository import Check, Repository

#: operations whose answers all lack the same at one place of the page: something between both sides adds it
_WRAPPED = 3
_MEANING = (
    "The page reads fields of an answer that the handler does not send, or takes it for a type that requires them; "
    "TypeScript believes the page, and the value is undefined when it runs."
)
_FIX = "read what is answered and type it so, or answer what the page reads"


@dataclass(frozen=True)
class _Expected:
    """One thing that a call expects of its answer, and what the answer has in that place."""

    match: Match
    operation: Operation
    fact: dict[str, Any]
    shapes: Shapes  #: at the path of the expectation

    @property
    def place(self) -> Place:
        return Place(**self.fact["place"])

    @property
    def names(self) -> frozenset[str]:
        """The members that are sent."""
        return frozenset[str]().union(*(one.names for one in self.shapes))

    @property
    def is_other_kind(self) -> bool:
        """Whether a list is taken for an object, or an object for a list."""
        return self.fact["kind"] not in {one.kind for one in self.shapes}

    def lacks(self, *, camels: bool) -> list[str]:
        """Return the required members that are not sent."""
        sent = self.names | ({camel(one) for one in self.names} if camels else set())
        return sorted({one["name"] for one in self.fact["fields"] if not one["optional"]} - sent)

    def is_met(self, *, camels: bool) -> bool:
        return not self.is_other_kind and not self.lacks(camels=camels)


def answer_shape(repository: Repository) -> Iterator[Finding]:
    """A read or a type of an answer that requires what the handler certainly does not send."""
    joined = repository.once(Wire)
    projects = [fact for fact in joined.facts if fact["kind"] == "project"]
    camels = any(one["converts"] for one in projects)
    choices = list(_choices(joined))
    unmet = [_unmet(choice, camels=camels) for choice in choices]
    failed = defaultdict(set)
    for one in chain(*unmet):
        failed[one.place].add(one.operation.title)
    same: dict[tuple[object, ...], list[_Expected]] = defaultdict(list)
    readers = _readers((call, fact) for call in joined.calls for fact in call.answers)
    lacking = _readers((one.match.call, one.fact) for one in chain(*unmet))
    for one in chain(*unmet):
        read = _read(one.fact)
        if not one.fact["name"] and lacking[read] != readers[read]:
            continue  # the same code reads answers of other calls, which may have it
        if len(failed[one.place]) < _WRAPPED or one.fact["path"]:
            same[_cause(one, one.lacks(camels=camels))].append(one)
        else:
            text = f"{one.place} expects of every answer what no handler sends; it may be added on the way"
            repository.notes.append(text)
    for found in same.values():
        first = min(found, key=lambda one: one.place)
        titles = {one.operation.title for one in found}
        yield _found(first, first.lacks(camels=camels), len(titles) - 1)
    written = {name for one in projects for name in one["written"]}
    objects = [one for one in chain(*choices) if one and not one.is_other_kind]
    yield from _never_sent(joined, objects, _reads(repository), written)


def _readers(
    pairs: Iterable[tuple[Call, dict[str, Any]]],
) -> dict[tuple[object, ...], set[str]]:
    """Return the calls whose answers are read in each place."""
    found: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for call, fact in pairs:
        found[_read(fact)].add(call.title)
    return found


def _read(fact: dict[str, Any]) -> tuple[object, ...]:
    names = tuple(one["name"] for one in fact["fields"])
    return (Place(**fact["place"]), fact["kind"], *fact["path"], *names)


def _unmet(choice: list[_Expected | None], *, camels: bool) -> list[_Expected]:
    """Return what is expected and not sent, where nothing else of the choice is sent."""
    unmet = [one for one in choice if one is not None and not one.is_met(camels=camels)]
    return unmet if len(unmet) == len(choice) else []


def _reads(repository: Repository) -> dict[str, Place]:
    """Return where the page reads each field of its types first."""
    found: dict[str, Place] = {}
    for fact in repository.page.get("answers", ()):
        if fact["fact"] == "read" and not fact["isChoice"]:
            found.setdefault(fact["id"], Place(**fact["place"]))
    return found


def _choices(joined: Wire) -> Iterator[list[_Expected | None]]:
    """Yield what calls expect; where one of several expectations is enough, together. None is not understood."""
    for match, operation in joined.certain:
        if match.call.is_outer or not match.call.answers:
            continue
        shapes = joined.answers.of(operation)
        together: dict[str, list[_Expected | None]] = defaultdict(list)
        for index, fact in enumerate(match.call.answers):
            found = inside(shapes, fact["path"])
            if found is None:
                together[fact["either"] or str(index)].append(None)
            elif found:
                one = _Expected(match, operation, fact, found)
                together[fact["either"] or str(index)].append(one)
        yield from together.values()


def _never_sent(
    joined: Wire, found: list[_Expected], places: dict[str, Place], written: set[str]
) -> Iterator[Finding]:
    """Optional members of types that the page reads, and that none of the answers with this type has."""
    declared = Counter(
        field["id"] for call in joined.calls for fact in call.answers for field in fact["fields"]
    )
    lacking: dict[str, list[_Expected]] = defaultdict(list)
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in found:
        for field in one.fact["fields"]:
            name, own = field["name"], str(field["id"])
            if not field["optional"] or name in one.names or name in written or own not in places:
                continue
            lacking[own].append(one)
            if len(lacking[own]) == declared[own]:
                names[one.operation.title, one.fact["name"]].append(own)
    for owned in names.values():
        one = lacking[owned[0]][0]
        fields = {field["id"]: field["name"] for field in one.fact["fields"]}
        reads = sorted(fields[own] for own in owned)
        yield _finding(
            one,
            min(places[own] for own in owned),
            f"reads {quoted(reads)} of {_type(one)}, the answer of {_title(one)}",
            f"answers {quoted(one.names)} only",
            *reads,
        )


def _cause(one: _Expected, lacks: list[str]) -> tuple[object, ...]:
    """Name what is the same drift: a type against a shape, whatever operations answer it; of reads, each by itself."""
    own = (one.operation.title, *_unnamed(one)) if not one.fact["name"] else ()
    return (one.fact["name"], *lacks, one.shapes[0].place, *own)


def _found(one: _Expected, lacks: list[str], more: int) -> Finding:
    title = f"{_title(one)} and {more} more" if more else _title(one)
    if one.is_other_kind:
        other = next(iter(one.shapes))
        answers = "a list" if other.kind == "list" else f"an object with {quoted(other.names)}"
        if one.fact["name"]:
            found = f"takes the answer of {title} for {one.fact['name']}"
        elif one.fact["fields"]:
            found = f"reads {quoted(lacks)} of the answer of {title}"
        else:
            found = f"reads the answer of {title} as a list"
        return _finding(one, one.place, found, f"answers {answers}")
    found = f"takes the answer of {title} for {_type(one)} with {quoted(lacks)}"
    if one.fact["name"] == "" and one.fact["fields"][0]["id"] is None:
        found = f"reads {quoted(lacks)} of the answer of {title}"
    return _finding(one, one.place, found, f"answers {quoted(one.names)} only", *_unnamed(one))


def _unnamed(one: _Expected) -> list[str]:
    names = sorted(field["name"] for field in one.fact["fields"])
    return [] if one.fact["name"] else [*one.fact["path"], *names]


def _title(one: _Expected) -> str:
    path = ".".join(one.fact["path"]).replace(f".{ITEM}", ITEM)
    return f"{one.match.call.title}{' at ' if path else ''}{path}"


def _type(one: _Expected) -> str:
    return one.fact["name"] or "an object"


def _finding(one: _Expected, place: Place, found: str, expected: str, *names: str) -> Finding:
    shape: Shape = next(iter(one.shapes))
    return Finding(
        part="sources",
        pointer=str(place),
        code=CHECK.code,
        expected=expected,
        found=found,
        fix=CHECK.fix,
        source=str(shape.place),
        key=(one.operation.title, one.fact["name"], *names),
    )


CHECK = Check("answer-shape", 0, _MEANING, _FIX, answer_shape)
