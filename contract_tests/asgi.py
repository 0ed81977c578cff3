"""A client over raw ASGI, without a socket: httpx's transport holds a stream back until it ends, and this one does not."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp

from contract_tests.document import STREAM_TYPE
from contract_tests.sse import Frame, Parser, parse

QUIET_TURNS = 60  #: of the loop; SQLite runs on the loop, so a stream that sends nothing is waiting
LEAVE_SECONDS = 10.0  #: for an app to notice that its client disconnected
MAX_FRAMES = 2_000  #: a reader of more has met an endless stream, and disconnects
Message = MutableMapping[str, Any]
#: names and values; pairs of bytes are sent as they are, without a Host of our own
Headers = Mapping[str, str] | Sequence[tuple[bytes, bytes]]


@dataclass
class Answer:
    """What an app sent in answer to a request."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)  #: names in lower case
    body: bytes = b""
    ended: bool = False  #: by the app
    crash: str = ""  #: what the app raised; a server logs it and closes the connection

    def receive(self, message: Message) -> None:
        """Add a message that the app sends."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in message["headers"]
            }
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def streams(self) -> bool:
        """Whether this is an event stream."""
        return self.media_type == STREAM_TYPE

    @property
    def frames(self) -> list[Frame]:
        """The complete frames of a stream."""
        return parse(self.body)

    @property
    def events(self) -> list[Frame]:
        """The frames of a stream that are or name an event; others set the id or are comments."""
        return [frame for frame in self.frames if frame.is_dispatched or frame.event is not None]

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: it is not JSON.
        """
        return json.loads(self.body)


def scope(
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Headers | None = None,
    body: bytes = b"",
) -> dict[str, Any]:
    """Return the scope of a request."""
    if headers is None or isinstance(headers, Mapping):
        sent = {"host": "localhost", **{k.lower(): v for k, v in (headers or {}).items()}}
        if body:
            sent = {"content-type": "application/json", "content-length": str(len(body)), **sent}
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in sent.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method.upper(),
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": urlencode(query or {}).encode(),
        "root_path": "",
        "headers": list(headers),
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "state": {},
    }


async def request(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Headers | None = None,
    body: bytes = b"",
) -> Answer:
    """Send a request and return the whole answer; of a stream, up to the moment when nothing more comes.

    Raises:
        TimeoutError: the app still runs a while after the client left its stream.
    """
    reader = Reader(app, method, path, query=query, headers=headers, body=body)
    quiet = 0
    while not reader.is_over:
        if not reader.answer.streams:
            await reader.wait(0.001)
            continue
        received = len(reader.chunks)
        await asyncio.sleep(0)
        quiet = 0 if len(reader.chunks) > received else quiet + 1
        if quiet > QUIET_TURNS:
            reader.leave()
            await reader.wait(LEAVE_SECONDS)
            if not reader.is_over:
                reader.cut()
                raise TimeoutError(f"{method} {path} runs on though the client disconnected.")
    return reader.answer


class Reader:
    """A request whose answer is read chunk by chunk, as slowly as the test wants."""

    def __init__(
        self,
        app: ASGIApp,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Headers | None = None,
        body: bytes = b"",
        loop: asyncio.AbstractEventLoop | None = None,  #: where none runs yet
    ) -> None:
        self.answer = Answer()
        self.chunks: list[bytes] = []
        self.n_blocked = 0  #: messages that the app is sending and cannot send
        self._parser = Parser()
        self._is_paused = False
        self._gates: deque[asyncio.Future[None]] = deque()
        self._loop = loop or asyncio.get_running_loop()
        self._requests = deque([body])
        self._left = self._loop.create_future()
        sent = scope(method, path, query=query, headers=headers, body=body)
        self._task = self._loop.create_task(self._run(app, sent))

    async def _run(self, app: ASGIApp, sent: Message) -> None:
        try:
            await app(sent, self._receive, self._send)
        except Exception as error:  # noqa: BLE001 - a server logs it and closes the connection
            self.answer.crash = f"{type(error).__name__}: {error}"
            self.answer.ended = True

    async def _receive(self) -> Message:
        if self._requests:
            return {"type": "http.request", "body": self._requests.popleft(), "more_body": False}
        await asyncio.shield(self._left)
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.answer.receive(message)
            return
        if self._is_paused:
            gate = self._loop.create_future()
            self._gates.append(gate)
            self.n_blocked += 1
            try:
                await gate
            finally:
                self.n_blocked -= 1
        if self._left.done():
            return
        self.answer.receive(message)
        chunk = message.get("body", b"")
        if chunk:
            self.chunks.append(chunk)
            if self.answer.streams:
                self._parser.feed(chunk)
                if len(self.frames) > MAX_FRAMES:
                    self.leave()

    @property
    def frames(self) -> list[Frame]:
        """The complete frames so far."""
        return self._parser.frames

    @property
    def is_open(self) -> bool:
        """Whether something may still come."""
        return not self.answer.ended and not self._left.done()

    @property
    def is_over(self) -> bool:
        """Whether the app has returned."""
        return self._task.done()

    @property
    def has_left(self) -> bool:
        """Whether the reader disconnected; it has not received what came later."""
        return self._left.done()

    @property
    def is_paused(self) -> bool:
        """Whether the reader reads nothing at present."""
        return self._is_paused

    async def wait(self, seconds: float) -> None:
        """Wait for the app to return, and no longer than this."""
        await asyncio.wait([self._task], timeout=seconds)

    def pause(self) -> None:
        """Stop reading: the app's next send is blocked."""
        self._is_paused = True

    def read(self) -> None:
        """Read one of the messages that are blocked."""
        if self._gates:
            gate = self._gates.popleft()
            if not gate.done():
                gate.set_result(None)

    def resume(self) -> None:
        """Read again as fast as messages come."""
        self._is_paused = False
        while self._gates:
            self.read()

    def leave(self) -> None:
        """Disconnect."""
        if not self._left.done():
            self._left.set_result(None)
        self.resume()

    def cut(self) -> None:
        """Lose the connection together with the service: its process is gone."""
        self._task.cancel()
        self.leave()
