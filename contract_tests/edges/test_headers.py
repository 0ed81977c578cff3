"""Every answer of every path, with every method, has the headers that are declared for it, and HEAD those of GET."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message

from contract_tests.conftest import Summarise
from contract_tests.edges.ways_in import Way, build, ways
from contract_tests.headers import header_drifts
from contract_tests.kit.homes import FilledService, filled
from contract_tests.kit.service import idle_app, running
from contract_tests.repository import committed
from quant_engine.api import page
from wirelaw.finding import Finding, check
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
#: what is sent besides; each has answers of its own
SENT: dict[str, dict[str, str]] = {
    "nothing": {},
    "another host": {"host": "evil.example"},
    "another origin": {"origin": "http://evil.example"},
    "an id": {"x-request-id": "mine"},
    "a range": {"range": "bytes=0-0"},
    "a range beyond the end": {"range": "bytes=900-"},
    "a range that is none": {"range": "bytes=x"},
    "any etag": {"if-none-match": "*"},
    "a date": {"if-modified-since": "Fri, 31 Dec 2100 23:59:59 GMT"},
    "the id of an end": {"last-event-id": "3"},
}
Plant = Callable[[MutableHeaders], None]


@pytest.fixture
async def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FilledService]:
    monkeypatch.setattr(page, "_PLACES", (build(tmp_path / "ui"),))
    async with filled(tmp_path) as service:
        yield service


async def drifts(app: ASGIApp, way: Way, headers: dict[str, str]) -> list[Finding]:
    answer = await request(app, way.method, way.path, headers=headers)
    found = list(header_drifts(committed(), way.method, way.path, answer, part="edges"))
    if way.method == "HEAD":
        whole = await request(app, "GET", way.path, headers=headers)
        found += head_drifts(way, answer, whole)
    return found


def head_drifts(way: Way, head: Answer, get: Answer) -> Iterator[Finding]:
    """Report where HEAD is not GET without its body."""
    own = {"content-length", "x-request-id", "content-security-policy"}
    pairs = {
        "status": (get.status, head.status),
        "headers": (_without(get.headers, own), _without(head.headers, own)),
        "body": (b"", head.body),
    }
    for what, (expected, found) in pairs.items():
        if expected != found:
            yield Finding("edges", f"{way} {what}", "head-differs", f"{expected!r}", f"{found!r}")


def _without(headers: dict[str, str], names: set[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}


def every_way(service: FilledService) -> list[Way]:
    """Give the ways in, with ids of what there is and of what there is not."""
    paths = [service.fill(operation.path) for operation in committed().operations()]
    there = [Way(method, path) for path in dict.fromkeys(paths) for method in METHODS]
    return [*ways(committed(), METHODS), *there]


async def test_each_answer_has_the_headers_that_are_declared(
    service: FilledService, summarise: Summarise
) -> None:
    every = every_way(service)
    check(
        [
            finding
            for headers in SENT.values()
            for way in every
            for finding in await drifts(service.app, way, headers)
        ]
    )
    summarise("edges", f"headers of {len(every) * len(SENT)} answers")


async def test_a_page_that_is_not_built_has_them_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_PLACES", ())
    app = idle_app(tmp_path / "home", api_token="secret")  # noqa: S106 - of this home
    async with running(app):
        every = ways(committed(), METHODS)
        check([finding for way in every for finding in await drifts(app, way, {})])


def changed(app: ASGIApp, plant: Plant) -> ASGIApp:
    """Have an app send other headers."""

    async def other(scope, receive, send) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        async def respond(message: Message) -> None:
            if message["type"] == "http.response.start":
                plant(MutableHeaders(raw=message["headers"]))
            await send(message)

        await app(scope, receive, respond)

    return other


PLANTED: dict[str, tuple[str, str, Plant]] = {
    "a cache may keep it": (
        "/api/jobs",
        "header-changed",
        lambda headers: headers.update({"cache-control": "max-age=5"}),
    ),
    "no rule for caches": (
        "/livez",
        "missing-header",
        lambda headers: headers.__delitem__("cache-control"),
    ),
    "a file is kept for ever": (
        "/favicon.svg",
        "header-changed",
        lambda headers: headers.update({"cache-control": "public, max-age=31536000, immutable"}),
    ),
    "an empty header": (
        "/api/models",
        "empty-header",
        lambda headers: headers.update({"x-request-id": ""}),
    ),
    "an undeclared header": (
        "/api/jobs",
        "undeclared-header",
        lambda headers: headers.update({"server-timing": "1"}),
    ),
    "a weaker policy": (
        "/assets/index-1a2b.js",
        "header-changed",
        lambda headers: headers.update(
            {"content-security-policy": headers["content-security-policy"] + " 'unsafe-eval'"}
        ),
    ),
    "another type": (
        "/api/jobs",
        "content-type-changed",
        lambda headers: headers.update({"content-type": "application/json; charset=latin-1"}),
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_fault_is_found(service: FilledService, planted: str) -> None:
    path, code, plant = PLANTED[planted]
    found = await drifts(changed(service.app, plant), Way("GET", path), {})
    assert [finding.code for finding in found] == [code]


async def test_a_head_that_is_not_get_is_found(service: FilledService) -> None:
    way = Way("HEAD", "/api/jobs")
    get = await request(service.app, "GET", way.path)
    codes = [finding.code for finding in head_drifts(way, Answer(status=405, body=b"x"), get)]
    assert codes == ["head-differs"] * 3
