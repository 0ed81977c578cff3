"""Compares what the service sends, as the contract declares it, with what the page reads, calls and handles."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.repository import ROOT
from contract_tests.tools import output
from wirelaw.contract.document import JSON_TYPE, Contract, Node, Operation
from wirelaw.finding import Finding

PART = "liveness"
FRONTEND = ROOT / "frontend"
_ENVELOPE = re.compile(r"Api(Success|Failure)_\w+")
_OR_EXCEPT = "or add an entry to contract_tests/exceptions.toml"
_UNIONS = ("anyOf", "oneOf", "allOf")
_STALE = "run `npm --prefix frontend run types`, then fix the page"


@dataclass(frozen=True)
class Usage:
    """What the page uses, with the places as file:line."""

    calls: Mapping[str, list[str]]  #: by `get /path`
    reads: Mapping[str, list[str]]  #: by `Component.field`
    events: Mapping[str, list[str]]  #: by `StreamPayloads.event`


def usage_of(frontend: Path) -> Usage:
    """Find out with TypeScript's checker what a page uses."""
    script = FRONTEND / "scripts" / "field-usage.mjs"
    used = json.loads(output(("node", str(script), str(frontend)), FRONTEND))
    reads = {_plain(name): places for name, places in used["reads"].items()}
    return Usage(used["calls"], reads, used["events"])


def _plain(field: str) -> str:
    # every envelope is one generic class
    component, _, name = field.rpartition(".")
    return f"{'Envelope' if _ENVELOPE.fullmatch(component) else component}.{name}"


def call_of(operation: Operation) -> str:
    """Name an operation as the page's calls are named."""
    return f"{operation.method} {operation.path}"


def _schemas(operation: Operation) -> list[Node]:
    """Return the schemas of the JSON answers, and of the payloads of events."""
    media = [response.get("content", {}) for response in operation.responses.values()]
    return [
        *(one[JSON_TYPE]["schema"] for one in media if JSON_TYPE in one),
        *(
            frame["properties"].get("data", {}).get("contentSchema", {})
            for frame in operation.events.values()
        ),
    ]


def unused(contract: Contract, usage: Usage) -> tuple[list[Finding], int]:
    """Report what the service sends and the page does not use; return the number of fields that it reads, too.

    An operation that the page does not call is one finding; so is a field that it does not read, with all
    fields inside.
    """
    found: list[Finding] = []
    seen: set[str] = set()
    for operation in contract.operations():
        if call_of(operation) not in usage.calls:
            fix = f"call it from frontend/src/api/queries, {_OR_EXCEPT}"
            code, expected = "operation-never-called", "a call in frontend/src"
            found.append(Finding(PART, str(operation), code, expected, "none", fix))
            continue
        found += _unhandled(operation, usage)
        for schema in _schemas(operation):
            fields = _fields(contract, schema, usage, seen)
            found += [_unread(field) for field in fields if field not in usage.reads]
    return list(dict.fromkeys(found)), len(seen & set(usage.reads))


def _fields(contract: Contract, schema: Node, usage: Usage, seen: set[str]) -> Iterator[str]:
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
        resolved = contract.resolve(schema)
        schema = {key: resolved[key] for key in (*_UNIONS, "items") if key in resolved}
    for key in _UNIONS:
        for option in schema.get(key, ()):
            yield from _fields(contract, option, usage, seen)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _fields(contract, schema[key], usage, seen)


def _unhandled(operation: Operation, usage: Usage) -> Iterator[Finding]:
    payloads = "".join(part.capitalize() for part in operation.name.split("_")) + "Payloads"
    for event in operation.events:
        if f"{payloads}.{event}" not in usage.events:
            fix = f"handle it in a Handlers<{payloads}> of frontend/src, {_OR_EXCEPT}"
            place, expected = f"{operation} event/{event}", "a handler that uses the event"
            yield Finding(PART, place, "event-unhandled", expected, "none in frontend/src", fix)


def _unread(field: str) -> Finding:
    fix = (
        "show it, or remove it from the schema and run `quant-engine contract export` and "
        f"`npm --prefix frontend run types`, {_OR_EXCEPT}"
    )
    return Finding(PART, field, "field-never-read", "a read in frontend/src", "none", fix)


def undeclared(contract: Contract, usage: Usage) -> list[Finding]:
    """Report what the page reads or calls and the contract does not have."""
    fields = {
        _plain(f"{name}.{key}")
        for name, schema in contract.components.items()
        for key in schema.get("properties", ())
    }
    calls = {call_of(operation) for operation in contract.operations()}
    kinds = (("field", usage.reads, fields), ("call", usage.calls, calls))
    return [
        Finding(
            PART, f"frontend/{places[0]}", f"{kind}-undeclared", "in openapi.json", name, _STALE
        )
        for kind, used, declared in kinds
        for name, places in used.items()
        if name not in declared
    ]


def never_recorded(usage: Usage, fields: Iterable[str]) -> list[Finding]:
    """Report fields that the page reads and that no recorded answer has."""
    fix = "record jobs that have it (`python -m contract_tests.record`), or remove the read"
    code = "field-never-recorded"
    return [
        Finding(PART, f"frontend/{place}", code, f"{name} in a recorded answer", "none", fix)
        for name in fields
        for place in usage.reads[name][:1]
    ]


def recorded_fields(contract: Contract, schema: Node, value: Any) -> Iterator[str]:
    """Give the fields of a recorded answer that are not null."""
    schema = _fitting(contract, schema, value)
    if isinstance(value, list):
        for item in value:
            yield from recorded_fields(contract, schema.get("items", {}), item)
    if not isinstance(value, dict):
        return
    name = schema.get("x-name", "")
    for key, item in value.items():
        if item is not None:
            yield _plain(f"{name}.{key}")
            yield from recorded_fields(contract, schema.get("properties", {}).get(key, {}), item)


def _fitting(contract: Contract, schema: Node, value: Any) -> Node:
    """Return the schema for this value: references followed, and the member of a union chosen."""
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
