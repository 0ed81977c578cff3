"""Records which points of the contract the answers of a service show, and which answers the contract forbids."""

import json
import traceback
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from jsonschema import ValidationError

from wirelaw.contract.document import Contract, Node, Operation, escape, pointer, unescape
from wirelaw.contract.validation import is_valid, nearest_error
from wirelaw.contract.violation import violation
from wirelaw.finding import DEFAULT_FIX, Finding
from wirelaw.running.asgi import ASGIApp, copied
from wirelaw.running.exchange import Answer, Message, is_json, strict_json
from wirelaw.running.points import children, status_pointer

NO_BODY = "no body"
ITEMS = "items"
MAX_VALUE = 100  #: characters


class Unnamed(NamedTuple):
    """An object with fields that no schema names."""

    steps: tuple[Any, ...]
    more: dict[str, Any]
    names: list[str]

    @property
    def place(self) -> tuple[Any, ...]:
        """The steps to the field, or to the object if it has several."""
        return (*self.steps, *self.more) if len(self.more) == 1 else self.steps

    @property
    def sent(self) -> str:
        """The value of the field, or the names of the fields."""
        if len(self.more) > 1:
            return ", ".join(self.more)
        return json.dumps(next(iter(self.more.values())))[:MAX_VALUE]

    @property
    def declared(self) -> str:
        """The names that there are."""
        return f"only {', '.join(self.names)}"


class Recorder:
    """The points that were seen, and the findings; a gate of one service adds what it states beyond schemas."""

    part = "running"
    own_error = "this is an error of wirelaw, not of the service: please report it"
    #: whether a field that a schema does not name is a drift, although JSON Schema allows it
    names_every_field = False

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.seen: set[str] = set()
        self.exercised: set[str] = set()  #: operations that answered, as `GET /path`
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
            self._report(f"{method} {path}", "recorder-error", "a record", found, self.own_error)

    def _add(self, method: str, path: str, answer: Answer) -> None:
        operation = self.contract.match(method, path)
        if operation is None:
            self._unmatched(method, path, answer)
            return
        self.exercised.add(str(operation))
        name = f"{operation} {answer.status}"
        status = declared_status(operation, answer.status)
        if status is None:
            if self._has_to_be_declared(operation, answer.status):
                declared = ", ".join(operation.responses)
                expected = f"one of {declared}"
                self._report(name, "undeclared-status", expected, str(answer.status))
            return
        response = operation.responses[status]
        place = status_pointer(operation.path, operation.method, status)
        self.seen.add(place)
        content = response.get("content", {})
        declared_type = _media(content, answer.media_type)
        if declared_type is None:
            if answer.body or "content" in response:
                expected, found = ", ".join(content) or NO_BODY, answer.media_type or "no type"
                self._report(name, "undeclared-media-type", expected, found)
            return
        place, media = f"{place}/content/{escape(declared_type)}", content[declared_type]
        if answer.streams:
            self._events(name, place, media.get("itemSchema", {}), answer)
        elif is_json(answer.media_type):
            self._json(name, f"{place}/schema", media.get("schema", {}), answer.body)
        else:
            self._other(name, path, operation, media.get("schema", {}), answer)

    def _unmatched(self, method: str, path: str, answer: Answer) -> None:
        """Look at an answer to a request that is no operation."""

    def _has_to_be_declared(self, _operation: Operation, _status: int) -> bool:
        """Whether an answer with a status that is not declared is a drift."""
        return True

    def _other(
        self, name: str, path: str, operation: Operation, schema: Node, answer: Answer
    ) -> None:
        """Look at a body that is neither JSON nor a stream."""

    def add_component(self, name: str, value: Any) -> None:
        """Record a value of one of the contract's components; values of others are ignored."""
        schema = self.contract.components.get(name)
        if schema is not None:
            self._value(f"recorded {name}", f"/components/schemas/{name}", schema, value)

    def _report(
        self, place: str, code: str, expected: str, found: str, fix: str = DEFAULT_FIX
    ) -> None:
        self.findings.append(Finding(self.part, place, code, expected, found, fix))

    def _json(self, name: str, place: str, schema: Node, text: str | bytes) -> None:
        try:
            value = strict_json(text)
        except ValueError:
            self._report(name, "not-json", "JSON", repr(text[:100]))
            return
        self._value(name, place, schema, value)

    def _events(self, name: str, place: str, item: Node, answer: Answer) -> None:
        frames = self.contract.frames(item)
        names = [declared for declared, _ in frames]
        # of events whose name is a word of their data
        payload = frames[0][1].get("properties", {}).get("data", {}).get("contentSchema", {})
        tag, words = self.contract.tags(payload)
        for frame in answer.events:
            word, allowed = frame.event, names
            if frame.event in names:
                self.seen.add(f"{place}/itemSchema/oneOf/{names.index(frame.event)}")
            elif None in names:
                word, allowed = word_of(frame.data, tag), [*words, None]
            if word not in allowed:
                expected = f"one of {', '.join(str(one) for one in allowed if one is not None)}"
                self._report(name, "undeclared-event", expected, str(word))
                continue
            self._value(f"{name} {frame.event}", f"{place}/itemSchema", item, frame.fields)

    def _value(self, name: str, place: str, schema: Node, value: Any) -> None:
        error = self._error(schema, value)
        if error is not None:
            self.findings.append(violation(self.part, name, error))
            return
        self._see(name, place, schema, value)
        if self.names_every_field:
            for unnamed in self._unnamed(schema, value):
                where = f"{name} {pointer(*unnamed.place)}".strip()
                self._report(where, "undeclared-field", unnamed.declared, unnamed.sent)

    def _see(self, name: str, place: str, schema: Node, value: Any) -> None:
        place, schema = self.contract.locate(place, schema)
        if "enum" in schema and value in schema["enum"]:
            self.seen.add(f"{place}/enum/{schema['enum'].index(value)}")
        if isinstance(schema.get("type"), list):
            kinds = [kind for kind in schema["type"] if self._fits({"type": kind}, value)]
            self.seen.update(f"{place}/type/{schema['type'].index(kind)}" for kind in kinds)
        for inner, below in children(place, schema):
            self._see_inside(name, place, inner, below, value)

    def _see_inside(self, name: str, place: str, inner: str, below: Node, value: Any) -> None:
        keyword, _, step = inner.removeprefix(f"{place}/").partition("/")
        if keyword in ("anyOf", "oneOf"):
            if self._fits(below, value):
                self.seen.add(inner)
                self._see(name, inner, below, value)
        elif keyword == "contentSchema" and isinstance(value, str):
            self._json(f"{name} data", inner, below, value)
        else:
            for each in _values(keyword, step, value):
                self._see(name, inner, below, each)

    def _unnamed(self, schema: Node, value: Any) -> Iterator["Unnamed"]:
        """Yield each object with fields that no fitting schema names."""
        names, schemas = self._named(schema, value)
        if isinstance(value, dict):
            more = {name: inner for name, inner in value.items() if name not in schemas}
            if names is not None and more:
                yield Unnamed((), more, names)
        for step, key, inner in _inside(value):
            if key in schemas:
                for one in self._unnamed(schemas[key], inner):
                    yield Unnamed((step, *one.steps), one.more, one.names)

    def _named(self, schema: Node, value: Any) -> tuple[list[str] | None, dict[str, Any]]:
        """Return the names that the fitting schemas declare, None if any name is allowed, and the schemas below."""
        schema = self.contract.resolve(schema)
        if isinstance(value, list):
            inner = next(
                (one["items"] for one in self._parts(schema, value) if "items" in one), None
            )
            return None, {ITEMS: inner} if isinstance(inner, dict) else {}
        parts = [one for one in self._parts(schema, value) if one.get("type") != "null"]
        properties = dict(chain(*(one.get("properties", {}).items() for one in parts)))
        is_open = any(
            one.get("additionalProperties") or one.get("patternProperties") for one in parts
        )
        is_declared = bool(properties) and not is_open and isinstance(value, dict)
        return (sorted(properties) if is_declared else None), properties

    def _parts(self, schema: Node, value: Any) -> Iterator[Node]:
        """Yield a schema and those members of its unions that fit."""
        schema = self.contract.resolve(schema)
        yield schema
        for one in schema.get("allOf", ()):
            yield from self._parts(one, value)
        for keyword in ("anyOf", "oneOf"):
            for one in schema.get(keyword, ()):
                if self._fits(one, value):
                    yield from self._parts(one, value)

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
        return self._is_valid(schema, value)

    def _is_valid(self, schema: Node, value: Any) -> bool:
        return is_valid(self.contract, schema, value)

    def _error(self, schema: Node, value: Any) -> ValidationError | None:
        return nearest_error(self.contract, schema, value)


def declared_status(operation: Operation, status: int) -> str | None:
    """Return the key under which an operation declares answers of a status."""
    keys = (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
    return next((key for key in keys if key in operation.responses), None)


def _media(content: Node, media_type: str) -> str | None:
    main = media_type.partition("/")[0]
    fitting = (
        one
        for one in content
        if one.partition(";")[0].strip().lower() in (media_type, f"{main}/*", "*/*")
    )
    return next(fitting, None)


def word_of(text: str | None, tag: str | None) -> str | None:
    """Return the name of an event that is a word of its data."""
    if tag is None or text is None:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    word = value.get(tag) if isinstance(value, dict) else None
    return word if isinstance(word, str) else None


def _inside(value: Any) -> Iterator[tuple[Any, str, Any]]:
    """Yield the step to each value inside a value, the name of its schema, and the value."""
    if isinstance(value, dict):
        yield from ((name, name, inner) for name, inner in value.items())
    elif isinstance(value, list):
        yield from ((row, ITEMS, inner) for row, inner in enumerate(value))


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
