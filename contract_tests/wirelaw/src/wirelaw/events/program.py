"""Which function a call reaches, and who calls a function: by names, annotations and imports, without running anything."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from wirelaw.python import Function, Module, Sources

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
_HARMLESS = frozenset(
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
        return [one.arg for one in every]

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
    def inner(self) -> dict[str, Function]:
        """The functions that are defined inside, by name."""
        return {one.name: one for one in self.own if isinstance(one, Function)}

    @cached_property
    def bindings(self) -> dict[str, list[ast.AST]]:
        """The statements that bind each local name."""
        found: dict[str, list[ast.AST]] = defaultdict(list)
        for one in self.own:
            for name in _bound_names(one):
                found[name].append(one)
        return found

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

    def argument(self, function: Routine, name: str) -> ast.expr | None:
        """Return what the call passes for a parameter."""
        if name in self.named:
            return self.named[name]
        offset = 1 if function.is_method else 0
        position = function.parameters.index(name) - offset
        if position < 0:
            return self.receiver
        before = self.positional[: position + 1]
        if any(isinstance(one, ast.Starred) for one in before):
            return None
        return self.positional[position] if position < len(self.positional) else None


class Program:
    """The calls, functions and classes of the sources."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.functions: dict[str, list[Routine]] = defaultdict(list)
        self.classes: dict[str, list[tuple[Module, ast.ClassDef]]] = defaultdict(list)
        self._calls: dict[str, list[tuple[Module, ast.Call]]] = defaultdict(list)
        self._by_node: dict[ast.AST, Routine] = {}
        #: functions that are passed as arguments, by their last name
        self._passed: dict[str, list[tuple[Module, ast.Call, ast.expr]]] = defaultdict(list)
        self._sites: dict[ast.AST, list[CallSite]] = {}
        self._types: dict[ast.AST, Class | None] = {}
        self._callees: dict[ast.AST, list[Routine]] = {}
        #: functions that are passed to code that is not found: it may call them with anything
        self._escaped: set[ast.AST] = set()
        for _, module in sorted(sources.modules.items()):
            self._read(module, module.tree, None)

    def _read(self, module: Module, node: ast.AST, owner: ast.ClassDef | None) -> None:
        for child in ast.iter_child_nodes(node):
            inner = None
            if isinstance(child, ast.ClassDef):
                self.classes[child.name].append((module, child))
                inner = child
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                function = Routine(module, child, owner)
                self.functions[child.name].append(function)
                self._by_node[child] = function
            elif isinstance(child, ast.Call):
                self._calls[last_name(child.func)].append((module, child))
                for value in (*child.args, *(one.value for one in child.keywords)):
                    if isinstance(value, ast.Name | ast.Attribute):
                        self._passed[last_name(value)].append((module, child, value))
            elif owner is not None and isinstance(child, ast.If | ast.Try | ast.With):
                inner = owner
            self._read(module, child, inner)

    def calls(self, *names: str) -> list[tuple[Module, ast.Call]]:
        """Return the calls of anything with one of these last names."""
        return [one for name in names for one in self._calls.get(name, ())]

    def function(self, node: ast.AST | None) -> Routine | None:
        """Return the function of a definition."""
        return self._by_node.get(node) if node is not None else None

    def enclosing(self, module: Module, node: ast.AST) -> Iterator[Routine]:
        """Yield the functions around a node, from the inside."""
        for above in module.above(node):
            if above in self._by_node:
                yield self._by_node[above]

    def owner(self, module: Module, node: ast.AST) -> ast.ClassDef | None:
        """Return the class whose method contains a node."""
        return next((one.owner for one in self.enclosing(module, node) if one.owner), None)

    # classes

    def class_of(self, module: Module, annotation: ast.AST | None) -> "Class | None":
        """Return the first class of the sources that an annotation names."""
        if annotation is None:
            return None
        for node in ast.walk(annotation):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                try:
                    found = self.class_of(module, ast.parse(node.value, mode="eval").body)
                except SyntaxError:
                    found = None
            elif isinstance(node, ast.Name | ast.Attribute):
                found = self._defined(module, ast.unparse(node))
            else:
                continue
            if found is not None:
                return found
        return None

    def _defined(self, module: Module, name: str) -> "Class | None":
        found = self.sources.define(module, name)
        if found is None or not isinstance(found.node, ast.ClassDef):
            return None
        return Class(found.module, found.node)

    def bases(self, owner: "Class") -> Iterator["Class"]:
        """Yield a class and the classes of the sources that it inherits from."""
        seen: set[ast.ClassDef] = set()
        waiting = [owner]
        while waiting:
            one = waiting.pop(0)
            if one.node in seen:
                continue
            seen.add(one.node)
            yield one
            found = (self._defined(one.module, ast.unparse(base)) for base in one.node.bases)
            waiting += [base for base in found if base is not None]

    def subclasses(self, owner: "Class") -> list["Class"]:
        """Return the classes that inherit from a class, and those that fit it where it is a protocol."""
        found = [one for one in self._inheriting.get(owner.node, ()) if one.node is not owner.node]
        if any(last_name(base) == "Protocol" for base in owner.node.bases):
            names = method_names(owner.node)
            found += [
                Class(module, node)
                for others in self.classes.values()
                for module, node in others
                if names and node is not owner.node and names <= method_names(node)
            ]
        return found

    @cached_property
    def _inheriting(self) -> dict[ast.ClassDef, list["Class"]]:
        found: dict[ast.ClassDef, list[Class]] = defaultdict(list)
        for others in self.classes.values():
            for module, node in others:
                for base in self.bases(Class(module, node)):
                    found[base.node].append(Class(module, node))
        return found

    def type_of(self, module: Module, node: ast.AST | None, depth: int = 6) -> "Class | None":
        """Return the class of an expression's value, where an annotation or a constructor says it."""
        if node is None or depth == 0:
            return None
        if node not in self._types:
            self._types[node] = self._type_of(module, node, depth)
        return self._types[node]

    def _type_of(self, module: Module, node: ast.AST, depth: int) -> "Class | None":
        if isinstance(node, ast.Await):
            return self.type_of(module, node.value, depth)
        if isinstance(node, ast.Call):
            return self._result_type(module, node, depth)
        if isinstance(node, ast.Attribute):
            owner = self.type_of(module, node.value, depth - 1)
            return self._attribute_type(owner, node.attr, depth) if owner else None
        if not isinstance(node, ast.Name):
            return None
        for function in self.enclosing(module, node):
            if function.is_method and function.parameters[:1] == [node.id]:
                return Class(module, function.owner) if function.owner else None
            if node.id in function.parameters:
                return self.class_of(module, function.annotation(node.id))
            for one in function.bindings.get(node.id, ()):
                if isinstance(one, ast.AnnAssign):
                    return self.class_of(module, one.annotation)
                if isinstance(one, ast.Assign) and not isinstance(one.targets[0], ast.Tuple):
                    return self.type_of(module, one.value, depth - 1)
        found = self.sources.define(module, node.id)
        if found is None:
            return None
        if isinstance(found.node, ast.ClassDef):
            return Class(found.module, found.node)
        return self.type_of(found.module, found.node, depth - 1)

    def _result_type(self, module: Module, node: ast.Call, depth: int) -> "Class | None":
        created = self.class_called(module, node)
        if created is not None:
            return created
        for function in self.callees(module, node, depth - 1):
            found = self.class_of(function.module, function.node.returns)
            if found is not None:
                return found
        return None

    def class_called(self, module: Module, node: ast.Call) -> "Class | None":
        """Return the class that a call creates an object of, by its constructor or by pydantic's validation."""
        name = node.func
        if isinstance(name, ast.Attribute) and name.attr in {
            *("model_validate", "model_validate_json", "parse_obj", "parse_raw", "model_construct"),
        }:
            name = name.value
        if not isinstance(name, ast.Name | ast.Attribute):
            return None
        if isinstance(name, ast.Name) and name.id == "cls":
            owner = self.owner(module, node)
            return Class(module, owner) if owner else None
        return self._defined(module, ast.unparse(name))

    def _attribute_type(self, owner: "Class", name: str, depth: int) -> "Class | None":
        for one in self.bases(owner):
            for node in ast.walk(one.node):
                if isinstance(node, ast.AnnAssign) and last_name(node.target) == name:
                    return self.class_of(one.module, node.annotation)
                if isinstance(node, ast.Assign) and any(
                    isinstance(target, ast.Attribute) and target.attr == name
                    for target in node.targets
                ):
                    found = self.type_of(one.module, node.value, depth - 1)
                    if found is not None:
                        return found
        return None

    # calls

    def callees(self, module: Module, call: ast.Call, depth: int = 6) -> list[Routine]:
        """Return the functions that a call may reach."""
        if call.func not in self._callees:
            self._callees[call.func] = self._find_callees(module, call, depth)
        return self._callees[call.func]

    def _find_callees(self, module: Module, call: ast.Call, depth: int) -> list[Routine]:
        name = call.func
        if isinstance(name, ast.Name):
            local = self.nested(module, call, name.id)
            if local is not None:
                return [local]
        if isinstance(name, ast.Name | ast.Attribute):
            found = self.sources.define(module, ast.unparse(name))
            if found is not None and found.node in self._by_node:
                return [self._by_node[found.node]]
        if isinstance(name, ast.Attribute):
            return self._methods(module, name, depth)
        return []

    def nested(self, module: Module, node: ast.AST, name: str) -> Routine | None:
        """Return the function of this name that is defined inside a function around a node."""
        for function in self.enclosing(module, node):
            if name in function.inner:
                return self._by_node[function.inner[name]]
        return None

    def _methods(self, module: Module, name: ast.Attribute, depth: int) -> list[Routine]:
        candidates = [one for one in self.functions.get(name.attr, ()) if one.owner is not None]
        if not candidates:
            return []
        owner = self.type_of(module, name.value, depth)
        if owner is not None:
            return self._methods_of(owner, name.attr)
        if len(candidates) == 1 and name.attr not in COMMON:
            return candidates
        return [one for one in candidates if one.owner and resembles(name.value, one.owner.name)]

    def _methods_of(self, owner: "Class", name: str) -> list[Routine]:
        own = next((f for one in self.bases(owner) if (f := self._method(one, name))), None)
        below = [f for one in self.subclasses(owner) if (f := self._method(one, name))]
        if own is not None and not is_abstract(own.node):
            below.insert(0, own)
        return list(dict.fromkeys(below)) or ([own] if own else [])

    def _method(self, owner: "Class", name: str) -> Routine | None:
        for one in owner.node.body:
            if isinstance(one, Function) and one.name == name:
                return self._by_node[one]
        return None

    def callers(self, function: Routine) -> list[CallSite]:
        """Return the calls of a function: direct ones, and those of a parameter or attribute that it is passed to."""
        if function.node not in self._sites:
            self._sites[function.node] = []  # a function that passes itself on
            self._sites[function.node] = self._find_callers(function)
        return self._sites[function.node]

    def _find_callers(self, function: Routine) -> list[CallSite]:
        name = function.node.name
        if name == "__init__" and function.owner is not None:
            return self.constructions(Class(function.module, function.owner))
        found = [
            site(module, call)
            for module, call in self._calls.get(name, ())
            if function in self.callees(module, call)
            # a function that calls itself, or another of its kind, passes on what it was called with
            and next(self.enclosing(module, call), None) is not function
        ]
        for module, call, value in self._passed.get(name, ()):
            if not self._names(module, value, function):
                continue
            if last_name(call.func) in DEFERRED:
                found += deferred(module, call, value)
                continue
            through = list(self._through_parameter(module, call, value))
            if not through and last_name(call.func) not in _HARMLESS:
                self._escaped.add(function.node)
            found += through
        return found

    def is_escaped(self, function: Routine) -> bool:
        """Whether code that is not found may call a function."""
        self.callers(function)
        return function.node in self._escaped

    def constructions(self, owner: "Class") -> list[CallSite]:
        """Return the calls that create an object of a class with its fields as arguments."""
        return [
            site(module, call)
            for module, call in self._calls.get(owner.node.name, ())
            if (found := self._defined(module, ast.unparse(call.func))) is not None
            and found.node is owner.node
        ]

    def _names(self, module: Module, value: ast.expr, function: Routine) -> bool:
        """Whether an expression names a function."""
        pretended = ast.Call(func=value, args=[], keywords=[])
        # a call that is not in the tree: its place is that of the name
        if isinstance(value, ast.Name):
            local = self.nested(module, value, value.id)
            if local is not None:
                return local is function
        return function in self.callees(module, pretended)

    def _through_parameter(
        self, module: Module, call: ast.Call, value: ast.expr
    ) -> Iterator[CallSite]:
        """Yield the calls of the parameter that an argument is passed for."""
        targets = self.callees(module, call)
        created = self.class_called(module, call)
        if created is not None:
            targets = self._methods_of(created, "__init__")
        for target in targets:
            written = site(module, call)
            for name in target.parameters:
                if written.argument(target, name) is value:
                    yield from self._calls_of_parameter(target, name)

    def _calls_of_parameter(self, function: Routine, name: str) -> Iterator[CallSite]:
        for one in ast.walk(function.node):
            if isinstance(one, ast.Call):
                if isinstance(one.func, ast.Name) and one.func.id == name:
                    yield site(function.module, one)
                else:
                    for argument in (*one.args, *(key.value for key in one.keywords)):
                        if isinstance(argument, ast.Name) and argument.id == name:
                            if last_name(one.func) in DEFERRED:
                                yield from deferred(function.module, one, argument)
                            elif one not in self._following:
                                self._following.add(one)
                                yield from self._through_parameter(function.module, one, argument)
                                self._following.discard(one)
            elif isinstance(one, ast.Assign) and name in _names_in(one.value):
                for target in one.targets:
                    if isinstance(target, ast.Attribute) and function.owner is not None:
                        yield from self._calls_of_attribute(
                            Class(function.module, function.owner), target.attr
                        )

    @cached_property
    def _following(self) -> set[ast.AST]:
        """Calls that are being followed, so that two functions that pass on to each other end."""
        return set()

    def _calls_of_attribute(self, owner: "Class", name: str) -> Iterator[CallSite]:
        classes = [owner, *self.subclasses(owner)]
        nodes = {one.node for one in classes}
        for module, call in self._calls.get(name, ()):
            if not isinstance(call.func, ast.Attribute):
                continue
            kind = self.type_of(module, call.func.value)
            # an object of a class that is not found may be one of these
            if kind is None or kind.node in nodes:
                yield site(module, call)
        for one in classes:
            for node in ast.walk(one.node):
                for argument in node.args if isinstance(node, ast.Call) else ():
                    if isinstance(argument, ast.Attribute) and argument.attr == name:
                        yield from deferred(one.module, node, argument)


@dataclass(frozen=True)
class Class:
    """A class of the sources."""

    module: Module
    node: ast.ClassDef


def site(module: Module, call: ast.Call) -> CallSite:
    """Return a call as it is written."""
    named = {one.arg: one.value for one in call.keywords if one.arg is not None}
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    return CallSite(module, call, tuple(call.args), named, receiver)


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


def _names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and getattr(node.value, "value", None) is ...
