"""Finds the models and fields that are on the wire, in the source of the service and in its contract."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

import libcst as cst

from contract_tests.drift.drifts import Files
from contract_tests.drift.operators.python import (
    PACKAGE,
    Source,
    imported_from,
    imports,
    inside,
    names_of,
    parsed,
    statements,
)
from wirelaw.contract.document import Contract

CONTRACT = "openapi.json"
#: the stream writes it, which reads names and not aliases
BY_HAND = frozenset({"Reset"})
#: the discriminators of unions
TAGS = re.compile(r'discriminator="(\w+)"')

Kind = Literal[
    "string", "integer", "number", "boolean", "date", "time", "choice", "flag", "list", "dict",
    "model", "any", "null",
]  # fmt: skip
PLAIN: dict[str, Kind] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "FiniteFloat": "number",
    "bool": "boolean",
    "date": "date",
    "AwareDatetime": "time",
    "list": "list",
    "dict": "dict",
    "T": "any",
    "None": "null",
}


@dataclass(frozen=True, eq=False)
class Model:
    """One class."""

    name: str
    source: Source
    node: cst.ClassDef

    @property
    def bases(self) -> list[str]:
        """Names of the classes that it extends."""
        found = [argument.value for argument in self.node.bases]
        plain = [base.value if isinstance(base, cst.Subscript) else base for base in found]
        return [base.value for base in plain if isinstance(base, cst.Name)]

    @property
    def fields(self) -> dict[str, cst.AnnAssign]:
        """The fields that it declares itself, constants of the class aside."""
        found = {
            node.target.value: node
            for node in statements(self.node.body.body)
            if isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name)
        }
        return {
            name: node
            for name, node in found.items()
            if not self.source.code(node.annotation.annotation).startswith("ClassVar")
        }


@dataclass(frozen=True, eq=False)
class Field:
    """One field of one model, where it is declared."""

    model: Model
    name: str
    node: cst.AnnAssign
    is_sent: bool = False  #: in answers or events
    is_received: bool = False  #: in bodies or queries
    is_query: bool = False
    is_tag: bool = False  #: the discriminator of a union

    @property
    def source(self) -> Source:
        """The file that declares it."""
        return self.model.source

    @property
    def annotation(self) -> cst.BaseExpression:
        """Its type as it is written."""
        return self.node.annotation.annotation

    @property
    def title(self) -> str:
        """Its name for people."""
        return f"{self.model.name.lstrip('_')}.{self.name}"


@dataclass(frozen=True, eq=False)
class Place:
    """A type as it is written: of a field, or of an alias that fields use."""

    names: tuple[str, ...]  #: of the model and its field, or of the module and its alias
    source: Source
    node: cst.BaseExpression
    kind: Kind
    is_received: bool


@dataclass(frozen=True)
class Shape:
    """The form of a type on the wire."""

    kind: Kind
    core: cst.BaseExpression  #: the type without null and annotations
    is_nullable: bool


class Wire:
    """The models of one tree."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.contract = Contract(json.loads(files[CONTRACT]))
        self._places = _places(files)
        self._models: dict[str, Model | None] = {}

    @cached_property
    def fields(self) -> list[Field]:
        """Every field of an answer, an event, a body or a query, in the order of the files."""
        found: dict[tuple[str, str], Field] = {}
        for name, way in self._uses():
            for field in self._all_fields(name):
                before = found.setdefault((field.model.name, field.name), field)
                found[field.model.name, field.name] = replace(
                    before,
                    is_sent=before.is_sent or way == "response",
                    is_received=before.is_received or way != "response",
                    is_query=before.is_query or way == "query",
                    is_tag=before.is_tag or self._is_tag(field),
                )
        return sorted(found.values(), key=_order)

    @cached_property
    def places(self) -> list[Place]:
        """Every type that a field of the wire is declared with, each alias once."""
        found: dict[cst.BaseExpression, Place] = {}
        for field in self.fields:
            names = (field.model.name, field.name)
            self._visit(names, field.annotation, field.source, field, found)
        return list(found.values())

    def _visit(
        self,
        names: tuple[str, ...],
        node: cst.BaseExpression,
        source: Source,
        field: Field,
        found: dict[cst.BaseExpression, Place],
    ) -> None:
        before = found.get(node)
        found[node] = Place(
            names,
            source,
            node,
            self._shape(node, source).kind,
            field.is_received or (before is not None and before.is_received),
        )
        for name in inside(node, cst.Name):
            if name.value not in PLAIN and self.model(name.value) is None:
                target = self.definition(name.value, source)
                if target is not None:
                    # two modules have an alias of the same name
                    names = (target[0].name.rpartition(".")[2], name.value)
                    self._visit(names, target[1], target[0], field, found)

    def model(self, name: str) -> Model | None:
        """Find a class; of two with the same name, the one that extends another."""
        if name not in self._models:
            self._models[name] = self._find(name)
        return self._models[name]

    def _find(self, name: str) -> Model | None:
        for file in self._places.get(name, ()):
            source = parsed(self._files, file)
            for node in source.module.body:
                if isinstance(node, cst.ClassDef) and node.name.value == name and node.bases:
                    return Model(name, source, node)
        return None

    def lineage(self, name: str) -> Iterator[Model]:
        """Yield a class and all that it extends, nearest first."""
        model = self.model(name)
        if model is not None:
            yield model
            for base in model.bases:
                yield from self.lineage(base)

    def is_enum(self, name: str) -> bool:
        """Whether a class is a closed set of words."""
        return any("StrEnum" in model.bases for model in self.lineage(name))

    def _uses(self) -> Iterator[tuple[str, str]]:
        """Yield each class of the contract, and whether it is a response, a request or a query."""
        bodies = {
            schema["$ref"].rpartition("/")[2]
            for operation in self.contract.operations()
            if (schema := operation.request_schema) is not None
        }
        for component, schema in self.contract.components.items():
            if is_frame(schema):
                # the export writes frames from the names of events, and streams write them as bytes
                continue
            name = component if self.model(component) else component.partition("_")[0]
            yield name, "request" if component in bodies else "response"
        for name in sorted(self._queries()):
            yield name, "query"

    def _queries(self) -> set[str]:
        texts = [text for name, text in self._files.items() if name.startswith(f"{PACKAGE}/api/")]
        return {
            found.decode()
            for text in texts
            for found in re.findall(rb"Annotated\[(\w+), Query\(\)\]", text)
        }

    def _all_fields(self, name: str) -> list[Field]:
        seen: dict[str, Field] = {}
        for model in self.lineage(name):
            if self.is_enum(model.name):
                continue
            for field, node in model.fields.items():
                # a subclass overrides a field of its base
                seen.setdefault(field, Field(model, field, node))
        return list(seen.values())

    def _is_tag(self, field: Field) -> bool:
        shape = self.shape(field)
        is_word = shape.kind == "choice" and isinstance(shape.core, cst.Subscript)
        return is_word and field.name in self._tags

    def shape(self, field: Field) -> Shape:
        """Return the form of a field on the wire."""
        return self._shape(field.annotation, field.source)

    @cached_property
    def _tags(self) -> set[str]:
        texts = [text for name, text in self._files.items() if name.startswith(f"{PACKAGE}/")]
        return {name for text in texts for name in TAGS.findall(text.decode())}

    def _shape(self, node: cst.BaseExpression, source: Source) -> Shape:
        if isinstance(node, cst.Subscript) and source.code(node.value) == "Annotated":
            return self._shape(arguments(node)[0], source)
        if isinstance(node, cst.BinaryOperation):
            parts = [part for part in united(node) if source.code(part) != "None"]
            is_nullable = len(parts) < len(united(node))
            if len(parts) > 1:
                return Shape("model", node, is_nullable)
            inner = self._shape(parts[0], source)
            return replace(inner, is_nullable=is_nullable or inner.is_nullable)
        return self._named(node, source)

    def _named(self, node: cst.BaseExpression, source: Source) -> Shape:
        if isinstance(node, cst.Subscript):
            outer = source.code(node.value)
            if outer == "Literal":
                is_flag = source.code(arguments(node)[0]) in {"True", "False"}
                return Shape("flag" if is_flag else "choice", node, False)
            return Shape(PLAIN.get(outer, "model"), node, False)
        name = source.code(node)
        if name in PLAIN:
            return Shape(PLAIN[name], node, False)
        if self.model(name) is not None:
            return Shape("choice" if self.is_enum(name) else "model", node, False)
        target = self.definition(name, source)
        if target is None:
            return Shape("any", node, False)
        inner = self._shape(target[1], target[0])
        # a node of another file cannot be replaced here, so the alias is
        return Shape(inner.kind, node, inner.is_nullable)

    def definition(self, name: str, source: Source) -> tuple[Source, cst.BaseExpression] | None:
        """Find the definition of a type alias, in this module or in the one that it is imported from."""
        for node in statements(source.module.body):
            if isinstance(node, cst.Assign) and source.code(node.targets[0].target) == name:
                return source, _aliased(node.value)
        for line in imports(source):
            if isinstance(line, cst.ImportFrom) and name in names_of(line):
                file = f"{imported_from(line).replace('.', '/')}.py"
                if file in self._files:
                    return self.definition(name, parsed(self._files, file))
        return None


@lru_cache(maxsize=2)
def _wire(key: tuple[tuple[str, bytes], ...]) -> Wire:
    return Wire(dict(key))


def wire(files: Files) -> Wire:
    """Return the models of a tree; the same tree is read once."""
    names = sorted(name for name in files if name.startswith(f"{PACKAGE}/") or name == CONTRACT)
    sources = [name for name in names if name.endswith((".py", ".json"))]
    return _wire(tuple((name, files[name]) for name in sources))


def is_frame(schema: dict[str, Any]) -> bool:
    """Whether a component is a frame of a stream."""
    return "contentMediaType" in schema.get("properties", {}).get("data", {})


def arguments(node: cst.Subscript) -> list[cst.BaseExpression]:
    """Return the arguments between the brackets."""
    slices = (one.slice for one in node.slice)
    return [one.value for one in slices if isinstance(one, cst.Index)]


def united(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """Return the parts of `A | B | None`."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        return [*united(node.left), *united(node.right)]
    return [node]


def _aliased(node: cst.BaseExpression) -> cst.BaseExpression:
    # the second argument of `TypeAliasType`
    return node.args[1].value if isinstance(node, cst.Call) and len(node.args) > 1 else node


def _order(field: Field) -> tuple[str, int]:
    return field.source.file, field.source.spans[field.node].start


def _places(files: Files) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted(files):
        if file.startswith(f"{PACKAGE}/") and file.endswith(".py"):
            for name in re.findall(r"^class (\w+)\(", files[file].decode(), re.MULTILINE):
                found.setdefault(name, []).append(file)
    return found
