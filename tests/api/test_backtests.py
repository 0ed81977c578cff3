"""A report of any size is checked and sent in portions, and so are its trades."""

import asyncio
import csv
import io
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.hang import ANSWER_SECONDS
from contract_tests.kit.homes import FilledService, filled
from contract_tests.kit.large import large_report
from quant_engine.api.routers import backtests as router
from quant_engine.api.services.backtests import trades_csv
from quant_engine.artifacts import Artifacts, StoredReport
from quant_engine.domain.reports import BacktestReport, Trade
from wirelaw.running.asgi import request

N_TRADES = 3_000


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[FilledService]:
    async with filled(tmp_path) as service:
        Artifacts(service.home).write_report(large_report(service.backtest, N_TRADES))
        yield service


def paths(service: FilledService) -> list[str]:
    report = f"/api/backtests/{service.backtest}"
    return [report, f"{report}/trades.csv"]


@pytest.mark.parametrize("accept", ["identity", "gzip"])
async def test_a_large_report_arrives_whole(service: FilledService, accept: str) -> None:
    stored = Artifacts(service.home).read_report(service.backtest)
    report, trades = [
        await request(service.app, "GET", path, headers={"accept-encoding": accept})
        for path in paths(service)
    ]
    assert BacktestReport.model_validate(report.json()["data"]) == stored
    assert report.json()["meta"]["request_id"] == report.headers["x-request-id"]
    for answer in (report, trades):
        assert answer.ended
        assert answer.headers.get("content-encoding", "identity") == accept
    if accept == "identity":
        assert report.headers["content-length"] == str(report.n_bytes)
    else:
        assert report.n_bytes < len(report.body) / 2
    header, *rows = csv.reader(io.StringIO(trades.body.decode(), newline=""))
    assert header == list(Trade.model_fields)
    expected = [trade.model_dump(mode="json").values() for trade in stored.trades]
    assert rows == [["" if one is None else str(one) for one in row] for row in expected]


async def test_no_step_of_a_report_runs_on_the_thread_of_the_loop(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def watched(steps: Any) -> Any:
        def each(*arguments: Any) -> Iterator[Any]:
            for step in steps(*arguments):
                threads.append(threading.current_thread())
                yield step

        return each

    for kind, name in ((Artifacts, "open_report"), (StoredReport, "trades")):
        monkeypatch.setattr(kind, name, watched(getattr(kind, name)))
    for path in paths(service):
        assert (await request(service.app, "GET", path)).status == 200
    assert len(threads) > 20
    assert threading.current_thread() not in threads


@pytest.mark.parametrize("end", [b"", b"{}]}", b"\xff]}"])
async def test_an_error_in_the_last_trade_is_an_envelope(
    service: FilledService, end: bytes
) -> None:
    file = service.file("reports/{backtest}.json")
    file.write_bytes(file.read_bytes()[:-3] + end)
    for path in paths(service):
        answer = await request(service.app, "GET", path)
        assert answer.status == 503
        error = answer.json()["error"]
        assert error["code"] == "unavailable"
        assert "Run the job again" in error["message"]


def endless_rows(report: StoredReport) -> Iterator[str]:
    while True:
        yield from trades_csv(report)


def endless_check(*_: Any) -> Iterator[None]:
    while True:
        yield None


@pytest.mark.parametrize("accept", [b"identity", b"gzip"])
async def test_a_client_that_leaves_ends_the_rows(
    service: FilledService, monkeypatch: pytest.MonkeyPatch, accept: bytes
) -> None:
    monkeypatch.setattr(router, "trades_csv", endless_rows)
    sent = await left_early(service, accept, leaves_late=True)
    assert sent[0]["status"] == 200


async def test_a_client_that_leaves_ends_the_check(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Artifacts, "open_report", endless_check)
    sent = await left_early(service, b"gzip", leaves_late=False)
    assert sent[0]["status"] == 503


async def left_early(service: FilledService, accept: bytes, *, leaves_late: bool) -> list[Any]:
    """Ask for trades, and leave at the first of them or while the report is checked; return what is sent."""
    sent: list[Any] = []
    left = asyncio.Event()

    async def receive() -> Any:
        if leaves_late:
            await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if message["type"] == "http.response.body":
            left.set()

    scope = {
        "type": "http",
        "method": "GET",
        "path": paths(service)[1],
        "query_string": b"",
        # what uvicorn says: of a later version, a send raises where the client has left
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "headers": [(b"host", b"localhost"), (b"accept-encoding", accept)],
    }
    async with asyncio.timeout(ANSWER_SECONDS):
        await service.app(scope, receive, send)
    return sent


async def test_a_service_that_stops_waits_for_one_step(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def stays() -> bool:
        begun.set()
        return False

    monkeypatch.setattr(Artifacts, "open_report", endless_check)
    report = service.parts.services.backtests.report
    reading = asyncio.ensure_future(report(service.backtest, stays))
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    # its threads end, or this one would wait for them
    async with asyncio.timeout(ANSWER_SECONDS):
        await asyncio.get_running_loop().shutdown_default_executor()
