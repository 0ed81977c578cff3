"""Tests that the service's operators change everything in the contract, except what is listed here with its reason."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.document import Contract
from contract_tests.drift.drifts import Drift, Files, edited
from contract_tests.drift.operators import OPERATORS
from contract_tests.drift.operators.bounds import bound_drifts
from contract_tests.drift.operators.imports import FORMS
from contract_tests.drift.operators.python import kebab
from contract_tests.drift.operators.wire_models import Wire, is_frame, wire
from contract_tests.drift.trees import snapshot
from contract_tests.layers import edges

#: discriminators of unions, which must be read back as they are
TAGS = {
    *(f"{kind}Job.job_type" for kind in ("Train", "Predict", "Backtest", "Autopilot")),
    *(
        f"{kind}Decision.step"
        for kind in ("Refresh", "Score", "Retrain", "Candidates", "Promote", "Trade")
    ),
}
#: fields that an operator cannot change
SKIPPED = {
    "rename": set[str](),
    "drop": set[str](),
    "retype": TAGS,
    # null already, and what the export lists the words of
    "null": TAGS | {"ApiSuccess.error", "ApiResponse.data", "Reset.reason"},
    # the export refuses an optional field without a default
    "null-taken": {
        *("_Universe.tickers", "PageQuery.cursor", "JobsQuery.status", "JobsQuery.job_type"),
    },
}


@pytest.fixture(scope="module")
def files() -> Files:
    return snapshot()


@pytest.fixture(scope="module")
def contract(files: Files) -> Contract:
    return Contract(json.loads(files["openapi.json"]))


@pytest.fixture(scope="module")
def models(files: Files) -> Wire:
    return wire(files)


@pytest.fixture(scope="module")
def drifts(files: Files) -> list[Drift]:
    return [drift for operator in OPERATORS[:-1] for drift in operator(files)]


@pytest.fixture(scope="module")
def ids(drifts: list[Drift]) -> set[str]:
    return {drift.id for drift in drifts}


def test_each_can_be_applied_and_parses(files: Files, drifts: list[Drift]) -> None:
    for index, drift in enumerate(drifts):
        assert all(edit.file.startswith("quant_engine/") for edit in drift.edits), drift.id
        for name, content in edited(files, drift.edits).items():
            # all are applied; parsing all of them would double the time
            if index % 4 == 0:
                ast.parse(content, name)


def test_names_and_changes_are_unique_and_well_formed(drifts: list[Drift]) -> None:
    for what in (
        [drift.id for drift in drifts],
        [drift.title for drift in drifts],
        [repr(drift.edits) for drift in drifts],
    ):
        assert [one for one, count in Counter(what).items() if count > 1] == []
    for drift in drifts:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", drift.id)
        assert drift.title.endswith(".")
        assert (drift.gate, drift.reason, drift.side) == (None, None, "service")


def test_they_come_in_the_same_order(files: Files, drifts: list[Drift]) -> None:
    again = list(bound_drifts(files))
    assert [drift for drift in drifts if drift.id.startswith("bound-")] == again


def properties(contract: Contract) -> Iterator[tuple[str, str, bool]]:
    """Yield the component and the name of each field, and whether it is one of a request."""
    bodies = (operation.request_schema or {} for operation in contract.operations())
    requested = {body.get("$ref", "").rpartition("/")[2] for body in bodies}
    for component, schema in contract.components.items():
        if not is_frame(schema):
            for name in schema.get("properties", {}):
                yield component, name, component in requested


def declared(models: Wire, component: str, name: str) -> str:
    """Return the class that a component has a field from."""
    owner = component if models.model(component) else component.partition("_")[0]
    return next(model.name for model in models.lineage(owner) if name in model.fields)


def has(ids: set[str], what: str, place: str) -> bool:
    return f"field-{what}-{kebab(place)}" in ids


def test_every_field_of_the_contract_is_changed_in_every_way(
    contract: Contract, models: Wire, ids: set[str]
) -> None:
    skipped: dict[str, set[str]] = {what: set() for what in SKIPPED}
    for component, name, is_received in properties(contract):
        place = f"{declared(models, component, name)}.{name}"
        suffix = "-taken" if is_received else ""
        for what in ("rename", "drop", "retype"):
            if not has(ids, f"{what}{suffix}", place):
                skipped[what].add(place)
        if not has(ids, "null", place) and not has(ids, "never-null", place):
            skipped["null-taken" if is_received else "null"].add(place)
    # in answers as well, and already counted for requests
    skipped["null"] -= skipped["null-taken"]
    queries = {one for one in SKIPPED["null-taken"] if "Query" in one}
    assert skipped | {"null-taken": skipped["null-taken"] | queries} == SKIPPED


def test_every_parameter_of_a_query_is_changed(contract: Contract, ids: set[str]) -> None:
    names = {
        parameter["name"]
        for operation in contract.operations()
        for parameter in operation.parameters
        if parameter["in"] == "query"
    }
    # a parameter of a function, and no field of a model
    assert names - {"last_event_id"} == {
        name
        for name in names
        if any(has(ids, "rename", f"{owner}.{name}") for owner in ("PageQuery", "JobsQuery"))
    }


def test_every_default_of_a_request_is_changed_and_dropped(
    contract: Contract, models: Wire, ids: set[str]
) -> None:
    for component, name, is_received in properties(contract):
        place = f"{declared(models, component, name)}.{name}"
        if is_received:
            assert has(ids, "default-changed", place), place
            assert has(ids, "default-dropped", place), place


def test_every_bound_is_moved(contract: Contract, ids: set[str]) -> None:
    words = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "pattern": "pattern"}
    words |= {"maxLength": "max-length", "minItems": "min-length", "maxItems": "max-length"}
    schemas = json.dumps(contract.components)
    for word, name in words.items():
        assert f'"{word}"' in schemas or word == "maxLength", word
        for what in ("drop", "widen", "narrow"):
            assert any(re.fullmatch(f"bound-{what}-.*-{name}", one) for one in ids), name
    bounds = Counter(one.split("-")[1] for one in ids if one.startswith("bound-"))
    assert len(set(bounds.values())) == 1, bounds


def test_every_word_of_a_closed_set_is_changed(contract: Contract, ids: set[str]) -> None:
    missing = []
    changed = {
        way: [one for one in ids if one.startswith(f"member-{way}-")] for way in ("rename", "drop")
    }
    for name, schema in contract.components.items():
        if is_frame(schema) or name.endswith("EventName"):
            # names of events are changed where events are created
            continue
        for words in closed(schema):
            # a set of one has no other member
            ways = ("rename", "drop") if len(words) > 1 else ("rename",)
            missing += [
                f"{way} {word}"
                for word in words
                for way in ways
                if not any(one.endswith(f"-{kebab(word)}") for one in changed[way])
            ]
    assert missing == []
    sets = {one.removeprefix("member-add-") for one in ids if one.startswith("member-add-")}
    for one in ids:
        if one.startswith("member-rename-"):
            assert any(one.startswith(f"member-rename-{place}-") for place in sets), one


def closed(node: Any) -> Iterator[list[str]]:
    """Yield every closed set of words within a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            yield node["enum"]
        if isinstance(node.get("const"), str):
            yield [node["const"]]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from closed(child)


def test_every_event_is_changed_in_every_way(contract: Contract, ids: set[str]) -> None:
    names = {name for operation in contract.operations() for name in operation.events}
    assert len(names) == 8
    for what in ("drop", "rename", "unname", "repeat", "reorder"):
        assert {name for name in names if f"event-{what}-{name}" in ids} == names, what


def test_every_operation_is_changed_in_every_way(contract: Contract, ids: set[str]) -> None:
    names = {operation.name for operation in contract.operations()}
    #: events and a file have no envelope
    bare = {"stream_events", "stream_job_events", "get_backtest_trades"}
    for what in ("status", "method", "authentication", "envelope", "envelope-undeclared"):
        changed = {name for name in names if f"operation-{what}-{kebab(name)}" in ids}
        assert changed == (names - bare if "envelope" in what else names), what


def test_every_forbidden_edge_is_created_once_and_in_every_form(
    files: Files, ids: set[str]
) -> None:
    drifts = [one for one in ids if one.startswith("import-")]
    config = files[".importlinter"].decode()
    forbidden = edges(config, "quant_engine")
    assert len(drifts) == len(forbidden) == len(set(forbidden))
    contracts = re.findall(r"^\[importlinter:contract:(.*)\]$", config, re.MULTILINE)
    # a cycle needs no forbidden edge, and the others are about tests
    expected = set(contracts) - {"kit", "siblings", "tests"}
    assert {edge.contract for edge in forbidden} == expected
    for form in FORMS:
        assert sum(f"-{form}-" in one for one in drifts) > len(drifts) / 5, form
