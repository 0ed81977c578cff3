"""Parses the Python files of a tree once, and edits them by replacing the code of a node.

Printing a whole syntax tree for each of thousands of drifts takes minutes. So only the new node is printed, and
its code replaces that of the old one.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper

from contract_tests.drift.drifts import Drift, Edit, Files, NoDrift
from contract_tests.drift.operators.edits import edit_between

N = TypeVar("N", bound=cst.CSTNode)

PACKAGE = "quant_engine"
WIDTH = 100  #: of a line that the import sorter leaves as it is


@dataclass(frozen=True)
class Splice:
    """New code for a part of a file."""

    file: str
    start: int  #: in bytes
    end: int
    code: str


@dataclass(frozen=True, eq=False)
class Source:
    """One parsed file."""

    file: str
    content: bytes
    module: cst.Module
    spans: Mapping[cst.CSTNode, CodeSpan]

    @property
    def name(self) -> str:
        """The module's dotted name."""
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def functions(self) -> list[cst.FunctionDef]:
        """Every function and method, in their order."""
        found = [node for node in self.spans if isinstance(node, cst.FunctionDef)]
        return sorted(found, key=lambda node: self.spans[node].start)

    def code(self, node: cst.CSTNode) -> str:
        """Return the code of a node."""
        span = self.spans[node]
        return self.content[span.start : span.start + span.length].decode()

    def instead(self, node: cst.CSTNode, code: cst.CSTNode | str) -> Splice:
        """Replace a node by other code."""
        span = self.spans[node]
        result = code if isinstance(code, str) else self.module.code_for_node(code)
        return Splice(self.file, span.start, span.start + span.length, result)

    def indent(self, node: cst.CSTNode) -> str:
        """Return the indentation of a node's line."""
        start = self.spans[node].start
        return self.content[self.content.rfind(b"\n", 0, start) + 1 : start].decode()

    def before(self, node: cst.CSTNode, code: str) -> Splice:
        """Insert code before the line that a node begins on."""
        start = self.content.rfind(b"\n", 0, self.spans[node].start) + 1
        return Splice(self.file, start, start, code)

    def after(self, node: cst.CSTNode, code: str) -> Splice:
        """Insert code after the line that a node ends on."""
        span = self.spans[node]
        end = self.content.find(b"\n", span.start + span.length) + 1
        return Splice(self.file, end, end, code)

    def without(self, node: cst.CSTNode) -> Splice:
        """Remove the lines of a node."""
        start, end = self.before(node, "").start, self.after(node, "").end
        return Splice(self.file, start, end, "")


@lru_cache(maxsize=256)
def _parsed(file: str, content: bytes) -> Source:
    wrapper = MetadataWrapper(cst.parse_module(content), unsafe_skip_copy=True)
    return Source(file, content, wrapper.module, wrapper.resolve(ByteSpanPositionProvider))


def parsed(files: Files, file: str) -> Source:
    """Parse a file; the same text is parsed once."""
    return _parsed(file, files[file])


def expression(code: str) -> cst.BaseExpression:
    """Parse new code, so that a syntax error is raised here and not in the tree."""
    return cst.parse_expression(code)


def edits(files: Files, splices: Iterable[Splice]) -> tuple[Edit, ...]:
    """Turn splices into edits, from the end of each file to its beginning.

    Splices at the same place keep their order.
    """
    result: list[Edit] = []
    texts: dict[str, bytes] = {}
    backwards = list(splices)[::-1]
    for splice in sorted(backwards, key=lambda one: (one.file, -one.start, -one.end)):
        before = texts.get(splice.file, files[splice.file])
        after = before[: splice.start] + splice.code.encode() + before[splice.end :]
        result.append(edit_between(splice.file, before.decode(), after.decode()))
        texts[splice.file] = after
    return tuple(result)


#: the id, the title, and the changes
Mutant = tuple[str, str, *tuple[Splice, ...]]


def drifts(files: Files, mutants: Iterable[Mutant]) -> Iterator[Drift]:
    """Yield mutants as drifts of these files."""
    for name, title, *splices in mutants:
        yield Drift(kebab(name), title, edits(files, splices))


def kebab(*names: str) -> str:
    """Write names as a part of an id."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", "-".join(names))
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def statements(body: Iterable[cst.CSTNode]) -> Iterator[cst.BaseSmallStatement]:
    """Yield the simple statements of a body, without nested ones."""
    for line in body:
        if isinstance(line, cst.SimpleStatementLine):
            yield from line.body


def assignments(owner: cst.ClassDef) -> list[cst.Assign]:
    """Return the assignments of a class: the members of a closed set."""
    return [one for one in statements(owner.body.body) if isinstance(one, cst.Assign)]


def class_of(source: Source, name: str) -> cst.ClassDef:
    """Find a class by its name, which must be unique."""
    (one,) = (node for node in inside(source.module, cst.ClassDef) if node.name.value == name)
    return one


def everything(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Return a node and all its descendants, in order."""
    found: list[cst.CSTNode] = []

    class Collector(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            found.append(node)
            return True

    node.visit(Collector())
    return found


def inside(node: cst.CSTNode, kind: type[N]) -> list[N]:
    """Return the nodes of a kind within a node, itself included, in their order."""
    return [one for one in everything(node) if isinstance(one, kind)]


def only(source: Source, owner: cst.CSTNode, code: str) -> cst.CSTNode:
    """Find the one descendant of a node that has this code, line breaks aside."""
    target = " ".join(code.split())
    found = [
        node
        for node in everything(owner)
        if node in source.spans and " ".join(source.code(node).split()) == target
    ]
    if not found:
        raise NoDrift(f"{source.file} has no {code!r} there")
    # a statement and its line have the same code
    return found[0]


def function(source: Source, name: str) -> cst.FunctionDef:
    """Find a function or method by its name, which must be unique."""
    (one,) = (node for node in source.functions if node.name.value == name)
    return one


def first_line(owner: cst.FunctionDef | cst.ClassDef) -> cst.CSTNode:
    """Return the first statement of a body, the docstring aside."""
    body = owner.body.body
    return body[1] if owner.get_docstring() is not None and len(body) > 1 else body[0]


def is_import(line: cst.CSTNode) -> bool:
    """Whether a line imports something."""
    return any(isinstance(one, cst.Import | cst.ImportFrom) for one in statements([line]))


def imports(source: Source) -> list[cst.Import | cst.ImportFrom]:
    """Return the imports at the top of a module."""
    found = statements(source.module.body)
    return [one for one in found if isinstance(one, cst.Import | cst.ImportFrom)]


@lru_cache(maxsize=4096)
def imported_from(node: cst.Import | cst.ImportFrom) -> str:
    """Return the module that a statement imports, or imports from."""
    name = node.module if isinstance(node, cst.ImportFrom) else node.names[0].name
    return "" if name is None else cst.Module([]).code_for_node(name)


@lru_cache(maxsize=4096)
def names_of(node: cst.ImportFrom) -> tuple[str, ...]:
    """Return the names that a statement imports."""
    assert not isinstance(node.names, cst.ImportStar)
    return tuple(cst.Module([]).code_for_node(one.name) for one in node.names)


def importing(source: Source, names_by_module: Mapping[str, Iterable[str]]) -> list[Splice]:
    """Import names from modules, unless the file imports them already."""
    result: list[Splice] = []
    for module, names in sorted(names_by_module.items()):
        node = _statement(source, module)
        if node is None:
            result.append(insert_import(source, _from(module, sorted(names, key=_rank)), module))
            continue
        missing = set(names) - set(names_of(node))
        if missing:
            all_names = sorted({*names_of(node), *missing}, key=_rank)
            is_long = "\n" in source.code(node)
            result.append(source.instead(node, _from(module, all_names, is_long=is_long)))
    return result


def no_longer_importing(source: Source, names: Sequence[str]) -> list[Splice]:
    """Remove names from the imports, so that no unused import remains."""
    result: list[Splice] = []
    for node in imports(source):
        if not isinstance(node, cst.ImportFrom) or not set(names) & set(names_of(node)):
            continue
        left = [name for name in names_of(node) if name not in names]
        module = imported_from(node)
        is_long = "\n" in source.code(node)
        result.append(
            source.instead(node, _from(module, left, is_long=is_long))
            if left
            else source.without(node)
        )
    return result


def insert_import(source: Source, line: str, module: str, *, is_from: bool = True) -> Splice:
    """Insert an import where the import sorter would put it."""
    place = (_section(module), is_from, module)
    present = [(_place(node), node) for node in imports(source)]
    same = [(other, node) for other, node in present if other[0] == place[0]]
    later = [node for other, node in same if other > place]
    if later:
        return source.before(later[0], f"{line}\n")
    if same:
        return source.after(same[-1][1], f"{line}\n")
    above = [node for other, node in present if other < place]
    if above:
        return source.after(above[-1], f"\n{line}\n")
    if present:
        return source.before(present[0][1], f"{line}\n\n")
    return source.after(source.module.body[0], f"\n{line}\n")


def _statement(source: Source, module: str) -> cst.ImportFrom | None:
    for node in imports(source):
        if isinstance(node, cst.ImportFrom) and imported_from(node) == module:
            return node
    return None


def _from(module: str, names: Sequence[str], *, is_long: bool = False) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH and not is_long:
        return line
    return "\n".join((f"from {module} import (", *(f"    {name}," for name in names), ")"))


def _rank(name: str) -> tuple[int, str, str]:
    # constants first, then classes, then the rest
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name


def _place(node: cst.Import | cst.ImportFrom) -> tuple[int, bool, str]:
    module = imported_from(node)
    return _section(module), isinstance(node, cst.ImportFrom), module


def _section(module: str) -> int:
    root = module.partition(".")[0]
    return 2 if root == PACKAGE else 0 if root in sys.stdlib_module_names else 1
