"""What a refusal says: the Host and the Origin as they differ, for the user whose own proxy changed one of them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from contract_tests.kit.answers import refusal
from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.repository import ROOT
from quant_engine.cli.server import serve
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode, Unavailable
from wirelaw.running.asgi import request

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningService]:
    async with running(idle_app(tmp_path_factory.mktemp("messages") / "home")) as started:
        yield started


@pytest.fixture(scope="module")
def client(service: RunningService) -> httpx.AsyncClient:
    return service.client


async def test_a_refused_host_is_named(client: httpx.AsyncClient) -> None:
    refused = await client.get("/api/jobs", headers={"Host": "quant.internal:8443"})
    message = refusal(refused, ErrorCode.BAD_HOST)["message"]
    assert "the Host `quant.internal:8443`" in message
    assert "QUANT_ENGINE_ALLOWED_HOSTS; see docs/proxy.md" in message
    assert (ROOT / "docs" / "proxy.md").is_file()


@pytest.mark.parametrize(
    ("headers", "parts"),
    [
        # nginx without `proxy_set_header Host`
        (
            {"Host": "127.0.0.1:8000", "Origin": "https://quant.example"},
            ["at `https://quant.example`", "the Host `127.0.0.1:8000`", "see docs/proxy.md"],
        ),
        # nginx with `$host`, which has no port
        (
            {"Host": "localhost", "Origin": "http://localhost:8080"},
            ["at `http://localhost:8080`", "the Host `localhost`"],
        ),
        # what a proxy claims beside it is not believed
        (
            {"Origin": "https://quant.example", "X-Forwarded-Host": "quant.example"},
            ["the Host `localhost`"],
        ),
        (
            {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
            ["(Sec-Fetch-Site: `cross-site`)"],
        ),
    ],
)
async def test_a_refused_origin_says_what_differs(
    client: httpx.AsyncClient, headers: dict[str, str], parts: list[str]
) -> None:
    posted = await client.post("/api/compute/train", json={}, headers=headers)
    message = refusal(posted, ErrorCode.BAD_ORIGIN)["message"]
    assert [part for part in parts if part not in message] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"origin", b"http://" + b"a" * 60_000),
        (b"origin", b"\xc2\x9b31m<script>`" + b"\xff" * 300),
        (b"sec-fetch-site", b"x" * 60_000),
        (b"host", b"\x9b" * 300),
    ],
)
async def test_a_refusal_repeats_little_and_only_ascii(
    service: RunningService, name: bytes, value: bytes
) -> None:
    headers = {b"host": b"localhost", name: value}
    answer = await request(service.app, "POST", "/api/compute/train", headers=[*headers.items()])
    message = json.loads(answer.body)["error"]["message"]
    assert len(message) < 600
    assert "...`" in message
    assert message.isascii()
    assert message.isprintable()


@pytest.mark.parametrize(
    ("hosts", "n_warnings"), [([], 1), (["quant.example"], 0)], ids=["none", "one"]
)
async def test_a_service_that_nobody_can_name_warns(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, hosts: list[str], n_warnings: int
) -> None:
    # the home is refused, so that nothing runs
    (tmp_path / "notes.txt").touch()
    settings = Settings(home=tmp_path, host="0.0.0.0", port=0, api_token="t", allowed_hosts=hosts)  # noqa: S104, S106
    with pytest.raises(Unavailable, match="files of other programs"):
        await serve(settings, on_ready=lambda _: None)
    assert caplog.text.count("No other machine can use the service by a name") == n_warnings
