"""HAR files are read as browsers write them, and what is not one is refused in one sentence."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from wirelaw.contract.document import Contract
from wirelaw.running import har
from wirelaw.running.exchange import Answer, Exchange

OPERATION = {"responses": {"200": {"description": "."}}}
CONTRACT = Contract({"paths": {"/items/{id}": {"get": OPERATION}, "/items": {"post": OPERATION}}})


def entry(url: str, method: str = "GET", status: int = 200, **content: Any) -> dict[str, Any]:
    return {
        "request": {
            "method": method,
            "url": url,
            "headers": [{"name": "Content-Type", "value": "application/json; charset=utf-8"}],
            **({"postData": {"text": '{"a": 1}'}} if method == "POST" else {}),
        },
        "response": {
            "status": status,
            "headers": [{"name": "Content-Encoding", "value": "gzip"}],
            "content": {"mimeType": "application/json", **content},
        },
    }


def file(folder: Path, *entries: Any) -> Path:
    path = folder / "page.har"
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    return path


def test_an_entry_is_an_exchange(tmp_path: Path) -> None:
    path = file(tmp_path, entry("http://h:5173/items?a=1&a=", "POST", 201, text="{}", size=2))
    (found,) = har.read(path)
    assert (found.method, found.path, found.origin) == ("POST", "/items", "http://h:5173")
    assert found.query == [("a", "1"), ("a", "")]
    assert (found.media_type, found.body) == ("application/json", b'{"a": 1}')
    assert (found.answer.status, found.answer.body, found.answer.ended) == (201, b"{}", True)
    assert found.answer.media_type == "application/json"


@pytest.mark.parametrize(
    ("content", "body", "is_whole"),
    [
        ({"text": base64.b64encode(b"[]").decode(), "encoding": "base64"}, b"[]", True),
        ({"size": 40}, b"", False),
        ({"size": 0}, b"", True),
        ({"text": "!", "encoding": "base64"}, b"!", False),
    ],
)
def test_a_body_may_be_coded_or_left_out(
    tmp_path: Path, content: dict[str, Any], body: bytes, is_whole: bool
) -> None:
    (found,) = har.read(file(tmp_path, entry("http://h/items/1", **content)))
    assert (found.answer.body, found.answer.ended) == (body, is_whole)


def test_a_request_that_was_not_answered_is_left_out(tmp_path: Path) -> None:
    assert har.read(file(tmp_path, entry("http://h/items", status=0), entry("data:,x"))) == []


@pytest.mark.parametrize("text", ["", "[]", '{"log": {}}', '{"log": {"entries": [{}]}}', "\xff"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "page.har"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"^page.har is no HAR file: .+$"):
        har.read(path)


def exchange(url: str) -> Exchange:
    origin, _, path = url.partition("/")
    return Exchange("GET", f"/{path}", Answer(200), origin=origin)


@pytest.mark.parametrize("prefix", ["", "/api", "/api/v1"])
def test_the_service_is_found_behind_a_proxy(prefix: str) -> None:
    recorded = [exchange(f"h{prefix}/items/{number}") for number in range(2)]
    recorded += [exchange("elsewhere/items/1"), exchange("h/logo.png")]
    found = har.of_the_service(recorded, CONTRACT)
    expected = ["/items/0", "/items/1"] + ["/logo.png"] * (not prefix)
    assert [one.path for one in found] == expected


def test_traffic_with_others_alone_is_none() -> None:
    assert har.of_the_service([exchange("h/other")], CONTRACT) == []


def test_what_is_written_is_read(tmp_path: Path) -> None:
    body = Answer(200, {"content-type": "application/json"}, b"\xff", 1, ended=True)
    cut = Answer(200, {"content-type": "application/json"}, b"{", 1, ended=False)
    written = [
        Exchange("GET", "/a b", body, [("q", "1&2")], {"x": "y"}, origin="http://h"),
        Exchange("POST", "/a", cut, body=b"{}", origin="http://h"),
    ]
    path = tmp_path / "page.har"
    path.write_text(json.dumps(har.write(written)), encoding="utf-8")
    first, second = har.read(path)
    assert (first.path, first.query, first.headers) == ("/a b", [("q", "1&2")], {"x": "y"})
    assert (first.answer.body, first.answer.ended) == (b"\xff", True)
    assert (second.body, second.answer.ended) == (b"{}", False)
