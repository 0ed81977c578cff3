"""Compares a contract with what `wire.py` fixes: a pin is a place in the contract and what must be there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.document import Contract, Node, escape, pointer, walk
from contract_tests.finding import Finding
from contract_tests.wire import (
    ALL_EVENTS,
    ALL_STREAM,
    ANSWERS,
    BOTH_STREAMS,
    CODES,
    ENDS,
    ENVELOPE,
    EVERYWHERE,
    FIGURES,
    JOB_CODES,
    JOB_EVENTS,
    JOB_STREAM,
    MAY_BE_NULL,
    META,
    OPERATIONS,
    PARAMETERS,
    RECORD,
    REQUESTS,
    STATUSES,
    WORDS,
    How,
)

JSON_ANSWER = ("content", "application/json", "schema")
FAILURES = 400
PROSE = {"title", "description"}  #: words for people
GONE = "nothing"
FIX = (
    "if this is meant, change docs/wire.md and contract_tests/wire.py first; if not, fix the code and run "
    "`nox -s fix`"
)


@dataclass(frozen=True)
class Pin:
    """One thing that is fixed."""

    #: steps as in a JSON pointer; a reference is followed, and a list is entered by name
    place: tuple[str, ...]
    how: How
    expected: Any


def drifts(contract: Contract) -> list[Finding]:
    """Return everything in which a contract differs from what is fixed."""
    found = [drift(pin, contract) for pin in pins()]
    return list(dict.fromkeys([*filter(None, found), *conventions(contract)]))


def drift(pin: Pin, contract: Contract) -> Finding | None:
    """Return how a contract differs from a pin; None where it does not."""
    place, node = find(contract, pin.place)
    if node == GONE:
        return _finding(place, "missing-node", json.dumps(pin.expected), GONE)
    if pin.how == "is":
        if same(plain(contract, node), pin.expected):
            return None
        place, node, expected = _narrowed(contract, place, node, pin.expected)
        both = (json.dumps(one, sort_keys=True) for one in (expected, plain(contract, node)))
        return _finding(place, "value-changed", *both)
    names = [label(contract, key) for key in node]
    missing = [name for name in pin.expected if name not in names]
    extra = [name for name in names if name not in pin.expected and pin.how == "only"]
    if missing:
        return _finding(place, "missing-member", ", ".join(missing), ", ".join(extra) or GONE)
    if extra:
        expected = f"only {', '.join(pin.expected) or GONE}"
        return _finding(place, "extra-member", expected, ", ".join(extra))
    return None


def _narrowed(contract: Contract, place: str, node: Any, expected: Any) -> tuple[str, Any, Any]:
    """Go down to the one member in which two objects differ, as far as there is one."""
    while isinstance(expected, dict) and isinstance(node, dict):
        changed = [
            key
            for key in {*expected, *node} - PROSE
            if key not in node
            or key not in expected
            or not same(plain(contract, node[key]), expected[key])
        ]
        if len(changed) != 1 or changed[0] not in expected or changed[0] not in node:
            break
        place, node = contract.locate(f"{place}/{escape(changed[0])}", node[changed[0]])
        expected = expected[changed[0]]
    return place, node, expected


def _finding(place: str, code: str, expected: str, found: str) -> Finding:
    return Finding("wire", place, code, expected, found, FIX)


def find(contract: Contract, place: tuple[str, ...]) -> tuple[str, Any]:
    """Follow a place to its node; return its pointer, with references followed, and the node."""
    where, node = "", contract.document
    for step in place:
        where, node = contract.locate(where, node)
        if step == "codes":
            codes = node.get("description", "") if isinstance(node, dict) else ""
            return f"{where}/description", codes.replace("`", "").split(", ")
        if step == "successes":
            answers = node.get("responses", {}) if isinstance(node, dict) else ()
            return f"{where}/responses", [one for one in answers if int(one) < FAILURES]
        key: Any = step
        if isinstance(node, list):
            names = [label(contract, one) for one in node]
            key = names.index(step) if step in names else None
        if not isinstance(node, dict | list) or (isinstance(node, dict) and key not in node):
            key = None
        if key is None:
            return f"{where}/{escape(step)}", GONE
        where, node = f"{where}/{escape(str(key))}", node[key]
    return contract.locate(where, node)


def label(contract: Contract, element: Any) -> str:
    """Return the name of a list's element: a parameter, a frame, a type of job, a type, or the word itself."""
    element = contract.resolve(element)
    if not isinstance(element, dict):
        return str(element)
    if "in" in element:
        return f"{element['in']}:{element['name']}".lower()
    for tag in ("event", "job_type"):
        if tag in element.get("properties", {}):
            return str(element["properties"][tag].get("const"))
    return str(element.get("type"))


def plain(contract: Contract, node: Any) -> Any:
    """Return a node with its references followed and without its prose."""
    node = contract.resolve(node)
    if isinstance(node, dict):
        return {key: plain(contract, value) for key, value in node.items() if key not in PROSE}
    if isinstance(node, list):
        return [plain(contract, value) for value in node]
    return node


def same(actual: Any, expected: Any) -> bool:
    """Compare as JSON does: 1 is 1.0 and is not true."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            same(actual[key], expected[key]) for key in actual
        )
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    return isinstance(actual, bool) is isinstance(expected, bool) and bool(actual == expected)


def conventions(contract: Contract) -> Iterator[Finding]:
    """Return the places that break a convention for every schema, whatever its name."""
    requests = set()
    for operation in contract.operations():
        schema = operation.request_schema
        if schema is not None:
            requests.add(contract.locate("", schema)[0])
            if not operation.content["requestBody"].get("required"):
                place = operation.pointer
                yield _finding(place, "convention-required-body", "a required body", "optional")
    for name, schema in contract.components.items():
        place = pointer("components", "schemas", name)
        # frames are not JSON: their fields are lines
        if "properties" in schema and "event" not in schema["properties"]:
            yield from _object(place, schema, is_request=place in requests)
        for inner, node in walk(schema, place):
            pattern = node.get("pattern")
            if node.get("format") == "date-time" and pattern != "Z$":
                yield _finding(inner, "convention-times-in-utc", "the pattern Z$", f"{pattern}")


def _object(place: str, schema: Node, *, is_request: bool) -> Iterator[Finding]:
    if is_request:
        unknown = schema.get("additionalProperties")
        if unknown is not False:
            code = "convention-unknown-fields"
            yield _finding(place, code, "additionalProperties: false", f"{unknown}")
        return
    optional = sorted({*schema["properties"]} - {*schema.get("required", [])})
    if optional:
        found = f"optional {', '.join(optional)}"
        yield _finding(place, "convention-present-fields", "every field of an answer", found)


def pins() -> Iterator[Pin]:
    """Return everything that is fixed."""
    yield Pin(("paths",), "only", tuple(path for _, path, _, _ in OPERATIONS))
    for method, path, successes, refusals in OPERATIONS:
        yield Pin(("paths", path), "only", (method,))
        yield from _operation(path, ("paths", path, method), successes, (*EVERYWHERE, *refusals))
    for kind, fields in REQUESTS.items():
        place = ("paths", f"/api/compute/{kind}", "post", "requestBody", *JSON_ANSWER)
        yield Pin((*place, "properties"), "only", tuple(fields))
        yield Pin((*place, "additionalProperties"), "is", expected=False)
        for name, schema in fields.items():
            yield Pin((*place, "properties", name), "is", schema)
    for code, status in CODES.items():
        yield Pin(("components", "schemas", "ErrorCode", "x-http-status", code), "is", status)
    yield Pin(("components", "schemas", "ErrorCode", "enum"), "has", (*CODES, *JOB_CODES))
    yield Pin(("components", "schemas", "JobStatus", "enum"), "is", list(STATUSES))
    yield Pin(("components", "schemas", "JobType", "enum"), "only", tuple(REQUESTS))
    bearer = ("components", "securitySchemes", "bearer")
    yield Pin((*bearer, "type"), "is", "http")
    yield Pin((*bearer, "scheme"), "is", "bearer")
    yield Pin(("security",), "is", [{}, {"bearer": []}])
    yield Pin(("openapi",), "is", "3.2.0")


def _operation(
    path: str, place: tuple[str, ...], successes: tuple[str, ...], refusals: tuple[str, ...]
) -> Iterator[Pin]:
    in_path = tuple(f"path:{part[1:-1]}" for part in path.split("/") if part.startswith("{"))
    parameters = PARAMETERS.get(path, {})
    if parameters or in_path:
        yield Pin((*place, "parameters"), "only", (*in_path, *parameters))
    for name, schema in parameters.items():
        yield Pin((*place, "parameters", name, "schema"), "is", schema)
        yield Pin((*place, "parameters", name, "required"), "is", expected=False)
    responses = (*place, "responses")
    yield Pin(responses, "has", tuple(dict.fromkeys(one[:3] for one in refusals)))
    for refusal in refusals:
        status, _, code = refusal.partition(" ")
        yield Pin((*responses, status, "codes"), "has", (code,))
        yield Pin((*responses, status, "headers"), "has", ("X-Request-ID", "Cache-Control"))
        yield from _envelope((*responses, status, *JSON_ANSWER), ok=False)
    yield Pin((*responses, "401", "headers"), "has", ("WWW-Authenticate",))
    if any(refusal.startswith("429") for refusal in refusals):
        yield Pin((*responses, "429", "headers"), "has", ("Retry-After",))
    yield Pin((*place, "successes"), "only", successes)
    for status in successes:
        yield Pin((*responses, status, "headers"), "has", ("X-Request-ID", "Cache-Control"))
    answer = (*responses, successes[0])
    if path.endswith("/events"):
        yield from _stream(place, (*answer, "content", "text/event-stream", "itemSchema"), path)
        cache = (*answer, "headers", "Cache-Control", "schema", "const")
        yield Pin(cache, "is", "no-store, no-transform")
        yield Pin((*answer, "headers", "X-Accel-Buffering", "schema", "const"), "is", "no")
    elif path.endswith(".csv"):
        yield Pin((*answer, "content"), "only", ("text/csv",))
    else:
        yield from _answer(path, (*answer, *JSON_ANSWER))
        yield Pin((*answer, "headers", "Cache-Control", "schema", "const"), "is", "no-store")
    if successes == ("202",):
        yield Pin((*answer, "headers"), "has", ("Location",))
        yield Pin((*answer, "headers", "Location", "schema", "pattern"), "is", "^/api/jobs/")


def _answer(path: str, place: tuple[str, ...]) -> Iterator[Pin]:
    yield from _envelope(place, ok=True)
    data = (*place, "properties", "data")
    if path in MAY_BE_NULL:
        yield Pin((*data, "anyOf"), "has", ("null",))
    for steps, how, names in ANSWERS.get(path, ()):
        below = (*data, *steps)
        yield Pin((*below, "properties"), how, names)
        yield Pin((*below, "required"), how, names)
    for steps, figures in FIGURES.get(path, {}).items():
        for name, schema in figures.items():
            yield Pin((*data, *steps, "properties", name), "is", schema)
    for (where, name), words in WORDS.items():
        if where == path:
            yield Pin((*data, "properties", name, "enum"), "is", words)
    if path.startswith("/api/compute/") or path.endswith(("{job_id}/cancel", "jobs/{job_id}")):
        yield from _record(data)
    if path == "/api/jobs":
        yield from _record((*data, "properties", "items", "items"))


def _envelope(place: tuple[str, ...], *, ok: bool) -> Iterator[Pin]:
    yield Pin((*place, "properties"), "only", ENVELOPE)
    yield Pin((*place, "required"), "only", ENVELOPE)
    yield Pin((*place, "properties", "ok", "const"), "is", ok)
    meta = (*place, "properties", "meta")
    yield Pin((*meta, "properties"), "has", tuple(META))
    yield Pin((*meta, "required"), "has", tuple(META))
    for name, schema in META.items():
        yield Pin((*meta, "properties", name), "is", schema)
    error = (*place, "properties", "error")
    if ok:
        yield Pin((*error, "type"), "is", "null")
        return
    yield Pin((*error, "properties"), "only", ("code", "message", "fields"))
    yield Pin((*error, "required"), "only", ("code", "message", "fields"))
    yield Pin((*error, "properties", "code", "enum"), "has", (*CODES, *JOB_CODES))
    field = (*error, "properties", "fields", "items")
    yield Pin((*field, "properties"), "only", ("path", "message"))


def _record(place: tuple[str, ...]) -> Iterator[Pin]:
    yield Pin((*place, "discriminator", "propertyName"), "is", "job_type")
    yield Pin((*place, "oneOf"), "only", tuple(REQUESTS))
    for kind, fields in REQUESTS.items():
        branch = (*place, "oneOf", kind)
        yield Pin((*branch, "properties"), "only", tuple(RECORD))
        yield Pin((*branch, "required"), "only", tuple(RECORD))
        for name, schema in RECORD.items():
            if schema is not None:
                yield Pin((*branch, "properties", name), "is", schema)
        yield Pin((*branch, "properties", "params", "properties"), "only", tuple(fields))
        yield Pin((*branch, "properties", "params", "required"), "only", tuple(fields))
        for name in ("result", "error"):
            yield Pin((*branch, "properties", name, "anyOf"), "has", ("null",))


def _stream(place: tuple[str, ...], items: tuple[str, ...], path: str) -> Iterator[Pin]:
    ends = path != "/api/events"
    laws = JOB_STREAM if ends else ALL_STREAM
    for name, value in {**laws, **BOTH_STREAMS}.items():
        yield Pin((*place, "x-sse", name), "is", value)
    yield Pin((*place, "x-sse", "terminal"), "only", tuple(ENDS) if ends else ())
    for event, status in ENDS.items():
        yield Pin((*place, "x-sse", "statuses", event), "is", [status])
    events = JOB_EVENTS if ends else ALL_EVENTS
    yield Pin((*items, "oneOf"), "only", events)
    for event in events:
        frame = (*items, "oneOf", event)
        yield Pin((*frame, "required"), "has", ("event", "id", "data"))
        payload = (*frame, "properties", "data", "contentSchema")
        if event == "reset":
            yield Pin((*payload, "properties"), "only", ("reason",))
        else:
            yield from _record(payload)
    if not ends:
        yield Pin((*place, "x-sse", "reset", "event"), "is", "reset")
