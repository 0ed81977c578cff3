"""What each operation takes: path, query, body and headers, as FastAPI reads them from a handler and its dependencies."""

import ast
from dataclasses import dataclass, field

from wirelaw.calls.annotations import (
    FUNCTION,
    Annotations,
    alias_of,
    arguments,
    flag,
    is_required,
    keyword_of,
    last_name,
    words_of,
)
from wirelaw.calls.bodies import Body, BodyField, BodyParameter, Carried, body_of
from wirelaw.calls.paths import ANY, parameters
from wirelaw.calls.routes import Route
from wirelaw.finding import Place
from wirelaw.models import Model, Models
from wirelaw.python import Definition, Function, Module, Sources

#: what FastAPI passes itself
_PASSED = frozenset(
    [
        "Request",
        "WebSocket",
        "HTTPConnection",
        "Response",
        "BackgroundTasks",
        "SecurityScopes",
        "StreamingResponse",
    ]
)
_READS_BODY = frozenset({"json", "body", "form", "stream"})
#: what else stands in `Annotated`
_CONSTRAINTS = frozenset(
    [
        "Field",
        "StringConstraints",
        "Doc",
        "AfterValidator",
        "BeforeValidator",
        "PlainValidator",
        "WrapValidator",
        "PlainSerializer",
        "Ge",
        "Gt",
        "Le",
        "Lt",
        "Len",
        "MinLen",
        "MaxLen",
        "Discriminator",
        "Tag",
        "SkipValidation",
        "Strict",
    ]
)
_DEPTH = 8


@dataclass(frozen=True)
class Operation:
    """One method and path of the service."""

    route: Route
    query: tuple[str, ...]
    is_query_open: bool  #: other parameters may be read
    body: Body
    #: functions and objects that it depends on, its routers' too
    dependencies: tuple[Definition, ...] = field(repr=False, compare=False)
    headers: tuple[
        tuple[str, Place], ...
    ] = ()  #: required ones, with the function that has the parameter

    @property
    def title(self) -> str:
        """Return the method and the path."""
        path = self.route.path.removeprefix(f"/{ANY}").replace(ANY, "…") or "/"
        return f"{'|'.join(self.route.methods) or 'any method of'} {path}"


@dataclass
class _Reading:
    """What is collected of a handler and its dependencies."""

    path: frozenset[str]
    query: list[str] = field(default_factory=list)
    is_query_open: bool = False
    body: Carried = field(default_factory=Carried)
    headers: list[tuple[str, Place]] = field(default_factory=list)
    dependencies: list[Definition] = field(default_factory=list)


@dataclass(frozen=True)
class _Parameter:
    function: Function
    name: str
    annotation: Definition
    default: ast.expr | None


class Operations:
    """Reads routes."""

    def __init__(self, sources: Sources, models: Models) -> None:
        self._sources = sources
        self._models = models
        self._annotations = Annotations(sources, models)

    def read(self, route: Route) -> Operation:
        """Return what one route takes; a route without a handler that can be read is open."""
        reading = _Reading(frozenset(parameters(route.path)))
        if route.handler is None:
            return Operation(route, (), True, Body("unknown"), ())
        own = self._listed(route)
        for one in (*route.required, *own):
            self._depend(one.module, one.node, reading)
        self._function(route.module, route.handler, reading)
        if any(not _is_route(one) for one in route.handler.decorator_list):
            # another decorator may read the request
            reading.is_query_open = True
        return Operation(
            route,
            tuple(dict.fromkeys(reading.query)),
            reading.is_query_open,
            body_of(self._models, reading.body),
            tuple(reading.dependencies),
            tuple(reading.headers),
        )

    def _listed(self, route: Route) -> list[Definition]:
        node = next(
            (one.value for one in getattr(route.call, "keywords", ()) if one.arg == "dependencies"),
            None,
        )
        value = self._sources.value_of(route.module, node) if node is not None else None
        if value is None or not isinstance(value.node, ast.List | ast.Tuple):
            return []
        return [Definition(value.module, one) for one in value.node.elts]

    def _function(
        self, module: Module, function: Function, reading: _Reading, depth: int = _DEPTH
    ) -> None:
        for name, annotation, default in arguments(function):
            where, inner, markers = self._annotations.split(module, annotation)
            if isinstance(default, ast.Call):
                markers = [*markers, Definition(module, default)]
            parameter = _Parameter(function, name, Definition(where, inner or ast.Pass()), default)
            if not any(self._marked(parameter, one, reading, depth) for one in markers):
                self._plain(parameter, inner, reading)

    def _marked(self, one: _Parameter, mark: Definition, reading: _Reading, depth: int) -> bool:
        """Read a parameter by a marker such as `Query(…)`; False where the marker says nothing of its place."""
        call = mark.node
        kind = last_name(call)
        annotation = one.annotation.node if isinstance(one.annotation.node, ast.expr) else None
        name = alias_of(call) or one.name
        if kind in {"Depends", "Security"}:
            self._depend(mark.module, call, reading, depth, one.annotation)
        elif kind in {"Header", "Cookie", "Path"}:
            if kind == "Header" and is_required(call, one.default):
                header = alias_of(call) or one.name.replace("_", "-")
                reading.headers.append((header.lower(), mark.module.place(one.function)))
        elif kind == "Query":
            self._query(one.annotation.module, one.name, annotation, call, reading)
        elif kind in {"Form", "File"}:
            reading.body.forms.append(BodyField(name, is_required(call, one.default)))
            if self._models.named(one.annotation.module, annotation) is not None:
                reading.body.is_unknown = True
        elif kind == "Body":
            required = is_required(call, one.default)
            where = one.annotation.module
            reading.body.parameters.append(
                BodyParameter(name, annotation, where, required, flag(call, "embed"))
            )
        elif kind not in _CONSTRAINTS and (call is not one.default or not self._is_model(mark)):
            # a function that returns `Depends(…)`, or a marker of another package
            reading.is_query_open = True
            if isinstance(call, ast.Call):
                depends = ast.Call(func=call, args=[call], keywords=[])
                self._depend(mark.module, depends, reading, depth)
        else:
            return False
        return True

    def _is_model(self, call: Definition) -> bool:
        """Whether a default is a value of a model, and so no marker."""
        return self._models.named(call.module, getattr(call.node, "func", None)) is not None

    def _plain(self, one: _Parameter, annotation: ast.expr | None, reading: _Reading) -> None:
        """Read a parameter without a marker: its type decides."""
        where = one.annotation.module
        words = words_of(annotation)
        if one.name in reading.path or one.name in {"self", "cls"}:
            return
        if words & _PASSED:
            self._request(one.function, one.name, reading)
        elif "UploadFile" in words:
            reading.body.forms.append(BodyField(one.name, one.default is None))
        elif annotation is None or self._annotations.is_scalar(where, annotation):
            reading.query.append(one.name)
        elif self._annotations.is_body(where, annotation):
            required = one.default is None
            reading.body.parameters.append(
                BodyParameter(one.name, annotation, where, required, is_embedded=False)
            )
        else:
            reading.is_query_open = True
            reading.body.is_unknown = True

    def _query(
        self,
        module: Module,
        name: str,
        annotation: ast.expr | None,
        call: ast.AST,
        reading: _Reading,
    ) -> None:
        model = self._models.named(module, annotation)
        if model is None:
            reading.query.append(alias_of(call) or name)
            return
        self._query_model(model, reading)

    def _query_model(self, model: Model, reading: _Reading) -> None:
        reading.query += [name for one in model.fields.values() for name in one.names]
        reading.is_query_open |= model.is_open or model.reads_input

    def _request(self, function: Function, name: str, reading: _Reading) -> None:
        """`Request` itself: what of it is read, or that it is passed on."""
        for node in ast.walk(function):
            if (
                not isinstance(node, ast.Name)
                or node.id != name
                or not isinstance(node.ctx, ast.Load)
            ):
                continue
            parent = _parent(function, node)
            attribute = parent.attr if isinstance(parent, ast.Attribute) else None
            if attribute is None or attribute in {"query_params", "url"}:
                reading.is_query_open = True
            if attribute is None or attribute in _READS_BODY:
                reading.body.is_unknown = True

    def _depend(
        self,
        module: Module,
        call: ast.AST,
        reading: _Reading,
        depth: int = _DEPTH,
        annotated: Definition | None = None,
    ) -> None:
        """`Depends(function)`, `Depends(Class)`, `Depends(object)` and `Depends()` with a class in the annotation."""
        if not isinstance(call, ast.Call) or depth == 0:
            return
        target = call.args[0] if call.args else keyword_of(call, "dependency")
        if target is None:
            if annotated is None or not isinstance(annotated.node, ast.expr):
                return
            module, target = annotated.module, annotated.node
        found = self._sources.value_of(module, target) if target is not None else None
        if found is None or found.node is target:
            if not isinstance(target, ast.Call):
                reading.is_query_open = True
                # a class of another package may be a form, as OAuth2PasswordRequestForm is
                reading.body.is_unknown |= last_name(target)[:1].isupper() if target else False
                reading.dependencies.append(Definition(module, target))
                return
            found = Definition(module, target)
        reading.dependencies.append(found)
        if isinstance(found.node, FUNCTION):
            self._function(found.module, found.node, reading, depth - 1)
        elif isinstance(found.node, ast.ClassDef):
            self._class(found.module, found.node, reading, depth)
        elif isinstance(found.node, ast.Call):
            self._factory(found, reading, depth)
        else:
            reading.is_query_open = True

    def _class(self, module: Module, node: ast.ClassDef, reading: _Reading, depth: int) -> None:
        model = self._models.read(module, node)
        if model is not None:
            self._query_model(model, reading)
            return
        init = next((one for one in node.body if getattr(one, "name", "") == "__init__"), None)
        if isinstance(init, FUNCTION):
            self._function(module, init, reading, depth - 1)
        elif node.bases:
            reading.is_query_open = True

    def _factory(self, built: Definition, reading: _Reading, depth: int) -> None:
        """`Depends(require_role("admin"))`: the function inside, or the `__call__` of the class."""
        if not isinstance(built.node, ast.Call):
            return
        factory = self._sources.value_of(built.module, built.node.func)
        if factory is None:
            return  # of a library: HTTPBearer() and its like
        inner = [
            one
            for one in ast.walk(factory.node)
            if isinstance(one, FUNCTION) and one is not factory.node
        ]
        if isinstance(factory.node, ast.ClassDef):
            inner = [one for one in inner if one.name == "__call__"]
        for one in inner:
            reading.dependencies.append(Definition(factory.module, one))
            self._function(factory.module, one, reading, depth - 1)


def _parent(function: Function, node: ast.AST) -> ast.AST | None:
    return next(
        (one for one in ast.walk(function) if node in ast.iter_child_nodes(one)),
        None,
    )


def _is_route(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
