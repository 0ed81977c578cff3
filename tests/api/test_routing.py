"""Paths, methods, query parameters and request ids: the framework's own errors are envelopes too."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from contract_tests.kit.answers import envelope, queued, refusal
from contract_tests.kit.service import idle_app, running
from quant_engine.api.main import create_app
from quant_engine.domain.errors import ErrorCode

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN_JOB = "00000000-0000-4000-8000-000000000000"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    app = idle_app(tmp_path_factory.mktemp("requests") / "home", max_queued=10_000)
    async with running(app) as service:
        yield service.client


@pytest.fixture(scope="module")
def paths() -> dict[str, set[str]]:
    """Every path of the contract, with the methods that it takes."""
    document = create_app().openapi()
    return {path: {name.upper() for name in methods} for path, methods in document["paths"].items()}


# routes and methods


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nope", "/api/jobs/", "/api/jobs/a/b"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "PROPFIND"])
async def test_an_unknown_route_is_not_found(
    client: httpx.AsyncClient, path: str, method: str
) -> None:
    refusal(await client.request(method, path), ErrorCode.NOT_FOUND)


@pytest.mark.parametrize(
    "path", ["/api/jobs/..%2f..%2fx", "/api/models/..%2f..%2fx", "/api/backtests/..%2fx/trades.csv"]
)
async def test_a_path_with_parent_folders_is_not_found(
    client: httpx.AsyncClient, path: str
) -> None:
    refusal(await client.get(path), ErrorCode.NOT_FOUND)


@pytest.mark.parametrize("name", ["%2e%2e", "%00", "%ff", "x" * 5000, "'; DROP TABLE jobs; --"])
async def test_a_malformed_job_id_is_an_unknown_job(client: httpx.AsyncClient, name: str) -> None:
    quoted = httpx.URL(f"http://localhost/api/jobs/{name}/events")
    answer = await client.get(quoted)
    assert answer.json()["error"]["code"] in {"job_not_found", "not_found"}
    envelope(answer)


async def test_each_path_lists_its_methods(
    client: httpx.AsyncClient, paths: dict[str, set[str]]
) -> None:
    for path, methods in paths.items():
        for method in {
            "GET",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "OPTIONS",
            "TRACE",
            "FOO",
        } - methods:
            answer = await client.request(method, path)
            refusal(answer, ErrorCode.METHOD_NOT_ALLOWED)
            allowed = methods | ({"HEAD"} if "GET" in methods else set())
            assert answer.headers["allow"] == ", ".join(sorted(allowed)), (method, path)


@pytest.mark.parametrize("path", ["/openapi.json", "/livez", "/readyz", "/"])
async def test_paths_outside_the_api_list_their_methods_too(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.post(path)
    refusal(answer, ErrorCode.METHOD_NOT_ALLOWED)
    assert answer.headers["allow"] == "GET, HEAD"


async def test_head_answers_as_get_does_without_a_body(
    client: httpx.AsyncClient, paths: dict[str, set[str]]
) -> None:
    readable = [path for path, methods in paths.items() if "GET" in methods]
    for path in [*readable, "/openapi.json", "/livez", "/readyz", "/"]:
        if path.endswith("events"):
            continue
        got, head = await client.get(path), await client.head(path)
        assert head.status_code == got.status_code, path
        assert head.content == b""
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers["x-request-id"] != got.headers["x-request-id"]


async def test_head_of_a_stream_ends(client: httpx.AsyncClient) -> None:
    job = envelope(await client.post("/api/compute/train", json={}))["data"]
    for path in ("/api/events", f"/api/jobs/{job['job_id']}/events"):
        head = await client.head(path)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"].startswith("text/event-stream")
        assert head.headers["cache-control"] == "no-store, no-transform"
        assert head.headers["x-accel-buffering"] == "no"
        assert len(head.headers["x-request-id"]) == 32
    missing = await client.head(f"/api/jobs/{UNKNOWN_JOB}/events")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/json"


async def test_head_of_a_post_is_not_allowed(client: httpx.AsyncClient) -> None:
    before = await queued(client)
    answer = await client.head("/api/compute/train")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert await queued(client) == before


# the query


async def test_a_path_refuses_query_parameters_that_it_does_not_read(
    client: httpx.AsyncClient, paths: dict[str, set[str]]
) -> None:
    for path, methods in paths.items():
        for method in methods:
            answer = await client.request(method, path, params={"unknown": 1}, json={})
            error = refusal(answer, ErrorCode.INVALID)
            assert error["fields"][0]["path"] == "query.unknown", path


@pytest.mark.parametrize("query", ["limit=1&limit=1", "status=queued&status=running"])
async def test_a_repeated_query_parameter_is_refused(client: httpx.AsyncClient, query: str) -> None:
    error = refusal(await client.get(f"/api/jobs?{query}"), ErrorCode.INVALID)
    assert error["fields"][0]["path"] == f"query.{query.partition('=')[0]}"


@pytest.mark.parametrize(
    "query", ["status=pending", "status=completed", "status=", "job_type=Train"]
)
async def test_a_filter_is_one_of_its_values(client: httpx.AsyncClient, query: str) -> None:
    refusal(await client.get(f"/api/jobs?{query}"), ErrorCode.INVALID)


# the request's id


@pytest.mark.parametrize("path", ["/api/jobs", "/api/nope", "/livez", "/", "/openapi.json"])
async def test_a_good_request_id_is_echoed(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"X-Request-ID": "a.B-1_"})
    assert answer.headers["x-request-id"] == "a.B-1_"
    if path.startswith("/api"):
        assert envelope(answer)["meta"]["request_id"] == "a.B-1_"


@pytest.mark.parametrize(
    "request_id", [b"", b"a b", b"x" * 65, b"a\tb", b"\xc3\xa9", b"{}", b"a\x7fb"]
)
async def test_another_request_id_is_replaced(client: httpx.AsyncClient, request_id: bytes) -> None:
    answer = await client.get("/api/jobs", headers={b"X-Request-ID": request_id})
    made = envelope(answer)["meta"]["request_id"]
    assert len(made) == 32
    assert int(made, 16) >= 0
