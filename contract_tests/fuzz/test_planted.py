"""Each planted fault is found, with its place and its code."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from contract_tests.fuzz import checks
from contract_tests.fuzz.pages import torn_pages
from contract_tests.fuzz.planting import JsonAnswer, Layer, SentRequest, planted
from contract_tests.fuzz.refusals import UNDECLARED, accepted_queries, unprotected
from contract_tests.fuzz.scenario import Scenario, open_scenario
from contract_tests.fuzz.sweep import Size, run
from contract_tests.fuzz.unknown_ids import accepted_unknown_ids
from contract_tests.fuzz.wrong_types import conversions
from contract_tests.repository import committed
from wirelaw.finding import Finding

FEW = Size(examples=12, sequences=0, phases=("examples", "fuzzing"))
TOKEN = "s3cret"  # noqa: S105 - no secret


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenario]:
    with open_scenario(tmp_path_factory.mktemp("planted"), committed(), token=TOKEN) as served:
        # two pages at least
        served.run_each_type()
        yield served


def found(service: Scenario, layer: Layer, operation: str, size: Size = FEW) -> list[Finding]:
    """Return what is found with a fault."""
    with planted(service, layer) as faulty:
        return run(faulty, size, operation).findings


def place_of(operation: str) -> str:
    return next(str(one) for one in committed().operations() if one.name == operation)


def paths_of(operation: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", place_of(operation).partition(" ")[2])


def status(answer: JsonAnswer) -> None:
    answer.status = 203 if answer.succeeded else answer.status


def error_as_200(answer: JsonAnswer) -> None:
    answer.status = 200


def error_as_data(answer: JsonAnswer) -> None:
    answer.body["data"] = {"error": "The signals cannot be read."}


def null_as_data(answer: JsonAnswer) -> None:
    answer.body["data"] = None


def bare(answer: JsonAnswer) -> None:
    answer.body = answer.body["data"]


def another_request(answer: JsonAnswer) -> None:
    answer.body["meta"]["request_id"] = "another"


def cached(answer: JsonAnswer) -> None:
    answer.headers["cache-control"] = "max-age=60"


def without_location(answer: JsonAnswer) -> None:
    answer.headers.pop("location", None)


def renamed(answer: JsonAnswer) -> None:
    if answer.succeeded:
        answer.body["data"]["message"] = answer.body["data"].pop("progress_message")


def retyped(answer: JsonAnswer) -> None:
    if answer.succeeded:
        answer.body["data"]["attempt"] = str(answer.body["data"]["attempt"])


def null_as_time(answer: JsonAnswer) -> None:
    if answer.succeeded:
        answer.body["data"]["created_at"] = None


def lenient(request: SentRequest) -> None:
    if isinstance(request.body, dict) and isinstance(request.body.get("years"), bool):
        request.body["years"] = int(request.body["years"])


def other_default(request: SentRequest) -> None:
    if isinstance(request.body, dict):
        request.body.setdefault("holding_period", 11)


def ignore_queries(request: SentRequest) -> None:
    request.query = "&".join(part for part in request.query.split("&") if part.startswith("limit="))


def no_cursor(request: SentRequest) -> None:
    request.query = "&".join(part for part in request.query.split("&") if "cursor" not in part)


def with_token(request: SentRequest) -> None:
    kept = [header for header in request.headers if header[0] != b"authorization"]
    request.headers = [*kept, (b"authorization", f"Bearer {TOKEN}".encode())]


def without_done(chunk: bytes) -> bytes:
    return chunk.partition(b"event: done")[0].rpartition(b"id:")[0] if b"done" in chunk else chunk


def renamed_event(chunk: bytes) -> bytes:
    return chunk.replace(b"event: status", b"event: message")


#: the operation, the part that its fault changes and how, and the place and the code of the finding
Fault = tuple[str, str, Callable[[Any], Any], str, str]
FAULTS: list[Fault] = [
    ("get_health", "answer", status, "", "undefined-status-code"),
    ("get_model", "answer", error_as_200, "/ok", "envelope-law"),
    ("get_latest_signals", "answer", error_as_data, "200 /data/", "json-schema-error"),
    ("get_latest_signals", "answer", null_as_data, "", "data-answered"),
    ("list_models", "answer", bare, "/", "envelope-law"),
    ("get_data_mode", "answer", another_request, "/meta/request_id", "request-id-returned"),
    ("get_data_mode", "answer", cached, "Cache-Control", "never-cached"),
    ("submit_train", "answer", without_location, "", "missing-headers"),
    ("get_job", "answer", renamed, "200 /data/", "json-schema-error"),
    ("get_job", "answer", retyped, "200 /data/attempt", "json-schema-error"),
    ("get_job", "answer", null_as_time, "200 /data/created_at", "json-schema-error"),
    ("submit_backtest", "request", other_default, "body/holding_period", "accepted-as-sent"),
    ("list_jobs", "request", ignore_queries, "query/", "queries-read-strictly"),
    ("stream_job_events", "chunk", without_done, "x-sse/last", "stream-laws"),
    ("stream_job_events", "chunk", renamed_event, "x-sse/first", "stream-laws"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]} {fault[-1]}")
def test_a_fault_is_found(service: Scenario, fault: Fault) -> None:
    operation, part, change, place, code = fault
    changes: dict[str, Any] = {part: change}
    findings = found(service, Layer(paths_of(operation), **changes), operation)
    start = f"{place_of(operation)} {place}".strip()
    matching = [one for one in findings if one.pointer.startswith(start) and one.code == code]
    assert matching, findings
    assert matching[0].part == "fuzz"


def test_a_stream_that_never_ends_is_not_counted_as_tested(service: Scenario) -> None:
    once = Size(examples=1, sequences=0, phases=("examples",))
    endless = Layer(paths_of("stream_job_events"), ends=False)
    (finding,) = found(service, endless, "stream_job_events", once)
    assert finding.pointer == f"{place_of('stream_job_events')} x-sse/ends"
    assert finding.code == "streams-read-whole"


def test_an_error_of_a_check_itself_is_found(
    service: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("job_id")

    monkeypatch.setattr(checks, "path_values", broken)
    findings = run(service, FEW, "get_job").findings
    errors = [one for one in findings if one.code == "engine-error"]
    assert errors, findings
    assert "KeyError: 'job_id'" in errors[0].found
    assert errors[0].fix.startswith("fix contract_tests/fuzz")


def test_an_answer_to_an_unknown_id_is_found(service: Scenario) -> None:
    job_id = service.issued["backtest"]

    def guess(request: SentRequest) -> None:
        if request.method == "GET":
            request.path = f"/api/jobs/{job_id}"

    layer = Layer(paths_of("get_job"), request=guess)
    place, code = f"{place_of('get_job')} path/job_id", "unknown-ids-refused"
    findings = found(service, layer, "get_job")
    assert (place, code) in [(one.pointer, one.code) for one in findings]
    with planted(service, layer) as faulty:
        _, accepted = accepted_unknown_ids(faulty)
    assert {(one.pointer, one.code) for one in accepted} == {(place, code)}


def test_a_converted_value_is_found(service: Scenario) -> None:
    with planted(service, Layer("/api/compute/predict", request=lenient)) as faulty:
        _, converted = conversions(faulty)
    assert {one.pointer for one in converted} == {f"{place_of('submit_predict')} body/years"}
    (first, *_) = converted
    assert first.expected.startswith("true is refused")
    assert (first.code, first.found) == ("types-read-strictly", "accepted as 1")


def test_a_shadowed_route_is_found(service: Scenario) -> None:
    async def read_signal(signal_id: str) -> dict[str, Any]:
        return {"signal_id": signal_id}

    app = service.app
    assert isinstance(app, FastAPI)
    route = APIRoute("/api/signals/{signal_id}", read_signal)
    app.router.routes.insert(0, route)
    try:
        findings = run(service, FEW, "get_latest_signals").findings
    finally:
        app.router.routes.remove(route)
    place = f"{place_of('get_latest_signals')} /"
    assert (place, "envelope-law") in [(one.pointer, one.code) for one in findings]


def test_an_operation_without_a_token_check_is_found(service: Scenario) -> None:
    with planted(service, Layer("/api/models", request=with_token)) as faulty:
        findings = unprotected(faulty)
    assert {one.pointer for one in findings} == {f"{place_of('list_models')} Authorization"}
    assert {one.code for one in findings} == {"auth-required"}
    assert all(one.found.startswith("200") for one in findings)


def test_an_accepted_query_that_is_not_declared_is_found(service: Scenario) -> None:
    with planted(service, Layer("/api/jobs", request=ignore_queries)) as faulty:
        (finding,) = accepted_queries(faulty)
    assert finding.pointer == f"{place_of('list_jobs')} query/{UNDECLARED}"
    assert (finding.code, finding.found) == ("queries-read-strictly", "200")


def test_a_list_that_repeats_its_items_is_found(service: Scenario) -> None:
    with planted(service, Layer("/api/jobs", request=no_cursor)) as faulty:
        (finding,) = torn_pages(faulty)
    assert finding.pointer == f"{place_of('list_jobs')} /data/next_cursor"
    assert finding.code == "pages-agree"
    assert "with 1 on a page" in finding.expected
