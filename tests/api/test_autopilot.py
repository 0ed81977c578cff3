"""The API reads cycle and account as stored: null before the first, and never those of another source."""

import asyncio
from pathlib import Path

import httpx

from contract_tests.kit.answers import envelope
from contract_tests.kit.homes import CYCLE, filled
from quant_engine.autopilot.cycles import begin_cycle
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.autopilot import AutopilotCycle
from quant_engine.domain.parameters import AutopilotParameters

LATEST, PAPER = "/api/autopilot/latest", "/api/autopilot/paper"


async def test_nothing_yet_is_null(client: httpx.AsyncClient) -> None:
    for path in (LATEST, PAPER):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert envelope(answer)["data"] is None
        assert (await client.head(path)).status_code == 200


async def test_a_finished_cycle_is_complete(tmp_path: Path) -> None:
    async with filled(tmp_path) as service:
        data = envelope(await service.client.get(LATEST))["data"]
    assert data["cycle_id"] == CYCLE
    assert data["started_at"].endswith("Z")
    assert data["completed_at"].endswith("Z")
    assert data["params"] == AutopilotParameters().model_dump()
    assert [decision["step"] for decision in data["decisions"]] == ["refresh"]
    assert AutopilotCycle.model_validate(data).model_dump(mode="json") == data


async def test_the_latest_is_the_one_that_began_last_finished_or_not(tmp_path: Path) -> None:
    async with filled(tmp_path) as service:
        # as a job process does it, beside the service
        await asyncio.to_thread(begin, service.workspace.database, "cycle-2", "files")
        await asyncio.to_thread(begin, service.workspace.database, "cycle-3", "demo")
        data = envelope(await service.client.get(LATEST))["data"]
    assert (data["cycle_id"], data["completed_at"], data["decisions"]) == ("cycle-2", None, [])


def begin(url: str, cycle: str, source: str) -> None:
    with BlockingDatabase(url) as database, database.writing() as connection:
        begin_cycle(connection, cycle, source, AutopilotParameters())


async def test_the_account_is_read_as_of_its_last_session(tmp_path: Path) -> None:
    async with filled(tmp_path) as service:
        data = envelope(await service.client.get(PAPER))["data"]
    assert (data["account"], data["as_of"]) == ("files", "2020-01-09")
    assert data["cash"] + data["invested"] == data["equity"]
    assert (data["dates"], data["equity_curve"]) == (["2020-01-09"], [99.97])
    assert [position["ticker"] for position in data["positions"]] == ["AAA"]
    assert [order["ticker"] for order in data["pending"]] == ["BBB"]
    assert [fill["status"] for fill in data["fills"]] == ["filled"]
    assert [trade["exit_reason"] for trade in data["trades"]] == ["open"]


async def test_cycle_and_account_of_another_source_are_not_shown(tmp_path: Path) -> None:
    async with filled(tmp_path, "demo") as service:
        for path in (LATEST, PAPER):
            assert envelope(await service.client.get(path))["data"] is None
        quality = envelope(await service.client.get("/api/system/execution-quality"))["data"]
    assert [fill["account"] for fill in quality["fills"]] == ["demo"]
