"""What a request carries."""

import ast
from dataclasses import dataclass, field

from wirelaw.calls.annotations import last_name, members, parsed
from wirelaw.finding import Place
from wirelaw.models import Model, Models
from wirelaw.python import Module


@dataclass(frozen=True)
class BodyField:
    """One field of a body."""

    name: str
    required: bool


@dataclass(frozen=True)
class Body:
    """What a request carries."""

    kind: str  #: `none`, `object`, `form`, or `unknown`
    required: bool = False
    fields: tuple[BodyField, ...] = ()
    is_open: bool = True  #: other fields may be read
    is_strict: bool = False  #: other fields are refused
    name: str = ""  #: of the model
    place: Place | None = None


@dataclass
class Carried:
    """The parameters of a handler and its dependencies that are read from the body."""

    is_unknown: bool = False
    forms: list[BodyField] = field(default_factory=list)
    parameters: list["BodyParameter"] = field(default_factory=list)


@dataclass(frozen=True)
class BodyParameter:
    """One parameter that is the body, or a field of it where there are several."""

    name: str
    annotation: ast.expr | None
    module: Module
    required: bool
    is_embedded: bool


def body_of(models: Models, reading: "Carried") -> Body:
    """Return the body that parameters add up to."""
    if reading.is_unknown:
        return Body("unknown")
    if reading.forms:
        required = any(one.required for one in reading.forms)
        return Body("form", required, tuple(reading.forms), is_open=True)
    # a dependency may read the same parameter again
    parameters = list({one.name: one for one in reading.parameters}.values())
    if not parameters:
        return Body("none", is_open=False)
    if len(parameters) > 1 or parameters[0].is_embedded:
        fields = tuple(BodyField(one.name, one.required) for one in parameters)
        return Body("object", any(one.required for one in fields), fields, is_open=False)
    (one,) = parameters
    return _model_body(models, one.module, one.annotation, required=one.required)


def _model_body(
    models: Models, module: Module, annotation: ast.expr | None, *, required: bool
) -> Body:
    names = [one for one in members(annotation) if one != "None"]
    found = [models.named(module, parsed(one)) for one in names]
    if len(found) != 1 or found[0] is None or "RootModel" in _bases(found[0]):
        return Body("object" if found and all(found) else "unknown", required)
    model = found[0]
    # a table of SQLModel is filled without validation
    is_table = any(key.arg == "table" for key in model.node.keywords)
    fields = tuple(
        BodyField(name, one.required and len(one.names) == 1 and not is_table)
        for one in model.fields.values()
        for name in sorted(one.names)
    )
    is_open = model.is_open or model.reads_input
    return Body("object", required, fields, is_open, model.is_strict, model.name, model.place)


def _bases(model: Model) -> set[str]:
    return {
        last_name(one.value if isinstance(one, ast.Subscript) else one) for one in model.node.bases
    }
