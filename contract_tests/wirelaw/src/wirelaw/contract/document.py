"""An OpenAPI document as every part of the gate reads it: operations, references and pointers.

The standard library is enough for it; `validation.py` validates values.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

STREAM_TYPE = "text/event-stream"
JSON_TYPE = "application/json"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
Node = dict[str, Any]


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
        """The operation's id, or its method and path where it has none."""
        return str(self.content.get("operationId", self))

    @property
    def pointer(self) -> str:
        """Where the document declares it."""
        return pointer("paths", self.path, self.method)

    @property
    def parameters(self) -> list[Node]:
        """The parameters of the operation, and those of its path that it does not declare itself."""
        item = self.contract.resolve(self.contract.document.get("paths", {}).get(self.path, {}))
        listed = [*item.get("parameters", ()), *self.content.get("parameters", ())]
        found = [self.contract.resolve(one) for one in listed]
        return list({(one.get("in"), one.get("name")): one for one in found}.values())

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
    """One document."""

    def __init__(self, document: Node) -> None:
        self.document = document

    @classmethod
    def read(cls, path: Path) -> "Contract":
        """Read a file.

        Raises:
            OSError: it cannot be read.
            ValueError: it is no OpenAPI 3 document in JSON; the message says what it is instead.
        """
        if path.suffix in {".yaml", ".yml"}:
            raise ValueError("it is YAML; export the contract as JSON")
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        if not isinstance(document, dict) or not isinstance(document.get("paths", {}), dict):
            raise ValueError("it is no OpenAPI document")  # noqa: TRY004 - a value of a file
        if "swagger" in document:
            raise ValueError("it is Swagger 2; OpenAPI 3.0, 3.1 and 3.2 are understood")
        return cls(document)

    def copy(self) -> "Contract":
        """Return a contract whose document may be changed."""
        return Contract(copy.deepcopy(self.document))

    def operations(self) -> Iterator[Operation]:
        """Yield every operation; a path has other members too, such as a summary."""
        for path, member in self.document.get("paths", {}).items():
            item = self.resolve(member)
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield Operation(path, method, item[method], self)
            # OpenAPI 3.2: methods that the document names itself
            for method, content in item.get("additionalOperations", {}).items():
                yield Operation(path, method.lower(), content, self)

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
        """Follow references; return the pointer of the node that they lead to, and the node.

        The node is {} where a reference leads nowhere, to another document, or back to itself.
        """
        followed: set[str] = set()
        while isinstance(node, dict) and "$ref" in node:
            reference = str(node["$ref"])
            place = unquote(reference.removeprefix("#"))
            try:
                node = self.at(place) if reference.startswith("#") else {}
            except (LookupError, TypeError, ValueError):
                node = {}
            if place in followed:
                node = {}
            followed.add(place)
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
