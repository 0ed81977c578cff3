"""Values that the Python side writes to a name: entries of tables, keywords, attributes, variables and arguments."""

import ast
import re
from collections.abc import Iterator

from wirelaw.python import Module, Sources

#: a callback's first argument has the name that it reports: `progress_callback(0.5)`
_CALLBACK = re.compile(r"^_?(?:on|set|update|report|emit)?_?(\w+?)(?:_callback|_cb|_hook|_fn)$")
_Written = Iterator[tuple[str, ast.expr]]


def written(sources: Sources) -> list[tuple[Module, str, ast.expr]]:
    """Return each name with a value that a module writes to it."""
    modules = sources.modules.values()
    return [(module, *one) for module in modules for one in _written(sources, module)]


def _written(sources: Sources, module: Module) -> _Written:
    for node in module.nodes:
        if isinstance(node, ast.Dict):
            yield from _entries(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _assigned(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            yield from _assigned(node.target, node.value)
        elif isinstance(node, ast.Call):
            yield from ((one.arg, one.value) for one in node.keywords if one.arg)
            yield from _passed(sources, module, node)


def _entries(table: ast.Dict) -> _Written:
    for key, value in zip(table.keys, table.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, value


def _assigned(target: ast.expr, value: ast.expr | None) -> _Written:
    if value is not None and isinstance(target, ast.Attribute | ast.Name):
        yield target.attr if isinstance(target, ast.Attribute) else target.id, value


def _passed(sources: Sources, module: Module, call: ast.Call) -> _Written:
    """Yield positional arguments by the parameters of the function, and the first one of a callback."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    match = _CALLBACK.match(name)
    if match and call.args:
        yield match[1], call.args[0]
        return
    target = sources.define(module, name) if isinstance(call.func, ast.Name) else None
    if target is not None and isinstance(target.node, ast.FunctionDef | ast.AsyncFunctionDef):
        for parameter, value in zip(target.node.args.args, call.args, strict=False):
            yield parameter.arg, value
