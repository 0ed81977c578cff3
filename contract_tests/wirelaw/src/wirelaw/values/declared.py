"""Defaults and bounds that the contract declares, as requests to compare with the page."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wirelaw.calls.checks import wire
from wirelaw.calls.client import Call
from wirelaw.contract.binding import Object, Property
from wirelaw.contract.page_calls import PageCall, requests_of
from wirelaw.contract.view import View
from wirelaw.models import UNKNOWN
from wirelaw.repository import Repository
from wirelaw.values.requests import Request, Requests, Stated, by_field, limits
from wirelaw.words.names import steps

_LIMITS = {
    "min": (("minimum", 0), ("exclusiveMinimum", 1)),
    "max": (("maximum", 0), ("exclusiveMaximum", -1)),
    "minLength": (("minLength", 0), ("minItems", 0)),
    "maxLength": (("maxLength", 0), ("maxItems", 0)),
}


def of_contract(repository: Repository, view: View) -> Requests:
    """Return the schemas that operations take."""
    found: dict[str, Request] = {}
    by_operation: dict[str, Request] = {}
    for operation in view.declared.operations:
        body = view.binder.object_at("", operation.request_schema or {})
        if body is not None:
            _add(view, body, str(operation), found)
            by_operation[str(operation)] = found[body.pointer or str(operation)]
    calls: dict[PageCall, list[Call]] = defaultdict(list)
    for call in wire(repository).calls:
        calls[_page_call(call)].append(call)
    sent = (
        (call.body, by_operation[str(request.operation)])
        for request in requests_of(calls, view.declared.operations)
        if str(request.operation) in by_operation
        for call in calls[request.call]
    )
    return Requests(list(found.values()), by_field(sent))


def _add(view: View, body: Object, operation: str, found: dict[str, Request]) -> None:
    """Add a schema and those of its fields."""
    key = body.pointer or operation
    if key in found:
        return
    found[key] = Request(body.name or operation, dict(_fields(view, body)))
    for one in body.properties.values():
        inner = view.binder.object_at(one.pointer, one.schema)
        if inner is not None:
            _add(view, inner, operation, found)


def _page_call(call: Call) -> PageCall:
    return PageCall(
        place=call.place,
        callee=f"{call.sink.path} {call.base}",
        address=re.sub(r"\{[^}]*\}", "*", call.path),
        method=call.method and call.method.lower(),
        is_stream=call.is_stream,
        has_body=None,
        sent=None,
        owner=call.sink,
        answers=(),
    )


def _fields(view: View, body: Object) -> Iterator[tuple[tuple[str, ...], Stated]]:
    for name, one in body.properties.items():
        schema = _plain(view, one)
        yield (
            steps(name),
            Stated(
                name,
                schema.get("default", UNKNOWN),
                limits(schema, _LIMITS, is_whole=schema.get("type") == "integer"),
                view.declared.place(one.pointer),
            ),
        )


def _plain(view: View, field: Property) -> dict[str, Any]:
    """A field that may be null has its bounds one step below."""
    resolve = view.declared.contract.resolve
    inner = [resolve(one) for one in field.schema.get("anyOf", ())]
    others = [one for one in inner if one.get("type") != "null"]
    return {**(others[0] if len(others) == 1 else {}), **resolve(field.schema), **field.schema}
