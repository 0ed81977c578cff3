"""The ASGI client sends a request as it is, and reads streams as slowly as a test wants."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from contract_tests import asgi
from contract_tests.asgi import Reader, request


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    sent = Request(scope, receive)
    body = (await sent.body()).decode()
    content = {"query": sent.url.query, "headers": dict(sent.headers), "body": body}
    await JSONResponse(content)(scope, receive, send)


async def endless(_: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for number in range(3):
        chunk = f"id: {number}\ndata: {number}\n\n".encode()
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass


async def never_returns(scope: Scope, receive: Receive, send: Send) -> None:
    await endless(scope, receive, send)
    await asyncio.Event().wait()


async def test_a_body_a_query_and_headers_are_sent() -> None:
    answer = await request(
        echo, "post", "/", query={"a": "b c"}, headers={"X-One": "1"}, body=b"{}"
    )
    assert (answer.status, answer.media_type) == (200, "application/json")
    found: dict[str, Any] = answer.json()
    assert (found["query"], found["body"]) == ("a=b+c", "{}")
    assert found["headers"] == {
        "host": "localhost",
        "content-type": "application/json",
        "content-length": "2",
        "x-one": "1",
    }


async def test_a_stream_without_an_end_is_read_until_nothing_more_comes() -> None:
    answer = await request(endless, "GET", "/")
    assert [frame.data for frame in answer.events] == ["0", "1", "2"]
    assert (answer.streams, answer.ended) == (True, False)


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


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_reader_that_pauses_blocks_the_app_until_it_reads_or_leaves() -> None:
    reader = Reader(endless, "GET", "/")
    reader.pause()
    await settle()
    assert (reader.frames, reader.n_blocked, reader.is_open) == ([], 1, True)
    reader.read()
    await settle()
    assert [frame.id for frame in reader.frames] == ["0"]
    reader.resume()
    await settle()
    assert [frame.id for frame in reader.frames] == ["0", "1", "2"]
    reader.leave()
    await reader.wait(1)
    assert reader.has_left
    assert reader.is_over
