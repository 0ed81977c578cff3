"""What is passed for a parameter, and which functions a call reaches."""

import ast
from collections.abc import Iterator

from wirelaw.events.program import Program
from wirelaw.events.routines import CallSite, Routine, site
from wirelaw.events.worlds import Env, Fork, Value, Worlds, unknown


class Calls(Worlds):
    """Follows values into calls and out of them."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program

    def resolve(self, value: Value) -> Value:
        """Follow a value to the expression that creates it."""
        raise NotImplementedError

    def passed(self, value: Value, function: Routine, name: str) -> Value | None:
        """Return what the callers pass: all parameters of one call belong together."""
        if function.is_method and function.parameters[:1] == [name]:
            return None
        found = self.program.callers(function)
        callers = [one for one in found if self._may_reach(value, function, one)]
        if not callers:
            return unknown(value) if found else None
        key = ("callers", function.node, *(one.node for one in callers))
        count = len(callers) + self.program.is_escaped(function)
        if count > 1 and key not in self._world:
            raise Fork(key, count)
        chosen = self._world.get(key, 0)
        if chosen == len(callers):
            return unknown(value)
        caller = callers[chosen]
        argument = caller.argument(function, name)
        if argument is not None:
            return Value(caller.module, argument, value.env)
        default = function.default(name)
        return Value(function.module, default) if default is not None else unknown(value)

    def _may_reach(self, value: Value, function: Routine, caller: CallSite) -> bool:
        """Whether a method may be called of the object that a value is read of, and not only of another of its class."""
        if caller.receiver is None or not function.is_method:
            return True
        read_of = (
            one
            for (node, name), one in value.env.items()
            if (method := self.program.function(node)) is not None
            and method.owner is function.owner
            and name == method.parameters[0]
        )
        mine = self._created(next(read_of, None))
        other = self._created(Value(caller.module, caller.receiver, value.env))
        return mine is None or other is None or mine is other

    def _created(self, value: Value | None) -> ast.Call | None:
        """Return the call that creates an object, where there is only one."""
        try:
            found = self.resolve(value) if value is not None else None
        except Fork:
            return None
        if found is None or not isinstance(found.node, ast.Call):
            return None
        return found.node if self.program.class_called(found.module, found.node) else None

    def calls(self, value: Value) -> Iterator[tuple[Routine, Env]]:
        """Yield the functions that a call reaches, with what their parameters stand for."""
        if not isinstance(value.node, ast.Call):
            return
        call = site(value.module, value.node)
        for function in self.targets(value):
            env = dict(value.env)
            for name in function.parameters:
                argument = call.argument(function, name)
                default = function.default(name)
                if argument is not None:
                    env[function.node, name] = value.at(argument)
                elif default is not None:
                    env[function.node, name] = Value(function.module, default)
            yield function, env

    def targets(self, value: Value) -> list[Routine]:
        """Return the functions that a call reaches; a method is that of the object, where its creation is found."""
        node = value.node
        if not isinstance(node, ast.Call):
            return []
        found = self.program.callees(value.module, node)
        if not found and isinstance(node.func, ast.Name):
            # a function that is passed as an argument
            name = self.resolve(value.at(node.func))
            if isinstance(name.node, ast.Name) and name.node is not node.func:
                pretended = ast.Call(func=name.node, args=[], keywords=[])
                local = self.program.nested(name.module, name.node, name.node.id)
                found = [local] if local else self.program.callees(name.module, pretended)
        return found
