"""Fields of the wire, each changed where it is declared: renamed, dropped, retyped, null or never null, defaults.

The service reads its own files with the same models. So a changed model also reads the old form, where a validator
can: the drift is on the wire and not in stored files.
"""

from collections.abc import Callable, Iterator

import libcst as cst

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import (
    Mutant,
    Splice,
    assignments,
    drifts,
    expression,
    first_line,
    importing,
    statements,
)
from contract_tests.drift.operators.retyping import (
    Retyped,
    never_null,
    retyped_request,
    retyped_response,
)
from contract_tests.drift.operators.wire_models import BY_HAND, Field, Wire, arguments, wire

PYDANTIC, TYPING = "pydantic", "typing"
#: the usual default, by kind of value
EMPTY = {"string": '""', "integer": "0", "number": "0.0", "boolean": "False", "date": "date.min"}


Change = Callable[[Wire, Field], Iterator[Mutant]]


def field_drifts(files: Files) -> Iterator[Drift]:
    """Change every field of the wire in every way that is possible for it."""
    models = wire(files)
    return drifts(
        files,
        (
            (f"field-{what}-{field.model.name}-{field.name}", title, *splices)
            for field in models.fields
            for change in (renamed, dropped, retyped, null, defaulted)
            for what, title, *splices in change(models, field)
        ),
    )


def renamed(_: Wire, field: Field) -> Iterator[Mutant]:
    """Rename a field on the wire, with an alias."""
    new = _other_name(field.name)
    if field.is_sent:
        # only the response has the new name, because a union must still read its discriminator
        by_hand = field.model.name in BY_HAND
        alias = "alias" if by_hand else "serialization_alias"
        splices = _annotated(field, f'Field({alias}="{new}")')
        yield (
            "rename",
            f"Answers call {field.title} `{new}`; clients that read `{field.name}` find nothing.",
            *(splices + _by_name(field) if by_hand else splices),
        )
    if field.is_query:
        yield (
            "rename",
            f"The query calls {field.title} `{new}`; the service refuses `{field.name}`.",
            *_annotated(field, f'Field(alias="{new}")'),
        )
    elif field.is_received:
        # jobs are stored under the field's own name
        splices = _annotated(field, f'Field(validation_alias="{new}")') + _by_name(field)
        yield (
            "rename-taken",
            f"The contract calls {field.title} of requests `{new}`; generated clients send that.",
            *splices,
        )


def dropped(_: Wire, field: Field) -> Iterator[Mutant]:
    """Remove a field from the wire, while the code still reads it."""
    if field.is_sent:
        yield (
            "drop",
            f"Answers no longer have {field.title}; clients that read it find nothing.",
            *_annotated(field, "Field(exclude=True)"),
        )
    if field.is_received and field.node.value is not None:
        code = field.source.code(field.annotation)
        yield (
            "drop-taken",
            f"Requests no longer have {field.title}: it always has its default, and the service refuses the field.",
            *_retyped(field, f"ClassVar[{code}]", {TYPING: ["ClassVar"]}),
        )


def retyped(models: Wire, field: Field) -> Iterator[Mutant]:
    """Change the type of a field on the wire."""
    shape = models.shape(field)
    if field.is_sent and not field.is_tag:
        # a discriminator must be read back as the word that it is
        new = retyped_response(field, shape)
        yield (
            "retype",
            f"Answers have {new.what} in {field.title}; clients that calculate with it show nonsense.",
            *_swapped(models, field, new),
        )
    if field.is_received:
        new = retyped_request(field, shape)
        yield (
            "retype-taken",
            f"The contract declares {new.what} for {field.title} of requests; clients send that.",
            *_swapped(models, field, new),
        )


def null(models: Wire, field: Field) -> Iterator[Mutant]:
    """Make a field nullable, or a nullable field non-null."""
    shape = models.shape(field)
    code = field.source.code(field.annotation)
    if shape.kind == "null" or (shape.kind == "any" and shape.is_nullable):
        # a field that is always null cannot change, and the data of a failure is null by its type
        return
    if field.is_tag or field.model.name in BY_HAND:
        # a discriminator is a word, and the export lists the words of models that it writes itself
        return
    if not shape.is_nullable:
        yield (
            "null",
            f"The contract declares that {field.title} may be null; clients handle a null that never occurs.",
            *_retyped(field, f"{code} | None", {}),
        )
    elif not field.is_received:
        # the export refuses an optional field without a default
        new = never_null(field, shape)
        yield (
            "never-null",
            f"The contract declares that {field.title} is never null; an unknown value {new.what}.",
            *_swapped(models, field, new),
        )


def defaulted(models: Wire, field: Field) -> Iterator[Mutant]:
    """Change a default, drop it, or add one to a required field."""
    value = field.node.value
    if value is None:
        yield from _default_added(models, field)
        return
    old = field.source.code(value)
    new = _other_default(models, field, old) if field.is_received else None
    if new is not None:
        yield (
            "default-changed",
            f"The default of {field.title} is {new} and was {old}; users get results that they did not request.",
            # the file imports the set already
            field.source.instead(value, expression(new)),
        )
    span = field.source.spans
    end = span[field.annotation].start + span[field.annotation].length
    # the annotation may end with a bracket of its own
    close = field.source.content.index(b" = ", end)
    stop = span[value].start + span[value].length
    yield (
        "default-dropped",
        f"{field.title} has no default any more; a request without it is refused.",
        Splice(field.source.file, close, stop, ""),
    )


def _default_added(models: Wire, field: Field) -> Iterator[Mutant]:
    default = _empty(models, field)
    if default is None:
        # records and times have no usual default
        return
    code, needs = default
    at = field.source.spans[field.node]
    end = at.start + at.length
    yield (
        "default-given",
        f"The contract declares a default for {field.title} of answers; clients cannot rely on the field.",
        *(Splice(field.source.file, end, end, f" = {code}"), *importing(field.source, needs)),
    )


def _empty(models: Wire, field: Field) -> tuple[str, dict[str, list[str]]] | None:
    shape = models.shape(field)
    if shape.is_nullable or shape.kind == "null":
        return "None", {}
    if shape.kind in {"list", "dict"}:
        return f"Field(default_factory={shape.kind})", {PYDANTIC: ["Field"]}
    if shape.kind in {"choice", "flag"} and isinstance(shape.core, cst.Subscript):
        return field.source.code(arguments(shape.core)[0]), {}
    return (EMPTY[shape.kind], {}) if shape.kind in EMPTY else None


def _other_default(models: Wire, field: Field, old: str) -> str | None:
    match old:
        case "True" | "False":
            return str(old != "True")
        case '"core"' | '"latest"':
            return '"full"' if old == '"core"' else '"newest"'
        case "LogLevel.DEBUG":
            return "LogLevel.ERROR"
        case "None":
            return _instead_of_null(models, field)
    if old.startswith("["):
        return f"[{', '.join(str(int(item) + 1) for item in old[1:-1].split(', '))}]"
    return repr(float(old) * 2) if "." in old else str(int(old) + 1)


def _instead_of_null(models: Wire, field: Field) -> str | None:
    shape = models.shape(field)
    if shape.kind == "list":
        return '["SPY"]'
    name = field.source.code(shape.core) if shape.core in field.source.spans else ""
    model = models.model(name) if shape.kind == "choice" else None
    # there is no cursor before the first page
    if model is None:
        return None
    first = assignments(model.node)[0]
    return f"{name}.{model.source.code(first.targets[0].target)}"


def _other_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest) if rest else f"{name}Value"


def _annotated(field: Field, extra: str) -> tuple[Splice, ...]:
    code = f"Annotated[{field.source.code(field.annotation)}, {extra}]"
    return _retyped(field, code, {TYPING: ["Annotated"], PYDANTIC: ["Field"]})


def _retyped(field: Field, code: str, needs: dict[str, list[str]]) -> tuple[Splice, ...]:
    splice = field.source.instead(field.annotation, expression(code))
    return (splice, *importing(field.source, needs))


def _swapped(models: Wire, field: Field, new: Retyped) -> tuple[Splice, ...]:
    node = field.annotation if new.is_whole else models.shape(field).core
    return (field.source.instead(node, expression(new.code)), *importing(field.source, new.needs))


def _by_name(field: Field) -> tuple[Splice, ...]:
    """Let the model accept the names of its fields as well as their aliases."""
    source, owner = field.source, field.model.node
    for node in statements(owner.body.body):
        if isinstance(node, cst.Assign) and source.code(node.targets[0].target) == "model_config":
            config = source.code(node.value).rstrip(")").rstrip().rstrip(",")
            return (source.instead(node.value, expression(f"{config}, validate_by_name=True)")),)
    line = "    model_config = ConfigDict(validate_by_name=True)\n\n"
    return (source.before(first_line(owner), line), *importing(source, {PYDANTIC: ["ConfigDict"]}))
