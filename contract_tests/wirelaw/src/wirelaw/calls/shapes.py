"""What JSON is on the wire: objects with all their members, and lists; as types of the service declare it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from wirelaw.calls.annotations import alias_of, last_name, unquoted, words_of
from wirelaw.events.program import Program
from wirelaw.events.routines import Class
from wirelaw.finding import Place
from wirelaw.models import Models
from wirelaw.python import Module

#: the step of a path into the elements of a list
ITEM = "[]"
_LISTS = frozenset(
    {"list", "List", "Sequence", "set", "Set", "Iterable", "Collection", "frozenset"}
)
_EITHER = frozenset({"Optional", "Union"})
_SAME = frozenset({"Annotated", "Awaitable", "Required", "NotRequired", "Final"})
#: what says nothing of what is inside
_OPEN = frozenset(
    {"Any", "dict", "Dict", "object", "Mapping", "MutableMapping", "list", "List", ""}
)
#: members of envelopes with what is sent in them
_PAYLOADS = frozenset(
    {"data", "result", "results", "payload", "items", "content", "body", "response"}
)
_ANYTHING = frozenset({"Any", "object", "Optional", "Union", "typing", ""})


@dataclass(frozen=True, eq=False)
class Shape:
    """An object with the names of all its members, or a list; members that are not understood have no shape."""

    kind: str  #: `object` or `list`
    place: Place
    names: frozenset[str] = frozenset()
    members: dict[str, "Shapes"] = field(default_factory=dict)

    def with_members(self, added: dict[str, "Shapes | None"]) -> "Shape":
        """Return the shape with further members; one that is there may be either."""
        members = {**self.members}
        for name, one in added.items():
            before = members.pop(name, None) if name in self.names else ()
            after = either([before, one])
            if after is not None:
                members[name] = after
        return replace(self, names=self.names | added.keys(), members=members)


#: what a value may be: none where it is null only; None in place of it where that is not understood
Shapes = tuple[Shape, ...]


def either(found: Iterable[Shapes | None]) -> Shapes | None:
    """Return what a value may be that is one of several; None where one of them is not understood."""
    shapes: list[Shape] = []
    for one in found:
        if one is None:
            return None
        shapes += one
    return tuple(dict.fromkeys(shapes))


def inside(shapes: Shapes | None, path: Iterable[str]) -> Shapes | None:
    """Return what is at a path; none where no shape has it, None where that is not understood."""
    for step in path:
        if shapes is None:
            return None
        having = [one for one in shapes if (one.kind == "list") == (step == ITEM)]
        having = [one for one in having if step == ITEM or step in one.names]
        shapes = either(one.members.get(step) for one in having)
    return shapes


class Declared:
    """Reads types."""

    def __init__(self, program: Program, models: Models) -> None:
        self._program = program
        self._models = models
        self._found: dict[ast.ClassDef, Shapes | None] = {}

    def read(  # noqa: PLR0911 - one return for each kind of type
        self, module: Module, annotation: ast.AST | None, bound: dict[str, Shapes] | None = None
    ) -> Shapes | None:
        """Return the shapes of a type; None where it says less than the members of an object."""
        node = unquoted(annotation)
        if isinstance(node, ast.Constant):
            return () if node.value is None else None
        if isinstance(node, ast.BinOp):
            return either(self.read(module, one, bound) for one in (node.left, node.right))
        if isinstance(node, ast.Subscript):
            return self._generic(module, node, bound)
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        name = ast.unparse(node)
        if bound and name in bound:
            return bound[name]
        if name in _LISTS:
            return (Shape("list", module.place(node)),)
        found = self._program.sources.define(module, name)
        if found is None:
            return None
        if isinstance(found.node, ast.ClassDef):
            return self.model(Class(found.module, found.node))
        is_alias = isinstance(found.node, ast.Subscript | ast.BinOp)
        return self.read(found.module, found.node) if is_alias else None

    def _generic(
        self, module: Module, node: ast.Subscript, bound: dict[str, Shapes] | None
    ) -> Shapes | None:
        """`list[Item]`, a choice, and an envelope with the type of what is in it."""
        name = last_name(node.value)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name in _LISTS:
            item = self.read(module, parts[0], bound)
            members = {} if item is None else {ITEM: item}
            return (Shape("list", module.place(node), members=members),)
        if name in _EITHER:
            return either(self.read(module, one, bound) for one in parts)
        if name in _SAME:
            return self.read(module, parts[0], bound)
        found = self._program.sources.define(module, ast.unparse(node.value))
        if found is None or not isinstance(found.node, ast.ClassDef):
            return None
        inner = {
            variable: shapes
            for variable, one in zip(self._variables(found.node), parts, strict=False)
            if (shapes := self.read(module, one, bound)) is not None
        }
        return self.model(Class(found.module, found.node), inner)

    def _variables(self, node: ast.ClassDef) -> list[str]:
        """Return the type variables of a class, in their order."""
        for base in node.bases:
            if isinstance(base, ast.Subscript):
                parts = base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
                return [last_name(one) for one in parts]
        return [str(getattr(one, "name", "")) for one in getattr(node, "type_params", ())]

    def model(self, kind: Class, bound: dict[str, Shapes] | None = None) -> Shapes | None:
        """Return what an object of a class is as JSON; None of a class that is no model, or has other members."""
        if bound:
            return self._model(kind, bound)
        if kind.node not in self._found:
            self._found[kind.node] = None  # a model that contains itself
            self._found[kind.node] = self._model(kind, {})
        return self._found[kind.node]

    def _model(self, kind: Class, bound: dict[str, Shapes]) -> Shapes | None:
        model = self._models.read(kind.module, kind.node)
        if model is None or model.is_open:
            return None
        names: set[str] = set()
        for base in self._program.bases(kind):
            words = words_of(base.node)
            if words & {"RootModel", "NamedTuple", "model_serializer", "PlainSerializer"}:
                return None
            names |= set(_computed(base.node))
        members: dict[str, Shapes] = {}
        for key, one in model.fields.items():
            aliases = {key, one.name, *one.names}
            if model.reads_input:
                # names may be generated
                aliases |= {camel(each) for each in aliases}
            names |= aliases
            module = self._program.sources.modules.get(one.place.path, model.module)
            inner = self.read(module, one.annotation, bound)
            if inner is not None:
                members |= dict.fromkeys(aliases, inner)
        return (Shape("object", model.place, frozenset(names), members),)

    def is_complete(self, module: Module, annotation: ast.AST | None) -> bool:
        """Whether a type says what an answer is, an envelope also what is in it."""
        node = unquoted(annotation)
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.BinOp):
            return all(self.is_complete(module, one) for one in (node.left, node.right))
        if isinstance(node, ast.Subscript):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if last_name(node.value) in _SAME:
                parts = parts[:1]
            is_known = last_name(node.value) in _OPEN | _LISTS | _EITHER | _SAME
            return last_name(node.value) == "Literal" or (
                all(self.is_complete(module, one) for one in parts)
                and (is_known or self._is_class(module, node.value, is_bound=True))
            )
        return node is not None and last_name(node) not in _OPEN and self._is_class(module, node)

    def _is_class(self, module: Module, node: ast.expr, *, is_bound: bool = False) -> bool:
        """Whether a name is of a type whose payload is typed; type variables are, where they are bound."""
        found = self._program.sources.define(module, ast.unparse(node))
        if found is None:
            # of a library: a date or an identifier, and not a response
            return not last_name(node).endswith("Response")
        if isinstance(found.node, ast.Subscript | ast.BinOp):
            return self.is_complete(found.module, found.node)
        if not isinstance(found.node, ast.ClassDef):
            return is_bound
        model = self._models.read(found.module, found.node)
        variables = {*self._variables(found.node)}
        return model is None or not any(
            (name in _PAYLOADS or words_of(one.annotation) <= _ANYTHING | variables)
            and not (is_bound and words_of(one.annotation) & variables)
            and not self.is_complete(found.module, one.annotation)
            for name, one in model.fields.items()
        )


def _computed(node: ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        if not isinstance(one, ast.FunctionDef):
            continue
        for decorator in one.decorator_list:
            if "computed_field" in words_of(decorator):
                yield one.name
                alias = alias_of(decorator)
                if alias is not None:
                    yield alias


def camel(name: str) -> str:
    """Return `createdAt` for `created_at`."""
    head, *rest = name.split("_")
    return head + "".join(one[:1].upper() + one[1:] for one in rest)
