"""The shapes that the service declares: pydantic models, dataclasses and typed dictionaries, with their fields."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from wirelaw.finding import Place
from wirelaw.python import Definition, Module, Sources

#: where a field has no default, or one that is not a literal
UNKNOWN: Final = object()
_ROOTS = {"BaseModel", "SQLModel", "BaseSettings", "RootModel", "GenericModel", "CamelModel"}
#: names that only one pydantic has, the first or the second
_OF_FIRST = ("validator", "root_validator", "parse_obj", "parse_raw", "from_orm", "construct")
_OF_SECOND = (
    *("field_validator", "model_validator", "model_dump", "model_dump_json", "model_validate"),
    *("ConfigDict", "TypeAdapter", "SettingsConfigDict", "field_serializer", "computed_field"),
)
_BOUNDS = {
    *("ge", "gt", "le", "lt", "multiple_of"),
    *("min_length", "max_length", "min_items", "max_items", "pattern", "regex"),
}


@dataclass(frozen=True)
class Field:
    """One field of a model."""

    name: str  #: on the wire: the alias, where there is one
    annotation: ast.expr = field(compare=False, repr=False)
    required: bool
    default: Any  #: a literal, or `UNKNOWN`
    bounds: dict[str, Any]  #: by the name of pydantic's argument, such as `ge`
    place: Place
    names: frozenset[str] = (
        frozenset()
    )  #: under which it is accepted: its aliases, and its own name


@dataclass(frozen=True)
class Model:
    """A class that describes JSON."""

    name: str
    module: Module = field(repr=False)
    node: ast.ClassDef = field(repr=False)
    fields: dict[str, Field]  #: inherited ones included
    kind: str  #: `model`, `dataclass` or `typed dict`
    is_open: bool  #: other fields are kept (`extra="allow"`), or a base class is not known
    is_strict: bool  #: other fields are refused (`extra="forbid"`)
    #: a validator sees the input before the fields do, or names are generated: more may be accepted
    reads_input: bool = False

    @property
    def place(self) -> Place:
        """Where it is declared."""
        return self.module.place(self.node)


class Models:
    """All models of the sources."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._found: dict[ast.ClassDef, Model | None] = {}
        classes = (
            (module, node)
            for _, module in sorted(sources.modules.items())
            for node in module.nodes
            if isinstance(node, ast.ClassDef)
        )
        found = (self.read(module, node) for module, node in classes)
        #: every model, by file and line
        self.all: list[Model] = [model for model in found if model is not None]

    def named(self, module: Module, annotation: ast.AST | None) -> Model | None:
        """Return the model that an annotation names, through Optional, Annotated and quotes; None for any other type."""
        for name in _names(annotation):
            found = self._sources.define(module, name)
            if found is not None and isinstance(found.node, ast.ClassDef):
                model = self.read(found.module, found.node)
                if model is not None:
                    return model
        return None

    def read(self, module: Module, node: ast.ClassDef) -> Model | None:
        """Return a class as a model; None if it is none."""
        if node not in self._found:
            self._found[node] = None  # a class that is its own base
            self._found[node] = self._read(module, node)
        return self._found[node]

    def _read(self, module: Module, node: ast.ClassDef) -> Model | None:
        kind, inherited, is_open, reads_input = self._bases(module, node)
        if kind is None:
            return None
        own = {one.name: self._filled(one) for one in _fields(module, node, kind, self._constant)}
        extra = _extra(node)
        return Model(
            name=node.name,
            module=module,
            node=node,
            fields={**inherited, **own},
            kind=kind,
            is_open=is_open or extra == "allow",
            is_strict=extra == "forbid",
            reads_input=reads_input or _reads_input(node),
        )

    @cached_property
    def _fills_optional(self) -> bool:
        """Whether pydantic is the first one, which gives an Optional field without a default the default None."""
        calls = self._sources.calls
        return any(map(calls.get, _OF_FIRST)) and not any(map(calls.get, _OF_SECOND))

    def _filled(self, one: Field) -> Field:
        is_optional = one.required and "None" in ast.unparse(one.annotation)
        is_optional |= _last(one.annotation) == "Optional"
        return replace(one, required=False) if is_optional and self._fills_optional else one

    def _bases(
        self, module: Module, node: ast.ClassDef
    ) -> tuple[str | None, dict[str, Field], bool, bool]:
        kind = (
            "dataclass" if any("dataclass" in _last(one) for one in node.decorator_list) else None
        )
        fields: dict[str, Field] = {}
        is_open = reads_input = False
        for base in node.bases:
            name = _last(base)
            if name in _ROOTS:
                kind = "model"
            elif name in {"TypedDict", "NamedTuple"}:
                kind = "typed dict"
            elif name not in {"Generic", "Protocol", "ABC", "object"}:
                found = self._sources.define(module, _dotted(base))
                if found is None or not isinstance(found.node, ast.ClassDef):
                    is_open = True
                    continue
                above = self.read(found.module, found.node)
                if above is not None:
                    kind = kind or above.kind
                    fields |= above.fields
                    is_open = is_open or above.is_open
                    reads_input = reads_input or above.reads_input
        return kind, fields, is_open, reads_input

    def _constant(self, module: Module, node: ast.expr) -> Any:
        """Return the value of a literal, of a constant or of a member of an enum, or `UNKNOWN`."""
        found = literal(node)
        if found is not UNKNOWN:
            return found
        if isinstance(node, ast.Attribute) and node.attr == "value":
            node = node.value
        value = self._sources.value_of(module, node)
        return UNKNOWN if value is None else literal(value.node)


def _fields(
    module: Module, node: ast.ClassDef, kind: str, constant: Callable[[Module, ast.expr], Any]
) -> Iterator[Field]:
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if name.startswith("_") or _last(statement.annotation) in {"ClassVar", "PrivateAttr"}:
            continue
        if name == "model_config":
            continue
        calls = list(_field_calls(statement))
        alias = next((_keyword(call, "alias", "serialization_alias") for call in calls), None)
        required, default = _default(statement, calls)
        is_optional = kind == "typed dict" and _last(statement.annotation) == "NotRequired"
        yield Field(
            name=alias if isinstance(alias, str) else name,
            annotation=statement.annotation,
            required=required and not is_optional,
            default=UNKNOWN if default is None else constant(module, default),
            bounds={
                key.arg: limit
                for call in calls
                for key in call.keywords
                if key.arg in _BOUNDS and (limit := constant(module, key.value)) is not UNKNOWN
            },
            place=module.place(statement),
            names=_accepted(name, calls),
        )


def _accepted(name: str, calls: list[ast.Call]) -> frozenset[str]:
    """Return the names that a request may use: with an alias the own name too, where the model allows it."""
    texts = (
        one.value
        for call in calls
        for key in call.keywords
        if key.arg in {"alias", "validation_alias"}
        for one in ast.walk(key.value)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )
    return frozenset({name, *texts})


def _reads_input(node: ast.ClassDef) -> bool:
    for one in ast.walk(node):
        if isinstance(one, ast.keyword) and one.arg in {"alias_generator", "pre"}:
            return True
        if isinstance(one, ast.Assign) and _last(one.targets[0]) == "alias_generator":
            return True
        if isinstance(one, ast.Constant) and one.value == "alias_generator":
            return True
        is_validator = isinstance(one, ast.Call) and _last(one.func) == "model_validator"
        words = {getattr(key.value, "value", None) for key in getattr(one, "keywords", ())}
        if is_validator and words & {"before", "wrap"}:
            return True
    return False


def _field_calls(statement: ast.AnnAssign) -> Iterator[ast.Call]:
    """`Field(…)` as the value and inside `Annotated`, and conint(…) and its like."""
    nodes = [statement.annotation, *([statement.value] if statement.value else [])]
    for node in nodes:
        for one in ast.walk(node):
            if isinstance(one, ast.Call) and _last(one.func) in {
                *("Field", "field", "Query", "Body", "Path"),
                *("conint", "confloat", "constr", "conlist", "StringConstraints"),
            }:
                yield one


def _default(statement: ast.AnnAssign, calls: list[ast.Call]) -> tuple[bool, ast.expr | None]:
    """Return whether a value is required, and the expression of its default."""
    value = statement.value
    if isinstance(value, ast.Call) and value in calls:
        factory = _keyword_node(value, "default_factory", "factory")
        if isinstance(factory, ast.Lambda):
            return False, factory.body
        if factory is not None:
            empty = {"list": ast.List([]), "dict": ast.Dict([], []), "set": ast.List([])}
            return False, empty.get(_last(factory))
        value = _keyword_node(value, "default") or (value.args[0] if value.args else None)
    if value is None or (isinstance(value, ast.Constant) and value.value is ...):
        return True, None
    return False, value


def literal(node: ast.AST) -> Any:
    """Return the value of a literal expression, or `UNKNOWN`."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def _extra(node: ast.ClassDef) -> str | None:
    for one in ast.walk(node):
        if isinstance(one, ast.keyword | ast.Assign):
            name = one.arg if isinstance(one, ast.keyword) else _last(one.targets[0])
            if name == "extra":
                text = one.value.value if isinstance(one.value, ast.Constant) else _last(one.value)
                return str(text)
        if isinstance(one, ast.Dict):
            for key, value in zip(one.keys, one.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "extra":
                    return str(value.value) if isinstance(value, ast.Constant) else _last(value)
    return None


def _keyword_node(call: ast.Call, *names: str) -> ast.expr | None:
    return next((key.value for key in call.keywords if key.arg in names), None)


def _keyword(call: ast.Call, *names: str) -> Any:
    node = _keyword_node(call, *names)
    return node.value if isinstance(node, ast.Constant) else None


def _names(annotation: ast.AST | None) -> Iterator[str]:
    """Yield the dotted names of an annotation, from the outside."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return
    if isinstance(annotation, ast.Name | ast.Attribute):
        yield _dotted(annotation)
    elif isinstance(annotation, ast.Subscript) and _last(annotation.value) in {
        "Optional",
        "Annotated",
    }:
        inner = annotation.slice
        yield from _names(inner.elts[0] if isinstance(inner, ast.Tuple) else inner)
    elif isinstance(annotation, ast.BinOp):
        yield from _names(annotation.left)
        yield from _names(annotation.right)


def _dotted(node: ast.AST) -> str:
    return _dotted(node.value) if isinstance(node, ast.Subscript) else ast.unparse(node)


def _last(node: ast.AST) -> str:
    """Return the last step of a dotted name: `Field` for `pydantic.Field`."""
    if isinstance(node, ast.Subscript | ast.Call):
        return _last(node.value if isinstance(node, ast.Subscript) else node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


__all__ = ["UNKNOWN", "Definition", "Field", "Model", "Models", "literal"]
