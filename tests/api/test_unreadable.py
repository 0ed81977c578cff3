"""Files that cannot be read are said to be so, with a declared status, and are left as they are."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import TrainParameters
from quant_engine.models.registry import ModelRegistry
from tests.api.apps import envelope, queued, refusal
from tests.api.furnished import furnished
from tests.api.held_jobs import SUMMARY
from tests.api.versions import manifest, promote


async def submit(client: httpx.AsyncClient, kind: str = "train") -> str:
    answer = await client.post(f"/api/compute/{kind}", json={})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["data"]["job_id"])


# results


@pytest.fixture
async def finished(app: FastAPI, client: httpx.AsyncClient) -> str:
    """Name a backtest that succeeded, and whose report is for the test to write."""
    job = await submit(client, "backtest")
    store = app.state.services.store
    await store.succeed(await store.claim_next(), SUMMARY.model_dump_json())
    return job


async def unreadable(client: httpx.AsyncClient, job: str) -> None:
    for path in (f"/api/backtests/{job}", f"/api/backtests/{job}/trades.csv"):
        refusal(await client.get(path), ErrorCode.UNAVAILABLE)
    # what the record says of it is still there
    assert len(envelope(await client.get("/api/backtests"))["data"]["items"]) == 1


async def test_a_report_that_is_missing_is_unavailable(
    client: httpx.AsyncClient, finished: str
) -> None:
    await unreadable(client, finished)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"null", b"[]", b"{}", b'{"job_id": 7}', b"NaN", b"[" * 100_000],
    ids=lambda content: content[:9].decode(errors="replace"),
)
async def test_a_report_that_is_damaged_is_unavailable(
    home: Path, client: httpx.AsyncClient, finished: str, content: bytes
) -> None:
    report = Artifacts(home).reports / f"{finished}.json"
    report.parent.mkdir(exist_ok=True)
    report.write_bytes(content)
    await unreadable(client, finished)
    assert report.read_bytes() == content


async def test_a_report_that_is_a_folder_is_unavailable(
    home: Path, client: httpx.AsyncClient, finished: str
) -> None:
    (Artifacts(home).reports / f"{finished}.json").mkdir(parents=True)
    await unreadable(client, finished)


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


BROKEN = [b"", b"{", b"[]", b"null", b"\xff", b"NaN", b'{"promoted": "v1"}', b"[" * 100_000, None]


def put(file: Path, content: bytes | None) -> None:
    """Put these bytes, or a folder, where a file is looked for."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: repr(content)[:12])
async def test_a_damaged_registry_is_unavailable(
    home: Path, client: httpx.AsyncClient, content: bytes | None
) -> None:
    assert envelope(await client.get("/api/system/model-age"))["data"]["status"] == "absent"
    put(ModelRegistry(home).root / "registry.json", content)
    for path in ("/api/models", "/api/system/model-age"):
        refusal(await client.get(path), ErrorCode.UNAVAILABLE)
    assert (await failing_check(client, "model_age"))["status"] == "failing"


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: repr(content)[:12])
async def test_a_damaged_manifest_is_unavailable(
    home: Path, client: httpx.AsyncClient, content: bytes | None
) -> None:
    put(ModelRegistry(home).folder("v1") / "manifest.json", content)
    for path in ("/api/models", "/api/models/v1"):
        refusal(await client.get(path), ErrorCode.UNAVAILABLE)
    for kind in ("backtest", "predict"):
        answer = await client.post(f"/api/compute/{kind}", json={"version": "v1"})
        refusal(answer, ErrorCode.UNAVAILABLE)
    assert await queued(client) == 0


async def test_a_file_in_the_place_of_the_models_is_unavailable(
    home: Path, client: httpx.AsyncClient
) -> None:
    ModelRegistry(home).root.write_text("not a folder")
    for path in ("/api/models", "/api/models/v1", "/api/system/model-age"):
        refusal(await client.get(path), ErrorCode.UNAVAILABLE)


async def test_data_that_cannot_be_read_refuse_new_work_and_keep_the_old(tmp_path: Path) -> None:
    async with furnished(tmp_path) as site:
        client = site.client
        headers = {"Idempotency-Key": "k"}
        asked = {"years": 1, "tickers": ["AAA"]}
        store = site.app.state.services.store
        # accepted when these names had a longer history
        params = TrainParameters.model_validate(asked).model_dump_json()
        first = await store.submit(JobType.TRAIN, params, key="k")
        site.move_prices_away()
        for kind in ("train", "backtest", "predict", "autopilot"):
            answer = await client.post(f"/api/compute/{kind}", json={})
            error = refusal(answer, ErrorCode.UNAVAILABLE)
            assert "QUANT_ENGINE_DATA_PATH" in error["message"]
        refusal(await client.get("/api/system/data-mode"), ErrorCode.UNAVAILABLE)
        for name in ("data_freshness", "data_gaps"):
            assert "does not exist" in (await failing_check(client, name))["reason"]
        again = await client.post("/api/compute/train", json=asked, headers=headers)
        assert again.status_code == 202
        assert again.json()["data"]["job_id"] == first.job_id
        assert len(envelope(await client.get("/api/jobs?status=queued"))["data"]["items"]) == 1
