"""The shapes that requests have on the service's side, and which of them a shape of the page is."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from wirelaw.models import Field, Model, Models
from wirelaw.python import Sources
from wirelaw.words.names import shape, steps

_METHODS = {"get", "post", "put", "patch", "delete", "api_route", "websocket"}
#: a shape that only its fields' names bind to a request has so many of them at least
MIN_FIELDS = 3


@dataclass(frozen=True)
class Request:
    """A body of a request."""

    model: Model
    fields: dict[tuple[str, ...], Field]  #: by the words of their names, so that `topN` is `top_n`

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name


def requests(sources: Sources) -> list[Request]:
    """Return the models that routes take, by file and line."""
    models = sources.once(Models)
    found: dict[ast.ClassDef, Model] = {}
    for module in sources.modules.values():
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_route(node):
                for argument in (*node.args.args, *node.args.kwonlyargs):
                    model = models.named(module, argument.annotation)
                    if model is not None and model.kind != "typed dict":
                        found[model.node] = model
    ordered = sorted(found.values(), key=lambda one: one.place)
    return [
        Request(one, {steps(name): field for name, field in one.fields.items()}) for one in ordered
    ]


def _is_route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
    return any(isinstance(one, ast.Attribute) and one.attr in _METHODS for one in calls)


def matching(found: Iterable[Request], owner: str, names: Iterable[str]) -> Request | None:
    """Return the request that a shape of the page is: by its type's name, else by the names of all its fields."""
    stated = {steps(name) for name in names}
    named = [one for one in found if owner and shape(one.name) == shape(owner)]
    exact = [one for one in named if steps(one.name) == steps(owner)] or named
    if exact:
        best = max(exact, key=lambda one: len(stated & one.fields.keys()))
        return best if 2 * len(stated & best.fields.keys()) > len(stated) else None
    if len(stated) < MIN_FIELDS:
        return None
    fitting = [
        one
        for one in found
        if stated <= one.fields.keys() and 3 * len(stated) >= 2 * len(one.fields)
    ]
    return fitting[0] if len(fitting) == 1 else None
