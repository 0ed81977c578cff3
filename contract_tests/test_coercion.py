"""Nothing that a handler returns is another thing on the wire, and a thing that is would be found."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, PlainSerializer

from contract_tests.coercion import changed_on_the_way, wire
from contract_tests.conftest import Summarise
from contract_tests.document import Operation
from contract_tests.replay import Replay, replaying
from contract_tests.repository import committed
from tests.api.apps import client_of

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
Rounded = Annotated[float, PlainSerializer(lambda value: round(value, 2))]
Sorted = Annotated[list[int], PlainSerializer(sorted)]


def answered_as_json() -> list[Operation]:
    """Return the operations whose success is JSON."""
    return [
        operation
        for operation in committed().operations()
        if any(
            "application/json" in response.get("content", {})
            for status, response in operation.content["responses"].items()
            if int(status) < 300
        )
    ]


async def in_every_status(replay: Replay) -> dict[str, str]:
    """Leave jobs of every status; the one that runs is held."""
    known = await replay.furnish()
    replay.engine.fail()
    for kind in ("train", "predict", "backtest", "autopilot"):
        await replay.run(kind)
    replay.engine.hold()
    cancelled = (await replay.run("train"))["job_id"]
    await replay.client.post(f"/api/jobs/{cancelled}/cancel")
    await replay.engine.settle()
    await replay.run("predict")
    return {**known, "held": (await replay.submit("backtest"))["job_id"]}


async def test_the_wire_carries_what_handlers_return(tmp_path: Path, summarise: Summarise) -> None:
    asked = answered_as_json()
    async with replaying(tmp_path) as replay:
        # where nothing was done yet, figures are missing
        paths = [(one.method, one.path) for one in asked if is_told_without_jobs(one)]
        told = await all_changed(replay, paths)
        known = await in_every_status(replay)
        told += await all_changed(replay, [(one.method, path_of(one, known)) for one in asked])
        jobs = (await replay.client.get("/api/jobs")).json()["data"]["items"]
    assert {job["status"] for job in jobs} == {
        *("queued", "running", "succeeded", "failed", "cancelled")
    }
    summarise("coercion", f"{len(asked)} operations, {len(jobs)} jobs of every type and status")
    assert not told, "\n".join(told)


def is_told_without_jobs(operation: Operation) -> bool:
    return operation.method == "get" and "{" not in operation.path


async def all_changed(replay: Replay, paths: list[tuple[str, str]]) -> list[str]:
    return [
        line
        for method, path in paths
        for line in await changed_on_the_way(replay.client, method, path)
    ]


def path_of(operation: Operation, known: dict[str, str]) -> str:
    # what is cancelled must not be over
    job_id = known["held" if operation.method == "post" else "backtest"]
    return operation.path.format(job_id=job_id, version=known["version"])


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

    detail: str = "kept back"


def planted(value: Any, model: Any = Answer) -> httpx.AsyncClient:
    app = FastAPI()

    @app.get("/planted", response_model=model)
    async def planted_handler() -> Any:
        return value

    return client_of(app)


def whole(**values: Any) -> dict[str, Any]:
    return {**Answer().model_dump(), **values}


BERLIN = timezone(timedelta(hours=1))
FAULTS: list[tuple[Any, str]] = [
    (whole(figure=float("nan")), "/figure: float nan is not finite and became NoneType None"),
    (whole(figure=float("inf")), "/figure: float inf is not finite and became NoneType None"),
    (whole(extra=1), "/extra: int 1 was returned, and the wire does not have it"),
    (MoreThanDeclared(), "/detail: str 'kept back' was returned"),
    (MoreThanDeclared.model_validate({"more": 1}), "/more: int 1 was returned"),
    (
        whole(at=NOW.replace(tzinfo=None)),
        "/at: datetime datetime.datetime(2026, 11, 24, 13, 30) has",
    ),
    (whole(at=NOW.astimezone(BERLIN)), "/at: datetime datetime.datetime(2026, 11, 24, 14, 30"),
    (whole(share=0.123), "/share: float 0.123 became float 0.12"),
    (whole(count=True), "/count: bool True became int 1"),
    (whole(count="7"), "/count: str '7' became int 7"),
    (whole(count=7.0), "/count: float 7.0 became int 7"),
    (whole(count=2**60), "/count: int 1152921504606846976 is more than a page can hold"),
    (whole(figure=7), "/figure: int 7 became float 7.0"),
    (whole(price=Decimal("1.10")), "/price: Decimal Decimal('1.10'), which JSON does not have"),
    (whole(name=b"a"), "/name: bytes b'a', which JSON does not have, became str 'a'"),
    (whole(rows=[3, 1, 2]), "/rows: the items are in another order"),
    (whole(rows={1, 2}), "/rows: a set of 2, which has no order, which JSON does not have"),
    ({"count": 1}, "/at: was not returned, and is on the wire"),
]


@pytest.mark.parametrize(("value", "told"), FAULTS, ids=[fault[1][:40] for fault in FAULTS])
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_a_changed_value_is_found(value: Any, told: str) -> None:
    async with planted(value) as client:
        lines = await changed_on_the_way(client, "get", "/planted")
    matching = [line for line in lines if line.startswith(f"coercion: GET /planted: {told}")]
    assert len(matching) == 1, "\n".join(lines)
    assert "test_coercion.py: planted_handler" in matching[0]
    assert "run: pytest contract_tests/test_coercion.py" in matching[0]


async def test_what_stays_as_it_is_is_no_fault() -> None:
    value = whole(rows=[1, 2], figure=0.1 + 0.2, by_day={"a/b": 1})
    async with planted(value) as client:
        assert not await changed_on_the_way(client, "get", "/planted")


async def test_the_key_of_a_dict_is_text() -> None:
    async with planted({1: 1}, model=dict[Any, int]) as client:
        (line,) = await changed_on_the_way(client, "get", "/planted")
    assert line.startswith("coercion: GET /planted: /1: the key int 1 became text")


async def test_an_answer_without_its_value_is_told() -> None:
    async with planted(None) as client:
        (line,) = await changed_on_the_way(client, "get", "/nowhere")
    assert line.startswith("coercion: GET /nowhere: answered 404 with nothing to compare")


async def test_a_fault_in_the_service_is_named_by_its_operation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with replaying(tmp_path) as replay:
        await replay.run("train")
        health = replay.app.state.services.health
        age = (await health.model_age()).model_copy(update={"kept_back": 1})

        async def model_age() -> Any:
            return age

        monkeypatch.setattr(health, "model_age", model_age)
        path = "/api/system/model-age"
        (line,) = await changed_on_the_way(replay.client, "get", path)
    assert line.startswith(f"coercion: GET {path}: /data/kept_back: int 1 was returned")
    assert "quant_engine/api/routers/system_health.py: get_model_age" in line


def test_a_number_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN is on the wire"):
        wire(b'{"figure": NaN}')
