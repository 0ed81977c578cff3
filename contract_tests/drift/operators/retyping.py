"""New annotations for fields whose type drifts, and the imports that they need."""

from dataclasses import dataclass, field
from typing import Any

from contract_tests.drift.operators.wire_models import Field, Shape

ANNOTATED = {"typing": ["Annotated"]}


@dataclass(frozen=True)
class Retyped:
    """A new annotation."""

    what: str  #: in words, as a part of the title
    code: str
    needs: dict[str, list[str]] = field(default_factory=dict)  #: names by module
    is_whole: bool = False  #: replaces the whole annotation, and not only its core


def _between(core: str, write: str, read: str, kind: str, **needs: list[str]) -> tuple[str, Any]:
    code = f"Annotated[{core}, {read}PlainSerializer({write}, return_type={kind})]"
    pydantic = ["PlainSerializer", *(["BeforeValidator"] if read else [])]
    return code, {**ANNOTATED, "pydantic": pydantic, **needs}


def _reading(back: str) -> str:
    return f"BeforeValidator(lambda value: {back}), "


#: by kind: the new form in words, how to write it, how to read it back (`{}` is the value), its type
PLAINLY = {
    "integer": ("text", "str", "int({0}) if isinstance({0}, str) else {0}", "str"),
    "number": ("text", "str", "float({0}) if isinstance({0}, str) else {0}", "str"),
    "boolean": ("0 or 1", "int", "bool({0}) if {0} in (0, 1) else {0}", "int"),
    "flag": ("0 or 1", "int", "bool({0}) if {0} in (0, 1) else {0}", "int"),
    "date": (
        "the number of a day",
        "lambda value: value.toordinal()",
        "date.fromordinal(int({0})) if str({0}).isdecimal() else {0}",
        "int",
    ),
    "time": ("seconds", "lambda value: value.timestamp()", "", "float"),
    "string": (
        "a list of one text",
        "lambda value: [value]",
        "{0}[0] if isinstance({0}, list) else {0}",
        "list[str]",
    ),
    "null": ("text", 'lambda _: ""', "", "str"),
}
#: a validator converts these, except numbers of requests
LAX = {"integer", "number"}


def retyped_response(target: Field, shape: Shape) -> Retyped:
    """Send a value in another type, and read both: jobs and reports are stored in the form of the wire."""
    core = target.source.code(shape.core)
    kind = "string" if shape.kind == "choice" else shape.kind
    if kind not in PLAINLY:
        return _retyped_whole(core, shape)
    what, write, back, returned = PLAINLY[kind]
    is_read = back and (target.is_received or kind not in LAX)
    read = _reading(back.format("value")) if is_read else ""
    return Retyped(what, *_between(core, write, read, returned))


def _retyped_whole(core: str, shape: Shape) -> Retyped:
    if shape.kind == "dict":
        write, back = "lambda value: sorted(value.items())", "BeforeValidator(dict), "
        return Retyped("pairs", *_between(core, write, back, "list[tuple[str, str]]"))
    if shape.kind == "list":
        back = _reading('value["items"] if isinstance(value, dict) else value')
        write, kind = '{"items": value}', f"dict[str, {core}]"
    else:
        back = _reading("value[0] if isinstance(value, list) else value")
        write, kind = "[value]", f"list[{'Any' if shape.kind == 'any' else core}]"
    if shape.is_nullable and shape.kind == "list":
        # the alias includes null
        write = f"None if value is None else {write}"
        kind = f"{kind} | None"
    needs = {"typing": ["Annotated", *(["Any"] if shape.kind == "any" else [])]}
    code, more = _between(core, f"lambda value: {write}", back, kind)
    what = "an object around the list" if shape.kind == "list" else "a list of one"
    return Retyped(what, code, {**more, **needs})


def retyped_request(target: Field, shape: Shape) -> Retyped:
    """Accept a value in another type as well, and declare that in the contract; the page need not change."""
    whole = target.source.code(target.annotation)
    if shape.kind == "choice":
        null = " | None" if shape.is_nullable else ""
        return Retyped("any text", f"str{null}", is_whole=True)
    if target.is_query:
        kind = "str" if shape.kind == "integer" else "int | None"
        read = f"BeforeValidator({_plainly(target)}, json_schema_input_type={kind})"
        code = f"Annotated[{whole}, {read}]"
        what = "text" if kind == "str" else "a number"
        return Retyped(what, code, {**ANNOTATED, "pydantic": ["BeforeValidator"]}, is_whole=True)
    if shape.kind == "string":
        back, kind, what = (
            "str(value[0]) if isinstance(value, list) and value",
            "list[str]",
            "a list",
        )
        needs: dict[str, list[str]] = {"pydantic": ["BeforeValidator"]}
    else:
        back, kind, what = "from_json(value) if isinstance(value, str)", "str", "text"
        needs = {"pydantic": ["BeforeValidator"], "pydantic_core": ["from_json"]}
    read = f"BeforeValidator(lambda value: {back} else value, json_schema_input_type={kind})"
    return Retyped(what, f"Annotated[{whole}, {read}]", {**ANNOTATED, **needs}, is_whole=True)


def _plainly(target: Field) -> str:
    # a query is text already
    return (
        "str" if target.node.value is not None and not _is_null(target) else "lambda value: value"
    )


def _is_null(target: Field) -> bool:
    return target.node.value is not None and target.source.code(target.node.value) == "None"


EMPTY = {"string": ('""', "str"), "number": ("0.0", "float"), "integer": ("0", "int")}


def never_null(target: Field, shape: Shape) -> Retyped:
    """Declare that a value is never null: null is sent as an empty value, or fails."""
    whole = target.source.code(target.annotation)
    if shape.kind in EMPTY:
        empty, kind = EMPTY[shape.kind]
        code = _between(whole, f"lambda value: value or {empty}", "", kind)
        return Retyped(f"is {empty}", *code, is_whole=True)
    return Retyped("fails", whole.replace(" | None", ""), is_whole=True)
