"""The JSON that an event carries: its fields, as far as the sources say them."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wirelaw.events.flow import DEPTH, Flow
from wirelaw.events.routines import Class, field_default, last_name
from wirelaw.events.worlds import UNKNOWN, Fork, Value
from wirelaw.finding import Place
from wirelaw.models import Models

#: calls that write their argument as JSON
_WRITERS = ("dumps", "dump", "encode", "serialize", "to_json", "jsonify", "json_dumps")
#: methods that write their object as JSON
_WRITING_METHODS = {"model_dump_json", "json", "decode", "encode", "to_json", "strip", "serialize"}
#: calls that fill the dictionary that they are passed
_CHANGING = {"update", "enrich", "decorate", "inject"}
_MAX_NESTED = 3
#: fields whose words say what kind of event it is
KINDS = frozenset(["type", "event", "kind", "name", "op", "topic"]) | frozenset(
    ["event_type", "eventType", "messageType", "message_type"]
)
#: fields whose words may be only a state; they count where the page has many branches for them
STATES = frozenset(["status", "stage", "phase", "step", "state", "action"])


@dataclass(frozen=True)
class Payload:
    """An object of JSON."""

    place: Place
    fields: dict[str, "Member"] = field(default_factory=dict, hash=False)
    is_open: bool = False  #: it may have other fields

    def words(self, name: str) -> frozenset[str] | None:
        """Return the words that a field may be, or None where it is absent or not understood."""
        return self.fields[name].words if name in self.fields else None


@dataclass(frozen=True)
class Member:
    """One field."""

    place: Place
    words: frozenset[str] | None = None  #: the strings that it may be, where that is understood
    is_certain: bool = True  #: whether each of the words is really sent, and not only declared
    inner: Payload | None = None


class Payloads:
    """Reads payloads."""

    def __init__(self, flow: Flow, models: Models) -> None:
        self._flow = flow
        self._models = models
        #: what is being read, so that `data = {**data, "more": 1}` in a loop ends
        self._reading: set[ast.AST] = set()

    def read(self, value: Value, depth: int = _MAX_NESTED) -> Payload | None:
        """Return the object that an expression stands for or writes as JSON; None where it is not understood."""
        node = value.node
        if node in self._reading:
            return None
        self._reading.add(node)
        try:
            return self._read(value, depth)
        finally:
            self._reading.discard(node)

    def _read(self, value: Value, depth: int) -> Payload | None:
        added: list[tuple[str, Value]] = []
        is_open = False
        kind: tuple[Value, Class] | None = None
        for _ in range(DEPTH):
            declared = self._flow.program.type_of(value.module, value.node)
            kind = (value, declared) if declared is not None else kind
            extra, open_here = self._assigned(value)
            added += extra
            is_open = is_open or open_here
            following = self._flow.step(value) or self._written(value)
            if following is None:
                break
            value = following
        payload = self._object(value, depth)
        if payload is None and kind is not None:
            # the value is not understood, and an annotation on the way says what it is
            payload = self._model(*kind, None, depth)
        if payload is None or not (added or is_open):
            return payload
        fields = {**payload.fields}
        for name, one in added:
            fields[name] = self._member(one, depth, name)
        return Payload(payload.place, fields, payload.is_open or is_open)

    def _written(  # noqa: PLR0911 - one return for each kind of call
        self, value: Value
    ) -> Value | None:
        """Return what a call writes as JSON."""
        node = value.node
        if not isinstance(node, ast.Call):
            return None
        name = last_name(node.func)
        if isinstance(node.func, ast.Attribute) and name in _WRITING_METHODS and not node.args:
            return value.at(node.func.value)
        if node.args and (name in _WRITERS or name.strip("_").endswith(("dumps", "to_json"))):
            return value.at(node.args[0])
        if name in {"str", "bytes"} and node.args:
            return value.at(node.args[0])
        # a partial of json.dumps
        found = self._flow.program.sources.value_of(value.module, node.func)
        if found is not None and isinstance(found.node, ast.Call) and node.args:
            inner = found.node
            if last_name(inner.func) == "partial" and inner.args:
                return value.at(node.args[0]) if "dump" in last_name(inner.args[0]) else None
        if isinstance(node.func, ast.Attribute) and name in _WRITING_METHODS:
            return value.at(node.func.value)
        return None

    def _assigned(self, value: Value) -> tuple[list[tuple[str, Value]], bool]:
        """Return what is stored in a variable later, `payload["x"] = 1`, and whether more may be."""
        node = value.node
        if not isinstance(node, ast.Name):
            return [], False
        around = self._flow.program.enclosing(value.module, node)
        function = next((one for one in around if one.binds(node.id)), None)
        if function is None:
            return [], False
        added: list[tuple[str, Value]] = []
        is_open = False
        for one in function.changes.get(node.id, ()):
            if isinstance(one, ast.Assign):
                for target in one.targets:
                    if not isinstance(target, ast.Subscript) or not _is(target.value, node.id):
                        continue
                    key = target.slice
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        added.append((key.value, value.at(one.value)))
                    else:
                        is_open = True
            else:
                is_open = is_open or _changes(one, node.id)
        return added, is_open

    def _object(  # noqa: PLR0911 - one return for each kind of expression
        self, value: Value, depth: int
    ) -> Payload | None:
        node = value.node
        if isinstance(node, ast.Dict):
            return self._dictionary(value, node, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._joined(
                value, [self.read(value.at(node.left)), self.read(value.at(node.right))]
            )
        if isinstance(node, ast.DictComp):
            return Payload(value.place, {}, is_open=True)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return _parsed(value.place, node.value)
        if isinstance(node, ast.Call) and last_name(node.func) == "dict":
            fields = {
                one.arg: self._member(value.at(one.value), depth, one.arg)
                for one in node.keywords
                if one.arg
            }
            is_open = bool(node.args) or any(one.arg is None for one in node.keywords)
            return Payload(value.place, fields, is_open)
        if isinstance(node, ast.Call):
            created = self._flow.program.class_called(value.module, node)
            if created is not None:
                return self._model(value, created, node, depth)
        kind = value.of or self._flow.program.type_of(value.module, node)
        return self._model(value, kind, None, depth) if kind is not None else None

    def _dictionary(self, value: Value, node: ast.Dict, depth: int) -> Payload:
        fields: dict[str, Member] = {}
        is_open = False
        place = value.place
        for key, one in zip(node.keys, node.values, strict=True):
            if key is None:
                spread = self.read(value.at(one), depth)
                if spread is None:
                    is_open = True
                else:
                    fields |= spread.fields
                    is_open = is_open or spread.is_open
                    # the call that fills a helper's `**fields` says more than the helper
                    place = spread.place if self._is_rest(value, one) else place
                continue
            texts = self._flow.program.sources.text_of(value.module, key)
            if texts is None or len(texts) != 1:
                is_open = True
            else:
                name = next(iter(texts))
                fields[name] = self._member(value.at(one), depth, name)
        return Payload(place, fields, is_open)

    def _is_rest(self, value: Value, node: ast.expr) -> bool:
        functions = self._flow.program.enclosing(value.module, value.node)
        return isinstance(node, ast.Name) and any(one.rest == node.id for one in functions)

    def _joined(self, value: Value, parts: list[Payload | None]) -> Payload:
        fields: dict[str, Member] = {}
        for one in parts:
            fields |= one.fields if one is not None else {}
        is_open = any(one is None or one.is_open for one in parts)
        return Payload(value.place, fields, is_open)

    def _member(self, value: Value, depth: int, name: str) -> Member:
        if name in KINDS | STATES:
            words = self.words(value)
            if words is not None:
                return Member(self.place_of_word(value), words)
        try:
            words = self.words(value)
            if words is not None:
                return Member(self.place_of_word(value), words)
            inner = None
            if depth > 0 and _may_be_object(value.node):
                inner = self.read(value, depth - 1)
        except Fork:
            # one of several values; which one says nothing about the event, and its type may say what they share
            return Member(value.place, inner=self._typed(value, depth))
        return Member(value.place, None, inner=inner)

    def _typed(self, value: Value, depth: int) -> Payload | None:
        node = value.node
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        kind = self._flow.program.type_of(value.module, node)
        return self._model(value, kind, None, depth - 1) if kind is not None and depth else None

    def place_of_word(self, value: Value) -> Place:
        """Return where code passes a word on first: not where a constant or an enumeration declares it."""
        place = value.place
        for _ in range(DEPTH):
            following = self._flow.step(value)
            if following is None or not following.is_known:
                break
            value = following
            if next(self._flow.program.enclosing(value.module, value.node), None) is not None:
                place = value.place
        return place

    def words(self, value: Value) -> frozenset[str] | None:
        """Return the strings that an expression may be in this world."""
        found = self._flow.resolve(value)
        if found.node is UNKNOWN:
            return None
        if isinstance(found.node, ast.Constant):
            return frozenset([found.node.value]) if isinstance(found.node.value, str) else None
        if isinstance(found.node, ast.Call) and last_name(found.node.func) == "str":
            return self.words(found.at(found.node.args[0])) if found.node.args else None
        if isinstance(found.node, ast.Attribute) and found.node.attr in {"value", "name"}:
            inner = self.words(found.at(found.node.value))
            if inner is not None:
                return inner
        return self._flow.program.sources.text_of(found.module, found.node)

    # models

    def _model(
        self, value: Value, kind: Class, call: ast.Call | None, depth: int
    ) -> Payload | None:
        model = self._models.read(kind.module, kind.node)
        if model is None:
            return None
        passed = {one.arg: one.value for one in call.keywords if one.arg} if call else {}
        fields: dict[str, Member] = {}
        for name, one in model.fields.items():
            if name in passed:
                fields[name] = self._member(value.at(passed[name]), depth, name)
                continue
            words = self._default_words(kind, one.annotation, one.default, name)
            inner = None
            if words is None and depth > 0:
                below = self._flow.program.class_of(kind.module, one.annotation)
                if below is not None and _is_single(one.annotation):
                    inner = self._model(Value(kind.module, UNKNOWN), below, None, depth - 1)
            place = value.place if call is not None else one.place
            fields[name] = Member(place, words, len(words or ()) <= 1, inner)
        return Payload(value.place if call else model.place, fields, model.is_open)

    def _default_words(
        self, kind: Class, annotation: ast.expr, default: Any, name: str
    ) -> frozenset[str] | None:
        """Return the word that a field has where nothing is passed: its default, or the only one of its type."""
        statement = self._statement(kind, name)
        if statement is not None:
            module, value = statement
            found = self.words(Value(module, value))
            if found is not None:
                return found
        literals = frozenset(_literals(annotation))
        if isinstance(default, str):
            return frozenset([default])
        return literals or None

    def _statement(self, kind: Class, name: str) -> tuple[Any, ast.expr] | None:
        for one in self._flow.program.bases(kind):
            for statement in one.node.body:
                if isinstance(statement, ast.AnnAssign) and last_name(statement.target) == name:
                    value = field_default(statement)
                    return (one.module, value) if value is not None else None
        return None


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _changes(call: ast.Call, name: str) -> bool:
    """Whether a call may add fields to a dictionary."""
    if isinstance(call.func, ast.Attribute) and _is(call.func.value, name):
        return call.func.attr in {"update", "setdefault"}
    return last_name(call.func) in _CHANGING and any(_is(one, name) for one in call.args)


def _literals(annotation: ast.expr) -> Iterator[str]:
    for one in ast.walk(annotation):
        if isinstance(one, ast.Subscript) and last_name(one.value) == "Literal":
            for word in ast.walk(one.slice):
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield word.value


def _is_single(annotation: ast.expr) -> bool:
    """Whether an annotation is a class and no collection of it."""
    names = {
        last_name(one).lower() for one in ast.walk(annotation) if isinstance(one, ast.Subscript)
    }
    return not names - {"optional", "annotated", "union"}


def _may_be_object(node: ast.AST) -> bool:
    return not isinstance(node, ast.Constant | ast.JoinedStr | ast.List | ast.Tuple | ast.Compare)


def _parsed(place: Place, text: str) -> Payload | None:
    try:
        content = json.loads(text)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    return Payload(
        place,
        {
            name: Member(place, frozenset([one]) if isinstance(one, str) else None)
            for name, one in content.items()
        },
    )


__all__ = ["Member", "Payload", "Payloads"]
