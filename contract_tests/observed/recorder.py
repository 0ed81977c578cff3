"""Records which points of the contract answers show; wraps any app, in any number of processes."""

import json
import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract_tests.asking import Answer
from contract_tests.document import ROOT, contract
from contract_tests.observed.points import (
    Schema,
    Walk,
    children,
    escaped,
    event_pointer,
    status_pointer,
)

FOLDER = ROOT / "reports" / "observed"


class Recorder:
    """What one process saw."""

    def __init__(self, document: Mapping[str, Any] | None = None) -> None:
        self._document = document or contract()
        self._walk = Walk(self._document)
        self._validators: dict[int, tuple[Schema, Draft202012Validator]] = {}
        self.seen: set[str] = set()
        self.wrong: list[str] = []  #: answers that the contract does not allow

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap an app; whatever it answers is recorded when the answer is over."""

        async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            answer = Answer()

            async def copy(message: Message) -> None:
                if message["type"] == "http.response.start":
                    answer.status = message["status"]
                    answer.headers = {
                        name.decode("latin-1").lower(): value.decode("latin-1")
                        for name, value in message["headers"]
                    }
                else:
                    answer.body += message.get("body", b"")
                await send(message)

            try:
                await app(scope, receive, copy)
            finally:
                if scope["method"] != "HEAD":
                    self.add(scope["method"], scope["path"], answer)

        return recorded

    def add(self, method: str, path: str, answer: Answer) -> None:
        """Record an answer."""
        found = self._operation(method.lower(), path)
        if found is None:
            if path.startswith("/api") and answer.status >= 400:
                # no operation's: what every envelope of an error is
                self._value(f"{method} {path}", *self._failure, answer.json())
            return
        template, operation = found
        name = f"{method} {template} answered {answer.status}"
        response = operation["responses"].get(str(answer.status))
        if response is None:
            self.wrong.append(f"{name}, which is not declared")
            return
        pointer = status_pointer(template, method.lower(), str(answer.status))
        self.seen.add(pointer)
        media = response.get("content", {}).get(answer.media_type)
        if media is None:
            if answer.body or "content" in response:
                self.wrong.append(f"{name} with {answer.media_type}, which is not declared")
            return
        place = f"{pointer}/content/{escaped(answer.media_type)}"
        if answer.streams:
            self._events(name, pointer, place, media["itemSchema"], answer)
        elif answer.media_type == "application/json":
            self._value(name, f"{place}/schema", media["schema"], answer.json())

    def add_component(self, name: str, value: Any) -> None:
        """Record a value of one of the contract's components; of others nothing is said."""
        schema = self._document["components"]["schemas"].get(name)
        if schema is not None:
            self._value(f"a recorded {name}", f"/components/schemas/{name}", schema, value)

    def _events(self, name: str, pointer: str, place: str, item: Schema, answer: Answer) -> None:
        names = self._walk.event_names(item)
        for event in answer.events:
            if event.name not in names:
                self.wrong.append(f"{name} and sent the event {event.name}, which is not declared")
                continue
            self.seen.add(event_pointer(pointer, names.index(event.name)))
            fields = {k: int(v) if k == "retry" else v for k, v in event.fields.items()}
            self._value(name, f"{place}/itemSchema", item, fields)

    def _value(self, name: str, pointer: str, schema: Schema, value: Any) -> None:
        problem = next(iter(self._validator(schema).iter_errors(value)), None)
        if problem is not None:
            where = "/".join(map(str, problem.absolute_path))
            self.wrong.append(
                f"{name} with {where or 'a body'} that breaks it: {problem.message[:160]}"
            )
            return
        self._see(pointer, schema, value)

    def _see(self, pointer: str, schema: Schema, value: Any) -> None:
        pointer, schema = self._walk.resolved(pointer, schema)
        if "enum" in schema and value in schema["enum"]:
            self.seen.add(f"{pointer}/enum/{schema['enum'].index(value)}")
        if isinstance(schema.get("type"), list):
            kinds = [kind for kind in schema["type"] if self._fits({"type": kind}, value)]
            self.seen.update(f"{pointer}/type/{schema['type'].index(kind)}" for kind in kinds)
        for inner, below in children(pointer, schema):
            self._see_inside(pointer, inner, below, value)

    def _see_inside(self, pointer: str, inner: str, below: Schema, value: Any) -> None:
        keyword, _, step = inner.removeprefix(f"{pointer}/").partition("/")
        if keyword in ("anyOf", "oneOf"):
            if self._fits(below, value):
                self.seen.add(inner)
                self._see(inner, below, value)
        elif keyword == "contentSchema" and isinstance(value, str):
            self._value("an event", inner, below, json.loads(value))
        else:
            for each in _values(keyword, step, value):
                self._see(inner, below, each)

    def _fits(self, schema: Schema, value: Any) -> bool:
        if schema.get("type") == "null":
            return value is None
        if value is None and "$ref" in schema:
            return False
        _, real = self._walk.resolved("", schema)
        if isinstance(value, dict):
            # what tells variants apart; the whole value was found valid before
            for name, known in real.get("properties", {}).items():
                if "const" in known and value.get(name) != known["const"]:
                    return False
        return bool(self._validator(schema).is_valid(value))

    def _validator(self, schema: Schema) -> Draft202012Validator:
        known = self._validators.get(id(schema))
        if known is None:
            absolute = json.loads(json.dumps(schema).replace('"#/', '"contract:#/'))
            # the schema is kept, so that no other one gets its id
            known = schema, Draft202012Validator(absolute, registry=self._registry)
            self._validators[id(schema)] = known
        return known[1]

    @cached_property
    def _registry(self) -> "Registry[Any]":
        resource = DRAFT202012.create_resource(dict(self._document))
        registry: Registry[Any] = Registry().with_resource("contract:", resource)
        return registry

    @cached_property
    def _failure(self) -> tuple[str, Schema]:
        name = next(
            name
            for name in self._document["components"]["schemas"]
            if name.startswith("ApiFailure")
        )
        return self._walk.resolved("", {"$ref": f"#/components/schemas/{name}"})

    def _operation(self, method: str, path: str) -> tuple[str, Mapping[str, Any]] | None:
        steps = path.split("/")
        fitting = [
            template
            for template, item in self._document["paths"].items()
            if method in item and _matches(template.split("/"), steps)
        ]
        # a fixed name is meant before a parameter
        template = min(fitting, key=lambda found: found.count("{"), default=None)
        return None if template is None else (template, self._document["paths"][template][method])

    def write(self, folder: Path = FOLDER) -> Path:
        """Keep what was seen, in a file of this process alone."""
        folder.mkdir(parents=True, exist_ok=True)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        file = folder / f"{worker}-{os.getpid()}.json"
        content = {"seen": sorted(self.seen), "wrong": self.wrong}
        file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        return file


def _values(keyword: str, step: str, value: Any) -> list[Any]:
    """Return the values that a schema inside a schema is about."""
    if keyword == "allOf":
        return [value]
    if keyword == "properties" and isinstance(value, dict):
        name = step.replace("~1", "/").replace("~0", "~")
        return [value[name]] if name in value else []
    if keyword == "items" and isinstance(value, list):
        return value
    if keyword == "additionalProperties" and isinstance(value, dict):
        return list(value.values())
    return []


def _matches(template: Iterable[str], steps: list[str]) -> bool:
    parts = list(template)
    return len(parts) == len(steps) and all(
        part == step or (part.startswith("{") and step)
        for part, step in zip(parts, steps, strict=True)
    )


def merged(files: Iterable[Path]) -> tuple[set[str], list[str]]:
    """Return what all processes saw, and what of it was wrong."""
    seen: set[str] = set()
    wrong: list[str] = []
    for file in files:
        content = json.loads(file.read_text(encoding="utf-8"))
        seen.update(content["seen"])
        wrong += content["wrong"]
    return seen, wrong
