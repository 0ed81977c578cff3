"""Values, and the choices between them."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from wirelaw.events.routines import Class
from wirelaw.finding import Place
from wirelaw.python import Module

T = TypeVar("T")
#: worlds of one stream
MAX_WORLDS = 4000
#: stands for a value that is not understood
UNKNOWN = ast.Constant(value=...)
Env = Mapping[tuple[ast.AST, str], "Value"]


@dataclass(frozen=True, eq=False)
class Value:
    """An expression, with what the parameters of the functions around it stand for."""

    module: Module
    node: ast.AST
    env: Env = field(default_factory=dict)
    #: the class of an object whose construction is not followed
    of: Class | None = None

    @property
    def place(self) -> Place:
        """Where it is written."""
        return self.module.place(self.node)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return self.node is not UNKNOWN

    def at(self, node: ast.AST) -> "Value":
        """Return another expression of the same function."""
        return replace(self, node=node, of=None)


class Fork(Exception):
    """Several values are possible."""

    def __init__(self, key: tuple[object, ...], count: int) -> None:
        super().__init__(key)
        self.key = key
        self.count = count


class Worlds:
    """The choices of one world at a time."""

    def __init__(self) -> None:
        self._world: dict[tuple[object, ...], int] = {}
        #: whether the last call of `worlds` gave up
        self.is_cut = False

    def worlds(self, read: Callable[[], T]) -> Iterator[T]:
        """Yield what a function reads in each world."""
        waiting: list[dict[tuple[object, ...], int]] = [{}]
        self.is_cut = False
        for _ in range(MAX_WORLDS):
            if not waiting:
                return
            self._world = waiting.pop()
            try:
                answer = read()
            except Fork as fork:
                waiting += [
                    {**self._world, fork.key: one} for one in reversed(range(max(fork.count, 1)))
                ]
            else:
                yield answer
        self.is_cut = bool(waiting)

    def choose(self, key: tuple[object, ...], values: list[Value], other: Value) -> Value:
        """Return one of several values: the one of this world."""
        if not values:
            return other
        if len(values) == 1:
            return values[0]
        if key not in self._world:
            raise Fork(key, len(values))
        return values[min(self._world[key], len(values) - 1)]


def unknown(value: Value) -> Value:
    """Return a value that is not understood."""
    return Value(value.module, UNKNOWN)


def filled(values: list[Value]) -> list[Value]:
    """Leave out None and empty literals where there is another value."""
    filled = [one for one in values if not _is_empty(one.node)]
    return filled or values


def _is_empty(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None or node.value == ""
    return (isinstance(node, ast.Dict) and not node.keys) or (
        isinstance(node, ast.List | ast.Tuple) and not node.elts
    )
