"""Declares the events of a stream in an OpenAPI document, from a union of pydantic models; it needs pydantic alone.

A framework declares at most that a stream sends `event: string`. Here each event has its name and its payload, as
OpenAPI 3.2 describes the items of a stream (`itemSchema`), so that types of clients can be generated from it.

    Event = Progress | Done                       # each with `type: Literal["…"]`, or `event` and `data`
    install_events(app, "/jobs/{job_id}/events", Event, name="JobEvent")
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

STREAM_TYPE = "text/event-stream"
COMPONENTS = "#/components/schemas/"
Document = dict[str, Any]


def install_events(app: Any, path: str, union: Any, **options: Any) -> None:
    """Add the events of a stream to the document that a FastAPI app serves; `options` are those of `declare_events`."""
    original = app.openapi
    documents: list[Document] = []

    def openapi() -> Document:
        document: Document = original()
        # the app keeps its document, and may build another after a change
        if not any(document is one for one in documents):
            declare_events(document, path, union, **options)
            documents[:] = [document]
        return document

    app.openapi = openapi


def declare_events(
    document: Document,
    path: str,
    union: Any,
    *,
    name: str,
    method: str = "get",
    status: str = "200",
    word: Literal["event", "data"] = "event",
    has_ids: bool = False,
    laws: Mapping[str, Any] | None = None,
) -> None:
    """Declare that an operation answers with a stream of these events.

    Args:
        document: the OpenAPI document, which is changed.
        path: of the operation, as the document writes it.
        union: models of frames, with `event: Literal[…]` and `data`; or models of payloads, with one `Literal` field.
        name: of the component that holds the frames; `<name>Name` is the enum of their names.
        method: of the operation.
        status: of its answer.
        word: whether the names of payloads are sent as the field `event` of a frame, or within the data alone.
        has_ids: whether each frame has an id.
        laws: `x-sse` of the operation, without `events`.

    Raises:
        LookupError: the document has no such operation.
        TypeError: a model has no name, or two have the same one.
    """
    models = _members(union)
    names = [name_of(model) for model in models]
    if len(set(names)) < len(names):
        raise TypeError(f"{name}: two models have the same name: {', '.join(names)}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    payloads = _payloads(models, schemas)
    if word == "event":
        frames = {
            model.__name__ if _is_frame(model) else f"{model.__name__}Frame": _frame(
                model, event, payload, has_ids=has_ids
            )
            for model, event, payload in zip(models, names, payloads, strict=True)
        }
        schemas.update(frames)
        schemas[name] = {"oneOf": [{"$ref": COMPONENTS + frame} for frame in frames]}
    else:
        schemas[name] = _tagged(models, names, payloads, has_ids=has_ids)
    schemas[f"{name}Name"] = {"type": "string", "enum": names}
    operation = document["paths"][path][method]
    operation["x-sse"] = {**_names_in(word, models), **(laws or {}), "events": names}
    operation["responses"][status] = {
        "description": "Named events.",
        "content": {STREAM_TYPE: {"itemSchema": {"$ref": COMPONENTS + name}}},
    }


def _members(union: Any) -> tuple[type[BaseModel], ...]:
    union = getattr(union, "__value__", union)  # the statement `type`
    if get_origin(union) is Annotated:
        return _members(get_args(union)[0])
    if isinstance(union, type) and issubclass(union, BaseModel):
        return (union,)
    members = get_args(union)
    if not members:
        raise TypeError(f"{union} is no model and no union of models")
    return tuple(model for member in members for model in _members(member))


def name_of(model: type[BaseModel]) -> str:
    """Return the name of the event that a model describes.

    Raises:
        TypeError: it has none, or more than one.
    """
    words = get_args(model.model_fields[_tag(model)].annotation)
    if len(words) != 1:
        raise TypeError(f"{model.__name__}.{_tag(model)} has to be one word: Literal['…']")
    return str(getattr(words[0], "value", words[0]))


def _tag(model: type[BaseModel]) -> str:
    tags = [
        name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1
    ]
    tags = [tag for tag in ("event", "type") if tag in tags] or tags
    if not tags:
        raise TypeError(f"{model.__name__} has no name: give it a field `type: Literal['…']`")
    return tags[0]


def _is_frame(model: type[BaseModel]) -> bool:
    return _tag(model) == "event" and model.model_fields.keys() == {"event", "data"}


def _payloads(models: tuple[type[BaseModel], ...], schemas: dict[str, Any]) -> list[Any]:
    """Return the schema of each payload, and add the components that it refers to and that the document lacks."""
    of: list[Any] = [
        model.model_fields["data"].annotation if _is_frame(model) else model for model in models
    ]
    found, definitions = TypeAdapter.json_schemas(
        [(number, "serialization", TypeAdapter(payload)) for number, payload in enumerate(of)],
        ref_template=COMPONENTS + "{model}",
    )
    for name, schema in definitions.get("$defs", {}).items():
        schemas.setdefault(name, schema)
    return [found[number, "serialization"] for number in range(len(of))]


def _frame(model: type[BaseModel], event: str, payload: Any, *, has_ids: bool) -> dict[str, Any]:
    component = str(payload.get("$ref", "its data")).rpartition("/")[2]
    schema = _object(payload, has_ids=has_ids)
    schema["description"] = f"{model.__doc__ or event} `data` is JSON of a {component}."
    schema["required"] = ["event", *schema["required"]]
    schema["properties"]["event"] = {"const": event, "type": "string"}
    return schema


def _names_in(word: str, models: tuple[type[BaseModel], ...]) -> dict[str, str]:
    tags = _tags(models)
    return {"names_in": f"data.{tags.pop()}"} if word == "data" and len(tags) == 1 else {}


def _tags(models: tuple[type[BaseModel], ...]) -> set[str]:
    """Return the fields that hold the names, as they are on the wire."""
    return {model.model_fields[_tag(model)].alias or _tag(model) for model in models}


def _tagged(
    models: tuple[type[BaseModel], ...], names: list[str], payloads: list[Any], *, has_ids: bool
) -> dict[str, Any]:
    tags = _tags(models)
    union: dict[str, Any] = {"oneOf": payloads}
    if len(tags) == 1:
        mapping = {
            name: payload["$ref"]
            for name, payload in zip(names, payloads, strict=True)
            if "$ref" in payload
        }
        union["discriminator"] = {"propertyName": tags.pop(), "mapping": mapping}
    return _object(union, has_ids=has_ids)


def _object(payload: Any, *, has_ids: bool) -> dict[str, Any]:
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": payload}
    return {
        "type": "object",
        "required": [*(["id"] if has_ids else []), "data"],
        "properties": {"id": {"type": "string"}, "data": data, "retry": {"type": "integer"}},
    }
