"""What an operation answers, as far as its source certainly says it: names of members, with one envelope around."""

import ast
from dataclasses import dataclass

from wirelaw.calls.annotations import FUNCTION
from wirelaw.calls.operations import Operation
from wirelaw.finding import Place
from wirelaw.models import Models
from wirelaw.python import Function, Module, Sources

_STREAMS = frozenset({"StreamingResponse", "EventSourceResponse", "ServerSentEvent"})


@dataclass(frozen=True)
class Shape:
    """Members of an object; those that are objects themselves are known where a handler writes them out."""

    kind: str  #: `object` or `list`
    place: Place
    names: frozenset[str] = frozenset()
    members: tuple[tuple[str, "Shape"], ...] = ()

    def at(self, path: tuple[str, ...]) -> "Shape | None":
        """Return the shape of a member of a member."""
        if not path:
            return self
        inner = dict(self.members).get(path[0])
        return inner.at(path[1:]) if inner is not None else None


class Answers:
    """Reads what handlers answer."""

    def __init__(self, sources: Sources, models: Models) -> None:
        self._sources = sources
        self._models = models

    def of(self, operation: Operation) -> tuple[Shape, ...]:
        """Return the shapes of all answers of an operation; empty where one of them cannot be read."""
        route = operation.route
        if route.handler is None or route.call is None:
            return ()
        declared = next(
            (one.value for one in route.call.keywords if one.arg == "response_model"), None
        )
        if declared is not None and not (
            isinstance(declared, ast.Constant) and declared.value is None
        ):
            found = self._typed(route.module, declared)
            return (found,) if found is not None else ()
        if route.handler.returns is not None:
            found = self._typed(route.module, route.handler.returns)
            if found is not None and not self._has_open_member(found):
                return (found,)
        shapes = [
            self.value(route.module, one.value)
            for one in returns(route.handler)
            if one.value is not None
        ]
        return () if None in shapes else tuple(one for one in shapes if one is not None)

    def is_stream(self, operation: Operation) -> bool:
        """Whether an operation answers with a stream of events or bytes."""
        route = operation.route
        if route.handler is None:
            return False
        nodes = [*ast.walk(route.handler), *(ast.walk(route.call) if route.call else ())]
        names = {getattr(one, "id", getattr(one, "attr", "")) for one in nodes}
        return bool(names & _STREAMS)

    def is_typed(self, operation: Operation) -> bool:
        """Whether the contract can say more of an answer than that there is one."""
        route = operation.route
        if route.handler is None or route.call is None:
            return False
        declared = next(
            (one.value for one in route.call.keywords if one.arg == "response_model"), None
        )
        annotation = declared if declared is not None else route.handler.returns
        if annotation is None:
            return False
        words = {getattr(one, "id", getattr(one, "attr", "")) for one in ast.walk(annotation)}
        return not words <= {
            "dict",
            "Dict",
            "Any",
            "str",
            "list",
            "List",
            "object",
            "",
        } and not any(
            word.endswith("Response") and self._models.named(route.module, annotation) is None
            for word in words
        )

    def _has_open_member(self, shape: Shape) -> bool:
        """Whether a declared envelope does not say what is in it."""
        return any(name == "data" for name in shape.names) and not dict(shape.members).get("data")

    def _typed(self, module: Module, annotation: ast.AST) -> Shape | None:
        """Return the shape of a declared type."""
        if isinstance(annotation, ast.Subscript):
            return self._generic(module, annotation)
        if isinstance(annotation, ast.BinOp):
            return None
        model = self._models.named(module, annotation)
        if model is None or model.is_open or model.reads_input or model.kind != "model":
            return None
        if any(len(one.names) > 1 for one in model.fields.values()) or _computes(model.node):
            return None
        if any(
            getattr(base, "id", getattr(getattr(base, "value", None), "id", "")) == "RootModel"
            for base in model.node.bases
        ):
            return None
        return Shape("object", model.place, frozenset(model.fields))

    def _generic(self, module: Module, annotation: ast.Subscript) -> Shape | None:
        """`list[Item]`, and an envelope with the type of what is in it."""
        name = getattr(annotation.value, "id", getattr(annotation.value, "attr", ""))
        if name in {"list", "List", "Sequence"}:
            return Shape("list", module.place(annotation))
        if name in {"Optional", "Union"}:
            return None
        inner = self._typed(module, annotation.slice)
        model = self._models.named(module, annotation.value)
        if model is None or model.is_open or inner is None or "RootModel" in name:
            return None
        generic = {
            key: inner
            for key, one in model.fields.items()
            if any(
                getattr(node, "id", "") in _type_variables(model.module)
                for node in ast.walk(one.annotation)
            )
        }
        return Shape("object", model.place, frozenset(model.fields), tuple(generic.items()))

    def value(self, module: Module, node: ast.expr, depth: int = 4) -> Shape | None:
        """Return the shape of an expression that a handler returns."""
        if isinstance(node, ast.Dict):
            return self._literal(module, node, depth)
        if isinstance(node, ast.List | ast.ListComp):
            return Shape("list", module.place(node))
        if isinstance(node, ast.Call):
            return self._call(module, node, depth)
        return None

    def _literal(self, module: Module, node: ast.Dict, depth: int) -> Shape | None:
        names = set()
        members = []
        for key, value in zip(node.keys, node.values, strict=True):
            texts = self._sources.text_of(module, key) if key is not None else None
            if texts is None or len(texts) != 1:
                return None
            name = next(iter(texts))
            names.add(name)
            inner = self.value(module, value, depth - 1) if depth > 0 else None
            if inner is not None:
                members.append((name, inner))
        return Shape("object", module.place(node), frozenset(names), tuple(members))

    def _call(self, module: Module, call: ast.Call, depth: int) -> Shape | None:
        """A model, or a function that builds an envelope of one of its arguments."""
        if depth == 0:
            return None
        model = self._models.named(module, call.func)
        if model is not None and isinstance(call.func, ast.Name | ast.Attribute):
            return self._typed(module, call.func)
        found = self._sources.value_of(module, call.func)
        if found is None or not isinstance(found.node, FUNCTION):
            return None
        results = returns(found.node)
        if len(results) != 1 or results[0].value is None:
            return None
        bound = _bind(found.node, call)
        return self._envelope(found.module, results[0].value, module, bound, depth)

    def _envelope(
        self, inner: Module, node: ast.expr, outer: Module, bound: dict[str, ast.expr], depth: int
    ) -> Shape | None:
        """Return what a function of an envelope returns, with the arguments of its caller in it."""
        pairs: dict[str, ast.expr] = {}
        names: set[str] = set()
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    return None
                pairs[key.value] = value
            names = set(pairs)
        elif isinstance(node, ast.Call):
            owner = next((one for one in inner.above(node) if isinstance(one, ast.ClassDef)), None)
            is_own = isinstance(node.func, ast.Name) and node.func.id == "cls" and owner is not None
            model = (
                self._models.read(inner, owner)
                if is_own and owner
                else self._models.named(inner, node.func)
            )
            if model is None or any(key.arg is None for key in node.keywords):
                return None
            pairs = {key.arg: key.value for key in node.keywords if key.arg}
            names = set(model.fields)
        if not names:
            return None
        members = []
        for name, value in pairs.items():
            if isinstance(value, ast.Name) and value.id in bound:
                shape = self.value(outer, bound[value.id], depth - 1)
                if shape is not None:
                    members.append((name, shape))
        return Shape("object", inner.place(node), frozenset(names), tuple(members))


def returns(function: ast.AST) -> list[ast.Return]:
    """Return the statements of the function itself, and not of those inside."""
    found: list[ast.Return] = []
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            found.append(node)
        if not isinstance(node, (*FUNCTION, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)
    return found


def _bind(function: Function, call: ast.Call) -> dict[str, ast.expr]:
    names = [one.arg for one in function.args.args]
    if names[:1] in (["cls"], ["self"]):
        names = names[1:]
    bound = dict(zip(names, call.args, strict=False))
    return {**bound, **{key.arg: key.value for key in call.keywords if key.arg}}


def _type_variables(module: Module) -> set[str]:
    return {
        name
        for name, node in module.names.items()
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "TypeVar"
    }


def _computes(node: ast.ClassDef) -> bool:
    """Whether an answer has more members than fields."""
    words = {getattr(one, "id", getattr(one, "attr", "")) for one in ast.walk(node)}
    return bool(words & {"computed_field", "model_serializer"})
