"""Bounds of the wire: each is dropped, widened and narrowed, in the field or alias that declares it."""

import re
from collections.abc import Iterator

import libcst as cst

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import edits, expression, inside, kebab
from contract_tests.drift.operators.wire_models import Place, wire

LOWER, UPPER = {"ge", "gt", "min_length"}, {"le", "lt", "max_length"}
LENGTHS = {"min_length", "max_length"}
#: fractions are narrowed by a little, so that the service's own defaults still fit
LITTLE = 0.01
#: the last repeat count of a pattern
TIMES = re.compile(r"(\d+)\}")


def bound_drifts(files: Files) -> Iterator[Drift]:
    """Drop, widen and narrow every bound that a field of the wire has."""
    for place in wire(files).places:
        for call in inside(place.node, cst.Call):
            if place.source.code(call.func) == "Field":
                yield from _of_call(files, place, call)


def _of_call(files: Files, place: Place, call: cst.Call) -> Iterator[Drift]:
    for argument in call.args:
        name = argument.keyword.value if argument.keyword is not None else ""
        if name not in {*LOWER, *UPPER, "pattern"}:
            continue
        changes = {
            "drop": (None, "is gone; the service accepts any value"),
            "widen": (
                _moved(place, name, argument.value, 1),
                "is wider; the service accepts what it refused before",
            ),
            "narrow": (
                _moved(place, name, argument.value, -1),
                "is narrower; the service refuses what it accepted before",
            ),
        }
        for what, (bound, then) in changes.items():
            if what != "drop" and bound is None:
                continue
            code = _without(call, argument) if bound is None else _with(call, argument, bound)
            yield Drift(
                f"bound-{what}-{kebab(*place.names)}-{kebab(name)}",
                f"The bound `{name}` of {'.'.join(place.names)} {then}.",
                edits(files, [place.source.instead(call, code)]),
            )


def _without(call: cst.Call, argument: cst.Arg) -> cst.Call:
    left = [one for one in call.args if one is not argument]
    if left and argument is call.args[-1]:
        # no comma may remain before the bracket
        left[-1] = left[-1].with_changes(comma=argument.comma)
    return call.with_changes(args=left)


def _with(call: cst.Call, argument: cst.Arg, code: str) -> cst.Call:
    other = argument.with_changes(value=expression(code))
    return call.with_changes(args=[other if one is argument else one for one in call.args])


def _moved(place: Place, name: str, value: cst.BaseExpression, wider: int) -> str | None:
    code = place.source.code(value)
    if name == "pattern":
        # a named pattern is dropped only
        *_, last = (None, *TIMES.finditer(code))
        if last is None:
            return None
        return f"{code[: last.start(1)]}{int(last[1]) + wider}{code[last.end(1) :]}"
    sign = wider if name in UPPER else -wider
    if not isinstance(value, cst.Integer | cst.Float | cst.UnaryOperation):
        # a named constant
        return f"{code} {'+' if sign > 0 else '-'} 1"
    is_fraction = place.kind == "number" and name not in LENGTHS
    step = LITTLE if is_fraction and wider < 0 else 1
    moved = float(code) + sign * step
    return repr(round(moved, 6)) if step == LITTLE else str(int(moved))
