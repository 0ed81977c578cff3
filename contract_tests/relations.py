"""Checks what the contract states of values beyond their types: `x-relation` and `x-identity` of its components.

`x-identity` names the fields that identify a value (`key`), and the field that counts its versions, where it has one
(`revision`). Two values with the same key and revision are the same value, in whatever response or frame they are, but
for the fields that may be set later (`set_later`): one of the two may have null there.
`x-relation` lists rules in the Common Expression Language. `self` is the value, `old` its revision before, and `other`
the last value of the component that `with` names, whose key has the value that `by` points to in `self`.
`x-order` of a list has the fields by which it is ordered, `-` before those that fall; null comes last.
A value that has the parameters of its job repeats them: each of its fields with the name of one has its value.
"""

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator
from itertools import pairwise, zip_longest
from typing import Any

import cel

from contract_tests.recomputed import RECOMPUTED
from wirelaw.contract.document import Contract, Node, pointer
from wirelaw.finding import Finding, as_value

PART = "relations"
Key = tuple[str, str]  #: component and key
Check = Callable[[Any], Iterator[Finding]]


class Relations:
    """The values of one service so far, and the rules that hold between them."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._names = {id(schema): name for name, schema in contract.components.items()}
        self._programs: dict[str, cel.Program] = {}
        self._values: dict[tuple[str, str], dict[int, Any]] = {}
        #: values whose rules wait for another component
        self._latest: dict[Key, Any] = {}
        self._waiting: dict[Key, list[Check]] = {}

    def add(self, place: str, schema: Node, value: Any) -> Iterator[Finding]:
        """Check a value of a component against itself and against what was seen before."""
        component = self._names.get(id(schema))
        if component is None or not isinstance(value, dict):
            return
        identity = schema.get("x-identity")
        old = None
        if identity is not None:
            key = (component, _key(value, identity["key"]))
            revision = value[identity["revision"]] if "revision" in identity else 0
            revisions = self._values.setdefault(key, {})
            earlier, old = revisions.setdefault(revision, value), revisions.get(revision - 1)
            if _settled(identity, earlier, value) != _settled(identity, value, earlier):
                yield _difference(place, component, earlier, value)
            self._latest[key] = value
            for check in self._waiting.pop(key, ()):
                yield from check(value)
        yield from _recomputed(place, component, value)
        yield from _ordered(f"{place} ({component})", schema, value)
        if isinstance(value.get("params"), dict):
            result = value.get("result") or {}
            yield from repeated(f"{place} ({component})", value["params"], {**result, **value})
        for relation in schema.get("x-relation", ()):
            if "with" in relation:
                other = (relation["with"], json.dumps(_at(value, relation["by"])))
                yield from self._with(other, self._between(place, component, relation, value))
            elif not re.search(r"\bold\b", relation["rule"]):
                yield from self._holds(place, component, relation, self=value)
            elif old is not None:
                yield from self._holds(place, component, relation, self=value, old=old)

    def add_rows(self, place: str, schema: Node, names: Node, text: str) -> Iterator[Finding]:
        """Check a table of `x-rows` against the list that it writes: `field` of the component `of`.

        Args:
            place: of the response.
            schema: of the body; `by` names the parameter of the path that is the component's key.
            names: the parameters of the path.
            text: CSV with a header row.
        """
        rows = schema["x-rows"]
        table = csv.reader(io.StringIO(text))
        header = next(table, [])
        items = self._contract.components[rows["of"]]["properties"][rows["field"]]["items"]
        fields = self._contract.resolve(items)["properties"]
        if sorted(header) != sorted(fields):
            found = as_value(header)
            yield Finding(PART, place, "two-representations", ", ".join(sorted(fields)), found)
            return

        def check(value: Any) -> Iterator[Finding]:
            listed = [[_cell(each[name]) for name in header] for each in value[rows["field"]]]
            for found, expected in zip_longest(table, listed):
                if found != expected:
                    sides = json.dumps(expected), json.dumps(found)
                    yield Finding(PART, place, "two-representations", *sides)
                    return

        yield from self._with((rows["of"], json.dumps(names[rows["by"]])), check)

    def _with(self, other: Key, check: Check) -> Iterator[Finding]:
        """Check now, or when the other value comes."""
        if other in self._latest:
            yield from check(self._latest[other])
        else:
            self._waiting.setdefault(other, []).append(check)

    def _between(self, place: str, component: str, relation: Node, value: Any) -> Check:
        return lambda other: self._holds(place, component, relation, self=value, other=other)

    def _holds(
        self, place: str, component: str, relation: Node, /, **values: Any
    ) -> Iterator[Finding]:
        rule = relation["rule"]
        if rule not in self._programs:
            self._programs[rule] = cel.compile(rule)
        try:
            result = self._programs[rule].execute(values)
        except (ValueError, RuntimeError, TypeError, LookupError) as error:
            result = f"{type(error).__name__}: {error}"
        if result is not True:
            names = set(re.findall(r"\b((?:self|old|other)(?:\.\w+)+)", rule))
            found = {name: _at(values, name) for name in sorted(names)}
            yield Finding(PART, f"{place} ({component})", "broken-relation", rule, as_value(found))


def _settled(identity: Node, value: Node, other: Node) -> Node:
    """Return a value without those fields of `set_later` that are null in one of the two."""
    later = identity.get("set_later", ())
    unset = {name for name in later if None in (value.get(name), other.get(name))}
    return {name: content for name, content in value.items() if name not in unset}


def _recomputed(place: str, component: str, value: Node) -> Iterator[Finding]:
    if component not in RECOMPUTED:
        return
    for path, expected in RECOMPUTED[component](value).items():
        found = _at(value, path)
        if not _is_same(expected, found):
            name = f"{place} ({component}) {pointer(*path.split('.'))}"
            source = f"{expected}, computed from the other fields"
            yield Finding(PART, name, "second-source", source, as_value(found))


def _ordered(place: str, schema: Node, value: Node) -> Iterator[Finding]:
    for name, inner in schema.get("properties", {}).items():
        if "x-order" in inner and not _is_ordered(value[name], inner["x-order"]):
            expected = f"ordered by {', '.join(inner['x-order']) or 'its items'}"
            yield Finding(PART, f"{place} /{name}", "other-order", expected, as_value(value[name]))


def _is_same(expected: Any, found: Any) -> bool:
    if isinstance(expected, float) and isinstance(found, int | float):
        return math.isclose(found, expected, rel_tol=1e-8, abs_tol=1e-6)
    return bool(expected == found)


def _is_ordered(items: list[Any], fields: list[str]) -> bool:
    return all(_in_order(one, other, fields) for one, other in pairwise(items))


def _in_order(one: Any, other: Any, fields: list[str]) -> bool:
    if not fields:
        return bool(one < other)
    for field in fields:
        name = field.removeprefix("-")
        values = (one[name], other[name])
        if values[0] == values[1]:
            continue
        if None in values:
            return values[1] is None
        return bool(values[0] > values[1] if field.startswith("-") else values[0] < values[1])
    return True


def repeated(place: str, params: Node, value: Node) -> Iterator[Finding]:
    """Compare the fields of a value that repeat its job's parameters; a list may be in another order."""
    for name in sorted(params.keys() & value.keys()):
        expected, found = params[name], value[name]
        if expected is not None and _members(expected) != _members(found):
            texts = (as_value(expected), as_value(found))
            yield Finding(PART, f"{place} /{name}", "not-as-requested", *texts)


def _members(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _difference(place: str, component: str, earlier: Node, value: Node) -> Finding:
    fields = [name for name in {**earlier, **value} if earlier.get(name) != value.get(name)]
    before, now = ({name: each.get(name) for name in fields} for each in (earlier, value))
    expected = f"{as_value(before)}, as it was sent before"
    return Finding(PART, f"{place} ({component})", "two-representations", expected, as_value(now))


def _key(value: Node, fields: list[str]) -> str:
    return json.dumps(value[fields[0]] if len(fields) == 1 else [value[name] for name in fields])


def _at(value: Any, path: str) -> Any:
    """Follow a dotted path; null where there is nothing."""
    for step in path.split("."):
        if isinstance(value, list) and not step.isdigit():
            # a macro of the language, such as `filter`
            break
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
