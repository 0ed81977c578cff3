"""Walks the service's code as Python's own `ast`, for operators that replace one expression by another."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import PACKAGE, Splice, edits, kebab

N = TypeVar("N", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = ast.expr | ast.stmt | ast.keyword


@dataclass(frozen=True, eq=False)
class Module:
    """One file."""

    file: str
    content: bytes

    @property
    def name(self) -> str:
        """Its place below the package, as a part of an id."""
        return self.file.removeprefix(f"{PACKAGE}/").removesuffix(".py")

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.content)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        pairs = ((one, node) for node in ast.walk(self.tree) for one in ast.iter_child_nodes(node))
        return dict(pairs)

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.content.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    def all(self, kind: type[N], owner: ast.AST | None = None) -> list[N]:
        """Return the nodes of a kind in the file, or within a node, in their order."""
        found = [one for one in ast.walk(owner or self.tree) if isinstance(one, kind)]
        return sorted(
            found, key=lambda one: (getattr(one, "lineno", 0), getattr(one, "col_offset", 0))
        )

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what is around a node, innermost first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: ast.AST) -> Function | None:
        """Return the function around a node."""
        return next((one for one in self.above(node) if isinstance(one, Function)), None)

    def place(self, node: ast.AST) -> str:
        """Return where a node is, as a part of an id: its file, and the function or class."""
        named = (one for one in self.above(node) if isinstance(one, Function | ast.ClassDef))
        owner = next(named, None)
        return kebab(self.name, owner.name if owner else "")

    def span(self, node: Node) -> tuple[int, int]:
        """Return where the code of a node begins and ends, in bytes."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self._starts[node.lineno - 1] + node.col_offset,
            self._starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def code(self, node: Node) -> str:
        """Return the code of a node."""
        start, end = self.span(node)
        return self.content[start:end].decode()

    def instead(self, node: Node, code: str) -> Splice:
        """Replace a node by other code."""
        return Splice(self.file, *self.span(node), code)

    def line(self, node: Node) -> int:
        """Return where the line of a node begins, in bytes."""
        return self._starts[node.lineno - 1]


@dataclass(frozen=True)
class Change:
    """One drift before it has an id of its own."""

    operator: str
    module: Module
    node: Node
    code: str  #: in place of the node
    effect: str  #: what a user would see
    detail: str = ""  #: the field, filter or header
    splices: tuple[Splice, ...] = ()  #: in place of that, where more changes


@lru_cache(maxsize=256)
def _module(file: str, content: bytes) -> Module:
    return Module(file, content)


def modules(files: Files, *prefixes: str) -> list[Module]:
    """Return the modules of the service below these paths, migrations aside."""
    prefixes = tuple(f"{PACKAGE}/{one}" for one in prefixes or ("",))
    names = (one for one in sorted(files) if one.startswith(prefixes) and one.endswith(".py"))
    return [_module(one, files[one]) for one in names if "/migrations/" not in one]


def numbered(files: Files, changes: Iterable[Change]) -> Iterator[Drift]:
    """Yield changes as drifts; those at one place are numbered, and what changes nothing new is left out."""
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    for one in changes:
        made = edits(files, one.splices or [one.module.instead(one.node, one.code)])
        if repr(made) in seen:
            continue
        seen.add(repr(made))
        name = kebab(one.operator, one.module.place(one.node), one.detail)
        counts[name] += 1
        old = " ".join(one.module.code(one.node).split())
        shown = " ".join(one.code.split())
        yield Drift(
            name if counts[name] == 1 else f"{name}-{counts[name]}",
            f"{one.module.file}:{one.node.lineno}: `{old}` becomes `{shown}`; {one.effect}.",
            made,
        )


def compared(
    module: Module, owner: ast.AST | None = None
) -> Iterator[tuple[ast.Compare, ast.cmpop]]:
    """Yield the comparisons of two values."""
    for node in module.all(ast.Compare, owner):
        if len(node.ops) == 1:
            yield node, node.ops[0]
