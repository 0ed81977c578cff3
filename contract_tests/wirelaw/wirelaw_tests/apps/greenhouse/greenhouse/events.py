"""What the stream of a watering sends, for the OpenAPI document; FastAPI cannot know it."""

from typing import Any


def _event(name: str, **fields: dict[str, Any]) -> dict[str, Any]:
    payload = {"type": "object", "properties": fields, "required": list(fields)}
    data = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": payload,
    }
    return {
        "type": "object",
        "properties": {"event": {"const": name}, "data": data},
        "required": ["event", "data"],
    }


_STAGE = {"$ref": "#/components/schemas/WateringStage"}
_FRACTION = {"type": "number", "minimum": 0, "maximum": 1}
_NUMBER = {"type": "number"}

WATERING_EVENTS: dict[str, Any] = {
    "description": "How the watering goes, until it ends",
    "content": {
        "text/event-stream": {
            "itemSchema": {
                "oneOf": [
                    _event("snapshot", stage=_STAGE, fraction=_FRACTION),
                    _event("valve", valve={"type": "string"}, open={"type": "boolean"}),
                    _event("flow", fraction=_FRACTION, litres_per_minute=_NUMBER),
                    _event("finished", stage=_STAGE, litres=_NUMBER),
                ]
            }
        }
    },
}
