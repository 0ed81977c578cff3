"""A client over raw ASGI, without a socket; unlike the transport of httpx it reads a stream before its end."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from wirelaw.running.exchange import Answer, Message
from wirelaw.running.sse import Frame, Parser

QUIET_TURNS = 60  #: turns of the loop without a message after which a stream waits for an event
DISCONNECT_SECONDS = 120.0  #: for an app to notice that its client disconnected
MAX_FRAMES = 2_000  #: a stream of more is endless, and its reader disconnects
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Message, Receive, Send], Awaitable[None]]
#: names and values; pairs of bytes are sent as they are, without a Host of our own
Headers = Mapping[str, str] | Sequence[tuple[bytes, bytes]]


def copied(app: ASGIApp, show: Callable[[Message, Answer], None]) -> ASGIApp:
    """Wrap an app, and show the scope of each request with its answer when the answer is complete."""

    async def observed(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        answer = Answer()

        async def copy(message: Message) -> None:
            answer.receive(message)
            await send(message)

        try:
            await app(scope, receive, copy)
        finally:
            show(scope, answer)

    return observed


async def request(app: ASGIApp, method: str, path: str, **options: Any) -> Answer:
    """Send a request and return the answer; a stream is read until nothing more comes. `options` are those of `Reader`.

    Raises:
        TimeoutError: the app does not return after its client disconnected.
    """
    reader = Reader(app, method, path, **options)
    quiet_turns = 0
    while not reader.is_over:
        if not reader.answer.streams:
            await reader.wait(0.001)
            continue
        received = len(reader.answer.body)
        await asyncio.sleep(0)
        quiet_turns = 0 if len(reader.answer.body) > received else quiet_turns + 1
        if quiet_turns > QUIET_TURNS:
            reader.leave()
            await reader.wait(DISCONNECT_SECONDS)
            if not reader.is_over:
                reader.cut()
                raise TimeoutError(f"{method} {path} still runs after its client disconnected.")
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
        self.frames: list[Frame] = []  #: the complete frames so far
        self.n_blocked = 0  #: messages that the app is sending and cannot send
        self.is_paused = False  #: reads nothing at present
        self._parser = Parser(self.frames)
        self._gates: deque[asyncio.Future[None]] = deque()
        self._loop = loop or asyncio.get_running_loop()
        self._requests = deque([body])
        self._left = self._loop.create_future()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method.upper(),
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": urlencode(query or {}).encode(),
            "root_path": "",
            "headers": _encoded({} if headers is None else headers, body),
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
            "state": {},
        }
        self._task = self._loop.create_task(self._run(app, scope))

    async def _run(self, app: ASGIApp, scope: Message) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception as error:  # noqa: BLE001 - a server logs it and closes the connection
            self.answer.crash = f"{type(error).__name__}: {error}"
            self.answer.ended = True

    async def _receive(self) -> Message:
        if self._requests:
            return {"type": "http.request", "body": self._requests.popleft(), "more_body": False}
        await asyncio.shield(self._left)
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        is_body = message["type"] == "http.response.body"
        if is_body and self.is_paused:
            gate = self._loop.create_future()
            self._gates.append(gate)
            self.n_blocked += 1
            try:
                await gate
            finally:
                self.n_blocked -= 1
        if is_body and self.has_left:
            return
        self.answer.receive(message)
        if is_body and self.answer.streams:
            self._parser.feed(message.get("body", b""))
            if len(self.frames) > MAX_FRAMES:
                self.leave()

    @property
    def is_open(self) -> bool:
        """Whether something may still come."""
        return not self.answer.ended and not self.has_left

    @property
    def is_over(self) -> bool:
        """Whether the app has returned."""
        return self._task.done()

    @property
    def has_left(self) -> bool:
        """Whether the reader disconnected; it has not received what came later."""
        return self._left.done()

    async def wait(self, seconds: float) -> None:
        """Wait for the app to return, and no longer than this."""
        await asyncio.wait([self._task], timeout=seconds)

    def pause(self) -> None:
        """Stop reading: the app's next send is blocked."""
        self.is_paused = True

    def read(self) -> None:
        """Read one of the messages that are blocked."""
        if self._gates:
            gate = self._gates.popleft()
            if not gate.done():
                gate.set_result(None)

    def resume(self) -> None:
        """Read again as fast as messages come."""
        self.is_paused = False
        while self._gates:
            self.read()

    def leave(self) -> None:
        """Disconnect."""
        if not self.has_left:
            self._left.set_result(None)
        self.resume()

    def cut(self) -> None:
        """Lose the connection, as when the process of the service is killed."""
        self._task.cancel()
        self.leave()


def _encoded(headers: Headers, body: bytes) -> list[tuple[bytes, bytes]]:
    if not isinstance(headers, Mapping):
        return list(headers)
    of_body = {"content-type": "application/json", "content-length": str(len(body))}
    sent = {"host": "localhost", **(of_body if body else {})}
    sent |= {name.lower(): value for name, value in headers.items()}
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
