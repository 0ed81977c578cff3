"""Everything that both sides say of the streams of a repository, read once."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from wirelaw.events.listeners import EVENT, Listener, listeners
from wirelaw.events.pairs import KINDS, Pair, pairs, sent
from wirelaw.events.streams import Stream, streams
from wirelaw.finding import Place
from wirelaw.repository import Repository

_READ: "WeakKeyDictionary[Any, Wire]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Wire:
    """The streams of the service, the places of the page that read them, and which belongs to which."""

    streams: tuple[Stream, ...]
    listeners: tuple[Listener, ...]
    pairs: tuple[Pair, ...]

    @classmethod
    def of(cls, repository: Repository) -> "Wire":
        """Return what the sources of a repository say."""
        service = repository.service
        if service not in _READ:
            sending = streams(service)
            reading = listeners(repository.page)
            _READ[service] = cls(
                tuple(sending), tuple(reading), tuple(pairs(sending, reading))
            )
        return _READ[service]


@dataclass(frozen=True)
class StreamFact:
    """One stream as `wirelaw map` shows it."""

    place: Place
    paths: tuple[str, ...]  #: of its routes, as their decorators say
    word: str  #: where the names of its events stand: `event field`, `data.type`, or "" without names
    names: tuple[str, ...]
    typed: int  #: events whose data is understood
    events: int
    not_understood: tuple[Place, ...]  #: frames that may have other names
    readers: tuple[Place, ...]  #: of the page


def stream_facts(repository: Repository) -> list[StreamFact]:
    """Return every stream of the service, by place."""
    wire = Wire.of(repository)
    return [_fact(one, wire) for one in wire.streams]


def _fact(stream: Stream, wire: Wire) -> StreamFact:
    at = EVENT if stream.is_named else next((one for one in KINDS if sent(stream, one)), "")
    return StreamFact(
        place=stream.place,
        paths=stream.paths,
        word=at if at in {EVENT, ""} else f"data.{at}",
        names=tuple(sorted(sent(stream, at))) if at else (),
        typed=sum(one.payload is not None for one in stream.events),
        events=len(stream.events),
        not_understood=tuple(stream.unknown),
        readers=tuple(one.listener.place for one in wire.pairs if one.stream is stream),
    )
