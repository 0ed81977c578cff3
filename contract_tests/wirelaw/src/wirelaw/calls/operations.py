"""What each operation takes: path, query, body and headers, as FastAPI reads them from a handler and its dependencies."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from wirelaw.calls.paths import parameters
from wirelaw.calls.routes import Route
from wirelaw.finding import Place
from wirelaw.models import Model, Models
from wirelaw.python import Definition, Function, Module, Sources

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
#: query parameters
_SCALARS = frozenset(
    """str int float bool bytes date datetime time timedelta Decimal UUID UUID4 EmailStr HttpUrl AnyUrl AnyHttpUrl
    PositiveInt NonNegativeInt PositiveFloat NonNegativeFloat conint confloat constr Path Literal Enum""".split()
)
#: what FastAPI passes itself
_PASSED = frozenset(
    "Request WebSocket HTTPConnection Response BackgroundTasks SecurityScopes StreamingResponse".split()
)
_OBJECTS = frozenset("dict Dict list List set Set tuple Tuple Sequence Iterable Mapping Any".split())
_READS_BODY = frozenset({"json", "body", "form", "stream"})
#: what else stands in `Annotated`
_CONSTRAINTS = frozenset(
    """Field StringConstraints Doc AfterValidator BeforeValidator PlainValidator WrapValidator PlainSerializer Ge Gt Le Lt
    Len MinLen MaxLen Discriminator Tag SkipValidation Strict""".split()
)
_DEPTH = 8


@dataclass(frozen=True)
class BodyField:
    """One field of a body."""

    name: str
    required: bool


@dataclass(frozen=True)
class Body:
    """What a request carries."""

    kind: str  #: `none`, `object`, `form`, or `unknown`
    required: bool = False
    fields: tuple[BodyField, ...] = ()
    is_open: bool = True  #: other fields may be read
    is_strict: bool = False  #: other fields are refused
    name: str = ""  #: of the model
    place: Place | None = None


@dataclass(frozen=True)
class Operation:
    """One method and path of the service."""

    route: Route
    query: tuple[str, ...]
    is_query_open: bool  #: other parameters may be read
    body: Body
    #: functions and objects that it depends on, its routers' too
    dependencies: tuple[Definition, ...] = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        """Return the method and the path."""
        return f"{'|'.join(self.route.methods) or 'any method of'} {self.route.path}"


@dataclass
class _Reading:
    """What is collected of a handler and its dependencies."""

    path: frozenset[str]
    query: list[str] = field(default_factory=list)
    is_query_open: bool = False
    is_body_unknown: bool = False
    bodies: list[tuple[str, ast.expr | None, Module, bool, bool]] = field(default_factory=list)
    forms: list[BodyField] = field(default_factory=list)
    dependencies: list[Definition] = field(default_factory=list)


class Operations:
    """Reads routes."""

    def __init__(self, sources: Sources, models: Models) -> None:
        self._sources = sources
        self._models = models

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
            self._body(reading),
            tuple(reading.dependencies),
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
        for name, annotation, default in _arguments(function):
            self._parameter(module, function, name, annotation, default, reading, depth)

    def _parameter(  # noqa: C901, PLR0911, PLR0912, PLR0913 - one branch for each kind of parameter
        self,
        module: Module,
        function: Function,
        name: str,
        annotation: ast.expr | None,
        default: ast.expr | None,
        reading: _Reading,
        depth: int,
    ) -> None:
        where, annotation, markers = self._annotated(module, annotation)
        marks = [*markers, *([Definition(module, default)] if isinstance(default, ast.Call) else [])]
        for mark in marks:
            call = mark.node
            kind = _last(call)
            if kind in {"Depends", "Security"}:
                self._depend(mark.module, call, reading, depth, Definition(where, annotation))
                return
            if kind in {"Header", "Cookie", "Path"}:
                reading.dependencies.append(Definition(mark.module, _marked(name, call)))
                return
            if kind == "Query":
                self._query(where, name, annotation, call, reading)
                return
            if kind in {"Form", "File"}:
                reading.forms.append(BodyField(_alias(call) or name, _is_required(call, default)))
                if self._models.named(where, annotation) is not None:
                    reading.is_body_unknown = True
                return
            if kind == "Body":
                is_embedded = _flag(call, "embed")
                required = _is_required(call, default)
                reading.bodies.append((_alias(call) or name, annotation, where, required, is_embedded))
                return
            if mark.node is not default and kind not in _CONSTRAINTS:
                # a function that returns `Depends(…)`, or a marker of another package
                reading.is_query_open = True
                self._depend(mark.module, ast.Call(func=mark.node, args=[call], keywords=[]), reading, depth)
                return
        if name in reading.path or name in {"self", "cls"}:
            return
        words = _words(annotation)
        if words & _PASSED:
            self._request(function, name, reading)
        elif "UploadFile" in words:
            reading.forms.append(BodyField(name, default is None))
        elif annotation is None or self._is_scalar(where, annotation):
            reading.query.append(name)
        elif self._is_body(where, annotation):
            optional = default is not None
            reading.bodies.append((name, annotation, where, not optional, False))
        else:
            reading.is_query_open = True
            reading.is_body_unknown = True

    def _annotated(
        self, module: Module, annotation: ast.expr | None, depth: int = _DEPTH
    ) -> tuple[Module, ast.expr | None, list[Definition]]:
        """Take `Annotated` and its aliases off: the type, where it is written, and FastAPI's markers."""
        annotation = _unquoted(annotation)
        if isinstance(annotation, ast.Name | ast.Attribute) and depth > 0:
            found = self._sources.define(module, ast.unparse(annotation))
            if found is not None and isinstance(found.node, ast.Subscript | ast.BinOp):
                return self._annotated(found.module, found.node, depth - 1)
        if isinstance(annotation, ast.Subscript) and _last(annotation.value) == "Annotated":
            if isinstance(annotation.slice, ast.Tuple):
                inner, *rest = annotation.slice.elts
                where, inner_type, markers = self._annotated(module, inner, depth - 1)
                return (
                    where,
                    inner_type,
                    [*markers, *(self._marker(module, one) for one in rest)],
                )
        return module, annotation, []

    def _marker(self, module: Module, node: ast.expr) -> Definition:
        """Return a marker: `Query()`, `Query`, or a name of one."""
        if not isinstance(node, ast.Call):
            found = self._sources.value_of(module, node)
            if found is not None and isinstance(found.node, ast.Call):
                return found
            return Definition(module, ast.Call(func=node, args=[], keywords=[]))
        return Definition(module, node)

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
            reading.query.append(_alias(call) or name)
            return
        self._query_model(model, reading)

    def _query_model(self, model: Model, reading: _Reading) -> None:
        reading.query += [name for one in model.fields.values() for name in one.names]
        reading.is_query_open |= model.is_open or model.reads_input

    def _request(self, function: Function, name: str, reading: _Reading) -> None:
        """`Request` itself: what of it is read, or that it is passed on."""
        for node in ast.walk(function):
            if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
                continue
            parent = _parent(function, node)
            attribute = parent.attr if isinstance(parent, ast.Attribute) else None
            if attribute is None or attribute in {"query_params", "url"}:
                reading.is_query_open = True
            if attribute is None or attribute in _READS_BODY:
                reading.is_body_unknown = True

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
        target = call.args[0] if call.args else _keyword(call, "dependency")
        if target is None:
            if annotated is None or annotated.node is None:
                return
            module, target = annotated.module, annotated.node  # type: ignore[assignment]
        found = self._sources.value_of(module, target) if target is not None else None
        if found is None or found.node is target:
            if not isinstance(target, ast.Call):
                reading.is_query_open = True
                # a class of another package may be a form, as OAuth2PasswordRequestForm is
                reading.is_body_unknown |= _last(target)[:1].isupper() if target else False
                reading.dependencies.append(Definition(module, target))  # type: ignore[arg-type]
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
        factory = self._sources.value_of(built.module, built.node.func)  # type: ignore[attr-defined]
        if factory is None:
            return  # of a library: HTTPBearer() and its like
        inner = [one for one in ast.walk(factory.node) if isinstance(one, FUNCTION) and one is not factory.node]
        if isinstance(factory.node, ast.ClassDef):
            inner = [one for one in inner if one.name == "__call__"]
        for one in inner:
            reading.dependencies.append(Definition(factory.module, one))
            self._function(factory.module, one, reading, depth - 1)

    def _is_scalar(self, module: Module, annotation: ast.expr) -> bool:
        names = [one for one in _types(annotation) if one != "None"]
        return bool(names) and all(
            one.rpartition(".")[2] in _SCALARS or self._is_enum(module, one) for one in names
        )

    def _is_enum(self, module: Module, name: str, depth: int = 4) -> bool:
        found = self._sources.define(module, name)
        if found is None or depth == 0:
            return False
        if isinstance(found.node, ast.Subscript) and _last(found.node.value) in {"Literal", "Annotated"}:
            return True
        if not isinstance(found.node, ast.ClassDef):
            return False
        bases = [_last(one) for one in found.node.bases]
        if any(one.endswith("Enum") or one in {"str", "int"} for one in bases):
            return True
        return any(
            self._is_enum(found.module, ast.unparse(one), depth - 1) for one in found.node.bases
        )

    def _is_body(self, module: Module, annotation: ast.expr) -> bool:
        names = [one for one in _types(annotation) if one != "None"]
        return bool(names) and all(
            one.rpartition(".")[2] in _OBJECTS or self._models.named(module, _name(one)) is not None
            for one in names
        )

    def _body(self, reading: _Reading) -> Body:
        if reading.is_body_unknown:
            return Body("unknown")
        if reading.forms:
            required = any(one.required for one in reading.forms)
            return Body("form", required, tuple(reading.forms), is_open=True)
        if not reading.bodies:
            return Body("none", is_open=False)
        if len(reading.bodies) > 1 or reading.bodies[0][4]:
            fields = tuple(BodyField(name, required) for name, _, _, required, _ in reading.bodies)
            return Body("object", any(one.required for one in fields), fields, is_open=False)
        (_, annotation, module, required, _) = reading.bodies[0]
        return self._model_body(module, annotation, required)

    def _model_body(self, module: Module, annotation: ast.expr | None, required: bool) -> Body:  # noqa: FBT001
        names = [one for one in _types(annotation) if one != "None"]
        required = required or "None" not in _types(annotation) and required
        models = [self._models.named(module, _name(one)) for one in names]
        if len(models) != 1 or models[0] is None or "RootModel" in _bases(models[0]):
            return Body("object" if models and all(models) else "unknown", required)
        model = models[0]
        fields = tuple(
            BodyField(name, one.required and len(one.names) == 1)
            for one in model.fields.values()
            for name in sorted(one.names)
        )
        is_open = model.is_open or model.reads_input
        return Body("object", required, fields, is_open, model.is_strict, model.name, model.place)


def _arguments(
    function: Function,
) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    positional = [*function.args.posonlyargs, *function.args.args]
    missing = len(positional) - len(function.args.defaults)
    defaults = [*[None] * missing, *function.args.defaults]
    for one, default in zip(positional, defaults, strict=True):
        yield one.arg, one.annotation, default
    for one, keyword in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        yield one.arg, one.annotation, keyword


def _types(annotation: ast.AST | None) -> list[str]:
    """Return the types of a union by name; those of a list or a table by the name of that."""
    annotation = _unquoted(annotation)
    if annotation is None:
        return []
    if isinstance(annotation, ast.Constant):
        return ["None"] if annotation.value is None else [str(annotation.value)]
    if isinstance(annotation, ast.BinOp):
        return [*_types(annotation.left), *_types(annotation.right)]
    if isinstance(annotation, ast.Subscript):
        name = _last(annotation.value)
        inner = annotation.slice
        if name == "Annotated":
            return _types(inner.elts[0] if isinstance(inner, ast.Tuple) else inner)
        if name in {"Optional", "Union"}:
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return [*(["None"] if name == "Optional" else []), *(t for one in items for t in _types(one))]
        return [ast.unparse(annotation.value)]
    return [ast.unparse(annotation)]


def _unquoted(annotation: ast.AST | None) -> ast.expr | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    return annotation  # type: ignore[return-value]


def _name(dotted: str) -> ast.expr:
    return ast.parse(dotted, mode="eval").body


def _words(annotation: ast.AST | None) -> set[str]:
    return {_last(one) for one in ast.walk(annotation)} if annotation is not None else set()


def _bases(model: Model) -> set[str]:
    return {_last(one.value if isinstance(one, ast.Subscript) else one) for one in model.node.bases}


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def _flag(call: ast.AST, name: str) -> bool:
    node = _keyword(call, name) if isinstance(call, ast.Call) else None
    return isinstance(node, ast.Constant) and node.value is True


def _alias(call: ast.AST) -> str | None:
    node = _keyword(call, "alias") if isinstance(call, ast.Call) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_required(call: ast.AST, default: ast.expr | None) -> bool:
    """Whether `Body(…)` has no default; in `Annotated` the default is the parameter's."""
    own = default if default is not None and default is not call else None
    if own is None and isinstance(call, ast.Call):
        own = _keyword(call, "default") or (call.args[0] if call.args else None)
        own = own or _keyword(call, "default_factory")
    return own is None or (isinstance(own, ast.Constant) and own.value is ...)


def _marked(name: str, call: ast.AST) -> ast.AST:
    """Keep the name of the parameter beside `Header(…)`: it is the header's where there is no alias."""
    call.parameter = name  # type: ignore[attr-defined]
    return call


def _parent(function: Function, node: ast.AST) -> ast.AST | None:
    return next(
        (one for one in ast.walk(function) if node in ast.iter_child_nodes(one)),
        None,
    )


def _is_route(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _last(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
