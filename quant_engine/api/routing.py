"""The route that takes a request at its word: strict JSON, and no query parameter that nobody reads."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import from_json
from starlette.responses import Response

from quant_engine.api.access import MAX_BODY_BYTES
from quant_engine.domain.errors import ErrorCode, QuantEngineError, Refused


class StrictRoute(APIRoute):
    """A route whose requests are read to the letter."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Check before the framework parses, because it is more forgiving than the contract."""
        handle = super().get_route_handler()
        known = set(_query_names(self.dependant))
        takes_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            _check_query(request, known)
            if takes_body:
                await _read_json(request)
            response = await handle(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return strict


def _query_names(dependant: Dependant) -> list[str]:
    names: list[str] = []
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            # a model stands for its fields, one parameter each
            names += [inner.alias or name for name, inner in kind.model_fields.items()]
        else:
            names.append(field.alias)
    for dependency in dependant.dependencies:
        names += _query_names(dependency)
    return names


def _check_query(request: Request, known: set[str]) -> None:
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        path = f"query.{name[:64]}"
        if name not in known:
            reads = ", ".join(sorted(known)) or "none"
            message = f"Unknown query parameter; this path reads: {reads}."
            raise Refused(f"Mend {path}: see `fields`.", fields=((path, message),))
        if given.count(name) > 1:
            message = "Given more than once."
            raise Refused(f"Mend {path}: see `fields`.", fields=((path, message),))


async def _read_json(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
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
    if media_type != "application/json":
        raise QuantEngineError(
            "Send the body as `Content-Type: application/json`.",
            code=ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        )
    try:
        value = from_json(bytes(body), allow_inf_nan=False, allow_partial=False)
        # of a name that comes twice one value would be ignored; only the standard parser tells
        json.loads(body, object_pairs_hook=_once)
    except ValueError as error:
        raise QuantEngineError(
            f"The body is not strict JSON in UTF-8: {error}.", code=ErrorCode.BAD_REQUEST
        ) from None
    # handed to the framework, which would parse again and forgive more
    request._body = bytes(body)  # noqa: SLF001 - the attribute that Request.body() fills
    request._json = value  # noqa: SLF001 - likewise Request.json()


def _once(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError("a name comes twice in an object")
