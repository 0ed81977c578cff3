"""Requests about jobs that exist already: a submission that is repeated, a cancel, a report."""

import httpx
import pytest

from contract_tests.kit.answers import envelope, queued, refusal
from quant_engine.domain.errors import ErrorCode

UNKNOWN_JOB = "00000000-0000-4000-8000-000000000000"


async def test_a_key_names_one_job(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = await client.post("/api/compute/train", json={"years": 7}, headers=headers)
    before = await queued(client)
    again = await client.post("/api/compute/train", json={"years": 7.0}, headers=headers)
    assert again.status_code == 202
    assert again.json()["data"] == first.json()["data"]
    assert again.headers["location"] == first.headers["location"]
    other = await client.post("/api/compute/train", json={"years": 8}, headers=headers)
    refusal(other, ErrorCode.IDEMPOTENCY_KEY_REUSED)
    assert await queued(client) == before
    elsewhere = await client.post("/api/compute/predict", json={}, headers=headers)
    assert elsewhere.json()["data"]["job_id"] != first.json()["data"]["job_id"]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 129, "a/b", "../x", "{}", "\u00e9", "a\tb"])
async def test_a_malformed_key_is_invalid(client: httpx.AsyncClient, key: str) -> None:
    before = await queued(client)
    headers = {b"Idempotency-Key": key.encode()}
    answer = await client.post("/api/compute/train", json={}, headers=headers)
    error = refusal(answer, ErrorCode.INVALID)
    assert error["fields"][0]["path"] == "header.idempotency-key"
    assert await queued(client) == before


@pytest.mark.parametrize("key", ["a", "x" * 128, "A-z_0.9:1"])
async def test_a_well_formed_key_is_accepted(client: httpx.AsyncClient, key: str) -> None:
    headers = {"Idempotency-Key": key}
    assert (await client.post("/api/compute/train", json={}, headers=headers)).status_code == 202


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"{", b'{"unknown": 1}', b"x" * 900_000], ids=lambda body: body[:9]
)
async def test_cancel_ignores_its_body(client: httpx.AsyncClient, body: bytes) -> None:
    job = envelope(await client.post("/api/compute/train", json={}))["data"]
    answer = await client.post(f"/api/jobs/{job['job_id']}/cancel", content=body)
    record = envelope(answer)["data"]
    assert (answer.status_code, record["status"]) == (200, "cancelled")
    again = await client.post(f"/api/jobs/{job['job_id']}/cancel")
    refusal(again, ErrorCode.JOB_ALREADY_FINAL)


async def test_an_absent_job_cannot_be_read_or_cancelled(client: httpx.AsyncClient) -> None:
    refusal(await client.post(f"/api/jobs/{UNKNOWN_JOB}/cancel"), ErrorCode.JOB_NOT_FOUND)
    refusal(await client.get(f"/api/jobs/{UNKNOWN_JOB}"), ErrorCode.JOB_NOT_FOUND)
    refusal(await client.get(f"/api/jobs/{UNKNOWN_JOB}/events"), ErrorCode.JOB_NOT_FOUND)
    refusal(await client.get(f"/api/backtests/{UNKNOWN_JOB}"), ErrorCode.BACKTEST_NOT_FOUND)
    refusal(
        await client.get(f"/api/backtests/{UNKNOWN_JOB}/trades.csv"), ErrorCode.BACKTEST_NOT_FOUND
    )


async def test_a_backtest_that_did_not_succeed_has_no_report(client: httpx.AsyncClient) -> None:
    training = envelope(await client.post("/api/compute/train", json={}))["data"]["job_id"]
    refusal(await client.get(f"/api/backtests/{training}"), ErrorCode.BACKTEST_NOT_FOUND)
    job = envelope(await client.post("/api/compute/backtest", json={}))["data"]["job_id"]
    for path in (f"/api/backtests/{job}", f"/api/backtests/{job}/trades.csv"):
        refusal(await client.get(path), ErrorCode.JOB_NOT_FINAL)
    await client.post(f"/api/jobs/{job}/cancel")
    refusal(await client.get(f"/api/backtests/{job}"), ErrorCode.BACKTEST_NOT_FOUND)
