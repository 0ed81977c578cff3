"""The errors of the service: FastAPI's `{"detail": …}` as long as no handler replaces it."""

import ast
from dataclasses import dataclass

from wirelaw.calls.annotations import FUNCTION
from wirelaw.calls.operations import Operation
from wirelaw.finding import Place
from wirelaw.python import Definition, Module, Sources

_REPLACED = frozenset({"HTTPException", "StarletteHTTPException"})


@dataclass(frozen=True)
class Errors:
    """How errors look."""

    has_detail: bool  #: HTTPException and 422 arrive as FastAPI writes them
    handlers: tuple[Place, ...]  #: the other handlers


def errors(sources: Sources) -> Errors:
    """Read the exception handlers of the service."""
    replaced = False
    places = []
    for name in ("exception_handler", "add_exception_handler"):
        for module, call in sources.calls.get(name, []):
            places.append(module.place(call))
            argument = call.args[0] if call.args else None
            if argument is None:
                continue
            word = getattr(argument, "attr", getattr(argument, "id", ""))
            is_code = isinstance(argument, ast.Constant)
            found = sources.value_of(module, argument)
            is_variable = (
                word
                and not word[:1].isupper()
                and (found is None or not isinstance(found.node, ast.ClassDef))
            )
            replaced |= (
                is_code or word in _REPLACED or bool(is_variable and not _loops(module, call))
            )
            replaced |= word.endswith("HTTPException")
    for _, call in sources.calls.get("FastAPI", []):
        replaced |= any(key.arg == "exception_handlers" for key in call.keywords)
    return Errors(not replaced, tuple(sorted(places)))


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
