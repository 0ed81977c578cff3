"""Functions, calls and classes of the service as they are written."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from wirelaw.events.bindings import reaching
from wirelaw.python import Function, Module

#: method names that so many classes have that a name alone says nothing
COMMON = frozenset(
    [
        "get",
        "put",
        "send",
        "run",
        "append",
        "add",
        "pop",
        "update",
        "items",
        "keys",
        "values",
        "read",
        "write",
        "close",
        "open",
        "start",
        "stop",
        "call",
        "invoke",
        "submit",
        "create",
        "delete",
        "execute",
        "stream",
        "next",
        "copy",
        "set",
        "clear",
        "process",
        "handle",
        "main",
        "publish",
        "emit",
        "log",
        "info",
    ]
)
#: calls that call one of their arguments with the arguments after it, by the position of the function
DEFERRED = {
    "call_soon_threadsafe": 0,
    "call_soon": 0,
    "call_later": 1,
    "to_thread": 0,
    "run_in_executor": 1,
    "submit": 0,
    "add_task": 0,
    "run_in_threadpool": 0,
    "run_sync": 0,
    "start_soon": 0,
}
#: calls that take a function and never pass it an event
HARMLESS = frozenset(
    [
        "Depends",
        "Security",
        "wraps",
        "partial",
        "isinstance",
        "callable",
        "id",
        "repr",
        "str",
        "cast",
        "add_done_callback",
    ]
)


@dataclass(frozen=True, eq=False)
class Routine:
    """A function of the sources, with the class that owns it."""

    module: Module
    node: Function
    owner: ast.ClassDef | None

    @cached_property
    def parameters(self) -> list[str]:
        """The names of the parameters, `self` included."""
        arguments = self.node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        return [one.arg for one in every] + ([self.rest] if self.rest else [])

    @property
    def rest(self) -> str | None:
        """The name of the parameter that collects keywords, `**fields`."""
        return self.node.args.kwarg.arg if self.node.args.kwarg else None

    @property
    def is_method(self) -> bool:
        """Whether the first parameter is the instance or the class."""
        static = any(last_name(one) == "staticmethod" for one in self.node.decorator_list)
        return self.owner is not None and not static

    def default(self, name: str) -> ast.expr | None:
        """Return the default of a parameter."""
        arguments = self.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        for one, value in zip(reversed(positional), reversed(arguments.defaults), strict=False):
            if one.arg == name:
                return value
        for one, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if one.arg == name:
                return keyword_default
        return None

    @cached_property
    def own(self) -> list[ast.AST]:
        """The nodes of the body without those of functions inside."""
        return list(own_nodes(self.node))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes, also of the functions inside."""
        return list(ast.walk(self.node))

    @cached_property
    def changes(self) -> dict[str, list[ast.Assign | ast.Call]]:
        """Assignments to elements of a variable, and calls with it or of its methods, by its name."""
        found: dict[str, list[ast.Assign | ast.Call]] = defaultdict(list)
        for one in self.nodes:
            if isinstance(one, ast.Assign):
                names = {
                    target.value.id
                    for target in one.targets
                    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)
                }
            elif isinstance(one, ast.Call):
                owner = one.func.value if isinstance(one.func, ast.Attribute) else None
                values = [owner, *one.args]
                names = {value.id for value in values if isinstance(value, ast.Name)}
            else:
                continue
            for name in names:
                found[name].append(one)
        return found

    @cached_property
    def inner(self) -> dict[str, ast.AST]:
        """The functions that are defined inside, by name."""
        found: dict[str, ast.AST] = {}
        for one in self.own:
            if isinstance(one, Function):
                found[one.name] = one
            elif isinstance(one, ast.Assign) and isinstance(one.value, ast.Lambda):
                found[last_name(one.targets[0])] = one.value
        return found

    @cached_property
    def bindings(self) -> dict[str, list[ast.AST]]:
        """The statements that bind each local name."""
        found: dict[str, list[ast.AST]] = defaultdict(list)
        for one in self.own:
            for name in _bound_names(one):
                found[name].append(one)
        return found

    def binds(self, name: str) -> bool:
        """Whether a name is a parameter or is assigned in it."""
        return name in self.parameters or name in self.bindings

    def reaching(self, name: str, use: ast.AST) -> list[ast.AST]:
        """Return the statements whose binding of a name a use may see, and this function where its start may be seen."""
        every = self.bindings.get(name, [])
        # a declaration without a value binds nothing
        every = [one for one in every if getattr(one, "value", one) is not None]
        if not every:
            return [self.node]
        if (name, use) not in self._reaching:
            self._reaching[name, use] = reaching(self.module, self.node, every, use)
        return self._reaching[name, use]

    @cached_property
    def _reaching(self) -> dict[tuple[str, ast.AST], list[ast.AST]]:
        return {}

    @cached_property
    def yields(self) -> list[ast.Yield | ast.YieldFrom]:
        """What makes it a generator."""
        return [one for one in self.own if isinstance(one, ast.Yield | ast.YieldFrom)]

    @cached_property
    def returns(self) -> list[ast.expr]:
        """The values that it returns."""
        values = (one.value for one in self.own if isinstance(one, ast.Return))
        return [one for one in values if one is not None and not is_none(one)]

    def annotation(self, name: str) -> ast.expr | None:
        """Return the annotation of a parameter."""
        arguments = self.node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        return next((one.annotation for one in every if one.arg == name), None)


@dataclass(frozen=True, eq=False)
class CallSite:
    """One call of a function: its arguments, and the object whose method it is."""

    module: Module
    node: ast.Call
    positional: tuple[ast.expr, ...]
    named: dict[str, ast.expr] = field(default_factory=dict)
    receiver: ast.expr | None = None
    spread: tuple[ast.expr, ...] = ()  #: what is passed as `**fields`

    def argument(self, function: Routine, name: str) -> ast.expr | None:
        """Return what the call passes for a parameter."""
        if name in self.named:
            return self.named[name]
        if name == function.rest:
            return self._rest(function)
        offset = 1 if function.is_method else 0
        position = function.parameters.index(name) - offset
        if position < 0:
            return self.receiver
        before = self.positional[: position + 1]
        is_unpacked = any(isinstance(one, ast.Starred) for one in before)
        if position < len(self.positional):
            return None if is_unpacked else self.positional[position]
        if self.spread and function.default(name) is None:
            member = ast.Subscript(self.spread[-1], ast.Constant(name), ast.Load())
            return ast.copy_location(member, self.node)
        return None

    def _rest(self, function: Routine) -> ast.Dict:
        """Return what `**fields` of a function collects: the keywords that no other parameter takes."""
        taken = {name: one for name, one in self.named.items() if name not in function.parameters}
        keys: list[ast.expr | None] = [*map(ast.Constant, taken), *(None for _ in self.spread)]
        return ast.copy_location(ast.Dict(keys, [*taken.values(), *self.spread]), self.node)


@dataclass(frozen=True)
class Class:
    """A class of the sources."""

    module: Module
    node: ast.ClassDef


def defined(node: Function | ast.Lambda) -> Function:
    """Return a function as it is, and a lambda as the function that it stands for."""
    if not isinstance(node, ast.Lambda):
        return node
    body: list[ast.stmt] = [ast.copy_location(ast.Return(node.body), node)]
    function = ast.FunctionDef("<lambda>", node.args, body, [])
    return ast.copy_location(function, node)


def site(module: Module, call: ast.Call) -> CallSite:
    """Return a call as it is written."""
    named = {one.arg: one.value for one in call.keywords if one.arg is not None}
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    spread = tuple(one.value for one in call.keywords if one.arg is None)
    return CallSite(module, call, tuple(call.args), named, receiver, spread)


def deferred(module: Module, call: ast.Call, function: ast.expr) -> list[CallSite]:
    """Return the call that `loop.call_soon_threadsafe(function, …)` and its like cause."""
    if function not in call.args or last_name(call.func) not in DEFERRED:
        return []
    rest = tuple(call.args[call.args.index(function) + 1 :])
    named = {one.arg: one.value for one in call.keywords if one.arg is not None}
    receiver = function.value if isinstance(function, ast.Attribute) else None
    return [CallSite(module, call, rest, named, receiver)]


def _bound_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign():
            targets: list[ast.AST] = [*node.targets]
        case ast.AnnAssign() | ast.NamedExpr() | ast.For() | ast.AsyncFor() | ast.comprehension():
            targets = [node.target]
        case ast.AugAssign():
            targets = [node.target]
        case ast.withitem():
            targets = [node.optional_vars] if node.optional_vars is not None else []
        case ast.ExceptHandler():
            if node.name is not None:
                yield node.name
            return
        case _:
            return
    for target in targets:
        names = [target, *target.elts] if isinstance(target, ast.Tuple | ast.List) else [target]
        yield from (one.id for one in names if isinstance(one, ast.Name))


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function, and the functions inside it but not their bodies."""
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from own_nodes(child)


def last_name(node: ast.AST | None) -> str:
    """Return the last step of a dotted name: `Field` for `pydantic.Field(…)`."""
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    if isinstance(node, ast.Call):
        return last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def is_none(node: ast.AST) -> bool:
    """Whether an expression is `None`."""
    return isinstance(node, ast.Constant) and node.value is None


def method_names(node: ast.ClassDef) -> set[str]:
    """Return the names of the methods that a class itself defines, without `__init__`."""
    return {one.name for one in node.body if isinstance(one, Function)} - {"__init__"}


def is_abstract(node: Function) -> bool:
    """Whether a body does nothing: a method of a protocol or an abstract class."""
    body = [one for one in node.body if not _is_text(one)]
    return all(isinstance(one, ast.Pass | ast.Raise) or _is_ellipsis(one) for one in body)


def resembles(value: ast.AST, name: str) -> bool:
    """Whether a variable has the name of a class: `event_bus` and `EventBus`, `stream` and `FastAPIEventStream`."""
    word = last_name(value).strip("_").replace("_", "").lower()
    least = 4
    return len(word) >= least and name.lower().endswith(word)


def names_in(node: ast.AST) -> set[str]:
    """Return the names that an expression mentions."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and getattr(node.value, "value", None) is ...


def declared_fields(node: ast.ClassDef) -> dict[str, ast.AnnAssign]:
    """Return the fields that a class declares."""
    return {
        one.target.id: one
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }


def field_default(statement: ast.AnnAssign) -> ast.expr | None:
    """Return the default of a field, also where `Field` has it."""
    value = statement.value
    if not isinstance(value, ast.Call):
        return value
    if last_name(value.func) not in {"Field", "field"}:
        return value
    named = {one.arg: one.value for one in value.keywords}
    return named.get("default") or (value.args[0] if value.args else None)


def target_of(module: Module, value: ast.AST) -> ast.AST | None:
    """Return what a value is assigned to."""
    statement = module.parents.get(value)
    if isinstance(statement, ast.AnnAssign):
        return statement.target
    return statement.targets[0] if isinstance(statement, ast.Assign) else None
