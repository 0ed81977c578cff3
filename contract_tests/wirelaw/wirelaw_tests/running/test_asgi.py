"""The ASGI client reports an app that raises, and one that ignores a disconnect."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from wirelaw.running import asgi
from wirelaw.running.asgi import request


async def never_returns(_: Scope, _receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await asyncio.Event().wait()


async def test_an_app_that_raises_is_a_crash() -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("planted")

    answer = await request(broken, "GET", "/")
    assert (answer.crash, answer.ended) == ("RuntimeError: planted", True)


async def test_an_app_that_ignores_a_disconnect_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asgi, "DISCONNECT_SECONDS", 0.01)
    with pytest.raises(TimeoutError, match="GET / still runs"):
        await request(never_returns, "GET", "/")
