"""Annotations and markers of parameters: `Annotated`, unions, enums, `Query(…)` and its like."""

import ast
from collections.abc import Iterator

from wirelaw.models import Models
from wirelaw.python import Definition, Function, Module, Sources

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
#: query parameters
_SCALARS = frozenset(
    [
        "str",
        "int",
        "float",
        "bool",
        "bytes",
        "date",
        "datetime",
        "time",
        "timedelta",
        "Decimal",
        "UUID",
        "UUID4",
        "EmailStr",
        "HttpUrl",
        "AnyUrl",
        "AnyHttpUrl",
        "PositiveInt",
        "NonNegativeInt",
        "PositiveFloat",
        "NonNegativeFloat",
        "conint",
        "confloat",
        "constr",
        "Path",
        "Literal",
        "Enum",
    ]
)
_OBJECTS = frozenset(
    [
        "dict",
        "Dict",
        "list",
        "List",
        "set",
        "Set",
        "tuple",
        "Tuple",
        "Sequence",
        "Iterable",
        "Mapping",
        "Any",
    ]
)
_DEPTH = 8


class Annotations:
    """Resolves annotations."""

    def __init__(self, sources: Sources, models: Models) -> None:
        self._sources = sources
        self._models = models

    def split(
        self, module: Module, annotation: ast.expr | None, depth: int = _DEPTH
    ) -> tuple[Module, ast.expr | None, list[Definition]]:
        """Take `Annotated` and its aliases off: the type, where it is written, and FastAPI's markers."""
        annotation = unquoted(annotation)
        if isinstance(annotation, ast.Name | ast.Attribute) and depth > 0:
            found = self._sources.define(module, ast.unparse(annotation))
            if found is not None and isinstance(found.node, ast.Subscript | ast.BinOp):
                return self.split(found.module, found.node, depth - 1)
        if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
            items = getattr(annotation.slice, "elts", None) or [annotation.slice]
            where, inner, markers = self.split(module, items[0], depth - 1)
            return where, inner, [*markers, *(self._marker(module, one) for one in items[1:])]
        return module, annotation, []

    def _marker(self, module: Module, node: ast.expr) -> Definition:
        """Return a marker: `Query()`, `Query`, or a name of one."""
        if not isinstance(node, ast.Call):
            found = self._sources.value_of(module, node)
            if found is not None and isinstance(found.node, ast.Call):
                return found
            return Definition(module, ast.Call(func=node, args=[], keywords=[]))
        return Definition(module, node)

    def is_scalar(self, module: Module, annotation: ast.expr) -> bool:
        """Whether FastAPI reads such a parameter from the query."""
        names = [one for one in members(annotation) if one != "None"]
        return bool(names) and all(
            one.rpartition(".")[2] in _SCALARS or self._is_enum(module, one) for one in names
        )

    def _is_enum(self, module: Module, name: str, depth: int = 4) -> bool:
        found = self._sources.define(module, name)
        if found is None or depth == 0:
            return False
        if isinstance(found.node, ast.Subscript) and last_name(found.node.value) in {
            "Literal",
            "Annotated",
        }:
            return True
        if not isinstance(found.node, ast.ClassDef):
            return False
        bases = [last_name(one) for one in found.node.bases]
        if any(one.endswith("Enum") or one in {"str", "int"} for one in bases):
            return True
        return any(
            self._is_enum(found.module, ast.unparse(one), depth - 1) for one in found.node.bases
        )

    def is_body(self, module: Module, annotation: ast.expr) -> bool:
        """Whether FastAPI reads such a parameter from the body."""
        names = [one for one in members(annotation) if one != "None"]
        return bool(names) and all(
            one.rpartition(".")[2] in _OBJECTS
            or self._models.named(module, parsed(one)) is not None
            for one in names
        )


def arguments(
    function: Function,
) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Yield the name, the annotation and the default of each parameter."""
    positional = [*function.args.posonlyargs, *function.args.args]
    missing = len(positional) - len(function.args.defaults)
    defaults = [*[None] * missing, *function.args.defaults]
    for one, default in zip(positional, defaults, strict=True):
        yield one.arg, one.annotation, default
    for one, keyword in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        yield one.arg, one.annotation, keyword


def members(annotation: ast.AST | None) -> list[str]:
    """Return the types of a union by name; those of a list or a table by the name of that."""
    annotation = unquoted(annotation)
    if annotation is None or isinstance(annotation, ast.Constant):
        value = getattr(annotation, "value", None)
        return [] if annotation is None else [str(value)]
    if isinstance(annotation, ast.BinOp):
        return [*members(annotation.left), *members(annotation.right)]
    if isinstance(annotation, ast.Subscript):
        name = last_name(annotation.value)
        inner = annotation.slice
        if name == "Annotated":
            return members(inner.elts[0] if isinstance(inner, ast.Tuple) else inner)
        if name in {"Optional", "Union"}:
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return [
                *(["None"] if name == "Optional" else []),
                *(t for one in items for t in members(one)),
            ]
        return [ast.unparse(annotation.value)]
    return [ast.unparse(annotation)]


def unquoted(annotation: ast.AST | None) -> ast.expr | None:
    """Parse an annotation in quotes."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    return annotation if isinstance(annotation, ast.expr) else None


def parsed(dotted: str) -> ast.expr:
    """Parse a dotted name."""
    return ast.parse(dotted, mode="eval").body


def words_of(annotation: ast.AST | None) -> set[str]:
    """Return every name in an annotation."""
    return {last_name(one) for one in ast.walk(annotation)} if annotation is not None else set()


def keyword_of(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def flag(call: ast.AST, name: str) -> bool:
    """Whether a keyword argument is True."""
    node = keyword_of(call, name) if isinstance(call, ast.Call) else None
    return isinstance(node, ast.Constant) and node.value is True


def alias_of(call: ast.AST) -> str | None:
    """Return the name that a marker declares."""
    node = keyword_of(call, "alias") if isinstance(call, ast.Call) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_required(call: ast.AST, default: ast.expr | None) -> bool:
    """Whether `Body(…)` has no default; in `Annotated` the default is the parameter's."""
    own = default if default is not None and default is not call else None
    if own is None and isinstance(call, ast.Call):
        own = keyword_of(call, "default") or (call.args[0] if call.args else None)
        own = own or keyword_of(call, "default_factory")
    return own is None or (isinstance(own, ast.Constant) and own.value is ...)


def last_name(node: ast.AST) -> str:
    """Return the last step of a dotted name."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
