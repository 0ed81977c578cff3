"""Values that the service writes: rounded, in another unit, from another source, or in the machine's time zone."""

import ast
import re
from collections.abc import Iterator

import libcst as cst

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.syntax import Change, Module, modules, numbered
from contract_tests.drift.operators.wire_models import Field, Shape, Wire, arguments, wire

#: the operator, what a number becomes, and what a user would see
FIGURES = {
    "figure-rounded": ("round({}, 4)", "digits are lost"),
    "figure-truncated": ("int({} * 100) / 100", "digits are cut off"),
    "figure-percent": ("{} * 100", "a fraction is sent as percent"),
    "figure-share": ("{} / 100", "a figure is a hundredth of what it was"),
    "figure-bps": ("{} * 1e4", "a figure is sent in basis points"),
}
#: names that are taken for each other
PAIRS = {
    "first_date": "last_date",
    "started_at": "completed_at",
    "min": "max",
    "created_at": "started_at",
}
PAIRS |= {"mean": "median", "params": "result", "usual_rank_ic": "rank_ic"}
#: what a list of numbers has
NUMBERS = {"FiniteFloat", "Fraction", "Money", "float"}
#: how deep the attributes of an argument are followed
DEPTH = 2


def value_drifts(files: Files) -> Iterator[Drift]:
    """Change what each field of a model is written from, and each time."""
    models = wire(files)
    return numbered(files, (change for one in modules(files) for change in _of_module(models, one)))


def _of_module(models: Wire, module: Module) -> Iterator[Change]:
    for call in module.all(ast.Call):
        yield from _now(module, call)
        fields = _fields(models, ast.unparse(call.func).rpartition(".")[2])
        written = [one for one in call.keywords if one.arg in fields]
        for one in written:
            assert one.arg is not None
            field = fields[one.arg]
            yield from _figure(module, one.value, models.shape(field), one.arg)
            yield from _source(models, module, one.value, field)
            yield from _sibling(module, one, written, fields)
            if models.shape(field).kind == "time" and isinstance(
                one.value, ast.Name | ast.Attribute
            ):
                yield from _zones(module, one.value)
    yield from _stored(models, module)


def _fields(models: Wire, name: str) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for model in models.lineage(name):
        for field, node in model.fields.items():
            found.setdefault(field, Field(model, field, node))
    return found


def _stored(models: Wire, module: Module) -> Iterator[Change]:
    """Change the numbers of rows and of dictionaries, which have the names of fields."""
    numbers = {
        one.name: models.shape(one) for one in models.fields if models.shape(one).kind == "number"
    }
    for node in module.all(ast.Call):
        if re.search(r"(^|\.)(_\w+|change|values)$", ast.unparse(node.func)):
            for one in node.keywords:
                if one.arg in numbers:
                    yield from _figure(module, one.value, numbers[one.arg], one.arg)
    for table in module.all(ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else None
            # a constant is a figure's format
            if name in numbers and not (isinstance(value, ast.Name) and value.id.isupper()):
                yield from _figure(module, value, numbers[name], name)


def _figure(module: Module, value: ast.expr, shape: Shape, name: str) -> Iterator[Change]:
    code, core = module.code(value), shape.core
    items = arguments(core) if isinstance(core, cst.Subscript) and shape.kind == "list" else []
    is_list = any(cst.Module([]).code_for_node(item) in NUMBERS for item in items)
    if isinstance(value, ast.Constant) or not (is_list or shape.kind == "number"):
        return
    for choice in module.all(ast.IfExp, value):
        if ast.unparse(choice.orelse) == "None":
            effect = "what is unknown is sent as 0"
            yield Change("figure-unknown", module, choice.orelse, "0.0", effect, name)
    for operator, (form, effect) in FIGURES.items():
        if is_list:
            new = f"[{form.format('each')} for each in {code}]"
        elif shape.is_nullable or "else None" in code:
            new = f"(None if (figure := {code}) is None else {form.format('figure')})"
        else:
            new = form.format(f"({code})")
        yield Change(operator, module, value, new, effect, name)


def _sibling(
    module: Module, one: ast.keyword, written: list[ast.keyword], fields: dict[str, Field]
) -> Iterator[Change]:
    """Take the next field's value, which has the same type."""
    assert one.arg is not None
    kind = _type(fields[one.arg])
    same = [other for other in written if _type(fields[str(other.arg)]) == kind]
    other = same[(same.index(one) + 1) % len(same)]
    if other is not one and isinstance(one.value, ast.Attribute | ast.Subscript | ast.Name):
        effect = f"`{one.arg}` has the value of `{other.arg}`"
        yield Change("source-sibling", module, one.value, module.code(other.value), effect, one.arg)


def _type(field: Field) -> str:
    return field.source.code(field.annotation).removesuffix(" | None")


def _source(models: Wire, module: Module, value: ast.expr, field: Field) -> Iterator[Change]:
    for node in module.all(ast.Name, value) + module.all(ast.Attribute, value):
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in PAIRS and not isinstance(module.parents[node], ast.keyword | ast.Call):
            code = module.code(node)
            new = code.removesuffix(name) + PAIRS[name]
            yield Change(
                "source-pair", module, node, new, f"`{field.name}` is another one's", field.name
            )
    for part in module.all(ast.Subscript, value):
        index = ast.unparse(part.slice)
        if index in {"0", "-1"}:
            new = "-1" if index == "0" else "0"
            effect = f"`{field.name}` is at the other end"
            yield Change("source-end", module, part.slice, new, effect, field.name)
    owner = module.function(value)
    if owner is not None and isinstance(value, ast.Attribute):
        for argument in (*owner.args.args, *owner.args.kwonlyargs):
            if argument.annotation is not None:
                yield from _of_argument(models, module, value, field, argument)


def _of_argument(
    models: Wire, module: Module, value: ast.Attribute, field: Field, argument: ast.arg
) -> Iterator[Change]:
    assert argument.annotation is not None
    for path, name, kind in _paths(models, argument.arg, ast.unparse(argument.annotation), DEPTH):
        if path.endswith(f".{module.code(value)}"):
            # the value is a name for this very one
            continue
        is_alike = field.name.endswith(name) or name.endswith(value.attr)
        if is_alike and kind == models.shape(field).kind and path != module.code(value):
            effect = f"`{field.name}` comes from another source"
            yield Change("source-argument", module, value, path, effect, field.name)


def _paths(models: Wire, path: str, kind: str, depth: int) -> Iterator[tuple[str, str, str]]:
    for name, field in _fields(models, kind).items():
        yield f"{path}.{name}", name, models.shape(field).kind
        if depth > 1:
            yield from _paths(models, f"{path}.{name}", _type(field), depth - 1)


def _now(module: Module, call: ast.Call) -> Iterator[Change]:
    code = ast.unparse(call)
    if code in {"datetime.now(UTC)", "pd.Timestamp.now('UTC')"}:
        now = code.partition("(")[0]
        effect = "a time or a day is that of the machine's zone"
        yield Change("time-machine", module, call, f"{now}()", effect)
        if now == "datetime.now":
            yield from _zones(module, call)
    if code.endswith(".replace('+00:00', 'Z')") and isinstance(call.func, ast.Attribute):
        effect = "times have `+00:00` in place of `Z`"
        yield Change("time-offset", module, call, module.code(call.func.value), effect)
    if code.endswith(".tz_localize(None)") and isinstance(call.func, ast.Attribute):
        index = module.code(call.func.value)
        effect = "a day near midnight is the one before or after"
        yield Change("time-moved", module, call, f"{index}.tz_convert(None)", effect)


def _zones(module: Module, value: ast.expr) -> Iterator[Change]:
    code = module.code(value)
    local = "a time is written in the machine's zone"
    yield Change("time-local", module, value, f"{code}.astimezone()", local)
    yield Change("time-naive", module, value, f"{code}.replace(tzinfo=None)", "a time has no zone")
