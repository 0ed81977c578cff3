"""The committed contract, `openapi.json`, as the gate reads it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[1]
FILE = ROOT / "openapi.json"
STREAM_TYPE = "text/event-stream"


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    path: str
    method: str  #: lower case
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def name(self) -> str:
        """The operation's id, which is its function's name."""
        return str(self.content["operationId"])

    @property
    def streams(self) -> bool:
        """Whether it answers with an event stream."""
        return any(
            STREAM_TYPE in response.get("content", {})
            for response in self.content["responses"].values()
        )


@cache
def contract() -> dict[str, Any]:
    """Return the committed document; nobody may change it."""
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def operations() -> Iterator[Operation]:
    """Give every operation."""
    for path, item in contract()["paths"].items():
        for method, content in item.items():
            yield Operation(path, method, content)


def schema(name: str) -> dict[str, Any]:
    """Return a component."""
    return dict(contract()["components"]["schemas"][name])


def validator(wanted: dict[str, Any]) -> Draft202012Validator:
    """Return a validator for a schema of the document, references included."""
    registry: Registry[Any] = Registry().with_resource(
        "contract:", DRAFT202012.create_resource(contract())
    )
    absolute = json.loads(json.dumps(wanted).replace('"#/', '"contract:#/'))
    return Draft202012Validator(absolute, registry=registry)
