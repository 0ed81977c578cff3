"""Access: by host, by token, by origin; the probes, and secrets."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from contract_tests.kit.answers import envelope, queued, refusal
from contract_tests.kit.service import RunningService, client_of, idle_app, running
from quant_engine.api.access import is_loopback
from quant_engine.cli.server import serve
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode, Unavailable
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "s3cret-t\u00f6ken"  # noqa: S105
GOOD = {b"Authorization": b"Bearer " + TOKEN.encode()}
PROTECTED = ["/api/jobs", "/api/nope", "/api", "/docs", "/docs/x.js", "/openapi.json", "/metrics"]
OPEN = ["/", "/jobs/1", "/livez", "/readyz"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    app = idle_app(
        tmp_path_factory.mktemp("open") / "home", allowed_hosts=["quant.example", "Other.Example"]
    )
    async with running(app) as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded_service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    app = idle_app(tmp_path_factory.mktemp("guarded") / "home", api_token=TOKEN)
    async with running(app) as service:
        yield service


@pytest.fixture(scope="module")
def client(open_service: RunningService) -> httpx.AsyncClient:
    return open_service.client


@pytest.fixture(scope="module")
def guarded(guarded_service: RunningService) -> httpx.AsyncClient:
    return guarded_service.client


# by host


async def raw(app: Any, headers: list[tuple[bytes, bytes]], path: str = "/api/jobs") -> Answer:
    """Send exactly these headers, without those that a client library adds."""
    return await request(app, "GET", path, headers=headers)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8000",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:8000",
        "quant.example:443",
        "other.example",
    ],
)
async def test_a_host_of_this_service_is_accepted(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/api/jobs", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "notlocalhost",
        "localhost@evil.example",
        "evil.example@localhost",
        "user:pass@localhost",
        "evil.example#localhost",
        "evil.example/localhost",
        "localhost:80:80",
        "localhost:x",
        "localhost,evil.example",
        "localhost evil.example",
        "127.0.0.2",
        "127.1",
        "0.0.0.0",  # noqa: S104
        "2130706433",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::1",
        "::1",
        "[localhost]",
        "*",
        "",
    ],
)
async def test_another_host_is_refused_everywhere(client: httpx.AsyncClient, host: str) -> None:
    for path in ["/", "/livez", "/readyz", "/api/jobs", "/api/nope", "/openapi.json"]:
        refusal(await client.get(path, headers={"Host": host}), ErrorCode.BAD_HOST)
    before = await queued(client)
    refused = await client.post("/api/compute/train", json={}, headers={"Host": host})
    refusal(refused, ErrorCode.BAD_HOST)
    assert await queued(client) == before


async def test_a_request_needs_exactly_one_host(open_service: RunningService) -> None:
    app = open_service.app
    assert (await raw(app, [])).status == 421
    assert (await raw(app, [(b"host", b"localhost"), (b"host", b"evil.example")])).status == 421
    assert (await raw(app, [(b"host", b"localhost"), (b"host", b"localhost")])).status == 421
    assert (
        await raw(app, [(b"host", b"evil.example"), (b"x-forwarded-host", b"localhost")])
    ).status == 421
    assert (await raw(app, [(b"host", b"localhost")])).status == 200


async def test_the_host_is_checked_with_a_token_too(guarded: httpx.AsyncClient) -> None:
    headers = {**GOOD, b"Host": b"evil.example"}
    refusal(await guarded.get("/api/jobs", headers=headers), ErrorCode.BAD_HOST)


# by token


@pytest.mark.parametrize("path", PROTECTED)
@pytest.mark.parametrize(
    "header",
    [
        None,
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer wrong",
        b"Bearer " + TOKEN.encode()[:-1],
        b"Bearer " + TOKEN.encode() + b"x",
        b"Bearer " + TOKEN.upper().encode(),
        b"Bearer " + TOKEN.encode("latin-1"),
        b"Basic " + TOKEN.encode(),
        b"Token " + TOKEN.encode(),
        TOKEN.encode(),
        b"Bearer \xff\xfe",
    ],
)
async def test_protected_paths_require_the_token(
    guarded: httpx.AsyncClient, path: str, header: bytes | None
) -> None:
    headers = {} if header is None else {b"Authorization": header}
    for method in ("GET", "POST", "OPTIONS"):
        answer = await guarded.request(method, path, headers=headers)
        refusal(answer, ErrorCode.UNAUTHORIZED)
        assert answer.headers["www-authenticate"] == "Bearer"
    assert (await guarded.head(path, headers=headers)).status_code == 401


@pytest.mark.parametrize("scheme", [b"Bearer", b"bearer", b"BEARER"])
async def test_the_token_is_accepted(guarded: httpx.AsyncClient, scheme: bytes) -> None:
    headers = {b"Authorization": scheme + b" " + TOKEN.encode()}
    assert (await guarded.get("/api/jobs", headers=headers)).status_code == 200
    assert (await guarded.get("/openapi.json", headers=headers)).status_code == 200
    posted = await guarded.post("/api/compute/train", json={}, headers=headers)
    assert posted.status_code == 202


@pytest.mark.parametrize("path", OPEN)
async def test_the_page_and_the_probes_require_no_token(
    guarded: httpx.AsyncClient, path: str
) -> None:
    assert (await guarded.get(path)).status_code == 200


@pytest.mark.parametrize("path", ["//api/jobs", "/./api/jobs", "/x/../api/jobs", "/API/jobs"])
async def test_no_spelling_of_a_path_bypasses_the_token(
    guarded_service: RunningService, guarded: httpx.AsyncClient, path: str
) -> None:
    app = guarded_service.app
    open_body = (await guarded.get("/jobs/1")).content
    body = (await raw(app, [(b"host", b"localhost")], path)).body
    # the response is the page and never data
    assert b'"items"' not in body
    assert body[:15] == open_body[:15]


async def test_a_blank_token_is_no_token_and_is_refused() -> None:
    with pytest.raises(ValueError, match="API_TOKEN is blank"):
        Settings(api_token="  ")  # noqa: S106


# by origin


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "HTTP://LOCALHOST"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_changes_are_accepted_from_the_own_page_and_from_programs(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post("/api/compute/train", json={}, headers=headers)
    assert answer.status_code == 202
    job = answer.json()["data"]["job_id"]
    assert (await client.post(f"/api/jobs/{job}/cancel", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost:8001"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://localhost/"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "nonsense"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_another_site_changes_nothing(
    client: httpx.AsyncClient, guarded: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    job = (await client.post("/api/compute/train", json={})).json()["data"]["job_id"]
    before = await queued(client)
    # a cancel without a body is a request that any page can make
    refusal(await client.post(f"/api/jobs/{job}/cancel", headers=headers), ErrorCode.BAD_ORIGIN)
    for kind in ("train", "backtest", "predict", "autopilot"):
        posted = await client.post(f"/api/compute/{kind}", json={}, headers=headers)
        refusal(posted, ErrorCode.BAD_ORIGIN)
    assert await queued(client) == before
    assert envelope(await client.get(f"/api/jobs/{job}"))["data"]["status"] == "queued"
    both = {**GOOD, **{name.encode(): value.encode() for name, value in headers.items()}}
    refusal(await guarded.post("/api/compute/train", json={}, headers=both), ErrorCode.BAD_ORIGIN)


@pytest.mark.parametrize(
    ("name", "value"),
    [(b"origin", b"http://localhost"), (b"sec-fetch-site", b"same-origin")],
)
async def test_a_header_of_browsers_is_sent_once(
    open_service: RunningService, name: bytes, value: bytes
) -> None:
    client = open_service.client
    for headers, code in (([(name, value)], 202), ([(name, value)] * 2, 403)):
        answer = await client.post("/api/compute/train", json={}, headers=headers)
        assert answer.status_code == code


async def test_the_token_is_sent_once(guarded: httpx.AsyncClient) -> None:
    sent = [*GOOD.items()]
    assert (await guarded.get("/api/jobs", headers=sent)).status_code == 200
    twice = [*sent, (b"authorization", b"Bearer other")]
    refusal(await guarded.get("/api/jobs", headers=twice), ErrorCode.UNAUTHORIZED)


async def test_cors_is_closed(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    for method, path in [("OPTIONS", "/api/compute/train"), ("GET", "/api/jobs"), ("GET", "/")]:
        answer = await client.request(method, path, headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control")]


# beyond loopback


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.0.2.1", "quant.example", "127.0.0.1.example"],  # noqa: S104
)
async def test_serve_refuses_to_bind_beyond_loopback_without_a_token(
    tmp_path: Path, host: str
) -> None:
    settings = Settings(home=tmp_path / "home", host=host, port=0)
    with pytest.raises(Unavailable, match="QUANT_ENGINE_API_TOKEN"):
        await serve(settings, on_ready=lambda _: None)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("", False),
        ("10.0.0.1", False),
        ("::ffff:1.2.3.4", False),
    ],
)
async def test_loopback_is_this_machine_only(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


# the probes


async def test_the_probes_report_whether_the_service_is_ready(tmp_path: Path) -> None:
    app = idle_app(tmp_path / "home")
    async with client_of(app) as client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        async with app.state.service.lifespan(app):
            assert (await client.get("/readyz")).status_code == 200
            app.state.service.drain()
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/livez")).status_code == 200


# secrets


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2secret@db.example/quant",
        "sqlite://me:hunter2secret@/x.db",
        "hunter2secret",
        "nonsense://:hunter2secret@",
        "sqlite:///x.db?password=hunter2secret",
        "sqlite:///:memory:",
    ],
)
async def test_a_database_url_is_not_repeated(
    tmp_path: Path, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = Settings(home=tmp_path / "home", database_url=url, api_token="t0psecret")  # noqa: S106
    assert "hunter2secret" not in f"{settings!r} {settings}"
    with pytest.raises(Unavailable) as refused:
        await serve(settings, on_ready=lambda _: None)
    for text in (str(refused.value), caplog.text, repr(refused.value.__cause__)):
        assert "hunter2secret" not in text
        assert "t0psecret" not in text


async def test_a_token_is_in_no_log_and_no_answer(
    guarded_service: RunningService,
    guarded: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    app = guarded_service.app
    texts = []
    for path in ("/api/jobs", "/api/system/health", "/api/nope", "/openapi.json", "/"):
        answer = await guarded.get(path, headers=GOOD)
        texts += [answer.text, str(answer.headers)]
    wrong = await guarded.get("/api/jobs", headers={"Authorization": "Bearer wr0ngtoken"})
    texts.append(wrong.text)
    service = app.state.services
    original, service.store.page = service.store.page, None
    try:
        failed = await guarded.get("/api/jobs", headers=GOOD)
    finally:
        service.store.page = original
    refusal(failed, ErrorCode.INTERNAL)
    # no stack trace on the wire; in the log, under the request's id
    assert "Traceback" not in failed.text
    assert "NoneType" not in failed.text
    assert failed.headers["x-request-id"] in caplog.text
    assert "Traceback" in caplog.text
    for text in [*texts, failed.text, caplog.text]:
        assert TOKEN not in text
        assert "wr0ngtoken" not in text
