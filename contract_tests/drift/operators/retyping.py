"""What a field is made into when its type drifts: the new code of its annotation, and what that needs."""

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
    is_whole: bool = False  #: instead of the whole annotation, else of what is in it


def _between(core: str, told: str, read: str, kind: str, **needs: list[str]) -> tuple[str, Any]:
    made = f"Annotated[{core}, {read}PlainSerializer({told}, return_type={kind})]"
    pydantic = ["PlainSerializer", *(["BeforeValidator"] if read else [])]
    return made, {**ANNOTATED, "pydantic": pydantic, **needs}


def _reading(back: str) -> str:
    return f"BeforeValidator(lambda value: {back}), "


#: by kind: what it becomes in words, how it is told, and how it is read again; `{}`: the value
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
#: a validator is lax with these, but for the numbers of requests
LAX = {"integer", "number"}


def told_otherwise(known: Field, shape: Shape) -> Retyped:
    """Tell a value in another type, and read both: jobs and reports are stored as they are told."""
    core = known.source.code(shape.core)
    kind = "string" if shape.kind == "choice" else shape.kind
    if kind not in PLAINLY:
        return _told_whole(core, shape)
    what, told, back, returned = PLAINLY[kind]
    is_read = back and (known.is_taken or kind not in LAX)
    read = _reading(back.format("value")) if is_read else ""
    return Retyped(what, *_between(core, told, read, returned))


def _told_whole(core: str, shape: Shape) -> Retyped:
    if shape.kind == "dict":
        told, back = "lambda value: sorted(value.items())", "BeforeValidator(dict), "
        return Retyped("pairs", *_between(core, told, back, "list[tuple[str, str]]"))
    if shape.kind == "list":
        back = _reading('value["items"] if isinstance(value, dict) else value')
        told, kind = '{"items": value}', f"dict[str, {core}]"
    else:
        back = _reading("value[0] if isinstance(value, list) else value")
        told, kind = "[value]", f"list[{'Any' if shape.kind == 'any' else core}]"
    if shape.is_nullable and shape.kind == "list":
        # the alias has its null inside
        told = f"None if value is None else {told}"
        kind = f"{kind} | None"
    needs = {"typing": ["Annotated", *(["Any"] if shape.kind == "any" else [])]}
    code, more = _between(core, f"lambda value: {told}", back, kind)
    what = "an object around the list" if shape.kind == "list" else "a list of one"
    return Retyped(what, code, {**more, **needs})


def taken_otherwise(known: Field, shape: Shape) -> Retyped:
    """Take a value in another type, and say so in the contract; the page may go on as it is."""
    whole = known.source.code(known.annotation)
    if shape.kind == "choice":
        null = " | None" if shape.is_nullable else ""
        return Retyped("any text", f"str{null}", is_whole=True)
    if known.is_query:
        kind = "str" if shape.kind == "integer" else "int | None"
        read = f"BeforeValidator({_plainly(known)}, json_schema_input_type={kind})"
        made = f"Annotated[{whole}, {read}]"
        what = "text" if kind == "str" else "a number"
        return Retyped(what, made, {**ANNOTATED, "pydantic": ["BeforeValidator"]}, is_whole=True)
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


def _plainly(known: Field) -> str:
    # a query is text already
    return "str" if known.node.value is not None and not _is_null(known) else "lambda value: value"


def _is_null(known: Field) -> bool:
    return known.node.value is not None and known.source.code(known.node.value) == "None"


EMPTY = {"string": ('""', "str"), "number": ("0.0", "float"), "integer": ("0", "int")}


def never_null(known: Field, shape: Shape) -> Retyped:
    """Declare a value that is always there: told as an empty one, or failing where there is none."""
    whole = known.source.code(known.annotation)
    if shape.kind in EMPTY:
        empty, kind = EMPTY[shape.kind]
        made = _between(whole, f"lambda value: value or {empty}", "", kind)
        return Retyped(f"is {empty}", *made, is_whole=True)
    return Retyped("fails", whole.replace(" | None", ""), is_whole=True)
