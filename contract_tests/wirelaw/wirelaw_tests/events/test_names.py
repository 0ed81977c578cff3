"""Names of events that one side has and the other has not."""

import pytest

from wirelaw.events.fields import payload_field
from wirelaw.events.names import CHECKS
from wirelaw.finding import Finding
from wirelaw_tests.events.cases import Case, Read, case

CHECK = {one.code: one for one in CHECKS}

SERVICE = """
    import json
    from fastapi import FastAPI
    from fastapi.responses import StreamingResponse
    app = FastAPI()

    def frame(event, data):
        return f"event: {{event}}\\ndata: {{json.dumps(data)}}\\n\\n"

    async def frames():
        yield ": ping\\n\\n"
        yield frame("started", {{}})
        yield frame("progress", {{"percent": 1}})
        yield frame("{last}", {{}})

    @app.get("/events")
    async def events():
        return StreamingResponse(frames(), media_type="text/event-stream")
"""
PAGE = """
    const source = new EventSource("/api/events");
    const NAMES = ["started", "progress", "{last}"];
    NAMES.forEach((name) => source.addEventListener(name, () => undefined));
"""


def run(read: Read, code: str, one: Case) -> list[Finding]:
    return list(CHECK[code].run(read.repository(one)))


SAME = case(SERVICE.format(last="done"), PAGE.format(last="done"))
RENAMED = case(SERVICE.format(last="finished"), PAGE.format(last="done"))


@pytest.mark.parametrize("code", CHECK)
def test_both_sides_agree(read: Read, code: str) -> None:
    assert run(read, code, SAME) == []


def test_an_event_is_sent_and_not_handled(read: Read) -> None:
    (found,) = run(read, "event-not-handled", RENAMED)
    assert found.line.rpartition(" wirelaw explain ")[0] == (
        'web/page.tsx:3 listens to "done", "progress", "started"; api/app.py:14 also sends "finished" [event-not-handled]'
    )


def test_an_event_is_handled_and_never_sent(read: Read) -> None:
    (found,) = run(read, "event-not-sent", RENAMED)
    assert found.line.rpartition(" wirelaw explain ")[0] == (
        'web/page.tsx:3 waits for "done"; api/app.py:18 sends "finished", "progress", "started" and never that'
        " [event-not-sent]"
    )
    assert found.key == ("done", "event", "web/page.tsx")


DATA = """
    import json
    from typing import Literal
    from fastapi import FastAPI
    from pydantic import BaseModel
    from sse_starlette import EventSourceResponse
    app = FastAPI()

    class Token(BaseModel):
        type: Literal["token"] = "token"
        text: str

    async def frames():
        yield {{"data": Token(text="a").model_dump_json()}}
        yield {{"data": json.dumps({{"type": "sources", "list": []}})}}
        yield {{"data": json.dumps({{"type": "{last}"}})}}

    @app.post("/chat")
    async def chat():
        return EventSourceResponse(frames())
"""
SWITCH = """
    export async function chat(show: (text: string) => void) {
      const response = await fetch("/api/chat", { method: "POST" });
      const reader = response.body!.getReader();
      const { value } = await reader.read();
      for (const line of new TextDecoder().decode(value).split("\\n")) {
        if (!line.startsWith("data: ")) continue;
        const event = JSON.parse(line.slice(6));
        switch (event.type) {
          case "token": show(event.text); break;
          case "sources": show(event.list.length); break;
          case "done": return;
          DEFAULT
        }
      }
    }
"""
QUIET = case(DATA.format(last="done"), SWITCH.replace("DEFAULT", ""))
OTHER = case(DATA.format(last="end"), SWITCH.replace("DEFAULT", "default: break;"))
GENERIC = case(DATA.format(last="end"), SWITCH.replace("DEFAULT", "default: show(line);"))


def test_words_in_the_data(read: Read) -> None:
    assert run(read, "event-not-handled", QUIET) == run(read, "event-not-sent", QUIET) == []
    (found,) = run(read, "event-not-handled", OTHER)
    assert (found.pointer, found.source) == ("web/page.tsx:10", "api/app.py:16")
    assert found.found == 'handles "done", "sources", "token" in `type`'
    assert found.expected == 'also sends "end"'
    (unsent,) = run(read, "event-not-sent", OTHER)
    assert unsent.pointer == "web/page.tsx:12"


def test_a_default_that_does_something_handles_every_name(read: Read) -> None:
    assert run(read, "event-not-handled", GENERIC) == []


ELSEWHERE = case(
    SERVICE.format(last="done").replace(
        'yield frame("started", {})',
        'yield frame("started", {})\n        async for name in steps():\n            yield frame(name, {})',
    ),
    PAGE.format(last="done").replace('"done"', '"done", "stopped"'),
)
PERHAPS = case(
    SERVICE.format(last="done") + '\n    def notify(send):\n        send("stopped")\n',
    PAGE.format(last="done").replace('"done"', '"done", "stopped"'),
)


ENUMERATED = (
    SERVICE.format(last="done")
    + """
    from enum import Enum
    class Name(Enum):
        STOPPED = "stopped"
    def stop(send):
        REST
"""
)
NAMED = case(
    ENUMERATED.replace("REST", "send(Name.STOPPED)"),
    PAGE.format(last="done").replace('"done"', '"done", "stopped"'),
)
DECLARED = case(
    ENUMERATED.replace("REST", "send()"),
    PAGE.format(last="done").replace('"done"', '"done", "stopped"'),
)


def test_a_member_of_an_enumeration_that_no_function_names_is_not_sent(read: Read) -> None:
    assert run(read, "event-not-sent", NAMED) == []
    (found,) = run(read, "event-not-sent", DECLARED)
    assert found.found == 'waits for "stopped"'


def test_a_name_that_may_be_sent_in_a_way_that_is_not_followed(read: Read) -> None:
    assert run(read, "event-not-sent", ELSEWHERE) == []
    assert run(read, "event-not-sent", PERHAPS) == []


FEW = case(
    SERVICE.format(last="done").replace(
        'yield frame("started", {})',
        "\n        ".join(
            f'yield frame("{name}", {{}})' for name in ("a1", "b2", "c3", "d4", "e5")
        ),
    ),
    PAGE.format(last="done"),
)


def test_a_page_that_picks_few_of_many_events_leaves_out_the_others_by_intent(read: Read) -> None:
    assert run(read, "event-not-handled", FEW) == []


SECOND = case(
    SERVICE.format(last="finished"),
    {
        "page.tsx": PAGE.format(last="done"),
        "other.tsx": """
        const source = new EventSource("/api/events");
        source.addEventListener("finished", () => source.close());
        """,
    },
)


def test_what_another_place_handles_is_handled(read: Read) -> None:
    assert run(read, "event-not-handled", SECOND) == []


MESSAGE = """
    const source = new EventSource("/api/events");
    source.onmessage = (event) => console.log(event.data);
    EXTRA
"""
DEAF = case(SERVICE.format(last="done"), MESSAGE.replace("EXTRA", ""))
UNNAMED = case(
    SERVICE.format(last="done").replace('f"event: {event}\\ndata', 'f"data'),
    MESSAGE.replace("EXTRA", ""),
)
BOTH = case(
    SERVICE.format(last="done"),
    MESSAGE.replace("EXTRA", PAGE.format(last="done").partition("\n")[2].partition("\n")[2]),
)


def test_named_events_do_not_reach_onmessage(read: Read) -> None:
    (found,) = run(read, "event-default-only", DEAF)
    assert (found.pointer, found.source) == ("web/page.tsx:3", "api/app.py:12")
    assert found.found == "sets only `onmessage`, which receives events without a name"
    assert found.expected == 'sends "done", "progress", "started" by name: nothing arrives'
    assert run(read, "event-default-only", UNNAMED) == run(read, "event-default-only", BOTH) == []


EMPTY = case(
    SERVICE.format(last="x").replace('yield frame("x", {})', 'yield "event: done\\n\\n"'),
    PAGE.format(last="done"),
)
READER = case(
    SERVICE.format(last="x").replace('yield frame("x", {})', 'yield "event: done\\n\\n"'),
    """
    import { fetchEventSource } from "@microsoft/fetch-event-source";
    fetchEventSource("/api/events", {
      onmessage(message) {
        if (message.event === "started" || message.event === "progress") return;
        if (message.event === "done") console.log("done");
      },
    });
    """,
)


def test_an_event_without_data_is_dropped_by_an_event_source(read: Read) -> None:
    (found,) = run(read, "event-no-data", EMPTY)
    assert (found.pointer, found.source) == ("web/page.tsx:3", "api/app.py:14")
    assert run(read, "event-no-data", READER) == []


ERROR = SERVICE.format(last="done").replace(
    'yield frame("done", {})',
    'yield frame("error", {"message": "The job is gone."})\n        yield frame("done", {})',
)
LOST = case(ERROR, PAGE.format(last="done") + "\n    source.onerror = () => source.close();\n")
TOLD_APART = case(
    ERROR,
    PAGE.format(last="done")
    + """
    source.addEventListener("error", (event) => {
      if ("data" in event) console.log(JSON.parse((event as MessageEvent).data).message);
    });
    """,
)
BY_TEXT = case(
    ERROR.replace(
        'yield frame("done", {})',
        'yield frame("error", {"message": "The job took too long."})\n        yield frame("done", {})',
    ),
    PAGE.format(last="done")
    + """
    source.addEventListener("error", (event) => {
      const { message } = JSON.parse((event as MessageEvent).data);
      if (message === "The job is gone.") source.close();
    });
    """,
)


def test_an_event_named_error_is_taken_for_a_lost_connection(read: Read) -> None:
    (found,) = run(read, "event-named-error", LOST)
    assert (found.pointer, found.source) == ("web/page.tsx:6", "api/app.py:14")
    assert run(read, "event-named-error", TOLD_APART) == []


def test_an_error_is_known_by_its_text_and_there_is_another(read: Read) -> None:
    (found,) = run(read, "event-named-error", BY_TEXT)
    assert found.source == "api/app.py:15"
    assert 'unless its message is "The job is gone."' in found.found
    assert found.expected == 'sends an event named "error" with "The job took too long."'


NEGATED = case(
    DATA.format(last="end"),
    """
    export async function chat(show: (text: string) => void) {
      const response = await fetch("/api/chat", { method: "POST" });
      const reader = response.body!.getReader();
      const { value } = await reader.read();
      for (const line of new TextDecoder().decode(value).split("\\n")) {
        if (!line.startsWith("data: ")) continue;
        const event = JSON.parse(line.slice(6));
        if (event.type === "sources") continue;
        if (line && event.type !== "token") show(line);
        else show(event.text);
      }
    }
    """,
)
LEAVING = case(
    DATA.format(last="end"),
    SWITCH.replace("DEFAULT", "").replace(
        "switch", 'if (event.type !== "token" && event.type !== "done") continue;\n        switch'
    ),
)


def test_a_comparison_that_lets_every_other_name_through_handles_them(read: Read) -> None:
    assert run(read, "event-not-handled", NEGATED) == []
    (found,) = run(read, "event-not-handled", LEAVING)
    assert found.expected == 'also sends "end"'


SOCKET = """
    from fastapi import FastAPI, WebSocket
    app = FastAPI()

    class Rooms:
        def __init__(self):
            self.open: dict[str, WebSocket] = {}

        async def tell(self, room: str, message: dict):
            message["room"] = room
            await self.open[room].send_json(message)

    rooms = Rooms()

    @app.websocket("/rooms/{room}")
    async def join(websocket: WebSocket, room: str):
        await websocket.send_json({"type": "joined"})
        message = {"type": "LAST", "by": "a"}
        message["text"] = "b"
        await rooms.tell(room, message)
"""
OPENED = """
    import { useCallback } from "react";
    const open = (path: string) => new WebSocket(path);
    export function useRoom(show: (value: unknown) => void) {
      const handlerOf = useCallback((room: string) => {
        return (event: MessageEvent) => {
          const message = JSON.parse(event.data);
          switch (message.type) {
            case "joined": show(1); break;
            case "note": show([message.room, message.text]); break;
          }
        };
      }, []);
      const socket = open("/rooms/a");
      socket.addEventListener("close", () => show(null));
      socket.onmessage = handlerOf("a");
      const source = new EventSource("/other");
      source.onmessage = (event) => show(JSON.parse(event.data).kind === "note");
    }
"""
TALK = case(SOCKET.replace("LAST", "note"), OPENED)
SPOKEN = case(SOCKET.replace("LAST", "spoken"), OPENED)
TWO_SOCKETS = case(
    SOCKET.replace("LAST", "spoken")
    + """
    @app.websocket("/other")
    async def other(websocket: WebSocket):
        await websocket.send_json({"type": "moved"})
    """,
    OPENED,
)


@pytest.mark.parametrize("code", CHECK)
def test_both_sides_of_a_socket_agree(read: Read, code: str) -> None:
    assert run(read, code, TALK) == list(payload_field(read.repository(TALK))) == []


def test_a_message_of_a_socket_has_another_name(read: Read) -> None:
    (found,) = run(read, "event-not-handled", SPOKEN)
    assert (found.pointer, found.source) == ("web/page.tsx:9", "api/app.py:18")
    assert found.expected == 'also sends "spoken"'
    (unsent,) = run(read, "event-not-sent", SPOKEN)
    assert (unsent.pointer, unsent.source) == ("web/page.tsx:10", "api/app.py:16")


def test_of_two_sockets_only_what_their_routes_send_is_known(read: Read) -> None:
    assert [one for code in CHECK for one in run(read, code, TWO_SOCKETS)] == []
