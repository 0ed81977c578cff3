"""Health as a whole: when one part is broken, its checks fail and the others do not change."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.kit.answers import envelope
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.examples import disagreement_snapshot, fill, ic_snapshot, manifest, promote
from contract_tests.kit.faults import GARBAGE, LOCKED, Fault, broken_file, cell, gone, table_gone
from contract_tests.kit.homes import FilledService, filled
from contract_tests.kit.service import idle_app, running
from quant_engine.api.jobs.engine import Processes
from quant_engine.api.services import health_checks
from quant_engine.database import file as database_file
from quant_engine.database.blocking import BlockingDatabase
from tests.tracking.trackers import TRACKERS

NAMES = [
    "data_freshness",
    "data_gaps",
    "model_age",
    "model_decay",
    "ic_trend",
    "disagreement",
    "execution_cost",
    "queue",
    "processes",
    "disk",
    "database",
]
TRACKED = {"model_decay", "ic_trend", "disagreement", "execution_cost"}


async def verdict(client: httpx.AsyncClient) -> tuple[str, dict[str, dict[str, Any]]]:
    """Read the verdict: the worst status, and each check by name."""
    data = envelope(await client.get("/api/system/health"))["data"]
    assert [check["name"] for check in data["checks"]] == NAMES
    for check in data["checks"]:
        assert check["threshold"]
        assert check["reason"].endswith(".")
        assert (check["status"] == "ok") or check["action"].endswith(".")
    return data["status"], {check["name"]: check for check in data["checks"]}


async def test_an_empty_home_names_the_jobs_that_add_facts(client: httpx.AsyncClient) -> None:
    status, checks = await verdict(client)
    assert status == "degraded"
    assert (
        checks["model_age"]["action"]
        == "Train a model, in the model lab or with `quant-engine train`."
    )
    for name in TRACKED:
        assert checks[name]["status"] == "ok"
        assert "quant-engine autopilot" in checks[name]["action"]
    assert {name for name in NAMES if checks[name]["status"] == "failing"} == set()


# one part is broken


@asynccontextmanager
async def _home_gone(service: FilledService) -> AsyncIterator[None]:
    service.move_prices_away()
    # with prices to describe the folder would be created again
    shutil.rmtree(service.home)
    yield


BROKEN = {
    "prices": (gone("prices"), {"data_freshness", "data_gaps"}),
    "registry": (
        broken_file("models/registry.json")[0],
        {"model_age", "model_decay", "disagreement"},
    ),
    "manifest": (
        broken_file("models/v1/manifest.json")[0],
        {"model_age", "model_decay", "disagreement"},
    ),
    "ic gone": (table_gone("ic_snapshots"), {"model_decay", "ic_trend"}),
    "ic damaged": (cell("ic_snapshots", "rank_ic", "NaN"), {"model_decay", "ic_trend"}),
    "disagreement": (table_gone("disagreement_snapshots"), {"disagreement"}),
    "execution": (cell("execution_fills", "side", "short"), {"execution_cost"}),
    "jobs": (table_gone("jobs"), {"queue"}),
    "database": (GARBAGE, {*TRACKED, "queue", "database"}),
    "lock": (LOCKED, {*TRACKED, "queue", "database"}),
    "home": (
        Fault("home gone", _home_gone),
        {"data_freshness", "data_gaps", "disk"},
    ),
}


@pytest.mark.parametrize(("fault", "expected"), BROKEN.values(), ids=BROKEN)
async def test_a_check_that_cannot_read_its_facts_is_failing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault, expected: set[str]
) -> None:
    monkeypatch.setattr(database_file, "BUSY_SECONDS", 0.02)
    async with filled(tmp_path) as service:
        _, before = await verdict(service.client)
        async with fault.broken(service):
            status, checks = await verdict(service.client)
    assert status == "failing"
    failing = {name for name in NAMES if checks[name]["status"] == "failing"}
    assert failing == expected
    for name in failing:
        assert checks[name]["action"] != "See the log."
        assert str(tmp_path) not in checks[name]["reason"]
    for name in set(NAMES) - failing:
        assert checks[name]["status"] == before[name]["status"]


def test_each_check_that_reads_is_broken_here() -> None:
    # job processes are counted and not read
    assert set.union(*(expected for _, expected in BROKEN.values())) == set(NAMES) - {"processes"}


class UncountableEngine(ScriptedEngine):
    """An engine with a bug."""

    @property
    def processes(self) -> Processes:
        raise ZeroDivisionError


async def test_a_check_with_an_unexpected_error_is_failing(home: Path) -> None:
    async with running(idle_app(home, engine=UncountableEngine())) as service:
        client = service.client
        _, checks = await verdict(client)
    assert checks["processes"]["status"] == "failing"
    assert checks["processes"]["reason"] == "The check itself failed with ZeroDivisionError."


# one part is bad


async def test_a_full_queue_is_failing(home: Path) -> None:
    async with running(idle_app(home, max_queued=2)) as service:
        client = service.client
        await client.post("/api/compute/train", json={})
        assert (await verdict(client))[1]["queue"]["status"] == "ok"
        await client.post("/api/compute/train", json={})
        status, checks = await verdict(client)
    assert (status, checks["queue"]["status"]) == ("failing", "failing")
    assert checks["queue"]["reason"] == "2 of at most 2 jobs wait."


async def test_a_disk_that_is_nearly_full_is_failing(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_checks, "LOW_DISK_BYTES", 10**18)
    assert (await verdict(client))[1]["disk"]["status"] == "degraded"
    monkeypatch.setattr(health_checks, "NO_DISK_BYTES", 10**18)
    assert (await verdict(client))[1]["disk"]["status"] == "failing"


Save = Callable[[str, object], None]


def _decayed(save: Save) -> None:
    save("ic", ic_snapshot(5, rank_ic=-0.1, rank_ic_t=-5.0))


def _falling(save: Save) -> None:
    for number in range(12):
        save("ic", ic_snapshot(number, version="v0", rank_ic=0.05 if number < 8 else -0.05))


def _apart(save: Save) -> None:
    save("disagreement", disagreement_snapshot(5, disagreement=1.0))


def _dear(save: Save) -> None:
    for number in range(20):
        save("execution", fill(100 + number, account="files", shortfall_bps=90.0 + number))


@pytest.mark.parametrize(
    ("happen", "name"),
    [
        (_decayed, "model_decay"),
        (_falling, "ic_trend"),
        (_apart, "disagreement"),
        (_dear, "execution_cost"),
    ],
)
async def test_rows_of_trackers_reach_the_verdict(
    tmp_path: Path, happen: Callable[[Save], None], name: str
) -> None:
    async with filled(tmp_path) as service:
        _, before = await verdict(service.client)
        with BlockingDatabase(service.workspace.database) as database:

            def save(tracker: str, row: object) -> None:
                with database.writing() as connection:
                    TRACKERS[tracker].save(connection, row)

            happen(save)
        _, checks = await verdict(service.client)
    assert before[name]["status"] == "ok"
    assert {n for n in NAMES if checks[n]["status"] != before[n]["status"]} == {name}
    assert checks[name]["status"] == "degraded"


async def test_gaps_in_the_prices_are_degraded(tmp_path: Path) -> None:
    async with filled(tmp_path) as service:
        service.remove_a_price()
        _, checks = await verdict(service.client)
    assert checks["data_gaps"]["status"] == "degraded"
    assert "1 problem: AAA" in checks["data_gaps"]["reason"]


# the facts behind it


async def test_the_age_of_a_model_on_demo_data_counts_from_the_last_bar(
    home: Path, client: httpx.AsyncClient
) -> None:
    path = "/api/system/model-age"
    now = datetime.now(UTC).isoformat()
    promote(home, manifest("v1", data_source="demo", trained_at=now, last_date="2022-12-18"))
    age = envelope(await client.get(path))["data"]
    # the demo's last bar is 2022-12-28
    assert (age["age_days"], age["relative_to"], age["status"]) == (10.0, "last_bar", "fresh")
    promote(home, manifest("v2", data_source="demo", trained_at=now, last_date="2022-01-18"))
    assert envelope(await client.get(path))["data"]["status"] == "stale"


async def test_the_age_of_a_model_on_live_data_counts_from_now(tmp_path: Path) -> None:
    async with filled(tmp_path) as service:
        age = envelope(await service.client.get("/api/system/model-age"))["data"]
    assert (age["version"], age["relative_to"], age["status"]) == ("v1", "now", "stale")


async def test_histories_come_in_the_order_of_recording(tmp_path: Path) -> None:
    async with filled(tmp_path) as service:
        for path, tracker in (("ic", "ic"), ("disagreement", "disagreement")):
            answer = await service.client.get(f"/api/system/{path}-history")
            expected = [TRACKERS[tracker].example().model_dump(mode="json")]
            assert envelope(answer)["data"] == {"snapshots": expected}


async def test_histories_begin_empty(client: httpx.AsyncClient) -> None:
    for path in ("ic-history", "disagreement-history"):
        assert envelope(await client.get(f"/api/system/{path}"))["data"] == {"snapshots": []}
    quality = envelope(await client.get("/api/system/execution-quality"))["data"]
    assert (quality["n_fills"], quality["mean_shortfall_bps"], quality["fills"]) == (0, None, [])
