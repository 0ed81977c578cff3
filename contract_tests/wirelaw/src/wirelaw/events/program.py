"""Which function a call reaches, and who calls a function: by names, annotations and imports, without running anything."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from wirelaw.events.routines import (
    COMMON,
    DEFERRED,
    HARMLESS,
    CallSite,
    Class,
    Routine,
    deferred,
    defined,
    is_abstract,
    last_name,
    method_names,
    names_in,
    resembles,
    site,
)
from wirelaw.python import Function, Module, Sources, children


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
        self._attributes: dict[ast.ClassDef, dict[str, list[ast.expr]]] = {}
        #: functions that are passed to code that is not found: it may call them with anything
        self._escaped: set[ast.AST] = set()
        for _, module in sorted(sources.modules.items()):
            self._read(module, module.tree, None)

    def _read(self, module: Module, node: ast.AST, owner: ast.ClassDef | None) -> None:
        for child in children(node):
            inner = None
            if isinstance(child, ast.ClassDef):
                self.classes[child.name].append((module, child))
                inner = child
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                function = self._by_node[child] = Routine(module, defined(child), owner)
                self.functions[function.node.name].append(function)
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

    def attributes(self, owner: Class) -> dict[str, list[ast.expr]]:
        """Return what the methods of a class assign to each attribute."""
        if owner.node not in self._attributes:
            found: dict[str, list[ast.expr]] = defaultdict(list)
            for one in ast.walk(owner.node):
                for target in one.targets if isinstance(one, ast.Assign) else ():
                    if isinstance(target, ast.Attribute):
                        found[target.attr].append(one.value)  # type: ignore[attr-defined]
            self._attributes[owner.node] = found
        return self._attributes[owner.node]

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

    def _type_of(  # noqa: C901, PLR0911 - one return for each kind of expression
        self, module: Module, node: ast.AST, depth: int
    ) -> "Class | None":
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

    def method(self, owner: Class, name: str) -> Routine | None:
        """Return a method of a class, also an inherited one."""
        return next((one for one in self._methods_of(owner, name)), None)

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
            if not through and last_name(call.func) not in HARMLESS:
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
                yield from self._passed_on(function.module, one, name)
            elif isinstance(one, ast.Assign) and name in names_in(one.value):
                for target in one.targets:
                    if isinstance(target, ast.Attribute) and function.owner is not None:
                        owner = Class(function.module, function.owner)
                        yield from self._calls_of_attribute(owner, target.attr)

    def _passed_on(self, module: Module, call: ast.Call, name: str) -> Iterator[CallSite]:
        """Yield the calls of a function that a call passes on, by the name of the variable."""
        for argument in (*call.args, *(one.value for one in call.keywords)):
            if not isinstance(argument, ast.Name) or argument.id != name:
                continue
            if last_name(call.func) in DEFERRED:
                yield from deferred(module, call, argument)
            elif call not in self._following:
                self._following.add(call)
                yield from self._through_parameter(module, call, argument)
                self._following.discard(call)

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
                if not isinstance(node, ast.Call):
                    continue
                for argument in node.args:
                    if isinstance(argument, ast.Attribute) and argument.attr == name:
                        yield from deferred(one.module, node, argument)
