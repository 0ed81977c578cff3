"""The routes of the service: decorators, `add_api_route`, mounts, and what other frameworks serve."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from wirelaw.calls.annotations import keyword_of, last_name
from wirelaw.calls.paths import ANY, join
from wirelaw.calls.routers import Router, Routers
from wirelaw.finding import Place
from wirelaw.python import Definition, Function, Module, Sources

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_STATIC = frozenset({"StaticFiles", "SPAStaticFiles"})
#: the routes of other frameworks, and of Starlette: there is one, and that is all that is read of it
_OTHER = frozenset({"route", "websocket", "Route", "WebSocketRoute", "re_path", "add_route", "url"})


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


class Routes:
    """All routes of the sources."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._routers = Routers(sources)

    @property
    def all(self) -> list[Route]:
        """Every route, by file and line."""
        found = [*self._decorated(), *self._added(), *self._foreign(), *self._mounts()]
        return sorted(found, key=lambda one: (one.place, one.path, one.methods))

    # routes

    def _decorated(self) -> Iterator[Route]:
        for name in sorted(VERBS | {"api_route"}):
            for module, call in self._routers.calls(name):
                handler = module.parents.get(call)
                decorators = getattr(handler, "decorator_list", ())
                if call in decorators and isinstance(handler, Function):
                    yield from self._of_decorator(module, handler, call)

    def _of_decorator(self, module: Module, handler: Function, node: ast.expr) -> Iterator[Route]:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return
        name = node.func.attr
        if name not in VERBS | {"api_route"}:
            return
        methods = (name.upper(),) if name in VERBS else self._methods(module, node)
        path = node.args[0] if node.args else keyword_of(node, "path")
        if path is None:
            return
        routers = self._routers.of(module, node.func.value)
        text = self._routers.text(module, path)
        if not routers and not (text.startswith("/") or text == ""):
            return
        route = Route(methods, "", module.place(handler), module, handler, node)
        yield from self._served(route, text, routers)

    def _added(self) -> Iterator[Route]:
        for module, call in self._routers.calls("add_api_route"):
            if not isinstance(call.func, ast.Attribute) or len(call.args) < 2:
                continue
            endpoint = self._sources.value_of(module, call.args[1])
            handler, where = None, module
            if endpoint is not None and isinstance(endpoint.node, Function):
                handler, where = endpoint.node, endpoint.module
            routers = self._routers.of(module, call.func.value)
            text = self._routers.text(module, call.args[0])
            methods = self._methods(module, call)
            route = Route(methods, "", where.place(handler or call), where, handler, call)
            yield from self._served(route, text, routers)

    def _methods(self, module: Module, call: ast.Call) -> tuple[str, ...]:
        node = keyword_of(call, "methods")
        if node is None:
            return ("GET",)
        value = self._sources.value_of(module, node)
        if value is None or not isinstance(value.node, ast.List | ast.Tuple | ast.Set):
            return ()
        texts = [self._sources.text_of(value.module, one) for one in value.node.elts]
        if any(one is None for one in texts):
            return ()
        return tuple(sorted({word.upper() for one in texts if one for word in one}))

    def _served(self, route: Route, text: str, routers: list[Router]) -> Iterator[Route]:
        """Yield a route at each place where its router is."""
        either: list[Router | None] = [*routers]
        for router in either or [None]:
            for mounted in self._routers.mounted(router):
                path = join(mounted.prefix, text)
                yield replace(route, path=path, required=mounted.required)

    def _foreign(self) -> Iterator[Route]:
        """Yield what other packages and other frameworks serve, as far as there is a path."""
        for include in self._routers.opaque:
            for above in self._routers.mounted(include.parent):
                path = join(above.prefix, include.prefix, ANY)
                yield self._opening(path)
        if self._routers.is_open:
            # what is included without a prefix, and none of the routers here
            yield self._opening(f"/{ANY}")
        for name in sorted(_OTHER):
            for module, call in self._routers.calls(name):
                if call.args and isinstance(call.args[0], ast.Constant):
                    text = call.args[0].value
                    if isinstance(text, str) and text.startswith("/"):
                        path = join(ANY, text.replace("<", "{").replace(">", "}"))
                        yield Route((), path, module.place(call), module, None, None)

    def _mounts(self) -> Iterator[Route]:
        for module, call in self._routers.calls("mount"):
            if len(call.args) < 2 or not isinstance(call.func, ast.Attribute):
                continue
            app = call.args[1]
            if self._routers.of(module, app):
                continue
            prefix = self._routers.text(module, call.args[0])
            is_page = last_name(app) in _STATIC or "Static" in ast.unparse(app)
            if is_page and not prefix.strip("/"):
                continue  # the page itself, under the root
            parents = self._routers.parents_of(module, call.func.value)
            for parent in parents:
                for above in self._routers.mounted(parent):
                    path = join(above.prefix, prefix, ANY)
                    yield Route((), path, module.place(call), module, None, None)

    def _opening(self, path: str) -> Route:
        module = next(iter(self._sources.modules.values()))
        return Route((), path, Place(module.path, 1), module, None, None)
