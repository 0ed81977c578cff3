"""Everything that both sides say of the streams of a repository, read once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from wirelaw.events.listeners import EVENT, Listener, listeners
from wirelaw.events.pairs import Pair, pairs, sent
from wirelaw.events.payloads import KINDS
from wirelaw.events.streams import Stream, streams
from wirelaw.finding import Place
from wirelaw.python import Sources
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
            _READ[service] = cls(tuple(sending), tuple(reading), tuple(pairs(sending, reading)))
        return _READ[service]


def written_words(sources: Sources) -> frozenset[str]:
    """Return the strings that code of the service passes, assigns or returns anywhere, by constants or enumerations.

    Keys and comparisons do not count, nor a member of an enumeration that no function names. `message` is left out: it
    is the name that the standard gives to an event without one.
    """
    if sources not in _WORDS:
        trees = [module.tree for module in sources.modules.values()]
        named = {name for tree in trees for name in _members_named(tree)}
        found = {word for tree in trees for word in _words(tree, named)}
        _WORDS[sources] = frozenset(found - {"message"})
    return _WORDS[sources]


_WORDS: "WeakKeyDictionary[Sources, frozenset[str]]" = WeakKeyDictionary()


def _members_named(tree: ast.AST) -> Iterator[str]:
    for one in ast.walk(tree):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (node.attr for node in ast.walk(one) if isinstance(node, ast.Attribute))


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
        inner = list(ast.iter_child_nodes(node))
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
