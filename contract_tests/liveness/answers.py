"""What the service may tell, as the contract lists it, against what the page reads, calls and handles."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.document import JSON_TYPE, Contract, pointer
from contract_tests.repository import ROOT

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


def told(contract: Contract) -> Iterator[Told]:
    """Give every operation."""
    for operation in contract.operations():
        media = [response.get("content", {}) for response in operation.responses.values()]
        schemas = [one[JSON_TYPE]["schema"] for one in media if JSON_TYPE in one]
        schemas += [
            frame["properties"].get("data", {}).get("contentSchema", {})
            for frame in operation.events.values()
        ]
        yield Told(
            operation.name, operation.method, operation.path, schemas, list(operation.events)
        )


def unused(contract: Contract, usage: Usage) -> tuple[dict[str, str], int]:
    """Return what the service tells and the page leaves, by place; and how many fields it reads.

    An operation that the page does not call is one place. A field that it does not read is one, with
    all that lies inside.
    """
    found: dict[str, str] = {}
    counted: set[str] = set()
    for operation in told(contract):
        if operation.call not in usage.calls:
            found[operation.name] = _message(
                f"{operation.name} is called nowhere",
                pointer("paths", operation.path, operation.method),
                "call it from frontend/src/api/queries, or except it",
            )
            continue
        found |= _unhandled(operation, usage)
        for schema in operation.schemas:
            for field in _fields(contract, schema, usage, counted):
                if field not in usage.reads:
                    found[field] = _unread(contract, field)
    return found, len(counted & set(usage.reads))


def _fields(
    contract: Contract, schema: dict[str, Any], usage: Usage, seen: set[str]
) -> Iterator[str]:
    """Give the fields of a schema, and of those that are read the fields inside."""
    reference = schema.get("$ref")
    if reference is not None:
        name = reference.rpartition("/")[2]
        for key, value in contract.resolve(schema).get("properties", {}).items():
            field = _plain(f"{name}.{key}")
            # an envelope's data has another type each time
            if field not in seen or field == "Envelope.data":
                seen.add(field)
                yield field
                if field in usage.reads:
                    yield from _fields(contract, value, usage, seen)
        schema = {
            key: value
            for key, value in contract.resolve(schema).items()
            if key in {"anyOf", "oneOf", "allOf", "items"}
        }
    for key in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(key, ()):
            yield from _fields(contract, option, usage, seen)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _fields(contract, schema[key], usage, seen)


def _unhandled(operation: Told, usage: Usage) -> dict[str, str]:
    payloads = "".join(part.capitalize() for part in operation.name.split("_")) + "Payloads"
    return {
        f"{operation.name}:{event}": _message(
            f"{operation.name} sends the event {event!r}, and no handler does anything with it",
            pointer("paths", operation.path, operation.method, "x-sse"),
            f"handle it where frontend/src makes its Handlers<{payloads}>, or except it",
        )
        for event in operation.events
        if f"{payloads}.{event}" not in usage.events
    }


def _unread(contract: Contract, field: str) -> str:
    component, _, name = field.rpartition(".")
    names = [
        known for known in contract.components if _plain(f"{known}.{name}") == f"{component}.{name}"
    ]
    return _message(
        f"{field} is told and read nowhere",
        pointer("components", "schemas", names[0], "properties", name),
        "show it, or take it out of the schema and run `quant-engine contract export` and "
        "`npm --prefix frontend run types`, or except it",
    )


def _message(what: str, place: str, mend: str) -> str:
    return (
        f"{what}.\n  service: openapi.json#{place}\n  page: frontend/src, as "
        f"`node frontend/scripts/field-usage.mjs` reads it\n  mend: {mend} in "
        "contract_tests/exceptions.toml."
    )


def undeclared(contract: Contract, usage: Usage) -> list[str]:
    """Say what the page reads, calls or handles that the contract does not have."""
    schemas = contract.components
    fields = {
        _plain(f"{name}.{key}")
        for name, found in schemas.items()
        for key in found.get("properties", ())
    }
    calls = {operation.call for operation in told(contract)}
    stale = (
        "the contract does not have it. Run `npm --prefix frontend run types`, then mend the page"
    )
    return [
        f"{places[0]} {verb} {name}, and {stale}."
        for verb, names, known in (("reads", usage.reads, fields), ("calls", usage.calls, calls))
        for name, places in names.items()
        if name not in known
    ]


def observed(contract: Contract, schema: dict[str, Any], value: Any) -> Iterator[str]:
    """Give the fields that a recorded answer has, and in which something is."""
    schema = _fitting(contract, schema, value)
    if isinstance(value, list):
        for item in value:
            yield from observed(contract, schema.get("items", {}), item)
    if not isinstance(value, dict):
        return
    name = schema.get("x-name", "")
    for key, item in value.items():
        if item is not None:
            yield _plain(f"{name}.{key}")
            yield from observed(contract, schema.get("properties", {}).get(key, {}), item)


def _fitting(contract: Contract, schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """Return the schema's own form for this value: references followed, one of several chosen."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = {**contract.resolve(schema), "x-name": name}
    options = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    for option in options:
        found = _fitting(contract, option, value)
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
