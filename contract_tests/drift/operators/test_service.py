"""Tests that the service's operators change everything in the contract, except what is listed here with its reason."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.drift.drifts import Drift, Files, edited
from contract_tests.drift.operators import OPERATORS
from contract_tests.drift.operators.bounds import bound_drifts
from contract_tests.drift.operators.imports import FORMS
from contract_tests.drift.operators.python import kebab
from contract_tests.drift.operators.rules import GUARDS, HOOK, OUTSIDE, PROJECT
from contract_tests.drift.operators.values import FIGURES
from contract_tests.drift.operators.wire_models import Wire, is_frame, wire
from contract_tests.drift.trees import snapshot
from contract_tests.layers import edges
from wirelaw.contract.document import Contract

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
        places = ("quant_engine/", PROJECT, HOOK)
        assert all(edit.file.startswith(places) for edit in drift.edits), drift.id
        for name, content in edited(files, drift.edits).items():
            # all are applied; parsing all of them would double the time
            if index % 4 == 0 and name.endswith(".py"):
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
    assert names - {"last_event_id", "lastEventId"} == {
        name
        for name in names
        if any(
            has(ids, "rename", f"{owner}.{name}")
            for owner in ("PageQuery", "JobsQuery", "LogQuery")
        )
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
    drops = {one.removeprefix("bound-drop-") for one in ids if one.startswith("bound-drop-")}
    # a pattern that a constant holds can only be dropped
    unmoved = {one for one in drops if not {f"bound-widen-{one}", f"bound-narrow-{one}"} <= ids}
    assert unmoved == {"response-meta-request-id-pattern"}


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
    assert len(names) == 12
    for what in ("drop", "rename", "unname", "repeat", "reorder"):
        assert {name for name in names if f"event-{what}-{name}" in ids} == names, what


def test_every_operation_is_changed_in_every_way(contract: Contract, ids: set[str]) -> None:
    names = {operation.name for operation in contract.operations()}
    #: events, a file and a stored report are not built with an envelope
    bare = {"stream_events", "stream_job_events", "stream_job_log"} | {
        "get_backtest",
        "get_backtest_trades",
    }
    for what in ("status", "method", "authentication", "envelope", "envelope-undeclared"):
        changed = {name for name in names if f"operation-{what}-{kebab(name)}" in ids}
        if what == "authentication":
            changed |= {"delete_job", "delete_model"}  # of a path that another operation has, too
        assert changed == (names - bare if "envelope" in what else names), what


def test_every_forbidden_edge_is_created_once_and_in_every_form(
    files: Files, ids: set[str]
) -> None:
    drifts = [one for one in ids if one.startswith("import-")]
    config = files[".importlinter"].decode()
    forbidden = edges(config, "quant_engine")
    assert len(drifts) == len(forbidden) == len(set(forbidden))
    contracts = re.findall(r"^\[importlinter:contract:(.*)\]$", config, re.MULTILINE)
    # a cycle needs no forbidden edge, and the others are about tests and about wirelaw
    others = {one for one in contracts if one.startswith("wirelaw")}
    expected = set(contracts) - others - {"kit", "siblings", "tests"}
    assert {edge.contract for edge in forbidden} == expected
    for form in FORMS:
        assert sum(f"-{form}-" in one for one in drifts) > len(drifts) / 5, form


def test_every_number_of_an_answer_is_rounded_and_in_another_unit(
    models: Wire, ids: set[str]
) -> None:
    found = [one for one in models.fields if models.shape(one).kind == "number"]
    # rules are echoed as they were requested
    numbers = {one.name for one in found} - {one.name for one in found if one.is_received}
    for what in FIGURES:
        changed = [one for one in ids if one.startswith(f"{what}-")]
        missing = {
            name
            for name in numbers
            if not any(re.search(rf"-{kebab(name)}(-\d+)?$", one) for one in changed)
        }
        assert missing == set(), what


def test_every_time_is_in_the_machine_s_zone_and_without_one(files: Files, ids: set[str]) -> None:
    service = [text for name, text in files.items() if name.startswith("quant_engine/")]
    n_times = sum(text.count(b"datetime.now(UTC)") for text in service)
    for what in ("machine", "local", "naive"):
        assert sum(one.startswith(f"time-{what}-") for one in ids) >= n_times, what


def test_every_filter_is_lost_with_the_cursor(contract: Contract, ids: set[str]) -> None:
    filters = {
        parameter["name"]
        for operation in contract.operations()
        for parameter in operation.parameters
        if parameter["in"] == "query"
    } - {"limit", "cursor", "last_event_id", "lastEventId"}
    assert filters == {"status", "job_type", "level"}
    for what in ("first", "later"):
        for place in ("routers-job-log-get-job-log", "jobs-job-log-page"):
            assert f"filter-{what}-api-{place}-level" in ids
    for name in filters - {"level"}:
        for what in ("first", "later"):
            for place in ("routers-jobs-list-jobs", "jobs-store-page", "services-backtests-page"):
                assert f"filter-{what}-api-{place}-{kebab(name)}" in ids


def test_every_write_that_begins_with_a_read_reads_before_the_lock(ids: set[str]) -> None:
    late = {one.removeprefix("lock-late-") for one in ids if one.startswith("lock-late-")}
    assert late == {
        *("api-jobs-store-submit", "api-jobs-store-submit-2", "api-jobs-store-request-cancel"),
        *("api-jobs-store-recover", "autopilot-paper-trader-trade"),
    }
    assert sum(one.startswith("lock-deferred-") for one in ids) == 3
    short = {"models-registry-delete", "models-registry-promote", "models-trainer-new-draft"}
    assert {one.removeprefix("lock-short-") for one in ids if "lock-short-" in one} == short


def test_every_stream_waits_when_it_has_more_to_send(ids: set[str]) -> None:
    waits = {one.removeprefix("wait-always-") for one in ids if one.startswith("wait-always-")}
    assert waits == {
        *(f"api-services-jobs-{one}-frames" for one in ("job", "all")),
        "api-services-job-log-frames",
    }


def test_every_rule_header_and_threshold_is_changed(
    contract: Contract, files: Files, ids: set[str]
) -> None:
    for file in GUARDS:
        assert any(re.match(rf"rule-\w+-{kebab(file.removesuffix('.py'))}-", one) for one in ids)
    sent = re.findall(r'"headers": \{"([\w-]+)"', json.dumps(contract.document))
    for name in {*sent, "X-Request-ID"}:
        assert any(re.search(rf"header-empty-.*-{kebab(name)}(-\d+)?$", one) for one in ids), name
    checks = re.findall(
        rb"^def check_(\w+)", files["quant_engine/api/services/tracker_checks.py"], re.MULTILINE
    )
    for check in checks:
        name = kebab("api-services-tracker-checks-check", check.decode())
        assert {f"threshold-{what}-{name}" for what in ("strict", "more", "less")} <= ids


def test_every_dependency_is_undeclared_and_every_module_loads_what_is_not_shipped(
    files: Files, ids: set[str]
) -> None:
    project = files[PROJECT].decode().partition("[dependency-groups]")[0]
    n_dependencies = len(re.findall(r'^ {4}"', project, re.MULTILINE))
    assert sum(one.startswith("build-project-") for one in ids) > n_dependencies
    for form in OUTSIDE:
        assert sum(one.startswith(f"outside-{form}-") for one in ids) > 15, form
