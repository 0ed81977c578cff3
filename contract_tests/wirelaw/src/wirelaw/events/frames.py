"""One event as the service writes it: its name, and its data."""

import ast
import re
from dataclasses import dataclass

from wirelaw.events.flow import Flow
from wirelaw.events.payloads import Payload, Payloads
from wirelaw.events.routines import is_none, last_name
from wirelaw.events.worlds import Value
from wirelaw.finding import Place

#: how an object that a stream yields becomes a frame
RAW, OBJECTS, LINES = "text", "objects", "lines"
_EVENT_CLASSES = ("ServerSentEvent", "JSONServerSentEvent", "SSEEvent", "SseEvent")
_HOLE = "\x00"
_FIELD = re.compile(r"(?:^|\n)(event|data|id|retry): ?([^\n]*)")
_WORDS_OF_PINGS = {"ping", "keepalive", "keep-alive", "heartbeat", "keep_alive", "pong"}

Part = str | Value


@dataclass(frozen=True)
class Event:
    """One kind of event that a stream sends."""

    place: Place  #: where its name is written, or else the frame
    names: (
        frozenset[str] | None
    )  #: of the field `event`; empty where it has none; None where not understood
    payload: Payload | None  #: None where it is not understood, or no object
    has_data: bool = True

    @property
    def is_ping(self) -> bool:
        """Whether it only keeps the connection open."""
        return bool(self.names) and not (self.names or frozenset()) - _WORDS_OF_PINGS


class Frames:
    """Reads frames."""

    def __init__(self, flow: Flow, payloads: Payloads) -> None:
        self._flow = flow
        self._payloads = payloads

    def read(  # noqa: PLR0911 - one return for each kind of frame
        self, value: Value, kind: str
    ) -> Event | None:
        """Return the event that a yielded value is; None for comments and empty lines."""
        found = self._flow.resolve(value)
        if not found.is_known and found.of is None:
            return Event(value.place, None, None)
        if isinstance(found.node, ast.Call) and self._is_event_call(found):
            return self._from_call(found, found.node)
        if kind == OBJECTS and isinstance(found.node, ast.Dict):
            return self._from_dictionary(found, value)
        parts = self._text(found)
        if parts is not None and kind != OBJECTS:
            return self._from_text(found, parts, kind)
        if parts is not None and all(isinstance(one, str) for one in parts):
            return Event(found.place, frozenset(), None)
        if kind == RAW:
            return Event(found.place, None, None)
        # of the variable, as fields may be stored in it later
        payload = self._payloads.read(value)
        if kind == OBJECTS and payload is not None and "data" in payload.fields:
            return self._from_payload(payload)
        return Event(payload.place if payload else found.place, frozenset(), payload)

    def _is_event_call(self, value: Value) -> bool:
        if not isinstance(value.node, ast.Call):
            return False
        if last_name(value.node.func) in _EVENT_CLASSES[:2]:
            return True
        created = self._flow.program.class_called(value.module, value.node)
        return created is not None and any(
            last_name(base) in _EVENT_CLASSES[:2] for base in created.node.bases
        )

    def _from_call(self, value: Value, node: ast.Call) -> Event | None:
        named = {one.arg: one.value for one in node.keywords}
        data = named.get("data") or named.get("raw_data") or (node.args[0] if node.args else None)
        name = named.get("event")
        if data is None and name is None:
            return None
        return self._event(
            value, value.at(name) if name else None, value.at(data) if data else None
        )

    def _from_dictionary(self, value: Value, written: Value) -> Event | None:
        name = self._flow.member(value, "event")
        data = self._flow.member(value, "data")
        if name is None and data is None:
            node = value.node
            keys = [one.value for one in getattr(node, "keys", []) if isinstance(one, ast.Constant)]
            if set(keys) & {"comment", "retry", "id"}:
                return None
            # FastAPI's own streams send any object as data
            return Event(value.place, frozenset(), self._payloads.read(written))
        return self._event(value, name, data)

    def _from_payload(self, payload: Payload) -> Event:
        """A model with the fields of a frame."""
        names = payload.words("event") if "event" in payload.fields else frozenset[str]()
        return Event(payload.place, names, payload.fields["data"].inner)

    def _event(self, frame: Value, name: Value | None, data: Value | None) -> Event:
        names: frozenset[str] | None = frozenset()
        place = frame.place
        if name is not None:
            names = self._payloads.words(name)
            if names is not None:
                place = self._payloads.place_of_word(name)
        payload = self._payloads.read(data) if data is not None else None
        if not names and payload is not None:
            place = payload.place
        return Event(place, names, payload, data is not None)

    # text

    def _from_text(self, frame: Value, parts: list[Part], kind: str) -> Event | None:
        holes = [one for one in parts if isinstance(one, Value)]
        text = "".join(_HOLE if isinstance(one, Value) else one for one in parts)
        if kind == LINES and text.strip() == _HOLE:
            payload = self._payloads.read(holes[0])
            return Event(payload.place if payload else frame.place, frozenset(), payload)
        if text.strip() == _HOLE:
            return Event(frame.place, None, None)
        found: dict[str, tuple[str, list[Value]]] = {}
        for match in _FIELD.finditer(text):
            counted = text.count(_HOLE, 0, match.start(2))
            inside = match[2].count(_HOLE)
            found.setdefault(match[1], (match[2], holes[counted : counted + inside]))
        if "event" not in found and "data" not in found:
            is_silent = not text.strip() or text.lstrip().startswith((":", "retry:", "id:"))
            return None if is_silent else Event(frame.place, None, None)
        names, place = self._name(frame, *found.get("event", ("", [])))
        content, values = found.get("data", ("", []))
        payload = None
        if content.strip() == _HOLE:
            if is_none(self._flow.resolve(values[0]).node):
                # what tells the loop to end
                return None
            payload = self._payloads.read(values[0])
        elif not values:
            payload = self._payloads.read(frame.at(ast.Constant(content, lineno=frame.place.line)))
        if not names and payload is not None:
            place = payload.place
        return Event(place, names, payload, "data" in found)

    def _name(
        self, frame: Value, text: str, values: list[Value]
    ) -> tuple[frozenset[str] | None, Place]:
        if not values:
            return frozenset([text.strip()]) if text.strip() else frozenset(), frame.place
        if len(values) > 1:
            return None, frame.place
        words = self._payloads.words(values[0])
        if words is None:
            return None, frame.place
        place = self._payloads.place_of_word(values[0])
        return frozenset(text.replace(_HOLE, one).strip() for one in words), place

    def _text(  # noqa: PLR0911 - one return for each kind of expression
        self, value: Value, depth: int = 8
    ) -> list[Part] | None:
        """Return a text as literal parts and values; None where it is no text."""
        found = self._flow.resolve(value)
        node = found.node
        if depth == 0:
            return [found]
        match node:
            case ast.Constant(value=str() as text):
                return [text]
            case ast.Constant(value=bytes() as data):
                return [data.decode("utf-8", "replace")]
            case ast.JoinedStr():
                return [part for one in node.values for part in self._piece(found, one, depth)]
            case ast.BinOp(op=ast.Add()):
                sides = (node.left, node.right)
                return [part for one in sides for part in self._inner(found, one, depth)]
            case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str() as text)):
                right = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
                return _filled_in(
                    re.split(r"%[-\d.]*[sdrf]", text), [found.at(one) for one in right]
                )
            case ast.Call():
                return self._text_of_call(found, node, depth)
        return None

    def _piece(self, value: Value, node: ast.expr, depth: int) -> list[Part]:
        if isinstance(node, ast.FormattedValue):
            return self._inner(value, node.value, depth)
        return self._inner(value, node, depth)

    def _inner(self, value: Value, node: ast.expr, depth: int) -> list[Part]:
        one = value.at(node)
        # what follows `data:` is read as a whole, so that variables keep what is assigned to them
        if isinstance(node, ast.Name | ast.Attribute) and not self._is_frame(one):
            return [one]
        parts = self._text(one, depth - 1)
        return parts if parts is not None else [one]

    def _is_frame(self, value: Value) -> bool:
        """Whether a variable inside a text is itself a piece of a frame, and not the name or the data."""
        found = self._flow.resolve(value)
        node = found.node
        first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value.startswith(("event:", "data:", "id:", "\n"))
        return isinstance(node, ast.BinOp)

    def _text_of_call(self, value: Value, node: ast.Call, depth: int) -> list[Part] | None:
        if not isinstance(node.func, ast.Attribute):
            return None
        owner = value.at(node.func.value)
        name = node.func.attr
        if name in {"encode", "strip", "decode", "lstrip", "rstrip"}:
            return self._text(owner, depth - 1)
        if name == "format":
            whole = self._text(owner, depth - 1)
            if whole is not None and all(isinstance(one, str) for one in whole):
                values = [*node.args, *(one.value for one in node.keywords)]
                pieces = re.split(r"\{[^{}]*\}", "".join(map(str, whole)))
                return _filled_in(pieces, [value.at(one) for one in values])
        if name == "join" and node.args:
            return self._joined(owner, value.at(node.args[0]), depth)
        return None

    def _joined(self, separator: Value, items: Value, depth: int) -> list[Part] | None:
        between = self._flow.resolve(separator)
        elements = self._flow.elements(items)
        if elements is None or not isinstance(between.node, ast.Constant):
            return None
        parts: list[Part] = []
        for index, one in enumerate(elements):
            parts += [str(between.node.value)] if index else []
            parts += self._text(one, depth - 1) or [one]
        return parts


def _filled_in(pieces: list[str], values: list[Value]) -> list[Part] | None:
    if len(pieces) - 1 > len(values):
        return None
    parts: list[Part] = []
    for index, piece in enumerate(pieces):
        parts += [piece.replace("{{", "{").replace("}}", "}")]
        if index < len(pieces) - 1:
            parts.append(values[index])
    return parts
