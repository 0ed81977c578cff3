"""The closed sets of words that the Python side declares, and what they are used for."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from wirelaw.finding import Place
from wirelaw.models import Models
from wirelaw.python import Function, Module, Sources

_ENUMS = {"Enum", "StrEnum", "TextChoices"}
_SETS = {"frozenset", "set", "tuple", "list"}
#: `^(a|b)$`, which FastAPI's users write where others write a Literal
_PATTERN = re.compile(r"^\^?\(?(?:\?:)?([\w.-]+(?:\|[\w.-]+)+)\)?\$?$")
#: a shorter constant is rarely a set of its own
MIN_CONSTANT = 3
_Name = tuple[str, str]  #: owner or "", and name
_WORD = re.compile(r"[A-Za-z0-9][\w.:/ -]{0,47}(?<!\.\.)")
#: folders of programs that are not the service
_PROGRAMS = {"scripts", "tools", "bench", "hack"}


@dataclass
class WordSet:
    """A set of words with its names: its own, and one for each field that takes its values."""

    names: list[tuple[str, str]]  #: owner or "", and name
    words: frozenset[str]
    place: Place
    kind: str  #: `enum`, `literal`, `constant`, `pattern`, `written`; on the page `union`, `table`, `switch` …
    is_open: bool = False  #: other words may come
    is_generated: bool = False  #: written by a program from the contract
    places: dict[str, Place] = field(
        default_factory=dict
    )  #: of words that are not declared in one place

    @property
    def title(self) -> str:
        """Its name as the source has it."""
        owner, name = self.names[0]
        return f"{owner}.{name}" if owner else name


def word_sets(sources: Sources) -> list[WordSet]:
    """Return every closed set that the service declares, by file and line."""
    declared = _Declared(sources)
    for model in sources.once(Models).all:
        names = {id(one.annotation): one.name for one in model.fields.values()}
        for statement in model.node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                field_name = names.get(id(statement.annotation), statement.target.id)
                declared.use(
                    (model.name, field_name), model.module, statement.annotation, statement.value
                )
    for module in sources.modules.values():
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.decorator_list:
                for argument, default in parameters(node):
                    name = (node.name, argument.arg)
                    declared.use(name, module, argument.annotation, default)
    found = (one for _, one in sorted(declared.found.items()))
    return [one for one in found if len(one.words) >= 2 and is_vocabulary(one.words)]


def parameters(node: Function) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Yield the parameters of a function with their defaults."""
    plain = [*node.args.posonlyargs, *node.args.args]
    missing = [None] * (len(plain) - len(node.args.defaults))
    yield from zip(plain, [*missing, *node.args.defaults], strict=True)
    yield from zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)


def is_vocabulary(words: frozenset[str]) -> bool:
    """Tell whether the members are words: no colours, URLs, sentences and examples."""
    return all(not word or _WORD.fullmatch(word) for word in words)


def enum_words(sources: Sources, module: Module, node: ast.ClassDef) -> frozenset[str]:
    """Return the values of an enum of strings; none for another class or where a value is not a literal."""
    if not _is_enum(sources, module, node):
        return frozenset()
    words = set()
    is_lower = any(_last(base) == "StrEnum" for base in node.bases)
    for statement in node.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name = statement.targets[0].id
        if name.startswith("_"):
            continue
        value: ast.expr = statement.value
        if isinstance(value, ast.Tuple) and value.elts:  # Django's choices: value and label
            value = value.elts[0]
        if isinstance(value, ast.Call) and _last(value.func) == "auto" and is_lower:
            words.add(name.lower())
            continue
        text = sources.text_of(module, value)
        if text is None or len(text) != 1:
            return frozenset()
        words |= text
    return frozenset(words)


def _is_enum(sources: Sources, module: Module, node: ast.ClassDef, depth: int = 4) -> bool:
    for base in node.bases:
        if _last(base) in _ENUMS:
            return True
        above = sources.define(module, ast.unparse(base)) if depth else None
        if above is None or not isinstance(above.node, ast.ClassDef) or above.node is node:
            continue
        if _is_enum(sources, above.module, above.node, depth - 1):
            return True
    return False


def _literal(sources: Sources, module: Module, node: ast.Subscript) -> frozenset[str] | None:
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    words: set[str] = set()
    for item in items:
        if isinstance(item, ast.Constant) and item.value is None:
            continue
        if isinstance(item, ast.Subscript) and _last(item.value) == "Literal":
            inner = _literal(sources, module, item)
        else:
            inner = sources.text_of(module, item)
        if inner is None:
            return None
        words |= inner
    return frozenset(words)


def _constant(sources: Sources, module: Module, node: ast.AST) -> frozenset[str] | None:
    if isinstance(node, ast.Call) and _last(node.func) in _SETS and len(node.args) == 1:
        node = node.args[0]
    if not isinstance(node, ast.Tuple | ast.Set | ast.List):
        return None
    texts = [sources.text_of(module, item) for item in node.elts]
    if any(text is None for text in texts):
        return None
    return frozenset(word for text in texts for word in text or ())


class _Declared:
    """The sets by their place, which get a name from each field that takes their words."""

    def __init__(self, sources: Sources) -> None:
        self.found: dict[tuple[str, int], WordSet] = {}
        self._sources = sources
        for module in sources.modules.values():
            if not _PROGRAMS & set(module.path.split("/")[:-1]):
                self._read(module)

    def _add(
        self,
        module: Module,
        node: ast.AST,
        names: list[_Name],
        words: frozenset[str] | None,
        kind: str,
    ) -> WordSet | None:
        if not words:
            return None
        place = module.place(node)
        one = WordSet(names, words, place, kind)
        return self.found.setdefault((place.path, place.line), one)

    def _read(self, module: Module) -> None:
        for node in module.nodes:
            if isinstance(node, ast.ClassDef):
                words = enum_words(self._sources, module, node)
                self._add(module, node, [("", node.name)], words, "enum")
        for name, value in module.names.items():
            if isinstance(value, ast.Subscript) and _last(value.value) == "Literal":
                literal = _literal(self._sources, module, value)
                self._add(module, value, [("", name)], literal, "literal")
            elif name.isupper():
                constant = _constant(self._sources, module, value)
                if constant and len(constant) >= MIN_CONSTANT:
                    self._add(module, value, [("", name)], constant, "constant")

    def use(
        self, name: _Name, module: Module, annotation: ast.expr | None, default: ast.expr | None
    ) -> None:
        """Give the set that an annotation has, names, or writes as a pattern, one more name."""
        nodes = [one for tree in (annotation, default) if tree for one in ast.walk(tree)]
        for node in nodes:
            one = self._set_of(module, node)
            if one is not None:
                one.names.append(name)
                return

    def _set_of(self, module: Module, node: ast.AST) -> WordSet | None:
        if isinstance(node, ast.Subscript) and _last(node.value) == "Literal":
            return self._add(module, node, [], _literal(self._sources, module, node), "literal")
        if isinstance(node, ast.keyword) and node.arg in {"pattern", "regex"}:
            pattern = node.value.value if isinstance(node.value, ast.Constant) else ""
            match = _PATTERN.match(str(pattern))
            words = frozenset(match[1].split("|")) if match else None
            return self._add(module, node.value, [], words, "pattern")
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        target = self._sources.define(module, ast.unparse(node))
        if target is None:
            return None
        place = target.module.place(target.node)
        one = self.found.get((place.path, place.line))
        return one if one is not None and one.kind != "constant" else None


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript | ast.Call):
        return _last(node.value if isinstance(node, ast.Subscript) else node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
