"""What an operation answers, as far as its source certainly says it."""

import ast
from dataclasses import replace

from wirelaw.calls.annotations import keyword_of, last_name, words_of
from wirelaw.calls.operations import Operation
from wirelaw.calls.returned import RESPONSES, Returned, is_error
from wirelaw.calls.shapes import Declared, Shape, Shapes, either
from wirelaw.events.program import Program
from wirelaw.events.routines import Routine
from wirelaw.models import Models
from wirelaw.python import Function, Sources

_STREAMS = frozenset({"StreamingResponse", "EventSourceResponse", "ServerSentEvent"})


class Answers:
    """Reads what handlers answer."""

    def __init__(self, sources: Sources, models: Models) -> None:
        self._program = Program(sources)
        self._declared = Declared(self._program, models)
        self._returned = Returned(self._program, self._declared)
        self._found: dict[ast.AST, Shapes | None] = {}

    def of(self, operation: Operation) -> Shapes | None:
        """Return the shapes of the answers of an operation; None where one of them is not understood."""
        handler = operation.route.handler
        if handler is None:
            return None
        if handler not in self._found:
            self._found[handler] = self._of(operation)
        return self._found[handler]

    def _of(self, operation: Operation) -> Shapes | None:
        route = operation.route
        routine = self._program.function(route.handler)
        if routine is None or routine.yields or self.is_stream(operation):
            return None
        annotation = _annotation(operation)
        declared = self._declared.read(route.module, annotation) if annotation else None
        if any(self._wraps(operation, one) for one in routine.node.decorator_list):
            return None
        body = self._returned.body(routine)
        if declared is not None and self._bypasses(routine):
            return None if body is None else either([declared, body])
        if declared is None or body is None:
            return body if declared is None else declared
        # FastAPI sends what is declared; what is in its open members the handler says
        inner: dict[str, Shapes] = {}
        for one in body:
            inner |= one.members
        return tuple(_filled(one, inner) for one in declared)

    def _bypasses(self, handler: Routine) -> bool:
        """Whether a response may be returned as it is, and not as the declared type: by the handler, or by what it calls."""
        calls = [one for one in handler.own if isinstance(one, ast.Call)]
        called = [one for call in calls for one in self._program.callees(handler.module, call)]
        return any(
            isinstance(one, ast.Call) and last_name(one.func) in RESPONSES and not is_error(one)
            for routine in (handler, *called)
            for one in routine.own
        )

    def of_errors(self, function: Function) -> Shapes | None:
        """Return the shapes of what a handler of exceptions answers; None where one of them is not understood."""
        routine = self._program.function(function)
        reader = Returned(self._program, self._declared, reads_errors=True)
        return None if routine is None else reader.body(routine)

    def _wraps(self, operation: Operation, decorator: ast.expr) -> bool:
        """Whether a decorator of this service may replace what the handler returns: it writes an object itself."""
        if decorator is operation.route.call:
            return False
        name = decorator.func if isinstance(decorator, ast.Call) else decorator
        found = self._program.sources.value_of(operation.route.module, name)
        return found is not None and any(
            isinstance(one, ast.Return) and isinstance(one.value, ast.Dict)
            for one in ast.walk(found.node)
        )

    def is_stream(self, operation: Operation) -> bool:
        """Whether an operation answers with a stream of events or bytes."""
        route = operation.route
        if route.handler is None:
            return False
        return bool((words_of(route.handler) | words_of(route.call)) & _STREAMS)

    def is_typed(self, operation: Operation) -> bool:
        """Whether the declared type says what the answer is, down to the payload of an envelope."""
        annotation = _annotation(operation)
        return annotation is not None and self._declared.is_complete(
            operation.route.module, annotation
        )


def _annotation(operation: Operation) -> ast.expr | None:
    """Return the declared type of an answer."""
    route = operation.route
    declared = keyword_of(route.call, "response_model") if route.call is not None else None
    if declared is not None:
        is_none = isinstance(declared, ast.Constant) and declared.value is None
        return None if is_none else declared
    return route.handler.returns if route.handler is not None else None


def _filled(shape: Shape, inner: dict[str, Shapes]) -> Shape:
    known = {
        name: one for name, one in inner.items() if name in shape.names or shape.kind == "list"
    }
    return replace(shape, members={**known, **shape.members})
