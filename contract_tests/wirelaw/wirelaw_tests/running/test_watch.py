"""Requests to apps in this process and to a URL are observed, with the handlers that answered."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from wirelaw.running.exchange import Exchange
from wirelaw.running.watch import Call, watch
from wirelaw_tests.running import apps

TESTS = Path(apps.__file__).parents[2]


class Observed:
    test = ""

    def __init__(self) -> None:
        self.seen: list[tuple[Any, Exchange, list[Call], str]] = []

    def add(self, app: Any, exchange: Exchange, calls: list[Call], test: str) -> None:
        self.seen.append((app, exchange, calls, test))


def get(app: Any, path: str) -> None:
    async def send() -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.get(path)

    asyncio.run(send())


def test_an_exchange_has_its_handler_and_its_test() -> None:
    app, observer = apps.right(), Observed()
    with watch(observer):
        observer.test = "test_a"
        get(app, "/items?limit=2")
        get(app, "/items/gone")
    get(app, "/items")
    (one, exchange, calls, test), (_, refused, raised, _) = observer.seen
    assert (one, test, exchange.path, exchange.query) == (app, "test_a", "/items", [("limit", "2")])
    (call,) = calls
    assert [item.name for item in call.value] == ["a", "a"]
    line = call.function.__code__.co_firstlineno
    assert call.place(TESTS) == f"wirelaw_tests/running/apps.py:{line}"
    assert call.place(TESTS / "elsewhere") == ""
    assert (refused.answer.status, len(raised)) == (404, 1)


def test_a_mounted_app_has_its_own_paths() -> None:
    outer, inner, observer = FastAPI(), apps.right(), Observed()
    outer.mount("/v1", inner)
    with watch(observer):
        get(outer, "/v1/items")
    assert [(one[0] is inner, one[1].path) for one in observer.seen] == [
        (True, "/items"),
        (False, "/v1/items"),
    ]


def test_an_app_that_raises_has_not_answered() -> None:
    app, observer = FastAPI(), Observed()

    @app.middleware("http")
    async def broken(*_: Any) -> Any:
        raise RuntimeError("planted")

    with watch(observer):
        get(app, "/")
    assert [one[1].answer.status for one in observer.seen] in ([], [500])


@pytest.mark.parametrize(("path", "is_seen"), [("http://h/api/a?b=1", True), ("http://h/c", False)])
def test_a_url_is_observed_through_clients_of_both_kinds(path: str, is_seen: bool) -> None:
    observer = Observed()
    whole = httpx.MockTransport(lambda _: httpx.Response(200, json=[]))
    streamed = httpx.MockTransport(lambda _: httpx.Response(200, content=iter([b"[", b"]"])))

    async def send() -> None:
        async with httpx.AsyncClient(transport=whole) as client:
            await client.get(path)

    with watch(observer, "http://h/api/"):
        with httpx.Client(transport=streamed) as client:
            assert client.get(path).json() == []
            with client.stream("GET", path) as response:
                assert response.read() == b"[]"
        asyncio.run(send())
    seen = [
        (one.path, one.query, one.answer.body, one.answer.ended) for _, one, *_ in observer.seen
    ]
    # what a test reads bit by bit is the test's alone
    bodies = [(b"[]", True), (b"", False), (b"[]", True)]
    assert seen == [("/a", [("b", "1")], *body) for body in bodies if is_seen]
