"""The committed contract is the wire contract; every single change of what is fixed is found."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.document import Contract, walk
from contract_tests.pins import GONE, Pin, conventions, drift, drifts, find, pins
from contract_tests.repository import committed

Mutant = tuple[str, Any, Any]  #: what it is, the container that changes, its content afterwards


def test_the_contract_is_the_wire_contract() -> None:
    found = drifts(committed())
    assert found == [], "\n".join(found)


def test_every_bound_is_fixed_by_hand() -> None:
    contract = committed()
    # with its end, or one field's name would stand for those that begin like it
    fixed = tuple(f"{find(contract, pin.place)[0]}/" for pin in pins() if pin.how == "is")
    bounds = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}
    loose = [
        f"{place}: put it into contract_tests/wire.py"
        for name, schema in contract.components.items()
        # what a job was asked for: the fields of its request, which are fixed there
        if not name.endswith("Parameters")
        for place, node in walk(schema, f"/components/schemas/{name}")
        if bounds & node.keys() and not f"{place}/".startswith(fixed)
    ]
    assert loose == [], "\n".join(loose)


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
            said = drift(pin, mutable)
            _fill(container, kept)
            if said is None or not said.startswith("the wire contract says "):
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
        said = ", ".join(one for one in node["description"].split(", ") if one != f"`{code}`")
        yield f"{code} dropped", node, {**node, "description": said}


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


def test_an_operation_that_is_gone_is_said_first(mutable: Contract) -> None:
    for path, item in list(mutable.document["paths"].items()):
        for method in list(item):
            operation = item.pop(method)
            assert method in drifts(mutable)[0], path
            item[method] = operation
        kept = mutable.document["paths"].pop(path)
        assert f"no {path}" in drifts(mutable)[0]
        mutable.document["paths"][path] = kept


def test_every_breach_of_a_convention_is_found(mutable: Contract) -> None:
    count = 0
    for pointer, node in list(walk(mutable.components, "/components/schemas")):
        for key, changed in breaches(pointer, node, mutable):
            count += 1
            kept = node[key]
            node[key] = changed
            said = list(conventions(mutable))
            node[key] = kept
            assert said, f"{key} at {pointer} may be {changed}"
            assert pointer in said[0]
    assert count > 100


def breaches(pointer: str, node: dict[str, Any], contract: Contract) -> Iterator[tuple[str, Any]]:
    if pointer.count("/") == 3 and isinstance(node.get("properties"), dict):
        name = pointer.rpartition("/")[2]
        asked = f'"#/components/schemas/{name}"' in json.dumps(
            [one.content.get("requestBody") for one in contract.operations()]
        )
        if asked:
            yield "additionalProperties", True
        elif "event" not in node["properties"]:
            for field in node["properties"]:
                yield "required", [one for one in node["required"] if one != field]
    if node.get("format") == "date-time":
        yield "pattern", "00:00$"


def test_a_renamed_field_is_named_with_both_sides_and_what_to_do(mutable: Contract) -> None:
    job = mutable.components["TrainJob"]
    job["properties"]["stage_text"] = job["properties"].pop("progress_message")
    first = drifts(mutable)[0]
    assert (
        "no progress_message, also stage_text at /components/schemas/TrainJob/properties" in first
    )
    assert "if this is meant, change the wire contract first" in first


def test_a_changed_default_is_named_with_both_sides(mutable: Contract) -> None:
    mutable.components["PredictRequest"]["properties"]["years"]["default"] = 3
    (said,) = drifts(mutable)
    assert '"default": 2' in said
    assert '"default": 3' in said
    assert "/components/schemas/PredictRequest/properties/years" in said
