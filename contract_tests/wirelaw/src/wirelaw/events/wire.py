"""Everything that both sides say of the streams of a repository, read once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from wirelaw.events.listeners import EVENT, Listener, listeners
from wirelaw.events.pairs import Pair, pairs, sent
from wirelaw.events.payloads import KINDS
from wirelaw.events.streams import Stream, streams
from wirelaw.finding import Place
from wirelaw.python import Sources, children
from wirelaw.repository import Repository


@dataclass(frozen=True)
class Wire:
    """The streams of the service, the places of the page that read them, and which belongs to which."""

    streams: tuple[Stream, ...]
    listeners: tuple[Listener, ...]
    pairs: tuple[Pair, ...]

    @classmethod
    def of(cls, repository: Repository) -> "Wire":
        """Return what the sources of a repository say."""
        return repository.once(cls._read)

    @classmethod
    def _read(cls, repository: Repository) -> "Wire":
        sending = repository.service.once(streams)
        reading = listeners(repository.page)
        return cls(tuple(sending), tuple(reading), tuple(pairs(sending, reading)))


def written_words(sources: Sources) -> frozenset[str]:
    """Return the strings that code of the service passes, assigns or returns anywhere, by constants or enumerations.

    Keys and comparisons do not count, nor a member of an enumeration that no function names. `message` is left out: it
    is the name that the standard gives to an event without one.
    """
    modules = sources.modules.values()
    #: members that functions name
    named = {
        node.attr
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.Attribute) and module.scope(node) is not None
    }
    found = {word for module in modules for word in _words(module.tree, named)}
    return frozenset(found - {"message"})


def _words(node: ast.AST, named: set[str]) -> Iterator[str]:
    inner: list[ast.AST]
    if isinstance(node, ast.ClassDef):
        inner = [
            one for one in node.body if not isinstance(one, ast.Assign) or _is_named(one, named)
        ]
    elif isinstance(node, ast.Dict):
        inner = list(node.values)
    elif isinstance(node, ast.Subscript | ast.Compare):
        inner = [node.value] if isinstance(node, ast.Subscript) else []
    else:
        inner = children(node)
    for one in inner:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
        else:
            yield from _words(one, named)


def _is_named(statement: ast.Assign, named: set[str]) -> bool:
    return any(isinstance(one, ast.Name) and one.id in named for one in statement.targets)


@dataclass(frozen=True)
class StreamFact:
    """One stream as `wirelaw map` shows it."""

    place: Place
    paths: tuple[str, ...]  #: of its routes, as their decorators say
    word: (
        str  #: where the names of its events stand: `event field`, `data.type`, or "" without names
    )
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
