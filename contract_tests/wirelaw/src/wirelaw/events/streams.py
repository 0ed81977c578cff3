"""The streams of a service: every response that sends events, and what it sends."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from wirelaw.events.bindings import is_excluded
from wirelaw.events.flow import Flow
from wirelaw.events.frames import LINES, OBJECTS, RAW, Event, Frames
from wirelaw.events.payloads import KINDS, STATES, Payloads
from wirelaw.events.program import Program
from wirelaw.events.routines import Routine, last_name
from wirelaw.events.worlds import Value
from wirelaw.finding import Place
from wirelaw.models import Models
from wirelaw.python import Module, Sources

#: messages of a WebSocket, each an object of JSON
SOCKET = "socket"
_METHODS = {"get", "post", "put", "patch", "delete", "api_route", "route", "websocket"}


@dataclass
class Stream:
    """One response of the service that sends events."""

    place: Place
    kind: str  #: `text` (frames as text), `objects` (of a library that writes frames), `lines` (JSON, one a line) or `socket`
    paths: tuple[str, ...]  #: as the decorators of its routes say, without prefixes
    events: tuple[Event, ...] = ()
    #: places of frames that are not understood; no event can be missed where there is none
    unknown: list[Place] = field(default_factory=list)

    @property
    def is_named(self) -> bool:
        """Whether its events have names of their own, in the field `event`."""
        return any(one.names for one in self.events if not one.is_ping)


def streams(sources: Sources) -> list[Stream]:
    """Return all streams of the sources, by place."""
    program = Program(sources)
    flow = Flow(program)
    frames = Frames(flow, Payloads(flow, sources.once(Models)))
    found: dict[Place, Stream] = {}
    for root in (*_roots(program), *_sockets(program)):
        stream = _read(flow, frames, root)
        if stream is not None:
            found.setdefault(stream.place, stream)
    return [found[place] for place in sorted(found)]


@dataclass(frozen=True)
class _Root:
    module: Module
    node: ast.AST  #: the response, or the function that FastAPI makes one of
    kind: str | None  #: None where only the frames can say it
    iterable: ast.expr | None  #: what is streamed
    routes: tuple[Routine, ...]
    messages: tuple[Value, ...] = ()  #: of a socket
    is_whole: bool = True  #: whether these are all


def _roots(program: Program) -> Iterator[_Root]:
    for module, call in program.calls("StreamingResponse", "EventSourceResponse"):
        kind = _kind(program, module, call)
        content = call.args[0] if call.args else _keyword(call, "content")
        if kind != "" and content is not None:
            yield _Root(module, call, kind, content, tuple(_routes(program, module, call)))
    for functions in list(program.functions.values()):
        for function in functions:
            declared = any(
                last_name(_keyword(one, "response_class")) == "EventSourceResponse"
                for one in function.node.decorator_list
                if isinstance(one, ast.Call)
            )
            if declared and function.yields:
                yield _Root(function.module, function.node, OBJECTS, None, (function,))


def _sockets(program: Program) -> Iterator[_Root]:
    """Yield the routes of sockets; a message that is sent outside of them is theirs where there is only one."""
    routes = [
        function
        for functions in program.functions.values()
        for function in functions
        if any(last_name(one) == "websocket" for one in function.node.decorator_list)
    ]
    calls = program.calls("send_json", "send_text")
    for route in routes:
        mine = [
            (module, call)
            for module, call in calls
            if (len(routes) == 1 and "WebSocket" in module.names)
            or route in program.enclosing(module, call)
        ]
        if mine:
            messages = tuple(Value(module, call.args[0]) for module, call in mine if call.args)
            is_whole = len(mine) == len(calls)
            yield _Root(route.module, route.node, SOCKET, None, (route,), messages, is_whole)


def _kind(program: Program, module: Module, call: ast.Call) -> str | None:
    """Return how the response writes events, "" for a response of something else, None where that is not declared."""
    if last_name(call.func) == "EventSourceResponse":
        return OBJECTS
    media = _keyword(call, "media_type") or (call.args[3] if len(call.args) > 3 else None)
    if media is None:
        headers = ast.unparse(call).lower()
        return RAW if "event-stream" in headers else None
    types = program.sources.text_of(module, media)
    if types is None:
        return None
    if any("event-stream" in one for one in types):
        return RAW
    return LINES if any("ndjson" in one or "jsonl" in one for one in types) else ""


def _routes(program: Program, module: Module, node: ast.AST, depth: int = 3) -> Iterator[Routine]:
    for function in program.enclosing(module, node):
        if paths(function):
            yield function
            return
    outer = list(program.enclosing(module, node))[-1:]
    for function in outer if depth else ():
        for caller in program.callers(function):
            yield from _routes(program, caller.module, caller.node, depth - 1)


def paths(function: Routine) -> list[str]:
    """Return the paths that the decorators of a route say."""
    found: list[str] = []
    for one in function.node.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            path = one.args[0] if one.args else _keyword(one, "path")
            text = path.value if isinstance(path, ast.Constant) else None
            if one.func.attr in _METHODS and isinstance(text, str):
                found.append(text)
    return found


def _read(flow: Flow, frames: Frames, root: _Root) -> Stream | None:
    kind = LINES if root.kind == SOCKET else root.kind or RAW

    def one_frame() -> tuple[Event | None, bool]:
        values = _elements(flow, root)
        if not values:
            return None, False
        frame = flow.choose(("frame",), values, Value(root.module, root.node))
        event = frames.read(frame, kind)
        words = _words(event) if event is not None else []
        sources = flow.program.sources
        if any(is_excluded(sources, frame.module, frame.node, one) for one in words):
            return None, True
        return event, True

    events: dict[tuple[object, ...], Event] = {}
    unseen: set[Place] = set()
    for event, is_seen in flow.worlds(one_frame):
        if not is_seen:
            unseen.add(root.module.place(root.node))
        if event is None:
            continue
        key = (event.place, event.names, event.has_data, _shape(event))
        events.setdefault(key, event)
        if event.names is None:
            unseen.add(event.place)
    understood = [one for one in events.values() if one.names is not None]
    if root.kind is None and not understood:
        return None
    if flow.is_cut or not root.is_whole:
        unseen.add(root.module.place(root.node))
    every = sorted({path for function in root.routes for path in paths(function)})
    ordered = sorted(understood, key=lambda one: (one.place, sorted(one.names or ())))
    return Stream(
        root.module.place(root.node), root.kind or RAW, tuple(every), tuple(ordered), sorted(unseen)
    )


def _words(event: Event) -> list[frozenset[str]]:
    """The words that say the kind of an event."""
    fields = event.payload.fields if event.payload is not None else {}
    kinds = [event.names, *(fields[one].words for one in ("type", "event") if one in fields)]
    return [one for one in kinds if one]


def _shape(event: Event) -> tuple[object, ...]:
    """What makes two events of one place different: their fields, and the words that say their kind."""
    if event.payload is None:
        return ()
    fields = event.payload.fields
    kinds = ((name, fields[name].words) for name in sorted(fields) if name in KINDS | STATES)
    return (event.payload.place, tuple(sorted(fields)), tuple(kinds))


def _elements(flow: Flow, root: _Root) -> list[Value] | None:
    if root.messages:
        return list(root.messages)
    if root.iterable is not None:
        return flow.elements(Value(root.module, root.iterable))
    function = root.routes[0]
    return [
        Value(root.module, one.value)
        for one in function.yields
        if isinstance(one, ast.Yield) and one.value is not None
    ]


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)
