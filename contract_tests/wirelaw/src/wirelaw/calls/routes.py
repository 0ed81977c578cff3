"""The routes of the service: decorators, `add_api_route`, routers in routers with their prefixes, and mounts."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from wirelaw.calls.paths import ANY, join
from wirelaw.finding import Place
from wirelaw.python import Definition, Function, Module, Sources

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_STATIC = frozenset({"StaticFiles", "SPAStaticFiles"})
#: the routes of other frameworks, and of Starlette: there is one, and that is all that is read of it
_OTHER = frozenset({"route", "websocket", "Route", "WebSocketRoute", "re_path", "add_route", "url"})
_DEPTH = 8
Scope = Function | None


@dataclass(frozen=True)
class Route:
    """One path of the service; the same function has several where its router is included twice."""

    methods: tuple[str, ...]  #: empty for any
    path: str  #: with `**` where a prefix cannot be read
    place: Place
    module: Module = field(repr=False, compare=False)
    handler: Function | None = field(repr=False, compare=False)
    call: ast.Call | None = field(repr=False, compare=False)  #: `router.get(…)`
    #: what routers require of every route: expressions in `dependencies=[…]`, each with its module
    required: tuple[Definition, ...] = field(default=(), repr=False, compare=False)


@dataclass
class _Router:
    """A variable that a router is assigned to."""

    module: Module
    prefix: str
    is_app: bool
    dependencies: tuple[Definition, ...]
    parents: list["_Include"] = field(default_factory=list)


@dataclass(frozen=True)
class _Include:
    parent: _Router | None  #: None where it cannot be resolved
    prefix: str
    dependencies: tuple[Definition, ...]


@dataclass(frozen=True)
class _Mounted:
    prefix: str
    required: tuple[Definition, ...]


class Routes:
    """All routes of the sources."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._routers: dict[ast.AST, _Router] = {}  #: by the call that creates it
        self._opaque: list[_Include] = []  #: routers of other packages
        self._has_loose_includes = False
        self._find_routers()
        self._find_includes()

    @property
    def all(self) -> list[Route]:
        """Every route, by file and line."""
        found = [*self._decorated(), *self._added(), *self._foreign(), *self._mounts()]
        return sorted(found, key=lambda one: (one.place, one.path, one.methods))

    # routers

    def _find_routers(self) -> None:
        names = [one for one in self._sources.calls if one.endswith(("Router", "API", "App"))]
        for name in names:
            for module, node in self._sources.calls[name]:
                if self._is_router(module, node):
                    self._routers[node] = _Router(
                        module,
                        self._prefix(module, node) or "",
                        _last(node.func) == "FastAPI",
                        self._dependencies(module, node),
                    )

    def _is_router(self, module: Module, node: ast.Call) -> bool:
        name = _last(node.func)
        if name in {"APIRouter", "FastAPI"}:
            return True
        found = self._sources.value_of(module, node.func)
        if found is None or not isinstance(found.node, ast.ClassDef):
            return False
        return any(_last(base) in {"APIRouter", "FastAPI"} for base in found.node.bases)

    def _prefix(self, module: Module, call: ast.Call, at: int | None = None) -> str | None:
        """Return the prefix of a call, `**` where it is computed, None where there is none."""
        node = next((one.value for one in call.keywords if one.arg == "prefix"), None)
        if node is None and at is not None and len(call.args) > at:
            node = call.args[at]
        if node is None:
            return None
        return self.text(module, node)

    def text(self, module: Module, node: ast.AST, depth: int = _DEPTH) -> str:
        """Return the text of a path, with `**` for what cannot be read; settings count with their default."""
        if isinstance(node, ast.JoinedStr):
            parts = (
                self.text(module, one.value, depth)
                if isinstance(one, ast.FormattedValue)
                else str(getattr(one, "value", ""))
                for one in node.values
            )
            return "".join(parts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.text(module, node.left, depth) + self.text(module, node.right, depth)
        found = self._sources.text_of(module, node)
        if found is not None and len(found) == 1:
            return next(iter(found))
        if isinstance(node, ast.Attribute) and depth > 0:
            return self._setting(module, node, depth)
        return f"/{ANY}"

    def _setting(self, module: Module, node: ast.Attribute, depth: int) -> str:
        """Return the default of a field of a settings object: `settings.API_V1_STR`."""
        owner = self._sources.value_of(module, node.value)
        for _ in range(_DEPTH):
            if owner is None or not isinstance(owner.node, ast.Call):
                break
            found = self._sources.value_of(owner.module, owner.node.func)
            if found is not None and isinstance(found.node, Function):
                returned = next(
                    (one for one in ast.walk(found.node) if isinstance(one, ast.Return)), None
                )
                if returned is None or returned.value is None:
                    break
                owner = self._sources.value_of(found.module, returned.value)
            else:
                owner = found
        if owner is not None and isinstance(owner.node, ast.ClassDef):
            for statement in owner.node.body:
                if isinstance(statement, ast.AnnAssign) and statement.value is not None:
                    if _last(statement.target) == node.attr:
                        return self._default(owner.module, statement.value, depth)
        return f"/{ANY}"

    def _default(self, module: Module, value: ast.expr, depth: int) -> str:
        if isinstance(value, ast.Call):
            inner = next((one.value for one in value.keywords if one.arg == "default"), None)
            inner = inner or (value.args[0] if value.args else None)
            return f"/{ANY}" if inner is None else self.text(module, inner, depth - 1)
        return self.text(module, value, depth - 1)

    def _dependencies(self, module: Module, call: ast.Call) -> tuple[Definition, ...]:
        node = next((one.value for one in call.keywords if one.arg == "dependencies"), None)
        if node is None:
            return ()
        value = self._sources.value_of(module, node)
        if value is None or not isinstance(value.node, ast.List | ast.Tuple):
            return ()
        return tuple(Definition(value.module, one) for one in value.node.elts)

    def _router_of(self, module: Module, node: ast.AST, depth: int = _DEPTH) -> list[_Router]:
        """Return the routers that an expression stands for; a parameter is what its callers pass."""
        if depth == 0:
            return []
        if isinstance(node, ast.Call):
            return [self._routers[node]] if node in self._routers else self._built(module, node, depth)
        if isinstance(node, ast.Attribute) and _last(node.value) == "self":
            return self._attribute(module, node)
        if not isinstance(node, ast.Name | ast.Attribute):
            return []
        value = self._sources.value_of(module, node)
        if value is not None and value.node is not node and value.node in self._routers:
            return [self._routers[value.node]]
        if value is not None and isinstance(value.node, ast.Call | ast.Name | ast.Attribute):
            return self._router_of(value.module, value.node, depth - 1)
        scope = module.scope(node)
        if isinstance(node, ast.Name) and scope is not None and value is None:
            return self._passed(module, scope, node.id, depth)
        return []

    def _built(self, module: Module, call: ast.Call, depth: int) -> list[_Router]:
        """Return the routers that a function of the project returns."""
        value = self._sources.value_of(module, call.func)
        if value is None or not isinstance(value.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return []
        returned = [one.value for one in ast.walk(value.node) if isinstance(one, ast.Return)]
        return [
            router
            for one in returned
            if one is not None
            for router in self._router_of(value.module, one, depth - 1)
        ]

    def _attribute(self, module: Module, node: ast.Attribute) -> list[_Router]:
        owner = next((one for one in module.above(node) if isinstance(one, ast.ClassDef)), None)
        if owner is None:
            return []
        return [
            self._routers[one.value]
            for one in ast.walk(owner)
            if isinstance(one, ast.Assign | ast.AnnAssign) and one.value in self._routers
            for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
            if ast.unparse(target) == ast.unparse(node)
        ]

    def _passed(self, module: Module, scope: Function, name: str, depth: int) -> list[_Router]:
        names = [one.arg for one in (*scope.args.posonlyargs, *scope.args.args)]
        if name not in {*names, *(one.arg for one in scope.args.kwonlyargs)}:
            return []
        index = names.index(name) if name in names else -1
        found: list[_Router] = []
        for caller, call in self._calls(scope.name):
            value = self._sources.value_of(caller, call.func)
            if value is None or value.node is not scope:
                continue
            argument = next((one.value for one in call.keywords if one.arg == name), None)
            if argument is None and 0 <= index < len(call.args):
                argument = call.args[index]
            if argument is not None:
                found += self._router_of(caller, argument, depth - 1)
        return list({id(one): one for one in found}.values())

    def _calls(self, name: str) -> list[tuple[Module, ast.Call]]:
        return self._sources.calls.get(name, [])

    # includes

    def _find_includes(self) -> None:
        for module, call in self._calls("include_router"):
            if not isinstance(call.func, ast.Attribute):
                continue
            node = call.args[0] if call.args else _keyword(call, "router")
            if node is None:
                continue
            prefix = self._prefix(module, call, 1) or ""
            dependencies = self._dependencies(module, call)
            parents = self._router_of(module, call.func.value) or [None]
            for child in self._router_of(module, node):
                child.parents += [_Include(parent, prefix, dependencies) for parent in parents]
            if not self._router_of(module, node):
                if prefix:
                    self._opaque += [_Include(parent, prefix, dependencies) for parent in parents]
                else:
                    self._has_loose_includes = True
        for module, call in self._calls("mount"):
            if len(call.args) > 1 and isinstance(call.func, ast.Attribute):
                prefix = self.text(module, call.args[0])
                parents = self._router_of(module, call.func.value)
                for child in self._router_of(module, call.args[1]):
                    child.parents += [_Include(parent, prefix, ()) for parent in parents]

    def _mounted(self, router: _Router | None, seen: frozenset[int] = frozenset()) -> list[_Mounted]:
        """Return where a router is: the prefixes of those that include it, and what they require."""
        if router is None:
            return [_Mounted(f"/{ANY}", ())]
        own = join(router.prefix)
        if id(router) in seen:
            return []
        if not router.parents:
            # an application is the root; a router that nothing includes is included in a way that cannot be read
            root = "" if router.is_app else f"/{ANY}"
            return [_Mounted(join(root, own), router.dependencies)]
        return [
            _Mounted(
                join(above.prefix, include.prefix, own),
                (*above.required, *include.dependencies, *router.dependencies),
            )
            for include in router.parents
            for above in self._mounted(include.parent, seen | {id(router)})
        ]

    # routes

    def _decorated(self) -> Iterator[Route]:
        for name in sorted(VERBS | {"api_route"}):
            for module, call in self._calls(name):
                handler = module.parents.get(call)
                if isinstance(handler, ast.FunctionDef | ast.AsyncFunctionDef):
                    if call in handler.decorator_list:
                        yield from self._of_decorator(module, handler, call)

    def _of_decorator(self, module: Module, handler: Function, node: ast.expr) -> Iterator[Route]:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return
        name = node.func.attr
        if name not in VERBS | {"api_route"}:
            return
        methods = (name.upper(),) if name in VERBS else self._methods(module, node)
        path = node.args[0] if node.args else _keyword(node, "path")
        if path is None:
            return
        routers = self._router_of(module, node.func.value)
        text = self.text(module, path)
        if not routers and not (text.startswith("/") or text == ""):
            return
        yield from self._routes(module, handler, node, methods, text, routers)

    def _added(self) -> Iterator[Route]:
        for module, call in self._calls("add_api_route"):
            if not isinstance(call.func, ast.Attribute) or len(call.args) < 2:
                continue
            endpoint = self._sources.value_of(module, call.args[1])
            is_function = endpoint is not None and isinstance(
                endpoint.node, ast.FunctionDef | ast.AsyncFunctionDef
            )
            handler = endpoint.node if endpoint is not None and is_function else None
            where = endpoint.module if endpoint is not None and is_function else module
            routers = self._router_of(module, call.func.value)
            text = self.text(module, call.args[0])
            methods = self._methods(module, call)
            yield from self._routes(where, handler, call, methods, text, routers)  # type: ignore[arg-type]

    def _methods(self, module: Module, call: ast.Call) -> tuple[str, ...]:
        node = _keyword(call, "methods")
        if node is None:
            return ("GET",)
        value = self._sources.value_of(module, node)
        if value is None or not isinstance(value.node, ast.List | ast.Tuple | ast.Set):
            return ()
        texts = [self._sources.text_of(value.module, one) for one in value.node.elts]
        if any(one is None for one in texts):
            return ()
        return tuple(sorted({word.upper() for one in texts if one for word in one}))

    def _routes(  # noqa: PLR0913 - what one route is read from
        self,
        module: Module,
        handler: Function | None,
        call: ast.Call,
        methods: tuple[str, ...],
        text: str,
        routers: list[_Router],
    ) -> Iterator[Route]:
        place = module.place(handler or call)
        mounts = [one for router in routers or [None] for one in self._mounted(router)]
        for mounted in mounts:
            path = join(mounted.prefix, text)
            yield Route(methods, path, place, module, handler, call, mounted.required)

    def _foreign(self) -> Iterator[Route]:
        """Yield what other packages and other frameworks serve, as far as there is a path."""
        for include in self._opaque:
            for above in self._mounted(include.parent):
                path = join(above.prefix, include.prefix, ANY)
                yield self._opening(path)
        if self._has_loose_includes and all(one.parents or one.is_app for one in self._routers.values()):
            # what is included without a prefix, and none of the routers here
            yield self._opening(f"/{ANY}")
        for name in sorted(_OTHER):
            for module, call in self._calls(name):
                if call.args and isinstance(call.args[0], ast.Constant):
                    text = call.args[0].value
                    if isinstance(text, str) and text.startswith("/"):
                        path = join(ANY, text.replace("<", "{").replace(">", "}"))
                        yield Route((), path, module.place(call), module, None, None)

    def _mounts(self) -> Iterator[Route]:
        for module, call in self._calls("mount"):
            if len(call.args) < 2 or not isinstance(call.func, ast.Attribute):
                continue
            app = call.args[1]
            if self._router_of(module, app):
                continue
            prefix = self.text(module, call.args[0])
            is_page = _last(app) in _STATIC or "Static" in ast.unparse(app)
            if is_page and not prefix.strip("/"):
                continue  # the page itself, under the root
            parents = self._router_of(module, call.func.value) or [None]
            for parent in parents:
                for above in self._mounted(parent):
                    path = join(above.prefix, prefix, ANY)
                    yield Route((), path, module.place(call), module, None, None)

    def _opening(self, path: str) -> Route:
        module = next(iter(self._sources.modules.values()))
        return Route((), path, Place(module.path, 1), module, None, None)


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _last(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
