"""Which place of the page reads which stream: by address where both sides write it, and else by the words in common."""

from collections.abc import Iterator
from dataclasses import dataclass

from wirelaw.events.listeners import EVENT, Listener
from wirelaw.events.payloads import KINDS, STATES
from wirelaw.events.streams import SOCKET, Stream

#: words or fields that say more than one does
_MANY = 3


@dataclass(frozen=True)
class Pair:
    """A stream and a place that reads it."""

    stream: Stream
    listener: Listener
    is_by_address: bool


def sent(stream: Stream, at: str) -> frozenset[str]:
    """Return the words that a stream certainly sends in one position, without those that keep it open."""
    if at == EVENT:
        names = (one.names or frozenset() for one in stream.events if not one.is_ping)
        return frozenset().union(*names)
    found: set[str] = set()
    for one in stream.events:
        member = one.payload.fields.get(at) if one.payload is not None else None
        if member is not None and member.is_certain:
            found |= member.words or frozenset()
    return frozenset(found)


def position(stream: Stream, listener: Listener) -> str | None:
    """Return where the words stand that the page decides by, for events of this stream."""
    positions = listener.positions
    candidates = [EVENT] if stream.is_named else []
    # a page that decides by the field `event` is asked for that
    if not stream.is_named or EVENT not in positions:
        candidates += [one for one in positions if one in KINDS or one in STATES]
    for at in candidates:
        handled, words = set(listener.handled(at)), sent(stream, at)
        least = _MANY if at in STATES else 1
        if len(handled & words) >= least:
            return at
    return None


def pairs(streams: list[Stream], listeners: list[Listener]) -> list[Pair]:
    """Return the pairs, in the order of the listeners."""
    reading = [one for one in listeners if one.words or one.reads or one.uses]
    found: list[Pair] = []
    for one in listeners:
        mine = [two for two in streams if _carries(two, one)]
        count = sum(_carries(two, other) for two in mine[:1] for other in reading)
        found += _of(one, mine, count)
    return found


def _carries(stream: Stream, listener: Listener) -> bool:
    """Whether both are of one kind: messages of a socket, or a response that goes on."""
    return (stream.kind == SOCKET) == (listener.style == "socket")


def _of(listener: Listener, streams: list[Stream], count: int) -> Iterator[Pair]:
    by_address = [one for one in streams if _is_address(listener.url, one) is True]
    if by_address:
        # several where only the last step of the address is written
        most = max(_common(one, listener) for one in by_address)
        for one in by_address:
            if _common(one, listener) == most:
                yield Pair(one, listener, is_by_address=True)
        return
    possible = [one for one in streams if _is_address(listener.url, one) is None]
    scores = {id(one): _common(one, listener) for one in possible}
    best = max(scores.values(), default=0)
    is_only = len(streams) == 1 and count == 1
    if best >= 2 or (is_only and best):
        found = [one for one in possible if scores[id(one)] == best]
    elif is_only and (listener.style == "native" or not listener.words):
        found = possible
    else:
        similar = [one for one in possible if _has_its_fields(one, listener)]
        found = similar if len(similar) == 1 else []
    yield from (Pair(one, listener, is_by_address=False) for one in found)


def _common(stream: Stream, listener: Listener) -> int:
    at = position(stream, listener)
    return len(set(listener.handled(at)) & sent(stream, at)) if at is not None else 0


def _has_its_fields(stream: Stream, listener: Listener) -> bool:
    """Whether a stream has most fields that a listener reads."""
    reads = {one.path.partition(".")[0] for one in listener.reads}
    payloads = (one.payload for one in stream.events)
    common = reads & {name for one in payloads if one is not None for name in one.fields}
    return len(common) >= _MANY and len(common) * 2 > len(reads)


def _is_address(url: str | None, stream: Stream) -> bool | None:
    """Whether an address is that of a stream; None where too little of it is written."""
    if url is None or not stream.paths:
        return None
    steps = _steps(url)
    answers = [_fits(steps, _steps(path)) for path in stream.paths]
    if True in answers:
        return True
    return None if None in answers else False


def _steps(address: str) -> list[str]:
    path = address.partition("?")[0].partition("://")[2] or address.partition("?")[0]
    return ["{}" if "{" in one else one for one in path.strip("/").split("/") if one]


def _fits(url: list[str], path: list[str]) -> bool | None:
    literals = 0
    for one, other in zip(reversed(url), reversed(path), strict=False):
        if "{}" in (one, other):
            if one != other and one == "{}":
                break
            continue
        if one != other:
            return False
        literals += 1
    return True if literals else None
