"""What an expression of the service is as JSON, followed through names, calls and what is stored in it later."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from wirelaw.calls.annotations import keyword_of, last_name
from wirelaw.calls.shapes import ITEM, Declared, Shape, Shapes, either, inside
from wirelaw.calls.stored import Stored, pairs
from wirelaw.events.program import Program
from wirelaw.events.routines import DEFERRED, CallSite, Class, Routine, deferred, is_abstract, site
from wirelaw.events.worlds import UNKNOWN, Value

_DEPTH = 40
#: expressions that are read for one answer
_MOST = 4000
RESPONSES = frozenset({"JSONResponse", "ORJSONResponse", "UJSONResponse"})
#: calls that return one of their arguments as JSON, by its position
_SAME = {
    **dict.fromkeys(("jsonable_encoder", "wait_for", "shield", "deepcopy", "copy", "asdict"), 0),
    "cast": 1,
}
_SAME_METHODS = frozenset({"model_dump", "dict", "copy", "model_copy", "_asdict"})
_LISTS = frozenset({"list", "sorted", "reversed", "tuple"})
_WRAPPERS = frozenset({"contextmanager", "asynccontextmanager"})


class Returned:
    """Reads expressions."""

    def __init__(self, program: Program, declared: Declared, *, reads_errors: bool = False) -> None:
        self._reads_errors = reads_errors
        self._program = program
        self._declared = declared
        self._active: set[ast.AST] = set()
        self._count = 0
        self._stored = Stored(program, self.of, self.dictionary)

    def of(self, value: Value) -> Shapes | None:
        """Return the shapes of an expression; None where it may be something else."""
        if value.of is not None:
            return self._declared.model(value.of)
        node = value.node
        self._count = self._count + 1 if self._active else 0
        if node in self._active or len(self._active) > _DEPTH or self._count > _MOST:
            return None
        self._active.add(node)
        try:
            return self._of(value, node)
        finally:
            self._active.discard(node)

    def _of(  # noqa: C901, PLR0911, PLR0912 - one return for each kind of expression
        self, value: Value, node: ast.AST
    ) -> Shapes | None:
        match node:
            case ast.Await() | ast.NamedExpr():
                return self.of(value.at(node.value))
            case ast.Constant(value=None):
                return ()
            case ast.IfExp():
                return either(self.of(value.at(one)) for one in (node.body, node.orelse))
            case ast.BoolOp(op=ast.Or()):
                return either(self.of(value.at(one)) for one in node.values)
            case ast.BoolOp():
                return self.of(value.at(node.values[-1]))
            case ast.Dict():
                return self.dictionary(value, [*zip(node.keys, node.values, strict=True)])
            case ast.List() | ast.Tuple() | ast.Set():
                return self._list(value, either(self._element(value, one) for one in node.elts))
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._list(value, self.of(value.at(node.elt)))
            case ast.BinOp(op=ast.BitOr()):
                return self.dictionary(value, [(None, node.left), (None, node.right)])
            case ast.BinOp(op=ast.Add()):
                found = either(self.of(value.at(one)) for one in (node.left, node.right))
                return found if found and all(one.kind == "list" for one in found) else None
            case ast.Name():
                return self._name(value, node)
            case ast.Subscript():
                return self._member(value, node)
            case ast.Attribute():
                kind = self._class(value.at(node.value))
                owner = self._declared.model(kind) if kind is not None else None
                return inside(owner, [node.attr]) if owner else None
            case ast.Call():
                return self._call(value, node)
        return None

    def _list(self, value: Value, item: Shapes | None) -> Shapes:
        return (Shape("list", value.place, members={} if item is None else {ITEM: item}),)

    def _element(self, value: Value, node: ast.expr) -> Shapes | None:
        if isinstance(node, ast.Starred):
            return inside(self.of(value.at(node.value)), [ITEM])
        return self.of(value.at(node))

    def dictionary(
        self, value: Value, pairs: list[tuple[ast.expr | None, ast.expr]]
    ) -> Shapes | None:
        """An object of keys and values, and of objects that are spread into it, which have no key."""
        shape = Shape("object", value.place)
        for key, one in pairs:
            if key is None:
                spread = self.of(value.at(one))
                if spread is None or any(each.kind != "object" for each in spread):
                    return None
                for each in spread:
                    inner = {name: each.members.get(name) for name in each.names}
                    shape = shape.with_members(inner)
                continue
            texts = self._program.sources.text_of(value.module, key)
            if texts is None or len(texts) != 1:
                return None
            shape = shape.with_members({next(iter(texts)): self.of(value.at(one))})
        return (shape,)

    # names

    def _name(self, value: Value, node: ast.Name) -> Shapes | None:
        for function in self._program.enclosing(value.module, node):
            bindings = function.bindings.get(node.id, [])
            if node.id in function.parameters:
                passed = value.env.get((function.node, node.id))
                found = (
                    self.of(passed)
                    if passed is not None
                    else self._declared.read(function.module, function.annotation(node.id))
                )
            elif bindings:
                found = ()
            else:
                continue
            found = either([found, *(self._bound(value, one, node.id) for one in bindings)])
            return self._stored.added(value, function, node.id, found)
        defined = self._program.sources.define(value.module, node.id)
        if defined is None or not node.id.isupper():
            return None
        return self.of(Value(defined.module, defined.node))

    def _bound(self, value: Value, statement: ast.AST, name: str) -> Shapes | None:
        """Return what one statement binds a name to."""
        match statement:
            case ast.Assign(targets=[ast.Tuple() as target], value=ast.Tuple() as assigned):
                parts = zip(target.elts, assigned.elts, strict=False)
                return either(
                    self.of(value.at(one))
                    for each, one in parts
                    if isinstance(each, ast.Name) and each.id == name
                )
            case ast.Assign(targets=[*targets]) if any(last_name(one) == name for one in targets):
                return self.of(value.at(statement.value))
            case ast.AnnAssign(value=None) | ast.ExceptHandler():
                return ()
            case ast.AnnAssign() | ast.NamedExpr() if statement.value is not None:
                return self.of(value.at(statement.value))
            case ast.For() | ast.AsyncFor() | ast.comprehension() if (
                last_name(statement.target) == name
            ):
                return inside(self.of(value.at(statement.iter)), [ITEM])
        return None

    def _member(self, value: Value, node: ast.Subscript) -> Shapes | None:
        owner = self.of(value.at(node.value))
        if isinstance(node.slice, ast.Slice):
            return owner
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return inside(owner, [node.slice.value]) or None
        return inside(owner, [ITEM]) or None

    # calls

    def _class(self, value: Value) -> Class | None:
        """Return the class of an object, or the class that a name is."""
        if isinstance(value.node, ast.Name):
            for function in self._program.enclosing(value.module, value.node):
                passed = value.env.get((function.node, value.node.id))
                if passed is not None:
                    return passed.of or self._class(passed)
        return self._program.type_of(value.module, value.node)

    def _call(  # noqa: C901, PLR0911 - one return for each kind of call
        self, value: Value, node: ast.Call
    ) -> Shapes | None:
        name = last_name(node.func)
        if name in RESPONSES:
            return self._response(value, node)
        if name in _SAME and len(node.args) > _SAME[name]:
            return self.of(value.at(node.args[_SAME[name]]))
        if name == "dict" and isinstance(node.func, ast.Name):
            return self.dictionary(value, [*pairs(node)])
        if name in _LISTS and node.args:
            return self._list(value, inside(self.of(value.at(node.args[0])), [ITEM]) or None)
        for called in [each for one in node.args for each in deferred(value.module, node, one)]:
            pretended = ast.Call(func=node.args[DEFERRED[name]], args=[], keywords=[])
            return self._result(value, self._program.callees(value.module, pretended), called)
        created = self._created(value, node)
        if created is not None:
            return self._constructed(value, node, created)
        if isinstance(node.func, ast.Attribute):
            kind = self._class(value.at(node.func.value))
            method = self._program.method(kind, name) if kind is not None else None
            if method is not None and kind is not None and not is_abstract(method.node):
                return self._result(value, [method], site(value.module, node), kind)
            if name in _SAME_METHODS:
                return self.of(value.at(node.func.value))
            if name in {"get", "pop"} and node.args and isinstance(node.args[0], ast.Constant):
                rest = [self.of(value.at(one)) for one in node.args[1:]]
                owner = inside(self.of(value.at(node.func.value)), [str(node.args[0].value)])
                return either([owner or None, *rest])
        return self._result(
            value, self._program.callees(value.module, node), site(value.module, node)
        )

    def _response(self, value: Value, node: ast.Call) -> Shapes | None:
        if is_error(node) and not self._reads_errors:
            return ()  # no answer of success
        content = keyword_of(node, "content") or (node.args[0] if node.args else None)
        return self.of(value.at(content)) if content is not None else None

    def _created(self, value: Value, node: ast.Call) -> Class | None:
        """Return the class that a call creates an object of; `cls` is the class that the method was called on."""
        name = node.func
        if isinstance(name, ast.Attribute) and name.attr in {
            *("model_validate", "parse_obj", "from_orm", "model_construct"),
        }:
            name = name.value
        if isinstance(name, ast.Name) and name.id == "cls":
            return self._class(value.at(name))
        return self._program.class_called(value.module, node)

    def _constructed(self, value: Value, node: ast.Call, kind: Class) -> Shapes | None:
        """Return a model with what it is called with, where its type does not say it."""
        found = self._declared.model(kind)
        if not found:
            return found
        passed = {
            one.arg: shapes
            for one in node.keywords
            if one.arg is not None and (shapes := self.of(value.at(one.value))) is not None
        }
        (shape,) = found
        members = {
            **{name: one for name, one in passed.items() if name in shape.names},
            **shape.members,
        }
        return (replace(shape, members=members),)

    def _result(
        self, value: Value, routines: list[Routine], called: CallSite, kind: Class | None = None
    ) -> Shapes | None:
        """Return what a call of these functions returns."""
        found = [self._returned(one, self._env(value, one, called, kind)) for one in routines]
        return either(found) if found else None

    def _env(
        self, value: Value, function: Routine, called: CallSite, kind: Class | None
    ) -> dict[tuple[ast.AST, str], Value]:
        env = dict(value.env)
        for name in function.parameters:
            argument = called.argument(function, name)
            default = function.default(name)
            if function.is_method and name == function.parameters[0]:
                if kind is not None:
                    env[function.node, name] = Value(kind.module, UNKNOWN, of=kind)
            elif argument is not None:
                env[function.node, name] = replace(value.at(argument), env=dict(value.env))
            elif default is not None:
                env[function.node, name] = Value(function.module, default)
        return env

    def _returned(self, function: Routine, env: dict[tuple[ast.AST, str], Value]) -> Shapes | None:
        """Return what a function returns; its annotation counts where its body is not understood."""
        decorators = {last_name(one) for one in function.node.decorator_list}
        if function.yields or decorators & _WRAPPERS or is_abstract(function.node):
            return None
        found = self.body(function, env)
        if found is not None:
            return found
        declared = self._declared.read(function.module, function.node.returns)
        # nothing checks an annotation: of a list of anything it is often wrong
        is_vague = any(one.kind == "list" and not one.members for one in declared or ())
        return None if is_vague else declared

    def body(
        self, function: Routine, env: dict[tuple[ast.AST, str], Value] | None = None
    ) -> Shapes | None:
        """Return what the statements of a function return."""
        return either(self.of(Value(function.module, one, env or {})) for one in _results(function))


def _results(function: Routine) -> Iterator[ast.expr]:
    for one in function.own:
        if isinstance(one, ast.Return) and one.value is not None:
            yield one.value


def is_error(response: ast.Call) -> bool:
    """Whether a response has the status of an error."""
    status = keyword_of(response, "status_code")
    if status is None and len(response.args) > 1:
        status = response.args[1]
    code = str(getattr(status, "value", last_name(status) if status else ""))
    return code.removeprefix("HTTP_")[:1] in {"4", "5"}
