"""The latest predictions: null before the first, complete, and an error when they cannot be read."""

import threading
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from contract_tests.kit.answers import envelope, refusal
from contract_tests.kit.examples import SIGNALS
from quant_engine.artifacts import Artifacts
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.reports import PredictSummary

PATH = "/api/signals/latest"
SUMMARY = PredictSummary(
    model_version="one", as_of=SIGNALS.as_of, horizon=10, n_tickers=1, top=SIGNALS.signals
)


async def predicted(app: FastAPI, client: httpx.AsyncClient) -> str:
    """Return the id of a succeeded prediction whose signals are not written."""
    answer = await client.post("/api/compute/predict", json={})
    store = app.state.services.store
    await store.succeed(await store.claim_next(), SUMMARY.model_dump_json())
    return str(answer.json()["data"]["job_id"])


async def test_none_yet_is_null(client: httpx.AsyncClient) -> None:
    answer = await client.get(PATH)
    assert answer.status_code == 200
    assert envelope(answer)["data"] is None


async def test_a_prediction_that_has_not_succeeded_is_none_yet(client: httpx.AsyncClient) -> None:
    await client.post("/api/compute/predict", json={})
    assert envelope(await client.get(PATH))["data"] is None


async def test_the_newest_that_succeeded_is_complete(
    home: Path, app: FastAPI, client: httpx.AsyncClient
) -> None:
    for as_of in ("2020-01-02", "2020-01-03"):
        job = await predicted(app, client)
        changes = {"job_id": job, "as_of": as_of}
        report = SIGNALS.model_validate(SIGNALS.model_dump() | changes)
        Artifacts(home).write_signals(report)
    await client.post("/api/compute/predict", json={})
    data = envelope(await client.get(PATH))["data"]
    assert data == report.model_dump(mode="json")
    assert data["as_of"] == "2020-01-03"


async def test_the_event_loop_does_not_wait_for_the_disk(
    home: Path, app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = SIGNALS.model_copy(update={"job_id": await predicted(app, client)})
    Artifacts(home).write_signals(report)
    read, readers = Artifacts.read_signals, set[threading.Thread]()

    def note(artifacts: Artifacts, job_id: str) -> object:
        readers.add(threading.current_thread())
        return read(artifacts, job_id)

    monkeypatch.setattr(Artifacts, "read_signals", note)
    assert envelope(await client.get(PATH))["data"] == report.model_dump(mode="json")
    assert len(readers) == 1
    assert threading.main_thread() not in readers


async def test_signals_that_are_missing_are_unavailable(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await predicted(app, client)
    error = refusal(await client.get(PATH), ErrorCode.UNAVAILABLE)
    assert "Run it again" in error["message"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"null", b"{}", b'{"job_id": 7}', b"NaN", None],
    ids=lambda content: repr(content)[:12],
)
async def test_signals_that_are_damaged_are_unavailable(
    home: Path, app: FastAPI, client: httpx.AsyncClient, content: bytes | None
) -> None:
    path = Artifacts(home).signals / f"{await predicted(app, client)}.json"
    path.parent.mkdir()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    refusal(await client.get(PATH), ErrorCode.UNAVAILABLE)
    if content is not None:
        assert path.read_bytes() == content
