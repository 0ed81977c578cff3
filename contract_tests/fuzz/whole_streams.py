"""A stream that was read to its end, held to the laws that its operation declares in `x-sse`."""

import json
from typing import Any

from contract_tests.document import Operation
from contract_tests.sse import Frame, parse


def broken_law(operation: Operation, content: bytes, *, asked: str | None = None) -> str | None:
    """Say which law a whole stream breaks, or None.

    Args:
        operation: that was asked.
        content: all that it sent.
        asked: the Last-Event-ID.
    """
    laws = operation.content["x-sse"]
    heard = [frame for frame in parse(content) if frame.is_dispatched]
    if not heard:
        return "first: it closed without an event"
    if heard[0].event != laws["first"] and asked is None:
        return f"first: it begins with {heard[0].event}"
    last = heard[-1]
    if last.event != laws["last"]:
        return f"end: it closed after {last.event}, not after {laws['last']}"
    return _broken_order(heard)


def _broken_order(heard: list[Frame]) -> str | None:
    ids = [int(frame.id) for frame in heard if frame.id is not None]
    if len(ids) < len(heard):
        return "id: an event has none"
    if ids != list(range(ids[0], ids[0] + len(ids))):
        return f"order: its ids are {ids}"
    for frame, number in zip(heard, ids, strict=True):
        record: dict[str, Any] = json.loads(frame.data or "")
        made = number - (frame is heard[-1])
        if record["revision"] != made:
            return f"id: {frame.event} has the id {number} and revision {record['revision']}"
    return None
