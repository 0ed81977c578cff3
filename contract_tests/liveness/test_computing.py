"""Each field of each request changes what is computed."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from fastapi.routing import APIRoute
from pydantic import Field

from contract_tests.conftest import Summarise
from contract_tests.kit.markets import read_prices_once, use_one_cheap_model
from contract_tests.kit.service import idle_app, running
from contract_tests.liveness.computing import OLD, MarketScenario, build_market
from contract_tests.liveness.pairs import ONLY_WHEN
from contract_tests.repository import committed
from quant_engine import pipeline
from quant_engine.api.deps import Compute
from quant_engine.api.schemas.compute import BacktestRequest
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.jobs import JobRecord, JobType
from quant_engine.autopilot import engine
from quant_engine.autopilot.journal import open_journal
from quant_engine.backtest.rules import Rules
from quant_engine.data.universe import years_before
from quant_engine.domain.parameters import BacktestParameters
from quant_engine.domain.work import Workspace
from quant_engine.models import trainer
from quant_engine.models.ensemble import Ensemble
from quant_engine.models.files import load_ensemble
from quant_engine.models.manifest import VersionManifest
from wirelaw.contract.document import Contract
from wirelaw.finding import Drifted, Finding, check
from wirelaw.running.inputs import Input, inputs

FIELDS = [one for one in inputs(committed()) if one.place == "body"]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    with pytest.MonkeyPatch.context() as patch:
        use_one_cheap_model(patch)
        return build_market(tmp_path_factory.mktemp("market"))


@pytest.fixture
async def scenario(
    market: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MarketScenario]:
    use_one_cheap_model(monkeypatch)
    read_prices_once(monkeypatch)
    app = idle_app(market.home, data_source="files", data_path=market.data_path)
    async with running(app) as service:
        yield MarketScenario(committed(), service, tmp_path)


async def test_each_field_changes_what_is_computed(
    scenario: MarketScenario, summarise: Summarise
) -> None:
    findings = [await scenario.drift(one) for one in FIELDS]
    operations = {one.operation.name: one.operation for one in FIELDS}
    outside = [one for each in operations.values() for one in await scenario.outside(each)]
    horizons = [one.operation for one in FIELDS if one.name == "horizon"]
    alone = [one for each in horizons for one in await scenario.alone(each)]
    check([*filter(None, findings), *outside, *alone])
    computed = f"{len(scenario.outcomes)} results"
    summarise("liveness of requests", f"{len(FIELDS)} fields changed, {computed}")


def field(name: str, contract: Contract | None = None) -> Input:
    every = FIELDS if contract is None else inputs(contract)
    return next(one for one in every if f"{one.operation.name}.{one.name}" == name)


async def found_in_the_plain(scenario: MarketScenario, body_field: Input) -> Finding:
    """Return the finding of a fault that one request shows as well as all."""
    operation = body_field.operation
    levels = scenario.fields(operation).levels
    plain = {name: values[0] for name, values in levels.items()}
    scenario.bases[operation.name] = [(plain, [*levels])]
    return await found(scenario, body_field)


async def found(scenario: MarketScenario, body_field: Input) -> Finding:
    finding = await scenario.drift(body_field)
    assert finding is not None
    return finding


@pytest.mark.parametrize(("ignored", "value"), [("position_size", 0.1), ("risk_management", False)])
async def test_a_field_that_the_pipeline_ignores_is_named(
    scenario: MarketScenario, monkeypatch: pytest.MonkeyPatch, ignored: str, value: object
) -> None:
    rules_of = pipeline.rules_of
    monkeypatch.setattr(
        pipeline,
        "rules_of",
        lambda parameters: rules_of(parameters.model_copy(update={ignored: value})),
    )
    finding = await found_in_the_plain(scenario, field(f"submit_backtest.{ignored}"))
    assert (finding.part, finding.code) == ("liveness", "field-ignored")
    assert finding.pointer == f"POST /api/compute/backtest body/{ignored}"
    assert await scenario.drift(field("submit_backtest.max_positions")) is None


@pytest.mark.parametrize(
    ("ignored", "other", "value"),
    [
        ("entry_threshold", "risk_management", True),
        ("risk_management", "version", OLD["core"]),
    ],
)
async def test_a_field_that_is_ignored_under_a_value_of_another_is_named(
    scenario: MarketScenario,
    monkeypatch: pytest.MonkeyPatch,
    ignored: str,
    other: str,
    value: object,
) -> None:
    rules_of = pipeline.rules_of

    def careless(parameters: BacktestParameters) -> Rules:
        is_ignored = getattr(parameters, other) == value
        default = BacktestParameters.model_fields[ignored].default
        return rules_of(
            parameters.model_copy(update={ignored: default}) if is_ignored else parameters
        )

    monkeypatch.setattr(pipeline, "rules_of", careless)
    finding = await found(scenario, field(f"submit_backtest.{ignored}"))
    assert (finding.part, finding.code) == ("liveness", "field-ignored")
    assert finding.pointer == f"POST /api/compute/backtest body/{ignored}"
    assert finding.found.endswith(f" with {json.dumps({other: value})}")
    assert await scenario.drift(field("submit_backtest.max_positions")) is None


def declared(scenario: MarketScenario, name: str, conditions: object) -> None:
    """Declare when a field of a backtest matters."""
    scenario.contract = scenario.contract.copy()
    schemas = scenario.contract.document["components"]["schemas"]
    schemas["BacktestRequest"]["properties"][name][ONLY_WHEN] = conditions


async def test_a_condition_that_the_code_does_not_keep_is_named(scenario: MarketScenario) -> None:
    declared(scenario, "entry_threshold", {"risk_management": {"const": False}})
    names = [one for one in inputs(scenario.contract) if one.name == "entry_threshold"]
    finding = await found(scenario, names[0])
    assert (finding.code, finding.found) == (
        "effect-not-declared",
        'another result with {"risk_management": true}',
    )


async def test_a_condition_that_is_not_declared_is_named(scenario: MarketScenario) -> None:
    declared(scenario, "full_universe", {})
    changed = field("submit_backtest.full_universe", scenario.contract)
    finding = await found(scenario, changed)
    assert finding.code == "value-refused"
    assert finding.found.startswith('refused as invalid with {"tickers":')


async def test_a_dry_run_that_stores_its_results_is_named(
    scenario: MarketScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens, registry = open_journal, engine._registry_for_new  # noqa: SLF001 - the fault is inside
    monkeypatch.setattr(engine, "open_journal", lambda *at, **_: opens(*at, stores=True))
    monkeypatch.setattr(engine, "_registry_for_new", lambda home, **_: registry(home, stores=True))
    finding = await found_in_the_plain(scenario, field("submit_autopilot.dry_run"))
    assert finding.pointer == "POST /api/compute/autopilot body/dry_run"
    assert finding.code == "field-ignored"


async def test_a_manifest_that_repeats_a_default_is_named(
    scenario: MarketScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(**values: Any) -> VersionManifest:
        return VersionManifest(**{**values, "feature_mode": "core"})

    monkeypatch.setattr(trainer, "VersionManifest", careless)
    operation = field("submit_train.feature_mode").operation
    with pytest.raises(Drifted) as drifted:
        await scenario.send(operation, {"years": 2, "feature_mode": "full"})
    places = [(finding.pointer, finding.code) for finding in drifted.value.findings]
    # of the manifest, and of the summary
    assert places == [
        (f"{operation} /feature_mode", "not-as-requested"),
        (f"{operation} result /feature_mode", "not-as-requested"),
    ]


async def test_a_training_on_prices_before_its_years_is_named(
    scenario: MarketScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = field("submit_train.years").operation
    scenario.bases[operation.name] = [({"years": 2, "feature_mode": "full"}, [])]
    assert await scenario.outside(operation) == []
    scenario.outcomes.clear()
    monkeypatch.setattr(pipeline, "years_before", lambda day, years: years_before(day, years + 1))
    (finding,) = await scenario.outside(operation)
    assert finding.code == "outside-its-years"


async def test_a_prediction_by_the_models_of_another_horizon_is_named(
    scenario: MarketScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(folder: Path, _: object) -> Ensemble:
        text = (folder / "manifest.json").read_text()
        return load_ensemble(folder, VersionManifest.model_validate_json(text).folds[-1].file)

    monkeypatch.setattr(pipeline, "load_ensemble", careless)
    operation = field("submit_predict.horizon").operation
    (finding,) = await scenario.alone(operation)
    assert finding.code == "of-another-horizon"


class Wider(BacktestRequest):
    slippage: Annotated[float, Field(ge=0, le=1)] = 0.0
    rounding: Literal["none", "lots"] = "none"
    note: Annotated[str, Field(pattern="^[a-z]*$")] = ""


async def submit_wider(body: Wider, compute: Compute) -> ApiSuccess[JobRecord]:
    request = BacktestRequest(**body.model_dump(include=set(BacktestRequest.model_fields)))
    return ApiResponse.success(await compute.submit(JobType.BACKTEST, request, None))


@pytest.mark.parametrize("name", ["slippage", "rounding", "note"])
async def test_a_new_field_that_nothing_uses_is_named(scenario: MarketScenario, name: str) -> None:
    route = APIRoute("/api/compute/backtest", submit_wider, methods=["POST"], status_code=202)
    scenario.service.app.router.routes.insert(0, route)
    wider = scenario.contract.copy()
    wider.document["components"]["schemas"]["BacktestRequest"] = Wider.model_json_schema()
    scenario.contract = wider
    changed = field(f"submit_backtest.{name}", wider)
    finding = await found_in_the_plain(scenario, changed)
    # a pattern alone suggests no value, so an example has to be added
    assert finding.code == ("no-example" if name == "note" else "field-ignored")
    assert finding.pointer == f"POST /api/compute/backtest body/{name}"


async def test_a_field_that_the_service_does_not_know_is_named(scenario: MarketScenario) -> None:
    wider = scenario.contract.copy()
    properties = wider.document["components"]["schemas"]["BacktestRequest"]["properties"]
    properties["reverse"] = {"type": "boolean"}
    scenario.contract = wider
    changed = field("submit_backtest.reverse", wider)
    finding = await found_in_the_plain(scenario, changed)
    assert (finding.code, finding.found) == ("base-request-refused", "invalid")
