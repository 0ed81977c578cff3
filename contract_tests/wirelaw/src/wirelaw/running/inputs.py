"""The inputs of requests, as the contract declares them, and other values to send."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wirelaw.contract.document import Contract, Node, Operation

DEPTH = 4  #: of objects within objects, which may refer to themselves


@dataclass(frozen=True)
class Input:
    """One field or parameter of one operation."""

    operation: Operation
    place: str  #: body, query or header
    name: str  #: of a field within an object `filter/least`
    schema: Node

    def __str__(self) -> str:
        return f"{self.operation} {self.place}/{self.name}"


def inputs(contract: Contract) -> Iterator[Input]:
    """Give every property of every request body, and every query and header parameter."""
    for operation in contract.operations():
        for parameter in operation.parameters:
            if parameter["in"] in {"query", "header"}:
                yield Input(operation, parameter["in"], parameter["name"], parameter["schema"])
        for name, schema in _fields(contract, operation.request_fields):
            yield Input(operation, "body", name, schema)


def _fields(contract: Contract, fields: Node, depth: int = DEPTH) -> Iterator[tuple[str, Node]]:
    """Give each field, and of an object its fields instead, as `filter/least`."""
    for name, schema in fields.items():
        inner = without_null(contract, schema).get("properties")
        if inner and depth:
            for below, one in _fields(contract, inner, depth - 1):
                yield f"{name}/{below}", one
        else:
            yield name, schema


def without_null(contract: Contract, schema: Node) -> Node:
    """Return what a nullable schema is when it is not null."""
    schema = contract.resolve(schema)
    options = [
        contract.resolve(option)
        for option in schema.get("anyOf", ())
        if option.get("type") != "null"
    ]
    return options[0] if len(options) == 1 else schema


def members(contract: Contract, schema: Node) -> list[Any] | None:
    """Return all values that a schema allows, except null; None when they cannot be counted."""
    schema = without_null(contract, schema)
    if "enum" in schema:
        return list(schema["enum"])
    if "const" in schema:
        return [schema["const"]]
    return [False, True] if schema.get("type") == "boolean" else None


def candidates(contract: Contract, schema: Node, base: Any) -> list[Any]:
    """Return other values than `base` that the schema suggests, likely ones first."""
    values = members(contract, schema)
    if values is not None:
        return [value for value in values if value != base]
    schema = without_null(contract, schema)
    match schema.get("type"):
        case "integer" | "number" as kind:
            return _numbers(schema, base, integer=kind == "integer")
        case "array" if isinstance(base, list) and base:
            items = candidates(contract, schema["items"], base[0])
            lists = [[item] for item in items] + [[*base, item] for item in items]
            return [found for found in lists if _fits(schema, found)]
        case "string" if not schema.keys() & {"pattern", "format", "maxLength"}:
            text = base if isinstance(base, str) else ""
            return [text + "x" * max(1, schema.get("minLength", 0) - len(text))]
        case _:
            return []


def _numbers(schema: Node, base: Any, *, integer: bool) -> list[Any]:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    start = base if isinstance(base, int | float) and not isinstance(base, bool) else low or 0
    numbers = [start / 2, start * 2, start + 1, start - 1]
    numbers += [bound for bound in (low, high) if bound is not None]
    numbers += [(start + bound) / 2 for bound in (low, high) if bound is not None]
    values = dict.fromkeys(int(value) if integer else float(value) for value in numbers)
    return [
        value
        for value in values
        if value != base
        and value >= schema.get("minimum", value)
        and value <= schema.get("maximum", value)
        and value > schema.get("exclusiveMinimum", value - 1)
        and value < schema.get("exclusiveMaximum", value + 1)
    ]


def _fits(schema: Node, value: list[Any]) -> bool:
    unique = not schema.get("uniqueItems") or len(value) == len({str(item) for item in value})
    return unique and schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
