"""Events: each is not sent, renamed, sent without a name, sent twice, and sent out of order.

An event is dropped where it is logged and where each stream reads it; the other changes are where frames are written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.members import other_word
from contract_tests.drift.operators.python import (
    Mutant,
    Source,
    Splice,
    assignments,
    class_of,
    drifts,
    function,
    inside,
    only,
    parsed,
)

EVENTS = "quant_engine/api/schemas/events.py"
JOBS = "quant_engine/api/schemas/jobs.py"
ROWS = "quant_engine/api/jobs/rows.py"
LOG = "quant_engine/api/jobs/log.py"
STREAMS = "quant_engine/api/services/jobs.py"
DELETIONS = "quant_engine/api/jobs/deletions.py"
LINES = "quant_engine/api/jobs/job_log.py"
LINE_SCHEMA = "quant_engine/api/schemas/job_log.py"

POSITION, RESET = "position", "reset"
NAMED = "event: {event}\\n"
OF_JOB, OF_ALL = "in-stream-of-job", "in-stream-of-all"


@dataclass(frozen=True)
class Event:
    """One event."""

    name: str
    code: str  #: its expression in the service's code
    is_logged: bool
    is_final: bool


def event_drifts(files: Files) -> Iterator[Drift]:
    """Drop, rename, unname, repeat and reorder every event."""
    return drifts(files, _mutants(files))


def _mutants(files: Files) -> Iterator[Mutant]:
    events, streams = parsed(files, EVENTS), parsed(files, STREAMS)
    for event in names(parsed(files, JOBS)):
        if event.is_logged:
            yield from _dropped(files, event)
        yield from _renamed(files, events, streams, event)
        yield from _unnamed(events, event)
        yield from _repeated(events, event)
        yield from _reordered(files, streams, event)
    yield from _dropped_by_streams(streams)
    yield from _of_logs(files, events)
    yield from _of_deletions(files, events, streams)


def _of_deletions(files: Files, events: Source, streams: Source) -> Iterator[Mutant]:
    """Change the event of a deletion in the same ways."""
    rows = parsed(files, DELETIONS)
    deleted = Event("deleted", "DELETED", is_logged=True, is_final=False)
    owner = class_of(rows, "DeletionRows")
    logged = only(rows, owner, "await execute(insert(job_events).values(entry))")
    yield (
        "event-drop-deleted",
        "The service never logs `deleted`; the page shows a deleted job until it is loaded again.",
        rows.instead(logged, "pass"),
    )
    new = other_word(deleted.name)
    yield (
        "event-rename-deleted",
        f"`deleted` is called `{new}` in the contract; clients that listen for the old name receive nothing.",
        *(
            events.instead(node, f'"{new}"')
            for node in inside(events.module, cst.SimpleString)
            if events.code(node) == '"deleted"'
        ),
    )
    yield from _unnamed(events, deleted)
    yield from _repeated(events, deleted)
    yield _held(streams, deleted)


def _of_logs(files: Files, events: Source) -> Iterator[Mutant]:
    """Change the events of a job's log in the same ways."""
    lines, schema = parsed(files, LINES), parsed(files, LINE_SCHEMA)
    owner = function(lines, "_read")
    for member in assignments(class_of(schema, "LogEvent")):
        name = schema.code(member.value).strip('"')
        event = Event(name, f'"{name}"', is_logged=False, is_final=False)
        sent = next(
            node
            for node in inside(owner, cst.Expr)
            if f"LogEvent.{name.upper()}" in lines.code(node)
        )
        yield (
            f"event-drop-{name}",
            f"The stream of a log never sends `{name}`; its numbers have a gap that nothing states.",
            lines.instead(sent, "pass"),
        )
        yield (
            f"event-rename-{name}",
            f"`{name}` of a log has another name; clients that listen for the old name receive nothing.",
            schema.instead(member.value, f'"{other_word(name)}"'),
        )
        yield from _unnamed(events, event)
        yield from _repeated(events, event)
        yield (
            f"event-reorder-{name}",
            f"The stream of a log sends `{name}` after the other events of the same read.",
            lines.instead(
                only(lines, owner, "tuple(frames)"),
                f'tuple(sorted(frames, key=lambda one: b"event: {name}\\n" in one))',
            ),
        )


def names(source: Source) -> list[Event]:
    """Return the events of the contract: those of the enumeration, and the two of the stream of all jobs."""
    table = source.code(class_of(source, "Transition"))
    # a status that no transition leaves is final
    rows = re.findall(r"= (\S+), JobStatus\.(\w+), EventName\.(\w+)", table)
    left = {before.removeprefix("JobStatus.") for before, _, _ in rows}
    final = {name for _, after, name in rows if after not in left}
    found = []
    for member in assignments(class_of(source, "EventName")):
        name = source.code(member.targets[0].target)
        word = source.code(member.value).strip('"')
        found.append(Event(word, f"EventName.{name}", name != "DONE", name in final))
    others = (
        Event(name, f'"{name}"', is_logged=False, is_final=False) for name in (POSITION, RESET)
    )
    return [*found, *others]


def _dropped(files: Files, event: Event) -> Iterator[Mutant]:
    rows, log = parsed(files, ROWS), parsed(files, LOG)
    owner = function(rows, "_log")
    (line,) = (one for one in owner.body.body if "execute(_LOG, " in rows.code(one))
    logged = rows.code(line).replace("\n", "\n    ")
    yield (
        f"event-drop-{event.name}",
        f"The service never logs `{event.name}`; no client receives it, and revisions have a gap.",
        rows.instead(line, f'if transition.event != "{event.name}":\n            {logged}'),
    )
    for place, reader in ((OF_JOB, "_read_job"), (OF_ALL, "_read_all")):
        (frames,) = inside(function(log, reader), cst.CompFor)
        yield (
            f"event-drop-{event.name}-{place}",
            f"The service logs `{event.name}` and does not send it {place.replace('-', ' ')}; clients miss it.",
            log.instead(frames, f'{log.code(frames)} if row["event"] != {event.code}'),
        )


def _dropped_by_streams(streams: Source) -> Iterator[Mutant]:
    first = "frame(id=record.revision, event=EventName.STATUS, data=data)"
    yield (
        "event-drop-status-at-the-beginning-of-job",
        "A job's stream does not begin with `status`; the page shows nothing until something happens.",
        streams.instead(only(streams, function(streams, "stream_job"), first), 'b""'),
    )
    owner = function(streams, "_all_frames")
    (joined,) = (
        node.test
        for node in inside(owner, cst.If)
        if streams.code(node.test) == "position is not None"
    )
    yield (
        "event-drop-status-at-the-beginning-of-all",
        "The stream of all jobs sends a new client nothing about jobs that run already.",
        streams.instead(joined, "position"),
    )
    frame = f'frame(id=here, event="{POSITION}", data=Position().model_dump_json())'
    yield (
        f"event-drop-{POSITION}",
        "An idle stream of all jobs has no id; a client that loses it misses what comes before the next event.",
        streams.instead(only(streams, owner, frame), 'b"\\n"'),
    )
    yield from _done_dropped(streams)
    frame = f'yield RETRY + frame(id=here, event="{RESET}", data=data)'
    yield (
        f"event-drop-{RESET}",
        "A reader with an expired position starts again, and only the log file records it.",
        streams.instead(
            only(streams, owner, frame), '_log.info("A reader starts again: %s", data)'
        ),
    )


def _done_dropped(streams: Source) -> Iterator[Mutant]:
    owner = function(streams, "_job_frames")
    done = "done = frame(id=after + 1, event=EventName.DONE, data=events.final)"
    joined = only(streams, owner, 'b"".join((*events.frames, done))')
    yield (
        "event-drop-done",
        "A stream closes after the terminal event without `done`; clients reconnect in vain.",
        streams.instead(joined, 'b"".join(events.frames)'),
        streams.without(only(streams, owner, done)),
    )
    late = only(streams, owner, "yield frame(id=after + 1, event=EventName.DONE, data=ended)")
    yield (
        "event-drop-done-for-late-readers",
        "The stream of a job that ended long ago sends `status` alone; clients reconnect for ever.",
        streams.without(late),
    )


def _renamed(files: Files, events: Source, streams: Source, event: Event) -> Iterator[Mutant]:
    new = other_word(event.name)
    title = f"`{event.name}` is called `{new}`"
    is_member = event.name not in {POSITION, RESET}
    yield (
        f"event-rename-{event.name}",
        f"{title} in the contract; clients that listen for the old name receive nothing.",
        *(_of_member(files, event, new) if is_member else _of_other(events, streams, event, new)),
    )
    written = _written(events)
    yield (
        f"event-rename-{event.name}-on-the-wire",
        f"{title} on the wire, and not in the contract; clients that listen for the declared name receive nothing.",
        events.before(written, f'    name = "{new}" if event == {event.code} else event\n'),
        events.instead(written, events.code(written).replace("{event}", "{name}")),
    )


def _of_member(files: Files, event: Event, new: str) -> list[Splice]:
    jobs = parsed(files, JOBS)
    return [
        jobs.instead(one.value, f'"{new}"')
        for one in assignments(class_of(jobs, "EventName"))
        if jobs.code(one.value) == f'"{event.name}"'
    ]


def _of_other(events: Source, streams: Source, event: Event, new: str) -> list[Splice]:
    keys = {id(one.key) for one in inside(events.module, cst.DictElement)}
    return [
        source.instead(node, f'"{new}"')
        for source in (events, streams)
        for node in inside(source.module, cst.SimpleString)
        if source.code(node) == event.code and id(node) not in keys
    ]


def _written(events: Source) -> cst.CSTNode:
    *_, last = function(events, "frame").body.body
    return last


def _unnamed(events: Source, event: Event) -> Iterator[Mutant]:
    written = _written(events)
    named = f'    named = "" if event == {event.code} else f"{NAMED}"\n'
    yield (
        f"event-unname-{event.name}",
        f"The frame of `{event.name}` has no event line; clients that listen by name do not receive it.",
        events.before(written, named),
        events.instead(written, events.code(written).replace(NAMED, "{named}")),
    )


def _repeated(events: Source, event: Event) -> Iterator[Mutant]:
    written = _written(events)
    twice = f"{events.code(written)} * (2 if event == {event.code} else 1)"
    yield (
        f"event-repeat-{event.name}",
        f"The service sends `{event.name}` twice with the same id; clients count two.",
        events.instead(written, twice),
    )


def _reordered(files: Files, streams: Source, event: Event) -> Iterator[Mutant]:
    frames = function(streams, "_job_frames")
    joined = only(streams, frames, 'b"".join((*events.frames, done))')
    if event.is_final:
        late = f'key=lambda one: b"event: {event.name}\\n" in one'
        yield (
            f"event-reorder-{event.name}",
            f"The service sends `{event.name}` after `done`, when clients no longer listen.",
            streams.instead(joined, f'b"".join(sorted((*events.frames, done), {late}))'),
        )
        log = parsed(files, LOG)
        (each,) = inside(function(log, "_read_all"), cst.CompFor)
        late = f'key=lambda row: row["event"] == {event.code}'
        yield (
            f"event-reorder-{event.name}-{OF_ALL}",
            f"The stream of all jobs sends `{event.name}` after later events; revisions decrease.",
            log.instead(each, f" for row in sorted(rows, {late})"),
        )
    elif event.is_logged or event.name == POSITION:
        yield _held(streams, event)
    elif event.name == RESET:
        frame = f'frame(id=here, event="{RESET}", data=data)'
        yield (
            f"event-reorder-{RESET}",
            "The service sends `reset` after its position; clients discard new events.",
            streams.instead(
                only(streams, function(streams, "_all_frames"), frame),
                f'frame(id=here, event="{POSITION}", data="{{}}") + {frame}',
            ),
        )
    else:
        yield (
            f"event-reorder-{event.name}",
            f"The service sends `{event.name}` before the terminal event, which clients then do not read.",
            streams.instead(joined, 'b"".join((done, *events.frames))'),
        )


def _held(streams: Source, event: Event) -> Mutant:
    owner = function(streams, "_logged")
    (loop,) = inside(owner, cst.For)
    (attempt,) = inside(owner, cst.Try)
    lines = (
        "async for chunk in frames:",
        f'    if not held and b"event: {event.name}\\n" in chunk:',
        "        held = chunk",
        "        continue",
        "    yield chunk + held",
        '    held = b""',
    )
    return (
        f"event-reorder-{event.name}",
        f"The service sends `{event.name}` after the next event; the page returns to an older state.",
        streams.before(attempt, '        held = b""\n'),
        streams.instead(loop, "\n            ".join(lines)),
    )
