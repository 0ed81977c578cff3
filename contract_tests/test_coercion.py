"""Every value that a handler returns reaches the wire unchanged; a changed value is found."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, PlainSerializer

from contract_tests.coercion import changed_on_the_way
from contract_tests.conftest import Summarise
from contract_tests.kit.examples import manifest, store
from contract_tests.kit.service import RunningService, client_of
from contract_tests.replay import replaying, run_each_type
from contract_tests.repository import committed
from quant_engine.artifacts import Artifacts
from wirelaw.contract.document import Operation
from wirelaw.finding import Finding, check
from wirelaw.running.coercion import differences
from wirelaw.running.exchange import strict_json

#: what is sent as it is stored, and not by a handler
STORED = "/api/backtests/{job_id}"
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
Rounded = Annotated[float, PlainSerializer(lambda value: round(value, 2))]
Sorted = Annotated[list[int], PlainSerializer(sorted)]


def answered_as_json() -> list[Operation]:
    """Return the operations whose success is JSON."""
    return [
        operation
        # what deletes comes last, and the report of a job before the job
        for operation in sorted(
            committed().operations(), key=lambda one: (one.method == "delete", -len(one.path))
        )
        if any(
            "application/json" in response.get("content", {})
            for status, response in operation.content["responses"].items()
            if int(status) < 300
        )
    ]


async def in_every_status(service: RunningService) -> dict[str, str]:
    """Create jobs of every status; the running one is held."""
    ids = await run_each_type(service)
    service.engine.fail()
    for kind in ("train", "predict", "backtest", "autopilot"):
        await service.run(kind)
    service.engine.hold()
    cancelled = (await service.run("train"))["job_id"]
    await service.client.post(f"/api/jobs/{cancelled}/cancel")
    await service.engine.settle()
    await service.run("predict")
    unused = store(service.home, manifest("unused"))
    return {**ids, "unused": unused, "held": (await service.submit("backtest"))["job_id"]}


async def test_the_wire_carries_what_handlers_return(tmp_path: Path, summarise: Summarise) -> None:
    operations = answered_as_json()
    async with replaying(tmp_path) as service:
        # in an empty home, figures are missing
        paths = [(one.method, one.path) for one in operations if needs_no_jobs(one)]
        findings = await all_changed(service, paths)
        ids = await in_every_status(service)
        paths = [(one.method, path_of(one, ids)) for one in operations if one.path != STORED]
        findings += await all_changed(service, paths)
        jobs = (await service.client.get("/api/jobs")).json()["data"]["items"]
    assert {job["status"] for job in jobs} == {
        *("queued", "running", "succeeded", "failed", "cancelled")
    }
    summarise(
        "coercion", f"{len(operations)} operations, {len(jobs)} jobs of every type and status"
    )
    check(findings)


async def test_the_wire_carries_the_stored_report(tmp_path: Path) -> None:
    async with replaying(tmp_path) as service:
        job_id = (await run_each_type(service))["backtest"]
        answer = await service.client.get(STORED.format(job_id=job_id))
    report = Artifacts(service.home).read_report(job_id)
    assert list(differences(report, strict_json(answer.content)["data"])) == []
    changed = report.model_copy(update={"trades": report.trades[1:]})
    (found,) = differences(changed, strict_json(answer.content)["data"])
    assert (found.pointer, found.code) == ("/trades", "items-lost")


def needs_no_jobs(operation: Operation) -> bool:
    return operation.method == "get" and "{" not in operation.path


async def all_changed(service: RunningService, paths: list[tuple[str, str]]) -> list[Finding]:
    return [
        finding
        for method, path in paths
        for finding in await changed_on_the_way(service.client, method, path)
    ]


def path_of(operation: Operation, ids: dict[str, str]) -> str:
    # only a job that is not final can be cancelled
    job_id = ids["held" if operation.method == "post" else "backtest"]
    # and only a version that nothing refers to be deleted
    version = ids["unused" if operation.method == "delete" else "version"]
    return operation.path.format(job_id=job_id, version=version)


class Answer(BaseModel):
    figure: float | None = None
    count: int = 1
    at: datetime = NOW
    share: Rounded = 0.25
    rows: Sorted = []
    price: Decimal | float = 1.5
    name: str = "a"
    by_day: dict[str, int] = {}


class MoreThanDeclared(Answer):
    model_config = ConfigDict(extra="allow")

    detail: str = "hidden"


def planted(value: Any, model: Any = Answer) -> httpx.AsyncClient:
    app = FastAPI()

    @app.get("/planted", response_model=model)
    async def planted_handler() -> Any:
        return value

    return client_of(app)


def whole(**values: Any) -> dict[str, Any]:
    return {**Answer().model_dump(), **values}


BERLIN = timezone(timedelta(hours=1))
#: a value, the place, the code, and the value on the wire
FAULTS: list[tuple[Any, str, str, str]] = [
    (whole(figure=float("nan")), "/figure", "not-finite", "NoneType None"),
    (whole(figure=float("inf")), "/figure", "not-finite", "NoneType None"),
    (whole(extra=1), "/extra", "missing-on-the-wire", "nothing"),
    (MoreThanDeclared(), "/detail", "missing-on-the-wire", "nothing"),
    (MoreThanDeclared.model_validate({"more": 1}), "/more", "missing-on-the-wire", "nothing"),
    (whole(at=NOW.replace(tzinfo=None)), "/at", "time-without-zone", "str '2026-11-24T13:30:00'"),
    (whole(at=NOW.astimezone(BERLIN)), "/at", "value-changed", "str '2026-11-24T14:30:00+01:00'"),
    (whole(share=0.123), "/share", "value-changed", "float 0.12"),
    (whole(count=True), "/count", "value-changed", "int 1"),
    (whole(count="7"), "/count", "value-changed", "int 7"),
    (whole(count=7.0), "/count", "value-changed", "int 7"),
    (whole(count=2**60), "/count", "not-exact-in-javascript", f"int {2**60}"),
    (whole(figure=7), "/figure", "value-changed", "float 7.0"),
    (whole(price=Decimal("1.10")), "/price", "not-json", "str '1.10'"),
    (whole(name=b"a"), "/name", "not-json", "str 'a'"),
    (whole(rows=[3, 1, 2]), "/rows", "reordered", "another order"),
    (whole(rows={1, 2}), "/rows", "not-json", "list [1, 2]"),
    ({"count": 1}, "/at", "added-on-the-wire", "str '2026-11-24T13:30:00Z'"),
]


@pytest.mark.parametrize(
    ("value", "place", "code", "found"), FAULTS, ids=[f"{fault[2]} {fault[3]}" for fault in FAULTS]
)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_a_changed_value_is_found(value: Any, place: str, code: str, found: str) -> None:
    async with planted(value) as client:
        findings = await changed_on_the_way(client, "get", "/planted")
    (finding,) = (one for one in findings if one.pointer == f"GET /planted {place}")
    assert (finding.code, finding.found) == (code, found)
    assert "test_coercion.py: planted_handler" in finding.fix
    assert "run `pytest contract_tests/test_coercion.py`" in finding.fix


async def test_an_unchanged_value_is_no_finding() -> None:
    value = whole(rows=[1, 2], figure=0.1 + 0.2, by_day={"a/b": 1})
    async with planted(value) as client:
        assert not await changed_on_the_way(client, "get", "/planted")


async def test_the_key_of_a_dict_is_text() -> None:
    async with planted({1: 1}, model=dict[Any, int]) as client:
        (finding,) = await changed_on_the_way(client, "get", "/planted")
    assert (finding.pointer, finding.code) == ("GET /planted /1", "key-changed")
    assert (finding.expected, finding.found) == ("int 1", "text")


async def test_an_answer_without_its_value_is_found() -> None:
    async with planted(None) as client:
        (finding,) = await changed_on_the_way(client, "get", "/nowhere")
    assert (finding.pointer, finding.code) == ("GET /nowhere", "nothing-to-compare")
    assert finding.found.startswith("404: ")


async def test_a_fault_in_the_service_is_named_by_its_operation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with replaying(tmp_path) as service:
        await service.run("train")
        health = service.app.state.services.health
        age = (await health.model_age()).model_copy(update={"hidden": 1})

        async def model_age() -> Any:
            return age

        monkeypatch.setattr(health, "model_age", model_age)
        path = "/api/system/model-age"
        (finding,) = await changed_on_the_way(service.client, "get", path)
    assert finding.pointer == f"GET {path} /data/hidden"
    assert (finding.code, finding.expected) == ("missing-on-the-wire", "int 1")
    assert "quant_engine/api/routers/system_health.py: get_model_age" in finding.fix


def test_a_number_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN is on the wire"):
        strict_json(b'{"figure": NaN}')
