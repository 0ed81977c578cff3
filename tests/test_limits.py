"""Connections that send too much, too slowly or not at all are closed, and cost nobody else anything."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.engine import ScriptedEngine
from quant_engine.cli import limits
from quant_engine.cli.limits import LimitedProtocol
from quant_engine.cli.server import BackgroundService
from quant_engine.config import Settings

Connect = Callable[[], socket.socket]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[httpx.URL]:
    with BackgroundService(
        Settings(home=tmp_path / "home", port=0), engine=ScriptedEngine()
    ) as service:
        yield httpx.URL(service.url)


@pytest.fixture
def connect(url: httpx.URL) -> Iterator[Connect]:
    with ExitStack() as stack:

        def open_one() -> socket.socket:
            one = socket.create_connection((url.host, url.port or 80), timeout=HANG_SECONDS)
            return stack.enter_context(one)

        yield open_one


def answer(connection: socket.socket) -> bytes:
    """Read until the service closes."""
    found = b""
    while True:
        try:
            part = connection.recv(65_536)
        except ConnectionResetError:
            return found
        if not part:
            return found
        found += part


@pytest.mark.parametrize("rounds", [1, 2])
def test_an_endless_head_is_refused(connect: Connect, rounds: int) -> None:
    connection = connect()
    for _ in range(rounds - 1):
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in connection.recv(65_536)
    connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n")
    sent = 0
    try:
        while sent < 100 * limits.HEAD_BYTES:
            connection.sendall(b"X-A: " + b"a" * 1000 + b"\r\n")
            sent += 1007
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert sent < 100 * limits.HEAD_BYTES


def alive(connection: socket.socket) -> bool:
    """Read the answer of `/livez`, which may come in parts."""
    found = b""
    while not found.endswith(b"alive\n") and (part := connection.recv(65_536)):
        found += part
    return found.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("lines", [70, 100, 300])
def test_a_head_that_is_too_large_is_refused_where_it_ends(connect: Connect, lines: int) -> None:
    connection = connect()
    fill = (b"X-A: " + b"a" * 1000 + b"\r\n") * lines
    connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + fill + b"\r\n")
    assert answer(connection).startswith(b"HTTP/1.1 431")


def test_what_is_not_http_is_refused(connect: Connect) -> None:
    connection = connect()
    connection.sendall(b"this is not HTTP\r\n\r\n")
    found = answer(connection)
    assert found.startswith(b"HTTP/1.1 400")
    assert b"nosniff" in found


@pytest.mark.parametrize("more", [b"\r\n", b"GET /livez HTTP/1.1\r\nHost:"])
def test_no_refusal_comes_in_the_middle_of_an_answer(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, more: bytes
) -> None:
    monkeypatch.setattr(limits, "REQUEST_SECONDS", 0.2)
    connection = connect()
    connection.sendall(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert connection.recv(12) == b"HTTP/1.1 200"
    connection.sendall(more)
    # others come and go for longer than that
    for _ in range(3):
        assert answer(connect()) == b""
    connection.setblocking(False)
    assert b"HTTP/1.1" not in connection.recv(65_536)


def test_a_large_head_within_the_limit_is_read(connect: Connect) -> None:
    connection = connect()
    fill = b"X-A: " + b"a" * 1000 + b"\r\n"
    connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + fill * 60 + b"\r\n")
    assert alive(connection)


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        (b"", b""),
        (b"GET /livez HTTP/1.1\r\nHost:", b"HTTP/1.1 408"),
        (
            (
                b"POST /api/compute/train HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
            ),
            b"HTTP/1.1 408",
        ),
    ],
    ids=["silent", "head", "body"],
)
def test_what_is_not_complete_in_time_is_closed(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, begun: bytes, expected: bytes
) -> None:
    monkeypatch.setattr(limits, "REQUEST_SECONDS", 0.2)
    connection = connect()
    connection.sendall(begun)
    assert answer(connection)[: len(expected)] == expected


def test_a_stream_is_no_request_that_is_not_complete(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, url: httpx.URL
) -> None:
    monkeypatch.setattr(limits, "REQUEST_SECONDS", 0.1)
    connection = connect()
    connection.sendall(f"GET /api/events HTTP/1.1\r\nHost: {url.netloc.decode()}\r\n\r\n".encode())
    assert connection.recv(15).startswith(b"HTTP/1.1 200")
    # others come and go for longer than that
    for _ in range(3):
        assert answer(connect()) == b""
    connection.setblocking(False)
    data = connection.recv(65_536)
    assert data
    assert b"HTTP/1.1" not in data


@pytest.mark.parametrize("path", ["/api/events", "/api/jobs", "/"])
def test_an_old_client_gets_no_chunks(connect: Connect, path: str) -> None:
    connection = connect()
    connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    found = b""
    while b"\r\n\r\n" not in found or found.endswith(b"\r\n\r\n"):
        found += connection.recv(65_536)
    head, _, body = found.partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head.lower()
    assert b"connection: close" in head.lower()
    assert body.lstrip()[:1] in b"r{<"


@pytest.mark.parametrize("scheme", ["http", "HTTP"])
@pytest.mark.parametrize(("target", "code"), [("evil.example", b"421"), ("localhost", b"200")])
def test_the_host_of_a_whole_url_counts(
    connect: Connect, scheme: str, target: str, code: bytes
) -> None:
    connection = connect()
    line = (
        f"GET {scheme}://{target}/api/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    connection.sendall(line.encode())
    assert answer(connection).startswith(b"HTTP/1.1 " + code)


def test_one_connection_too_many_is_closed_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(LimitedProtocol, "most_connections", 20)
    monkeypatch.setattr(LimitedProtocol, "_logged_at", -limits.LOG_SECONDS)
    kept = [connect() for _ in range(20)]
    for connection in kept:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert alive(connection)
    for _ in range(50):
        assert answer(connect()) == b""
    kept[0].sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert alive(kept[0])
    assert caplog.text.count("are refused") == 1
