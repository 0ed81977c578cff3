"""Fields of the wire, each changed where it is declared: renamed, dropped, retyped, null or never null, defaults.

What the service itself stores is read with the same models. So a change of what is told also takes back
what it wrote, where a validator can: the drift is on the wire and not in the files of a home.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import libcst as cst

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import (
    Splice,
    edits,
    expression,
    first_line,
    importing,
    kebab,
    statements,
)
from contract_tests.drift.operators.retyping import never_null, taken_otherwise, told_otherwise
from contract_tests.drift.operators.wire_models import BY_HAND, Field, Wire, arguments, wire

PYDANTIC, TYPING = "pydantic", "typing"
#: what one writes as a default, by kind of value
EMPTY = {"string": '""', "integer": "0", "number": "0.0", "boolean": "False", "date": "date.min"}


@dataclass(frozen=True)
class Mutation:
    """One change of one field."""

    what: str  #: the operator's name, first in the id
    title: str
    splices: tuple[Splice, ...]


Change = Callable[[Wire, Field], Iterator[Mutation]]


def field_drifts(files: Files) -> Iterator[Drift]:
    """Change every field of the wire in every way that has a meaning for it."""
    known = wire(files)
    for field in known.fields:
        for change in (renamed, dropped, retyped, null, defaulted):
            for made in change(known, field):
                name = f"field-{made.what}-{kebab(field.model.name, field.name)}"
                yield Drift(name, made.title, "service", edits(files, made.splices))


def renamed(_: Wire, field: Field) -> Iterator[Mutation]:
    """Give a field another name on the wire, as an alias does."""
    new = _other_name(field.name)
    if field.is_told:
        # what is read under another name cannot tell a union apart; so only what is told has it
        by_hand = field.model.name in BY_HAND
        alias = "alias" if by_hand else "serialization_alias"
        yield Mutation(
            "rename",
            f"Answers call {field.title} `{new}`; whoever reads `{field.name}` finds nothing.",
            (
                *_annotated(field, f'Field({alias}="{new}")', {PYDANTIC: ["Field"]}),
                *(_by_name(field) if by_hand else ()),
            ),
        )
    if field.is_query:
        yield Mutation(
            "rename",
            f"The query calls {field.title} `{new}`; whoever sends `{field.name}` is refused.",
            _annotated(field, f'Field(alias="{new}")', {PYDANTIC: ["Field"]}),
        )
    elif field.is_taken:
        yield Mutation(
            "rename-taken",
            f"The contract says that requests call {field.title} `{new}`; clients made of it send that.",
            (
                *_annotated(field, f'Field(validation_alias="{new}")', {PYDANTIC: ["Field"]}),
                # jobs are stored under the field's own name
                *_by_name(field),
            ),
        )


def dropped(_: Wire, field: Field) -> Iterator[Mutation]:
    """Take a field from the wire, while the code goes on reading it."""
    if field.is_told:
        yield Mutation(
            "drop",
            f"Answers no longer have {field.title}; whoever reads it finds nothing.",
            _annotated(field, "Field(exclude=True)", {PYDANTIC: ["Field"]}),
        )
    if field.is_taken and field.node.value is not None:
        code = field.source.code(field.annotation)
        yield Mutation(
            "drop-taken",
            f"Nobody can ask for {field.title} any more: it is its default, and who sends it is refused.",
            _retyped(field, f"ClassVar[{code}]", {TYPING: ["ClassVar"]}),
        )


def retyped(known: Wire, field: Field) -> Iterator[Mutation]:
    """Give a field another type on the wire."""
    shape = known.shape(field)
    if field.is_told and not field.is_tag:
        # what a union is told apart by has to be read back as the word that it is
        made = told_otherwise(field, shape)
        yield Mutation(
            "retype",
            f"Answers have {made.what} in {field.title}; whoever calculates with it shows nonsense.",
            _swapped(known, field, made.code, made.needs, made.is_whole),
        )
    if field.is_taken:
        made = taken_otherwise(field, shape)
        yield Mutation(
            "retype-taken",
            f"The contract says that requests have {made.what} in {field.title}; clients send that.",
            _swapped(known, field, made.code, made.needs, made.is_whole),
        )


def null(known: Wire, field: Field) -> Iterator[Mutation]:
    """Let a field be null that never was, or never be null where it may be."""
    shape = known.shape(field)
    code = field.source.code(field.annotation)
    if shape.kind == "null" or (shape.kind == "any" and shape.is_nullable):
        # null alone stays null, and the data of a failure is null by its own type
        return
    if field.is_tag or field.model.name in BY_HAND:
        # a union is told apart by a word, and the export lists the words of what it writes itself
        return
    if not shape.is_nullable:
        yield Mutation(
            "null",
            f"The contract says that {field.title} may be null; clients have code for what never comes.",
            _retyped(field, f"{code} | None", {}),
        )
    elif not field.is_taken:
        # the export refuses what may be left out and has no default that one could say
        made = never_null(field, shape)
        yield Mutation(
            "never-null",
            f"The contract says that {field.title} is never null; where nothing is known it {made.what}.",
            _swapped(known, field, made.code, made.needs, made.is_whole),
        )


def defaulted(known: Wire, field: Field) -> Iterator[Mutation]:
    """Change a default, drop it, or give one to what always had to be said."""
    value = field.node.value
    if value is None:
        yield from _given(known, field)
        return
    old = field.source.code(value)
    new = _other_default(known, field, old) if field.is_taken else None
    if new is not None:
        yield Mutation(
            "default-changed",
            f"{field.title} is {new} unless said otherwise, and was {old}; users get what they never asked.",
            # whoever declares a field of a closed set has imported the set
            (field.source.instead(value, expression(new)),),
        )
    span = field.source.spans
    end = span[field.annotation].start + span[field.annotation].length
    # a closing bracket of the annotation's own stands after it
    close = field.source.content.index(b" = ", end)
    stop = span[value].start + span[value].length
    yield Mutation(
        "default-dropped",
        f"{field.title} has no default any more; what was left out before is missing now.",
        (Splice(field.source.file, close, stop, ""),),
    )


def _given(known: Wire, field: Field) -> Iterator[Mutation]:
    default = _empty(known, field)
    if default is None:
        # nobody writes a default for a whole record, or for a moment
        return
    code, needs = default
    at = field.source.spans[field.node]
    end = at.start + at.length
    yield Mutation(
        "default-given",
        f"Answers may leave out {field.title}, says the contract: it has a default; clients cannot rely on it.",
        (
            Splice(field.source.file, end, end, f" = {code}"),
            *importing(field.source, needs),
        ),
    )


def _empty(known: Wire, field: Field) -> tuple[str, dict[str, list[str]]] | None:
    shape = known.shape(field)
    if shape.is_nullable or shape.kind == "null":
        return "None", {}
    if shape.kind in {"list", "dict"}:
        return f"Field(default_factory={shape.kind})", {PYDANTIC: ["Field"]}
    if shape.kind in {"choice", "flag"} and isinstance(shape.core, cst.Subscript):
        return field.source.code(arguments(shape.core)[0]), {}
    return (EMPTY[shape.kind], {}) if shape.kind in EMPTY else None


def _other_default(known: Wire, field: Field, old: str) -> str | None:
    match old:
        case "True" | "False":
            return str(old != "True")
        case '"core"' | '"latest"':
            return '"full"' if old == '"core"' else '"newest"'
        case "None":
            return _instead_of_null(known, field)
    if old.startswith("["):
        return f"[{', '.join(str(int(item) + 1) for item in old[1:-1].split(', '))}]"
    return repr(float(old) * 2) if "." in old else str(int(old) + 1)


def _instead_of_null(known: Wire, field: Field) -> str | None:
    shape = known.shape(field)
    if shape.kind == "list":
        return '["SPY"]'
    name = field.source.code(shape.core) if shape.core in field.source.spans else ""
    model = known.model(name) if shape.kind == "choice" else None
    # nobody has a cursor before the first page
    return f"{name}.{first_member(model.node)}" if model is not None else None


def first_member(node: cst.ClassDef) -> str:
    """Return the first member of a closed set."""
    (first, *_) = (one for one in statements(node.body.body) if isinstance(one, cst.Assign))
    return cst.Module([]).code_for_node(first.targets[0].target)


def _other_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest) if rest else f"{name}Value"


def _annotated(field: Field, extra: str, needs: dict[str, list[str]]) -> tuple[Splice, ...]:
    code = field.source.code(field.annotation)
    return _retyped(field, f"Annotated[{code}, {extra}]", {TYPING: ["Annotated"], **needs})


def _retyped(field: Field, code: str, needs: dict[str, list[str]]) -> tuple[Splice, ...]:
    put = field.source.instead(field.annotation, expression(code))
    return (put, *importing(field.source, needs))


def _swapped(
    known: Wire,
    field: Field,
    code: str,
    needs: dict[str, list[str]],
    is_whole: bool,
) -> tuple[Splice, ...]:
    node = field.annotation if is_whole else known.shape(field).core
    return (field.source.instead(node, expression(code)), *importing(field.source, needs))


def _by_name(field: Field) -> tuple[Splice, ...]:
    """Let the model be read by the names of its fields as well."""
    source, owner = field.source, field.model.node
    for node in statements(owner.body.body):
        if isinstance(node, cst.Assign) and source.code(node.targets[0].target) == "model_config":
            config = source.code(node.value).rstrip(")").rstrip().rstrip(",")
            return (source.instead(node.value, expression(f"{config}, validate_by_name=True)")),)
    line = "    model_config = ConfigDict(validate_by_name=True)\n\n"
    return (source.before(first_line(owner), line), *importing(source, {PYDANTIC: ["ConfigDict"]}))
