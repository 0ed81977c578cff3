"""The outermost middleware: request ids, no caching, gzip, an envelope for uncaught errors, HEAD on every GET route."""

import asyncio
import logging
import re
from contextlib import suppress
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from quant_engine.api.codings import Compressed
from quant_engine.api.errors import failure
from quant_engine.api.schemas.envelope import NOSNIFF, REQUEST_ID, RequestContext, request_context
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.work import DataMode

_REQUEST_ID = re.compile(REQUEST_ID)
_log = logging.getLogger(__name__)


class _HeadAnswered(Exception):
    """The headers of the response are sent, and a HEAD has no body."""


class RequestMiddleware:
    """Answers every request, also when the app inside raises."""

    def __init__(self, app: ASGIApp, *, data_mode: DataMode | None) -> None:
        self._app = app
        self._data_mode = data_mode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("x-request-id", "")
        # another id could forge a log line
        request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid4().hex
        token = request_context.set(RequestContext(request_id, self._data_mode))
        try:
            await self._answer(scope, receive, send, request_id)
        finally:
            request_context.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if head else scope
        started = False

        async def respond(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                # for the middleware around this one
                scope["route"] = inner.get("route")
                headers = MutableHeaders(raw=message["headers"])
                headers["X-Request-ID"] = request_id
                # where no other rule is set: a framework's own answers have none
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault(*NOSNIFF)
                await send(message)
                if head:
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    raise _HeadAnswered
            else:
                await send(message)

        try:
            # a HEAD compresses as well: its headers are those of GET
            await self._app(inner, receive, Compressed(respond, scope))
        except _HeadAnswered:
            return
        except asyncio.CancelledError:
            # the server waits for requests only so long when it stops, and would answer without an envelope
            if started:
                raise
            refusal = failure(
                ErrorCode.UNAVAILABLE, "The service is stopping. Try again in a moment."
            )
        except Exception:
            _log.exception("Request %s failed", request_id)
            if started:
                raise
            message = f"The service failed. See its log for request {request_id}."
            refusal = failure(ErrorCode.INTERNAL, message)
        else:
            return
        with suppress(_HeadAnswered):
            await refusal(scope, receive, Compressed(respond, scope))
