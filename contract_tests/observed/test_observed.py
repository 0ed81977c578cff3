"""The steps show everything that the contract declares, and nothing else; a point without an answer is found."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import JSONResponse

from contract_tests.conftest import Summarise
from contract_tests.exceptions import is_test, read_exceptions, unexcused
from contract_tests.kit.service import idle_app, running
from contract_tests.observed import scenario, steps_jobs, steps_results
from contract_tests.observed.check import read_rare, really_seen, unseen
from contract_tests.observed.recorder import Recorder
from contract_tests.repository import committed
from quant_engine.config import Settings
from quant_engine.domain.work import DataMode
from wirelaw.contract.document import Contract
from wirelaw.finding import check
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer
from wirelaw.running.points import declared

Observed = dict[str, Recorder]
NO_STEP = {scenario.RECORDED, scenario.WRITTEN}
#: an import of these modules registers their steps
STEP_MODULES = (scenario, steps_jobs, steps_results)


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    logging.disable(logging.CRITICAL)
    yield asyncio.run(scenario.observe(tmp_path_factory.mktemp("observed"), committed()))
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def real(observed: Observed) -> set[str]:
    written, recorded = observed[scenario.WRITTEN].seen, observed[scenario.RECORDED].seen
    return points_of(observed, {*observed} - NO_STEP - scenario.MADE_UP) - written | recorded


@pytest.fixture(scope="module")
def made_up(observed: Observed) -> set[str]:
    return points_of(observed, {*scenario.MADE_UP, scenario.WRITTEN})


@pytest.fixture(scope="module")
def seen(real: set[str], made_up: set[str]) -> set[str]:
    return really_seen(committed(), real, made_up, read_rare())


def points_of(observed: Observed, names: Iterable[str]) -> set[str]:
    return set().union(*(observed[name].seen for name in names))


# the service


def test_everything_declared_was_seen(seen: set[str], summarise: Summarise) -> None:
    check(unexcused("observed", unseen(committed(), seen), read_exceptions()))
    words = list(declared(committed()).values())
    figures = {
        "statuses": sum(" answers " in one for one in words),
        "events": sum(" sends the event " in one for one in words),
        "members": sum(one.startswith("the member ") for one in words),
        "variants and nulls": sum(one.startswith("the variant ") for one in words),
    }
    shown = ", ".join(f"{count} {name}" for name, count in figures.items())
    summarise("observed", f"{shown}: {len(seen)} of {len(words)} points seen")


def test_nothing_else_was_seen(observed: Observed, seen: set[str]) -> None:
    check(finding for recorder in observed.values() for finding in recorder.findings)
    assert seen <= declared(committed()).keys()


def test_every_step_shows_what_no_other_does(observed: Observed) -> None:
    steps = {*observed} - NO_STEP
    idle = [
        name
        for name in sorted(steps)
        # a made-up answer does not replace a real one
        if observed[name].seen
        <= points_of(
            observed, (steps if name in scenario.MADE_UP else steps - scenario.MADE_UP) - {name}
        )
    ]
    assert not idle, f"contract_tests/observed: no step needs {', '.join(idle)}"


def test_each_rare_point_is_made_up_and_has_a_test(real: set[str], made_up: set[str]) -> None:
    points = declared(committed())
    assert sorted({points[pointer] for pointer in made_up - real}) == sorted(read_rare())
    for test in read_rare().values():
        assert is_test(test), test


def test_a_made_up_point_that_is_not_rare_is_reported(real: set[str], made_up: set[str]) -> None:
    some = "the member 'decayed' of ScoreDecision.outcome"
    missing = unseen(committed(), really_seen(committed(), real, made_up, {*read_rare()} - {some}))
    assert [one for one in missing if one.expected.startswith(some)]


def test_the_data_mode_of_an_answer_is_always_known(tmp_path: Path) -> None:
    # docs/wire.md allows null where it is unknown; every present source has one
    for source, prices in (("demo", None), ("files", tmp_path)):
        settings = Settings(home=tmp_path, data_source=source, data_path=prices)
        assert settings.workspace.data_mode in DataMode.__args__  # type: ignore[attr-defined]


# planted: the steps


def test_a_missing_step_is_found(observed: Observed) -> None:
    # each step has its own recorder
    taken = [recorder for name, recorder in observed.items() if name != "when_the_queue_is_full"]
    missing = unseen(committed(), set().union(*(recorder.seen for recorder in taken)))
    places = [one.pointer for one in missing]
    assert "/paths/~1api~1compute~1train/post/responses/429" in places
    assert [one for one in missing if one.expected.startswith("the member 'queue_full' of Error")]


# planted: the contract


def _status(document: dict[str, Any]) -> str:
    responses = document["paths"]["/api/jobs"]["get"]["responses"]
    responses["409"] = responses["503"]
    return "/paths/~1api~1jobs/get/responses/409"


def _member(document: dict[str, Any]) -> str:
    document["components"]["schemas"]["JobStatus"]["enum"].append("paused")
    return "/components/schemas/JobStatus/enum/5"


def _nullable(document: dict[str, Any]) -> str:
    metrics = document["components"]["schemas"]["Metrics"]["properties"]
    metrics["exposure"] = {"anyOf": [metrics["exposure"], {"type": "null"}]}
    return "/components/schemas/Metrics/properties/exposure/anyOf/1"


def _nullable_as_a_list_of_types(document: dict[str, Any]) -> str:
    metrics = document["components"]["schemas"]["Metrics"]["properties"]
    metrics["exposure"]["type"] = ["number", "null"]
    return "/components/schemas/Metrics/properties/exposure/type/1"


def _variant(document: dict[str, Any]) -> str:
    schemas = document["components"]["schemas"]
    schemas["TuneJob"] = deepcopy(schemas["TrainJob"])
    schemas["TuneJob"]["properties"]["job_type"]["const"] = "tune"
    schemas["JobRecord"]["oneOf"].append({"$ref": "#/components/schemas/TuneJob"})
    return "/components/schemas/JobRecord/oneOf/4"


def _event(document: dict[str, Any]) -> str:
    schemas = document["components"]["schemas"]
    schemas["PausedEvent"] = deepcopy(schemas["StatusEvent"])
    schemas["PausedEvent"]["properties"]["event"]["const"] = "paused"
    frames = schemas["AnyJobEvent"]["oneOf"]
    frames.append({"$ref": "#/components/schemas/PausedEvent"})
    items = "/paths/~1api~1events/get/responses/200/content/text~1event-stream/itemSchema"
    return f"{items}/oneOf/{len(frames) - 1}"


@pytest.mark.parametrize(
    "plant", [_status, _member, _nullable, _nullable_as_a_list_of_types, _variant, _event]
)
def test_a_declared_point_without_an_answer_is_found(
    seen: set[str], plant: Callable[[dict[str, Any]], str]
) -> None:
    document = committed().copy().document
    pointer = plant(document)
    missing = unseen(Contract(document), seen)
    (found,) = [one for one in missing if one.pointer == pointer]
    assert (found.part, found.code) == ("observed", "never-seen")


# planted: the service


@pytest.mark.parametrize(
    ("answer", "place", "code"),
    [
        (Answer(418, {"content-type": "application/json"}, b"{}"), "418", "undeclared-status"),
        (Answer(200, {"content-type": "text/html"}, b"<p>"), "200", "undeclared-media-type"),
        (Answer(200, {"content-type": "application/json"}, b"{}"), "200 /ok", "missing-field"),
        (Answer(200, {"content-type": "application/json"}, b"<p>"), "200", "not-json"),
    ],
)
def test_an_undeclared_answer_is_found(answer: Answer, place: str, code: str) -> None:
    recorder = Recorder(committed())
    recorder.add("GET", "/api/jobs", answer)
    (finding,) = recorder.findings
    assert (finding.pointer, finding.code) == (f"GET /api/jobs {place}", code)


def test_an_undeclared_event_is_found() -> None:
    recorder = Recorder(committed())
    body = b'id: 1\nevent: paused\ndata: {}\n\nid: 2\nevent: status\ndata: {"job_id": 7}\n\n'
    recorder.add("GET", "/api/events", Answer(200, {"content-type": "text/event-stream"}, body))
    first, second = recorder.findings
    assert first.pointer == "GET /api/events 200"
    assert (first.code, first.found) == ("undeclared-event", "paused")
    assert second.code in {"missing-field", "invalid-value"}


async def test_the_member_of_a_union_that_was_meant_is_named(tmp_path: Path) -> None:
    app, recorder = idle_app(tmp_path / "home"), Recorder(committed())
    async with running(app) as service:
        body = (await service.client.post("/api/compute/train", json={})).json()
    body["data"]["attempt"] = "1"
    answer = Answer(202, {"content-type": "application/json"}, json.dumps(body).encode())
    recorder.add("POST", "/api/compute/train", answer)
    (finding,) = recorder.findings
    assert finding.pointer == "POST /api/compute/train 202 /data/attempt"
    assert (finding.expected, finding.found) == ("type: integer", '"1"')


# the recorder


async def test_the_recorder_records_clients_of_every_kind(tmp_path: Path) -> None:
    app, recorder = idle_app(tmp_path / "home"), Recorder(committed())
    async with running(app):
        transport = httpx.ASGITransport(recorder.around(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            assert (await client.get("/api/jobs")).status_code == 200
            assert (await client.head("/api/jobs")).status_code == 200
        assert (await request(recorder.around(app), "GET", "/api/events")).status == 200
    assert recorder.findings == []
    assert "/paths/~1api~1jobs/get/responses/200" in recorder.seen
    assert "/paths/~1api~1events/get/responses/200" in recorder.seen


async def test_an_error_of_no_operation_must_be_an_envelope() -> None:
    app, recorder = FastAPI(), Recorder(committed())
    app.add_route("/api/elsewhere", lambda _: JSONResponse({"detail": "Not Found"}, 404))
    await request(recorder.around(app), "GET", "/api/elsewhere")
    assert recorder.findings[0].pointer.startswith("GET /api/elsewhere 404 /")


async def test_an_error_of_the_recorder_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("const")

    app, recorder = idle_app(tmp_path / "home"), Recorder(committed())
    monkeypatch.setattr(recorder, "_see", broken)
    async with running(app):
        answer = await request(recorder.around(app), "GET", "/api/jobs")
    assert (answer.status, answer.crash) == (200, "")
    (finding,) = recorder.findings
    assert (finding.pointer, finding.code) == ("GET /api/jobs", "recorder-error")
    assert finding.found.startswith("KeyError: 'const' in ")
    assert finding.fix.startswith("this is an error of the gate")
