"""The raw client sends what it is given, reads answers of every kind, and reads streams as slowly as a test wants."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from contract_tests import asgi
from contract_tests.asgi import Reader, request


async def echo(sent: Request) -> Response:
    body = (await sent.body()).decode()
    headers = dict(sent.headers)
    return JSONResponse({"query": sent.url.query, "headers": headers, "body": body})


async def endless(_: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for number in range(3):
        chunk = f"id: {number}\ndata: {number}\n\n".encode()
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass


async def deaf(scope: Scope, receive: Receive, send: Send) -> None:
    await endless(scope, receive, send)
    await asyncio.Event().wait()


async def broken(_: Request) -> Response:
    raise RuntimeError("planted")


APP = Starlette(routes=[Route("/echo", echo, methods=["GET", "POST"]), Route("/broken", broken)])


async def test_a_body_a_query_and_headers_are_sent() -> None:
    answer = await request(
        APP, "post", "/echo", query={"a": "b c"}, headers={"X-One": "1"}, body=b"{}"
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


async def test_pairs_of_bytes_are_sent_as_they_are() -> None:
    answer = await request(APP, "GET", "/echo", headers=[(b"x-one", b"1")])
    assert answer.json()["headers"] == {"x-one": "1"}


async def test_a_stream_without_an_end_is_read_until_nothing_more_comes() -> None:
    answer = await request(endless, "GET", "/")
    assert [frame.data for frame in answer.events] == ["0", "1", "2"]
    assert (answer.streams, answer.ended) == (True, False)


async def test_an_app_that_raises_is_a_crash() -> None:
    answer = await request(APP, "GET", "/broken")
    assert answer.crash == "RuntimeError: planted"
    assert answer.ended


async def test_an_app_that_never_notices_that_its_client_left_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asgi, "LEAVE_SECONDS", 0.01)
    with pytest.raises(TimeoutError, match="GET / runs on"):
        await request(deaf, "GET", "/")


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
