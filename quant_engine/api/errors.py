"""The table from error code to HTTP status, and the handlers that turn errors into envelopes."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from quant_engine.api.schemas.envelope import ApiFailure, ApiResponse
from quant_engine.database.errors import unavailable
from quant_engine.domain.errors import ErrorCode, QuantEngineError

STATUS: Mapping[ErrorCode, int] = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.BAD_ORIGIN: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.JOB_NOT_FOUND: 404,
    ErrorCode.BACKTEST_NOT_FOUND: 404,
    ErrorCode.UNKNOWN_VERSION: 404,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.JOB_ALREADY_FINAL: 409,
    ErrorCode.JOB_NOT_FINAL: 409,
    ErrorCode.MODEL_IN_USE: 409,
    ErrorCode.JOB_DELETED: 410,
    ErrorCode.REPORT_DELETED: 410,
    ErrorCode.BODY_TOO_LARGE: 413,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.BAD_HOST: 421,
    ErrorCode.INVALID: 422,
    ErrorCode.UNKNOWN_TICKER: 422,
    ErrorCode.HISTORY_TOO_SHORT: 422,
    ErrorCode.SURVIVORSHIP_UNAVAILABLE: 422,
    ErrorCode.IDEMPOTENCY_KEY_REUSED: 422,
    ErrorCode.NO_MODEL: 422,
    ErrorCode.QUEUE_FULL: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.WORKER_LOST: 500,
    ErrorCode.JOB_TIMEOUT: 500,
    ErrorCode.JOB_ERROR: 500,
    ErrorCode.UNAVAILABLE: 503,
}

HEADERS: Mapping[ErrorCode, Mapping[str, str]] = {
    ErrorCode.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    ErrorCode.QUEUE_FULL: {"Retry-After": "5"},
    ErrorCode.UNAVAILABLE: {"Retry-After": "5"},
}

CHANGES = (
    ErrorCode.BAD_ORIGIN,
    ErrorCode.BODY_TOO_LARGE,
)  #: of every request that changes something

_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
MOST_FIELDS = 50  #: that an answer lists

_log = logging.getLogger(__name__)


def failure(
    code: ErrorCode,
    message: str,
    *,
    fields: tuple[tuple[str, str], ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the response to a request that failed."""
    envelope = ApiResponse.fail(message, code=code, fields=fields)
    return Response(
        envelope.model_dump_json(),
        status_code=STATUS[code],
        media_type="application/json",
        headers={**HEADERS.get(code, {}), **(headers or {})},
    )


def declared(*codes: ErrorCode) -> dict[int | str, dict[str, Any]]:
    """Declare the errors of a route, including those that every route can return."""
    everywhere = (
        ErrorCode.UNAUTHORIZED,
        ErrorCode.BAD_HOST,
        ErrorCode.INVALID,
        ErrorCode.INTERNAL,
        ErrorCode.UNAVAILABLE,
    )
    by_status: dict[int | str, dict[str, Any]] = {}
    for code in sorted({*everywhere, *codes}, key=lambda code: (STATUS[code], code)):
        entry = by_status.setdefault(STATUS[code], {"model": ApiFailure[None], "description": ""})
        entry["description"] += f", `{code}`" if entry["description"] else f"`{code}`"
    return by_status


def install(app: FastAPI) -> None:
    """Answer every exception with an envelope."""
    app.add_exception_handler(QuantEngineError, _domain)
    app.add_exception_handler(SQLAlchemyError, _database)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _framework)


async def _domain(_request: Request, error: Exception) -> Response:
    assert isinstance(error, QuantEngineError)  # noqa: S101 - the registration says so
    if error.__cause__ is not None:
        _log.warning("%s", error.message, exc_info=error.__cause__)
    return failure(error.code, error.message, fields=error.fields)


async def _database(_request: Request, error: Exception) -> Response:
    # not the statement: its values are the client's data and do not belong in the log
    _log.error("The database failed: %s", getattr(error, "orig", type(error).__name__))
    if isinstance(error, DBAPIError):
        return failure(ErrorCode.UNAVAILABLE, unavailable(error).message)
    return failure(ErrorCode.UNAVAILABLE, "The database does not answer. Try again in a moment.")


async def _validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the registration says so
    found = error.errors()
    fields = tuple(
        (_path(details["loc"]), str(details["msg"]).removeprefix("Value error, "))
        for details in found[:MOST_FIELDS]
    )
    names = ", ".join(dict.fromkeys(path for path, _ in fields if path)) or "the request"
    more = f" and {len(found) - MOST_FIELDS} more" if len(found) > MOST_FIELDS else ""
    return failure(ErrorCode.INVALID, f"Fix {names}{more}.", fields=fields)


def _path(location: tuple[int | str, ...]) -> str:
    place, *rest = location
    steps = rest if place == "body" else location
    # a client's field name may have any length, and the response stays short
    return ".".join(str(step)[:64] for step in steps)


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the registration says so
    if error.status_code == 405:  # noqa: PLR2004 - the status is its own name
        # of every route of the path: the framework names those of the first one alone
        methods = {method for method in _METHODS if _answers(request, method)}
        # HEAD works wherever GET works
        allow = ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
        message = f"{request.method} is not allowed here; use {allow}."
        return failure(ErrorCode.METHOD_NOT_ALLOWED, message, headers={"Allow": allow})
    if error.status_code == 404:  # noqa: PLR2004
        return failure(ErrorCode.NOT_FOUND, "There is nothing at this path. See /docs.")
    return failure(ErrorCode.BAD_REQUEST, "The request could not be read.")


def _answers(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
