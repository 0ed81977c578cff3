"""Values, and the choices between them."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wirelaw.events.routines import Class
from wirelaw.finding import Place
from wirelaw.python import Module

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
