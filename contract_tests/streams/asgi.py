"""A client without a socket: speaks raw ASGI, reads each chunk as it is sent, slowly if it is told to."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp

from contract_tests.streams.clock import VirtualLoop
from contract_tests.streams.frames import Frame, Parser

HOST = b"localhost"
MOST_FRAMES = 2_000  #: who hears more hears it without end, and hangs up


@dataclass(frozen=True)
class Recording:
    """All that one reader asked for and got; what the laws look at."""

    path: str  #: as the contract writes it
    asked: str | None  #: the id to go on from
    status: int
    headers: Mapping[str, str]
    frames: tuple[Frame, ...]
    body: bytes  #: of an answer that is no stream
    ended: bool  #: the server closed


class Reader:
    """One request that is answered bit by bit."""

    def __init__(
        self,
        loop: VirtualLoop,
        app: ASGIApp,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes = b"",
    ) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.chunks: list[bytes] = []
        self.ended = False
        self.sending = 0  #: how much the service holds out and cannot send
        self._parser = Parser()
        self._paused = False
        self._gates: deque[asyncio.Future[None]] = deque()
        self._loop = loop
        self._requests = deque([body])
        self._left = loop.create_future()
        scope = _scope(method, path, headers or {}, query or {})
        self._task = loop.create_task(self._answer(app, scope))

    async def _answer(self, app: ASGIApp, scope: MutableMapping[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception:  # noqa: BLE001 - a server closes the connection and goes on
            self.ended = True

    async def _receive(self) -> MutableMapping[str, Any]:
        if self._requests:
            return {"type": "http.request", "body": self._requests.popleft(), "more_body": False}
        await asyncio.shield(self._left)
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode().lower(): value.decode() for name, value in message["headers"]
            }
            return
        if self._paused:
            gate = self._loop.create_future()
            self._gates.append(gate)
            self.sending += 1
            try:
                await gate
            finally:
                self.sending -= 1
        if self._left.done():
            return
        chunk = message.get("body", b"")
        if chunk:
            self.chunks.append(chunk)
            if self.is_stream:
                self._parser.feed(chunk)
                if len(self.frames) > MOST_FRAMES:
                    self.leave()
        self.ended = self.ended or not message.get("more_body", False)

    @property
    def is_stream(self) -> bool:
        """Whether the answer is an event stream."""
        return self.headers.get("content-type", "").startswith("text/event-stream")

    @property
    def frames(self) -> list[Frame]:
        """What came so far."""
        return self._parser.frames

    @property
    def is_open(self) -> bool:
        """Whether something may still come."""
        return not self.ended and not self._left.done()

    @property
    def has_left(self) -> bool:
        """Whether it disconnected; what came later it did not hear."""
        return self._left.done()

    @property
    def is_paused(self) -> bool:
        """Whether it reads nothing at present."""
        return self._paused

    def pause(self) -> None:
        """Stop to read: what the service sends is blocked."""
        self._paused = True

    def read(self) -> None:
        """Take one chunk of what is blocked."""
        if self._gates:
            gate = self._gates.popleft()
            if not gate.done():
                gate.set_result(None)

    def resume(self) -> None:
        """Read again as fast as it comes."""
        self._paused = False
        while self._gates:
            self.read()

    def leave(self) -> None:
        """Disconnect."""
        if not self._left.done():
            self._left.set_result(None)
        self.resume()

    def cut(self) -> None:
        """Be cut off with the service: its process is gone."""
        self._task.cancel()
        self.leave()

    def json(self) -> Any:
        """Return the body of an answer that is no stream."""
        return json.loads(b"".join(self.chunks))

    def recording(self, path: str, asked: str | None) -> Recording:
        """Give what came so far to the laws."""
        return Recording(
            path=path,
            asked=asked,
            status=self.status,
            headers=self.headers,
            frames=tuple(self.frames),
            body=b"" if self.is_stream else b"".join(self.chunks),
            ended=self.ended,
        )


def _scope(
    method: str, path: str, headers: Mapping[str, str], query: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": urlencode(query).encode(),
        "root_path": "",
        "headers": [
            (b"host", HOST),
            *((name.lower().encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
