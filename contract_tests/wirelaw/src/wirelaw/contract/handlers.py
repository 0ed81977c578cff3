"""The functions of the service that handle the operations of the contract."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from wirelaw.contract.document import METHODS, Operation
from wirelaw.contract.page_calls import path_steps
from wirelaw.finding import Place
from wirelaw.python import Function, Sources


@dataclass(frozen=True)
class Handler:
    """A function with a decorator such as `@router.get("/jobs")`."""

    place: Place
    name: str
    node: Function = field(repr=False, compare=False)
    method: str
    path: str  #: as the decorator has it, without the prefixes of its routers

    @property
    def texts(self) -> frozenset[str]:
        """Every string in it."""
        return frozenset(
            one.value
            for one in ast.walk(self.node)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )

    def handles(self, operation: Operation) -> bool:
        """Whether it handles an operation; FastAPI names one by its handler, unless it is named otherwise."""
        steps, parts = path_steps(self.path), path_steps(operation.path)
        is_path = len(steps) <= len(parts) and parts[len(parts) - len(steps) :] == steps
        is_named = self.name in operation.name or len(steps) == len(parts)
        return self.method == operation.method and is_path and is_named


def handlers(sources: Sources) -> Iterator[Handler]:
    """Yield the handlers in the order of the files."""
    for _, module in sorted(sources.modules.items()):
        for node in module.nodes:
            if isinstance(node, Function):
                for method, path in _routes(node):
                    yield Handler(module.place(node), node.name, node, method, path)


def _routes(node: Function) -> Iterator[tuple[str, str]]:
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        path = decorator.args[0] if decorator.args else None
        if decorator.func.attr in METHODS and isinstance(path, ast.Constant):
            yield decorator.func.attr, str(path.value)
