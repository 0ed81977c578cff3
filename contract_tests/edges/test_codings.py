"""Every path is answered in the coding that the client prefers; a stored file is no path, and faults are found."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import MutableHeaders

from contract_tests.conftest import Summarise
from contract_tests.edges.codings import HEADERS, coding_drifts
from contract_tests.edges.ways_in import STORED, build, ways
from contract_tests.headers import header_drifts
from contract_tests.kit.homes import FilledService, filled
from contract_tests.repository import committed
from quant_engine.api import codings, page
from quant_engine.api.codings import Accepted
from wirelaw.finding import Finding, check
from wirelaw.running.asgi import request

#: each kind of answer that is compressed, or may be
LARGE = ("/api/backtests/{job_id}", "/api/system/health", "/openapi.json", "/assets/index-1a2b.js")


@pytest.fixture
async def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FilledService]:
    monkeypatch.setattr(page, "_PLACES", (build(tmp_path / "ui"),))
    async with filled(tmp_path) as service:
        yield service


async def test_every_path_is_answered_as_the_client_prefers(
    service: FilledService, summarise: Summarise
) -> None:
    operations = [one for one in committed().operations() if one.method == "get"]
    paths = {way.path for way in ways(committed(), ("GET",))}
    paths |= {service.fill(operation.path) for operation in operations}
    check([finding for path in sorted(paths) for finding in await coding_drifts(service.app, path)])
    summarise("edges", f"codings of {len(paths) * len(HEADERS)} answers")


async def test_compressed_answers_have_the_declared_headers(service: FilledService) -> None:
    findings: list[Finding] = []
    sent = {"accept-encoding": "gzip, br"}
    for way in ways(committed(), ("GET", "HEAD")):
        answer = await request(service.app, way.method, way.path, headers=sent)
        findings += header_drifts(committed(), way.method, way.path, answer, part="edges")
    check(findings)


async def test_head_has_the_headers_of_a_compressed_get(service: FilledService) -> None:
    own = {"x-request-id", "content-security-policy"}
    for path in LARGE:
        pair = []
        for method in ("GET", "HEAD"):
            answer = await request(
                service.app, method, service.fill(path), headers={"accept-encoding": "gzip"}
            )
            assert answer.headers["content-encoding"] == "gzip"
            if path.startswith("/api"):
                # the time in it changes its size
                answer.headers.pop("content-length", None)
            pair.append({name: one for name, one in answer.headers.items() if name not in own})
        assert pair[0] == pair[1]


async def test_a_stored_file_is_no_path(service: FilledService) -> None:
    paths = [f"/{name}{suffix}" for name, stored in STORED.items() for suffix in stored.values()]
    for path in paths:
        for sent in ({}, {"accept-encoding": "gzip, br"}):
            answer = await request(service.app, "GET", path, headers=sent)
            assert answer.status == 404, path
            assert answer.json()["error"]["code"] == "not_found"


async def test_the_codings_of_repeated_headers_are_one_list(service: FilledService) -> None:
    headers = [(b"host", b"localhost"), (b"accept-encoding", b"br;q=0"), (b"accept-encoding", b"*")]
    answer = await request(service.app, "GET", "/assets/index-1a2b.js", headers=headers)
    assert answer.headers["content-encoding"] == "gzip"


class _OneTag(page._Variant):  # noqa: SLF001 - the fault is planted there
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.headers["etag"] = '"1"'


PLANTED: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str, str]] = {
    "whatever the client accepts": (
        lambda patch: patch.setattr(
            Accepted, "best", lambda _self, available: next(iter(available), "identity")
        ),
        "/openapi.json",
        "wrong-coding",
    ),
    "no answer varies": (
        lambda patch: patch.setattr(MutableHeaders, "setdefault", _no_vary),
        "/openapi.json",
        "vary-wrong",
    ),
    "one tag for all": (
        lambda patch: patch.setattr(page, "_Variant", _OneTag),
        "/assets/index-1a2b.js",
        "etag-shared",
    ),
    "small answers too": (
        lambda patch: patch.setattr(codings, "MIN_BYTES", 10),
        "/api/jobs/nothing",
        "wrong-coding",
    ),
    "the page of another type": (
        lambda patch: patch.setattr(codings, "_TYPES", frozenset({"application/json"})),
        "/api/backtests/{job_id}/trades.csv",
        "wrong-coding",
    ),
}


def _no_vary(self: MutableHeaders, name: str, value: str) -> str:
    if name != "Vary" and name not in self:
        self[name] = value
    return value


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_fault_is_found(
    service: FilledService, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    plant, path, code = PLANTED[planted]
    plant(monkeypatch)
    findings = await coding_drifts(service.app, service.fill(path))
    assert code in {finding.code for finding in findings}
