"""What an expression may stand for, followed backwards through names, calls, callers, generators and queues.

Where several things are possible, each is followed by itself: all that is then read in that world, such as the name
and the data of one event, belongs together.
"""

import ast
from collections.abc import Iterator

from wirelaw.events.callers import Calls
from wirelaw.events.program import Program
from wirelaw.events.queues import Queues
from wirelaw.events.routines import (
    Class,
    Routine,
    declared_fields,
    field_default,
    is_none,
    last_name,
    names_in,
    own_nodes,
    site,
    target_of,
)
from wirelaw.events.worlds import UNKNOWN, Value, filled, unknown
from wirelaw.python import Function

#: steps that one value is followed
DEPTH = 80
#: calls that return their argument, by its position
_SAME = {
    **dict.fromkeys(("wait_for", "shield", "deepcopy", "copy", "ensure_future", "create_task"), 0),
    **dict.fromkeys(("jsonable_encoder", "asdict", "dict", "to_jsonable_python"), 0),
    "cast": 1,
}
#: methods that return the object that they belong to, as JSON or not
_SAME_METHODS = {"model_dump", "dict", "copy", "model_copy", "to_dict", "as_dict", "_asdict"}
#: calls that pass on the elements of their argument
_SAME_ELEMENTS = {"list", "tuple", "sorted", "reversed", "iter", "aiter", "set", "aclosing"}
_FIRST = {"next", "anext", "__anext__", "__next__"}


class Flow(Calls):
    """Follows values in one world at a time."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.queues = Queues(program)
        #: values that are being followed, so that one that depends on itself ends
        self._following: set[ast.AST] = set()

    def resolve(self, value: Value) -> Value:
        """Follow a value to the expression that creates it."""
        node = value.node
        if node in self._following:
            return unknown(value)
        self._following.add(node)
        try:
            for _ in range(DEPTH):
                following = self.step(value)
                if following is None:
                    return value
                value = following
            return unknown(value)
        finally:
            self._following.discard(node)

    def step(  # noqa: PLR0911 - one return for each kind of expression
        self, value: Value
    ) -> Value | None:
        """Follow a value through one name or call; None where it is created."""
        node = value.node
        match node:
            case ast.Await() | ast.NamedExpr() | ast.Starred():
                return value.at(node.value)
            case ast.IfExp():
                branches = [value.at(node.body), value.at(node.orelse)]
                return self.choose(("if", node), filled(branches), unknown(value))
            case ast.BoolOp():
                branches = [value.at(one) for one in node.values]
                return self.choose(("or", node), filled(branches), unknown(value))
            case ast.Name():
                return self._name(value, node)
            case ast.Attribute():
                return self._attribute(value, node)
            case ast.Subscript():
                return self._member(value, node.value, node.slice, None)
            case ast.Call():
                return self._call(value, node)
        return None

    # names

    def _name(self, value: Value, node: ast.Name) -> Value | None:
        module = value.module
        for function in self.program.enclosing(module, node):
            if (function.node, node.id) in value.env:
                return value.env[function.node, node.id]
            seen = function.reaching(node.id, node)
            bindings = list(self._bindings(value, function, node.id, seen))
            if bindings:
                key = ("local", function.node, node.id, *seen)
                return self.choose(key, filled(bindings), unknown(value))
            if node.id in function.parameters:
                return None
        found = self.program.sources.define(module, node.id)
        if found is None or isinstance(found.node, ast.ClassDef | Function):
            return None
        return Value(found.module, found.node)

    def _bindings(  # noqa: C901 - one case for each kind of statement
        self, value: Value, function: Routine, name: str, seen: list[ast.AST]
    ) -> Iterator[Value]:
        for one in seen:
            match one:
                case ast.FunctionDef() | ast.AsyncFunctionDef() if name in function.parameters:
                    passed = self.passed(value, function, name)
                    yield from [passed] if passed is not None else []
                case ast.Assign():
                    for target in one.targets:
                        yield from self._bound(value, target, one.value, name)
                case ast.AnnAssign(value=ast.expr() as assigned):
                    yield from self._bound(value, one.target, assigned, name)
                case ast.NamedExpr():
                    yield from self._bound(value, one.target, one.value, name)
                case ast.For() | ast.AsyncFor() | ast.comprehension():
                    elements = self.elements(value.at(one.iter)) or [unknown(value)]
                    if isinstance(one.target, ast.Name):
                        yield from elements
                    else:
                        element = self.choose(("each", one), elements, unknown(value))
                        yield from self._part(element, one.target, name)
                case ast.withitem(optional_vars=ast.Name(id=bound)) if bound == name:
                    yield value.at(one.context_expr)
                case ast.ExceptHandler() if one.name == name:
                    yield unknown(value)
                case ast.AugAssign(target=ast.Name(id=bound)) if bound == name:
                    yield unknown(value)

    def _bound(
        self, value: Value, target: ast.AST, assigned: ast.expr, name: str
    ) -> Iterator[Value]:
        if not isinstance(target, ast.Name):
            yield from self._part(value.at(assigned), target, name)
        elif target.id == name and not is_none(assigned):
            yield value.at(assigned)

    def _part(self, value: Value, target: ast.AST, name: str) -> Iterator[Value]:
        """Yield what a name of a pattern is bound to: `name, data = …`."""
        if not isinstance(target, ast.Tuple) or name not in names_in(target):
            return
        whole = self.resolve(value)
        parts = whole.node.elts if isinstance(whole.node, ast.Tuple) else []
        if len(parts) != len(target.elts):
            yield unknown(value)
            return
        for one, part in zip(target.elts, parts, strict=True):
            yield from self._bound(whole, one, part, name)

    # attributes and members

    def _attribute(self, value: Value, node: ast.Attribute) -> Value | None:
        if node.attr in {"value", "name"} and self.program.sources.text_of(value.module, node):
            return None
        found = self.program.sources.define(value.module, ast.unparse(node))
        if found is not None and isinstance(found.node, ast.expr):
            return Value(found.module, found.node)
        owner = self.resolve(value.at(node.value))
        if isinstance(owner.node, ast.Call):
            created = self.program.class_called(owner.module, owner.node)
            if created is not None and last_name(owner.node.func) == created.node.name:
                return self._argument(owner, created, node.attr)
        kind = owner.of or self.program.type_of(owner.module, owner.node)
        return self._of_instance(value, kind, node.attr) if kind is not None else None

    def _argument(self, owner: Value, created: Class, name: str) -> Value | None:
        """Return what a constructor is called with for a field."""
        if not isinstance(owner.node, ast.Call):
            return None
        call = site(owner.module, owner.node)
        if name in call.named:
            return owner.at(call.named[name])
        for one in self.program.bases(created):
            fields = declared_fields(one.node)
            if name not in fields:
                continue
            position = list(fields).index(name)
            if one.node is created.node and position < len(call.positional):
                return owner.at(call.positional[position])
            default = field_default(fields[name])
            return Value(one.module, default) if default is not None else unknown(owner)
        return None

    def _of_instance(self, value: Value, kind: Class, name: str) -> Value | None:
        """Return an attribute of an object: what its class assigns, or what any constructor call passes."""
        assigned: list[Value] = []
        for one in self.program.bases(kind):
            fields = declared_fields(one.node)
            if name in fields:
                calls = self.program.constructions(kind)
                objects = [Value(call.module, call.node, value.env) for call in calls]
                owner = self.choose(("instance", kind.node), objects, unknown(value))
                return self._argument(owner, kind, name) if objects else None
            values = self.program.attributes(one).get(name, ())
            assigned += [Value(one.module, each) for each in values if not is_none(each)]
        if not assigned:
            return None
        return self.choose(("attribute", kind.node, name), filled(assigned), unknown(value))

    def _member(
        self, value: Value, owner: ast.AST, key: ast.AST, default: ast.AST | None
    ) -> Value | None:
        """Return `owner[key]`, or what `owner.get(key, default)` returns."""
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return None
        found = self.resolve(value.at(owner))
        if not isinstance(found.node, ast.Dict):
            return None
        member = self.member(found, key.value)
        if member is None:
            return value.at(default) if default is not None else unknown(value)
        return member

    def member(self, owner: Value, key: str) -> Value | None:
        """Return the value of a key of a dictionary; None where it has no such key."""
        if not isinstance(owner.node, ast.Dict):
            return None
        for name, one in reversed(list(zip(owner.node.keys, owner.node.values, strict=True))):
            if isinstance(name, ast.Constant) and name.value == key:
                return owner.at(one)
            if name is None:
                spread = self.resolve(owner.at(one))
                if not isinstance(spread.node, ast.Dict):
                    return unknown(owner)
                found = self.member(spread, key)
                if found is not None:
                    return found
            elif not isinstance(name, ast.Constant):
                return unknown(owner)
        return None

    # calls

    def _call(  # noqa: C901, PLR0911 - one return for each kind of call
        self, value: Value, node: ast.Call
    ) -> Value | None:
        name = last_name(node.func)
        if name in _SAME and len(node.args) > _SAME[name] and not node.keywords[1:]:
            return value.at(node.args[_SAME[name]])
        if name in _FIRST:
            return self._first(value, node)
        if name == "str" and node.args:
            return self._as_text(value, node)
        if isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if name in _SAME_METHODS:
                return value.at(owner)
            if name in {"get", "get_nowait", "receive", "receive_nowait"}:
                if node.args and isinstance(node.args[0], ast.Constant):
                    default = node.args[1] if len(node.args) > 1 else None
                    return self._member(value, owner, node.args[0], default)
                if not node.args:
                    return self._received(value, owner)
            if name == "pop" and node.args:
                return self._member(value, owner, node.args[0], None)
        results = [
            Value(function.module, one, env)
            for function, env in self.calls(value)
            if not function.yields
            for one in function.returns
        ]
        if not results:
            return None
        return self.choose(("result", node), filled(results), unknown(value))

    def _as_text(self, value: Value, node: ast.Call) -> Value | None:
        """Return what `__str__` of an object returns."""
        owner = self.resolve(value.at(node.args[0]))
        kind = owner.of or self.program.type_of(owner.module, owner.node)
        method = self.program.method(kind, "__str__") if kind is not None else None
        if method is None or not method.returns:
            return None
        env = {**value.env, (method.node, method.parameters[0]): owner}
        results = [Value(method.module, one, env) for one in method.returns]
        return self.choose(("text", node), results, unknown(value))

    def _first(self, value: Value, node: ast.Call) -> Value:
        owner = node.args[0] if node.args else getattr(node.func, "value", None)
        elements = self.elements(value.at(owner)) if owner is not None else None
        return self.choose(("first", node), elements or [], unknown(value))

    def _received(self, value: Value, owner: ast.AST) -> Value:
        queue = self.resolve(value.at(owner))
        sent = [Value(one.module, one.value, value.env) for one in self.queues.sent(queue)]
        return self.choose(("queue", queue.node), filled(sent), unknown(value))

    # iteration

    def elements(  # noqa: C901 - one branch for each kind of iterable
        self, value: Value
    ) -> list[Value] | None:
        """Return what an iterable may yield; None where that is not known."""
        value = self.resolve(value)
        node = value.node
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [value.at(one) for one in node.elts] + self._appended(value)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return [value.at(node.elt)]
        if not isinstance(node, ast.Call):
            return None
        if last_name(node.func) in _SAME_ELEMENTS and node.args:
            return self.elements(value.at(node.args[0]))
        found: list[Value] = []
        for function, env in self.calls(value):
            for one in function.yields:
                if isinstance(one, ast.YieldFrom):
                    found += self.elements(Value(function.module, one.value, env)) or [
                        unknown(value)
                    ]
                elif one.value is not None and not is_none(one.value):
                    found.append(Value(function.module, one.value, env))
            if not function.yields:
                # the result of a function that is not followed further: its annotation is left
                kind = self.program.class_of(function.module, function.node.returns)
                if kind is not None:
                    found.append(Value(function.module, UNKNOWN, env, kind))
        return found or None

    def _appended(self, value: Value) -> list[Value]:
        """Return what is appended to the variable that a list is assigned to."""
        target = target_of(value.module, value.node)
        function = next(self.program.enclosing(value.module, value.node), None)
        if not isinstance(target, ast.Name) or function is None:
            return []
        found: list[Value] = []
        for one in own_nodes(function.node):
            if not isinstance(one, ast.Call) or not isinstance(one.func, ast.Attribute):
                continue
            if last_name(one.func.value) == target.id and one.args:
                if one.func.attr == "append":
                    found.append(value.at(one.args[0]))
                elif one.func.attr == "extend":
                    found += self.elements(value.at(one.args[0])) or [unknown(value)]
        return found
