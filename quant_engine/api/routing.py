"""What routes share: a strict one accepts strict JSON only and no unknown query parameter, and an event stream."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import from_json
from sse_starlette import EventSourceResponse
from sse_starlette.sse import SendTimeoutError
from starlette.responses import Response
from starlette.types import Message as Sent
from starlette.types import Receive, Scope, Send

from quant_engine.api.access import MAX_BODY_BYTES
from quant_engine.api.schemas.events import PING_SECONDS, SLOW_READER_SECONDS
from quant_engine.domain.context import current_job
from quant_engine.domain.errors import ErrorCode, QuantEngineError, Refused

#: more than any request needs; in texts too, where they are not needed either
MOST_PARTS, MOST_NAMES = 200, 2_000
_JOB_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class StrictRoute(APIRoute):
    """A route that is as strict as the contract."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return a handler that checks before FastAPI parses, which accepts more than the contract."""
        handle = super().get_route_handler()
        declared = set(_query_names(self.dependant))
        takes_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            # for the log; another text could forge one of its lines
            job_id = str(request.path_params.get("job_id", ""))
            current_job.set(job_id if _JOB_ID.fullmatch(job_id) else None)
            _check_query(request, declared)
            if takes_body:
                await _read_json(request)
            return await handle(request)

        return strict


class _EventSource(EventSourceResponse):
    """A stream whose end, too, is sent in time: the library limits the time of each event alone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Sent) -> None:
            try:
                async with asyncio.timeout(SLOW_READER_SECONDS):
                    await send(message)
            except TimeoutError:
                raise SendTimeoutError from None

        await super().__call__(scope, receive, send_in_time)


def event_source(frames: AsyncIterator[bytes]) -> EventSourceResponse:
    """Return the response that sends the frames of a stream."""
    headers = {"Cache-Control": "no-store, no-transform"}
    return _EventSource(frames, headers=headers, ping=PING_SECONDS, sep="\n")


def _query_names(dependant: Dependant) -> list[str]:
    names: list[str] = []
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            # each field of a model is one parameter
            names += [inner.alias or name for name, inner in kind.model_fields.items()]
        else:
            names.append(field.alias)
    for dependency in dependant.dependencies:
        names += _query_names(dependency)
    return names


def _check_query(request: Request, declared: set[str]) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name not in declared:
            accepted = ", ".join(sorted(declared)) or "none"
            message = f"Unknown query parameter; this path accepts: {accepted}."
        elif names.count(name) > 1:
            message = "Sent more than once."
        else:
            continue
        path = f"query.{name[:64]}"
        raise Refused(f"Fix {path}.", fields=((path, message),))


async def _read_json(request: Request) -> None:
    content_type = Message()
    content_type["content-type"] = request.headers.get("content-type", "")
    media_type = content_type.get_content_type()
    charset = content_type.get_content_charset("utf-8")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise QuantEngineError(
                f"A body may have {MAX_BODY_BYTES} bytes at most.", code=ErrorCode.BODY_TOO_LARGE
            )
    if not body:
        raise QuantEngineError(
            "The body is missing. Send {} for all defaults.", code=ErrorCode.BAD_REQUEST
        )
    if media_type != "application/json" or charset not in {"utf-8", "utf8"}:
        raise QuantEngineError(
            "Send the body as `Content-Type: application/json`, in UTF-8.",
            code=ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        )
    if sum(body.count(mark) for mark in b"[{") > MOST_PARTS or body.count(b":") > MOST_NAMES:
        # before it is parsed: the fields of a million bytes take seconds, in which no other request is served
        raise QuantEngineError(
            "The body has more lists, objects or names than any request. Send the fields of this operation alone.",
            code=ErrorCode.BAD_REQUEST,
        )
    try:
        value = from_json(bytes(body), allow_inf_nan=False, allow_partial=False)
        # a repeated name would hide one of its values, and only the standard parser detects that
        json.loads(body, object_pairs_hook=_once)
    except ValueError as error:
        raise QuantEngineError(
            f"The body is not strict JSON in UTF-8: {error}.", code=ErrorCode.BAD_REQUEST
        ) from None
    # stored for FastAPI, which would parse again and accept more
    request._body = bytes(body)  # noqa: SLF001 - the attribute that Request.body() fills
    request._json = value  # noqa: SLF001 - likewise Request.json()


def _once(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError("an object has the same name twice")
