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

Body = MutableMapping[str, Any]


@dataclass
class Answer:
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


@dataclass(frozen=True)
class Layer:
    """Changes the requests and the answers of the paths that fit."""

    paths: str  #: a regular expression
    request: Callable[[SentRequest], None] | None = None
    answer: Callable[[Answer], None] | None = None
    chunk: Callable[[bytes], bytes] | None = None  #: of a stream
    ends: bool = True  #: False: a stream stays open

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return the app with the fault."""

        async def planted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or re.fullmatch(self.paths, scope["path"]) is None:
                await app(scope, receive, send)
                return
            changed, read = (scope, receive)
            if self.request is not None:
                changed, read = await _changed(self.request, scope, receive)
            await app(changed, read, _Outlet(self, send))

        return planted


async def _changed(
    change: Callable[[SentRequest], None], scope: Scope, receive: Receive
) -> tuple[Scope, Receive]:
    raw = (await receive()).get("body", b"")
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    request = SentRequest(
        scope["path"], scope["query_string"].decode(), body, list(scope["headers"])
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


class _Outlet:
    """Changes a JSON answer when it is complete, and a stream chunk by chunk."""

    def __init__(self, layer: Layer, send: Send) -> None:
        self._layer, self._send = layer, send
        self._start: Message = {}
        self._body = b""
        self._streams = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            self._streams = dict(message["headers"]).get(b"content-type", b"").startswith(b"text/")
            if self._streams:
                await self._send(message)
        elif self._streams:
            change = self._layer.chunk or bytes
            more = message.get("more_body", False) or not self._layer.ends
            body = change(message.get("body", b""))
            await self._send({**message, "body": body, "more_body": more})
            if more and not message.get("more_body", False):
                await Event().wait()
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()

    async def _finish(self) -> None:
        headers = {k.decode(): v.decode() for k, v in self._start["headers"]}
        answer = Answer(self._start["status"], headers, json.loads(self._body or b"null"))
        if self._layer.answer is not None and self._body:
            self._layer.answer(answer)
            self._body = json.dumps(answer.body).encode()
            answer.headers["content-length"] = str(len(self._body))
        sent = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await self._send({**self._start, "status": answer.status, "headers": sent})
        await self._send({"type": "http.response.body", "body": self._body})


@contextmanager
def planted(service: Scenario, layer: Layer) -> Iterator[Scenario]:
    """Plant a fault in the service for as long as the block runs."""
    before = service.app
    service.app = layer.around(before)
    try:
        yield service
    finally:
        service.app = before
