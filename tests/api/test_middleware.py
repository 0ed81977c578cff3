"""A request that the stop of the service cuts off is answered with an envelope too."""

import asyncio

import pytest

from contract_tests.kit.answers import refusal
from contract_tests.kit.service import RunningService
from quant_engine.domain.errors import ErrorCode


async def test_a_request_that_the_stop_cancels_is_refused(
    idle: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = asyncio.Event()

    async def manifest() -> None:
        waits.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(idle.parts.catalog, "manifest", manifest)
    request = asyncio.create_task(idle.client.post("/api/compute/train", json={}))
    await waits.wait()
    # as the server does when it has waited long enough for its requests
    request.cancel()
    error = refusal(await request, ErrorCode.UNAVAILABLE)
    assert "is stopping" in error["message"]
