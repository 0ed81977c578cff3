"""Says of a failed test which value of which answer it compared, who declares that value, and what answers with it."""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from contract_tests.repository import ROOT
from contract_tests.wire_page import FILE as WIRE
from wirelaw.contract.document import JSON_TYPE, Contract, Operation, pointer
from wirelaw.contract.validation import is_valid
from wirelaw.finding import TEST_FAILED, Finding, as_value
from wirelaw.running.exchange import Answer
from wirelaw.running.points import status_pointer

MAX_LINES = 6  #: of an error that compares nothing
#: values that many fields have: they do not say which one was compared
COMMON = ("null", "true", "false", "0", "1", "0.0", "1.0", '""', "[]", "{}")
_SCHEMA = re.compile(r"/schemas/([^/]+)")
_NAME = re.compile(r"[A-Z]?[a-z]{3,}")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
Steps = tuple[Any, ...]
Schema = tuple[str, Any]  #: a pointer and its node


@dataclass(frozen=True)
class Comparison:
    """What a failed assertion compared."""

    operator: str
    left: Any
    right: Any


@dataclass(frozen=True)
class Exchange:
    """A request of a test, and its answer."""

    contract: Contract
    method: str
    path: str
    answer: Answer

    @cached_property
    def operation(self) -> Operation | None:
        """The operation that was requested; HEAD is answered as GET is."""
        return self.contract.match("GET" if self.method == "HEAD" else self.method, self.path)

    def __str__(self) -> str:
        """Format the operation and the status as other findings do."""
        return f"{self.operation or f'{self.method} {self.path}'} {self.answer.status}"

    @property
    def declared(self) -> str:
        """The pointer of the declared answer, or of the operation if this status is not declared."""
        operation, status = self.operation, str(self.answer.status)
        if operation is None:
            return ""
        if status not in operation.responses:
            return operation.pointer
        return status_pointer(operation.path, operation.method, status)

    @property
    def _declared_headers(self) -> dict[str, str]:
        """The pointers of the declared headers; the names of an answer are in lower case."""
        responses = {} if self.operation is None else self.operation.responses
        names = responses.get(str(self.answer.status), {}).get("headers", {})
        return {name.lower(): f"{self.declared}/headers{pointer(name)}" for name in names}

    def places(self) -> Iterator["Place"]:
        """Yield every value of the answer, the outer ones first."""
        yield Place(self, str(self), self.declared, None, ("status_code",), self.answer.status)
        for header, value in self.answer.headers.items():
            schema = self._declared_headers.get(header, self.declared)
            yield Place(self, f"{self} headers", schema, None, (header,), value)
        for name, schema, document in self._documents():
            for steps, value in _values((), document):
                yield Place(self, name, schema, document, steps, value)

    def _documents(self) -> Iterator[tuple[str, str, Any]]:
        """Yield each JSON text of the answer, and the names of its events: holder, pointer of the schema, and value."""
        media = f"{self.declared}/content{pointer(self.answer.media_type)}"
        try:
            if self.answer.media_type == JSON_TYPE:
                yield str(self), f"{media}/schema", self.answer.json()
            frames = self.answer.events if self.answer.streams else []
            if frames:
                yield str(self), media, {"events": [frame.event for frame in frames]}
            for frame in frames:
                if frame.data is not None:
                    schema = self._of_event(f"{media}/itemSchema", frame.event)
                    yield f"{self} {frame.event} data", schema, json.loads(frame.data)
        except ValueError:
            return  # what was sent is no JSON; other values of the answer remain

    def _of_event(self, item: str, event: str | None) -> str:
        if self.operation is None or self.operation.item_schema is None:
            return ""
        place, union = self.contract.locate(item, self.operation.item_schema)
        names = [name for name, _ in self.contract.frames(union)]
        if event not in names or "oneOf" not in union:
            return place
        number = names.index(event)
        place, _ = self.contract.locate(f"{place}/oneOf/{number}", union["oneOf"][number])
        return f"{place}/properties/data/contentSchema"


@dataclass(frozen=True)
class Place:
    """A value of an answer."""

    exchange: Exchange
    name: str  #: of what holds it: the answer, an event or the headers
    schema: str  #: the pointer of the schema of the document, or of the value if there is none
    document: Any  #: the JSON that holds it
    steps: Steps  #: to the value
    value: Any

    def __str__(self) -> str:
        """Format it as other findings do."""
        return f"{self.name} {pointer(*self.steps)}"

    @property
    def field(self) -> str:
        """The name of the innermost field."""
        return next((step for step in reversed(self.steps) if isinstance(step, str)), "")

    @cached_property
    def declared(self) -> list[str]:
        """The pointers of the schemas from the document to the value, or of what is declared around it."""
        if self.document is None:
            return [self.schema]
        contract, value = self.exchange.contract, self.document
        try:
            found: Schema = (self.schema, contract.at(self.schema))
        except LookupError:
            return [self.exchange.declared]
        pointers = [found[0]]
        for step in self.steps:
            inner = _inside(contract, found, step, value, pointers)
            if inner is None:
                break
            found, value = inner, value[step]
            pointers.append(found[0])
        return pointers

    def differing(self, other: Any) -> tuple["Place", Any]:
        """Return the innermost place that differs from another value, and that value's part there."""
        steps, value = self.steps, self.value
        while (step := _first_difference(value, other)) is not None:
            steps, value, other = (*steps, step), value[step], other[step]
        return Place(self.exchange, self.name, self.schema, self.document, steps, value), other


def describe(
    test: str, error: str, source: str, comparison: Comparison | None, exchanges: Sequence[Exchange]
) -> Finding:
    """Return the report of a failed test.

    Args:
        test: its node id.
        error: what failed, in a few lines.
        source: the statement that failed.
        comparison: the values, if the statement compares two.
        exchanges: those of the test so far.
    """
    command = f"run python -m pytest {shlex.quote(test)}"
    expected, found = "", "\n".join(error.splitlines()[:MAX_LINES])
    if comparison is not None:
        operator = "" if comparison.operator in {"==", "is"} else f"{comparison.operator} "
        expected = operator + _as_text(comparison.right)
        found = _as_text(comparison.left)
    if not exchanges:
        return Finding("test", test, TEST_FAILED, expected, found, command)
    exchange, name, declared = exchanges[-1], str(exchanges[-1]), [exchanges[-1].declared]
    terms: tuple[str, ...] = ()
    place = _compared(_WORD.findall(source), comparison, reversed(exchanges))
    if place is not None:
        if comparison is not None and comparison.operator == "==":
            is_left = _as_json(place.value) == _as_json(comparison.left)
            if is_left or _as_json(place.value) == _as_json(comparison.right):
                other = comparison.right if is_left else comparison.left
                place, other = place.differing(other)
                expected, found = _as_text(other), _as_text(place.value)
        exchange, name, declared = place.exchange, str(place), place.declared
        terms = (place.field, expected, found)
    operation = exchange.operation
    law = _law(terms, declared, str(operation)) or _law([str(operation)], [], "")
    source = "" if operation is None else _sources().get(operation.name, "")
    return Finding("test", name, TEST_FAILED, expected, found, command, declared[-1], law, source)


def _compared(
    words: Iterable[str], comparison: Comparison | None, exchanges: Iterable[Exchange]
) -> Place | None:
    """Return the value that a statement most probably is about: its name is in the statement, or its value was compared.

    Of equally probable ones the last answer's, and there the outermost.
    """
    names = set(words)
    sides = [] if comparison is None else [comparison.left, comparison.right]
    values = {_as_json(side) for side in sides} - {None}

    left = _as_json(sides[0]) if sides else None

    def probability(place: Place) -> int:
        text = _as_json(place.value) if values else None
        is_named = bool(place.steps) and place.steps[-1] in names
        is_rare = text in values and text not in COMMON
        is_equal = is_rare or (text in values and is_named)
        # by convention the left side is what was received
        return 4 * is_rare + 3 * is_named + is_equal + (is_equal and text == left)

    places = [place for exchange in exchanges for place in exchange.places()]
    best = max(places, key=probability, default=None)
    return best if best is not None and probability(best) else None


def _values(steps: Steps, value: Any) -> Iterator[tuple[Steps, Any]]:
    yield steps, value
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for step, below in inner:
        yield from _values((*steps, step), below)


def _inside(
    contract: Contract, schema: Schema, step: Any, value: Any, passed: list[str]
) -> Schema | None:
    """Return the schema of a member of a value, and add the pointers of the schemas that lead there."""
    place, node = contract.locate(*schema)
    passed.append(place)
    for keyword in ("anyOf", "oneOf", "allOf"):
        members = [*enumerate(node.get(keyword, ()))]
        # the variant that the value is of; where it is of none, any that has this member
        members.sort(key=lambda member: not is_valid(contract, member[1], value))
        for number, member in members:
            inside = f"{place}/{keyword}/{number}", member
            found = _inside(contract, inside, step, value, passed)
            if found is not None:
                return found
    if step in node.get("properties", {}):
        return f"{place}/properties{pointer(step)}", node["properties"][step]
    keyword = "items" if isinstance(step, int) else "additionalProperties"
    inner = node.get(keyword)
    return (f"{place}/{keyword}", inner) if isinstance(inner, dict) else None


def _first_difference(value: Any, other: Any) -> Any:
    """Return the first key or index, in both values, at which they differ; None if there is none."""
    steps: Iterable[Any] = ()
    if isinstance(value, dict) and isinstance(other, dict):
        steps = (name for name in value if name in other)
    elif isinstance(value, list) and isinstance(other, list):
        steps = range(min(len(value), len(other)))
    return next((step for step in steps if _as_json(value[step]) != _as_json(other[step])), None)


def _as_json(value: Any) -> str | None:
    try:
        return json.dumps(value, sort_keys=True)
    except (TypeError, ValueError):
        return None


def _as_text(value: Any) -> str:
    return repr(value) if _as_json(value) is None else as_value(value)


@cache
def _sources() -> dict[str, str]:
    """Return file, line and name of each route: a function has the name of its operation."""
    found = {}
    for file in sorted((ROOT / "quant_engine/api/routers").glob("*.py")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = re.match(r"(?:async )?def (\w+)\(", line)
            if match:
                found[match[1]] = f"{file.relative_to(ROOT)}:{number} {match[1]}"
    return found


def _law(terms: Sequence[str], declared: Sequence[str], operation: str) -> str:
    """Return the line of docs/wire.md about one of some terms.

    At best it is a row about the first one in a table about one of the schemas; then a line that names the operation too,
    and then a sentence.
    """
    schemas = " ".join([*declared[:1], *_SCHEMA.findall(" ".join(declared))]).lower()
    ranked: list[tuple[int, int, int, str]] = []
    head = ""
    for number, line in enumerate(WIRE.read_text(encoding="utf-8").splitlines(), 1):
        is_row = line.startswith("|")
        if not is_row:
            head = line or head
        elif not head.endswith("|"):
            head = f"{head} {line}"
        for order, term in enumerate(terms):
            if f"`{term}`".lower() not in line.lower():
                continue
            is_own = any(name.lower() in schemas for name in _NAME.findall(head))
            if is_own and line.startswith(f"| `{term}` |"):
                rank = 0
            elif operation in line:
                rank = 1
            else:
                rank = 3 if is_row else 2
            ranked.append((rank, order, number, line.strip()))
    if not ranked:
        return ""
    _, _, number, line = min(ranked)
    return f"{WIRE.relative_to(ROOT)}:{number}: {line}"
