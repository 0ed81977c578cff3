"""Which coding an answer has, and that a large one is compressed on another thread."""

import threading
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp

from contract_tests.kit.service import idle_app, running
from quant_engine.api.codings import INLINE_BYTES, MIN_BYTES, Accepted
from quant_engine.api.middleware import RequestMiddleware
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

LARGE = "x" * (INLINE_BYTES + 1)


def accepted(*values: str) -> Accepted:
    headers = [(b"accept-encoding", value.encode("latin-1")) for value in values]
    return Accepted({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("values", "best", "identity"),
    [
        ([], "identity", True),
        ([""], "identity", True),
        (["gzip"], "gzip", True),
        (["br, gzip"], "br", True),
        (["gzip;q=1, br;q=0.9"], "gzip", True),
        (["gzip", "br"], "br", True),
        (["*;q=0.1"], "br", True),
        (["*;q=0"], "identity", False),
        (["*;q=0, identity;q=0.1"], "identity", True),
        (["br;q=0, identity;q=0, *"], "gzip", False),
        (["identity, br;q=0.9"], "identity", True),
        (["gzip;q=1.001"], "identity", True),
        (["gzip;q=\u0660"], "identity", True),
        (["\xe9, gzip"], "gzip", True),
        (["gzip" * 10_000 + ";q=" + "0" * 10_000], "identity", True),
    ],
)
def test_the_best_of_the_accepted_codings(values: list[str], best: str, *, identity: bool) -> None:
    found = accepted(*(value.encode().decode("latin-1") for value in values))
    assert found.best(["br", "gzip"]) == best
    assert found.identity is identity


def test_nothing_is_chosen_of_nothing() -> None:
    assert accepted("gzip, *").best([]) == "identity"


async def answered(app: ASGIApp, method: str = "GET", accept: str = "gzip") -> Answer:
    wrapped = RequestMiddleware(app, data_mode=None)
    return await request(wrapped, method, "/", headers={"accept-encoding": accept})


async def test_an_answer_is_compressed_from_a_thousand_bytes_on() -> None:
    for size in (MIN_BYTES - 1, MIN_BYTES):
        answer = await answered(Response("x" * size, media_type="application/json"))
        assert answer.body == b"x" * size
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-length"] == str(answer.n_bytes)
        assert ("content-encoding" in answer.headers) is (size == MIN_BYTES)
    small = await answered(JSONResponse({}), accept="gzip, identity;q=0")
    assert small.headers["content-encoding"] == "gzip"
    assert small.body == b"{}"


async def test_what_is_large_is_compressed_on_another_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = []
    create = zlib.compressobj

    def watched(*arguments: Any) -> Any:
        compressor = create(*arguments)

        def compress(body: bytes) -> bytes:
            threads.append(threading.current_thread() is threading.main_thread())
            return compressor.compress(body)

        return SimpleNamespace(compress=compress, flush=compressor.flush)

    monkeypatch.setattr(zlib, "compressobj", watched)
    answer = await answered(JSONResponse(LARGE))
    assert answer.n_bytes < len(answer.body)
    await answered(JSONResponse("x" * MIN_BYTES))
    assert threads == [False, True]


async def test_a_stream_of_events_and_other_types_are_left_alone() -> None:
    async def events() -> Any:
        for _ in range(3):
            yield f"data: {LARGE}\n\n"

    for answer in (
        await answered(StreamingResponse(events(), media_type="text/event-stream")),
        await answered(PlainTextResponse(LARGE)),
        await answered(JSONResponse(LARGE, headers={"etag": '"of a file"'})),
        await answered(Response(status_code=204)),
    ):
        assert {"content-encoding", "vary"}.isdisjoint(answer.headers)
        assert answer.ended


async def test_an_answer_in_parts_is_one_gzip() -> None:
    parts = [b"", b"a" * 10, LARGE.encode(), b"", b"z"]

    async def each() -> Any:
        for part in parts:
            yield part

    answer = await answered(StreamingResponse(each(), media_type="text/csv"))
    assert answer.body == b"".join(parts)
    assert "content-length" not in answer.headers
    assert answer.n_bytes < len(answer.body)


async def test_an_error_after_the_headers_of_an_answer_is_an_envelope() -> None:
    async def fails(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"5")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise OSError("before the body")

    answer = await answered(fails)
    assert answer.status == 500
    assert answer.json()["error"]["code"] == "internal"
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_an_error_that_is_large_is_compressed(tmp_path: Path) -> None:
    app = idle_app(tmp_path / "home")
    body = b'{"a%s": 1}' % b'": 1, "a'.join(b"%d" % number for number in range(60))
    sent = {"accept-encoding": "gzip"}
    async with running(app):
        answer = await request(app, "POST", "/api/compute/train", headers=sent, body=body)
    assert answer.status == 422
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.json()["error"]["fields"]) == 50
