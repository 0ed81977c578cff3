"""The committed contract is the wire contract; every single change of what is fixed is found."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.document import Contract, pointer, walk
from contract_tests.finding import Finding, check
from contract_tests.pins import GONE, Pin, conventions, drift, drifts, find, pins
from contract_tests.repository import committed

Mutant = tuple[str, Any, Any]  #: what it is, the container that changes, its content afterwards


def test_the_contract_is_the_wire_contract() -> None:
    check(drifts(committed()))


def test_every_bound_is_fixed_by_hand() -> None:
    contract = committed()
    # with its end, or one field's name would stand for those that begin like it
    fixed = tuple(f"{find(contract, pin.place)[0]}/" for pin in pins() if pin.how == "is")
    bounds = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}
    fix = "add it to contract_tests/wire.py"
    check(
        Finding("wire", place, "bound-not-pinned", "a pin", "none", fix)
        for name, schema in contract.components.items()
        # what a job was asked for: the fields of its request, which are fixed there
        if not name.endswith("Parameters")
        for place, node in walk(schema, f"/components/schemas/{name}")
        if bounds & node.keys() and not f"{place}/".startswith(fixed)
    )


@pytest.fixture
def mutable() -> Contract:
    return committed().copy()


def test_every_change_of_what_is_fixed_is_found(mutable: Contract, summarise: Summarise) -> None:
    fixed = {
        (find(mutable, pin.place)[0], pin.how, json.dumps(pin.expected)): pin for pin in pins()
    }
    missed, count = [], 0
    for pin in fixed.values():
        for what, container, changed in mutants(pin, mutable):
            count += 1
            kept = copy.copy(container)
            _fill(container, changed)
            finding = drift(pin, mutable)
            _fill(container, kept)
            if finding is None or finding.expected == finding.found:
                missed.append(f"{what} at {find(mutable, pin.place)[0]} was not found")
    assert missed == []
    assert drifts(mutable) == []
    summarise("wire", f"{len(fixed)} pins, {count} changes of the contract, each found")


def _fill(container: Any, content: Any) -> None:
    container.clear()
    (container.update if isinstance(container, dict) else container.extend)(content)


def mutants(pin: Pin, contract: Contract) -> Iterator[Mutant]:
    """Give every small change at a pin's place."""
    *above, step = pin.place
    if step in {"codes", "successes"}:
        yield from _virtual(pin, find(contract, tuple(above))[1])
        return
    _, parent = find(contract, tuple(above))
    _, node = find(contract, pin.place)
    assert node != GONE, pin
    if isinstance(parent, dict):
        yield f"{step} dropped", parent, {k: v for k, v in parent.items() if k != step}
        renamed = {(f"{k}_2" if k == step else k): v for k, v in parent.items()}
        yield f"{step} renamed", parent, renamed
    if pin.how == "is":
        if isinstance(parent, dict) and not isinstance(node, dict | list):
            for value in _others(node):
                yield f"{step} becomes {value!r}", parent, {**parent, step: value}
        yield from _inside(node)
    else:
        yield from _names(pin, node)


def _virtual(pin: Pin, node: dict[str, Any]) -> Iterator[Mutant]:
    if pin.place[-1] == "successes":
        answers = node["responses"]
        for status in pin.expected:
            kept = {k: v for k, v in answers.items() if k != status}
            yield f"{status} dropped", answers, kept
            yield f"{status} becomes 201", answers, {**kept, "201": answers[status]}
        yield "207 added", answers, {**answers, "207": {}}
        return
    for code in pin.expected:
        codes = ", ".join(one for one in node["description"].split(", ") if one != f"`{code}`")
        yield f"{code} dropped", node, {**node, "description": codes}


def _names(pin: Pin, node: Any) -> Iterator[Mutant]:
    only = pin.how == "only"
    if isinstance(node, dict):
        for name in pin.expected:
            rest = {k: v for k, v in node.items() if k != name}
            yield f"{name} dropped", node, rest
            yield f"{name} renamed", node, {**rest, f"{name}_2": node[name]}
        if only:
            yield "one added", node, {**node, "one_more": {}}
        return
    for index, item in enumerate(node):
        if isinstance(item, str) and not only and item not in pin.expected:
            continue
        kept = [*node[:index], *node[index + 1 :]]
        if only or isinstance(item, str) or item == {"type": "null"}:
            yield f"{item} dropped", node, kept
        if isinstance(item, str):
            yield f"{item} renamed", node, [*kept, f"{item}_2"]
    if only:
        yield "one added", node, [*node, "one_more"]


def _inside(node: Any) -> Iterator[Mutant]:
    """Change each word and figure within a value."""
    for _, inner in walk(node, ""):
        for key, value in inner.items():
            if key in {"title", "description", "$ref"}:
                continue
            yield f"{key} dropped", inner, {k: v for k, v in inner.items() if k != key}
            if not isinstance(value, dict | list):
                for other in _others(value):
                    yield f"{key} becomes {other!r}", inner, {**inner, key: other}
        if "title" in inner or "type" in inner:
            yield "a bound added", inner, {**inner, "multipleOf": 7}
    for values in _lists(node):
        for index in range(len(values)):
            yield f"{values[index]} dropped", values, [*values[:index], *values[index + 1 :]]
        yield "one added", values, [*values, "one_more"]


def _lists(node: Any) -> Iterator[list[Any]]:
    if isinstance(node, list):
        yield node
        for value in node:
            yield from _lists(value)
    elif isinstance(node, dict):
        for value in node.values():
            yield from _lists(value)


def _others(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value, int(value), None]
    if isinstance(value, int | float):
        return [value + 1, value - 1, str(value), None, True]
    if isinstance(value, str):
        return [f"{value}2", "", None]
    return [0, "x", False]


def test_an_operation_that_is_missing_is_reported_first(mutable: Contract) -> None:
    for path, item in list(mutable.document["paths"].items()):
        for method in list(item):
            operation = item.pop(method)
            first = drifts(mutable)[0]
            assert (first.pointer, first.code) == (pointer("paths", path), "missing-member")
            assert first.expected == method
            item[method] = operation
        kept = mutable.document["paths"].pop(path)
        first = drifts(mutable)[0]
        assert (first.pointer, first.code, first.expected) == ("/paths", "missing-member", path)
        mutable.document["paths"][path] = kept


def test_every_breach_of_a_convention_is_found(mutable: Contract) -> None:
    count = 0
    for place, node in list(walk(mutable.components, "/components/schemas")):
        for key, changed in breaches(place, node, mutable):
            count += 1
            kept = node[key]
            node[key] = changed
            findings = list(conventions(mutable))
            node[key] = kept
            assert findings, f"{key} at {place} may be {changed}"
            assert findings[0].pointer == place
            assert findings[0].code.startswith("convention-")
    assert count > 100


def breaches(place: str, node: dict[str, Any], contract: Contract) -> Iterator[tuple[str, Any]]:
    if place.count("/") == 3 and isinstance(node.get("properties"), dict):
        requests = [one.request_schema for one in contract.operations()]
        if {"$ref": f"#{place}"} in requests:
            yield "additionalProperties", True
        elif "event" not in node["properties"]:
            for field in node["properties"]:
                yield "required", [one for one in node["required"] if one != field]
    if node.get("format") == "date-time":
        yield "pattern", "00:00$"


def test_a_renamed_field_is_reported_with_both_names(mutable: Contract) -> None:
    job = mutable.components["TrainJob"]
    job["properties"]["stage_text"] = job["properties"].pop("progress_message")
    first = drifts(mutable)[0]
    assert first.pointer == "/components/schemas/TrainJob/properties"
    assert (first.code, first.expected) == ("missing-member", "progress_message")
    assert first.found == "stage_text"
    assert "docs/wire.md and contract_tests/wire.py first" in first.fix
    assert "nox -s fix" in first.fix


def test_a_changed_default_is_reported_with_both_values(mutable: Contract) -> None:
    mutable.components["PredictRequest"]["properties"]["years"]["default"] = 3
    (finding,) = drifts(mutable)
    assert finding.pointer == "/components/schemas/PredictRequest/properties/years/default"
    assert (finding.code, finding.expected, finding.found) == ("value-changed", "2", "3")
