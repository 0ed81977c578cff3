"""Unreadable files: the service refuses new jobs with advice, and keeps the accepted ones.

`contract_tests/faults` checks every operation with every file that it reads.
"""

import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from contract_tests.kit.answers import envelope, queued, refusal
from contract_tests.kit.examples import DEMO_DATA, manifest, promote
from contract_tests.kit.homes import filled
from quant_engine.api.schemas.jobs import JobType
from quant_engine.data.manifest import DataManifest
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import TrainParameters
from quant_engine.models.registry import ModelRegistry

# what the service reads beside its database


async def failing_check(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    health = envelope(await client.get("/api/system/health"))["data"]
    assert health["status"] == "failing"
    return next(dict(check) for check in health["checks"] if check["name"] == name)


async def test_a_registry_that_cannot_be_read_refuses_new_work(
    home: Path, client: httpx.AsyncClient
) -> None:
    promote(home, manifest("v1", data_source="demo", first_date="2000-01-03"))
    accepted = await client.post("/api/compute/backtest", json={"version": "v1"})
    assert accepted.status_code == 202, accepted.text
    (ModelRegistry(home).folder("v1") / "manifest.json").write_text("{")
    (ModelRegistry(home).root / "registry.json").write_text("{")
    for path in ("/api/models", "/api/models/v1", "/api/system/model-age"):
        error = refusal(await client.get(path), ErrorCode.UNAVAILABLE)
        assert "damaged. Restore" in error["message"]
    for kind in ("backtest", "predict"):
        answer = await client.post(f"/api/compute/{kind}", json={"version": "v1"})
        refusal(answer, ErrorCode.UNAVAILABLE)
    assert await queued(client) == 1
    check = await failing_check(client, "model_age")
    assert "registry is damaged" in check["reason"]
    assert "Restore the folder models" in check["action"]


async def test_data_that_cannot_be_read_refuse_new_work_and_keep_the_old(tmp_path: Path) -> None:
    async with filled(tmp_path) as service:
        client = service.client
        headers = {"Idempotency-Key": "k"}
        body = {"years": 1, "tickers": ["AAA"]}
        store = service.store
        # accepted when these names had a longer history
        params = TrainParameters.model_validate(body).model_dump_json()
        first = await store.submit(JobType.TRAIN, params, key="k")
        service.move_prices_away()
        for kind in ("train", "backtest", "predict", "autopilot"):
            answer = await client.post(f"/api/compute/{kind}", json={})
            error = refusal(answer, ErrorCode.UNAVAILABLE)
            assert "QUANT_ENGINE_DATA_PATH" in error["message"]
        refusal(await client.get("/api/system/data-mode"), ErrorCode.UNAVAILABLE)
        for name in ("data_freshness", "data_gaps"):
            assert "does not exist" in (await failing_check(client, name))["reason"]
        again = await client.post("/api/compute/train", json=body, headers=headers)
        assert again.status_code == 202
        assert again.json()["data"]["job_id"] == first.job_id
        assert len(envelope(await client.get("/api/jobs?status=queued"))["data"]["items"]) == 1


@pytest.mark.parametrize(
    ("change", "method", "path"),
    [
        ("UPDATE jobs SET params = '{'", "POST", "/api/compute/train"),
        ("UPDATE jobs SET status = 'unknown'", "POST", "/api/jobs/{job_id}/cancel"),
        ("UPDATE jobs SET revision = 'many'", "POST", "/api/jobs/{job_id}/cancel"),
        ("UPDATE event_log SET pruned_through = 'many'", "GET", "/api/events"),
        ("UPDATE event_log SET log_id = x'ff'", "GET", "/api/events"),
    ],
)
async def test_a_damaged_row_is_unavailable_and_not_overwritten(
    home: Path, client: httpx.AsyncClient, change: str, method: str, path: str
) -> None:
    headers = {"Idempotency-Key": "k"}
    job = (await client.post("/api/compute/train", json={}, headers=headers)).json()["data"]
    other = sqlite3.connect(home / "quant_engine.db", isolation_level=None)
    other.execute(change)
    before = other.execute("SELECT * FROM jobs").fetchall()
    place = path.format(job_id=job["job_id"])
    refusal(await client.request(method, place, json={}, headers=headers), ErrorCode.UNAVAILABLE)
    assert other.execute("SELECT * FROM jobs").fetchall() == before
    other.close()


def test_a_description_whose_core_list_has_no_prices_is_none() -> None:
    described = DEMO_DATA.model_dump() | {"core_list": ["UNKNOWN"]}
    with pytest.raises(ValidationError, match="core_list has names without prices"):
        DataManifest.model_validate(described)
