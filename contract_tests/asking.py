"""Ask an operation and take its whole answer; a stream's, up to the moment when nothing more comes."""

import asyncio
import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp

from contract_tests.document import STREAM_TYPE

QUIET_TURNS = 60  #: of the loop; SQLite is asked on the loop, so a stream that sends nothing waits
Message = MutableMapping[str, Any]


@dataclass(frozen=True)
class Event:
    """One frame of a stream; without a name it moves the id alone."""

    name: str | None
    fields: Mapping[str, str]


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False  #: by the service
    crash: str = ""  #: what the app raised after its answer had begun

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def streams(self) -> bool:
        """Whether this is an event stream."""
        return self.media_type == STREAM_TYPE

    @property
    def events(self) -> list[Event]:
        """The frames of a stream that name an event."""
        return [event for event in events_of(self.body) if event.name is not None]

    def json(self) -> Any:
        """Return the body as JSON; ValueError where it is none."""
        return json.loads(self.body)


def events_of(body: bytes) -> list[Event]:
    """Parse a stream as the standard says."""
    found = []
    for block in body.decode().replace("\r\n", "\n").split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        fields = {name: value for name, _, value in (line.partition(": ") for line in lines)}
        if fields:
            found.append(Event(fields.get("event"), fields))
    return found


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """Ask an app over raw ASGI, because httpx' transport holds a stream back until it ends."""
    answer, left = Answer(), asyncio.Event()
    quiet, asked = 0, False

    async def receive() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal quiet
        quiet = 0
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in message["headers"]
            }
        elif not left.is_set():
            answer.body += message.get("body", b"")
            answer.ended = not message.get("more_body", False)

    task = asyncio.ensure_future(
        _run(app, _scope(method, path, query, headers, body), receive, send)
    )
    while not task.done():
        if not answer.streams:
            await asyncio.wait([task], timeout=0.001)
            continue
        await asyncio.sleep(0)
        quiet += 1
        if quiet > QUIET_TURNS:
            left.set()
    answer.crash = task.result()
    return answer


async def _run(app: ASGIApp, scope: Message, receive: Any, send: Any) -> str:
    try:
        await app(scope, receive, send)
    except Exception as error:  # noqa: BLE001 - a server logs it and closes the connection
        return f"{type(error).__name__}: {error}"
    return ""


def _scope(
    method: str,
    path: str,
    query: Mapping[str, str] | None,
    headers: Mapping[str, str] | None,
    body: bytes,
) -> Message:
    sent = {"host": "localhost", **{k.lower(): v for k, v in (headers or {}).items()}}
    if body:
        sent = {"content-type": "application/json", "content-length": str(len(body)), **sent}
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
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "state": {},
    }
