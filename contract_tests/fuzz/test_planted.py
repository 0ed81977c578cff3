"""Each fault that people make is found, and the first line says where it is and what to run."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from contract_tests.fuzz.doors import open_doors
from contract_tests.fuzz.pages import torn_pages
from contract_tests.fuzz.planting import Answer, Asked, Layer, planted
from contract_tests.fuzz.subject import Subject, subject
from contract_tests.fuzz.sweep import Size, run
from contract_tests.fuzz.unknown_ids import welcomed
from contract_tests.fuzz.wrong_types import conversions
from contract_tests.repository import committed

FEW = Size(examples=12, sequences=0, phases=("examples", "fuzzing"))
TOKEN = "s3cret"  # noqa: S105 - no secret


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    with subject(tmp_path_factory.mktemp("planted"), committed(), token=TOKEN) as served:
        # two pages at least
        served.furnish()
        yield served


def found(service: Subject, layer: Layer, operation: str, size: Size = FEW) -> list[str]:
    """Return the first lines of what is found with a fault."""
    with planted(service, layer) as faulty:
        return [fault.splitlines()[0] for fault in run(faulty, size, operation).faults]


def place_of(operation: str) -> str:
    return next(str(known) for known in committed().operations() if known.name == operation)


def status(answer: Answer) -> None:
    answer.status = 203 if answer.succeeded else answer.status


def error_as_200(answer: Answer) -> None:
    answer.status = 200


def error_as_data(answer: Answer) -> None:
    answer.body["data"] = {"error": "The signals cannot be read."}


def null_as_data(answer: Answer) -> None:
    answer.body["data"] = None


def bare(answer: Answer) -> None:
    answer.body = answer.body["data"]


def another_request(answer: Answer) -> None:
    answer.body["meta"]["request_id"] = "another"


def cached(answer: Answer) -> None:
    answer.headers["cache-control"] = "max-age=60"


def without_location(answer: Answer) -> None:
    answer.headers.pop("location", None)


def renamed(answer: Answer) -> None:
    if answer.succeeded:
        answer.body["data"]["message"] = answer.body["data"].pop("progress_message")


def retyped(answer: Answer) -> None:
    if answer.succeeded:
        answer.body["data"]["attempt"] = str(answer.body["data"]["attempt"])


def null_where_none_may_be(answer: Answer) -> None:
    if answer.succeeded:
        answer.body["data"]["created_at"] = None


def lenient(asked: Asked) -> None:
    if isinstance(asked.body, dict) and isinstance(asked.body.get("years"), bool):
        asked.body["years"] = int(asked.body["years"])


def other_default(asked: Asked) -> None:
    if isinstance(asked.body, dict):
        asked.body.setdefault("holding_period", 11)


def forgiving(asked: Asked) -> None:
    asked.query = "&".join(part for part in asked.query.split("&") if part.startswith("limit="))


def no_cursor(asked: Asked) -> None:
    asked.query = "&".join(part for part in asked.query.split("&") if "cursor" not in part)


def with_token(asked: Asked) -> None:
    kept = [header for header in asked.headers if header[0] != b"authorization"]
    asked.headers = [*kept, (b"authorization", f"Bearer {TOKEN}".encode())]


def without_done(chunk: bytes) -> bytes:
    return chunk.partition(b"event: done")[0].rpartition(b"id:")[0] if b"done" in chunk else chunk


def with_a_gap(chunk: bytes) -> bytes:
    return chunk.replace(b"event: done", b"event: status")


def renamed_event(chunk: bytes) -> bytes:
    return chunk.replace(b"event: status", b"event: message")


JOB = r"/api/jobs/[^/]+"
STREAM = r"/api/jobs/[^/]+/events"
FAULTS: list[tuple[str, Layer, str]] = [
    (
        "get_health",
        Layer("/api/system/health", answer=status),
        "status_code_conformance: Undocumented status code: Received: 203",
    ),
    ("get_model", Layer("/api/models/.+", answer=error_as_200), "envelope_law: /ok: status 200"),
    (
        "get_latest_signals",
        Layer("/api/signals/latest", answer=error_as_data),
        "response_schema_conformance: ",
    ),
    (
        "get_latest_signals",
        Layer("/api/signals/latest", answer=null_as_data),
        "it never answered with data",
    ),
    ("list_models", Layer("/api/models", answer=bare), "envelope_law: /: not an envelope"),
    (
        "get_data_mode",
        Layer("/api/system/data-mode", answer=another_request),
        "request_id: /meta/request_id: another",
    ),
    (
        "get_data_mode",
        Layer("/api/system/data-mode", answer=cached),
        "never_cached: Cache-Control: max-age=60",
    ),
    (
        "submit_train",
        Layer("/api/compute/train", answer=without_location),
        "response_headers_conformance: Missing required response headers: The",
    ),
    ("get_job", Layer(JOB, answer=renamed), "response_schema_conformance: /data"),
    ("get_job", Layer(JOB, answer=retyped), "response_schema_conformance: /data/attempt"),
    (
        "get_job",
        Layer(JOB, answer=null_where_none_may_be),
        "response_schema_conformance: /data/created_at",
    ),
    (
        "submit_backtest",
        Layer("/api/compute/backtest", ask=other_default),
        "accepted_as_sent: body/holding_period: the contract's default is 10, the job has 11",
    ),
    ("list_jobs", Layer("/api/jobs", ask=forgiving), "queries_are_read_strictly: query."),
    (
        "stream_job_events",
        Layer(STREAM, chunk=without_done),
        "streams_keep_their_laws: x-sse: end: it closed after status, not after done",
    ),
    (
        "stream_job_events",
        Layer(STREAM, chunk=renamed_event),
        "streams_keep_their_laws: x-sse: first: it begins with message",
    ),
]


@pytest.mark.parametrize(
    ("operation", "layer", "told"), FAULTS, ids=[fault[2][:50] for fault in FAULTS]
)
def test_a_fault_is_found(service: Subject, operation: str, layer: Layer, told: str) -> None:
    lines = found(service, layer, operation)
    start = f"fuzz: {place_of(operation)}: {told}"
    matching = [line for line in lines if line.startswith(start)]
    assert matching, "\n".join(lines) or "nothing was found"
    assert "run: " in matching[0]


def test_without_a_fault_nothing_is_found(service: Subject) -> None:
    operations = sorted({operation for operation, _, _ in FAULTS})
    assert not [fault for name in operations for fault in run(service, FEW, name).faults]


def test_a_stream_that_never_ends_is_not_taken_for_tested(service: Subject) -> None:
    once = Size(examples=1, sequences=0, phases=("examples",))
    (line,) = found(service, Layer(STREAM, ends=False), "stream_job_events", once)
    start = f"fuzz: {place_of('stream_job_events')}: x-sse/ends: none of its streams ended"
    assert line.startswith(start)
    assert "run: " in line


def test_an_unknown_id_that_is_answered_is_found(service: Subject) -> None:
    known = service.issued["backtest"]

    def guess(asked: Asked) -> None:
        asked.path = f"/api/jobs/{known}"

    layer = Layer(JOB, ask=guess)
    lines = found(service, layer, "get_job")
    start = f"fuzz: {place_of('get_job')}: unknown_ids_are_refused: path.job_id: 200 for "
    assert any(line.startswith(start) and "run: " in line for line in lines), lines
    with planted(service, layer) as faulty:
        _, told = welcomed(faulty)
    assert told
    assert all(line.startswith(f"fuzz: {place_of('get_job')}: path.job_id: ") for line in told)


def test_a_converted_value_is_found(service: Subject) -> None:
    with planted(service, Layer("/api/compute/predict", ask=lenient)) as faulty:
        _, told = conversions(faulty)
    start = f"fuzz: {place_of('submit_predict')}: body/years: true was accepted as 1"
    assert [line for line in told if line.startswith(start) and "run: " in line] == told
    assert told


def test_a_shadowed_route_is_found(service: Subject) -> None:
    async def read_signal(signal_id: str) -> dict[str, Any]:
        return {"signal_id": signal_id}

    app = service.app
    assert isinstance(app, FastAPI)
    route = APIRoute("/api/signals/{signal_id}", read_signal)
    app.router.routes.insert(0, route)
    try:
        lines = [fault.splitlines()[0] for fault in run(service, FEW, "get_latest_signals").faults]
    finally:
        app.router.routes.remove(route)
    start = f"fuzz: {place_of('get_latest_signals')}: "
    assert any(line.startswith(f"{start}envelope_law: /: not an envelope") for line in lines), lines


def test_a_door_that_stands_open_is_found(service: Subject) -> None:
    assert not open_doors(service)
    with planted(service, Layer("/api/models", ask=with_token)) as faulty:
        told = open_doors(faulty)
    assert told
    for line in told:
        assert line.startswith(f"fuzz: {place_of('list_models')}: Authorization: ")
        assert "is answered 200" in line
        assert "run: " in line


def test_a_page_that_repeats_is_found(service: Subject) -> None:
    assert not torn_pages(service)
    with planted(service, Layer("/api/jobs", ask=no_cursor)) as faulty:
        told = torn_pages(faulty)
    assert told
    for line in told:
        assert line.startswith(f"fuzz: {place_of('list_jobs')}: /data/next_cursor: by 1 a page")
        assert "run: " in line
