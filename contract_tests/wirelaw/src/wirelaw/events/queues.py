"""What is put into a queue: the object that carries events from the code that works to the one that streams."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from wirelaw.events.program import Program
from wirelaw.events.routines import CallSite, Routine, deferred, last_name, site
from wirelaw.events.worlds import Value
from wirelaw.python import Module

_PUT = ("put", "put_nowait", "send_nowait", "send", "sync_put", "append", "appendleft")
_QUEUES = {
    "Queue",
    "SimpleQueue",
    "LifoQueue",
    "PriorityQueue",
    "deque",
    "create_memory_object_stream",
}


@dataclass(frozen=True)
class Sent:
    """One value that is put into a queue."""

    module: Module
    value: ast.expr


class Queues:
    """The queues of the sources."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._sent: dict[ast.AST, list[Sent]] = {}

    def sent(self, queue: Value) -> list[Sent]:
        """Return what is put into a queue; `queue` is the expression that creates it, or that names it at last."""
        if queue.node not in self._sent:
            self._sent[queue.node] = []
            found = {one.value: one for one in self._find(queue.module, queue.node)}
            self._sent[queue.node] = list(found.values())
        return self._sent[queue.node]

    def _find(self, module: Module, node: ast.AST) -> Iterator[Sent]:
        if isinstance(node, ast.Attribute):
            yield from self._of_attribute(module, node, node.attr)
            return
        if isinstance(node, ast.Name):
            yield from self._of_variable(module, node, node.id, set())
            return
        for above in module.above(node):
            if isinstance(above, ast.Assign | ast.AnnAssign):
                targets = above.targets if isinstance(above, ast.Assign) else [above.target]
                for target in targets:
                    yield from self._of_target(module, above, target)
                return
            if isinstance(above, ast.stmt):
                # created where it is stored: `queues.setdefault(key, Queue())`
                yield from self._of_owner(module, above)
                return

    def _of_target(self, module: Module, statement: ast.AST, target: ast.AST) -> Iterator[Sent]:
        if isinstance(target, ast.Name):
            yield from self._of_variable(module, statement, target.id, set())
        elif isinstance(target, ast.Attribute):
            yield from self._of_attribute(module, target, target.attr)
        elif isinstance(target, ast.Subscript):
            yield from self._of_owner(module, statement)

    def _of_variable(
        self, module: Module, node: ast.AST, name: str, seen: set[tuple[ast.AST, str]]
    ) -> Iterator[Sent]:
        """Yield what is put into a local variable, by name, and into whatever it is stored in or passed to."""
        functions = list(self._program.enclosing(module, node))
        scope: ast.AST = functions[-1].node if functions else module.tree
        if (scope, name) in seen:
            return
        seen.add((scope, name))
        if not functions:
            yield from self._of_owner(module, node)
        for one in ast.walk(scope):
            if not isinstance(one, ast.Call):
                if isinstance(one, ast.Assign | ast.Return) and _is_stored(one, name):
                    yield from self._of_owner(module, one)
                continue
            if last_name(getattr(one.func, "value", None)) == name:
                yield from _put(module, one)
                continue
            yield from self._passed(module, one, name, seen)

    def _passed(
        self, module: Module, call: ast.Call, name: str, seen: set[tuple[ast.AST, str]]
    ) -> Iterator[Sent]:
        arguments = [*call.args, *(one.value for one in call.keywords)]
        if not any(isinstance(one, ast.Name) and one.id == name for one in arguments):
            return
        if last_name(call.func) in {"append", "add", "setdefault", "register", "subscribe"}:
            yield from self._of_owner(module, call)
            return
        sites = [site(module, call)]
        for argument in call.args:
            sites += deferred(module, call, argument)
        for one in sites:
            for function, parameter in self._parameters(one, name):
                inner = function.node.body[0]
                yield from self._of_variable(function.module, inner, parameter, seen)

    def _parameters(self, call: CallSite, name: str) -> Iterator[tuple[Routine, str]]:
        functions = self._program.callees(call.module, call.node)
        created = self._program.class_called(call.module, call.node)
        if created is not None:
            functions = [
                one
                for one in self._program.functions.get("__init__", ())
                if one.owner is created.node
            ]
        for function in functions:
            for parameter in function.parameters:
                argument = call.argument(function, parameter)
                if isinstance(argument, ast.Name) and argument.id == name:
                    yield function, parameter

    def _of_attribute(self, module: Module, node: ast.AST, name: str) -> Iterator[Sent]:
        """Yield what is put into `self.name` of a class, and into `x.name` anywhere where only one class has it."""
        owner = self._program.owner(module, node)
        everywhere = self._program.calls(*_PUT)
        for other, call in everywhere:
            target = getattr(call.func, "value", None)
            if not isinstance(target, ast.Attribute) or target.attr != name:
                continue
            is_own = last_name(target.value) in {"self", "cls"}
            if not is_own or self._program.owner(other, call) is owner:
                yield from _put(other, call)

    def _of_owner(self, module: Module, node: ast.AST) -> Iterator[Sent]:
        """Yield what is put into any queue that a class, or a module, holds in a collection."""
        owner = self._program.owner(module, node)
        for one in ast.walk(owner or module.tree):
            if not isinstance(one, ast.Call) or not isinstance(one.func, ast.Attribute):
                continue
            if owner is None and self._program.owner(module, one) is not None:
                continue
            if one.func.attr in {"put", "put_nowait", "send_nowait", "sync_put"}:
                yield from _put(module, one)


def _put(module: Module, call: ast.Call) -> Iterator[Sent]:
    if last_name(call.func) in _PUT and call.args:
        yield Sent(module, call.args[0])


def _is_stored(statement: ast.Assign | ast.Return, name: str) -> bool:
    """Whether a variable is assigned to an attribute or an element, or returned."""
    value = statement.value
    if not isinstance(value, ast.Name) or value.id != name:
        return False
    if isinstance(statement, ast.Return):
        return False
    return any(isinstance(one, ast.Attribute | ast.Subscript) for one in statement.targets)
