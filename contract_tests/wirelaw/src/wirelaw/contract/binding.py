"""Binds types of the page to schemas of the contract: which field of a type is which field of an answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wirelaw.contract.document import JSON_TYPE, Contract, Node, Operation, pointer

#: of the fields of a type, the share that a schema must have to be the one that the type describes
LIKENESS = 0.5
DEPTH = 8
Shape = dict[str, Any]


@dataclass(frozen=True)
class Property:
    """One field of a schema."""

    name: str
    pointer: str  #: where the contract declares it
    schema: Node = field(repr=False, compare=False, hash=False)


@dataclass(frozen=True)
class Object:
    """A schema that is an object, with unions and references resolved."""

    pointer: str
    properties: dict[str, Property] = field(compare=False, hash=False)
    is_open: bool  #: it may have fields that it does not declare

    @property
    def name(self) -> str:
        """The name of the component, or the pointer."""
        return (
            self.pointer.rpartition("/")[2]
            if self.pointer.startswith("/components/")
            else self.pointer
        )


@dataclass(frozen=True)
class Bound:
    """One object type of the page, and the schema that it describes."""

    shape: Shape = field(hash=False)
    schema: Object


class Binder:
    """Compares types with the schemas of one contract."""

    def __init__(self, contract: Contract, shapes: dict[str, Shape]) -> None:
        self._contract = contract
        self._shapes = shapes

    def answer(self, operation: Operation) -> tuple[str, Node] | None:
        """Return the pointer and the schema of the JSON answer of success."""
        for status, answer in sorted(operation.responses.items()):
            media = answer.get("content", {}).get(JSON_TYPE, {})
            if status.startswith("2") and isinstance(media.get("schema"), dict):
                place = pointer("responses", status, "content", JSON_TYPE, "schema")
                return operation.pointer + place, media["schema"]
        return None

    def bind(self, candidates: tuple[Shape, ...], place: str, schema: Node) -> list[Bound]:
        """Return the object types of an answer with their schemas, for the first candidate that is like the schema.

        Either side may have an envelope of one step, such as `{ data: … }`, that the other side does not see.
        """
        for candidate in candidates:
            for one in self._success(candidate):
                found = self._best(one, place, schema)
                if found is not None:
                    return list(self._inside(*found, set(), DEPTH))
        return []

    def _success(self, candidate: Shape) -> Iterator[Shape]:
        """Generated clients list the answers by status: `{ 200: Job; 404: Problem }`."""
        fields = self._fields(candidate)
        statuses = sorted(name for name in fields if name.isdigit())
        if statuses and len(statuses) == len(fields):
            inner = fields[statuses[0]]["type"]
            if inner is not None and statuses[0].startswith("2"):
                yield inner
        else:
            yield candidate

    def _best(self, shape: Shape, place: str, schema: Node) -> tuple[Shape, str, Node] | None:
        inside_shape = [one["type"] for one in self._fields(shape).values() if one["type"]]
        whole = self.object_at(place, schema)
        inside_schema = (
            [(one.pointer, one.schema) for one in whole.properties.values()] if whole else []
        )
        options = [
            (shape, place, schema),
            *((shape, *one) for one in inside_schema),
            *((one, place, schema) for one in inside_shape),
        ]
        # the first of the best: envelopes are the last resort
        best, most = None, 0.0
        for option in options:
            likeness = self._likeness(*option)
            if likeness > most:
                best, most = option, likeness
        return best if most >= LIKENESS else None

    def _likeness(self, shape: Shape, place: str, schema: Node) -> float:
        item, inner_place, inner = self._unlisted(shape, place, schema)
        fields = self._fields(item)
        found = self.object_at(inner_place, inner) if fields else None
        if found is None or not found.properties:
            return 0.0
        shared = fields.keys() & found.properties.keys()
        if len(shared) < min(2, len(fields), len(found.properties)):
            return 0.0
        # a part of the fields is enough where all of those that are sent are there
        return max(len(shared) / len(fields), len(shared) / len(found.properties) * 0.9)

    def _unlisted(self, shape: Shape, place: str, schema: Node) -> tuple[Shape | None, str, Node]:
        """Go into lists on both sides at once; None for the type where only one side is a list."""
        for _ in range(DEPTH):
            at, node = self._plain(place, schema)
            is_list = "items" in node
            if (shape["kind"] == "list") != is_list:
                return None, at, node
            if not is_list:
                return shape, at, node
            shape, place, schema = shape["item"], f"{at}/items", node["items"]
        return None, place, schema

    def _inside(
        self, shape: Shape, place: str, schema: Node, seen: set[tuple[str, str]], depth: int
    ) -> Iterator[Bound]:
        item, at, node = self._unlisted(shape, place, schema)
        fields = self._fields(item)
        found = self.object_at(at, node) if fields else None
        if item is None or found is None or depth == 0 or (item["shape"], at) in seen:
            return
        seen.add((item["shape"], at))
        yield Bound(self._shapes[item["shape"]], found)
        for name, one in fields.items():
            declared = found.properties.get(name)
            if declared is not None and one["type"] is not None:
                yield from self._inside(
                    one["type"], declared.pointer, declared.schema, seen, depth - 1
                )

    def _fields(self, shape: Shape | None) -> dict[str, Any]:
        if shape is None or shape["kind"] != "object":
            return {}
        return dict(self._shapes[shape["shape"]]["fields"])

    def _plain(self, place: str, schema: Node) -> tuple[str, Node]:
        """Follow references, and the one member of a union that is not null."""
        for _ in range(DEPTH):
            place, schema = self._contract.locate(place, schema)
            options = [
                (f"{place}/{key}/{index}", one)
                for key in ("anyOf", "oneOf", "allOf")
                for index, one in enumerate(schema.get(key, ()))
                if one.get("type") != "null"
            ]
            if len(options) != 1 or "properties" in schema:
                break
            place, schema = options[0]
        return place, schema

    def object_at(self, place: str, schema: Node, depth: int = DEPTH) -> Object | None:
        """Return an object with the fields of all members of a union; None where it is no object, or any."""
        place, node = self._plain(place, schema)
        if depth == 0 or "items" in node:
            return None
        properties = {
            name: Property(name, f"{place}{pointer('properties', name)}", one)
            for name, one in node.get("properties", {}).items()
        }
        is_open = node.get("additionalProperties", False) is not False
        for key in ("anyOf", "oneOf", "allOf"):
            for index, one in enumerate(node.get(key, ())):
                if one.get("type") == "null":
                    continue
                inner = self.object_at(f"{place}/{key}/{index}", one, depth - 1)
                is_open = is_open or inner is None or inner.is_open
                properties |= inner.properties if inner else {}
        return Object(place, properties, is_open) if properties else None

    def words(self, schema: Node) -> frozenset[str] | None:
        """Return the words of a closed set; None where any string, or anything else, is allowed."""
        _, node = self._plain("", schema)
        options = node.get("enum", [node["const"]] if "const" in node else None)
        if options is None:
            inner = [one for key in ("anyOf", "oneOf") for one in node.get(key, ())]
            found = [self.words(one) for one in inner if one.get("type") != "null"]
            closed = [words for words in found if words is not None]
            is_closed = closed and len(closed) == len(found)
            return frozenset(word for words in closed for word in words) if is_closed else None
        words = [one for one in options if isinstance(one, str)]
        is_text = len(words) == len([one for one in options if one is not None])
        return frozenset(words) if is_text else None
