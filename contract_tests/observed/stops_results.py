"""Stops of the tour where results are read: what jobs left, as far as their models allow."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import FastAPI

from contract_tests.document import Operation
from contract_tests.observed.examples import examples
from contract_tests.observed.tour import Tour, another, made_up, stop
from contract_tests.recording import recordings
from quant_engine.autopilot import accounts, cycles
from quant_engine.data.manifest import read_manifest, signature, write_manifest
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.parameters import AutopilotParameters
from quant_engine.models.manifest import MANIFEST, VersionManifest
from quant_engine.models.registry import ModelRegistry
from quant_engine.tracking.disagreement_tracker import (
    DisagreementRow,
    save_disagreement_snapshot,
)
from quant_engine.tracking.execution_tracker import FillRow, save_execution_quality_fill
from quant_engine.tracking.ic_tracker import IcRow, save_ic_snapshot
from contract_tests.kit.examples import DEMO_DATA
from contract_tests.kit.examples import manifest, promote


@made_up
async def models(tour: Tour) -> None:
    """Versions of every kind."""
    registry = ModelRegistry(tour.site.home)
    for turn, made in enumerate(examples(VersionManifest)):
        folder = registry.folder(f"tour-{turn}")
        folder.mkdir()
        manifest = VersionManifest.model_validate({**made, "version": folder.name})
        (folder / MANIFEST).write_text(manifest.model_dump_json())
        await tour.ask("GET", f"/api/models/{folder.name}")
    await tour.read("list_models")


@stop
async def a_cycle(tour: Tour) -> None:
    """As it was recorded: while it is at work, and when it is done."""
    with BlockingDatabase(_url(tour)) as database, database.writing() as connection:
        cycles.begin_cycle(connection, "recorded", "files", AutopilotParameters())
        for decision in recordings().autopilot.result.decisions:
            cycles.save_decision(connection, "recorded", decision)
    await tour.read("get_latest_cycle")
    with BlockingDatabase(_url(tour)) as database, database.writing() as connection:
        cycles.end_cycle(connection, "recorded")
    await tour.read("get_latest_cycle")


@made_up
async def trackers(tour: Tour) -> None:
    """What was tracked."""
    with BlockingDatabase(_url(tour)) as database, database.writing() as connection:
        for number, ic in enumerate(examples(IcRow)):
            snapshot = IcRow.model_validate({**ic, "horizon": number + 1})
            save_ic_snapshot(connection, snapshot)
        for disagreement in examples(DisagreementRow):
            save_disagreement_snapshot(connection, DisagreementRow.model_validate(disagreement))
        for number, fill in enumerate(examples(FillRow)):
            made = FillRow.model_validate({**fill, "order_id": str(number), "account": "files"})
            save_execution_quality_fill(connection, made)
    for name in ("get_ic_history", "get_disagreement_history", "get_execution_quality"):
        await tour.read(name)


@stop
async def paper(tour: Tour) -> None:
    """An account that sold for every reason."""
    with BlockingDatabase(_url(tour)) as database, database.writing() as connection:
        state = accounts.read_state(connection, "files")
        assert state is not None
        names = ("BBB", "CCC", "DDD")
        bought = [_fill(name, 1, "buy", "entry") for name in names]
        sold = [
            _fill(name, 2, "sell", reason)
            for name, reason in zip(
                names, ("stop_loss", "drawdown_breaker", "price_lost"), strict=True
            )
        ]
        for number, fills in enumerate(
            ([_fill("AAA", 1, "sell", "holding_period"), *bought], sold), 1
        ):
            later = {
                "n_sessions": number + 1,
                "last_session": _day(number),
                "positions": [],
                "pending": [],
            }
            session = {
                "state": {**state.model_dump(), **later},
                "traded": 1.0,
                "fills": fills,
                "cost_bps": 5.0,
            }
            accounts.save_session(connection, accounts.PaperSession.model_validate(session))
    await tour.read("get_paper_account")


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
        "shares": 5.0,
        "fill_price": 6.0,
        "fee": 0.03,
    }


def _url(tour: Tour) -> str:
    return str(tour.site.app.state.service._catalog.workspace.database)


@stop
async def lists_with_a_next_page(tour: Tour) -> None:
    """Cursors, of each list that has one."""
    promote(tour.site.home, manifest("v2"))
    await tour.each(wanted=_is_paged, query={"limit": "1"})


def _is_paged(operation: Operation) -> bool:
    parameters = operation.content.get("parameters", [])
    return any(parameter["name"] == "limit" for parameter in parameters)


# other homes


@stop
async def where_nothing_was_done(tour: Tour) -> None:
    """Empty lists and nulls, on demo data."""
    async with another(tour.folder, "empty") as app:
        _describe_demo(app)
        for operation in tour.operations:
            if operation.method == "get" and "{" not in operation.path and not operation.streams:
                await tour.ask("GET", operation.path, app=app)


@stop
async def where_all_is_well(tour: Tour) -> None:
    """Demo data, a version trained on them, a process that is ready."""
    async with another(tour.folder, "well", workers=1) as app:
        _describe_demo(app)
        version = manifest("v1", data_source="demo", data_mode="demo", last_date="2022-12-28")
        promote(tour.folder / "well", version)
        for path in ("health", "model-age", "data-mode"):
            await tour.ask("GET", f"/api/system/{path}", app=app)
        await tour.ask("GET", "/api/models", app=app)


@stop
async def where_prices_are_of_today(tour: Tour) -> None:
    """Fresh data."""
    workspace = tour.site.app.state.service._catalog.workspace
    known = read_manifest(workspace)
    assert known is not None
    fresh = known.model_copy(update={"last_date": datetime.now(UTC).date()})
    write_manifest(workspace, signature(workspace), fresh)
    await tour.read("get_data_mode")
    write_manifest(workspace, signature(workspace), known)


def _describe_demo(app: FastAPI) -> None:
    # to read the prices themselves takes more than a second
    workspace = app.state.service._catalog.workspace
    write_manifest(workspace, signature(workspace), MANIFEST_OF_DEMO)
