"""An OpenAPI document as every part of the gate reads it: operations, references, pointers and validation.

Nothing here depends on this service.
"""

import copy
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

STREAM_TYPE = "text/event-stream"
JSON_TYPE = "application/json"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
Node = dict[str, Any]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or _TIME.fullmatch(value) is not None


def escape(step: str) -> str:
    """Write a name as a step of a JSON pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """Read a step of a JSON pointer."""
    return step.replace("~1", "/").replace("~0", "~")


def pointer(*steps: object) -> str:
    """Write a JSON pointer."""
    return "".join(f"/{escape(str(step))}" for step in steps)


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    path: str
    method: str  #: lower case
    content: Node
    contract: "Contract" = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def name(self) -> str:
        """The operation's id."""
        return str(self.content["operationId"])

    @property
    def pointer(self) -> str:
        """Where the document declares it."""
        return pointer("paths", self.path, self.method)

    @property
    def parameters(self) -> list[Node]:
        """The parameters that the operation itself declares."""
        return [self.contract.resolve(one) for one in self.content.get("parameters", ())]

    @property
    def request_schema(self) -> Node | None:
        """The schema of the JSON body, where the operation takes one."""
        body = self.contract.resolve(self.content.get("requestBody", {}))
        schema: Node | None = body.get("content", {}).get(JSON_TYPE, {}).get("schema")
        return schema

    @property
    def request_fields(self) -> Node:
        """The schemas of the fields of the JSON body."""
        return dict(self.contract.resolve(self.request_schema or {}).get("properties", {}))

    @property
    def responses(self) -> dict[str, Node]:
        """The answers by status."""
        answers = self.content.get("responses", {})
        return {status: self.contract.resolve(answer) for status, answer in answers.items()}

    @property
    def item_schema(self) -> Node | None:
        """The schema of a frame, where the operation answers with an event stream."""
        for answer in self.responses.values():
            if STREAM_TYPE in answer.get("content", {}):
                item: Node = answer["content"][STREAM_TYPE].get("itemSchema", {})
                return item
        return None

    @property
    def streams(self) -> bool:
        """Whether it answers with an event stream."""
        return self.item_schema is not None

    @property
    def events(self) -> dict[str, Node]:
        """The schemas of a stream's frames by the name of their event."""
        frames = self.contract.frames(self.item_schema or {})
        return {name: frame for name, frame in frames if name is not None}


class Contract:
    """One document; it must not change once something was validated against it."""

    def __init__(self, document: Node) -> None:
        self.document = document
        # the schema is kept as well, so that no other one gets its id
        self._validators: dict[int, tuple[Node, Draft202012Validator]] = {}
        self._checks: dict[int, tuple[Node, jsonschema_rs.Draft202012Validator]] = {}

    @classmethod
    def read(cls, path: Path) -> "Contract":
        """Read a file."""
        return cls(dict(json.loads(path.read_text(encoding="utf-8"))))

    def copy(self) -> "Contract":
        """Return a contract whose document may be changed."""
        return Contract(copy.deepcopy(self.document))

    def operations(self) -> Iterator[Operation]:
        """Yield every operation; a path has other members too, such as a summary."""
        for path, item in self.document.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    yield Operation(path, method, item[method], self)

    def match(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request is for; a fixed name goes before a parameter."""
        fitting = [
            operation
            for operation in self.operations()
            if operation.method == method.lower() and _fits(operation.path, path)
        ]
        return min(fitting, key=lambda operation: operation.path.count("{"), default=None)

    @property
    def components(self) -> dict[str, Node]:
        """The schemas by name."""
        return dict(self.document.get("components", {}).get("schemas", {}))

    def at(self, place: str) -> Any:
        """Return the node at a JSON pointer.

        Raises:
            LookupError: nothing is there.
        """
        node: Any = self.document
        for step in place.split("/")[1:]:
            node = node[int(step) if isinstance(node, list) else unescape(step)]
        return node

    def locate(self, place: str, node: Any) -> tuple[str, Any]:
        """Follow references; return the pointer of the node that they lead to, and the node; {} if it does not exist."""
        while isinstance(node, dict) and "$ref" in node:
            place = str(node["$ref"]).removeprefix("#")
            try:
                node = self.at(place)
            except (LookupError, TypeError, ValueError):
                node = {}
        return place, node

    def resolve(self, node: Any) -> Any:
        """Follow references; siblings of a reference are ignored."""
        return self.locate("", node)[1]

    def frames(self, item: Node) -> list[tuple[str | None, Node]]:
        """Return the frames of a stream in order, each with the name of its event; None if any name is allowed."""
        union = self.resolve(item)
        frames = [self.resolve(frame) for frame in union.get("oneOf", [union])]
        return [
            (self.resolve(frame.get("properties", {}).get("event", {})).get("const"), frame)
            for frame in frames
        ]

    def tags(self, union: Node) -> tuple[str | None, list[str]]:
        """Return the field that tells the members of a union apart by a constant, and its values; None if none does."""
        union = self.resolve(union)
        members = [self.resolve(one) for one in (*union.get("oneOf", ()), *union.get("anyOf", ()))]
        found: list[dict[str, str]] = []
        for member in members or [union]:
            constants = {}
            for name, schema in member.get("properties", {}).items():
                words = self.resolve(schema)
                words = [words["const"]] if "const" in words else words.get("enum", ())
                if len(words) == 1 and isinstance(words[0], str):
                    constants[name] = words[0]
            found.append(constants)
        names = [name for name in found[0] if all(name in one for one in found)]
        declared = union.get("discriminator", {}).get("propertyName")
        tag = declared if declared in names else next(iter(names), None)
        return tag, [] if tag is None else [one[tag] for one in found]

    def validator(self, schema: Node) -> Draft202012Validator:
        """Return a validator for a schema of the document; references and times are checked too."""
        entry = self._validators.get(id(schema))
        if entry is None:
            absolute = json.loads(json.dumps(schema).replace('"#/', '"contract:#/'))
            validator = Draft202012Validator(
                absolute, registry=self._registry, format_checker=_FORMATS
            )
            entry = self._validators[id(schema)] = (schema, validator)
        return entry[1]

    def is_valid(self, schema: Node, value: Any) -> bool:
        """Whether a value fits a schema of the document; many times as fast as `validator`, and without a reason."""
        entry = self._checks.get(id(schema))
        if entry is None:
            # references lead to the components of the document
            whole = {"components": self.document.get("components", {}), "allOf": [schema]}
            check = jsonschema_rs.Draft202012Validator(
                whole, validate_formats=True, formats={"date-time": _is_time}
            )
            entry = self._checks[id(schema)] = (schema, check)
        return bool(entry[1].is_valid(value))

    @cached_property
    def _registry(self) -> "Registry[Any]":
        resource = DRAFT202012.create_resource(self.document)
        registry: Registry[Any] = Registry().with_resource("contract:", resource)
        return registry

    def nearest_error(self, schema: Node, value: Any) -> ValidationError | None:
        """Return the error that explains why a value is invalid; in a union, the error of the nearest member."""
        if self.is_valid(schema, value):
            return None
        errors = self.validator(schema).iter_errors(value)
        first = min(errors, key=lambda error: str(error.absolute_path), default=None)
        return None if first is None else _nearest(first)


def walk(node: Any, place: str) -> Iterator[tuple[str, Node]]:
    """Yield every object below a node with its pointer."""
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            yield from walk(value, f"{place}/{escape(key)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{place}/{index}")


def _fits(template: str, path: str) -> bool:
    parts, steps = template.split("/"), path.split("/")
    return len(parts) == len(steps) and all(
        part == step or (part.startswith("{") and step != "")
        for part, step in zip(parts, steps, strict=True)
    )


def _nearest(error: ValidationError) -> ValidationError:
    members: dict[object, list[ValidationError]] = defaultdict(list)
    for inner in error.context or ():
        members[inner.schema_path[0]].append(inner)
    if not members:
        return error
    meant = min(members.values(), key=lambda errors: (max(map(_distance, errors)), len(errors)))
    return _nearest(min(meant, key=lambda inner: str(inner.absolute_path)))


def _distance(error: ValidationError) -> int:
    """Return how clearly an error says that another member of the union is meant: by its type or its tag."""
    if not error.path and error.validator in {"type", "const"}:
        return 2
    return int(len(error.path) == 1 and error.validator == "const")
