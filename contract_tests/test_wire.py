"""The committed contract is what `docs/wire.md` states, and every change of a pinned place is found."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.headers import OF_ANSWERS
from contract_tests.pins import Pin, conventions, drift, drifts, find, pins
from contract_tests.repository import ROOT, committed
from contract_tests.wire_page import WirePage, names, wire_page
from quant_engine.config import Settings
from wirelaw.contract.document import Contract, pointer, walk
from wirelaw.finding import Finding, check


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
        # the pin changes and not the contract, because a pin has no references
        for expected in changes(pin):
            count += 1
            finding = drift(replace(pin, expected=expected), mutable)
            if finding is None or finding.expected == finding.found:
                missed.append(f"{pin.expected} at {pin.place} may be {expected}")
    assert missed == []
    summarise("wire", f"{len(fixed)} pins, {count} changes of them, each found")


def changes(pin: Pin) -> Iterator[Any]:
    for other in others(pin.expected):
        if pin.how == "is" or (
            _are_names(other) and (pin.how == "only" or not {*other} <= {*pin.expected})
        ):
            yield other


def _are_names(content: list[Any]) -> bool:
    return all(isinstance(name, str) for name in content)


def others(value: Any) -> Iterator[Any]:
    """Yield every small change of a value: of each name and each value within it."""
    if isinstance(value, dict):
        yield {**value, "multipleOf": 7}
        for key, inner in value.items():
            rest = {k: v for k, v in value.items() if k != key}
            yield from (rest, {**rest, f"{key}_2": inner})
            yield from ({**value, key: other} for other in others(inner))
    elif isinstance(value, list | tuple):
        yield [*value, "one_more"]
        for index, inner in enumerate(value):
            before, after = value[:index], value[index + 1 :]
            yield [*before, *after]
            yield from ([*before, other, *after] for other in others(inner))
    elif isinstance(value, bool):
        yield from (not value, int(value), None)
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, str(value), None, True)
    else:
        yield from (0, False, None if value is not None else "x")
        if isinstance(value, str):
            yield from (f"{value}2", "")


def test_a_pinned_place_that_is_gone_or_has_a_new_bound_is_found(mutable: Contract) -> None:
    count = 0
    for pin in pins():
        *above, step = pin.place
        _, parent = find(mutable, tuple(above))
        if not isinstance(parent, dict) or step not in parent:
            continue
        count += 1
        node = parent.pop(step)
        assert drift(pin, mutable), pin
        parent[step] = node
        if pin.how == "is" and isinstance(node, dict) and "$ref" not in node:
            node["multipleOf"] = 7
            assert drift(pin, mutable), pin
            del node["multipleOf"]
    assert count > 500
    assert drifts(mutable) == []


def test_an_operation_that_is_missing_is_reported_first(mutable: Contract) -> None:
    known = list(pins())

    def first_drift() -> Finding:
        return next(found for pin in known if (found := drift(pin, mutable)))

    for path, item in list(mutable.document["paths"].items()):
        for method in list(item):
            operation = item.pop(method)
            first = first_drift()
            assert (first.pointer, first.code) == (pointer("paths", path), "missing-member")
            assert first.expected == method
            item[method] = operation
        kept = mutable.document["paths"].pop(path)
        first = first_drift()
        assert (first.pointer, first.code, first.expected) == ("/paths", "missing-member", path)
        mutable.document["paths"][path] = kept


def test_every_breach_of_a_convention_is_found(mutable: Contract) -> None:
    count = 0
    for place, node in list(walk(mutable.components, "/components/schemas")):
        for key, changed in breaches(place, node, mutable):
            count += 1
            kept = node[key]
            node[key] = changed
            first = next(iter(conventions(mutable)), None)
            node[key] = kept
            assert first is not None, f"{key} at {place} may be {changed}"
            assert first.pointer == place
            assert first.code.startswith("convention-")
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
    if node.get("type") == "number":
        yield "x-unit", "percent"


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
                found = any(drift(pin, contract) for pin in pins(fewer) if repr(pin) not in held)
            except ValueError:  # another table needs the row
                continue
            assert found, f"{line} may be dropped"


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
        ("`GET /api/jobs/{job_id}/log` | 50 |", "`GET /api/jobs/{job_id}/log` | 20 |", "parameter"),
        (
            "| `done` | one job, log | `succeeded`, `failed`",
            "| `done` | one job, log | `failed`",
            "event",
        ),
        ("| `started` | both | `running` | yes", "| `started` | both | `running` | no", "event"),
        ("`attempt` | integer, at least 0", "`attempt` | integer, at least 1", "field of a record"),
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
    named = {name for name in names(page.text) if re.match("(GET|POST|DELETE) /api", name)}
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
