"""The service behind nginx and Caddy, configured as docs/proxy.md says: TLS in front, and events as they come."""

import json
import re
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from contract_tests.hang import ANSWER_SECONDS
from contract_tests.kit.examples import REPORT
from contract_tests.kit.jobs import wait_for
from contract_tests.kit.process import Event, ServiceProcess, parsed
from deploy.pages import content
from deploy.proxies import NAME, caddy, certificate, find, free_port, nginx
from quant_engine.artifacts import Artifacts
from quant_engine.domain.reports import Trade

TOKEN = "a-token-of-the-tests"  # noqa: S105 - no secret
MOST_BYTES = 1_000_000  #: of a body; docs/wire.md, `body_too_large`
N_TRADES = 20_000  #: of a large report
FINAL = {"completed", "failed", "cancelled"}
#: what a first attempt looks like
NGINX_DEFAULT = "server {{ listen {port}; location / {{ proxy_pass {url}; {more} }} }}"
TRADE = Trade(
    ticker="AAA",
    entry_date=date(2020, 1, 2),
    exit_date=date(2020, 1, 16),
    entry_price=10.0,
    exit_price=11.0,
    shares=100.0,
    predicted_return=0.02,
    profit=99.0,
    return_fraction=0.099,
    cost_bps=5.0,
    holding_days=10,
    exit_reason="holding_period",
)

Run = Callable[[str, int, Path], AbstractContextManager[None]]


@dataclass(frozen=True)
class Proxied:
    """A service, and a client that reaches it through a proxy as a browser does."""

    service: ServiceProcess
    client: httpx.Client
    port: int
    authority: Path  #: the certificate that clients trust

    @property
    def origin(self) -> dict[str, str]:
        """The headers that the service's own page sends with a change."""
        return {"Origin": f"https://{NAME}:{self.port}", "Sec-Fetch-Site": "same-origin"}

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Send a change as the page does."""
        return self.client.post(path, headers=self.origin, **options)

    def submit(self) -> str:
        """Submit a backtest, which holds; returns its id."""
        answer = self.post("/api/compute/backtest", json={"years": 3})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["data"]["job_id"])

    @contextmanager
    def stream(self, path: str, last_event_id: str | None = None) -> Iterator[Iterator[Event]]:
        """Open a stream."""
        resume = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        with self.client.stream("GET", path, headers=resume) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            assert "content-encoding" not in response.headers
            yield parsed(response)


@contextmanager
def behind(run: Run, site: Callable[[str, int, Path], str], folder: Path) -> Iterator[Proxied]:
    """Run a service and a proxy in front of it; `site` gets the service's address, the port and a folder of certificates."""
    service = ServiceProcess(folder / "home", token=TOKEN, allowed_hosts=NAME, workers=1)
    try:
        port = free_port()
        authority = certificate(folder)
        with (
            run(site(service.url.removeprefix("http://"), port, folder), port, folder),
            client(port, authority) as connected,
        ):
            yield Proxied(service, connected, port, authority)
    finally:
        service.close()


def client(port: int, authority: Path) -> httpx.Client:
    """Connect to loopback under the name of the pages, which no name server knows."""

    def name(request: httpx.Request) -> None:
        request.extensions = {**request.extensions, "sni_hostname": NAME}

    return httpx.Client(
        base_url=f"https://127.0.0.1:{port}",
        headers={"Host": f"{NAME}:{port}", "Authorization": f"Bearer {TOKEN}"},
        verify=ssl.create_default_context(cafile=str(authority)),
        trust_env=False,
        timeout=ANSWER_SECONDS,
        event_hooks={"request": [name]},
    )


def nginx_site(service: str, port: int, folder: Path) -> str:
    return content(
        "proxy",
        "/etc/nginx/sites-available/quant-engine",
        service=service,
        nginx_port=f"listen 127.0.0.1:{port} ",
        certificates=str(folder),
    )


def caddy_site(service: str, port: int, folder: Path) -> str:
    return content(
        "proxy",
        "/etc/caddy/Caddyfile",
        service=service,
        caddy_site=f"{NAME}:{port} {{\n    bind 127.0.0.1",
        certificates=str(folder),
    )


DOCUMENTED: dict[str, tuple[Run, Callable[[str, int, Path], str]]] = {
    "nginx": (nginx, nginx_site),
    "caddy": (caddy, caddy_site),
}


@pytest.fixture(scope="module", params=[*DOCUMENTED])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    with behind(*DOCUMENTED[request.param], tmp_path_factory.mktemp(request.param)) as proxied:
        yield proxied


@pytest.fixture
def proxied(shared: Proxied) -> Proxied:
    """A service whose jobs hold until the test releases them."""
    (shared.service.home / "release").unlink(missing_ok=True)
    return shared


def test_the_page_and_its_files_arrive(proxied: Proxied) -> None:
    direct = proxied.service.http
    index = proxied.client.get("/jobs")
    assert index.status_code == 200
    assert "script-src 'self'" in index.headers["content-security-policy"]
    files = re.findall(r'(?:src|href)="(/[^"]+)"', index.text)
    assert any(file.endswith(".js") for file in files)
    assert any(file.endswith(".css") for file in files)
    for file in files:
        answer, expected = proxied.client.get(file), direct.get(file)
        assert (answer.status_code, answer.content) == (200, expected.content)
        for header in ("content-type", "cache-control"):
            assert answer.headers[header] == expected.headers[header]


def test_events_of_a_job_arrive_while_it_runs(proxied: Proxied) -> None:
    job = proxied.submit()
    with proxied.stream(f"/api/jobs/{job}/events") as stream:
        seen = [next(stream)]
        while seen[-1].record["progress_message"] != "holding":
            seen.append(next(stream))
        # the job does not end before this line, so nothing held these events back until its end
        proxied.service.release()
        rest = list(stream)
    assert seen[0].name == "status"
    assert [event.name for event in rest if event.name in FINAL] == ["completed"]
    assert rest[-1].name == "done"
    revisions = [event.revision for event in (*seen, *rest)]
    assert revisions[:-1] == [*range(revisions[0], revisions[-1] + 1)]


def test_the_stream_of_all_jobs_resumes(proxied: Proxied) -> None:
    with proxied.stream("/api/events") as stream:
        assert next(stream).name == "position"
        job = proxied.submit()
        event = next(one for one in stream if one.record.get("progress_message") == "holding")
        assert event.record["job_id"] == job
    # while no client listens
    other = proxied.submit()
    with proxied.stream("/api/events", event.id) as stream:
        position = next(stream)
        assert (position.name, position.id) == ("position", event.id)
        created = next(stream)
        assert (created.name, created.record["job_id"]) == ("status", other)
        proxied.service.release()
        ended = [next(one for one in stream if one.name in FINAL) for _ in range(2)]
    assert [(one.name, one.record["job_id"]) for one in ended] == [
        ("completed", job),
        ("completed", other),
    ]


def test_a_cancel_without_a_body_arrives(proxied: Proxied) -> None:
    job = proxied.submit()
    with proxied.stream(f"/api/jobs/{job}/events") as stream:
        next(event for event in stream if event.record["progress_message"] == "holding")
        assert proxied.post(f"/api/jobs/{job}/cancel").status_code == 200
        assert [event.name for event in stream][-2:] == ["cancelled", "done"]


def test_a_large_answer_is_whole(proxied: Proxied) -> None:
    proxied.service.release()
    job = proxied.submit()
    proxied.service.finish(job)
    report = REPORT.model_copy(update={"job_id": job, "trades": [TRADE] * N_TRADES})
    Artifacts(proxied.service.home).write_report(report)
    answer = proxied.client.get(f"/api/backtests/{job}")
    assert answer.status_code == 200
    assert len(answer.content) > 1_000_000
    assert answer.json()["data"] == json.loads(report.model_dump_json())
    rows = proxied.client.get(f"/api/backtests/{job}/trades.csv").text.splitlines()
    assert len(rows) == 1 + N_TRADES


def test_a_body_is_refused_by_the_service_and_not_by_the_proxy(proxied: Proxied) -> None:
    body = b"{" + b" " * (MOST_BYTES - 2) + b"}"
    json_type = {**proxied.origin, "Content-Type": "application/json"}
    largest = proxied.client.post("/api/compute/backtest", content=body, headers=json_type)
    assert largest.status_code == 202, largest.text
    proxied.post(f"/api/jobs/{largest.json()['data']['job_id']}/cancel")
    larger = proxied.client.post("/api/compute/backtest", content=body + b" ", headers=json_type)
    assert larger.json()["error"]["code"] == "body_too_large"


def test_another_site_and_another_token_are_refused(proxied: Proxied) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": f"https://{NAME}"},
        {"Origin": f"https://{NAME}:{proxied.port}", "Sec-Fetch-Site": "cross-site"},
    ):
        forged = {**headers, "X-Forwarded-Host": "evil.example"}
        answer = proxied.client.post("/api/compute/backtest", json={}, headers=forged)
        assert answer.json()["error"]["code"] == "bad_origin"
    answer = proxied.client.get("/api/jobs", headers={"Authorization": "Bearer other"})
    assert answer.status_code == 401


def test_a_change_over_http_2_arrives(proxied: Proxied) -> None:
    # without the header Host: nginx has to write it from the name that HTTP/2 sends in its place
    url = f"https://{NAME}:{proxied.port}/api/compute/backtest"
    headers = {
        **proxied.origin,
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
    }
    arguments = [part for pair in headers.items() for part in ("-H", ": ".join(pair))]
    done = subprocess.run(
        [
            *(
                find("curl"),
                "-sS",
                "--http2",
                "--noproxy",
                "*",
                "--data",
                "{}",
                "--write-out",
                "\n%{http_version}",
            ),
            *("--cacert", str(proxied.authority), "--resolve", f"{NAME}:{proxied.port}:127.0.0.1"),
            *(*arguments, url),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=ANSWER_SECONDS,
    )
    body, version = done.stdout.splitlines()
    assert version == "2"
    job = json.loads(body)["data"]
    assert job["status"] == "queued"
    proxied.post(f"/api/jobs/{job['job_id']}/cancel")


@pytest.mark.parametrize("name", [*DOCUMENTED])
def test_a_client_that_leaves_is_noticed(name: str, tmp_path: Path) -> None:
    with behind(*DOCUMENTED[name], tmp_path) as proxied:
        with proxied.stream("/api/events") as stream:
            assert next(stream).name == "position"
            # no request before this one, so this is the proxy's connection for the stream
            (connection,) = connections(proxied.service)
        wait_for(lambda: connection not in connections(proxied.service))
        assert proxied.client.get("/readyz").text == "ready\n"


def connections(service: ServiceProcess) -> set[int]:
    """Return the ports that are connected to a service."""
    found = psutil.Process(service.process.pid).net_connections("tcp")
    return {one.raddr.port for one in found if one.status == psutil.CONN_ESTABLISHED}


@pytest.mark.parametrize(
    ("more", "host"),
    [
        # what nginx does by itself
        ("", "{service}"),
        # what many examples have: no port
        ("proxy_set_header Host $host;", "127.0.0.1"),
        ("proxy_set_header X-Forwarded-Host $http_host;", "{service}"),
    ],
)
def test_nginx_as_it_is_by_default_gets_a_reason(tmp_path: Path, more: str, host: str) -> None:
    service = ServiceProcess(tmp_path / "home", workers=1)
    try:
        port = free_port()
        own = f"http://127.0.0.1:{port}"
        site = NGINX_DEFAULT.format(port=f"127.0.0.1:{port}", url=service.url, more=more)
        with (
            nginx(site, port, tmp_path),
            httpx.Client(base_url=own, trust_env=False, timeout=ANSWER_SECONDS) as browser,
        ):
            assert browser.get("/").status_code == 200
            headers = {"Origin": own, "Sec-Fetch-Site": "same-origin"}
            refused = browser.post("/api/compute/backtest", json={}, headers=headers)
            assert refused.status_code == 403
            error = refused.json()["error"]
            assert error["code"] == "bad_origin"
            sent = host.format(service=service.url.removeprefix("http://"))
            assert f"at `{own}`" in error["message"]
            assert f"the Host `{sent}`" in error["message"]
            assert "docs/proxy.md" in error["message"]
            # programs send no Origin
            assert browser.post("/api/compute/backtest", json={}).status_code == 202
    finally:
        service.close()
