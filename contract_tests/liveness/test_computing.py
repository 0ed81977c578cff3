"""Each field of each request changes what is computed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Literal

import pytest
from fastapi.routing import APIRoute
from pydantic import Field

from contract_tests.conftest import Summarise
from contract_tests.liveness.computing import Bench, furnish, served
from contract_tests.liveness.inputs import Input, inputs
from contract_tests.repository import committed
from quant_engine import pipeline
from quant_engine.api.deps import Compute
from quant_engine.api.schemas.compute import BacktestRequest
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.jobs import JobRecord, JobType
from quant_engine.autopilot import engine
from quant_engine.autopilot.journal import open_journal
from quant_engine.domain.work import Workspace
from tests.api.apps import serving
from tests.autopilot.markets import use_one_cheap_model

FIELDS = [told for told in inputs(committed()) if told.place == "body"]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    with pytest.MonkeyPatch.context() as patch:
        use_one_cheap_model(patch)
        return furnish(tmp_path_factory.mktemp("market"))


@pytest.fixture
async def bench(
    market: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bench]:
    use_one_cheap_model(monkeypatch)
    app = served(market)
    async with serving(app) as client:
        yield Bench(committed(), app, client, market, tmp_path)


async def test_each_field_changes_what_is_computed(bench: Bench, summarise: Summarise) -> None:
    found = [await bench.fault(told) for told in FIELDS]
    faults = [told for told in found if told is not None]
    assert not faults, "\n".join(faults)
    summarise("liveness of requests", f"{len(FIELDS)} fields changed")


def field(name: str) -> Input:
    return next(told for told in FIELDS if str(told) == name)


@pytest.mark.parametrize(("ignored", "value"), [("position_size", 0.1), ("risk_management", False)])
async def test_a_field_that_the_pipeline_ignores_is_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, ignored: str, value: object
) -> None:
    heeds = pipeline.rules_of
    monkeypatch.setattr(
        pipeline,
        "rules_of",
        lambda parameters: heeds(parameters.model_copy(update={ignored: value})),
    )
    told = await bench.fault(field(f"submit_backtest.{ignored}"))
    assert told is not None
    first, *rest = told.splitlines()
    assert first.startswith(f"submit_backtest.{ignored} is accepted and changes nothing")
    assert f"#/components/schemas/BacktestRequest/properties/{ignored}" in rest[0]
    assert "POST /api/compute/backtest" in rest[1]
    assert await bench.fault(field("submit_backtest.max_positions")) is None


async def test_a_dry_run_that_keeps_what_it_did_is_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens, registry = open_journal, engine._registry_for_new
    monkeypatch.setattr(engine, "open_journal", lambda *at, **_: opens(*at, stores=True))
    monkeypatch.setattr(engine, "_registry_for_new", lambda home, **_: registry(home, stores=True))
    told = await bench.fault(field("submit_autopilot.dry_run"))
    assert told is not None
    assert told.startswith("submit_autopilot.dry_run is accepted and changes nothing")


class Wider(BacktestRequest):
    slippage: Annotated[float, Field(ge=0, le=1)] = 0.0
    rounding: Literal["none", "lots"] = "none"
    note: Annotated[str, Field(pattern="^[a-z]*$")] = ""


async def submit_wider(body: Wider, compute: Compute) -> ApiSuccess[JobRecord]:
    asked = BacktestRequest(**body.model_dump(include=set(BacktestRequest.model_fields)))
    return ApiResponse.success(await compute.submit(JobType.BACKTEST, asked, None))


@pytest.mark.parametrize("name", ["slippage", "rounding", "note"])
async def test_a_new_field_that_goes_nowhere_is_named(bench: Bench, name: str) -> None:
    route = APIRoute("/api/compute/backtest", submit_wider, methods=["POST"], status_code=202)
    bench.app.router.routes.insert(0, route)
    wider = bench.contract.copy()
    wider.document["components"]["schemas"]["BacktestRequest"] = Wider.model_json_schema()
    bench.contract = wider
    told = next(found for found in inputs(wider) if found.name == name)
    said = await bench.fault(told)
    assert said is not None
    # a pattern alone tells no value, so whoever adds the field gives one
    what = "has no value to change to" if name == "note" else "is accepted and changes nothing"
    assert said.startswith(f"submit_backtest.{name} {what}")


async def test_a_field_that_the_service_does_not_know_is_named(bench: Bench) -> None:
    wider = bench.contract.copy()
    properties = wider.document["components"]["schemas"]["BacktestRequest"]["properties"]
    properties["reverse"] = {"type": "boolean"}
    bench.contract = wider
    said = await bench.fault(next(found for found in inputs(wider) if found.name == "reverse"))
    assert said is not None
    assert said.startswith("submit_backtest.reverse ")
    assert "invalid" in said
