"""Lists: newest first, with no row twice and none left out while rows are added."""

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from contract_tests.kit.answers import envelope, refusal
from contract_tests.kit.examples import SUMMARY
from contract_tests.kit.service import idle_app, running
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.schemas.paging import from_cursor, position_from_cursor, to_cursor
from quant_engine.domain.errors import ErrorCode, Refused
from tests.api.conftest import submit


async def finish(app: FastAPI, job_id: str) -> None:
    store = app.state.services.store
    claim = await store.claim_next()
    assert claim is not None
    assert claim.job_id == job_id
    await store.succeed(claim, SUMMARY.model_dump_json())


async def pages(client: httpx.AsyncClient, path: str, **query: Any) -> list[list[str]]:
    found, cursor = [], None
    while True:
        params = {**query, **({"cursor": cursor} if cursor else {})}
        data = envelope(await client.get(path, params=params))["data"]
        assert list(data) == ["items", "next_cursor"]
        found.append([item["job_id"] for item in data["items"]])
        cursor = data["next_cursor"]
        if cursor is None:
            return found


async def test_pages_are_newest_first_and_complete(client: httpx.AsyncClient) -> None:
    assert await pages(client, "/api/jobs") == [[]]
    jobs = [await submit(client) for _ in range(7)]
    newest = jobs[::-1]
    assert await pages(client, "/api/jobs", limit=3) == [newest[:3], newest[3:6], newest[6:]]
    # a full last page is the last
    assert await pages(client, "/api/jobs", limit=7) == [newest]
    assert await pages(client, "/api/jobs", limit=1) == [[job] for job in newest]


async def test_the_default_page_has_fifty(client: httpx.AsyncClient) -> None:
    for _ in range(51):
        await submit(client)
    assert [len(page) for page in await pages(client, "/api/jobs")] == [50, 1]
    assert [len(page) for page in await pages(client, "/api/jobs", limit=200)] == [51]


async def test_rows_that_are_added_move_nothing(client: httpx.AsyncClient) -> None:
    jobs = [await submit(client) for _ in range(4)]
    first = envelope(await client.get("/api/jobs?limit=2"))["data"]
    await submit(client)
    await submit(client)
    second = await client.get("/api/jobs", params={"limit": 2, "cursor": first["next_cursor"]})
    ids = [item["job_id"] for item in [*first["items"], *envelope(second)["data"]["items"]]]
    assert ids == jobs[::-1]


async def test_filters_hold_on_every_page(client: httpx.AsyncClient) -> None:
    kinds = [await submit(client, kind) for kind in ("train", "backtest") * 3]
    trainings, backtests = kinds[::2][::-1], kinds[1::2][::-1]
    await client.post(f"/api/jobs/{trainings[0]}/cancel")
    assert await pages(client, "/api/jobs", job_type="backtest", limit=2) == [
        backtests[:2],
        backtests[2:],
    ]
    assert await pages(client, "/api/jobs", status="cancelled") == [trainings[:1]]
    assert await pages(client, "/api/jobs", status="queued", job_type="train", limit=1) == [
        [trainings[1]],
        [trainings[2]],
    ]
    assert await pages(client, "/api/jobs", status="failed") == [[]]


async def test_backtests_list_those_that_succeeded(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert await pages(client, "/api/backtests") == [[]]
    jobs = []
    for _ in range(3):
        jobs.append(await submit(client, "backtest"))
        await finish(app, jobs[-1])
    await submit(client, "backtest")
    assert await pages(client, "/api/backtests", limit=2) == [[jobs[2], jobs[1]], [jobs[0]]]
    item = envelope(await client.get("/api/backtests"))["data"]["items"][0]
    assert item["metrics"] == SUMMARY.metrics.model_dump(mode="json")
    assert item["model_version"] == SUMMARY.model_version
    assert item["completed_at"].endswith("Z")
    assert (item["first_date"], item["last_date"]) == ("2020-01-02", "2020-01-02")


@pytest.mark.parametrize("limit", [1, 200, "7.0"])
async def test_a_limit_within_bounds_is_accepted(client: httpx.AsyncClient, limit: object) -> None:
    for path in ("/api/jobs", "/api/backtests", "/api/models"):
        assert (await client.get(f"{path}?limit={limit}")).status_code == 200


LIMITS = ["0", "201", "-1", "", "x", "true", "7.5", "1_0", "%2B5", "1e1", "%D9%A1", "9" * 5000]
CURSORS = ["", "x", "%00", "%ff", "=", "am9iczo", "am9iczoxCg", "../../x", "x" * 129]


@pytest.mark.parametrize(
    "query", [*(f"limit={n}" for n in LIMITS), *(f"cursor={c}" for c in CURSORS)]
)
async def test_a_malformed_limit_or_cursor_is_invalid(
    client: httpx.AsyncClient, query: str
) -> None:
    for path in ("/api/jobs", "/api/backtests", "/api/models"):
        error = refusal(await client.get(f"{path}?{query}"), ErrorCode.INVALID)
        assert error["fields"][0]["path"] == f"query.{query.partition('=')[0]}"


@pytest.mark.parametrize("key", ["0", "-1", "1.0", "\u0661", "1 ", "9" * 19, "x", "", "1:2", "1\n"])
async def test_a_cursor_cannot_be_made_up(key: str) -> None:
    made = base64.urlsafe_b64encode(f"jobs:{key}".encode()).decode().rstrip("=")
    if key == "0":
        assert position_from_cursor("jobs", made) == 0
        return
    with pytest.raises(Refused, match="Start again"):
        position_from_cursor("jobs", made)


async def test_a_cursor_belongs_to_its_list() -> None:
    for key in (1, 10**17, "v1"):
        cursor = to_cursor("models", key)
        assert from_cursor("models", cursor) == str(key)
        with pytest.raises(Refused):
            from_cursor("jobs", cursor)
    assert to_cursor("jobs", None) is None
    assert from_cursor("jobs", None) is None


async def test_the_queue_is_bounded_and_counts_the_waiting(tmp_path: Path) -> None:
    app, key = idle_app(tmp_path / "home", max_queued=2), {"Idempotency-Key": "again"}
    async with running(app) as service:
        client = service.client
        first = await submit(client)
        await submit(client)
        full = await client.post("/api/compute/train", json={}, headers=key)
        refusal(full, ErrorCode.QUEUE_FULL)
        assert int(full.headers["retry-after"]) > 0
        assert len((await pages(client, "/api/jobs"))[0]) == 2
        # a running job does not wait
        claim = await app.state.services.store.claim_next()
        assert claim is not None
        assert (claim.job_id, claim.job_type) == (first, JobType.TRAIN)
        taken = await client.post("/api/compute/train", json={}, headers=key)
        assert taken.status_code == 202
        # a repeat is no new job, also when the queue is full
        repeated = await client.post("/api/compute/train", json={}, headers=key)
        assert repeated.json()["data"]["job_id"] == taken.json()["data"]["job_id"]
