"""The contract as a document: `openapi.json`, event streams and their laws included."""

import json
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from quant_engine.api.schemas.events import FINAL_EVENT, RETRY_MS, EventName, Reset

OPENAPI_VERSION = "3.2.0"
DESCRIPTION = (
    "Every JSON response is an envelope: ok, error null and a status below 400, or none of these."
)

_JOB_STREAM = "/api/jobs/{job_id}/events"
_ALL_STREAM = "/api/events"
_ERROR_MEDIA = "application/json"


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
    _describe_stream(made["paths"][_JOB_STREAM]["get"], "JobEvent", _JOB_LAWS)
    _describe_stream(made["paths"][_ALL_STREAM]["get"], "AnyJobEvent", _ALL_LAWS)
    for operations in made["paths"].values():
        for operation in operations.values():
            _mend(operation)
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


_ORDER = "status first; then each revision once, in order and with no gap"
_JOB_LAWS = {
    "events": list(EventName),
    "terminal": sorted(FINAL_EVENT.values()),
    "last": EventName.DONE,
    "order": _ORDER,
    "id": "the revision that the event made; of done the final revision plus one",
    "resume": {
        "header": "Last-Event-ID",
        "query": "last_event_id",
        "rule": "n from 0 to the current revision continues with n + 1; anything else begins anew",
        "after_done": 204,
    },
    "retry_ms": RETRY_MS,
    "ends": True,
}
_ALL_LAWS = {
    "events": [*(name for name in EventName if name is not EventName.DONE), "reset"],
    "terminal": [],
    "last": None,
    "order": "status of each job that is not final; then each job's revisions with no gap",
    "id": "opaque",
    "resume": {
        "header": "Last-Event-ID",
        "query": "last_event_id",
        "rule": "exact; an id that is not kept or not known gets reset and begins anew",
        "after_done": None,
    },
    "retry_ms": RETRY_MS,
    "ends": False,
}


def _frames() -> dict[str, Any]:
    frames = {f"{name.capitalize()}Event": _frame(name, "JobRecord") for name in EventName}
    frames["ResetEvent"] = _frame("reset", "Reset")
    names = [name for name in frames if name != "ResetEvent"]
    frames["JobEvent"] = _either(names)
    frames["AnyJobEvent"] = _either([*(n for n in names if n != "DoneEvent"), "ResetEvent"])
    frames["Reset"] = Reset.model_json_schema()
    return frames


def _frame(event: str, payload: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": f"The frame of `{event}`; `data` is JSON of a {payload}.",
        "required": ["event", "id", "data"],
        "properties": {
            "event": {"const": event, "type": "string"},
            "id": {"type": "string"},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": f"#/components/schemas/{payload}"},
            },
            "retry": {"type": "integer"},
        },
    }


def _either(names: list[str]) -> dict[str, Any]:
    return {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}


def _describe_stream(operation: dict[str, Any], frames: str, laws: dict[str, Any]) -> None:
    operation["x-sse"] = laws
    operation["responses"]["200"] = {
        "description": "Named events.",
        "content": {
            "text/event-stream": {"itemSchema": {"$ref": f"#/components/schemas/{frames}"}}
        },
    }


def _mend(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400 and _ERROR_MEDIA not in content:  # noqa: PLR2004 - HTTP
            # errors are JSON whatever the answer would have been
            content = {_ERROR_MEDIA: next(iter(content.values()))}
        elif int(status) >= 400:  # noqa: PLR2004
            content = {_ERROR_MEDIA: content[_ERROR_MEDIA]}
        if content:
            response["content"] = content
        response["headers"] = {
            **response.get("headers", {}),
            "X-Request-ID": {"schema": {"type": "string"}, "required": True},
        }
