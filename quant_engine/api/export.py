"""The contract as a document: `openapi.json`, including event streams and their laws."""

import asyncio
import json
from functools import lru_cache
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from quant_engine.api.codings import GZIP, VARY
from quant_engine.api.errors import HEADERS, STATUS
from quant_engine.api.schemas.envelope import NOSNIFF, REQUEST_ID
from quant_engine.api.schemas.events import (
    ALL_LAWS,
    JOB_LAWS,
    LOG_LAWS,
    PING_SECONDS_AT_MOST,
    RETRY_MS,
    SLOW_READER_SECONDS,
    AnyJobEvent,
    JobEvent,
    JobFrame,
    JobLogEvent,
)
from quant_engine.api.schemas.jobs import JobStatus
from wirelaw.named_events import declare_events, name_of

OPENAPI_VERSION = "3.2.0"
DESCRIPTION = (
    "Every JSON response is an envelope: ok, error null and a status below 400, or none of these."
)

#: the events and the laws of each stream
_STREAMS = {
    "/api/jobs/{job_id}/events": ("JobEvent", JobEvent, JOB_LAWS),
    "/api/events": ("AnyJobEvent", AnyJobEvent, ALL_LAWS),
    "/api/jobs/{job_id}/log/events": ("JobLogEvent", JobLogEvent, LOG_LAWS),
}
_ERROR_MEDIA = "application/json"
_STREAM_MEDIA = "text/event-stream"


def document(app: FastAPI) -> dict[str, Any]:
    """Build the OpenAPI 3.2 document; it depends on the app alone."""
    contract = get_openapi(
        title=app.title,
        version=app.version,
        summary="Train, backtest and follow quant research jobs.",
        description=DESCRIPTION,
        openapi_version=OPENAPI_VERSION,
        routes=app.routes,
    )
    schemas = contract["components"]["schemas"]
    for path, (name, union, laws) in _STREAMS.items():
        declare_events(contract, path, union, name=name, has_ids=True, laws=_laws(union, laws))
    for operations in contract["paths"].values():
        for operation in operations.values():
            _complete(operation, schemas)
            _complete_request(operation, schemas)
    _add_time_zones(contract)
    schemas["ErrorCode"]["x-http-status"] = {str(code): status for code, status in STATUS.items()}
    # the service never sends FastAPI's own validation error
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    contract["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "Where API_TOKEN is set."}
    }
    # an empty requirement: without a token in the settings, the service requires none
    contract["security"] = [{}, {"bearer": []}]
    return contract


def render(app: FastAPI) -> str:
    """Return the document as text for `openapi.json`."""
    return as_text(document(app))


def as_text(contract: dict[str, Any]) -> str:
    """Write a document as the text of a file: sorted and byte-stable."""
    return json.dumps(contract, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


async def serve(request: Request) -> Response:
    """Answer `GET /openapi.json`."""
    # it takes half a second the first time
    content = await asyncio.to_thread(_rendered, request.app)
    return Response(content, media_type=_ERROR_MEDIA)


@lru_cache(maxsize=1)
def _rendered(app: FastAPI) -> str:
    return render(app)


_STREAM_HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
_JSON_HEADERS = {"Cache-Control": "no-store"}


def _laws(union: Any, laws: dict[str, Any]) -> dict[str, Any]:
    return {
        **laws,
        # of the records that an event may have
        "statuses": {
            name_of(kind): [status for status in JobStatus if status in kind.statuses]
            for kind in get_args(union)
            if issubclass(kind, JobFrame)
        },
        "retry_ms": RETRY_MS,
        "ping": {"comment": True, "seconds_at_most": PING_SECONDS_AT_MOST},
        "slow_reader_seconds": SLOW_READER_SECONDS,
    }


def _complete(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        reference = parameter["schema"].pop("$ref", None)
        if reference is not None:
            # many readers ignore a default beside a reference
            parameter["schema"] |= schemas[reference.rpartition("/")[2]]
        if not parameter.get("required", False):
            _add_null_default(parameter["schema"], parameter["name"])
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400:  # noqa: PLR2004 - HTTP
            # errors are JSON, whatever the media type of a success is
            content = {_ERROR_MEDIA: content.get(_ERROR_MEDIA) or next(iter(content.values()))}
        if content:
            response["content"] = content
        response["headers"] = {**response.get("headers", {}), **_headers(status, response)}


def _complete_request(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    for media in operation.get("requestBody", {}).get("content", {}).values():
        request = schemas[media["schema"]["$ref"].rpartition("/")[2]]
        for name, schema in request["properties"].items():
            if name not in request.get("required", []):
                _add_null_default(schema, f"{request['title']}.{name}")


def _headers(status: str, response: dict[str, Any]) -> dict[str, Any]:
    """Return the headers of every such response, with the value of those that have only one."""
    schemas: dict[str, Any] = {"X-Request-ID": {"type": "string", "pattern": REQUEST_ID}}
    fixed = _STREAM_HEADERS if _STREAM_MEDIA in response.get("content", {}) else _JSON_HEADERS
    always = {**fixed, **dict([NOSNIFF])}
    if fixed is _JSON_HEADERS and "content" in response:
        # an event stream is never compressed
        always.update([VARY])
    schemas.update({name: {"type": "string", "const": value} for name, value in always.items()})
    if status == "202":
        schemas["Location"] = {"type": "string", "pattern": "^/api/jobs/"}
    codes = [code for code, number in STATUS.items() if str(number) == status]
    for name, value in (pair for code in codes for pair in HEADERS.get(code, {}).items()):
        schemas[name] = {"type": "string", "const": value}
    headers = {name: {"required": True, "schema": schema} for name, schema in schemas.items()}
    if "Vary" in schemas:
        schema = {"type": "string", "const": GZIP}
        headers["Content-Encoding"] = {"required": False, "schema": schema}
    return headers


def _add_time_zones(node: Any) -> None:
    """Require of every time that it ends in Z, which `date-time` alone does not."""
    if isinstance(node, dict):
        if node.get("format") == "date-time":
            node["pattern"] = "Z$"
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            _add_time_zones(child)


def _add_null_default(schema: dict[str, Any], name: str) -> None:
    """Add the default that FastAPI leaves out: null."""
    if "default" not in schema:
        if {"type": "null"} not in schema.get("anyOf", []):
            raise ValueError(f"{name} is optional and has no default")
        schema["default"] = None
