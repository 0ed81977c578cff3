"""The whole app in this process, with an engine that never starts a job: what is queued stays queued."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from contract_tests.kit.engine import ScriptedEngine
from quant_engine.api.errors import STATUS
from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.main import create_app
from quant_engine.config import Settings
from quant_engine.data.manifest import DataManifest, TickerManifest
from quant_engine.domain.errors import ErrorCode

BASE_URL = "http://localhost"
KNOWN_TICKERS = ("AAPL", "BAC", "GE")
FIRST_DATE, LAST_DATE = date(1990, 1, 2), date(2022, 12, 28)

MANIFEST = DataManifest(
    source="demo",
    data_mode="demo",
    fingerprint="0" * 16,
    tickers=[
        TickerManifest(ticker=ticker, first_date=FIRST_DATE, last_date=LAST_DATE, n_bars=8313)
        for ticker in KNOWN_TICKERS
    ],
    core_list=list(KNOWN_TICKERS[:2]),
    first_date=FIRST_DATE,
    last_date=LAST_DATE,
    has_membership=False,
    survivorship_biased=True,
    fallbacks=[],
    problems=[],
)


async def _manifest() -> DataManifest:
    return MANIFEST


def idle_app(home: Path, *, engine: JobEngine | None = None, **settings: Any) -> FastAPI:
    """Build the app; no job process, and data that need no other process to describe them."""
    app = create_app(Settings(home=home, **settings), engine=engine or ScriptedEngine())
    app.state.service._catalog.manifest = _manifest
    return app


def client_of(app: FastAPI, **options: Any) -> httpx.AsyncClient:
    """Talk to an app without a socket; what it raises becomes what a server makes of it."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL, timeout=10, **options)


@asynccontextmanager
async def serving(app: FastAPI, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Run an app for as long as the block runs."""
    async with app.state.service.lifespan(app), client_of(app, **options) as client:
        yield client


def refusal(response: httpx.Response, code: ErrorCode) -> dict[str, Any]:
    """Hold an error to the envelope law and to its code; return the error."""
    body = envelope(response)
    error = body["error"]
    assert error is not None, body
    assert error["code"] == code, body
    assert response.status_code == STATUS[code]
    assert error["message"].endswith(".")
    assert all(set(field) == {"path", "message"} for field in error["fields"])
    return dict(error)


def envelope(response: httpx.Response) -> dict[str, Any]:
    """Hold a JSON response to the envelope law; return it."""
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert list(body) == ["ok", "data", "error", "meta"]
    assert body["ok"] is (response.status_code < 400)
    assert body["ok"] is (body["error"] is None)
    assert body["meta"]["request_id"] == response.headers["x-request-id"]
    assert body["meta"]["generated_at"].endswith("Z")
    assert datetime.fromisoformat(body["meta"]["generated_at"]).tzinfo == UTC
    assert body["meta"]["elapsed_ms"] >= 0
    assert body["meta"]["warnings"] == []
    return dict(body)


async def queued(client: httpx.AsyncClient) -> int:
    """Count the jobs there are."""
    page = await client.get("/api/jobs", params={"limit": 200})
    return len(envelope(page)["data"]["items"])
