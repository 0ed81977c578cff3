"""Every route that reads results or health, with each part below it broken: 503 and a sentence, never data."""

from pathlib import Path

import httpx
import pytest

from quant_engine.api.main import create_app
from quant_engine.config import Settings
from quant_engine.database import engine as database_engine
from quant_engine.domain.errors import ErrorCode
from tests.api.apps import envelope, refusal
from tests.api.faults import (
    DATABASE,
    PRICES,
    PRICES_DAMAGED,
    broken_file,
    cell,
    cells,
    changed,
    content,
    file_gone,
    folder_a_file,
    row_gone,
    table_gone,
)
from tests.api.furnished import Site, furnished

NO_ZONE = "2024-01-01T12:00:00"
HEALTH = (
    "/api/system/health"  #: its answer is the verdict; `test_health_service.py` breaks its parts
)

JOBS = [
    table_gone("jobs"),
    *cells("jobs", "created_at", NO_ZONE, "yesterday"),
    *cells("jobs", "params", "{", "NaN", '{"nobody": 1}', "[]"),
    *cells("jobs", "result", "{", '{"nobody": 1}', b"\xff"),
    cell("jobs", "progress", 7.0),
    cell("jobs", "revision", "many"),
    *DATABASE,
]
BAD_REGISTRY = broken_file("models/registry.json", b'{"promoted": "v1"}', b'{"promoted": [7]}')
REGISTRY = [
    *BAD_REGISTRY,
    content("models/registry.json", b'{"promoted": ["../x"]}'),
    content("models/registry.json", b'{"promoted": ["nobody"]}'),
]
MANIFEST = [
    *broken_file("models/v1/manifest.json"),
    *changed(
        "models/v1/manifest.json",
        (b'"version":"v1"', b'"version":"v2"'),
        (b'"rank_ic":0.05', b'"rank_ic":NaN'),
        (b'"rank_ic":0.05', b'"rank_ic":"Infinity"'),
        (b'"2024-01-01T00:00:00Z"', b'"2024-01-01T00:00:00"'),
        (b'"data_source":"files"', b'"data_source":"nowhere"'),
        (b'"horizons":[10]', b'"horizons":"ten"'),
    ),
    file_gone("models/v1/manifest.json"),
]
REPORT = [
    *broken_file("reports/{backtest}.json"),
    *changed(
        "reports/{backtest}.json",
        (b'"equity":[1.0]', b'"equity":[NaN]'),
        (b'"equity":[1.0]', b'"equity":["-Infinity"]'),
        (b'"data_mode":"demo"', b'"data_mode":"mock"'),
        (b'"n_trades":0', b'"n_trades":0.5'),
    ),
    file_gone("reports/{backtest}.json"),
]
SIGNALS = [
    *broken_file("signals/{prediction}.json"),
    *changed("signals/{prediction}.json", (b'"horizon":10', b'"horizon":"ten"')),
    file_gone("signals/{prediction}.json"),
]
CYCLES = [
    table_gone("autopilot_cycles"),
    table_gone("autopilot_decisions"),
    *cells("autopilot_cycles", "started_at", NO_ZONE, "soon"),
    *cells("autopilot_cycles", "completed_at", NO_ZONE, ""),
    *cells("autopilot_cycles", "params", "{", "NaN", '{"years": 0}', '{"nobody": 1}'),
    *cells("autopilot_decisions", "decision", "", "{", "[]", '{"step": "rest"}', b"\xff"),
    cell("autopilot_decisions", "decision", '{"step": "refresh", "n_problems": NaN}'),
    *DATABASE,
]
PAPER = [
    *(table_gone(f"paper_{name}") for name in ("accounts", "sessions", "positions", "orders")),
    *cells("paper_accounts", "cash", "NaN", "Infinity", float("inf"), -1.0),
    *cells("paper_accounts", "rules", "{", "[]", "NaN", '{"nobody": 1}'),
    *cells("paper_accounts", "last_session", "soon", "2020-13-01"),
    cell("paper_accounts", "n_sessions", "many"),
    *cells("paper_sessions", "equity", "NaN", float("-inf")),
    cell("paper_sessions", "session", "soon"),
    row_gone("paper_sessions", "number = 0"),
    *cells("paper_positions", "shares", "NaN", 0.0),
    cell("paper_positions", "entry_date", "soon"),
    *cells("paper_orders", "status", "lost", b"\xff"),
    *cells("paper_orders", "side", "short", "sell"),
    cell("paper_orders", "decision_price", "NaN"),
    row_gone("paper_orders", "status = 'filled'"),
    *cells("paper_orders", "fee", -1.0, float("inf")),
    *DATABASE,
]
IC = [
    table_gone("ic_snapshots"),
    *cells("ic_snapshots", "rank_ic", "NaN", "Infinity", 1.5),
    *cells("ic_snapshots", "recorded_at", NO_ZONE, "soon"),
    cell("ic_snapshots", "n_sessions", 0),
    *DATABASE,
]
DISAGREEMENT = [
    table_gone("disagreement_snapshots"),
    *cells("disagreement_snapshots", "disagreement", "NaN", float("inf"), -1.0),
    *cells("disagreement_snapshots", "recorded_at", NO_ZONE, b"\xff"),
    cell("disagreement_snapshots", "as_of", "2024-02-30"),
    *DATABASE,
]
EXECUTION = [
    table_gone("execution_fills"),
    *cells("execution_fills", "shortfall_bps", "NaN", float("inf"), "dear"),
    *cells("execution_fills", "side", "short", ""),
    cell("execution_fills", "filled_on", "soon"),
    *DATABASE,
]

FAULTS = {
    "/api/backtests": JOBS,
    "/api/backtests/{job_id}": [*JOBS, *REPORT],
    "/api/backtests/{job_id}/trades.csv": [*JOBS, *REPORT],
    "/api/models": [*BAD_REGISTRY, *MANIFEST, folder_a_file("models")],
    "/api/models/{version}": [*MANIFEST, folder_a_file("models")],
    "/api/signals/latest": [*JOBS, *SIGNALS],
    "/api/autopilot/latest": CYCLES,
    "/api/autopilot/paper": PAPER,
    "/api/system/model-age": [*REGISTRY, *MANIFEST, folder_a_file("models")],
    "/api/system/data-mode": PRICES,
    "/api/system/ic-history": IC,
    "/api/system/disagreement-history": DISAGREEMENT,
    "/api/system/execution-quality": EXECUTION,
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    # a lock that another program holds is waited for, but not for long
    monkeypatch.setattr(database_engine, "BUSY_SECONDS", 0.02)


def test_every_route_that_reads_results_or_health_is_broken_here(tmp_path: Path) -> None:
    paths = create_app(Settings(home=tmp_path)).openapi()["paths"]
    reading = {
        path
        for path, operations in paths.items()
        if {"results", "system"} & set(operations.get("get", {}).get("tags", ()))
    }
    assert reading == {*FAULTS, HEALTH}
    # and no other route reads: jobs and their streams have faults of their own in `test_faults.py`
    assert {path for path in paths if path not in reading and "get" in paths[path]} == {
        "/api/jobs",
        "/api/jobs/{job_id}",
        "/api/jobs/{job_id}/events",
        "/api/events",
    }


async def test_all_of_them_answer_before_anything_breaks(tmp_path: Path) -> None:
    async with furnished(tmp_path) as site:
        for path in FAULTS:
            answer = await site.client.get(site.place(path))
            assert answer.status_code == 200, (path, answer.text)
            if not path.endswith(".csv"):
                assert envelope(answer)["data"] is not None, path


@pytest.mark.parametrize("path", FAULTS)
async def test_what_is_broken_is_an_error_and_no_data(tmp_path: Path, path: str) -> None:
    async with furnished(tmp_path) as site:
        wrong = {}
        for fault in FAULTS[path]:
            await fault.happen(site)
            try:
                await _is_refused(site, path)
            except AssertionError as error:
                wrong[fault.name] = str(error)
            await site.restore()
        assert wrong == {}
        assert (await site.client.get(site.place(path))).status_code == 200


async def test_prices_that_cannot_be_described_are_an_error_and_no_data(tmp_path: Path) -> None:
    async with furnished(tmp_path) as site:
        await PRICES_DAMAGED.happen(site)
        _is_refusal(site, await site.client.get("/api/system/data-mode"))


async def _is_refused(site: Site, path: str) -> None:
    _is_refusal(site, await site.client.get(site.place(path)))
    assert (await site.client.head(site.place(path))).status_code == 503


def _is_refusal(site: Site, answer: httpx.Response) -> None:
    error = refusal(answer, ErrorCode.UNAVAILABLE)
    assert int(answer.headers["retry-after"]) > 0
    # neither SQL nor paths are a client's business
    words = error["message"]
    for secret in ("SELECT", "UPDATE", str(site.home), str(site.prices), "Traceback"):
        assert secret not in words


async def test_on_demo_data_the_age_of_a_model_needs_the_description_of_the_data(
    tmp_path: Path,
) -> None:
    async with furnished(tmp_path, "demo") as site:
        path = site.file("data/demo.json")
        path.parent.mkdir()
        path.write_bytes(b"{")
        for reading in ("/api/system/model-age", "/api/system/data-mode"):
            _is_refusal(site, await site.client.get(reading))
