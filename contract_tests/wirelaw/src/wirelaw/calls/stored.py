"""What is stored in a variable after it is bound: members of a dictionary, and elements of a list."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

from wirelaw.calls.annotations import last_name
from wirelaw.calls.shapes import ITEM, Shapes, either, inside
from wirelaw.events.program import Program
from wirelaw.events.routines import Routine, names_in, site
from wirelaw.events.worlds import Value

#: methods that add nothing to a dictionary or a list
_READS = frozenset(
    [
        *("get", "items", "keys", "values", "pop", "popitem", "copy", "count", "index"),
        *("sort", "reverse", "remove", "clear", "popleft"),
    ]
)
#: of a function that is not found: it may add to what it is called with
_ADDS = (
    "add",
    "attach",
    "enrich",
    "fill",
    "update",
    "populate",
    "inject",
    "merge",
    "apply",
    "decorate",
)
#: calls that pass on the elements of what they are called with
_PASSED = frozenset({"enumerate", "zip", "reversed", "sorted", "list"})
_Pairs = list[tuple[ast.expr | None, ast.expr]]


class Stored:
    """Reads the uses of variables."""

    def __init__(
        self,
        program: Program,
        of: Callable[[Value], Shapes | None],
        dictionary: Callable[[Value, _Pairs], Shapes | None],
    ) -> None:
        self._program = program
        self._of = of
        self._dictionary = dictionary
        self._uses: dict[ast.AST, dict[str, list[ast.Name]]] = {}

    def added(
        self, value: Value, function: Routine, name: str, found: Shapes | None
    ) -> Shapes | None:
        """Add what is stored in a variable after it is bound."""
        if not found:
            return found
        added: dict[str, Shapes | None] = {}
        items: list[Shapes | None] = []
        for use in self._names_in(function).get(name, ()):
            change = self._change(value, function, use)
            if change is None:
                return None
            for key, one in change:
                if key == ITEM:
                    items.append(one)
                else:
                    added[key] = either([added.get(key, ()), one])
        changed = []
        for shape in found:
            if shape.kind == "object":
                changed.append(shape.with_members(added) if added else shape)
            else:
                item = either([shape.members.get(ITEM), *items])
                changed.append(replace(shape, members={} if item is None else {ITEM: item}))
        return tuple(changed)

    def _names_in(self, function: Routine) -> dict[str, list[ast.Name]]:
        if function.node not in self._uses:
            found: dict[str, list[ast.Name]] = defaultdict(list)
            for one in function.nodes:
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
                    found[one.id].append(one)
            self._uses[function.node] = found
        return self._uses[function.node]

    def _change(  # noqa: PLR0911 - one return for each kind of use
        self, value: Value, function: Routine, use: ast.Name
    ) -> list[tuple[str, Shapes | None]] | None:
        """Return the members that one use of a variable adds; None where it may add any."""
        parents = value.module.parents
        parent = parents[use]
        looped = self._looped(parents, use)
        match parent:
            case _ if looped is not None:
                elements = names_in(looped.target) - {use.id}
                uses = [one for name in elements for one in self._names_in(function).get(name, ())]
                if all(self._change(value, function, one) == [] for one in uses):
                    return []
                if isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Constant):
                    return [(str(parent.slice.value), None)]
                return None if isinstance(parent, ast.Attribute) else [(ITEM, None)]
            case ast.Subscript(value=owner) if owner is use:
                return self._stored(value, parent)
            case ast.Attribute():
                call = parents.get(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    return self._method(value, call, parent.attr)
            case ast.Call():
                return [] if not self._adds(value, parent, use) else None
            case ast.keyword():
                call = parents[parent]
                is_changed = isinstance(call, ast.Call) and self._adds(value, call, use)
                return None if is_changed else []
            case ast.Assign(targets=[ast.Name()]):
                return None  # another name, by which it may be changed
        return []

    def _looped(self, parents: dict[ast.AST, ast.AST], use: ast.AST) -> ast.For | None:
        """Return the loop over what a variable has: over it, over a member of it, or over `enumerate(…)` of one."""
        node = use
        while isinstance(above := parents[node], ast.Subscript | ast.Attribute | ast.Call):
            is_other = isinstance(above, ast.Call) and node is not above.func
            if is_other and last_name(above) not in _PASSED:
                return None
            node = above
        return above if isinstance(above, ast.For) and above.iter is node else None

    def _stored(self, value: Value, part: ast.Subscript) -> list[tuple[str, Shapes | None]] | None:
        """`found[key] = …`, and `found[key][other] = …`, which changes what is inside."""
        parents = value.module.parents
        top: ast.AST = part
        while (
            isinstance(above := parents.get(top), ast.Subscript | ast.Attribute)
            and above.value is top
        ):
            top = above
        is_call = isinstance(top, ast.Attribute) and isinstance(parents.get(top), ast.Call)
        is_changed = is_call and top.attr not in _READS if isinstance(top, ast.Attribute) else False
        if not isinstance(getattr(top, "ctx", None), ast.Store) and not is_changed:
            return []
        key = part.slice
        if isinstance(key, ast.Slice) or (
            isinstance(key, ast.Constant) and isinstance(key.value, int)
        ):
            return [(ITEM, None)]
        texts = self._program.sources.text_of(value.module, key)
        if texts is None:
            return None
        statement = parents.get(part)
        is_plain = isinstance(statement, ast.Assign) and top is part
        stored = (
            self._of(value.at(statement.value))
            if is_plain and isinstance(statement, ast.Assign)
            else None
        )
        return [(text, stored) for text in texts]

    def _method(  # noqa: PLR0911 - one return for each method
        self, value: Value, call: ast.Call, name: str
    ) -> list[tuple[str, Shapes | None]] | None:
        match name:
            case "append" | "add" | "appendleft" if call.args:
                return [(ITEM, self._of(value.at(call.args[0])))]
            case "insert":
                return [(ITEM, self._of(value.at(call.args[-1])))]
            case "extend" if call.args:
                return [(ITEM, inside(self._of(value.at(call.args[0])), [ITEM]))]
            case "setdefault" if isinstance(call.args[0], ast.Constant):
                default = self._of(value.at(call.args[1])) if len(call.args) > 1 else ()
                return [(str(call.args[0].value), default)]
            case "update":
                spread = self._dictionary(value, [*pairs(call)])
                if spread is None:
                    return None
                return [(name, one.members.get(name)) for one in spread for name in one.names]
            case "setdefault":
                return None
        return []

    def _adds(self, value: Value, call: ast.Call, use: ast.Name) -> bool:
        """Whether a call may add to a variable that it is called with."""
        routines = self._program.callees(value.module, call)
        written = site(value.module, call)
        for function in routines:
            for name in function.parameters:
                if written.argument(function, name) is not use:
                    continue
                for one in self._names_in(function).get(name, ()):
                    parent = function.module.parents.get(one)
                    is_stored = isinstance(parent, ast.Subscript) and isinstance(
                        parent.ctx, ast.Store
                    )
                    if is_stored or getattr(parent, "attr", "") in {
                        "update",
                        "setdefault",
                        "append",
                    }:
                        return True
        is_statement = isinstance(value.module.parents.get(call), ast.Expr | ast.Await)
        return not routines and is_statement and last_name(call.func).strip("_").startswith(_ADDS)


def pairs(call: ast.Call) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """Yield the keys and values that a call names, and without a key what is spread into it."""
    for one in call.args:
        yield None, one
    for keyword in call.keywords:
        yield ast.Constant(value=keyword.arg) if keyword.arg else None, keyword.value
