"""Server-sent events by hand. The word is `type` in the data, as the page has one listener for all of them."""

import json
from typing import Any

KEEP_ALIVE = ": keep-alive\n\n"


def frame(type: str, **fields: Any) -> str:
    return f"data: {json.dumps({'type': type, **fields})}\n\n"


def _data(type: str, **fields: str) -> dict[str, Any]:
    kinds = {name: {"type": kind} for name, kind in fields.items()}
    properties = {"type": {"const": type}, **kinds}
    return {"type": "object", "properties": properties, "required": list(properties)}


#: FastAPI cannot see what a StreamingResponse sends
SCAN_STREAM: dict[str, Any] = {
    "description": "One scan from the first sheet to the last",
    "content": {
        "text/event-stream": {
            "itemSchema": {
                "type": "object",
                "required": ["data"],
                "properties": {
                    "data": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "contentSchema": {
                            "oneOf": [
                                _data("opened", sheets="integer", dpi="integer"),
                                _data("sheet", number="integer", sharpness="number", side="string"),
                                _data("blurred", number="integer", advice="string"),
                                _data("closed", scanned="integer", again="integer"),
                            ]
                        },
                    }
                },
            }
        }
    },
}
