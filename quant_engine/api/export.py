"""The contract as a document: `openapi.json`, event streams and their laws included."""

import json
from functools import lru_cache
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from quant_engine.api.errors import HEADERS, STATUS
from quant_engine.api.schemas.events import (
    ALL_LAWS,
    JOB_LAWS,
    PING_SECONDS_AT_MOST,
    RETRY_MS,
    SLOW_READER_SECONDS,
    AnyJobEvent,
    JobEvent,
    Reset,
    ResetEvent,
    name_of,
)
from quant_engine.api.schemas.jobs import JobStatus

OPENAPI_VERSION = "3.2.0"
DESCRIPTION = (
    "Every JSON response is an envelope: ok, error null and a status below 400, or none of these."
)

_JOB_STREAM = "/api/jobs/{job_id}/events"
_ALL_STREAM = "/api/events"
_ERROR_MEDIA = "application/json"
_STREAM_MEDIA = "text/event-stream"
_UNIONS = {"JobEvent": get_args(JobEvent), "AnyJobEvent": get_args(AnyJobEvent)}


def document(app: FastAPI) -> dict[str, Any]:
    """Build the OpenAPI 3.2 document; the same app gives the same document."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary="Train, backtest and follow quant research jobs.",
        description=DESCRIPTION,
        openapi_version=OPENAPI_VERSION,
        routes=app.routes,
    )
    schemas = made["components"]["schemas"]
    schemas.update(_frames())
    _describe_stream(made["paths"][_JOB_STREAM]["get"], "JobEvent", JOB_LAWS)
    _describe_stream(made["paths"][_ALL_STREAM]["get"], "AnyJobEvent", ALL_LAWS)
    for operations in made["paths"].values():
        for operation in operations.values():
            _mend(operation)
            _mend_request(operation, schemas)
    _say_zone(made)
    schemas["ErrorCode"]["x-http-status"] = {str(code): status for code, status in STATUS.items()}
    # FastAPI's own shape of a validation error is never sent
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    made["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "Where API_TOKEN is set."}
    }
    # an empty requirement: without a token in the settings, none is needed
    made["security"] = [{}, {"bearer": []}]
    return made


def render(app: FastAPI) -> str:
    """Write the document as it is committed: sorted and byte-stable."""
    return json.dumps(document(app), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


async def serve(request: Request) -> Response:
    """Answer `GET /openapi.json`."""
    return Response(
        _rendered(request.app), media_type=_ERROR_MEDIA, headers={"Cache-Control": "no-store"}
    )


@lru_cache(maxsize=1)
def _rendered(app: FastAPI) -> str:
    return render(app)


_STREAM_HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
_JSON_HEADERS = {"Cache-Control": "no-store"}
_FRAMES = get_args(JobEvent | ResetEvent)


def _frames() -> dict[str, Any]:
    """Describe the frames of both streams, the unions of them, and their names as enums."""
    described = {frame.__name__: _frame(frame) for frame in _FRAMES}
    for union, kinds in _UNIONS.items():
        references = [{"$ref": f"#/components/schemas/{kind.__name__}"} for kind in kinds]
        described[union] = {"oneOf": references}
        described[f"{union}Name"] = {"type": "string", "enum": [name_of(kind) for kind in kinds]}
    described["Reset"] = Reset.model_json_schema()
    return described


def _frame(kind: type[BaseModel]) -> dict[str, Any]:
    payload = getattr(kind.model_fields["data"].annotation, "__name__", "")
    return {
        "type": "object",
        "description": f"{kind.__doc__} `data` is JSON of a {payload}.",
        "required": ["event", "id", "data"],
        "properties": {
            "event": {"const": name_of(kind), "type": "string"},
            "id": {"type": "string"},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": f"#/components/schemas/{payload}"},
            },
            "retry": {"type": "integer"},
        },
    }


def _laws(union: str, laws: dict[str, Any]) -> dict[str, Any]:
    kinds = _UNIONS[union]
    return {
        **laws,
        "events": [name_of(kind) for kind in kinds],
        # which record an event may carry
        "statuses": {
            name_of(kind): [status for status in JobStatus if status in kind.statuses]
            for kind in kinds
            if kind is not ResetEvent
        },
        "retry_ms": RETRY_MS,
        "ping": {"comment": True, "seconds_at_most": PING_SECONDS_AT_MOST},
        "slow_reader_seconds": SLOW_READER_SECONDS,
    }


def _describe_stream(operation: dict[str, Any], frames: str, laws: dict[str, Any]) -> None:
    operation["x-sse"] = _laws(frames, laws)
    operation["responses"]["200"] = {
        "description": "Named events.",
        "content": {_STREAM_MEDIA: {"itemSchema": {"$ref": f"#/components/schemas/{frames}"}}},
    }


def _mend(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if not parameter.get("required", False):
            _say_default(parameter["schema"], parameter["name"])
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400:  # noqa: PLR2004 - HTTP
            # errors are JSON whatever the answer would have been
            content = {_ERROR_MEDIA: content.get(_ERROR_MEDIA) or next(iter(content.values()))}
        if content:
            response["content"] = content
        response["headers"] = {**response.get("headers", {}), **_headers(status, response)}


def _mend_request(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    for media in operation.get("requestBody", {}).get("content", {}).values():
        request = schemas[media["schema"]["$ref"].rpartition("/")[2]]
        for name, schema in request["properties"].items():
            if name not in request.get("required", []):
                _say_default(schema, f"{request['title']}.{name}")


def _headers(status: str, response: dict[str, Any]) -> dict[str, Any]:
    """Name the headers that every such answer has; one that has one value says which."""
    found: dict[str, Any] = {"X-Request-ID": {"type": "string"}}
    fixed = _STREAM_HEADERS if _STREAM_MEDIA in response.get("content", {}) else _JSON_HEADERS
    found.update({name: {"type": "string", "const": value} for name, value in fixed.items()})
    if status == "202":
        found["Location"] = {"type": "string", "pattern": "^/api/jobs/"}
    codes = [code for code, known in STATUS.items() if str(known) == status]
    for name in sorted({name for code in codes for name in HEADERS.get(code, {})}):
        found[name] = {"type": "string"}
    return {name: {"required": True, "schema": schema} for name, schema in found.items()}


def _say_zone(node: Any) -> None:
    """Say of every time that it ends in Z, which `date-time` alone does not."""
    if isinstance(node, dict):
        if node.get("format") == "date-time":
            node["pattern"] = "Z$"
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            _say_zone(child)


def _say_default(schema: dict[str, Any], name: str) -> None:
    """Write the default that FastAPI leaves out: null."""
    if "default" not in schema:
        if {"type": "null"} not in schema.get("anyOf", []):
            raise ValueError(f"{name} may be left out, and nothing says what that means")
        schema["default"] = None
