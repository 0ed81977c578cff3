"""Each bound of the contract is met and passed by one, and the largest record is as large as it may be."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.edges.bounds import body_drifts, bound_drifts, cases
from contract_tests.edges.history import result_of, result_schema
from contract_tests.edges.values import WIDE, at_maximum, fullest
from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.repository import committed
from quant_engine.api import access
from quant_engine.api.jobs import worker
from quant_engine.api.jobs.worker import Call, Finished, Raised, execute
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas import compute
from quant_engine.api.schemas.jobs import MAX_RECORD_BYTES, JobType
from quant_engine.domain.errors import ErrorCode
from wirelaw.contract.document import Contract, Node
from wirelaw.finding import Drifted, Finding, check
from wirelaw.running.asgi import request

MOST_BYTES = 1_000_000  #: of a body; docs/wire.md, `body_too_large`
RECORD_BYTES = 16_384  #: docs/wire.md, "A record has 16 kB at most"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    app = idle_app(tmp_path / "home", max_queued=10_000)
    async with running(app) as service:
        yield service


async def test_each_bound_is_met_and_passed(service: RunningService, summarise: Summarise) -> None:
    every = list(cases(committed()))
    check([finding async for finding in bound_drifts(service.app, iter(every))])
    assert {case.keyword for case in every} >= {"maximum", "maxItems", "maxLength", "pattern"}
    summarise("edges", f"{len(every)} values at a bound and one above")


async def test_a_bound_that_is_one_lower_is_found(service: RunningService) -> None:
    contract = committed().copy()
    body = contract.components["BacktestRequest"]["properties"]
    body["max_positions"]["maximum"] = 501
    body["holding_period"]["maximum"] = 251
    found = [finding async for finding in bound_drifts(service.app, cases(contract))]
    assert sorted(finding.pointer.rpartition("/")[2] for finding in found) == [
        "holding_period maximum",
        "max_positions maximum",
    ]


async def test_a_body_has_its_largest_size(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [one for one in committed().operations() if one.method == "post"]
    found = [f for one in posts async for f in body_drifts(service.app, one, MOST_BYTES)]
    check(found)
    monkeypatch.setattr(access, "MAX_BODY_BYTES", MOST_BYTES - 1)
    assert [f.code async for f in body_drifts(service.app, posts[0], MOST_BYTES)] == [
        "bound-not-kept"
    ]


@pytest.mark.parametrize("size", [10, 18, 19, 128, 4_000, 60_000])
async def test_an_event_id_of_any_length_begins_anew(service: RunningService, size: int) -> None:
    job_id = (await service.store.submit(JobType.TRAIN, "{}")).job_id
    for path in (f"/api/jobs/{job_id}/events", "/api/events"):
        for value in ("9" * size, "0" * size, f"{'0' * 12}.{'9' * size}"):
            by_header = request(service.app, "GET", path, headers={"last-event-id": value})
            by_query = request(service.app, "GET", path, query={"last_event_id": value})
            for answer in (await by_header, await by_query):
                assert (answer.status, answer.events[-1].event) == (200, "status"), value[:40]
                assert not answer.crash


# the largest record


def unbounded(contract: Contract) -> set[str]:
    """Return the lists of parameters and results that may have any number of items."""
    found: set[str] = set()

    def visit(schema: Node, place: str) -> None:
        real = contract.resolve(schema)
        if real.get("type") == "array" and "maxItems" not in real:
            found.add(place)
        for name, inner in real.get("properties", {}).items():
            visit(inner, f"{place}/{name}")
        for inner in (*real.get("anyOf", ()), *real.get("oneOf", ())):
            visit(inner, place)
        if "items" in real:
            visit(real["items"], f"{place}/*")

    for name, schema in contract.components.items():
        if "job_type" in schema.get("properties", {}):
            for part in ("params", "result"):
                visit(schema["properties"][part], f"{name}/{part}")
    return found


def test_each_list_of_a_record_is_bounded() -> None:
    check(
        Finding("edges", place, "unbounded-list", "maxItems", "none", "bound it where it is made")
        for place in sorted(unbounded(committed()))
    )
    wider = committed().copy()
    del wider.components["PredictSummary"]["properties"]["top"]["maxItems"]
    assert unbounded(wider) == {"PredictJob/result/top"}


def largest_size(contract: Contract, kind: JobType) -> int:
    """Return the bytes of a record whose lists are as long as they may be."""
    if kind is JobType.AUTOPILOT:
        # a rule of `PromoteDecision`
        contract = contract.copy()
        contract.components["BacktestParameters"]["properties"]["tickers"] = {"type": "null"}
    result = json.dumps(fullest(contract, result_schema(contract, kind)), separators=(",", ":"))
    return len(result) + len(largest_parameters(kind).model_dump_json()) + worker.REST_BYTES


@pytest.mark.parametrize("kind", JobType)
def test_the_largest_result_fits(kind: JobType) -> None:
    size = largest_size(committed(), kind)
    if size > RECORD_BYTES:
        expected, place = f"{RECORD_BYTES} bytes", f"{kind} /result"
        check([Finding("edges", place, "record-too-large", expected, f"{size}")])


def test_a_list_that_makes_a_record_too_large_is_found() -> None:
    wider = committed().copy()
    wider.components["PredictSummary"]["properties"]["top"]["maxItems"] = 100
    assert largest_size(wider, JobType.PREDICT) > RECORD_BYTES


def largest_parameters(kind: str) -> Any:
    """Return the parameters of a job with every field at its bound."""
    (operation,) = (one for one in committed().operations() if one.path.endswith(f"compute/{kind}"))
    longest: dict[str, Any] = {}
    for name, schema in operation.request_fields.items():
        values = [value for _, value in at_maximum(committed(), schema)]
        if values:
            longest[name] = max(values, key=lambda value: len(json.dumps(value)))
    model = getattr(compute, f"{kind.capitalize()}Request")
    return JOB_TYPES[JobType(kind)].parameters.model_validate(model(**longest).model_dump())


def result_of_size(monkeypatch: pytest.MonkeyPatch, kind: JobType, pad: str) -> Finished | Raised:
    """Run a job that leaves a result of this kind with so much more in its first text."""
    spec = JOB_TYPES[kind]
    result = dict(result_of(committed(), kind))  # type: ignore[call-overload] # a schema made it
    name = next(name for name, value in result.items() if value == "")
    summary = spec.summary.model_validate({**result, name: pad})
    monkeypatch.setattr(worker, "resolve", lambda _: lambda *_: summary)
    params = largest_parameters(kind).model_dump_json()
    return execute(Call(spec, "x" * 36, params, None), lambda _: None)  # type: ignore[arg-type] # params made by a schema


async def keep_the_largest(
    service: RunningService, monkeypatch: pytest.MonkeyPatch, kind: JobType, character: str
) -> None:
    """Store the largest result that a job process lets pass, and check the record."""
    least, most = 0, RECORD_BYTES
    while most - least > 1:
        middle = (least + most) // 2
        fits = isinstance(result_of_size(monkeypatch, kind, character * middle), Finished)
        least, most = (middle, most) if fits else (least, middle)
    finished = result_of_size(monkeypatch, kind, character * least)
    assert isinstance(finished, Finished)
    await service.store.submit(kind, largest_parameters(kind).model_dump_json(), key="k" * 128)
    claim = await service.store.claim_next()
    assert claim is not None
    await service.store.progress(claim, 0.123456789012345678, WIDE * 500)
    await service.store.succeed(claim, finished.result)
    await _check_size(service, claim.job_id)
    assert isinstance(result_of_size(monkeypatch, kind, character * most), Raised)


@pytest.mark.parametrize("kind", JobType)
@pytest.mark.parametrize("character", ["x", WIDE, "\x01"])
async def test_the_largest_record_fits(
    service: RunningService, monkeypatch: pytest.MonkeyPatch, kind: JobType, character: str
) -> None:
    await keep_the_largest(service, monkeypatch, kind, character)


async def test_a_record_that_is_too_large_is_found(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "REST_BYTES", 0)
    with pytest.raises(Drifted, match="record-too-large"):
        await keep_the_largest(service, monkeypatch, JobType.TRAIN, "x")


async def _check_size(service: RunningService, job_id: str) -> None:
    answer = await service.client.get(f"/api/jobs/{job_id}")
    record = json.dumps(answer.json()["data"], ensure_ascii=False, separators=(",", ":"))
    size = len(record.encode())
    assert MAX_RECORD_BYTES == RECORD_BYTES
    if size > RECORD_BYTES:
        place = "GET /api/jobs/{job_id} 200 /data"
        check([Finding("edges", place, "record-too-large", f"{RECORD_BYTES} bytes", f"{size}")])


@pytest.mark.parametrize("character", ["x", WIDE, "\x01"])
@pytest.mark.parametrize("kind", JobType)
async def test_the_longest_error_fits(
    service: RunningService, monkeypatch: pytest.MonkeyPatch, kind: JobType, character: str
) -> None:
    def raises(*_: Any) -> None:
        raise RuntimeError(character * RECORD_BYTES)

    params = largest_parameters(kind).model_dump_json()
    monkeypatch.setattr(worker, "resolve", lambda _: raises)
    call = Call(JOB_TYPES[kind], "x", params, None)  # type: ignore[arg-type] # without a workspace
    raised = execute(call, lambda _: None)
    assert isinstance(raised, Raised)
    await service.store.submit(kind, params)
    claim = await service.store.claim_next()
    assert claim is not None
    await service.store.progress(claim, 1 / 3, WIDE * 500)
    await service.store.fail(claim, ErrorCode(raised.code), raised.message)
    await _check_size(service, claim.job_id)
