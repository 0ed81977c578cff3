"""The smallest and the largest value that a schema of the contract allows."""

import json
import re
from typing import Any

from wirelaw.contract.document import Contract, Node

WIDE = "\U0001d538"  #: a character of four bytes
USUAL_LENGTH = 32  #: of a text without a bound
TIMES = {"date": "2020-01-02", "date-time": "2020-01-02T03:04:05.678901Z"}
_PART = re.compile(r"\[\^?(?P<first>.)[^\]]*\](?:\{(?P<least>\d+),(?P<most>\d+)\})?")


def smallest(contract: Contract, schema: Node) -> Any:
    """Return a value with nothing that is not required, and with empty lists."""
    schema = contract.resolve(schema)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            values = [smallest(contract, one) for one in schema[union]]
            return min(values, key=lambda value: len(json.dumps(value)))
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    value: Any = None
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {}).items()
            required = schema.get("required", ())
            value = {name: smallest(contract, one) for name, one in fields if name in required}
        case "array":
            value = [smallest(contract, schema.get("items", {}))] * schema.get("minItems", 0)
        case "string":
            value = text(schema, 0)
        case "boolean":
            value = False
        case "integer" | "number":
            value = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    return value


def fullest(contract: Contract, schema: Node) -> Any:
    """Return a value with lists as long as they may be; texts and figures are as long as they usually are."""
    schema = contract.resolve(schema)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            values = [fullest(contract, one) for one in schema[union]]
            return max(values, key=lambda value: len(json.dumps(value)))
    if "const" in schema or "enum" in schema:
        return max((str(one) for one in schema.get("enum", [schema.get("const")])), key=len)
    value: Any = None
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {}).items()
            value = {name: fullest(contract, one) for name, one in fields}
        case "array":
            items = contract.resolve(schema["items"])
            # each variant in turn, because a list has one item of each
            kinds = items.get("oneOf", [items])
            count = range(int(schema.get("maxItems", 1)))
            value = [fullest(contract, kinds[number % len(kinds)]) for number in count]
        case "string":
            is_free = not {"format", "pattern"} & schema.keys()
            value = "x" * USUAL_LENGTH if is_free else text(schema, USUAL_LENGTH)
        case "integer":
            value = 10_000
        case "number":
            value = -0.12345678901234567
        case "boolean":
            value = False
    return value


def at_maximum(contract: Contract, schema: Node, beyond: int = 0) -> list[tuple[str, Any]]:
    """Return by keyword the values at each upper bound of a schema, or so far beyond it; also of its items."""
    schema = contract.resolve(schema)
    found: list[tuple[str, Any]] = []
    for one in schema.get("anyOf", ()):
        found += at_maximum(contract, one, beyond)
    if "maximum" in schema:
        whole = int if schema.get("type") == "integer" else float
        found.append(("maximum", whole(schema["maximum"] + beyond)))
    if "exclusiveMaximum" in schema:
        step = 1 if schema.get("type") == "integer" else schema["exclusiveMaximum"] / 1e9
        found.append(("exclusiveMaximum", schema["exclusiveMaximum"] - step * (1 - beyond)))
    if schema.get("type") == "string" and (longest := length(schema)) is not None:
        keyword = "maxLength" if "maxLength" in schema else "pattern"
        found.append((keyword, text(schema, longest + beyond)))
    if schema.get("type") == "array":
        if "maxItems" in schema:
            items = distinct(contract, schema["items"], schema["maxItems"] + beyond)
            found.append(("maxItems", items))
        found += [
            (f"items/{keyword}", [value])
            for keyword, value in at_maximum(contract, schema.get("items", {}), beyond)
        ]
    return found


def distinct(contract: Contract, schema: Node, count: int) -> list[Any]:
    """Return this number of different items; strings have their maximum length."""
    schema = contract.resolve(schema)
    if schema.get("type") == "integer":
        return [int(schema.get("minimum", 0)) + number for number in range(count)]
    longest = text(schema, length(schema) or 8)
    return [f"{longest[: len(longest) - 4]}{number:04}" for number in range(count)]


def length(schema: Node) -> int | None:
    """Return how long a string may be; None: no bound is declared."""
    if "maxLength" in schema:
        return int(schema["maxLength"])
    parts = list(_PART.finditer(schema.get("pattern", "")))
    # the pattern of a whole text, not of its end
    whole = "^" + "".join(part[0] for part in parts) + "$" == schema.get("pattern")
    return sum(int(part["most"] or 1) for part in parts) if whole and parts else None


def text(schema: Node, size: int) -> str:
    """Return a string of this size that fits the format or pattern, or the shortest that does."""
    if "format" in schema:
        return TIMES[schema["format"]]
    if "pattern" not in schema:
        return WIDE * max(size, int(schema.get("minLength", 0)))
    parts = list(_PART.finditer(schema["pattern"]))
    firsts = [part["first"] * int(part["least"] or 1) for part in parts]
    shortest: str = "".join(firsts)
    last: str = parts[-1]["first"] if parts else ""
    return shortest + last * (size - len(shortest))
