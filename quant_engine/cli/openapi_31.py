"""The contract as OpenAPI 3.1, which client generators read: derived from the document, and equal to it in meaning.

Each rule is here because a generator refuses the other form, or makes a client of it that does not work;
`docs/clients.md` says which.
"""

import copy
import re
from typing import Any

Node = dict[str, Any]

OPENAPI_VERSION = "3.1.1"
STREAM_MEDIA = "text/event-stream"
STREAM_TEXT = "The text of the stream; `x-item-schema` is the schema of one event."

_COMPONENT = "#/components/schemas/"
_GENERIC = re.compile(r"(?P<envelope>ApiSuccess|ApiFailure)_(?P<data>\w+)_")
_OPTIONAL = re.compile(r"Union_(?P<data>\w+?)__NoneType_")


def derive(contract: Node) -> Node:
    """Return the contract as OpenAPI 3.1; the argument stays as it is.

    Raises:
        ValueError: two components would have one name.
    """
    derived = copy.deepcopy(contract)
    derived["openapi"] = OPENAPI_VERSION
    for operations in derived["paths"].values():
        for operation in operations.values():
            _describe_stream(operation)
    _simplify(derived)
    schemas = derived["components"]["schemas"]
    names = {name: client_name(name) for name in schemas}
    if len(set(names.values())) < len(names):
        raise ValueError("Two components have one name for clients; change client_name.")
    for old, new in names.items():
        if new != old:
            schemas[new] = {**schemas.pop(old), "title": new}
    renamed: Node = _rename(derived, {_COMPONENT + a: _COMPONENT + b for a, b in names.items()})
    return renamed


def client_name(component: str) -> str:
    """Return the name of a component that reads well as the name of a class.

    `ApiSuccess_JobPage_` becomes `ApiSuccessJobPage`, a payload that may be null `ApiSuccessOptional…`, and the
    failure without data `ApiFailure`.
    """
    generic = _GENERIC.fullmatch(component)
    if generic is None:
        return component
    data = _OPTIONAL.sub(r"Optional\g<data>", generic["data"])
    return generic["envelope"] + ("" if data == "NoneType" else data)


def _describe_stream(operation: Node) -> None:
    """Declare a stream as text, resumed by its header: the other names of the same value collide in generated code."""
    for response in operation["responses"].values():
        media = response.get("content", {}).get(STREAM_MEDIA)
        if media is not None:
            media["x-item-schema"] = media.pop("itemSchema")
            media["schema"] = {"type": "string", "description": STREAM_TEXT}
    resume = operation.get("x-sse", {}).get("resume", {})
    aliases = {resume.get("query"), resume.get("query_alias")}
    parameters = operation.get("parameters", [])
    parameters[:] = [
        one for one in parameters if (one["in"], one["name"]) not in _in_query(aliases)
    ]


def _in_query(names: set[str | None]) -> set[tuple[str, str | None]]:
    return {("query", name) for name in names}


def _simplify(node: Any, *, in_union: bool = False) -> None:
    """Write schemas in the form that all generators read, in place."""
    if isinstance(node, dict):
        if node.get("type") == "null" and not in_union:
            # a type of its own is no class in Java, Go or Python
            node.update(type=["string", "null"], const=None)
        elif node.get("type") == "boolean" and "const" in node:
            # with the type, openapi-generator compares true with the text "true"
            del node["type"]
        elif node.get("type") == "number":
            # Go would read 32 bits
            node.setdefault("format", "double")
        if node.get("format") == "date-time" and "pattern" in node:
            # it matches a pattern from the start of the text
            node["pattern"] = f"^.*{node['pattern']}"
        for key, child in node.items():
            _simplify(child, in_union=key in {"anyOf", "oneOf"})
    elif isinstance(node, list):
        for child in node:
            _simplify(child, in_union=in_union)


def _rename(node: Any, references: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _rename(child, references) for key, child in node.items()}
    if isinstance(node, list):
        return [_rename(child, references) for child in node]
    return references.get(node, node) if isinstance(node, str) else node
