"""The Python sources of a repository as syntax trees, with names resolved across modules. Nothing is executed."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import PurePosixPath
from typing import Any, TypeVar

from wirelaw.finding import Place, Unseen
from wirelaw.tree import Tree

T = TypeVar("T")
Function = ast.FunctionDef | ast.AsyncFunctionDef
#: fields of syntax without a node: numbers, texts, and operators, which are objects that all trees share
_LEAVES = {
    *("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "level"),
    *("module", "op", "ops", "simple"),
}
#: the other fields by the kind of node
_FIELDS: dict[type, list[str]] = {
    kind: [name for name in kind._fields if name not in _LEAVES]
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
#: how many names a value may go through before it counts as unknown
DEPTH = 12
#: syntax of a newer Python, by what an older one reads instead; no line moves
_NEWER = (
    # 3.14: exceptions without parentheses
    (
        re.compile(r"^(\s*except) ([\w.]+(?:, *[\w.]+)+)(?=\s*(?:as \w+)?:)", re.MULTILINE),
        r"\1 (\2)",
    ),
    # 3.12: type parameters
    (re.compile(r"^(\s*(?:async )?(?:def|class) \w+)\[[^\]\n]*\](?=[(:])", re.MULTILINE), r"\1"),
    # 3.12: the statement `type`
    (re.compile(r"^(\s*)type (\w+)(?:\[[^\]\n]*\])? = ", re.MULTILINE), r"\1\2 = "),
)


def walk(root: ast.AST) -> list[ast.AST]:
    """Return a node and all nodes below it, in the order of `ast.walk`."""
    found = [root]
    for node in found:  # it grows meanwhile
        found += children(node)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes directly below a node but for operators: `ast.iter_child_nodes`, in half of its time."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


@dataclass(frozen=True)
class Module:
    """One parsed file."""

    path: str
    tree: ast.Module
    text: str

    def place(self, node: ast.AST) -> Place:
        """Return the line of a node."""
        return Place(self.path, getattr(node, "lineno", 1))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes, as `walk` lists them."""
        return walk(self.tree)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The parent of each node."""
        return {child: node for node in self.nodes for child in children(node)}

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes that contain a node, from the inside."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def scope(self, node: ast.AST) -> Function | None:
        """Return the function that contains a node."""
        return next((one for one in self.above(node) if isinstance(one, Function)), None)

    @cached_property
    def names(self) -> dict[str, ast.AST]:
        """What the module itself binds at its top level: classes, functions, imports and assigned values.

        Imports inside functions count where nothing else has the name.
        """
        inner = (one for one in self.nodes if isinstance(one, ast.Import | ast.ImportFrom))
        found = dict(pair for one in inner for pair in _bound(one))
        return found | dict(pair for one in _top_level(self.tree.body) for pair in _bound(one))


def _parse(data: bytes, path: str) -> ast.Module:
    """Parse a file, and once more without syntax that only a newer Python has."""
    try:
        return ast.parse(data, filename=path)
    except SyntaxError:
        text = data.decode("utf-8")
        for pattern, older in _NEWER:
            text = pattern.sub(older, text)
        try:
            return ast.parse(text, filename=path)
        except SyntaxError:
            pass
        raise


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try):
            yield from _top_level(statement.body)
            yield from _top_level(statement.orelse)
        if isinstance(statement, ast.Try):
            for handler in statement.handlers:
                yield from _top_level(handler.body)


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield statement.name, statement
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0], statement
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        if statement.value is not None:
            yield statement.target.id, statement.value
    elif type(statement).__name__ == "TypeAlias":  # Python 3.12
        yield statement.name.id, statement.value  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Definition:
    """Where a name is defined, and the node: a class, a function, or the assigned value."""

    module: Module
    node: ast.AST


class Sources:
    """All Python modules of a tree."""

    def __init__(self, tree: Tree) -> None:
        self.modules: dict[str, Module] = {}  #: by path
        self.unseen: list[Unseen] = []
        self._assigned: dict[Function, dict[str, list[ast.AST]]] = {}
        self._built: dict[Callable[[Sources], Any], Any] = {}
        for path in tree.python:
            self._add(tree, path)

    def _add(self, tree: Tree, path: str) -> None:
        try:
            data = (tree.root / path).read_bytes()
            parsed = _parse(data, path)
            # as Python itself reads it: by the declared encoding, which is UTF-8 without one
            text = data.decode("utf-8", "replace")
        except OSError as error:
            self.unseen.append(Unseen(path, error.strerror or str(error)))
        except SyntaxError as error:
            where = f"{path}:{error.lineno}" if error.lineno else path
            self.unseen.append(Unseen(where, f"Python cannot read it: {error.msg}"))
        except (ValueError, RecursionError, MemoryError) as error:
            self.unseen.append(Unseen(path, f"Python cannot read it: {error}"))
        else:
            self.modules[path] = Module(path, parsed, text)

    def once(self, build: "Callable[[Sources], T]") -> T:
        """Return what a function builds of these sources; it runs once."""
        if build not in self._built:
            self._built[build] = build(self)
        found: T = self._built[build]
        return found

    @cached_property
    def _by_tail(self) -> dict[str, list[Module]]:
        """Modules by the last step of their dotted name; a package has the name of its folder."""
        found: dict[str, list[Module]] = {}
        for path, module in self.modules.items():
            found.setdefault((_dotted(path)[-1:] and _dotted(path)[-1]) or "", []).append(module)
        return found

    @cached_property
    def calls(self) -> dict[str, list[tuple[Module, ast.Call]]]:
        """Every call by the last step of what is called: `get` for `router.get(…)`."""
        found: dict[str, list[tuple[Module, ast.Call]]] = {}
        for module in self.modules.values():
            for node in module.nodes:
                if isinstance(node, ast.Call):
                    name = str(getattr(node.func, "attr", getattr(node.func, "id", "")))
                    found.setdefault(name, []).append((module, node))
        return found

    def find(self, dotted: str, near: str) -> Module | None:
        """Return the module that `import dotted` in the file `near` loads, whatever folder the program starts in.

        The name fits the end of a path; where several fit, the one that shares the longest folder with `near`.
        """
        steps = tuple(dotted.split("."))
        fitting = [
            module
            for module in self._by_tail.get(steps[-1], ())
            if _dotted(module.path)[-len(steps) :] == steps
        ]
        return max(fitting, key=lambda one: (_shared(one.path, near), -len(one.path)), default=None)

    def define(self, module: Module, name: str, depth: int = DEPTH) -> Definition | None:
        """Return the definition of a name, or of `a.b.C`, as the module sees it; imports are followed."""
        head, _, rest = name.partition(".")
        node = module.names.get(head)
        if node is None or depth == 0:
            return None
        if isinstance(node, ast.Import | ast.ImportFrom):
            return self._import(module, node, head, rest, depth - 1)
        if not rest:
            if isinstance(node, ast.Name) and node.id != head:
                return self.define(module, node.id, depth - 1) or Definition(module, node)
            return Definition(module, node)
        if isinstance(node, ast.ClassDef):
            return _member(module, node, rest)
        return None

    def _import(
        self, module: Module, node: ast.Import | ast.ImportFrom, head: str, rest: str, depth: int
    ) -> Definition | None:
        for alias in node.names:
            if (alias.asname or alias.name.partition(".")[0]) != head:
                continue
            if isinstance(node, ast.Import):
                # `import a.b` binds a; `import a.b as c` binds a.b
                dotted = alias.name if alias.asname else head
                while rest and (
                    inner := self.find(f"{dotted}.{rest.partition('.')[0]}", module.path)
                ):
                    dotted, rest = f"{dotted}.{rest.partition('.')[0]}", rest.partition(".")[2]
                    if not rest:
                        return None
                    if rest.partition(".")[0] in inner.names:
                        break
                target = self.find(dotted, module.path)
                return self.define(target, rest, depth) if target and rest else None
            base = _absolute(node, module.path)
            inner = self.find(f"{base}.{alias.name}" if base else alias.name, module.path)
            package = self.find(base, module.path) if base else None
            if package is not None and package is not module and alias.name in package.names:
                wanted = f"{alias.name}.{rest}" if rest else alias.name
                found = self.define(package, wanted, depth)
                if found is not None:
                    return found
            if inner is not None and rest:
                return self.define(inner, rest, depth)
        return None

    def text_of(  # noqa: C901, PLR0911 - one branch for each kind of expression
        self, module: Module, node: ast.AST, depth: int = DEPTH
    ) -> frozenset[str] | None:
        """Return the strings that an expression may be, or None where that is not known.

        It follows constants, members of enums with their `.value`, choices (`a if … else b`, `a or b`), a table of
        constants that is read by any key, and names that one assignment in the same function binds.
        """
        if depth == 0:
            return None
        if isinstance(node, ast.Constant):
            return frozenset([node.value]) if isinstance(node.value, str) else None
        if isinstance(node, ast.IfExp):
            return self._join(module, (node.body, node.orelse), depth)
        if isinstance(node, ast.BoolOp):
            return self._join(module, node.values, depth)
        if isinstance(node, ast.JoinedStr):
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            whole = len(parts) == len(node.values)
            return frozenset(["".join(map(str, parts))]) if whole else None
        if isinstance(node, ast.Subscript):
            table = self.value_of(module, node.value, depth)
            if table is not None and isinstance(table.node, ast.Dict):
                return self._join(table.module, table.node.values, depth)
            return None
        if isinstance(node, ast.Attribute) and node.attr in {"value", "name"}:
            return self.text_of(module, node.value, depth - 1)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
            return self.text_of(module, node.args[0], depth - 1) if node.args else None
        value = self.value_of(module, node, depth)
        if value is None or value.node is node:
            return None
        if isinstance(value.node, ast.ClassDef):
            return None
        return self.text_of(value.module, value.node, depth - 1)

    def _join(
        self, module: Module, nodes: "list[ast.expr] | tuple[ast.expr, ...]", depth: int
    ) -> frozenset[str] | None:
        found: set[str] = set()
        for node in nodes:
            text = self.text_of(module, node, depth - 1)
            if text is None:
                return None
            found |= text
        return frozenset(found)

    def value_of(self, module: Module, node: ast.AST, depth: int = DEPTH) -> Definition | None:
        """Return what a name or an attribute stands for: a local with one assignment, or a definition of a module."""
        if isinstance(node, ast.Name):
            local = self._local(module, node)
            return local or self.define(module, node.id, depth)
        if isinstance(node, ast.Attribute):
            return self.define(module, ast.unparse(node), depth)
        return Definition(module, node)

    def _values_in(self, scope: Function) -> dict[str, list[ast.AST]]:
        """Return what a function assigns to each name, in it and in the functions inside."""
        if scope not in self._assigned:
            found: dict[str, list[ast.AST]] = {}
            for one in walk(scope):
                for name, value in _assigned(one):
                    if value is not None:
                        found.setdefault(name, []).append(value)
            self._assigned[scope] = found
        return self._assigned[scope]

    def _local(self, module: Module, node: ast.Name) -> Definition | None:
        scope = module.scope(node)
        while scope is not None:
            values = self._values_in(scope).get(node.id, [])
            if len(values) == 1 and values[0] is not node:
                return Definition(module, values[0])
            if values:
                return None
            scope = module.scope(scope)
        return None


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and isinstance(node.target, ast.Name):
        yield node.target.id, node.value


def _member(module: Module, owner: ast.ClassDef, name: str) -> Definition | None:
    head, _, rest = name.partition(".")
    for statement in owner.body:
        for bound, node in _bound(statement):
            if bound == head:
                if isinstance(node, ast.ClassDef) and rest:
                    return _member(module, node, rest)
                return Definition(module, node) if not rest else None
    return None


@cache
def _dotted(path: str) -> tuple[str, ...]:
    steps = PurePosixPath(path).with_suffix("").parts
    return steps[:-1] if steps[-1] == "__init__" else steps


def _absolute(node: ast.ImportFrom, path: str) -> str:
    """Return the dotted name that `from … import` names, from the root where it is relative."""
    if node.level == 0:
        return node.module or ""
    folder = PurePosixPath(path).parts[:-1]
    base = folder[: len(folder) - node.level + 1]
    return ".".join((*base, *(node.module or "").split("."))).strip(".")


def _shared(path: str, other: str) -> int:
    pairs = zip(PurePosixPath(path).parts, PurePosixPath(other).parts, strict=False)
    count = 0
    for one, two in pairs:
        if one != two:
            break
        count += 1
    return count
