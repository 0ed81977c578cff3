"""What the service may tell, as the contract lists it, against what the page reads, calls and handles."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.document import ROOT, STREAM_TYPE
from contract_tests.liveness.inputs import Document, resolved

FRONTEND = ROOT / "frontend"
_ENVELOPE = re.compile(r"Api(Success|Failure)_\w+")
_PART = "liveness"


@dataclass(frozen=True)
class Usage:
    """What the page does; each with the places where, as file:line."""

    calls: Mapping[str, list[str]]  #: by `get /path`
    reads: Mapping[str, list[str]]  #: by `Component.field`
    events: Mapping[str, list[str]]  #: by `StreamPayloads.event`


def usage_of(frontend: Path) -> Usage:
    """Have TypeScript's checker say what a page uses."""
    script = FRONTEND / "scripts" / "field-usage.mjs"
    found = subprocess.run(
        ["node", str(script), str(frontend)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, (
        f"{script.relative_to(ROOT)} failed; `npm --prefix frontend ci` installs what it needs.\n"
        f"{found.stderr}"
    )
    used = json.loads(found.stdout)
    reads = {_plain(name): places for name, places in used["reads"].items()}
    return Usage(used["calls"], reads, used["events"])


def _plain(field: str) -> str:
    # every envelope is one generic class
    component, _, name = field.rpartition(".")
    return f"{'Envelope' if _ENVELOPE.fullmatch(component) else component}.{name}"


@dataclass(frozen=True)
class Told:
    """One operation and the schemas of what it tells."""

    name: str
    method: str
    path: str
    schemas: list[dict[str, Any]]  #: of its JSON answers, or of its events' payloads
    events: list[str]

    @property
    def call(self) -> str:
        """As the page's calls are named."""
        return f"{self.method} {self.path}"


def told(document: Document) -> Iterator[Told]:
    """Give every operation."""
    for path, item in document["paths"].items():
        for method, content in item.items():
            schemas, events = [], []
            for response in content["responses"].values():
                media = response.get("content", {})
                if "application/json" in media:
                    schemas.append(media["application/json"]["schema"])
                for frame in _frames(document, media):
                    schemas.append(frame["data"]["contentSchema"])
                    events.append(frame["event"]["const"])
            yield Told(content["operationId"], method, path, schemas, events)


def _frames(document: Document, media: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if STREAM_TYPE in media:
        for frame in resolved(document, media[STREAM_TYPE]["itemSchema"])["oneOf"]:
            yield resolved(document, frame)["properties"]


def unused(document: Document, usage: Usage) -> tuple[dict[str, str], int]:
    """Return what the service tells and the page leaves, by place; and how many fields it reads.

    An operation that the page does not call is one place. A field that it does not read is one, with
    all that lies inside.
    """
    found: dict[str, str] = {}
    counted: set[str] = set()
    for operation in told(document):
        if operation.call not in usage.calls:
            found[operation.name] = _message(
                f"{operation.name} is called nowhere",
                f"paths/{operation.path.replace('/', '~1')}/{operation.method}",
                "call it from frontend/src/api/queries, or except it",
            )
            continue
        found |= _unhandled(operation, usage)
        for schema in operation.schemas:
            for field in _fields(document, schema, usage, counted):
                if field not in usage.reads:
                    found[field] = _unread(document, field)
    return found, len(counted & set(usage.reads))


def _fields(
    document: Document, schema: dict[str, Any], usage: Usage, seen: set[str]
) -> Iterator[str]:
    """Give the fields of a schema, and of those that are read the fields inside."""
    reference = schema.get("$ref")
    if reference is not None:
        name = reference.rpartition("/")[2]
        for key, value in resolved(document, schema).get("properties", {}).items():
            field = _plain(f"{name}.{key}")
            # an envelope's data has another type each time
            if field not in seen or field == "Envelope.data":
                seen.add(field)
                yield field
                if field in usage.reads:
                    yield from _fields(document, value, usage, seen)
        schema = {
            key: value
            for key, value in resolved(document, schema).items()
            if key in {"anyOf", "oneOf", "allOf", "items"}
        }
    for key in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(key, ()):
            yield from _fields(document, option, usage, seen)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _fields(document, schema[key], usage, seen)


def _unhandled(operation: Told, usage: Usage) -> dict[str, str]:
    payloads = "".join(part.capitalize() for part in operation.name.split("_")) + "Payloads"
    return {
        f"{operation.name}:{event}": _message(
            f"{operation.name} sends the event {event!r}, and no handler does anything with it",
            f"paths/{operation.path.replace('/', '~1')}/{operation.method}/x-sse",
            f"handle it where frontend/src makes its Handlers<{payloads}>, or except it",
        )
        for event in operation.events
        if f"{payloads}.{event}" not in usage.events
    }


def _unread(document: Document, field: str) -> str:
    component, _, name = field.rpartition(".")
    names = [
        known
        for known in document["components"]["schemas"]
        if _plain(f"{known}.{name}") == f"{component}.{name}"
    ]
    return _message(
        f"{field} is told and read nowhere",
        f"components/schemas/{names[0]}/properties/{name}",
        "show it, or take it out of the schema and run `quant-engine contract export` and "
        "`npm --prefix frontend run types`, or except it",
    )


def _message(what: str, pointer: str, mend: str) -> str:
    return (
        f"{what}.\n  service: openapi.json#/{pointer}\n  page: frontend/src, as "
        f"`node frontend/scripts/field-usage.mjs` reads it\n  mend: {mend} in "
        "contract_tests/exceptions.toml."
    )


def undeclared(document: Document, usage: Usage) -> list[str]:
    """Say what the page reads, calls or handles that the contract does not have."""
    schemas = document["components"]["schemas"]
    fields = {
        _plain(f"{name}.{key}")
        for name, found in schemas.items()
        for key in found.get("properties", ())
    }
    calls = {operation.call for operation in told(document)}
    stale = (
        "the contract does not have it. Run `npm --prefix frontend run types`, then mend the page"
    )
    return [
        f"{places[0]} {verb} {name}, and {stale}."
        for verb, names, known in (("reads", usage.reads, fields), ("calls", usage.calls, calls))
        for name, places in names.items()
        if name not in known
    ]


def observed(document: Document, schema: dict[str, Any], value: Any) -> Iterator[str]:
    """Give the fields that a recorded answer has, and in which something is."""
    schema = _fitting(document, schema, value)
    if isinstance(value, list):
        for item in value:
            yield from observed(document, schema.get("items", {}), item)
    if not isinstance(value, dict):
        return
    name = schema.get("x-name", "")
    for key, item in value.items():
        if item is not None:
            yield _plain(f"{name}.{key}")
            yield from observed(document, schema.get("properties", {}).get(key, {}), item)


def _fitting(document: Document, schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """Return the schema's own form for this value: references followed, one of several chosen."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = {**resolved(document, schema), "x-name": name}
    options = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    for option in options:
        found = _fitting(document, option, value)
        properties = found.get("properties", {})
        if isinstance(value, dict):
            constants = all(
                value.get(key) == inner["const"]
                for key, inner in properties.items()
                if "const" in inner
            )
            if constants and set(value) == set(properties):
                return found
        elif isinstance(value, list) and found.get("type") == "array":
            return found
    return schema
