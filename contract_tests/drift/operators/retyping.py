"""What a field is made into when its type drifts: the new code of its annotation, and what that needs."""

from dataclasses import dataclass, field
from typing import Any

from contract_tests.drift.operators.python import Splice, expression
from contract_tests.drift.operators.wire_models import Field, Shape, Wire

ANNOTATED = {"typing": ["Annotated"]}


@dataclass(frozen=True)
class Retyped:
    """A new annotation."""

    what: str  #: in words, as a part of the title
    code: str
    needs: dict[str, list[str]] = field(default_factory=dict)  #: names by module
    is_whole: bool = False  #: instead of the whole annotation, else of what is in it
    elsewhere: tuple[Splice, ...] = ()  #: instead of both, where an alias has to change


def _between(core: str, told: str, read: str, kind: str, **needs: list[str]) -> tuple[str, Any]:
    made = f"Annotated[{core}, {read}PlainSerializer({told}, return_type={kind})]"
    pydantic = ["PlainSerializer", *(["BeforeValidator"] if read else [])]
    return made, {**ANNOTATED, "pydantic": pydantic, **needs}


def _reading(back: str) -> str:
    return f"BeforeValidator(lambda value: {back}), "


def told_otherwise(known: Field, shape: Shape) -> Retyped:
    """Tell a value in another type, and read both."""
    core = known.source.code(shape.core)
    match shape.kind:
        case "integer" | "number":
            read = "int" if shape.kind == "integer" else "float"
            # a request's numbers refuse text, and jobs are stored as they are told
            back = _reading(f"{read}(value) if isinstance(value, str) else value")
            made = _between(core, "str", back if known.is_taken else "", "str")
            return Retyped("text", *made)
        case "boolean" | "flag":
            back = _reading("bool(value) if value in (0, 1) else value")
            return Retyped("0 or 1", *_between(core, "int", back, "int"))
        case "date":
            back = _reading("date.fromordinal(int(value)) if str(value).isdecimal() else value")
            made = _between(core, "lambda value: value.toordinal()", back, "int")
            return Retyped("the number of a day", *made)
        case "time":
            made = _between(core, "lambda value: value.timestamp()", "", "float")
            return Retyped("seconds", *made)
        case "string" | "choice":
            back = _reading("value[0] if isinstance(value, list) else value")
            return Retyped(
                "a list of one text", *_between(core, "lambda value: [value]", back, "list[str]")
            )
        case "null":
            return Retyped("text", *_between(core, 'lambda _: ""', "", "str"))
    return _told_whole(core, shape)


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
        back, kind, what = "str(value[0]) if isinstance(value, list) and value", "list[str]", "a list"
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


def never_null(wire: Wire, known: Field, shape: Shape) -> Retyped:
    """Declare a value that is always there: told as an empty one, or failing where there is none."""
    whole = known.source.code(known.annotation)
    if known.is_told and shape.kind in EMPTY:
        empty, kind = EMPTY[shape.kind]
        told = f"lambda value: value or {empty}"
        return Retyped(f"is {empty}", *_between(whole, told, "", kind), is_whole=True)
    core = known.source.code(shape.core)
    meant = wire.definition(core, known.source)
    if meant is None or " | None" in whole or "| None" in whole:
        return Retyped("fails", whole.replace(" | None", ""), is_whole=True)
    source, value, _ = meant
    code = source.code(value).replace("\n    | None", "")
    return Retyped("fails", "", elsewhere=(source.instead(value, expression(code)),))
