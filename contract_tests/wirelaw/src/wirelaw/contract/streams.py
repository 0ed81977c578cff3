"""Event streams that the contract does not describe: a generated client then has `unknown` for each event."""

import ast
from collections.abc import Iterator

from wirelaw.contract.checking import handlers_of, missing, on_contract
from wirelaw.contract.document import STREAM_TYPE, Operation
from wirelaw.contract.view import View
from wirelaw.finding import Finding
from wirelaw.python import Function
from wirelaw.repository import Check, Repository


def _untyped(repository: Repository, view: View) -> Iterator[Finding]:
    opened = {
        str(request.operation): request.call.place
        for request in view.requests
        if request.call.is_stream
    }
    for operation in view.declared.operations:
        declared = _described_as(operation)
        if declared is None:
            continue
        handled = (one for one in handlers_of(repository, operation) if _streams(one.handler))
        route = next((one.place for one in handled), None)
        page = opened.get(str(operation))
        place = route or page
        # the document says itself that it is a stream, or one side shows it
        if place is None and not operation.streams:
            continue
        declaration = view.declared.place(operation.pointer + "/responses")
        does = "answers" if route else "opens"
        yield Finding(
            part="contract",
            pointer=str(place or declaration),
            code="stream-untyped",
            found=f"{does} {operation} {'with' if route else 'as'} an event stream"
            if place
            else f"declares {operation} as an event stream",
            expected=f"declares {declared}",
            source=str(declaration) if place else "",
            key=(str(operation),),
            fix=_UNTYPED.fix,
        )


def _described_as(operation: Operation) -> str | None:
    """Say how a stream is declared, if its events have neither names nor types; None where they have."""
    contents = {
        name: media
        for status, answer in operation.responses.items()
        if status.startswith("2")
        for name, media in answer.get("content", {}).items()
    }
    if STREAM_TYPE not in contents:
        names = ", ".join(contents) or "no content"
        typed = any(media.get("schema") for media in contents.values())
        return f"{names}, and no {STREAM_TYPE}" if not typed else f"an answer of {names}"
    media = contents[STREAM_TYPE]
    item = operation.contract.resolve(media.get("itemSchema") or {})
    if not item and "itemSchema" not in media:
        return f"{STREAM_TYPE} without a schema of its events"
    if operation.events or any(key in item for key in ("oneOf", "anyOf")):
        return None
    fields = item.get("properties", {})
    event = operation.contract.resolve(fields.get("event", {}))
    data = operation.contract.resolve(fields.get("data", {}))
    if "enum" in event or "const" in event or "contentSchema" in data or data.get("properties"):
        return None
    return "its events with neither names nor data"


def _streams(node: Function | None) -> bool:
    return node is not None and any(
        (isinstance(one, ast.Constant) and one.value == STREAM_TYPE)
        or (
            isinstance(one, ast.Call)
            and (getattr(one.func, "id", "") or getattr(one.func, "attr", ""))
            == "EventSourceResponse"
        )
        or (
            isinstance(one, ast.keyword)
            and one.arg == "response_class"
            and ast.unparse(one.value).endswith("EventSourceResponse")
        )
        for one in ast.walk(node)
    )


_UNTYPED = Check(
    code="stream-untyped",
    level=1,
    meaning="An operation answers with an event stream and the contract does not describe its events: whatever is "
    "generated from it has no type for them, and nothing compares what is sent with what is handled.",
    fix="declare the events, such as with wirelaw.named_events",
    run=on_contract(_untyped),
    missing=missing,
)
CHECKS = (_UNTYPED,)
