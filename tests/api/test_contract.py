"""The committed contract matches the service: every status, every shape, every operation."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from contract_tests.kit.examples import SUMMARY
from contract_tests.kit.service import client_of, idle_app, running
from contract_tests.repository import ROOT, committed
from quant_engine.api.errors import STATUS
from quant_engine.api.export import render
from quant_engine.api.main import create_app
from quant_engine.api.schemas.events import (
    PING_SECONDS,
    SLOW_READER_SECONDS,
    JobEvent,
    frame,
    publish,
)
from quant_engine.api.schemas.job_log import LogEvent
from quant_engine.api.schemas.jobs import JOB_RECORD, EventName, JobStatus, Transition
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode
from wirelaw.contract.document import METHODS, Contract, walk
from wirelaw.contract.validation import validator
from wirelaw.named_events import name_of

#: of the events that have no record
OTHER_PAYLOADS = {
    "reset": "Reset",
    "position": "Position",
    "deleted": "Deleted",
    "line": "LogLine",
    "skipped": "SkippedLines",
}
Found = dict[tuple[str, str], list[httpx.Response]]
UNKNOWN_JOB = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return committed()


# the document


def test_the_committed_contract_matches_the_code(tmp_path: Path) -> None:
    made = render(create_app(Settings(home=tmp_path)))
    committed = (ROOT / "openapi.json").read_text()
    assert committed == made, "run `quant-engine contract` and commit openapi.json"


def test_settings_do_not_change_the_contract(tmp_path: Path) -> None:
    # the same for every installation, or clients could not be generated from it
    plain = render(create_app(Settings(home=tmp_path)))
    other = Settings(home=tmp_path / "x", api_token="t", workers=3, max_queued=7)  # noqa: S106
    assert render(create_app(other)) == plain


async def test_the_service_serves_it(tmp_path: Path) -> None:
    app = idle_app(tmp_path / "home")
    async with client_of(app) as client:
        answer = await client.get("/openapi.json")
    assert answer.text == render(app)
    assert answer.headers["content-type"] == "application/json"


def test_it_is_openapi_3_2(contract: Contract) -> None:
    assert contract.document["openapi"] == "3.2.0"
    assert set(contract.document) <= {
        *("openapi", "info", "paths", "components", "security", "tags")
    }
    assert all(set(item) <= set(METHODS) for item in contract.document["paths"].values())
    names = [operation.content["operationId"] for operation in contract.operations()]
    assert len(set(names)) == len(names)
    for operation in contract.operations():
        path, parameters = operation.path, operation.parameters
        declared = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
        in_path = {part.strip("{}") for part in path.split("/") if part.startswith("{")}
        assert in_path == declared, path
        for parameter in parameters:
            assert parameter["in"] in {"path", "query", "header"}
            assert {"name", "schema"} <= set(parameter)
        for status, response in operation.responses.items():
            assert 200 <= int(status) < 600
            assert response["description"]


def test_its_schemas_are_valid_and_its_references_resolve(contract: Contract) -> None:
    for schema in contract.components.values():
        Draft202012Validator.check_schema(schema)
    nodes = [node for _, node in walk(contract.document, "")]
    used = {node["$ref"] for node in nodes if isinstance(node.get("$ref"), str)}
    declared = {f"#/components/schemas/{name}" for name in contract.components}
    assert used <= declared
    unions = ("JobEvent", "AnyJobEvent", "JobLogEvent")
    roots = {"Reset", *unions, *(f"{union}Name" for union in unions)}
    unused = {name.rpartition("/")[2] for name in declared - used} - roots
    assert unused == set()


def test_answers_declare_every_field_as_present(contract: Contract) -> None:
    schemas = contract.components
    for operation in contract.operations():
        responses = operation.responses
        content = responses.get("200", responses.get("202", {}))["content"]
        if "application/json" not in content:
            continue
        seen: set[str] = set()
        todo = [content["application/json"]["schema"]]
        while todo:
            for _, node in walk(todo.pop(), ""):
                name = str(node.get("$ref", "")).rpartition("/")[2]
                if name and name not in seen:
                    seen.add(name)
                    todo.append(schemas[name])
        for name in seen:
            assert set(schemas[name].get("properties", {})) == set(
                schemas[name].get("required", [])
            ), (operation, name)


def test_error_codes_are_one_closed_set_with_one_status_each(contract: Contract) -> None:
    assert set(STATUS) == set(ErrorCode)
    assert contract.components["ErrorCode"]["enum"] == [str(c) for c in ErrorCode]
    for operation in contract.operations():
        for status, response in operation.responses.items():
            if int(status) >= 400:
                named = [code.strip("`") for code in response["description"].split(", ")]
                assert {STATUS[ErrorCode(code)] for code in named} == {int(status)}, operation
                assert list(response["content"]) == ["application/json"]
            assert response["headers"]["X-Request-ID"]["required"] is True


def test_streams_carry_their_frames_and_their_laws(contract: Contract) -> None:
    names = {}
    for operation in contract.operations():
        path = operation.path
        assert operation.streams is path.endswith("/events")
        if operation.item_schema is None:
            continue
        content = operation.responses["200"]["content"]
        assert (list(content), operation.method) == (["text/event-stream"], "get")
        union = operation.item_schema["$ref"].rpartition("/")[2]
        names[path] = list(operation.events)
        laws = operation.content["x-sse"]
        assert contract.components[f"{union}Name"]["enum"] == names[path] == laws["events"]
        # the routes do what the laws declare
        assert laws["ping"]["seconds_at_most"] >= PING_SECONDS
        assert laws["slow_reader_seconds"] == SLOW_READER_SECONDS
        for event, frame_schema in operation.events.items():
            payload = OTHER_PAYLOADS.get(event, "JobRecord")
            data = frame_schema["properties"]["data"]
            assert data["contentSchema"]["$ref"] == f"#/components/schemas/{payload}"
    assert names["/api/jobs/{job_id}/events"] == list(EventName)
    assert names["/api/jobs/{job_id}/log/events"] == [*LogEvent, EventName.DONE]
    assert set(names["/api/events"]) == {
        *EventName,
        "position",
        "deleted",
        "reset",
    } - {EventName.DONE}
    laws = contract.document["paths"]["/api/jobs/{job_id}/events"]["get"]["x-sse"]
    assert set(laws["terminal"]) == {"completed", "failed", "cancelled"}
    assert (laws["last"], laws["ends"]) == ("done", True)


def test_optional_fields_have_a_default(contract: Contract) -> None:
    for operation in contract.operations():
        for parameter in operation.parameters:
            assert parameter.get("required") or "default" in parameter["schema"], operation
        if operation.request_schema is not None:
            request = contract.resolve(operation.request_schema)
            assert request["additionalProperties"] is False
            for name, field in request["properties"].items():
                assert name in request.get("required", []) or "default" in field, (operation, name)


def test_only_events_of_the_contract_are_published(contract: Contract) -> None:
    queued = JOB_RECORD.validate_python(queued_job())
    of_queued = {each.event for each in Transition if each.after is JobStatus.QUEUED}
    for event in of_queued:
        assert json.loads(publish(event, queued))["status"] == "queued"
    for event in set(EventName) - of_queued:
        # a queued job made no progress and did not end, and `done` is never logged
        with pytest.raises(ValidationError):
            publish(event, queued)
    for kind in get_args(JobEvent):
        assert f"event: {name_of(kind)}\n".encode() in frame(id=1, event=name_of(kind), data="{}")
    with pytest.raises(ValueError, match="paused"):
        frame(id=1, event="paused", data="{}")
    payload = contract.components["StatusEvent"]["properties"]["data"]
    validator(contract, payload["contentSchema"]).validate(
        json.loads(publish(EventName.STATUS, queued))
    )


def queued_job() -> dict[str, Any]:
    nulls = ("started_at", "completed_at", "progress_message", "result", "error")
    return {
        **dict.fromkeys(nulls),
        "job_id": UNKNOWN_JOB,
        "job_type": "train",
        "status": "queued",
        "params": {},
        "created_at": "2026-01-01T00:00:00Z",
        "cancel_requested": False,
        "progress": 0.0,
        "attempt": 0,
        "revision": 0,
    }


# the responses of the service


async def answers(app: FastAPI, client: httpx.AsyncClient) -> Found:
    """Send valid and invalid requests to every operation; return the responses by operation of the contract."""
    found: Found = {}
    finished = (await client.post("/api/compute/backtest", json={})).json()["data"]["job_id"]
    store = app.state.services.store
    await store.succeed(await store.claim_next(), SUMMARY.model_dump_json())
    final = (await client.get(f"/api/jobs/{finished}")).json()["data"]["revision"]
    waiting = (await client.post("/api/compute/backtest", json={})).json()["data"]["job_id"]
    paths = app.openapi()["paths"]
    done = {"Last-Event-ID": str(final + 1)}
    over = await client.get(f"/api/jobs/{finished}/events", headers=done)
    found["/api/jobs/{job_id}/events", "get"] = [over]
    operations = [(path, method) for path, methods in paths.items() for method in methods]
    # a job that is deleted has no more answers
    for path, method in sorted(operations, key=lambda one: one[1] == "delete"):
        jobs = (finished, waiting, UNKNOWN_JOB)
        calls = found.setdefault((path, method), [])
        places = [path.format(job_id=job, version="v0") for job in jobs]
        for place in dict.fromkeys(places):
            for headers in (
                {"Host": "evil.example"},
                {"Origin": "http://evil.example"} if method == "post" else {"Host": ""},
            ):
                calls.append(await client.request(method, place, headers=headers, json={}))
            calls.append(await client.request(method, place, params={"unknown": 1}, json={}))
            if path.endswith("/events") and (path == "/api/events" or waiting in place):
                # a stream does not end
                calls.append(await client.head(place))
                continue
            calls.append(await client.request(method, place, json={}))
            if method == "post":
                for body in (b"", b"{", b"[]", b'{"years": 0}', b" " * 1_000_001):
                    json_type = {"Content-Type": "application/json"}
                    calls.append(await client.post(place, content=body, headers=json_type))
                calls.append(await client.post(place, content=b"{}"))
                calls.append(await client.post(place, json={"tickers": ["ZZZ"]}))
                calls.append(await client.post(place, json={"version": "v0"}))
                calls.append(await client.post(place, json={}, headers={"Idempotency-Key": " "}))
            else:
                large = {"Content-Length": "5000000"}
                calls.append(await client.request(method, place, headers=large))
    return found


async def test_every_answer_is_declared_and_has_the_declared_shape(
    tmp_path: Path, contract: Contract
) -> None:
    app = idle_app(tmp_path / "home", max_queued=3)
    guarded = idle_app(tmp_path / "guarded", api_token="t")  # noqa: S106
    seen = set()
    async with running(app) as service, client_of(guarded) as stranger:
        found = await answers(app, service.client)
        for operation in contract.operations():
            path = operation.path
            found[path, operation.method].append(
                await stranger.request(operation.method, path, json={})
            )
    for operation in contract.operations():
        path, responses = operation.path, found[operation.path, operation.method]
        for response in responses:
            status = str(response.status_code)
            seen.add(status)
            assert status in operation.responses, (path, response.text)
            declared = operation.responses[status]
            for name, header in declared["headers"].items():
                if header["required"] or name in response.headers:
                    validator(contract, header["schema"]).validate(response.headers[name])
            if not declared.get("content"):
                assert response.content == b""
                continue
            media_type = response.headers["content-type"].partition(";")[0]
            assert media_type in declared["content"], (path, status)
            if media_type == "application/json":
                schema = declared["content"][media_type]["schema"]
                problems = [
                    problem.message
                    for problem in validator(contract, schema).iter_errors(response.json())
                ]
                assert problems == [], (path, response.text)
                error = response.json()["error"]
                if error is not None:
                    assert f"`{error['code']}`" in declared["description"], path
    assert seen >= {"200", "202", "204", "400", "401", "403", "404", "409", "413", "415", "421"}
    assert seen >= {"422", "429", "503"}
    assert "500" not in seen


HEAVY = """
import asyncio, sys
from pathlib import Path
from quant_engine.api.main import create_app
from quant_engine.api.schemas.jobs import JobType
from quant_engine.config import Settings
from contract_tests.kit.service import client_of
from contract_tests.kit.serve import job_types

async def main():
    types = job_types(*(f"{kind}=succeed" for kind in JobType))
    app = create_app(Settings(home=Path(sys.argv[1]), workers=1), job_types=types)
    service = app.state.service
    async with service.lifespan(app), client_of(app) as client:
        first = await client.post("/api/compute/backtest", json={})
        assert first.status_code in {202, 503}, first.text
        job = first.json()["data"]["job_id"] if first.status_code == 202 else "none"
        endless = asyncio.create_task(client.get("/api/events"))
        for path, methods in sorted(app.openapi()["paths"].items()):
            for method in methods:
                if path != "/api/events":
                    place = path.format(job_id=job, version="v0")
                    await client.request(method, place, json={})
        service.drain()
        await endless
    heavy = {"numpy", "pandas", "sklearn", "lightgbm", "pyarrow", "scipy", "skops", "skfolio"}
    print(sorted(heavy & set(sys.modules)))

asyncio.run(main())
"""


def test_the_process_of_the_service_loads_no_research_library(
    tmp_path: Path, run_python: Callable[..., str]
) -> None:
    assert run_python(HEAVY, tmp_path / "home") == "[]"


def test_bounds_are_keywords_of_json_schema() -> None:
    # clients ignore pydantic's own names for bounds
    text = (ROOT / "openapi.json").read_text()
    assert re.findall(r'"(?:ge|gt|le|lt|multiple_of|min_length|max_length)":', text) == []
