"""Fields of an event's data that the page reads and no such event has."""

from wirelaw.events.fields import payload_field, reason_not_read
from wirelaw.finding import Finding
from wirelaw_tests.events.cases import Case, Read, case

SERVICE = """
    import json
    from fastapi import FastAPI
    from pydantic import BaseModel
    from sse_starlette import EventSourceResponse
    app = FastAPI()

    class Job(BaseModel):
        id: str
        status: str = "running"

    def find(key: str) -> Job:
        return load(key)

    async def frames(key: str):
        job = find(key)
        yield {"event": "status", "data": json.dumps(STATUS)}
        yield {"event": "progress", "data": json.dumps({"percent": 1, "status": "running"})}
        yield {"event": "saved", "data": json.dumps({"id": key, "status": "running"})}
        yield {"event": "done", "data": json.dumps(DONE)}

    @app.get("/jobs/{key}/events")
    async def events(key: str):
        return EventSourceResponse(frames(key))
"""
PAGE = """
    const NAMES = ["status", "progress", "saved", "done"] as const;
    export function follow(key: string, set: (value: unknown) => void) {
      const source = new EventSource(`/api/jobs/${key}/events`);
      for (const name of NAMES) source.addEventListener(name, handle);
      function handle(event: MessageEvent) {
        const data = JSON.parse(event.data);
        set(data.status ?? "running");
        OTHER
      }
    }
"""


def service(status: str = "job.model_dump()", done: str = '{"status": "done"}') -> str:
    return SERVICE.replace("STATUS", status).replace("DONE", done)


def run(read: Read, one: Case) -> list[Finding]:
    return list(payload_field(read.repository(one)))


FITTING = case(service(), PAGE.replace("OTHER", ""))
NEVER = case(service(), PAGE.replace("OTHER", "set(data.stage);"))


def test_every_event_has_the_field(read: Read) -> None:
    assert run(read, FITTING) == []


def test_no_event_has_the_field(read: Read) -> None:
    (found,) = run(read, NEVER)
    assert (found.pointer, found.source) == ("web/page.tsx:9", "api/app.py:8")
    assert found.found == 'reads `stage` of the event "done", "progress", "saved", "status"'
    assert found.expected == "sends `id`, `status` and never that"


FLAT = 'json.dumps({"id": key, "status": "running"})'
MOSTLY = case(
    service(done="{}")
    .replace(FLAT, 'json.dumps({"id": key})')
    .replace('{"percent": 1, "status": "running"}', '{"percent": 1}'),
    PAGE.replace("OTHER", ""),
)
SOME = case(service(done="{}"), PAGE.replace("OTHER", ""))


def test_a_default_stands_in_for_a_field_that_most_events_lack(read: Read) -> None:
    (found,) = run(read, MOSTLY)
    assert (found.pointer, found.source) == ("web/page.tsx:8", "api/app.py:18")
    assert found.found == 'takes "running" where an event has no `status`'
    assert found.expected == 'sends "done", "progress", "saved" without it'
    assert run(read, SOME) == []


WRAPPED = case(
    service(status='{"event": "status", "data": job.model_dump()}'),
    PAGE.replace("OTHER", ""),
)
UNWRAPPED = case(
    service(status='{"event": "status", "data": job.model_dump()}'),
    PAGE.replace("OTHER", "set(data.data?.status);"),
)


def test_an_event_wraps_its_data(read: Read) -> None:
    (found,) = run(read, WRAPPED)
    assert (found.pointer, found.source) == ("web/page.tsx:8", "api/app.py:17")
    assert found.found == "reads `status` at the top of the data"
    assert found.expected == 'sends the event "status" with it inside `data`'
    assert [one for one in run(read, UNWRAPPED) if "`status`" in one.found] == []


OPEN = case(
    service(done="result_of(key)"),
    PAGE.replace("OTHER", "set(data.stage);"),
)
FILLED = case(
    service().replace(
        'yield {"event": "done", "data": json.dumps({"status": "done"})}',
        """payload = {"status": "done"}
        if key:
            payload["stage"] = 1
        yield {"event": "done", "data": json.dumps(payload)}""",
    ),
    PAGE.replace("OTHER", "set(data.stage);"),
)


def test_nothing_is_said_where_an_event_is_not_understood(read: Read) -> None:
    assert run(read, OPEN) == []
    assert run(read, FILLED) == []


BRANCHES = """
    import { fetchEventSource } from "@microsoft/fetch-event-source";
    declare function set(value: unknown): void;
    export const follow = (key: string) => fetchEventSource(`/api/jobs/${key}/events`, {
      onmessage(message) {
        const data = JSON.parse(message.data);
        if (message.event === "progress") set(data.percent);
        else if (message.event === "saved") set(data.LATER);
        else if (message.event === "done") finish(data);
      },
    });
    function finish(data: { status: string }) {
      set(data.status);
    }
"""
BRANCHED = case(service(), BRANCHES.replace("LATER", "id"))
CROSSED = case(service(), BRANCHES.replace("LATER", "percent"))


def test_a_branch_reads_the_events_that_reach_it(read: Read) -> None:
    assert run(read, BRANCHED) == []
    (found,) = run(read, CROSSED)
    assert (found.pointer, found.source) == ("web/page.tsx:8", "api/app.py:19")
    assert found.found == 'reads `percent` of the event "saved"'


EARLY = """
    import { fetchEventSource } from "@microsoft/fetch-event-source";
    declare function set(value: unknown): void;
    export const follow = (key: string) => fetchEventSource(`/api/jobs/${key}/events`, {
      onmessage(message) {
        if (!message.data || message.event !== "saved") return;
        const data = JSON.parse(message.data);
        set(data.FIELD);
      },
    });
"""
LEFT = case(service(), EARLY.replace("FIELD", "id"))
LEFT_WRONG = case(service(), EARLY.replace("FIELD", "percent"))


def test_what_follows_an_early_return_reads_the_event_that_is_left(read: Read) -> None:
    assert run(read, LEFT) == []
    (found,) = run(read, LEFT_WRONG)
    assert (found.pointer, found.source) == ("web/page.tsx:8", "api/app.py:19")
    assert found.found == 'reads `percent` of the event "saved"'


COMPLETION = """
    import json
    from fastapi import FastAPI
    from fastapi.responses import StreamingResponse
    app = FastAPI()

    def chunks(prompt: str):
        yield f"data: {json.dumps({'id': 1, 'model': 'm', 'choices': [prompt]})}\\n\\n"

    @app.post("/complete")
    async def complete(prompt: str):
        return StreamingResponse(chunks(prompt), media_type="text/event-stream")
"""
READER = """
    const picture = (text: string) => /data:text\\/html/.test(text);
    export async function complete(body: ReadableStream, show: (value: unknown) => void) {
      const reader = body.getReader();
      const { value } = await reader.read();
      for (const line of new TextDecoder().decode(value).split("\\n")) {
        if (!line.startsWith("data: ")) continue;
        const chunk = JSON.parse(line.slice(6));
        show([chunk.id, chunk.model, chunk.choices, chunk.WORD]);
      }
    }
"""
TOTALS = case(COMPLETION, READER.replace("WORD", "usage?.total"))
SAME_FIELDS = case(
    COMPLETION
    + COMPLETION.replace("chunks", "others")
    .replace("model", "kind")
    .replace("/complete", "/other"),
    READER.replace("WORD", "created"),
)
OTHER_FIELDS = case(
    COMPLETION + COMPLETION.replace("chunks", "others").replace("/complete", "/other"),
    READER.replace("WORD", "created"),
)


def test_a_field_below_one_that_is_missing_is_one_finding(read: Read) -> None:
    (found,) = run(read, TOTALS)
    assert (found.pointer, found.source) == ("web/page.tsx:9", "api/app.py:8")
    assert found.found == "reads `usage` of the data"


def test_a_reader_without_an_address_reads_the_stream_that_has_its_fields(read: Read) -> None:
    (found,) = run(read, SAME_FIELDS)
    assert (found.pointer, found.source) == ("web/page.tsx:9", "api/app.py:8")
    assert run(read, OTHER_FIELDS) == []


REASONS = """
    import json
    from fastapi import FastAPI
    from fastapi.responses import StreamingResponse
    app = FastAPI()

    def frame(type: str, **fields):
        return f"data: {json.dumps({'type': type, **fields})}\\n\\n"

    def frames():
        yield frame("token", text="a")
        yield frame("error", message="there is no model")

    @app.get("/chat")
    async def chat():
        return StreamingResponse(frames(), media_type="text/event-stream")
"""
CHAT = """
    import { fetchEventSource } from "@microsoft/fetch-event-source";
    declare function show(value: unknown): void;
    export const follow = () => fetchEventSource("/chat", {
      onmessage(message) {
        const event = JSON.parse(message.data);
        ALWAYS
        if (event.type === "token") show(event.text);
        else if (event.type === "error") show(REASON);
      },
    });
"""
UNREAD = case(REASONS, CHAT.replace("ALWAYS", "").replace("REASON", '"It failed"'))
SHOWN = [
    case(REASONS, CHAT.replace("ALWAYS", always).replace("REASON", reason))
    for always, reason in (
        ("", "event.message"),
        ("", "message.data"),
        ("", "event"),
        ("show(event.message);", "null"),
    )
]


def test_an_error_whose_reason_is_not_read(read: Read) -> None:
    (found,) = reason_not_read(read.repository(UNREAD))
    assert (found.pointer, found.source) == ("web/page.tsx:9", "api/app.py:12")
    assert found.found == 'handles "error" and reads nothing of it'
    assert found.expected == "sends `message`, `type` with it"
    for one in SHOWN:
        assert list(reason_not_read(read.repository(one))) == []
