"""What a service sends, in the ways in which services send it."""

import textwrap
from pathlib import Path

import pytest

from wirelaw.events.streams import Stream, streams
from wirelaw.python import Sources
from wirelaw.tree import Tree
from wirelaw_tests.events.frames import FRAMES

ROUTE = """
    from fastapi import APIRouter
    from fastapi.responses import StreamingResponse
    from sse_starlette import EventSourceResponse, ServerSentEvent
    import asyncio, json
    router = APIRouter()
"""
TEXT = """
    @router.get("/jobs/{job_id}/events")
    async def events(job_id: str):
        return StreamingResponse(frames(job_id), media_type="text/event-stream")
"""
OBJECTS = """
    @router.get("/jobs/{job_id}/events")
    async def events(job_id: str):
        return EventSourceResponse(frames(job_id))
"""


def read(tmp_path: Path, *parts: str, **modules: str) -> Stream:
    files = {"app": "\n".join(textwrap.dedent(one) for one in parts)} | modules
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    (found,) = streams(Sources(Tree.walk(tmp_path)))
    return found


def names(stream: Stream) -> set[str]:
    return {name for one in stream.events for name in one.names or ()}


def words(stream: Stream, field: str) -> set[str]:
    payloads = (one.payload for one in stream.events)
    return {word for one in payloads if one for word in one.words(field) or ()}


def fields(stream: Stream, name: str) -> set[str]:
    payloads = [one.payload for one in stream.events if name in (one.names or ())]
    return {field for one in payloads if one for field in one.fields}


@pytest.mark.parametrize("frames", FRAMES.values(), ids=FRAMES)
def test_names_of_frames_as_text(tmp_path: Path, frames: str) -> None:
    stream = read(tmp_path, ROUTE, frames, TEXT)
    assert (names(stream), stream.unknown, stream.paths) == (
        {"started", "done"},
        [],
        ("/jobs/{job_id}/events",),
    )
    assert "id" in fields(stream, "done")


YIELDED = {
    "dictionaries": """
        async def frames(job_id):
            yield {"event": "started", "data": json.dumps({"id": job_id})}
            yield {"event": "done", "data": json.dumps({"id": job_id}), "retry": 3}
            yield {"comment": "still here"}
    """,
    "objects": """
        async def frames(job_id):
            yield ServerSentEvent(event="started", data=json.dumps({"id": job_id}))
            yield ServerSentEvent(json.dumps({"id": job_id}), event="done")
            yield ServerSentEvent(comment="still here")
    """,
    "a dictionary that is filled": """
        async def frames(job_id):
            for name in ["started", "done"]:
                data = {}
                data["id"] = job_id
                yield dict_of(name, data)

        def dict_of(name, data):
            return {"event": name, "data": json.dumps(data)}
    """,
}


@pytest.mark.parametrize("frames", YIELDED.values(), ids=YIELDED)
def test_names_of_yielded_objects(tmp_path: Path, frames: str) -> None:
    stream = read(tmp_path, ROUTE, frames, OBJECTS)
    assert (names(stream), stream.unknown) == ({"started", "done"}, [])
    assert fields(stream, "done") == {"id"}


def test_fastapis_own_streams(tmp_path: Path) -> None:
    stream = read(
        tmp_path,
        """
        from collections.abc import AsyncIterable
        from fastapi import APIRouter
        from fastapi.sse import EventSourceResponse, ServerSentEvent
        from pydantic import BaseModel

        router = APIRouter()

        class Progress(BaseModel):
            done: int
            total: int

        @router.get("/jobs", response_class=EventSourceResponse)
        async def jobs() -> AsyncIterable[ServerSentEvent]:
            yield ServerSentEvent(data=Progress(done=1, total=2), event="progress")
            yield ServerSentEvent(data={"ok": True}, event="done")
        """,
    )
    assert names(stream) == {"progress", "done"}
    assert fields(stream, "progress") == {"done", "total"}


@pytest.mark.parametrize("kind", ["text/event-stream", "application/x-ndjson"])
def test_words_in_the_data(tmp_path: Path, kind: str) -> None:
    prefix = "data: " if "event" in kind else ""
    stream = read(
        tmp_path,
        ROUTE,
        f"""
        from typing import Literal
        from pydantic import BaseModel

        class Started(BaseModel):
            type: Literal["started"] = "started"
            id: str

        async def frames(job_id):
            yield "{prefix}" + Started(id=job_id).model_dump_json() + "\\n\\n"
            payload = {{"type": "done"}}
            payload["id"] = job_id
            yield f"{prefix}{{json.dumps(payload)}}\\n\\n"
        """,
        TEXT.replace("text/event-stream", kind),
    )
    assert (words(stream, "type"), stream.unknown, stream.is_named) == (
        {"started", "done"},
        [],
        False,
    )


def test_one_function_creates_all_events(tmp_path: Path) -> None:
    stream = read(
        tmp_path,
        ROUTE,
        """
        from enum import Enum
        from pydantic import BaseModel

        class Kind(str, Enum):
            STARTED = "started"
            DONE = "done"

        class Event(BaseModel):
            type: str
            data: dict

        def create(kind, data):
            event = Event(type=kind, data=data)
            return f"data: {json.dumps(event.dict())}\\n\\n"

        async def frames(job_id):
            first = create(Kind.STARTED, {})
            yield first
            yield create(Kind.DONE, {"id": job_id})
        """,
        TEXT,
    )
    assert words(stream, "type") == {"started", "done"}
    source = (tmp_path / "app.py").read_text().splitlines()
    places = {
        source[one.payload.fields["type"].place.line - 1].strip()
        for one in stream.events
        if one.payload
    }
    assert places == {
        "first = create(Kind.STARTED, {})",
        'yield create(Kind.DONE, {"id": job_id})',
    }


def test_imports_inside_functions_are_followed(tmp_path: Path) -> None:
    stream = read(
        tmp_path,
        ROUTE,
        """
        async def frames(job_id):
            from steps import run
            async for one in run(job_id):
                yield f"event: {one}\\ndata: 1\\n\\n"
        """,
        TEXT,
        steps="""
        FIRST = "started"

        async def run(job_id):
            yield FIRST
            yield "done"
        """,
    )
    assert names(stream) == {"started", "done"}


def test_the_place_of_an_event_is_where_its_name_is_written(tmp_path: Path) -> None:
    stream = read(
        tmp_path,
        ROUTE,
        """
        def frame(event, data):
            return f"event: {event}\\ndata: {json.dumps(data)}\\n\\n"

        async def frames(job_id):
            yield frame("started", {})
        """,
        TEXT,
    )
    (event,) = stream.events
    assert (
        (tmp_path / event.place.path).read_text().splitlines()[event.place.line - 1].strip()
    ) == 'yield frame("started", {})'


NOT_UNDERSTOOD = {
    "a name that is built": """
        async def frames(job_id):
            yield "event: started\\ndata: 1\\n\\n"
            yield f"event: job.{job_id}\\ndata: 1\\n\\n"
    """,
    "a name from outside": """
        from elsewhere import steps

        async def frames(job_id):
            yield "event: started\\ndata: 1\\n\\n"
            async for step in steps(job_id):
                yield f"event: {step.name}\\ndata: 1\\n\\n"
    """,
    "a callback that other code calls": """
        from elsewhere import run

        async def frames(job_id):
            queue = asyncio.Queue()

            def forward(frame):
                queue.put_nowait(frame)

            forward("event: started\\ndata: 1\\n\\n")
            run(job_id, forward)
            while True:
                yield await queue.get()
    """,
}


@pytest.mark.parametrize("frames", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_what_is_not_understood_is_listed(tmp_path: Path, frames: str) -> None:
    stream = read(tmp_path, ROUTE, frames, TEXT)
    assert names(stream) == {"started"}
    assert stream.unknown != []


def test_comments_and_the_end_of_a_queue_are_no_events(tmp_path: Path) -> None:
    stream = read(
        tmp_path,
        ROUTE,
        """
        async def frames(job_id):
            queue = asyncio.Queue()
            await queue.put(json.dumps({"type": "started"}))
            await queue.put(None)
            while True:
                yield ": ping\\n\\n"
                item = await queue.get()
                if item is None:
                    break
                yield f"data: {item}\\n\\n"
        """,
        TEXT,
    )
    assert [one.payload and one.payload.words("type") for one in stream.events] == [
        frozenset(["started"])
    ]


def test_a_stream_that_is_no_event_stream_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            from fastapi.responses import StreamingResponse

            def rows():
                yield b"a,b"

            def export():
                return StreamingResponse(rows(), media_type="text/csv")
            """
        )
    )
    assert streams(Sources(Tree.walk(tmp_path))) == []


def test_a_loop_of_calls_ends(tmp_path: Path) -> None:
    stream = read(
        tmp_path,
        ROUTE,
        """
        def first(name):
            return second(name)

        def second(name):
            return first(name)

        async def frames(job_id):
            value = first(job_id)
            value = value or value
            yield f"event: {value}\\ndata: {value}\\n\\n"
        """,
        TEXT,
    )
    assert names(stream) == set()
    assert stream.unknown != []
