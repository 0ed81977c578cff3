"""The law of codings: each answer has the coding that the client prefers of those there are, and caches know of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from contract_tests.clocked import without_clock
from contract_tests.edges.ways_in import STORED, stored
from wirelaw.finding import Finding
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

PART = "edges"
FIX = "see quant_engine/api/codings.py; then run `pytest contract_tests/edges/test_codings.py`"
LEAST_BYTES = 1_000  #: that are compressed at each request, as docs/wire.md says
COMPRESSED = ("application/json", "text/csv", "text/html")
NONE = ""


@dataclass(frozen=True)
class Header:
    """What a value of `Accept-Encoding` asks for, read by hand from RFC 9110."""

    gzip_only: str  #: the coding where there is gzip
    both: str  #: the coding where there is brotli as well
    no_identity: bool = False


HEADERS: dict[str | None, Header] = {
    None: Header(NONE, NONE),
    "": Header(NONE, NONE),
    "gzip": Header("gzip", "gzip"),
    "GZip": Header("gzip", "gzip"),
    "x-gzip": Header("gzip", "gzip"),
    "br": Header(NONE, "br"),
    "gzip, deflate, br, zstd": Header("gzip", "br"),
    "deflate, zstd": Header(NONE, NONE),
    "gzip;q=0": Header(NONE, NONE),
    "gzip; q=0.000 , br ;Q=0.001": Header(NONE, "br"),
    "br;q=0.1, gzip;q=0.5": Header("gzip", "gzip"),
    "*": Header("gzip", "br"),
    "br;q=0, *;q=0.5": Header("gzip", "gzip"),
    "*;q=0": Header(NONE, NONE),
    "identity;q=0": Header(NONE, NONE),
    "gzip;q=0.1, identity;q=0": Header("gzip", "gzip", no_identity=True),
    "gzip;q=0.1, *;q=0": Header("gzip", "gzip", no_identity=True),
    "gzip;q=0.5, br;q=0.5, identity": Header(NONE, NONE),
    "gzip;q=0.5, identity;q=0.5": Header("gzip", "gzip"),
    # what is not valid is not there
    "gzip;q=2": Header(NONE, NONE),
    "gzip;q=0.1234, br;q=-1": Header(NONE, NONE),
    "gzip;level=9": Header(NONE, NONE),
    "gzip br": Header(NONE, NONE),
    ",, gzip,": Header("gzip", "gzip"),
}


async def coding_drifts(app: ASGIApp, path: str) -> list[Finding]:
    """Send a GET with each value of `Accept-Encoding`, and report what is not as these ask."""
    answers = {}
    for value in HEADERS:
        headers = {} if value is None else {"accept-encoding": value}
        answers[value] = await request(app, "GET", path, headers=headers)
    plain = answers[None]
    found = [
        Finding(PART, f"GET {path}: Accept-Encoding: {value}", code, expected, shown, FIX)
        for value, answer in answers.items()
        for code, expected, shown in _deviations(path, HEADERS[value], answer, plain)
    ]
    # a cache that knows of no difference gives one client the answer of another
    codings = {_coding(answer) for answer in answers.values()}
    expected = "Accept-Encoding" if len(codings) > 1 else NONE
    varies = {answer.headers.get("vary", NONE) for answer in answers.values()}
    if varies != {expected}:
        texts = expected or "no header", f"{varies}"
        found.append(Finding(PART, f"GET {path} Vary", "vary-wrong", *texts, FIX))
    tags = {(one.headers.get("etag", NONE), _coding(one)) for one in answers.values()}
    if plain.headers.get("etag") and len({tag for tag, _ in tags}) != len(codings):
        texts = f"{len(codings)} tags", f"{tags}"
        found.append(Finding(PART, f"GET {path} ETag", "etag-shared", *texts, FIX))
    return found


def _deviations(
    path: str, header: Header, answer: Answer, plain: Answer
) -> Iterator[tuple[str, str, str]]:
    expected = _expected(path, header, answer)
    if _coding(answer) != expected:
        yield "wrong-coding", expected or "no coding", _coding(answer) or "no coding"
        return
    if answer.status != plain.status or answer.media_type != plain.media_type:
        yield "coding-changes-answer", f"{plain.status}", f"{answer.status} {answer.media_type}"
    length = answer.headers.get("content-length")
    if length is not None and int(length) != answer.n_bytes:
        yield "wrong-length", f"{answer.n_bytes}", length
    right = stored(path[1:], "br") if expected == "br" else plain.body
    if _comparable(answer, answer.body) != _comparable(answer, right):
        yield "coding-changes-body", f"{right[:80]!r}", f"{answer.body[:80]!r}"


def _expected(path: str, header: Header, answer: Answer) -> str:
    variants = STORED.get(path[1:], {})
    if variants:
        return header.both if "br" in variants else header.gzip_only
    if answer.media_type not in COMPRESSED or "etag" in answer.headers:
        return NONE
    # the size of a CSV is not known when it begins
    is_small = len(answer.body) < LEAST_BYTES and answer.media_type != "text/csv"
    return NONE if is_small and not header.no_identity else header.gzip_only


def _coding(answer: Answer) -> str:
    return answer.headers.get("content-encoding", NONE)


def _comparable(answer: Answer, body: bytes) -> Any:
    """Return what of a body does not depend on the moment."""
    if answer.media_type == "application/json":
        value = json.loads(body)
        return without_clock({name: one for name, one in value.items() if name != "meta"})
    if body.startswith(b"# HELP"):
        # the metrics are those of the moment
        return "metrics"
    # the page has a nonce of its own each time
    return len(body) if answer.media_type == "text/html" else body
