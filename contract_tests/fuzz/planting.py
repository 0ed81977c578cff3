"""Layers around the service that plant faults, for tests that the fuzz finds them."""

import json
import re
from asyncio import Event
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract_tests.fuzz.scenario import Scenario
from wirelaw.running.exchange import Answer

Body = MutableMapping[str, Any]


@dataclass
class JsonAnswer:
    """A JSON answer before it is sent."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def succeeded(self) -> bool:
        return self.status < 300


@dataclass
class SentRequest:
    """A request before the service receives it."""

    path: str
    query: str
    body: Any
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    method: str = "GET"


@dataclass(frozen=True)
class Layer:
    """Changes the requests and the answers of the paths that fit."""

    paths: str  #: a regular expression
    request: Callable[[SentRequest], None] | None = None
    answer: Callable[[JsonAnswer], None] | None = None
    chunk: Callable[[bytes], bytes] = bytes  #: of a stream
    ends: bool = True  #: False: a stream stays open

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return the app with the fault."""

        async def planted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or re.fullmatch(self.paths, scope["path"]) is None:
                await app(scope, receive, send)
                return
            if self.request is not None:
                scope, receive = await _changed(self.request, scope, receive)
            answer = Answer()

            async def change(message: Message) -> None:
                answer.receive(message)
                if answer.media_type.startswith("text/"):
                    await self._send_chunk(message, send)
                elif answer.ended:
                    await self._send_json(answer, send)

            await app(scope, receive, change)

        return planted

    async def _send_chunk(self, message: Message, send: Send) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            return
        more = message.get("more_body", False)
        body = self.chunk(message.get("body", b""))
        await send({**message, "body": body, "more_body": more or not self.ends})
        if not more and not self.ends:
            await Event().wait()

    async def _send_json(self, answer: Answer, send: Send) -> None:
        if self.answer is not None and answer.body:
            changed = JsonAnswer(answer.status, answer.headers, answer.json())
            self.answer(changed)
            answer.status, answer.body = changed.status, json.dumps(changed.body).encode()
            answer.headers["content-length"] = str(len(answer.body))
        if answer.headers.pop("content-encoding", None):
            # the body is decoded
            answer.headers["content-length"] = str(len(answer.body))
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


async def _changed(
    change: Callable[[SentRequest], None], scope: Scope, receive: Receive
) -> tuple[Scope, Receive]:
    raw = (await receive()).get("body", b"")
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    request = SentRequest(
        scope["path"],
        scope["query_string"].decode(),
        body,
        list(scope["headers"]),
        scope["method"],
    )
    before = json.dumps(body)
    change(request)
    sent = raw if json.dumps(request.body) == before else json.dumps(request.body).encode()
    headers = [
        (name, str(len(sent)).encode() if name == b"content-length" else value)
        for name, value in request.headers
    ]
    is_read = False

    async def read() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": sent}

    query = request.query.encode()
    return {**scope, "path": request.path, "query_string": query, "headers": headers}, read


@contextmanager
def planted(service: Scenario, layer: Layer) -> Iterator[Scenario]:
    """Plant a fault in the service for as long as the block runs."""
    before = service.app
    service.app = layer.around(before)
    try:
        yield service
    finally:
        service.app = before
