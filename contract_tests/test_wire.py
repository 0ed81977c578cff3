"""The committed contract is what `docs/wire.md` states, and every change of a pinned place is found."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.document import Contract, pointer, walk
from contract_tests.finding import Finding, check
from contract_tests.headers import OF_ANSWERS
from contract_tests.pins import GONE, Pin, conventions, drift, drifts, find, pins
from contract_tests.repository import ROOT, committed
from contract_tests.wire_page import WirePage, names, wire_page
from quant_engine.config import Settings

Mutant = tuple[str, Any, Any]  #: a name, the container that changes, its new content


def test_the_contract_is_the_wire_contract() -> None:
    check(drifts(committed()))


def test_every_bound_is_pinned() -> None:
    contract = committed()
    # the slash keeps a name from matching longer names
    fixed = tuple(f"{find(contract, pin.place)[0]}/" for pin in pins() if pin.how == "is")
    bounds = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}
    fix = "add it to FIGURES of contract_tests/wire.py"
    check(
        Finding("wire", place, "bound-not-pinned", "a pin", "none", fix)
        for name, schema in contract.components.items()
        # the parameters of a job are the fields of its request, which are pinned
        if not name.endswith("Parameters")
        for place, node in walk(schema, f"/components/schemas/{name}")
        if bounds & node.keys() and not f"{place}/".startswith(fixed)
    )


@pytest.fixture
def mutable() -> Contract:
    return committed().copy()


def test_every_change_of_a_pinned_place_is_found(mutable: Contract, summarise: Summarise) -> None:
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
    """Yield every small change at a pin's place."""
    *above, step = pin.place
    if step in {"codes", "successes"}:
        yield from _virtual(pin, find(contract, tuple(above))[1])
        return
    _, parent = find(contract, tuple(above))
    if step == "parameters" and step not in parent:
        yield "one added", parent, {**parent, step: ["one_more"]}
        return
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
    yield "one added", node, {**node, "description": f"{node['description']}, `one_more`"}


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
    """Change each name and value within a value."""
    for inner in _containers(node):
        if isinstance(inner, list):
            for index, value in enumerate(inner):
                yield f"{value} dropped", inner, [*inner[:index], *inner[index + 1 :]]
            yield "one added", inner, [*inner, "one_more"]
            continue
        for key, value in inner.items():
            if key in {"title", "description", "$ref"}:
                continue
            yield f"{key} dropped", inner, {k: v for k, v in inner.items() if k != key}
            if not isinstance(value, dict | list):
                for other in _others(value):
                    yield f"{key} becomes {other!r}", inner, {**inner, key: other}
        if "title" in inner or "type" in inner:
            yield "a bound added", inner, {**inner, "multipleOf": 7}


def _containers(node: Any) -> Iterator[Any]:
    if isinstance(node, dict | list):
        yield node
        for value in node.values() if isinstance(node, dict) else node:
            yield from _containers(value)


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
            first = first_drift(mutable)
            assert (first.pointer, first.code) == (pointer("paths", path), "missing-member")
            assert first.expected == method
            item[method] = operation
        kept = mutable.document["paths"].pop(path)
        first = first_drift(mutable)
        assert (first.pointer, first.code, first.expected) == ("/paths", "missing-member", path)
        mutable.document["paths"][path] = kept


def first_drift(contract: Contract) -> Finding:
    return next(found for pin in pins() if (found := drift(pin, contract)))


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
    assert "the table 'field of a record' of docs/wire.md first" in first.fix
    assert "nox -s fix" in first.fix


def test_a_changed_default_is_reported_with_both_values(mutable: Contract) -> None:
    mutable.components["PredictRequest"]["properties"]["years"]["default"] = 3
    (finding,) = drifts(mutable)
    assert finding.pointer == "/components/schemas/PredictRequest/properties/years/default"
    assert (finding.code, finding.expected, finding.found) == ("value-changed", "2", "3")


# the page


#: tests below compare these, or they state nothing of the contract
OTHER_TABLES = {"setting", "report", "shared errors", *OF_ANSWERS}


def test_each_row_of_a_table_is_compared_with_the_contract() -> None:
    page, contract = wire_page(), committed()
    held = {repr(pin) for pin in pins()}
    lines = page.text.splitlines(keepends=True)
    for table, rows in page.tables.items():
        for row in rows if table not in OTHER_TABLES else ():
            line = next(line for line in lines if cells(line) == row)
            fewer = WirePage(page.text.replace(line, "", 1))
            try:
                changed = [pin for pin in pins(fewer) if repr(pin) not in held]
            except ValueError:  # another table needs the row
                continue
            assert any(drift(pin, contract) for pin in changed), f"{line} may be dropped"


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")[1:-1]]


@pytest.mark.parametrize(
    ("old", "new", "table"),
    [
        ("| `bad_host` | 421 |", "| `bad_host` | 400 |", "operation"),
        ("| 200 | `job_not_found` |", "| 200 | |", "operation"),
        ("`unauthorized`, `bad_host`, `invalid`", "`unauthorized`, `invalid`", "operation"),
        ("| `horizon` | 10 | 1 to 252 |", "| `horizon` | 9 | 1 to 252 |", "BacktestRequest"),
        ("| `entry_threshold` | 0.01 |", "| `entry_threshold` | 1 |", "BacktestRequest"),
        ("| `years` | 2 | 1 to 40 |", "| `years` | 2 | 1 to 41 |", "PredictRequest"),
        ("`GET /api/models` | 50 |", "`GET /api/models` | 20 |", "parameter"),
        ("| `queued` | the job waits", "| `waiting` | the job waits", "field of a record"),
        ("| `done` | one job | `succeeded`, `failed`", "| `done` | one job | `failed`", "event"),
        ("| `started` | both | `running` | yes", "| `started` | both | `running` | no", "event"),
        ("| `attempt` | integer, at least 0", "| `try` | integer, at least 0", "field of a record"),
        (
            "| `attempt` | integer, at least 0",
            "| `attempt` | integer, at least 1",
            "field of a record",
        ),
        ("| ping.seconds_at_most | 15 |", "| ping.seconds_at_most | 30 |", "`x-sse`"),
        ("[`expired`, `unknown_id`]", "[`expired`]", "`x-sse`"),
        ("| `warnings` | list of string |", "| `warnings` | string |", "field of `meta`"),
    ],
)
def test_a_changed_statement_is_found(old: str, new: str, table: str) -> None:
    page = wire_page().text
    assert old in page
    first = drifts(committed(), WirePage(page.replace(old, new, 1)))[0]
    assert f"the table {table!r} of docs/wire.md" in first.fix


def test_a_cell_that_cannot_be_read_is_named() -> None:
    page = wire_page().text.replace("| 1 to 252 |", "| up to 252 |", 1)
    with pytest.raises(ValueError, match="'up to 252' is not written as the other bounds are"):
        drifts(committed(), WirePage(page))


def test_the_text_names_operations_that_exist() -> None:
    page = wire_page()
    named = {name for name in names(page.text) if re.match("(GET|POST) /api", name)}
    assert {name for name in named if "…" not in name} - {"POST /api/compute/{type}"} == {
        *page.operations
    }


def test_the_text_has_the_times_of_the_streams() -> None:
    page = wire_page()
    text = " ".join(page.text.split())
    stream = page.stream("one job")
    for pattern, expected in (
        (r"`retry` is (\d+) ms", stream["retry_ms"]),
        (r"comment is sent at least every (\d+) s", stream["ping"]["seconds_at_most"]),
        (r"accepts no data for (\d+) s", stream["slow_reader_seconds"]),
    ):
        assert re.findall(pattern, text) == [str(expected)]
    assert re.findall(r'"reason": "(\w+)"', text) == page.stream("all jobs")["reset"]["reasons"]


def test_the_settings_are_those_of_the_service() -> None:
    settings = {names(row[0])[0] for row in wire_page().rows("setting")}
    assert settings == {f"QUANT_ENGINE_{name.upper()}" for name in Settings.model_fields}


def test_each_section_names_checks_that_exist() -> None:
    constants = (ROOT / "contract_tests" / "wire.py").read_text(encoding="utf-8")
    for section in wire_page().text.split("\n## ")[1:]:
        checks = names(section.partition("*Checked by ")[2])
        assert checks, f"{section.splitlines()[0]} names no check"
        assert [name for name in checks if "/" in name and not (ROOT / name).exists()] == []
        assert [one for one in checks if one.isupper() and f"\n{one}" not in constants] == []
