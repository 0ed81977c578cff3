"""Checks a stream that was read to its end against the laws that its operation declares in `x-sse`."""

import json
from typing import Any

from wirelaw.contract.document import Operation
from wirelaw.running.sse import Frame, parse

Broken = tuple[str, str, str]  #: a law of `x-sse`, what it expects, and what was found


def broken_law(
    operation: Operation, content: bytes, *, last_event_id: str | None = None
) -> Broken | None:
    """Return the law that a whole stream breaks, or None."""
    laws = operation.content["x-sse"]
    frames = [frame for frame in parse(content) if frame.is_dispatched]
    if not frames:
        return "first", f"the event {laws['first']}", "no event"
    if laws["first"] not in (None, frames[0].event) and last_event_id is None:
        return "first", f"the event {laws['first']}", f"the event {frames[0].event}"
    if frames[-1].event != laws["last"]:
        return "last", f"the event {laws['last']}", f"the event {frames[-1].event}"
    return _broken_order(frames) if laws["terminal"] else _broken_lines(frames)


def _broken_lines(frames: list[Frame]) -> Broken | None:
    """Return what is wrong with the numbers of a log: each comes once, in a line or in a gap."""
    covered = 0
    for frame in frames[:-1]:
        data = json.loads(frame.data or "")
        first, last = (data.get(name, data.get("line")) for name in ("first", "last"))
        if covered and first != covered + 1:
            return "order", f"line {covered + 1}", f"{frame.event} of line {first}"
        if frame.id != str(last):
            return "id", f"the id {last}", str(frame.id)
        covered = last
    if covered and frames[-1].id != str(covered + 1):
        return "id", f"the id {covered + 1} in {frames[-1].event}", str(frames[-1].id)
    return None


def _broken_order(frames: list[Frame]) -> Broken | None:
    ids = [int(frame.id) for frame in frames if frame.id is not None]
    if len(ids) < len(frames):
        return "id", "an id for each event", "an event without one"
    if ids != list(range(ids[0], ids[0] + len(ids))):
        return "order", "consecutive ids", str(ids)
    for frame, number in zip(frames, ids, strict=True):
        record: dict[str, Any] = json.loads(frame.data or "")
        revision = number - (frame is frames[-1])
        if record["revision"] != revision:
            found = f"the revision {record['revision']}"
            return "id", f"the revision {revision} in {frame.event} with the id {number}", found
    return None
