"""Watches what happens in this process: requests that a FastAPI app answers, and those that httpx sends over a network."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from unittest import mock
from urllib.parse import parse_qsl, unquote

import fastapi
import httpx

from wirelaw.running.asgi import ASGIApp, Receive, Send, copied
from wirelaw.running.coercion import watching
from wirelaw.running.exchange import Answer, Exchange, Message

#: the handlers that the present request has called, with what they returned
_CALLS: ContextVar["list[Call] | None"] = ContextVar("calls", default=None)


@dataclass(frozen=True)
class Call:
    """A handler and what it returned."""

    function: Callable[..., Any]
    value: Any = field(repr=False)

    def place(self, root: Path) -> str:
        """Return the file and line of the handler, relative to a folder; "" outside of it."""
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        if code is None:
            return ""
        try:
            path = Path(code.co_filename).resolve().relative_to(root.resolve())
        except ValueError:
            return ""
        return f"{path.as_posix()}:{code.co_firstlineno}"


class Observer(Protocol):
    """Takes what is observed."""

    test: str  #: that runs at present

    def add(self, app: Any, exchange: Exchange, calls: list[Call], test: str) -> None:
        """Take an exchange; the app is None where a network is between."""


@contextmanager
def watch(observer: Observer, url: str = "") -> Iterator[None]:
    """Show every exchange with a FastAPI app in this process, and those with a URL through httpx."""
    with ExitStack() as patches:
        patches.enter_context(watching(_keep_call))
        call = fastapi.FastAPI.__call__

        async def observed(self: Any, scope: Message, receive: Receive, send: Send) -> None:
            async def app(*message: Any) -> None:
                await call(self, *message)

            await _observe(observer, self, app)(scope, receive, send)

        patches.enter_context(mock.patch.object(fastapi.FastAPI, "__call__", observed))
        if url:
            patches.enter_context(_network(observer, url))
        yield


def _keep_call(function: Callable[..., Any], value: Any) -> None:
    calls = _CALLS.get()
    if calls is not None:
        calls.append(Call(function, value))


def _observe(observer: Observer, app: Any, inner: ASGIApp) -> ASGIApp:
    test = observer.test
    calls: list[Call] = []

    async def observed(scope: Message, receive: Receive, send: Send) -> None:
        # routers write into the scope what they matched
        root_path = app.root_path or str(scope.get("root_path", ""))

        def show(_: Message, answer: Answer) -> None:
            if answer.status:
                observer.add(app, _exchange(scope, root_path, answer), calls, test)

        token = _CALLS.set(calls)
        try:
            await copied(inner, show)(scope, receive, send)
        finally:
            _CALLS.reset(token)

    return observed


def _exchange(scope: Message, root_path: str, answer: Answer) -> Exchange:
    path = str(scope["path"])
    # what is mounted, or served below a prefix, declares its paths without it
    if root_path and path.startswith(f"{root_path}/"):
        path = path.removeprefix(root_path)
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return Exchange(scope["method"], path, answer, query)


@contextmanager
def _network(observer: Observer, url: str) -> Iterator[None]:
    """Show what httpx clients receive from below a URL; a stream is shown when it was read or closed."""
    base = url.rstrip("/")
    send, asend = httpx.Client.send, httpx.AsyncClient.send

    def show(response: httpx.Response) -> None:
        target = response.request.url
        address = f"{target.scheme}://{target.netloc.decode()}{target.path}"
        if not address.startswith(f"{base}/"):
            return
        # one that the test reads bit by bit is not read here: the test would get nothing
        whole = response.is_closed
        body = response.content if whole else b""
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, headers, body, len(body), ended=whole)
        path = unquote(address.removeprefix(base))
        query = [*target.params.multi_items()]
        method = response.request.method
        observer.add(None, Exchange(method, path, answer, query, origin=base), [], observer.test)

    def observed(self: Any, request: Any, **options: Any) -> Any:
        response = send(self, request, **options)
        show(response)
        return response

    async def aobserved(self: Any, request: Any, **options: Any) -> Any:
        response = await asend(self, request, **options)
        show(response)
        return response

    with (
        mock.patch.object(httpx.Client, "send", observed),
        mock.patch.object(httpx.AsyncClient, "send", aobserved),
    ):
        yield
