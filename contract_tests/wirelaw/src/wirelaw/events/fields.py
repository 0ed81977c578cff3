"""Fields of an event's data that the page reads and no such event has."""

import re
from collections.abc import Iterator

from wirelaw.events.frames import Event
from wirelaw.events.listeners import EVENT, Listener, Read
from wirelaw.events.pairs import Pair, sent
from wirelaw.events.payloads import KINDS, Payload
from wirelaw.events.streams import Stream
from wirelaw.events.wire import Wire
from wirelaw.finding import Finding, Place
from wirelaw.repository import Check, Repository

_PART = "sources"
_SHOWN = 6
#: members of strings and lists of JavaScript
_BUILT_IN = frozenset(["length", "size", "toString", "constructor", "then"])
_ERROR = re.compile(r"error|fail", re.IGNORECASE)
#: fields that say why
_REASONS = frozenset(["message", "error", "detail", "details", "reason", "msg", "error_message"])
#: a handler of fewer kinds of events reads what each of them has
_MANY = 3


def payload_field(repository: Repository) -> Iterator[Finding]:
    """Find fields that are read of events that do not have them."""
    wire = Wire.of(repository)
    for listener in wire.listeners:
        mine = [one for one in wire.pairs if one.listener is listener]
        if not mine:
            continue
        seen: set[tuple[str, str]] = set()
        wrapped: dict[Place, tuple[Event, str, list[Read]]] = {}
        for read in listener.reads:
            events = _reaching(mine, listener, read)
            for event, name in _wrapped(events, listener, read):
                reads = wrapped.setdefault(event.place, (event, name, []))[2]
                reads += [read] if read.path not in {one.path for one in reads} else []
            for finding in _judge(events, listener, read):
                key = (finding.source, finding.key[0])
                if key not in seen:
                    seen.add(key)
                    yield finding
        for event, name, reads in wrapped.values():
            yield _too_high(event, name, listener, reads)


def reason_not_read(repository: Repository) -> Iterator[Finding]:
    """Find events that report an error, and that the page handles without reading what they say."""
    wire = Wire.of(repository)
    for stream in wire.streams:
        readers = [one.listener for one in wire.pairs if one.stream is stream]
        for event in stream.events:
            for at in (EVENT, *KINDS):
                for word in _words(event, at):
                    finding = _unread(event, at, word, readers)
                    if finding is not None:
                        yield finding


def _unread(event: Event, at: str, word: str, readers: list[Listener]) -> Finding | None:
    reasons = _REASONS & set(event.payload.fields if event.payload is not None else ()) - {at}
    handling = [one.handled(at).get(word) for one in readers]
    if not (_ERROR.search(word) and reasons) or any(
        one.is_open or one.style == "native" or _looks_at(one, at, word) for one in readers
    ):
        return None
    handled = next((one for one in handling if one is not None and not one.is_weak), None)
    if handled is None or event.payload is None:
        return None
    return Finding(
        part=_PART,
        pointer=str(handled.place),
        code="error-event-not-read",
        found=f'handles "{word}" and reads nothing of it',
        expected=f"sends {_shown(event.payload, '')} with it",
        source=str(event.payload.place),
        key=(word, handled.place.path),
        fix="show " + " or ".join(f"`{one}`" for one in sorted(reasons)),
    )


def _looks_at(listener: Listener, at: str, word: str) -> bool:
    """Whether a listener reads any of an event beside the word that says its kind, in its branch or outside of all."""
    others = set(listener.handled(at)) - {word}
    looks = [
        *((one.path, one.within) for one in listener.reads),
        *((one.at, one.within) for one in listener.uses),
    ]
    return any(
        path not in {at, EVENT}
        and not any(set(words) & others and word not in words for words in within)
        for path, within in looks
    )


def _reaching(mine: list[Pair], listener: Listener, read: Read) -> list[Event]:
    """Return the events whose payload a read is of; none where not all of them are understood."""
    steps = read.path.split(".")
    if len(steps) > 2 or steps[-1] in _BUILT_IN:
        return []
    streams = list({id(one.stream): one.stream for one in mine}.values())
    if any(one.unknown for one in streams):
        return []
    return [event for one in streams for event in _events(one, listener, read)]


def _judge(events: list[Event], listener: Listener, read: Read) -> Iterator[Finding]:
    steps = read.path.split(".")
    flat = [one for one in events if not list(_wrapped([one], listener, read))]
    payloads = [one.payload for one in flat]
    if not flat or any(one is None or one.is_open for one in payloads):
        return
    have = [_has(one, steps) for one in payloads if one is not None]
    above = [_has(one, steps[:1]) for one in payloads if one is not None]
    if None in have or (len(steps) > 1 and not any(above)):
        # the read of the field above is the finding
        return
    if not any(have):
        yield _missing(flat, listener, read)
    elif len(steps) == 1:
        lacking = [event for event, has in zip(flat, have, strict=True) if not has]
        yield from _mostly_missing(flat, lacking, listener, read)


def _events(stream: Stream, listener: Listener, read: Read) -> list[Event]:
    """Return the events whose payload a read is of: those that come through all branches around it."""
    every = [one for one in stream.events if not one.is_ping]
    places = [EVENT, *(one for one in KINDS if sent(stream, one))]
    reaching = every
    for words in read.within:
        for at in places:
            if {word for one in every for word in _words(one, at)} & set(words):
                reaching = [one for one in reaching if _words(one, at) & set(words)]
                break
            # a branch for a kind of event that comes from elsewhere
            if set(words) & set(listener.handled(at)):
                return []
    if not stream.is_named or listener.style != "native":
        return reaching
    handled = set(listener.handled(EVENT))
    return [one for one in reaching if _words(one, EVENT) & handled]


def _words(event: Event, at: str) -> frozenset[str]:
    if at == EVENT:
        return event.names or frozenset(["message"])
    words = event.payload.words(at) if event.payload is not None else None
    return words or frozenset()


def _has(payload: Payload, steps: list[str]) -> bool | None:
    member = payload.fields.get(steps[0])
    if member is None:
        return False
    if len(steps) == 1:
        return True
    if member.inner is None or member.inner.is_open:
        return None
    return steps[1] in member.inner.fields


def _missing(events: list[Event], listener: Listener, read: Read) -> Finding:
    place = min(events, key=lambda one: one.place)
    return _finding(
        listener,
        read,
        found=f"reads `{read.path}` of {_named(events)}",
        expected=f"sends {_shown(place.payload, read.path)} and never that",
        source=place,
    )


def _mostly_missing(
    events: list[Event], lacking: list[Event], listener: Listener, read: Read
) -> Iterator[Finding]:
    """One handler of many events takes a literal for a field that most of them lack."""
    names = {word for one in events for word in _words(one, EVENT)}
    without = {word for one in lacking for word in _words(one, EVENT)}
    without -= {word for one in events if one not in lacking for word in _words(one, EVENT)}
    if read.fallback in {None, '""', "''"} or len(names) < _MANY or len(without) * 2 <= len(names):
        return
    yield _finding(
        listener,
        read,
        found=f"takes {read.fallback} where an event has no `{read.path}`",
        expected=f"sends {_quoted(without)} without it",
        source=min(
            (one for one in lacking if _words(one, EVENT) & without), key=lambda one: one.place
        ),
    )


def _wrapped(events: list[Event], listener: Listener, read: Read) -> Iterator[tuple[Event, str]]:
    """Yield the events that carry a field one level deeper than the page reads it, and the name of that level."""
    steps = read.path.split(".")
    for event in events:
        if event.payload is None or len(steps) != 1 or steps[0] in event.payload.fields:
            continue
        inside = [
            name
            for name, member in event.payload.fields.items()
            if member.inner is not None and steps[0] in member.inner.fields
        ]
        goes_in = any(one.path.split(".")[0] in inside for one in listener.reads)
        if len(inside) == 1 and not goes_in:
            yield event, inside[0]


def _too_high(event: Event, name: str, listener: Listener, reads: list[Read]) -> Finding:
    paths = sorted(one.path for one in reads)
    shown = ", ".join(f"`{one}`" for one in paths[:_SHOWN])
    return _finding(
        listener,
        min(reads, key=lambda one: one.place),
        found=f"reads {shown} at the top of the data",
        expected=f"sends {_named([event])} with {'them' if len(paths) > 1 else 'it'} inside `{name}`",
        source=event,
    )


def _finding(listener: Listener, read: Read, found: str, expected: str, source: Event) -> Finding:
    words = sorted(_words(source, EVENT))
    return Finding(
        part=_PART,
        pointer=str(read.place),
        code="payload-field",
        found=found,
        expected=expected,
        source=str(source.payload.place if source.payload is not None else source.place),
        key=(read.path, *words, listener.place.path),
        fix=f"send `{read.path}`, or read what the event has",
    )


def _named(events: list[Event]) -> str:
    names = {word for one in events for word in one.names or ()}
    return f"the event {_quoted(names)}" if names else "the data"


def _quoted(names: set[str]) -> str:
    ordered = sorted(names)
    shown = ", ".join(f'"{one}"' for one in ordered[:_SHOWN])
    return f"{shown} and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else shown


def _shown(payload: Payload | None, path: str) -> str:
    fields = payload.fields if payload is not None else {}
    first, _, rest = path.partition(".")
    if rest and first in fields and fields[first].inner is not None:
        fields = fields[first].inner.fields  # type: ignore[union-attr]
    names = ", ".join(f"`{one}`" for one in sorted(fields)[:_SHOWN])
    return (
        f"{names} and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else names or "nothing"
    )


CHECKS = (
    Check(
        "payload-field",
        0,
        "The page reads a field of an event's data that the event does not carry: it is `undefined`, or the default beside it"
        " is used in place of what the service never sent.",
        "Send the field with the event, or read the one that is sent.",
        payload_field,
    ),
    Check(
        "error-event-not-read",
        0,
        "The page handles an event that reports an error, and reads nothing of what it says: users see a general text, or"
        " nothing, in place of the reason.",
        "Show the reason that the event carries, or send the event without it.",
        reason_not_read,
    ),
)
