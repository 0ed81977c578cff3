"""Names of events that one side has and the other has not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from wirelaw.events.listeners import EVENT, Listener, is_decided
from wirelaw.events.pairs import position, sent
from wirelaw.events.payloads import STATES
from wirelaw.events.streams import Stream
from wirelaw.events.wire import Wire, written_words
from wirelaw.finding import Finding, Place
from wirelaw.repository import Check, Repository

_PART = "sources"
#: what browsers themselves send to a native EventSource
_NATIVE = {"open", "error"}
_SHOWN = 8


def not_handled(repository: Repository) -> Iterator[Finding]:
    """Find events that are sent, and not handled where the page handles the others of the stream."""
    wire = Wire.of(repository)
    for stream, at, readers in _groups(wire):
        words = sent(stream, at)
        if any(one.takes_any(at, words) for one in readers):
            continue
        handled = {word for one in readers for word in one.handled(at)}
        common = words & handled
        # a page that picks a few events of many leaves out the others by intent
        if len(common) * 2 < len(words) or _has_prefix(words, handled):
            continue
        if at in STATES and any(_shows(one, at) for one in readers):
            continue
        reader = max(readers, key=lambda one: len(words & set(one.handled(at))))
        explicit = {one.word for one in reader.words if one.at == at}
        for word in sorted(words - handled):
            yield Finding(
                part=_PART,
                pointer=str(_place(reader, at)),
                code="event-not-handled",
                found=f"{_verb(reader, at)} {_listed(explicit)}{_of(at)}",
                expected=f'also sends "{word}"',
                source=str(_sent_at(stream, at, word)),
                key=(word, _where(at), reader.place.path),
                fix=f'handle "{word}" on the page, or stop sending it',
            )


def not_sent(repository: Repository) -> Iterator[Finding]:
    """Find events that the page handles and no stream sends, where every name of the stream is understood."""
    wire = Wire.of(repository)
    for listener in wire.listeners:
        mine = [one for one in wire.pairs if one.listener is listener]
        if not mine or any(one.stream.unknown for one in mine):
            continue
        for at in {found for one in mine if (found := position(one.stream, listener)) is not None}:
            if not all(_is_closed(one.stream, at) for one in mine):
                continue
            words = frozenset[str]().union(*(_every(one.stream, at) for one in mine))
            written = repository.service.once(written_words)
            for word, handled in sorted(listener.handled(at).items()):
                if (
                    word in words
                    or handled.is_weak
                    or is_decided(handled.within)
                    or word in _ignored(at)
                ):
                    continue
                if word in written:
                    # it may be sent in a way that is not followed
                    continue
                unnamed = (one for pair in mine for one in pair.stream.events if not one.names)
                if at == EVENT and word == "message" and any(unnamed):
                    continue
                yield Finding(
                    part=_PART,
                    pointer=str(handled.place),
                    code="event-not-sent",
                    found=f'waits for "{word}"{_of(at)}',
                    expected=f"sends {_listed(words)} and never that",
                    source=str(mine[0].stream.place),
                    key=(word, _where(at), listener.place.path),
                    fix=f'send "{word}", or remove the branch that waits for it',
                )


def default_only(repository: Repository) -> Iterator[Finding]:
    """Find a native EventSource that sets `onmessage` only, while every event of its stream has a name."""
    for pair in Wire.of(repository).pairs:
        listener, stream = pair.listener, pair.stream
        if listener.style != "native" or listener.is_subscribed or listener.onmessage is None:
            continue
        words = sent(stream, EVENT)
        others = [one for one in stream.events if not one.names or "message" in one.names]
        if not words or others or stream.unknown:
            continue
        first = min(one.place for one in stream.events if one.names and not one.is_ping)
        yield Finding(
            part=_PART,
            pointer=str(listener.onmessage),
            code="event-default-only",
            found="sets only `onmessage`, which receives events without a name",
            expected=f"sends {_listed(words)} by name: nothing arrives",
            source=str(first),
            key=(*sorted(words), listener.place.path),
            fix="listen with `addEventListener` to each name, or send the events without `event`",
        )


def no_data(repository: Repository) -> Iterator[Finding]:
    """Find events without data: by the standard, an EventSource drops them."""
    for pair in Wire.of(repository).pairs:
        listener, stream = pair.listener, pair.stream
        if listener.style != "native" or not stream.is_named:
            continue
        for event in stream.events:
            for word in sorted(event.names or ()):
                handled = listener.handled(EVENT).get(word)
                with_data = any(word in (one.names or ()) and one.has_data for one in stream.events)
                if event.has_data or handled is None or with_data:
                    continue
                yield Finding(
                    part=_PART,
                    pointer=str(handled.place),
                    code="event-no-data",
                    found=f'listens to "{word}" with an EventSource, which drops events without data',
                    expected=f'sends "{word}" without data',
                    source=str(event.place),
                    key=(word, listener.place.path),
                    fix='send some data with it, such as "{}"',
                )


def named_error(repository: Repository) -> Iterator[Finding]:
    """Find events named `error` that a native EventSource delivers as if the connection had failed."""
    for pair in Wire.of(repository).pairs:
        listener, stream = pair.listener, pair.stream
        if listener.style != "native" or listener.onerror is None:
            continue
        events = [one for one in stream.events if "error" in (one.names or ())]
        if not events:
            continue
        taken = _errors_by_text(listener)
        for event in events if taken or not listener.reads_error else ():
            text, seen = _unlike(event, taken)
            if taken and text is None:
                continue
            how = f' unless its {seen[0]} is "{seen[1]}"' if seen else ""
            yield Finding(
                part=_PART,
                pointer=str(listener.onerror),
                code="event-named-error",
                found=f"takes every `error` for a lost connection{how}",
                expected='sends an event named "error"' + (f' with "{text}"' if text else ""),
                source=str(event.place),
                key=("error", text or "", listener.place.path),
                fix="give the event another name, such as `failed`, or tell both apart by `event.data`",
            )


def _errors_by_text(listener: Listener) -> dict[str, set[str]]:
    """Return the sentences by which the listener of errors knows an event of the service, by field."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in listener.words:
        if one.at != EVENT and ("error",) in one.within and " " in one.word:
            found[one.at].add(one.word)
    return found


def _unlike(event: object, taken: dict[str, set[str]]) -> tuple[str | None, tuple[str, str] | None]:
    payload = getattr(event, "payload", None)
    for at, texts in taken.items():
        words = payload.words(at) if payload is not None else None
        others = sorted((words or frozenset()) - texts)
        if others:
            return others[0], (at, min(texts))
    return None, None


def _groups(wire: Wire) -> Iterator[tuple[Stream, str, list[Listener]]]:
    found: dict[tuple[int, str], tuple[Stream, str, list[Listener]]] = {}
    for pair in wire.pairs:
        at = position(pair.stream, pair.listener)
        if at is not None:
            key = (id(pair.stream), at)
            found.setdefault(key, (pair.stream, at, []))[2].append(pair.listener)
    yield from found.values()


def _is_closed(stream: Stream, at: str) -> bool:
    """Whether the words of every event are understood."""
    if at == EVENT:
        return all(one.names is not None for one in stream.events)
    return all(
        one.payload is not None
        and (
            one.payload.words(at) is not None
            if at in one.payload.fields
            else not one.payload.is_open
        )
        for one in stream.events
    )


def _every(stream: Stream, at: str) -> frozenset[str]:
    """Return what a stream sends or may send."""
    if at == EVENT:
        return frozenset().union(*(one.names or frozenset() for one in stream.events))
    words = (one.payload.words(at) for one in stream.events if one.payload is not None)
    return frozenset().union(*(one or frozenset() for one in words))


def _sent_at(stream: Stream, at: str, word: str) -> Place:
    if at == EVENT:
        return min(one.place for one in stream.events if word in (one.names or ()))
    members = (
        one.payload.fields[at]
        for one in stream.events
        if one.payload is not None and at in one.payload.fields
    )
    return min(member.place for member in members if word in (member.words or ()))


def _place(listener: Listener, at: str) -> Place:
    places = [one.place for one in listener.words if one.at == at and not is_decided(one.within)]
    return places[0] if places else listener.place


def _shows(listener: Listener, at: str) -> bool:
    return any(one.at == at and not is_decided(one.within) for one in listener.uses)


def _has_prefix(words: Iterable[str], handled: Iterable[str]) -> bool:
    starts = [one[:-1] for one in handled if one.endswith("*")]
    return any(word.startswith(start) for word in words for start in starts)


def _ignored(at: str) -> set[str]:
    return _NATIVE if at == EVENT else set()


def _verb(listener: Listener, at: str) -> str:
    return "listens to" if listener.style == "native" and at == EVENT else "handles"


def _listed(words: Iterable[str]) -> str:
    names = sorted(words)
    shown = ", ".join(f'"{one}"' for one in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _of(at: str) -> str:
    return "" if at == EVENT else f" in `{at}`"


def _where(at: str) -> str:
    return "event" if at == EVENT else f"data.{at}"


CHECKS = (
    Check(
        "event-not-handled",
        0,
        "The service sends an event that no listener of this stream handles: what it says never reaches the user.",
        "Handle the event on the page, or stop sending it.",
        not_handled,
    ),
    Check(
        "event-not-sent",
        0,
        "The page handles an event that the service never sends: the branch is dead, and whatever waits for it waits for ever.",
        "Send the event, or remove the branch. Often one side was renamed.",
        not_sent,
    ),
    Check(
        "event-default-only",
        0,
        "An EventSource hands events with a name to the listeners of that name only. The page sets `onmessage`, so nothing arrives.",
        "Use `addEventListener` with the names, or send the events without a name.",
        default_only,
    ),
    Check(
        "event-no-data",
        0,
        "The standard says that an event without data is dropped, so the listener of an EventSource is never called.",
        "Send some data with the event.",
        no_data,
    ),
    Check(
        "event-named-error",
        0,
        "An EventSource reports lost connections as `error`. A server event of that name arrives at the same listener, and is"
        " taken for a lost connection.",
        "Give the event another name, or tell both apart by whether there is data.",
        named_error,
    ),
)
