"""What `/metrics` answers: of requests, streams, jobs and files, also where something cannot be read."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from contract_tests.hang import ANSWER_SECONDS
from contract_tests.kit.examples import SUMMARY
from contract_tests.kit.metrics import samples, value
from contract_tests.kit.service import RunningService, idle_app, running
from quant_engine.api import metrics
from quant_engine.api.jobs.store import Claim
from quant_engine.api.metrics import HomeSize
from quant_engine.domain.errors import ErrorCode
from tests.api.conftest import Start, submit
from wirelaw.running.asgi import Reader

DAY = 86_400
TEXT = "text/plain; version=0.0.4; charset=utf-8"


async def scrape(client: httpx.AsyncClient) -> str:
    answer = await client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, TEXT)
    return answer.text


def n_series(text: str) -> int:
    return sum(name.startswith("quant_engine_request") for name, _ in samples(text))


async def claim(service: RunningService) -> Claim:
    await submit(service.client, "backtest")
    claim = await service.engine.claim()
    assert claim is not None
    return claim


# requests


async def test_a_request_is_counted_by_the_template_of_its_route(client: httpx.AsyncClient) -> None:
    job = await submit(client)
    for path in (f"/api/jobs/{job}", "/api/jobs/a", "/api/jobs/b"):
        await client.get(path)
    await client.head("/api/jobs/a")
    await client.post(f"/api/jobs/{job}")
    await client.get("/openapi.json")
    text = await scrape(client)

    def count(method: str, status: str, route: str = "/api/jobs/{job_id}") -> float | None:
        return value(text, "requests_total", method=method, route=route, status=status)

    assert (count("GET", "200"), count("GET", "404")) == (1, 2)
    assert (count("HEAD", "404"), count("POST", "405")) == (1, 1)
    assert count("GET", "200", "/openapi.json") == 1
    assert job not in text
    of = {"method": "GET", "route": "/api/jobs/{job_id}"}
    assert value(text, "request_duration_seconds_count", **of) == 3
    assert value(text, "request_duration_seconds_sum", **of) != 0


async def test_what_clients_invent_makes_no_series(client: httpx.AsyncClient) -> None:
    async def invent(name: str) -> None:
        for path in (f"/{name}", f"/api/{name}", f"/metrics/{name}", f"/{name}.js"):
            await client.get(path, params={name: name})
        await client.request(name.upper(), "/api/jobs")
        await client.get("/api/jobs", headers={"Host": name})

    await invent("first")
    await scrape(client)
    before = await scrape(client)
    for number in range(20):
        await invent(f"name{number}")
    text = await scrape(client)
    assert n_series(text) == n_series(before)
    assert value(text, "requests_total", method="GET", route="none", status="421") == 21
    assert value(text, "requests_total", method="other", route="/api/jobs", status="405") == 21


async def test_an_error_of_the_service_is_counted(
    idle: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(idle.store, "get", fail)
    assert (await idle.client.get("/api/jobs/a")).status_code == 500
    text = await scrape(idle.client)
    of = {"method": "GET", "route": "/api/jobs/{job_id}", "status": "500"}
    assert value(text, "requests_total", **of) == 1


async def test_two_apps_of_one_process_count_apart(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    async with running(idle_app(tmp_path / "other")) as other:
        await other.client.get("/api/jobs")
        mine, theirs = await scrape(client), await scrape(other.client)
    of = {"method": "GET", "route": "/api/jobs", "status": "200"}
    assert value(mine, "requests_total", **of) is None
    assert value(theirs, "requests_total", **of) == 1


async def test_the_token_is_required(tmp_path: Path) -> None:
    async with running(idle_app(tmp_path / "home", api_token="secret")) as service:  # noqa: S106
        assert (await service.client.get("/metrics")).status_code == 401
        service.client.headers["Authorization"] = "Bearer secret"
        assert "quant_engine_build_info" in await scrape(service.client)


# jobs


async def test_the_queue_is_measured(idle: RunningService) -> None:
    assert value(await scrape(idle.client), "job_oldest_wait_seconds") == 0
    first = await claim(idle)
    waiting = await submit(idle.client)
    with idle.connect() as other:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        other.execute("UPDATE jobs SET created_at = ?", (yesterday,))
        other.execute("UPDATE job_events SET logged_at = ?", (yesterday,))
    other.close()
    text = await scrape(idle.client)
    assert (value(text, "jobs_queued"), value(text, "jobs_running")) == (1, 1)
    assert value(text, "jobs_queued_limit") == 100
    assert (value(text, "job_oldest_wait_seconds") or 0) >= DAY
    await idle.store.release(first, lost=True)
    # it comes first, and the other one waits longer
    assert (value(await scrape(idle.client), "job_oldest_wait_seconds") or 0) >= DAY
    await idle.store.request_cancel(waiting)
    idle.engine.claims.clear()
    text = await scrape(idle.client)
    assert (value(text, "jobs_queued"), value(text, "jobs_running")) == (1, 0)
    # a job that ran for a day has not waited for a day
    assert (value(text, "job_oldest_wait_seconds") or 0) < DAY


def ended(text: str, outcome: str) -> float | None:
    of = {"job_type": "backtest", "outcome": outcome}
    return value(text, "job_duration_seconds_count", **of)


async def test_jobs_are_counted_across_a_restart_and_a_deletion(home: Path) -> None:
    async with running(idle_app(home)) as service:
        await service.store.succeed(await claim(service), SUMMARY.model_dump_json())
        await service.store.fail(await claim(service), ErrorCode.JOB_ERROR, "It failed.")
        await service.store.request_cancel(await submit(service.client, "backtest"))
        lost = await claim(service)
        await service.store.release(lost, lost=True)
        # it was settled already
        await service.store.release(lost, lost=True)
        service.engine.claims.clear()
        before = await scrape(service.client)
        with service.connect() as other:
            other.execute("DELETE FROM jobs")
            other.execute("DELETE FROM job_events")
        other.close()
    async with running(idle_app(home)) as service:
        text = await scrape(service.client)
    for outcome in ("succeeded", "failed", "cancelled"):
        assert (ended(before, outcome), ended(text, outcome)) == (1, 1)
    assert value(text, "job_attempts_lost_total", job_type="backtest") == 1
    assert value(text, "job_wait_seconds_count", job_type="backtest") == 3
    of_ends = {key: one for key, one in samples(text).items() if "job_duration" in key[0]}
    assert of_ends.items() <= samples(before).items()


async def test_each_series_of_jobs_is_there_from_the_start(client: httpx.AsyncClient) -> None:
    text = await scrape(client)
    assert all(ended(text, outcome) == 0 for outcome in ("succeeded", "failed", "cancelled"))
    assert value(text, "job_attempts_lost_total", job_type="train") == 0


async def test_a_scrape_reads_no_table_of_jobs_or_events_as_a_whole(idle: RunningService) -> None:
    statements: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(idle.parts.database.engine, "before_cursor_execute")
    def _keep(
        _c: object, _k: object, statement: str, values: tuple[object, ...], *_: object
    ) -> None:
        statements.append((statement, values))

    await scrape(idle.client)
    with idle.connect() as other:
        plans = [
            step[3]
            for statement, values in statements
            if statement.startswith("SELECT")
            for step in other.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    other.close()
    assert any("INDEX ix_jobs_status_position" in step for step in plans)
    scanned = {step for step in plans if step.startswith("SCAN") and "anon" not in step}
    assert scanned == {"SCAN job_totals"}


def test_lost_attempts_and_restarts_of_processes_are_counted(start: Start) -> None:
    service = start("backtest=die")
    service.finish(service.submit("backtest")["job_id"])
    # the last process is replaced a moment after its job has ended
    while value(text := service.http.get("/metrics").text, "job_process_restarts_total") != 3:
        assert service.process.poll() is None
    assert value(text, "job_attempts_lost_total", job_type="backtest") == 3
    assert ended(text, "failed") == 1
    service.stop()
    service.restart()
    text = service.http.get("/metrics").text
    assert value(text, "job_attempts_lost_total", job_type="backtest") == 3
    assert value(text, "job_process_restarts_total") == 0


# streams


async def read_until(reader: Reader, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(ANSWER_SECONDS):
        while not condition():
            assert reader.is_open
            await asyncio.sleep(0)


async def test_streams_and_the_lag_of_their_events_are_measured(idle: RunningService) -> None:
    await submit(idle.client)
    # what came before a stream is not late
    reader = Reader(idle.app, "GET", "/api/events")
    await read_until(reader, lambda: len(reader.frames) >= 2)
    text = await scrape(idle.client)
    assert value(text, "open_streams", kind="all") == 1
    assert value(text, "open_streams", kind="job") == 0
    assert value(text, "event_lag_seconds_count", kind="all") == 0
    n_frames = len(reader.frames)
    await submit(idle.client)
    await read_until(reader, lambda: len(reader.frames) > n_frames)
    last = reader.frames[-1].id
    reader.leave()
    await reader.wait(ANSWER_SECONDS)
    text = await scrape(idle.client)
    assert value(text, "open_streams", kind="all") == 0
    assert value(text, "event_lag_seconds_count", kind="all") == 1
    assert value(text, "event_lag_seconds_bucket", kind="all", le="30.0") == 1
    assert last is not None
    # a reader that comes back for the same event
    position = f"{last.split('.')[0]}.{int(last.split('.')[1]) - 1}"
    again = Reader(idle.app, "GET", "/api/events", headers={"last-event-id": position})
    await read_until(again, lambda: any(frame.id == last for frame in again.frames))
    again.leave()
    await again.wait(ANSWER_SECONDS)
    assert value(await scrape(idle.client), "event_lag_seconds_count", kind="all") == 1


async def test_streams_of_logs_are_counted_apart(idle: RunningService) -> None:
    running = await claim(idle)
    reader = Reader(idle.app, "GET", f"/api/jobs/{running.job_id}/log/events")

    async def n_open() -> list[float | None]:
        text = await scrape(idle.client)
        return [value(text, "open_streams", kind=kind) for kind in ("job", "all", "log")]

    async with asyncio.timeout(ANSWER_SECONDS):
        while await n_open() != [0, 0, 1]:
            assert reader.is_open
    reader.leave()
    await reader.wait(ANSWER_SECONDS)
    assert await n_open() == [0, 0, 0]
    # its lines are stored in batches, so it has no lag to measure
    assert value(await scrape(idle.client), "event_lag_seconds_count", kind="log") is None


# what cannot be read, and what takes long


@pytest.mark.parametrize("damage", ["DROP TABLE job_totals", "DROP TABLE jobs"])
async def test_without_the_database_the_rest_is_answered(idle: RunningService, damage: str) -> None:
    with idle.connect() as other:
        other.execute(damage)
    other.close()
    text = await scrape(idle.client)
    assert value(text, "database_up") == 0
    assert value(text, "jobs_queued") is None
    assert value(text, "job_processes") == 0
    assert value(text, "database_bytes") == await idle.parts.database.size()


async def test_a_database_that_is_gone_has_no_size(idle: RunningService) -> None:
    await idle.reopen_database()
    for file in idle.home.glob("quant_engine.db*"):
        file.unlink()
    idle.parts.home.database.mkdir()
    text = await scrape(idle.client)
    assert value(text, "database_up") == 0


async def test_a_damaged_time_or_total_is_no_error_of_the_service(idle: RunningService) -> None:
    await submit(idle.client)
    with idle.connect() as other:
        other.execute("INSERT INTO job_totals VALUES ('ran', 'train', 'failed', 'x', x'ff', 'y')")
        other.execute("INSERT INTO job_totals VALUES ('odd', 'odd', 'odd', 1, 1, 1)")
    assert value(await scrape(idle.client), "database_up") == 1
    with other:
        other.execute("UPDATE jobs SET created_at = 'never'")
        other.execute("UPDATE job_events SET logged_at = NULL")
    other.close()
    assert value(await scrape(idle.client), "database_up") == 0


async def test_a_large_home_does_not_slow_a_scrape(
    idle: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_large, n_measured = threading.Event(), 0

    def measure(_folder: Path, _is_stopped: Callable[[], bool]) -> int:
        nonlocal n_measured
        n_measured += 1
        is_large.wait()
        return 7

    monkeypatch.setattr(metrics, "folder_bytes", measure)
    for _ in range(3):
        assert value(await scrape(idle.client), "home_bytes") is None
    measuring = idle.parts.metrics.home_size.measuring
    assert measuring is not None
    is_large.set()
    await measuring
    for _ in range(3):
        assert value(await scrape(idle.client), "home_bytes") == 7
    assert n_measured == 1


async def test_a_measurement_ends_with_the_service(home: Path) -> None:
    home.mkdir()
    (home / "file").write_bytes(b"12345")
    size = HomeSize(home)
    size.refresh()
    assert size.measuring is not None
    await size.measuring
    assert size.bytes == 5
    closed = HomeSize(home)
    closed.refresh()
    measuring = closed.measuring
    closed.close()
    assert measuring is not None
    await measuring
    assert closed.bytes is None
    closed.refresh()
    assert closed.measuring is None
