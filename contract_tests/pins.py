"""Compares a contract with `docs/wire.md` and `wire.py`: a pin is a place and the content that it must have."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.wire import (
    ANSWERS,
    ENVELOPE,
    FIGURES,
    MAY_BE_NULL,
    ONE_RECORD,
    OTHER_BOUNDS,
    OTHER_PAYLOADS,
    WORDS,
    How,
)
from contract_tests.wire_page import ALL_JOBS, LOG, ONE_JOB, Operation, WirePage, wire_page
from wirelaw.contract.document import Contract, Node, escape, pointer, walk
from wirelaw.finding import Finding

JSON_ANSWER = ("content", "application/json", "schema")
FAILURES = 400
PROSE = {"title", "description", "x-unit"}  #: that no pin states; units have a convention
GONE = "nothing"
FIX = "if this is meant, change {} first; if not, fix the code and run `nox -s fix`"
NOT_IN_A_TABLE = "contract_tests/wire.py"
CONVENTIONS = 'the section "Conventions" of docs/wire.md'


@dataclass(frozen=True)
class Pin:
    """One place of the contract and its fixed content."""

    #: steps as in a JSON pointer; references are followed, and an element of a list is named by its `label`
    place: tuple[str, ...]
    how: How
    expected: Any
    table: str = ""  #: of docs/wire.md, by the head of its first column

    @property
    def source(self) -> str:
        """Where it is stated."""
        return f"the table {self.table!r} of docs/wire.md" if self.table else NOT_IN_A_TABLE


def drifts(contract: Contract, page: WirePage | None = None) -> list[Finding]:
    """Return every difference between a contract and the pins and conventions."""
    found = [drift(pin, contract) for pin in pins(page)]
    return list(dict.fromkeys([*filter(None, found), *conventions(contract)]))


def drift(pin: Pin, contract: Contract) -> Finding | None:
    """Return how a contract differs from a pin; None if it does not."""
    place, node = find(contract, pin.place)
    if node == GONE:
        return _finding(place, "missing-node", json.dumps(pin.expected), GONE, pin.source)
    if pin.how == "is":
        if same(plain(contract, node), pin.expected):
            return None
        place, node, expected = _narrowed(contract, place, node, pin.expected)
        values = [json.dumps(one, sort_keys=True) for one in (expected, plain(contract, node))]
        return _finding(place, "value-changed", values[0], values[1], pin.source)
    names = [label(contract, key) for key in node]
    missing = [name for name in pin.expected if name not in names]
    extra = [name for name in names if name not in pin.expected and pin.how == "only"]
    if missing:
        found = ", ".join(extra) or GONE
        return _finding(place, "missing-member", ", ".join(missing), found, pin.source)
    if extra:
        expected = f"only {', '.join(pin.expected) or GONE}"
        return _finding(place, "extra-member", expected, ", ".join(extra), pin.source)
    return None


def _narrowed(contract: Contract, place: str, node: Any, expected: Any) -> tuple[str, Any, Any]:
    """Descend for as long as two objects differ in one member only."""
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


def _finding(
    place: str, code: str, expected: str, found: str, source: str = CONVENTIONS
) -> Finding:
    return Finding("wire", place, code, expected, found, FIX.format(source))


def find(contract: Contract, place: tuple[str, ...]) -> tuple[str, Any]:
    """Follow a place to its node; return the pointer behind all references, and the node."""
    where, node = "", contract.document
    for step in place:
        where, node = contract.locate(where, node)
        if step == "codes":
            codes = node.get("description", "") if isinstance(node, dict) else ""
            return f"{where}/description", codes.replace("`", "").split(", ")
        if step == "successes":
            answers = node.get("responses", {}) if isinstance(node, dict) else ()
            return f"{where}/responses", [one for one in answers if int(one) < FAILURES]
        if step == "parameters" and isinstance(node, dict) and step not in node:
            return f"{where}/parameters", []
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
    """Return the name of a list's element: of a parameter, a frame, a job type or a type; a text names itself."""
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


UNITS = ("fraction", "ratio", "coefficient", "currency", "shares", "bps", "days", "ms")


def conventions(contract: Contract) -> Iterator[Finding]:
    """Return the places that break a convention of all schemas."""
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
            if node.get("type") == "number":
                yield from _unit(inner, str(node.get("x-unit", "no unit")))


def _unit(place: str, unit: str) -> Iterator[Finding]:
    field = place.rpartition("/properties/")[2].partition("/")[0]
    suffix = field.rpartition("_")[2]
    expected = (suffix,) if suffix in UNITS else UNITS
    if unit not in expected:
        yield _finding(place, "convention-units", f"one of {', '.join(expected)}", unit)


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


def pins(page: WirePage | None = None) -> Iterator[Pin]:
    """Return all pins, by default those of the committed page."""
    page = page or wire_page()
    paths = [name.partition(" ")[2] for name in page.operations]
    yield Pin(("paths",), "only", tuple(dict.fromkeys(paths)), "operation")
    for name, operation in page.operations.items():
        method, _, path = name.partition(" ")
        methods = [one.split()[0].lower() for one in page.operations if one.split()[1] == path]
        yield Pin(("paths", path), "only", tuple(methods), "operation")
        yield from _operation(page, path, ("paths", path, method.lower()), operation)
        yield from _parameters(page, name, ("paths", path, method.lower()))
    for kind, request in page.job_types.items():
        fields = page.request(request)
        body = ("paths", f"/api/compute/{kind}", "post", "requestBody", *JSON_ANSWER)
        yield Pin((*body, "additionalProperties"), "is", expected=False)
        for place in (body, ("components", "schemas", request)):
            yield Pin((*place, "properties"), "only", tuple(fields), request)
        for field, schema in fields.items():
            yield Pin((*body, "properties", field), "is", schema, request)
    codes = ("components", "schemas", "ErrorCode", "x-http-status")
    yield Pin(codes, "only", tuple(page.codes), "code")
    for code, status in page.codes.items():
        yield Pin((*codes, code), "is", status, "code")
    yield Pin(("components", "schemas", "ErrorCode", "enum"), "only", tuple(page.codes), "code")
    yield Pin(("components", "schemas", "JobStatus", "enum"), "is", page.statuses, "status")
    types = tuple(page.job_types)
    yield Pin(("components", "schemas", "JobType", "enum"), "only", types, "job type")
    bearer = ("components", "securitySchemes", "bearer")
    yield Pin((*bearer, "type"), "is", "http")
    yield Pin((*bearer, "scheme"), "is", "bearer")
    yield Pin(("security",), "is", [{}, {"bearer": []}])
    yield Pin(("openapi",), "is", "3.2.0")


def _parameters(page: WirePage, name: str, place: tuple[str, ...]) -> Iterator[Pin]:
    in_path = tuple(f"path:{part}" for part in re.findall(r"{(\w+)}", name))
    parameters = page.parameters(name)
    expected = (*in_path, *parameters)
    yield Pin((*place, "parameters"), "only", expected, "parameter")
    for parameter, schema in parameters.items():
        yield Pin((*place, "parameters", parameter, "schema"), "is", schema, "parameter")
        required = (*place, "parameters", parameter, "required")
        yield Pin(required, "is", expected=False, table="parameter")


def _operation(
    page: WirePage, path: str, place: tuple[str, ...], operation: Operation
) -> Iterator[Pin]:
    responses = (*place, "responses")
    successes = operation.successes
    refusals: dict[str, list[str]] = {}
    for code in operation.codes:
        refusals.setdefault(str(page.codes[code]), []).append(code)
    yield Pin(responses, "only", (*successes, *refusals), "operation")
    for status, codes in refusals.items():
        yield Pin((*responses, status, "codes"), "only", tuple(codes), "operation")
        yield Pin((*responses, status, "headers"), "has", ("X-Request-ID", "Cache-Control"))
        yield from _envelope(page, (*responses, status, *JSON_ANSWER), ok=False)
    yield Pin((*responses, "401", "headers"), "has", ("WWW-Authenticate",))
    if "429" in refusals:
        yield Pin((*responses, "429", "headers"), "has", ("Retry-After",))
    yield Pin((*place, "successes"), "only", successes, "operation")
    for status in successes:
        yield Pin((*responses, status, "headers"), "has", ("X-Request-ID", "Cache-Control"))
    answer = (*responses, successes[0])
    if path.endswith("/events"):
        items = (*answer, "content", "text/event-stream", "itemSchema")
        which = {"/api/events": ALL_JOBS, "/api/jobs/{job_id}/log/events": LOG}.get(path, ONE_JOB)
        yield from _stream(page, place, items, which)
        cache = (*answer, "headers", "Cache-Control", "schema", "const")
        yield Pin(cache, "is", "no-store, no-transform")
        yield Pin((*answer, "headers", "X-Accel-Buffering", "schema", "const"), "is", "no")
    elif path.endswith(".csv"):
        yield Pin((*answer, "content"), "only", ("text/csv",))
    else:
        name = f"DELETE {path}" if place[-1] == "delete" else path
        yield from _answer(page, name, (*answer, *JSON_ANSWER))
    # a stream's own has more
    for status in (*refusals, *successes[path.endswith("/events") :]):
        cache = (*responses, status, "headers", "Cache-Control", "schema", "const")
        yield Pin(cache, "is", "no-store")
        if status == "204":
            continue
        headers = (*responses, status, "headers")
        yield Pin((*headers, "Vary", "schema", "const"), "is", "Accept-Encoding")
        yield Pin((*headers, "Content-Encoding", "schema", "const"), "is", "gzip")
    if successes == ("202",):
        yield Pin((*answer, "headers"), "has", ("Location",))
        yield Pin((*answer, "headers", "Location", "schema", "pattern"), "is", "^/api/jobs/")


def _answer(page: WirePage, path: str, place: tuple[str, ...]) -> Iterator[Pin]:
    yield from _envelope(page, place, ok=True)
    data = (*place, "properties", "data")
    if path in MAY_BE_NULL:
        yield Pin((*data, "anyOf"), "has", ("null",))
    for steps, how, names in ANSWERS.get(path, ()):
        yield from _fields((*data, *steps), names, how=how)
    for steps, figures in FIGURES.get(path, {}).items():
        for name, schema in figures.items():
            yield Pin((*data, *steps, "properties", name), "is", schema)
    for (where, name), words in WORDS.items():
        if where == path:
            yield Pin((*data, "properties", name, "enum"), "is", words)
    yield from _shared_shapes(page, path, data)


def _shared_shapes(page: WirePage, path: str, data: tuple[str, ...]) -> Iterator[Pin]:
    if path == "/api/backtests/{job_id}":
        yield from _fields((*data, "properties", "metrics"), page.metrics, "metric")
    if path.startswith("/api/compute/") or path in ONE_RECORD:
        yield from _record(page, data)
    if path == "/api/jobs/{job_id}/log":
        yield from _log_line(page, (*data, "properties", "items", "items"))
    if path == "/api/jobs":
        yield from _record(page, (*data, "properties", "items", "items"))


def _fields(
    place: tuple[str, ...], names: Iterable[str], table: str = "", *, how: How = "only"
) -> Iterator[Pin]:
    """Pin the fields of an object of an answer, and that each of them is present."""
    for part in ("properties", "required"):
        yield Pin((*place, part), how, tuple(names), table)


def _envelope(page: WirePage, place: tuple[str, ...], *, ok: bool) -> Iterator[Pin]:
    yield from _fields(place, ENVELOPE)
    yield Pin((*place, "properties", "ok", "const"), "is", ok)
    meta = (*place, "properties", "meta")
    yield from _fields(meta, page.meta, "field of `meta`")
    for name, schema in page.meta.items():
        yield Pin((*meta, "properties", name), "is", schema, "field of `meta`")
    error = (*place, "properties", "error")
    if ok:
        yield Pin((*error, "type"), "is", "null")
        return
    yield from _fields(error, ("code", "message", "fields"))
    yield Pin((*error, "properties", "code", "enum"), "only", tuple(page.codes), "code")
    field = (*error, "properties", "fields", "items")
    yield Pin((*field, "properties"), "only", ("path", "message"))


def _record(page: WirePage, place: tuple[str, ...]) -> Iterator[Pin]:
    table = "field of a record"
    yield Pin((*place, "discriminator", "propertyName"), "is", "job_type")
    yield Pin((*place, "oneOf"), "only", tuple(page.job_types), "job type")
    for kind, request in page.job_types.items():
        branch = (*place, "oneOf", kind)
        fields = page.record_of(kind)
        yield from _fields(branch, fields, table)
        for name, schema in fields.items():
            if schema is not None:
                yield Pin((*branch, "properties", name), "is", schema, table)
        yield from _fields((*branch, "properties", "params"), page.request(request), request)
        for name in ("result", "error"):
            yield Pin((*branch, "properties", name, "anyOf"), "has", ("null",))


def _log_line(page: WirePage, place: tuple[str, ...]) -> Iterator[Pin]:
    table = "field of a log line"
    yield from _fields(place, page.log_line, table)
    for name, schema in page.log_line.items():
        yield Pin((*place, "properties", name), "is", schema, table)


def _stream(
    page: WirePage, place: tuple[str, ...], items: tuple[str, ...], which: str
) -> Iterator[Pin]:
    laws = (*place, "x-sse")
    values = page.stream(which)
    yield Pin(laws, "only", ("events", "terminal", "statuses", *values), "`x-sse`")
    for name, value in values.items():
        yield Pin((*laws, name), "is", value, "`x-sse`")
    events = {name: one for name, one in page.events.items() if which in one.streams}
    yield Pin((*laws, "events"), "is", list(events), "event")
    terminal = [name for name, event in events.items() if event.is_terminal]
    yield Pin((*laws, "terminal"), "only", tuple(terminal if which == ONE_JOB else ()), "event")
    carry = [name for name, one in events.items() if one.has_record]
    yield Pin((*laws, "statuses"), "only", tuple(carry), "event")
    yield Pin((*items, "oneOf"), "only", tuple(events), "event")
    for name, event in events.items():
        frame = (*items, "oneOf", name)
        yield Pin((*frame, "required"), "has", ("event", "id", "data"))
        payload = (*frame, "properties", "data", "contentSchema")
        if event.statuses:
            yield Pin((*laws, "statuses", name), "is", list(event.statuses), "event")
            yield from _record(page, payload)
        elif name == "line":
            yield from _log_line(page, payload)
        else:
            yield Pin((*payload, "properties"), "only", OTHER_PAYLOADS[name])
            for field, schema in OTHER_BOUNDS.get(name, {}).items():
                yield Pin((*payload, "properties", field), "is", schema)
