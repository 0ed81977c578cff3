"""Which of the statements that bind a name a use of it may see: what comes later replaces what was there before."""

import ast
from collections.abc import Iterator
from typing import TypeGuard

from wirelaw.python import Function, Module, Sources

_JUMPS = ast.Return | ast.Raise | ast.Continue | ast.Break
_BLOCKS = ("body", "orelse", "finalbody")


def reaching(
    module: Module, function: ast.AST, every: list[ast.AST], use: ast.AST
) -> list[ast.AST]:
    """Return those that a use may see; the function itself stands for what the name is at its start."""
    found: list[ast.AST] = []

    def add(outer: ast.AST) -> None:
        found.extend(one for one in every if one not in found and _leaves(module, one, outer))

    child = use
    for above in module.above(use):
        if isinstance(above, Function | ast.Lambda) and above is not function:
            break
        binding = _bound_around(above, child, every)
        for before in _before(above, child):
            add(before)
            if _replaces(before, every):
                return found
        if binding is not None:
            return [*found, binding]
        if above is function:
            return [function, *found]
        if isinstance(above, ast.For | ast.AsyncFor | ast.While) or (
            isinstance(above, ast.Try) and child not in above.body
        ):
            # an earlier round, or the part of the block that ran
            add(above)
        elif isinstance(above, ast.If):
            add(above.test)
        child = above
    # in a function inside, which runs at any time
    return [function, *every]


def _before(above: ast.AST, child: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements of a block before one of it, the last first."""
    for name in _BLOCKS:
        block = getattr(above, name, None)
        if isinstance(block, list) and child in block:
            yield from reversed(block[: block.index(child)])


def _bound_around(above: ast.AST, child: ast.AST, every: list[ast.AST]) -> ast.AST | None:
    """Return what binds the name whenever the code inside runs: a loop, a comprehension, a context, a handler."""
    if isinstance(above, ast.comprehension):
        return above if above in every and child in above.ifs else None
    inner = [*getattr(above, "generators", ()), *getattr(above, "items", ())]
    body = getattr(above, "body", None)
    if child in inner[:1] or (isinstance(body, list) and child not in body):
        return None
    return next((one for one in (above, *inner) if one in every and one is not child), None)


def _replaces(statement: ast.stmt, every: list[ast.AST]) -> bool:
    """Whether a name has another value after a statement in every case."""
    if isinstance(statement, ast.If):
        return all(
            any(_replaces(one, every) or isinstance(one, _JUMPS) for one in block)
            for block in (statement.body, statement.orelse)
        )
    if isinstance(statement, ast.With | ast.AsyncWith):
        return any(_replaces(one, every) for one in statement.body)
    return statement in every and isinstance(statement, ast.Assign | ast.AnnAssign)


def _leaves(module: Module, binding: ast.AST, outer: ast.AST) -> bool:
    """Whether a binding is in a statement, and the code after that statement can see it."""
    if isinstance(binding, ast.comprehension):
        return False
    for above in (binding, *module.above(binding)):
        if above is outer:
            return True
        if isinstance(outer, ast.If) and above in (*outer.body, *outer.orelse):
            block = outer.body if above in outer.body else outer.orelse
            return not isinstance(block[-1], _JUMPS)
    return False


def is_excluded(sources: Sources, module: Module, use: ast.AST, words: frozenset[str]) -> bool:
    """Whether a branch keeps a word from where it is used: `if event["type"] == "end": break` before, or one around."""
    written = {one.value for one in ast.walk(use) if isinstance(one, ast.Constant)}
    names = {one.id for one in ast.walk(use) if isinstance(one, ast.Name)}
    child = use
    for above in module.above(use):
        for before in _before(above, child):
            if isinstance(before, ast.If) and isinstance(before.body[-1], _JUMPS):
                parts = before.test.values if _is_or(before.test) else [before.test]
                if any(words <= _compared(sources, module, one, names) for one in parts):
                    return not words & written
        if isinstance(above, ast.If) and child in above.body:
            left = _compared(sources, module, above.test, names)
            if left and not words & (left | written):
                return True
        if isinstance(above, Function):
            break
        child = above
    return False


def _is_or(node: ast.expr) -> TypeGuard[ast.BoolOp]:
    return isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)


def _compared(sources: Sources, module: Module, test: ast.expr, names: set[str]) -> frozenset[str]:
    """Return the words that a part of a value is compared with, where the value is one of these names."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return frozenset()
    other = test.comparators[0]
    if not names & {one.id for one in ast.walk(test.left) if isinstance(one, ast.Name)}:
        return frozenset()
    found = sources.value_of(module, other) if isinstance(test.ops[0], ast.In) else None
    items = getattr(found.node, "elts", []) if found is not None else []
    if isinstance(test.ops[0], ast.Eq):
        items = [other]
    texts = [sources.text_of(module, one) for one in items]
    return frozenset().union(*(one for one in texts if one)) if None not in texts else frozenset()
