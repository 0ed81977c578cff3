"""Checks that answers of the API have the envelope of the contract."""

from datetime import UTC, datetime
from typing import Any

import httpx

from quant_engine.api.errors import STATUS
from quant_engine.domain.errors import ErrorCode


def refusal(response: httpx.Response, code: ErrorCode) -> dict[str, Any]:
    """Check the envelope and the code of an error; return the error."""
    body = envelope(response)
    error = body["error"]
    assert error is not None, body
    assert error["code"] == code, body
    assert response.status_code == STATUS[code]
    assert error["message"].endswith(".")
    assert all(set(field) == {"path", "message"} for field in error["fields"])
    return dict(error)


def envelope(response: httpx.Response) -> dict[str, Any]:
    """Check the envelope of a JSON response; return it."""
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
    """Return the number of jobs."""
    page = await client.get("/api/jobs", params={"limit": 200})
    return len(envelope(page)["data"]["items"])
