"""A stream that was read to its end, held to the laws that its operation declares in `x-sse`."""

import json
from typing import Any

from contract_tests.document import Operation


def frames(text: str) -> list[dict[str, str]]:
    """Parse the frames that carry something; comments say nothing."""
    found = []
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        fields = dict(line.partition(": ")[::2] for line in lines)
        if "data" in fields:
            found.append(fields)
    return found


def broken_law(operation: Operation, text: str, *, asked: str | None = None) -> str | None:
    """Say which law a whole stream breaks, or None.

    Args:
        operation: that was asked.
        text: all that it sent.
        asked: the Last-Event-ID.
    """
    laws = operation.content["x-sse"]
    heard = frames(text)
    if not heard:
        return "first: it closed without an event"
    if heard[0]["event"] != laws["first"] and asked is None:
        return f"first: it begins with {heard[0]['event']}"
    last = heard[-1]
    if last["event"] != laws["last"]:
        return f"end: it closed after {last['event']}, not after {laws['last']}"
    return _broken_order(heard)


def _broken_order(heard: list[dict[str, str]]) -> str | None:
    ids = [int(frame["id"]) for frame in heard]
    if ids != list(range(ids[0], ids[0] + len(ids))):
        return f"order: its ids are {ids}"
    for frame, number in zip(heard, ids, strict=True):
        record: dict[str, Any] = json.loads(frame["data"])
        made = number - (frame is heard[-1])
        if record["revision"] != made:
            return f"id: {frame['event']} has the id {number} and revision {record['revision']}"
    return None
