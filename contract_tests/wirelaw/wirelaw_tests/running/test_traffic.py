"""Traffic of a HAR file, a URL or an app is looked at, and what cannot be is one line."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from wirelaw.checks import CHECKS
from wirelaw.contract.document import Contract
from wirelaw.finding import Finding
from wirelaw.repository import Inputs, Repository
from wirelaw.running.kinds import KINDS
from wirelaw.running.traffic import Traffic
from wirelaw.running.visit import safe_operations
from wirelaw_tests.running.apps import right, wrong

DOCUMENT = right().openapi()
ANSWERS = {
    "/openapi.json": json.dumps(DOCUMENT).encode(),
    "/items": b'[{"name": "a", "count": 1, "inner": null}]',
    "/events": b'event: done\ndata: {"type": "done"}\n\n',
}
APP = """
from fastapi import FastAPI
from contextlib import asynccontextmanager

started = []

@asynccontextmanager
async def lifespan(app):
    print("starting")
    started.append(1)
    yield

app = FastAPI(lifespan=lifespan)

@app.get("/numbers", response_model=list[int])
def numbers():
    from starlette.responses import JSONResponse
    return JSONResponse(["one"] if started else [1])

def create():
    return app
"""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ANSWERS.get(self.path.partition("?")[0])
        self.send_response(404 if body is None else 200)
        kind = "text/event-stream" if self.path == "/events" else "application/json"
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write(body or b"{}")

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def lines(traffic: Traffic) -> list[str]:
    return [one.line.partition(" [")[0] for one in traffic.findings()]


def test_a_service_at_a_url_that_answers_as_declared_is_silent(tmp_path: Path, url: str) -> None:
    traffic = Traffic(tmp_path, url=url)
    assert (traffic.findings(), traffic.unseen) == ([], [])
    assert traffic.coverage == [f"{url}: 2 of 5 operations were exercised"]


def test_a_service_at_a_url_that_drifted_is_found(tmp_path: Path, url: str) -> None:
    changed = json.loads(json.dumps(DOCUMENT))
    changed["components"]["schemas"]["Item"]["properties"]["count"] = {"type": "string"}
    traffic = Traffic(tmp_path, Contract(changed), "api.json", url=url)
    assert lines(traffic) == ["GET /items 200 /*/count sends 1; api.json declares type: string"]


def test_values_of_required_parameters_are_used() -> None:
    contract = Contract(DOCUMENT)
    paths = [path for _, path, _ in safe_operations(contract, {"name": "a"})]
    assert paths == ["/items", "/items/a", "/events"]
    assert [path for _, path, _ in safe_operations(contract)] == ["/items", "/events"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9", "http://127.0.0.1:9/openapi.json does not answer: "),
        ("ftp://h", "is no URL of a service"),
        ("URL/nowhere", "/nowhere/openapi.json is no OpenAPI document (status 404)"),
    ],
)
def test_a_url_that_does_not_answer_is_one_line(
    tmp_path: Path, url: str, address: str, reason: str
) -> None:
    traffic = Traffic(tmp_path, url=address.replace("URL", url))
    assert traffic.findings() == []
    (unseen,) = traffic.unseen
    assert reason in str(unseen)


def test_an_app_is_imported_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "service.py").write_text(APP)
    traffic = Traffic(tmp_path, app="service:create")
    assert lines(traffic) == [
        'GET /numbers 200 /* sends "one"; the contract declares type: integer'
    ]
    assert "service" not in sys.modules


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
        ("", "has no attribute 'app'"),
    ],
)
def test_an_app_that_cannot_be_imported_is_one_line(
    tmp_path: Path, source: str, reason: str
) -> None:
    (tmp_path / "service.py").write_text(source)
    traffic = Traffic(tmp_path, app="service:app")
    assert traffic.findings() == []
    assert [reason in str(one) for one in traffic.unseen] == [True]


def har_of(path: str, status: int, text: str | None) -> dict[str, Any]:
    content = {"mimeType": "application/json", "size": 9, **({"text": text} if text else {})}
    request = {"method": "GET", "url": f"http://h/api{path}", "headers": []}
    response = {"status": status, "headers": [], "content": content}
    return {"request": request, "response": response}


def repository(folder: Path, *entries: Any) -> Repository:
    (folder / "openapi.json").write_text(json.dumps(wrong().openapi()), encoding="utf-8")
    (folder / "page.har").write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    found = Repository.at(folder)
    found.inputs = Inputs(har=str(folder / "page.har"))
    return found


def found_in(one: Repository) -> list[Finding]:
    return [finding for check in CHECKS if check.level == 2 for finding in check.run(one)]


def test_a_har_file_is_compared_with_the_contract_of_the_repository(tmp_path: Path) -> None:
    one = repository(tmp_path, har_of("/coerced", 200, '{"count": 1}'))
    (finding,) = found_in(one)
    assert finding.line.startswith(
        "GET /coerced 200 /name sends only count; openapi.json declares the field name"
    )
    assert one.unseen == []


def test_bodies_that_a_browser_left_out_are_listed(tmp_path: Path) -> None:
    one = repository(tmp_path, har_of("/coerced", 200, None))
    assert found_in(one) == []
    assert [str(unseen) for unseen in one.unseen] == [
        f"could not look at {tmp_path / 'page.har'}: the browser recorded no body of 1 of 1 answers"
    ]


def test_a_har_file_of_another_service_is_one_line(tmp_path: Path) -> None:
    one = repository(tmp_path, har_of("/elsewhere", 200, "{}"))
    assert found_in(one) == []
    assert "none of its requests is an operation of the contract" in str(one.unseen[0])


def test_each_kind_is_a_check() -> None:
    assert {one.code for one in CHECKS if one.level == 2} == set(KINDS)


def test_without_traffic_nothing_is_looked_at(tmp_path: Path) -> None:
    one = Repository.at(tmp_path)
    assert (found_in(one), one.unseen) == ([], [])
