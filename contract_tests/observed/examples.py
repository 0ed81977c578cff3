"""Documents that a model of the product allows; together they show each member of an enum, variant and null."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

STRINGS = ("v1", "AAA", "one")  #: the first that fits a pattern


def examples(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return as many documents as show everything once."""
    schema = model.model_json_schema()
    maker = _Maker(schema.get("$defs", {}))
    return [maker.value(schema, turn) for turn in range(maker.turns(schema))]


class _Maker:
    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions

    def _real(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self._definitions[schema["$ref"].rpartition("/")[2]]
        return schema

    def turns(self, schema: Mapping[str, Any]) -> int:
        """Count the documents that show everything; a list shows as many of its items as it may have."""
        schema = self._real(schema)
        branches = schema.get("anyOf") or schema.get("oneOf") or []
        if branches:
            # each branch is shown as often as it has turns
            return len(branches) * max(map(self.turns, branches))
        if "enum" in schema:
            return len(schema["enum"])
        if "maxItems" in schema and not schema.get("uniqueItems"):
            return -(-self.turns(schema["items"]) // int(schema["maxItems"]))
        return max(map(self.turns, schema.get("properties", {}).values()), default=1)

    def value(self, schema: Mapping[str, Any], turn: int) -> Any:
        """Make the document of one turn."""
        schema = self._real(schema)
        branches = schema.get("anyOf") or schema.get("oneOf") or []
        if branches:
            return self.value(branches[turn % len(branches)], turn // len(branches))
        members = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
        if members:
            return members[turn % len(members)]
        return self._of_type(schema.get("type"), schema, turn)

    def _of_type(self, kind: str | None, schema: Mapping[str, Any], turn: int) -> Any:
        if kind == "object":
            fields = schema.get("properties", {})
            return {name: self.value(inner, turn) for name, inner in fields.items()}
        if kind == "array":
            items = schema["items"]
            count = 1 if schema.get("uniqueItems") else self.turns(items)
            most = schema.get("maxItems", count)
            if count > most:
                turn, count = turn * most, most
            return [self.value(items, turn + number) for number in range(count)]
        if kind in ("integer", "number"):
            return _number(schema, whole=kind == "integer")
        return {"boolean": False, "null": None}.get(str(kind), _text(schema))


def _number(schema: Mapping[str, Any], *, whole: bool) -> float:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    if whole:
        return int(max(least, 1))
    return min(float(schema.get("maximum", 0.5)), max(float(least), 0.5))


def _text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date":
        return "2020-01-02"
    if schema.get("format") == "date-time":
        return "2020-01-02T09:30:00Z"
    pattern = schema.get("pattern", "")
    return next(text for text in STRINGS if re.search(pattern, text))
