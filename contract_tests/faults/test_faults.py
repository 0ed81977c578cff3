"""Every operation with each of its dependencies broken; and a planted fault for each way in which this check fails."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from contract_tests.conftest import Summarise
from contract_tests.faults.breaking import Report, break_each
from contract_tests.faults.tolerated import TOLERATED, Outcome, Tolerated
from contract_tests.kit.faults import GARBAGE, file_a_folder
from contract_tests.kit.homes import FilledService, filled
from contract_tests.repository import committed
from quant_engine.api.jobs.log import JobEvents
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import Conflict, Unavailable
from quant_engine.models.registry import ModelRegistry
from wirelaw.contract.document import Operation
from wirelaw.finding import Finding, check
from wirelaw.running.asgi import request

BY_NAME = {operation.name: operation for operation in committed().operations()}


async def broken(
    service: FilledService,
    name: str,
    *,
    tolerated: tuple[Tolerated, ...] = TOLERATED,
    below: str = "",
) -> Report:
    return await break_each(service, [BY_NAME[name]], tolerated, below=below, enough=1)


def first(report: Report) -> Finding:
    assert report.findings, "nothing was found"
    finding = report.findings[0]
    assert finding.part == "faults"
    return finding


# the service


async def test_each_broken_dependency_is_reported(
    service: FilledService, summarise: Summarise
) -> None:
    report = await break_each(service, committed().operations(), TOLERATED)
    check(report.findings)
    # each operation needs something
    assert set(report.broken) == set(BY_NAME)
    unused = [one for one in TOLERATED if one not in report.used]
    file = "contract_tests/faults/tolerated.py"
    check(
        Finding("faults", f"{file} {one.requests}", "stale-entry", one.faults, "none", "remove it")
        for one in unused
    )
    places = {place for found in report.broken.values() for place in found}
    explored = f"{len(report.broken)} operations x {len(places)} places, {report.n_faults} faults"
    summarise("faults", explored)


async def test_head_fails_where_get_does(service: FilledService) -> None:
    reading = [operation for operation in committed().operations() if operation.method == "get"]
    async with GARBAGE.broken(service), file_a_folder("models/registry.json").broken(service):
        for operation in reading:
            path = service.fill(operation.path)
            answers = [await request(service.app, method, path) for method in ("GET", "HEAD")]
            assert answers[0].status == answers[1].status, operation
            assert answers[1].body == b"", operation


async def test_a_process_that_cannot_describe_the_prices_is_reported(tmp_path: Path) -> None:
    async with filled(tmp_path) as plain:
        (plain.prices / "AAA.csv").write_bytes(b"\xff\x00 no prices")
        answer = await plain.client.get("/api/system/data-mode")
    assert answer.status_code == 503
    assert "AAA.csv is damaged" in answer.json()["error"]["message"]


async def test_the_age_of_a_model_on_demo_data_needs_their_description(tmp_path: Path) -> None:
    async with filled(tmp_path, "demo") as demo:
        file = demo.file("data/demo.json")
        file.parent.mkdir()
        file.write_bytes(b"{")
        answer = await demo.client.get("/api/system/model-age")
    assert answer.status_code == 503
    assert "Remove it" in answer.json()["error"]["message"]


# planted


async def test_a_handler_that_swallows_the_error_fails(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = service.store
    page = store.page

    async def swallow(**filters: Any) -> Any:
        try:
            return await page(**filters)
        except Exception:  # noqa: BLE001 - the fault that is planted
            return [], None

    monkeypatch.setattr(store, "page", swallow)
    finding = first(await broken(service, "list_jobs"))
    assert finding.pointer == "GET /api/jobs: the database is garbage"
    assert finding.code == "fault-hidden"
    assert finding.found.startswith("200, ok: true")


@pytest.mark.parametrize(
    ("raised", "code", "shown"),
    [
        (RuntimeError("unexpected"), "unexpected-error", "500"),
        (Conflict("Try again."), "undeclared-status", "409"),
        (Unavailable("Restore /srv/home/models."), "message-leaks", "'/srv/home/models."),
        (Unavailable("SELECT job_id: try again."), "message-leaks", "'SELECT j"),
        (Unavailable("It is damaged."), "message-without-advice", "It is damaged."),
    ],
)
async def test_an_answer_that_is_no_declared_refusal_fails(
    service: FilledService,
    monkeypatch: pytest.MonkeyPatch,
    raised: Exception,
    code: str,
    shown: str,
) -> None:
    get = ModelRegistry.get

    def refuse(registry: ModelRegistry, version: str) -> Any:
        try:
            return get(registry, version)
        except Unavailable:
            raise raised from None

    monkeypatch.setattr(ModelRegistry, "get", refuse)
    finding = first(await broken(service, "get_model", below="models/"))
    assert finding.pointer.startswith("GET /api/models/{version}: models/v1/manifest.json ")
    assert finding.code == code
    assert finding.found.startswith(shown)


async def test_a_stream_that_claims_the_end_of_its_job_fails(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = service.parts.log
    read_job, has_events_since = log.read_job, log.has_events_since

    async def claim_done(job_id: str, after: int, version: int) -> Any:
        try:
            return await read_job(job_id, after, version)
        except Exception:  # noqa: BLE001 - the fault that is planted
            return JobEvents((), after, "{}")

    async def claim_kept(job_id: str, after: int) -> Any:
        try:
            return await has_events_since(job_id, after)
        except Exception:  # noqa: BLE001 - likewise
            return True

    monkeypatch.setattr(log, "read_job", claim_done)
    monkeypatch.setattr(log, "has_events_since", claim_kept)
    finding = first(await broken(service, "stream_job_events", below="job_events"))
    assert finding.pointer.startswith("GET /api/jobs/{job_id}/events, last-event-id: ")
    assert (finding.code, finding.found) == ("stream-claims-the-end", "done")


async def test_a_refusal_that_queues_the_work_fails(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute = service.app.state.services.compute
    submit = compute.submit

    async def queue_first(job_type: JobType, parameters: Any, key: str | None) -> Any:
        await service.store.submit(job_type, parameters.model_dump_json())
        return await submit(job_type, parameters, key)

    monkeypatch.setattr(compute, "submit", queue_first)
    finding = first(await broken(service, "submit_train", below="data/"))
    assert (finding.code, finding.found) == ("refused-and-queued", "3 jobs became 4")


def _planted(service: FilledService, path: str, answer: Any) -> Operation:
    """Serve a new route, and declare it as the list of jobs is declared."""
    app: FastAPI = service.app
    app.get(path)(answer)
    # before the page, which answers every other path
    app.router.routes.insert(0, app.router.routes.pop())
    content = json.loads(json.dumps(BY_NAME["get_latest_cycle"].content))
    content["responses"]["200"]["content"]["application/json"]["schema"] = {"type": "object"}
    content["operationId"] = "get_portfolio"
    return Operation(path, "get", content, committed())


async def test_a_new_route_that_ignores_a_missing_file_fails(service: FilledService) -> None:
    file = service.file("portfolio.json")
    file.write_text('{"cash": 1.5}')

    async def get_portfolio() -> ApiSuccess[dict[str, float]]:
        try:
            return ApiResponse.success({"cash": json.loads(file.read_text())["cash"]})
        except (OSError, ValueError, KeyError, TypeError):
            return ApiResponse.success({})

    operation = _planted(service, "/api/portfolio", get_portfolio)
    report = await break_each(service, [operation], TOLERATED)
    assert report.broken == {"get_portfolio": {"portfolio.json"}}
    finding = first(report)
    assert finding.pointer == "GET /api/portfolio: portfolio.json is gone"
    assert finding.code == "fault-hidden"


async def test_a_new_route_with_an_unknown_dependency_fails(
    service: FilledService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "rates.json"
    elsewhere.write_text("{}")

    async def get_portfolio() -> ApiSuccess[dict[str, float]]:
        return ApiResponse.success(json.loads(elsewhere.read_text()))

    finding = first(await break_each(service, [_planted(service, "/api/portfolio", get_portfolio)]))
    assert finding.pointer == "GET /api/portfolio: nothing is broken"
    assert finding.code == "unknown-dependency"
    assert finding.found.endswith("rates.json")


async def test_a_new_route_without_an_example_fails(service: FilledService) -> None:
    content = BY_NAME["get_model"].content
    parameters = [{"name": "portfolio", "in": "path", "required": True}]
    declared = {**content, "parameters": parameters}
    planted = Operation("/api/portfolios/{portfolio}", "get", declared, committed())
    finding = first(await break_each(service, [planted], TOLERATED))
    assert finding.pointer == "GET /api/portfolios/{portfolio} path/portfolio"
    assert (finding.code, finding.found) == ("no-request-example", "No example for this request")


async def test_a_fault_that_is_not_tolerated_fails(service: FilledService) -> None:
    finding = first(await broken(service, "get_model_age", tolerated=()))
    assert finding.pointer == "GET /api/system/model-age: models/registry.json is gone"
    assert finding.code == "fault-hidden"


async def test_a_fault_with_another_outcome_than_tolerated_fails(service: FilledService) -> None:
    lenient = Tolerated("list_models", ".* is gone", "planted", Outcome.AS_BEFORE)
    finding = first(await broken(service, "list_models", tolerated=(lenient, *TOLERATED)))
    assert (finding.code, finding.expected) == ("answer-changed", "the same answer (planted)")
