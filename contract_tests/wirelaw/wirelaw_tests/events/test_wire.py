"""The streams as `wirelaw map` shows them."""

from wirelaw.events.wire import stream_facts
from wirelaw.finding import Place
from wirelaw_tests.events.cases import Read, case

BOTH = case(
    """
    import json
    from fastapi import FastAPI
    from fastapi.responses import StreamingResponse
    app = FastAPI()

    async def frames():
        yield f"data: {json.dumps({'type': 'started'})}\\n\\n"
        yield f"data: {json.dumps({'type': 'done'})}\\n\\n"
        yield load()

    @app.get("/events")
    async def events():
        return StreamingResponse(frames(), media_type="text/event-stream")
    """,
    """
    const source = new EventSource("/api/events");
    source.onmessage = (event) => console.log(event);
    """,
)


def test_a_stream_says_what_is_understood_of_it(read: Read) -> None:
    (fact,) = stream_facts(read.repository(BOTH))
    assert (fact.place, fact.paths) == (Place("api/app.py", 14), ("/events",))
    assert (fact.word, fact.names) == ("data.type", ("done", "started"))
    assert (fact.typed, fact.events) == (2, 2)
    assert fact.not_understood == (Place("api/app.py", 10),)
    assert fact.readers == (Place("web/page.tsx", 2),)
