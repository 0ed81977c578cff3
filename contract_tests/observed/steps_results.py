"""Steps that read the results of jobs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from contract_tests.kit.examples import manifest, promote
from contract_tests.observed.examples import examples
from contract_tests.observed.scenario import Scenario, another, made_up, step
from contract_tests.recording import recordings
from quant_engine.autopilot import accounts, cycles
from quant_engine.data.manifest import read_manifest, signature, write_manifest
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.parameters import AutopilotParameters
from quant_engine.domain.tracking import DisagreementSnapshot, ExecutionFill, IcSnapshot
from quant_engine.models.manifest import MANIFEST, VersionManifest
from quant_engine.models.registry import ModelRegistry
from quant_engine.tracking.disagreement_tracker import save_disagreement_snapshot
from quant_engine.tracking.execution_tracker import save_execution_quality_fill
from quant_engine.tracking.ic_tracker import save_ic_snapshot
from wirelaw.contract.document import Operation


@made_up
async def models(scenario: Scenario) -> None:
    """Versions of every kind."""
    registry = ModelRegistry(scenario.service.home)
    for turn, example in enumerate(examples(VersionManifest)):
        folder = registry.folder(f"example-{turn}")
        folder.mkdir()
        manifest = VersionManifest.model_validate({**example, "version": folder.name})
        (folder / MANIFEST).write_text(manifest.model_dump_json())
        await scenario.send("GET", f"/api/models/{folder.name}")
    await scenario.read("list_models")


@step
async def a_cycle(scenario: Scenario) -> None:
    """The recorded cycle, while it runs and when it has ended."""
    with BlockingDatabase(_url(scenario)) as database, database.writing() as connection:
        cycles.begin_cycle(connection, "recorded", "files", AutopilotParameters())
        for decision in recordings().autopilot.result.decisions:
            cycles.save_decision(connection, "recorded", decision)
    await scenario.read("get_latest_cycle")
    with BlockingDatabase(_url(scenario)) as database, database.writing() as connection:
        cycles.end_cycle(connection, "recorded")
    await scenario.read("get_latest_cycle")


@made_up
async def trackers(scenario: Scenario) -> None:
    """The rows of each tracker."""
    with BlockingDatabase(_url(scenario)) as database, database.writing() as connection:
        for number, ic in enumerate(examples(IcSnapshot)):
            snapshot = IcSnapshot.model_validate({**ic, "horizon": number + 1})
            save_ic_snapshot(connection, snapshot)
        for disagreement in examples(DisagreementSnapshot):
            row = DisagreementSnapshot.model_validate(disagreement)
            save_disagreement_snapshot(connection, row)
        for number, fill in enumerate(examples(ExecutionFill)):
            order = {**fill, "order_id": str(number), "account": "files"}
            save_execution_quality_fill(connection, ExecutionFill.model_validate(order))
    for name in ("get_ic_history", "get_disagreement_history", "get_execution_quality"):
        await scenario.read(name)


@step
async def paper(scenario: Scenario) -> None:
    """An account that sold for every reason."""
    with BlockingDatabase(_url(scenario)) as database, database.writing() as connection:
        state = accounts.read_state(connection, "files")
        assert state is not None
        names = ("BBB", "CCC", "DDD")
        reasons = ("stop_loss", "drawdown_breaker", "price_lost")
        bought = [_fill(name, 1, "buy", "entry") for name in names]
        sold = [_fill(name, 2, "sell", reason) for name, reason in zip(names, reasons, strict=True)]
        sessions = ([_fill("AAA", 1, "sell", "holding_period"), *bought], sold)
        for number, fills in enumerate(sessions, 1):
            after = {"n_sessions": number + 1, "last_session": _day(number)}
            empty: dict[str, Any] = {
                "positions": [],
                "pending": [],
                "invested": 0.0,
                "equity": state.cash,
            }
            later = {**state.model_dump(), **empty, **after}
            session = {"state": later, "traded": 1.0, "fills": fills, "cost_bps": 5.0}
            accounts.save_session(connection, accounts.PaperSession.model_validate(session))
    await scenario.read("get_paper_account")


def _day(number: int) -> date:
    return date(2020, 1, 9) + timedelta(days=number)


def _fill(ticker: str, number: int, side: str, reason: str) -> dict[str, Any]:
    return {
        "order_id": f"{ticker}-{side}",
        "ticker": ticker,
        "decided_on": _day(number - 1),
        "decision_price": 5.0,
        "side": side,
        "status": "partial" if ticker == "BBB" else "filled",
        "predicted_return": 0.02 if side == "buy" else None,
        "reason": reason,
        "number": number,
        "filled_on": _day(number),
        "wanted_shares": 10.0,
        "shares": 5.0 if ticker == "BBB" else 10.0,
        "fill_price": 6.0,
        "fee": 0.03,
    }


def _url(scenario: Scenario) -> str:
    return scenario.service.workspace.database


@step
async def lists_with_a_next_page(scenario: Scenario) -> None:
    """Cursors, of each list that has one."""
    promote(scenario.service.home, manifest("v2"))
    await scenario.each(only=_is_paged, query={"limit": "1"})


def _is_paged(operation: Operation) -> bool:
    parameters = operation.content.get("parameters", [])
    return any(parameter["name"] == "limit" for parameter in parameters)


# other homes


@step
async def on_an_empty_home(scenario: Scenario) -> None:
    """Empty lists and nulls, on demo data."""
    async with another(scenario.folder, "empty") as empty:
        for operation in scenario.operations:
            if operation.method == "get" and "{" not in operation.path and not operation.streams:
                await scenario.send("GET", operation.path, app=empty.app)


@step
async def on_a_healthy_home(scenario: Scenario) -> None:
    """Demo data, a version trained on them, a process that is ready."""
    async with another(scenario.folder, "healthy", workers=1) as healthy:
        version = manifest("v1-on-demo-data", data_source="demo", last_date="2022-12-28")
        promote(healthy.home, version)
        for path in ("health", "model-age", "data-mode"):
            await scenario.send("GET", f"/api/system/{path}", app=healthy.app)
        await scenario.send("GET", "/api/models", app=healthy.app)


@step
async def with_prices_of_today(scenario: Scenario) -> None:
    """Fresh data."""
    workspace = scenario.service.workspace
    current = read_manifest(workspace)
    assert current is not None
    fresh = current.model_copy(update={"last_date": datetime.now(UTC).date()})
    write_manifest(workspace, signature(workspace), fresh)
    await scenario.read("get_data_mode")
    write_manifest(workspace, signature(workspace), current)
