"""The routers of the service, and where each of them is: the prefixes of those that include it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from wirelaw.calls.annotations import FUNCTION, keyword_of, last_name
from wirelaw.calls.paths import ANY, join
from wirelaw.python import Definition, Function, Module, Sources

_DEPTH = 8


@dataclass
class Router:
    """A variable that a router is assigned to."""

    module: Module
    prefix: str
    is_app: bool
    dependencies: tuple[Definition, ...]
    parents: list["Include"] = field(default_factory=list)


@dataclass(frozen=True)
class Include:
    """One `include_router`."""

    parent: Router | None  #: None where it cannot be resolved
    prefix: str
    dependencies: tuple[Definition, ...]


@dataclass(frozen=True)
class Mounted:
    """Where a router ends up: its prefix, and what it requires of every request."""

    prefix: str
    required: tuple[Definition, ...]


class Routers:
    """All routers of the sources."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._routers: dict[ast.AST, Router] = {}  #: by the call that creates it
        self.opaque: list[Include] = []  #: routers of other packages
        self._has_loose_includes = False
        self._find_routers()
        self._find_includes()

    @property
    def is_open(self) -> bool:
        """Whether something is included without a prefix that is none of the routers here."""
        return self._has_loose_includes and all(
            one.parents or one.is_app for one in self._routers.values()
        )

    def _find_routers(self) -> None:
        names = [one for one in self._sources.calls if one.endswith(("Router", "API", "App"))]
        for name in names:
            for module, node in self._sources.calls[name]:
                if self._is_router(module, node):
                    self._routers[node] = Router(
                        module,
                        self._prefix(module, node) or "",
                        last_name(node.func) == "FastAPI",
                        self._dependencies(module, node),
                    )

    def _is_router(self, module: Module, node: ast.Call) -> bool:
        name = last_name(node.func)
        if name in {"APIRouter", "FastAPI"}:
            return True
        found = self._sources.value_of(module, node.func)
        if found is None or not isinstance(found.node, ast.ClassDef):
            return False
        return any(last_name(base) in {"APIRouter", "FastAPI"} for base in found.node.bases)

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
                if not isinstance(statement, ast.AnnAssign) or statement.value is None:
                    continue
                value = statement.value
                if last_name(statement.target) == node.attr:
                    return self._default(owner.module, value, depth)
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

    def of(  # noqa: PLR0911 - one branch for each kind of expression
        self, module: Module, node: ast.AST, depth: int = _DEPTH
    ) -> list[Router]:
        """Return the routers that an expression stands for; a parameter is what its callers pass."""
        if depth == 0:
            return []
        if isinstance(node, ast.Call):
            return (
                [self._routers[node]] if node in self._routers else self._built(module, node, depth)
            )
        if isinstance(node, ast.Attribute) and last_name(node.value) == "self":
            return self._attribute(module, node)
        if not isinstance(node, ast.Name | ast.Attribute):
            return []
        value = self._sources.value_of(module, node)
        if value is not None and value.node is not node and value.node in self._routers:
            return [self._routers[value.node]]
        if value is not None and isinstance(value.node, ast.Call | ast.Name | ast.Attribute):
            return self.of(value.module, value.node, depth - 1)
        scope = module.scope(node) if isinstance(node, ast.Name) and value is None else None
        while isinstance(node, ast.Name) and scope is not None:
            # a decorator belongs to the function around the one that it decorates
            found = self._passed(scope, node.id, depth)
            if found:
                return found
            scope = module.scope(scope)
        return []

    def _built(self, module: Module, call: ast.Call, depth: int) -> list[Router]:
        """Return the routers that a function of the project returns."""
        value = self._sources.value_of(module, call.func)
        if value is None or not isinstance(value.node, FUNCTION):
            return []
        returned = [one.value for one in ast.walk(value.node) if isinstance(one, ast.Return)]
        return [
            router
            for one in returned
            if one is not None
            for router in self.of(value.module, one, depth - 1)
        ]

    def _attribute(self, module: Module, node: ast.Attribute) -> list[Router]:
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

    def _passed(self, scope: Function, name: str, depth: int) -> list[Router]:
        names = [one.arg for one in (*scope.args.posonlyargs, *scope.args.args)]
        if name not in {*names, *(one.arg for one in scope.args.kwonlyargs)}:
            return []
        index = names.index(name) if name in names else -1
        found: list[Router] = []
        for caller, call in self.calls(scope.name):
            value = self._sources.value_of(caller, call.func)
            if value is None or value.node is not scope:
                continue
            argument = next((one.value for one in call.keywords if one.arg == name), None)
            if argument is None and 0 <= index < len(call.args):
                argument = call.args[index]
            if argument is not None:
                found += self.of(caller, argument, depth - 1)
        return list({id(one): one for one in found}.values())

    def parents_of(self, module: Module, node: ast.AST) -> list[Router | None]:
        """Return the routers that an expression may be; None where it is not known."""
        return [*self.of(module, node)] or [None]

    def calls(self, name: str) -> list[tuple[Module, ast.Call]]:
        """Return the calls of a function or a method with a name."""
        return self._sources.calls.get(name, [])

    def _helped(
        self, module: Module, call: ast.Call, node: ast.expr
    ) -> Iterator[tuple[Router, str]]:
        """Yield what the callers of a function include, where it includes a router that it is given, with their prefixes."""
        helper = next((one for one in module.above(call) if isinstance(one, FUNCTION)), None)
        if not isinstance(node, ast.Name) or helper is None:
            return
        names = [one.arg for one in (*helper.args.posonlyargs, *helper.args.args)]
        if node.id not in names:
            return
        place = names.index(node.id)
        for outer, caller in self.calls(helper.name):
            passed = keyword_of(caller, node.id)
            if passed is None and len(caller.args) > place:
                passed = caller.args[place]
            prefix = self._prefix(outer, caller, place + 1)
            if passed is not None and prefix:
                for child in self.of(outer, passed):
                    yield child, f"/{prefix.strip('/')}"

    def _find_includes(self) -> None:
        for module, call in self.calls("include_router"):
            if not isinstance(call.func, ast.Attribute):
                continue
            node = call.args[0] if call.args else keyword_of(call, "router")
            if node is None:
                continue
            dependencies = self._dependencies(module, call)
            parents = self.parents_of(module, call.func.value)
            helped = list(self._helped(module, call, node))
            for child, prefix in helped:
                child.parents += [Include(parent, prefix, dependencies) for parent in parents]
            if helped:
                continue
            prefix = self._prefix(module, call, 1) or ""
            for child in self.of(module, node):
                child.parents += [Include(parent, prefix, dependencies) for parent in parents]
            if not self.of(module, node):
                if prefix:
                    self.opaque += [Include(parent, prefix, dependencies) for parent in parents]
                else:
                    self._has_loose_includes = True
        self._find_mounts()

    def _find_mounts(self) -> None:
        for module, call in self.calls("mount"):
            if len(call.args) > 1 and isinstance(call.func, ast.Attribute):
                prefix = self.text(module, call.args[0])
                parents = self.parents_of(module, call.func.value)
                for child in self.of(module, call.args[1]):
                    child.parents += [Include(parent, prefix, ()) for parent in parents]

    def mounted(self, router: Router | None, seen: frozenset[int] = frozenset()) -> list[Mounted]:
        """Return where a router is: the prefixes of those that include it, and what they require."""
        if router is None:
            return [Mounted(f"/{ANY}", ())]
        own = join(router.prefix)
        if id(router) in seen:
            return []
        if not router.parents:
            # an application is the root; a router that nothing includes is included in a way that cannot be read
            root = "" if router.is_app else f"/{ANY}/{self._beside(router)}"
            return [Mounted(join(root, own), router.dependencies)]
        return [
            Mounted(
                join(above.prefix, include.prefix, own),
                (*above.required, *include.dependencies, *router.dependencies),
            )
            for include in router.parents
            for above in self.mounted(include.parent, seen | {id(router)})
        ]

    def _beside(self, router: Router) -> str:
        """Return the prefix that a module declares beside its router, for code that includes what it finds."""
        values = [one for one in router.module.names.values() if isinstance(one, ast.Call)]
        nodes = [keyword_of(one, "prefix") for one in values if one not in self._routers]
        texts = {self.text(router.module, one) for one in nodes if one is not None}
        return texts.pop().strip("/") if len(texts) == 1 else ""
