"""Records which points of the contract the answers of an app show, and which answers the contract forbids."""

import json
import traceback
from functools import cached_property
from typing import Any

from starlette.types import ASGIApp, Message

from contract_tests.asgi import Answer, copied
from contract_tests.observed.points import children, status_pointer
from contract_tests.relations import Relations
from wirelaw.contract.document import JSON_TYPE, Contract, Node, escape, unescape
from wirelaw.contract.validation import is_valid, nearest_error
from wirelaw.contract.violation import violation
from wirelaw.finding import Finding

PART = "observed"
OWN_ERROR = "this is an error of the gate, not of the service: fix contract_tests/observed"


class Recorder:
    """The points that were seen, and the findings."""

    def __init__(self, contract: Contract, relations: Relations | None = None) -> None:
        """Record answers.

        Args:
            contract: what the answers are checked against.
            relations: the values of the same service so far; None for values that are made up field by field.
        """
        self.contract = contract
        self.relations = relations
        self.seen: set[str] = set()
        self._values: set[str] = set()  #: values with an identity, which lists repeat
        #: answers that the contract does not allow, and errors of the recorder itself
        self.findings: list[Finding] = []

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap an app, and record each of its answers when it is complete."""

        def show(scope: Message, answer: Answer) -> None:
            if scope["method"] != "HEAD":
                self.add(scope["method"], scope["path"], answer)

        return copied(app, show)

    def add(self, method: str, path: str, answer: Answer) -> None:
        """Record an answer; an error of the recorder becomes a finding, so that no client can hide it."""
        try:
            self._add(method, path, answer)
        except Exception as error:  # noqa: BLE001 - the client that is served here may swallow it
            frame = traceback.extract_tb(error.__traceback__)[-1]
            found = f"{type(error).__name__}: {error} in {frame.name}, line {frame.lineno}"
            self._report(f"{method} {path}", "recorder-error", "a record", found, OWN_ERROR)

    def _add(self, method: str, path: str, answer: Answer) -> None:
        operation = self.contract.match(method, path)
        if operation is None:
            if path.startswith("/api") and answer.status >= 400:
                # no operation declares it; it has at least the envelope of an error
                self._json(f"{method} {path} {answer.status}", *self._failure, answer.body)
            return
        name = f"{operation} {answer.status}"
        response = operation.responses.get(str(answer.status))
        if response is None:
            declared = ", ".join(operation.responses)
            self._report(name, "undeclared-status", f"one of {declared}", str(answer.status))
            return
        place = status_pointer(operation.path, operation.method, str(answer.status))
        self.seen.add(place)
        content = response.get("content", {})
        media = content.get(answer.media_type)
        if media is None:
            if answer.body or "content" in response:
                expected, found = ", ".join(content) or "no body", answer.media_type or "no type"
                self._report(name, "undeclared-media-type", expected, found)
            return
        place = f"{place}/content/{escape(answer.media_type)}"
        if answer.streams:
            self._events(name, place, media["itemSchema"], answer)
        elif answer.media_type == JSON_TYPE:
            self._json(name, f"{place}/schema", media["schema"], answer.body)
        elif "x-rows" in media["schema"] and self.relations is not None:
            steps = zip(operation.path.split("/"), path.split("/"), strict=True)
            names = {step.strip("{}"): value for step, value in steps}
            rows = self.relations.add_rows(name, media["schema"], names, answer.body.decode())
            self.findings += rows

    def add_component(self, name: str, value: Any) -> None:
        """Record a value of one of the contract's components; values of others are ignored."""
        schema = self.contract.components.get(name)
        if schema is not None:
            self._value(f"recorded {name}", f"/components/schemas/{name}", schema, value)

    def _report(self, place: str, code: str, expected: str, found: str, *fix: str) -> None:
        self.findings.append(Finding(PART, place, code, expected, found, *fix))

    def _json(self, name: str, pointer: str, schema: Node, text: str | bytes) -> None:
        try:
            value = json.loads(text)
        except ValueError:
            self._report(name, "not-json", "JSON", repr(text[:100]))
            return
        self._value(name, pointer, schema, value)

    def _events(self, name: str, place: str, item: Node, answer: Answer) -> None:
        names = [declared for declared, _ in self.contract.frames(item)]
        for frame in answer.events:
            if frame.event in names:
                self.seen.add(f"{place}/itemSchema/oneOf/{names.index(frame.event)}")
            elif None not in names:
                expected = f"one of {', '.join(map(str, names))}"
                self._report(name, "undeclared-event", expected, str(frame.event))
                continue
            self._value(f"{name} {frame.event}", f"{place}/itemSchema", item, frame.fields)

    def _value(self, name: str, pointer: str, schema: Node, value: Any) -> None:
        error = nearest_error(self.contract, schema, value)
        if error is None:
            self._see(name, pointer, schema, value)
        else:
            self.findings.append(violation(PART, name, error))

    def _see(self, name: str, pointer: str, schema: Node, value: Any) -> None:
        pointer, schema = self.contract.locate(pointer, schema)
        if "x-identity" in schema:
            text = json.dumps([pointer, value])
            if text in self._values:
                return
            self._values.add(text)
        if self.relations is not None:
            self.findings += self.relations.add(name, schema, value)
        if "enum" in schema and value in schema["enum"]:
            self.seen.add(f"{pointer}/enum/{schema['enum'].index(value)}")
        if isinstance(schema.get("type"), list):
            kinds = [kind for kind in schema["type"] if self._fits({"type": kind}, value)]
            self.seen.update(f"{pointer}/type/{schema['type'].index(kind)}" for kind in kinds)
        for inner, below in children(pointer, schema):
            self._see_inside(name, pointer, inner, below, value)

    def _see_inside(self, name: str, pointer: str, inner: str, below: Node, value: Any) -> None:
        keyword, _, step = inner.removeprefix(f"{pointer}/").partition("/")
        if keyword in ("anyOf", "oneOf"):
            if self._fits(below, value):
                self.seen.add(inner)
                self._see(name, inner, below, value)
        elif keyword == "contentSchema" and isinstance(value, str):
            self._json(f"{name} data", inner, below, value)
        else:
            for each in _values(keyword, step, value):
                self._see(name, inner, below, each)

    def _fits(self, schema: Node, value: Any) -> bool:
        if schema.get("type") == "null":
            return value is None
        if value is None and "$ref" in schema:
            return False
        real = self.contract.resolve(schema)
        if isinstance(value, dict):
            # constants identify a variant quickly; the whole value is valid
            for name, inner in real.get("properties", {}).items():
                if "const" in inner and value.get(name) != inner["const"]:
                    return False
        return is_valid(self.contract, schema, value)

    @cached_property
    def _failure(self) -> tuple[str, Node]:
        components = self.contract.components
        name = next(name for name in components if name.startswith("ApiFailure"))
        return f"/components/schemas/{name}", components[name]


def _values(keyword: str, step: str, value: Any) -> list[Any]:
    """Return the values that a schema inside a schema describes."""
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
