"""Records which points of the contract answers show; wraps any app, in any number of processes."""

import json
import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract_tests.asgi import Answer
from contract_tests.document import Contract, Node, escape, unescape
from contract_tests.observed.points import Schema, children, event_pointer, status_pointer
from contract_tests.repository import ROOT

FOLDER = ROOT / "reports" / "observed"


class Recorder:
    """What one process saw."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
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
                answer.receive(message)
                await send(message)

            try:
                await app(scope, receive, copy)
            finally:
                if scope["method"] != "HEAD":
                    self.add(scope["method"], scope["path"], answer)

        return recorded

    def add(self, method: str, path: str, answer: Answer) -> None:
        """Record an answer."""
        operation = self.contract.match(method, path)
        if operation is None:
            if path.startswith("/api") and answer.status >= 400:
                # no operation's: what every envelope of an error is
                self._value(f"{method} {path}", *self._failure, answer.json())
            return
        name = f"{operation} answered {answer.status}"
        response = operation.responses.get(str(answer.status))
        if response is None:
            self.wrong.append(f"{name}, which is not declared")
            return
        place = status_pointer(operation.path, operation.method, str(answer.status))
        self.seen.add(place)
        media = response.get("content", {}).get(answer.media_type)
        if media is None:
            if answer.body or "content" in response:
                self.wrong.append(f"{name} with {answer.media_type}, which is not declared")
            return
        content = f"{place}/content/{escape(answer.media_type)}"
        if answer.streams:
            self._events(name, place, content, media["itemSchema"], answer)
        elif answer.media_type == "application/json":
            self._value(name, f"{content}/schema", media["schema"], answer.json())

    def add_component(self, name: str, value: Any) -> None:
        """Record a value of one of the contract's components; of others nothing is said."""
        schema = self.contract.components.get(name)
        if schema is not None:
            self._value(f"a recorded {name}", f"/components/schemas/{name}", schema, value)

    def _events(self, name: str, response: str, place: str, item: Node, answer: Answer) -> None:
        names = [declared for declared, _ in self.contract.frames(item)]
        for frame in answer.events:
            if frame.event in names:
                self.seen.add(event_pointer(response, names.index(frame.event)))
            elif None not in names:
                self.wrong.append(f"{name} and sent the event {frame.event}, which is not declared")
                continue
            self._value(name, f"{place}/itemSchema", item, frame.fields)

    def _value(self, name: str, pointer: str, schema: Node, value: Any) -> None:
        problem = self.contract.nearest_error(schema, value)
        if problem is not None:
            where = "/".join(map(str, problem.absolute_path))
            self.wrong.append(
                f"{name} with {where or 'a body'} that breaks it: {problem.message[:160]}"
            )
            return
        self._see(pointer, schema, value)

    def _see(self, pointer: str, schema: Schema, value: Any) -> None:
        pointer, schema = self.contract.locate(pointer, schema)
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
        real = self.contract.resolve(schema)
        if isinstance(value, dict):
            # what tells variants apart; the whole value was found valid before
            for name, known in real.get("properties", {}).items():
                if "const" in known and value.get(name) != known["const"]:
                    return False
        return bool(self.contract.validator(schema).is_valid(value))

    @cached_property
    def _failure(self) -> tuple[str, Node]:
        components = self.contract.components
        name = next(name for name in components if name.startswith("ApiFailure"))
        return f"/components/schemas/{name}", components[name]

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
        name = unescape(step)
        return [value[name]] if name in value else []
    if keyword == "items" and isinstance(value, list):
        return value
    if keyword == "additionalProperties" and isinstance(value, dict):
        return list(value.values())
    return []


def merged(files: Iterable[Path]) -> tuple[set[str], list[str]]:
    """Return what all processes saw, and what of it was wrong."""
    seen: set[str] = set()
    wrong: list[str] = []
    for file in files:
        content = json.loads(file.read_text(encoding="utf-8"))
        seen.update(content["seen"])
        wrong += content["wrong"]
    return seen, wrong
