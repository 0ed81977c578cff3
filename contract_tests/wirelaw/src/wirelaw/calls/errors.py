"""The errors of the service: FastAPI's `{"detail": …}` as long as no handler replaces it."""

import ast
from dataclasses import dataclass

from wirelaw.calls.annotations import FUNCTION, last_name
from wirelaw.calls.answers import Answers
from wirelaw.calls.operations import Operation
from wirelaw.finding import Place
from wirelaw.python import Definition, Module, Sources

#: the exceptions that FastAPI answers itself
_REPLACED = frozenset({"HTTPException", "StarletteHTTPException"})
_INVALID = "RequestValidationError"
_DETAIL = frozenset({"detail"})


@dataclass(frozen=True)
class Errors:
    """How errors look."""

    has_detail: bool  #: HTTPException and 422 arrive as FastAPI writes them
    place: Place | None = None  #: of the handler that replaces FastAPI's
    names: frozenset[str] = (
        frozenset()
    )  #: all that errors have; empty where a handler cannot be read


def errors(sources: Sources, answers: Answers) -> Errors:
    """Read the exception handlers of the service."""
    replaced = any(
        key.arg == "exception_handlers"
        for _, call in sources.calls.get("FastAPI", [])
        for key in call.keywords
    )
    place: Place | None = None
    names: list[frozenset[str]] = []
    kinds: set[str] = set()
    for name in ("exception_handler", "add_exception_handler"):
        for module, call in sources.calls.get(name, []):
            argument = call.args[0] if call.args else None
            if argument is None:
                continue
            kind = last_name(argument)
            kinds.add(kind)
            names.append(_sent(sources, answers, module, call))
            if _replaces(sources, module, call, argument):
                replaced = True
                place = module.place(call) if kind.endswith("HTTPException") else place
    if not replaced or _INVALID not in kinds:
        names.append(_DETAIL)
    all_names = frozenset[str]().union(*names)
    return Errors(not replaced, place, all_names if all(names) else frozenset())


def _replaces(sources: Sources, module: Module, call: ast.Call, argument: ast.expr) -> bool:
    word = last_name(argument)
    found = sources.value_of(module, argument)
    is_variable = (
        word
        and not word[:1].isupper()
        and not isinstance(getattr(found, "node", None), ast.ClassDef)
    )
    return (
        isinstance(argument, ast.Constant)
        or word.endswith("HTTPException")
        or bool(is_variable and not _loops(module, call))
    )


def _sent(sources: Sources, answers: Answers, module: Module, call: ast.Call) -> frozenset[str]:
    """Return the fields of what a handler answers; empty where it cannot be read."""
    handler: Definition | None = None
    if len(call.args) > 1:
        handler = sources.value_of(module, call.args[1])
    else:
        above = next(iter(module.above(call)), None)
        handler = Definition(module, above) if isinstance(above, FUNCTION) else None
    if handler is None or not isinstance(handler.node, FUNCTION):
        return frozenset()
    shapes = answers.of_errors(handler.node)
    if not shapes or any(one.kind != "object" for one in shapes):
        return frozenset()
    return frozenset[str]().union(*(one.names for one in shapes))


def _loops(module: Module, call: ast.Call) -> bool:
    """Whether the class is the variable of a loop over a table whose classes can be read."""
    for above in module.above(call):
        if isinstance(above, ast.For):
            words = {getattr(one, "id", "") for one in ast.walk(above.iter)}
            tables = [module.names.get(word) for word in words]
            keys = [key for one in tables if isinstance(one, ast.Dict) for key in one.keys]
            names = {
                getattr(one, "attr", getattr(one, "id", "")) for one in keys if one is not None
            }
            return bool(names) and not names & _REPLACED
    return False


def unread(
    sent: Errors, reads: frozenset[str], operations: list[Operation], *, is_loose: bool
) -> tuple[str, Place] | None:
    """Return what these operations send instead of the fields that are read; None where one of those may be sent.

    It is loose where the page reads the errors of many requests, also those of the service's own exceptions.
    """
    names = _DETAIL if sent.has_detail and not is_loose else sent.names
    if not names or names & reads or any(_writes(one, reads) for one in operations):
        return None
    if sent.has_detail:
        places = sorted({place for one in operations if (place := raises(one))})
        arrives = (
            'raises HTTPException, which arrives as {"detail": …}, and so do 422 and unknown routes'
        )
        return (arrives, places[0]) if places else None
    listed = " and ".join(f'"{one}"' for one in sorted(names))
    return (f"answers errors with {listed}", sent.place) if operations and sent.place else None


def _writes(operation: Operation, names: frozenset[str]) -> bool:
    """Whether a handler answers with one of these fields itself, as those do that refuse without raising."""
    keys = (
        key
        for call in ast.walk(operation.route.handler or ast.Pass())
        if isinstance(call, ast.Call) and last_name(call.func).endswith("Response")
        for node in ast.walk(call)
        if isinstance(node, ast.Dict)
        for key in node.keys
    )
    return any(isinstance(key, ast.Constant) and key.value in names for key in keys)


def raises(operation: Operation) -> Place | None:
    """Return where an operation or what it depends on raises HTTPException."""
    route = operation.route
    if route.handler is None:
        return None
    own = Definition(route.module, route.handler)
    for one in (own, *(dep for dep in operation.dependencies if isinstance(dep.node, FUNCTION))):
        for node in ast.walk(one.node):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = getattr(node.exc.func, "attr", getattr(node.exc.func, "id", ""))
                if name == "HTTPException":
                    return one.module.place(node)
    return None
