"""The laws of event streams, as functions over what one reader received; each failure names the law and the place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from contract_tests.asgi import Reader
from contract_tests.document import STREAM_TYPE
from contract_tests.finding import Drifted, Finding
from contract_tests.sse import Frame
from contract_tests.streams.streamed import Record, Stream

PART = "streams"
STATED = "docs/wire.md and quant_engine/api/schemas/events.py"  #: the files that state the laws
SERVICE = "quant_engine.api.services.event_stream:EventStreams"
ROUTER = "quant_engine.api.routers.jobs"


@dataclass(frozen=True)
class Recording:
    """A request for a stream and its answer; the laws look at nothing else."""

    stream: Stream
    requested_id: str | None  #: the id to resume from
    status: int
    headers: Mapping[str, str]
    frames: tuple[Frame, ...]
    body: bytes  #: of an answer that is not a stream
    ended: bool  #: by the service

    @classmethod
    def of(cls, reader: Reader, stream: Stream, requested_id: str | None) -> "Recording":
        """Return what a reader has received so far."""
        answer = reader.answer
        return cls(
            stream=stream,
            requested_id=requested_id,
            status=answer.status,
            headers=answer.headers,
            frames=tuple(reader.frames),
            body=b"" if answer.streams else answer.body,
            ended=answer.ended,
        )

    @property
    def start(self) -> str:
        """Where the reader asked to start, for messages."""
        return "without an id" if self.requested_id is None else f"from id {self.requested_id!r}"


@dataclass(frozen=True)
class Law:
    """One law: where the contract declares it, and the code that keeps it."""

    pointer: tuple[str, ...]  #: in the stream's operation
    code: tuple[str, str]  #: `module:name`, for the stream of one job and for that of all


_OPEN = (f"{SERVICE}.of_job", f"{SERVICE}.of_all")
_FRAMES = (f"{SERVICE}._job_frames", f"{SERVICE}._all_frames")
_ROUTES = (f"{ROUTER}:stream_job_events", f"{ROUTER}:stream_events")
_SENT = (f"{ROUTER}:_event_source",) * 2
_STORE = ("quant_engine.api.jobs.store:JobStore",) * 2
_ITEM = ("responses", "200", "content", STREAM_TYPE, "itemSchema")

#: by the code of a finding
LAWS = {
    "law-1-first": Law(("x-sse", "first"), _OPEN),
    "law-2-order": Law(("x-sse", "order"), _FRAMES),
    "law-3-end": Law(("x-sse", "terminal"), _FRAMES),
    "law-4-resume": Law(("x-sse", "resume", "rule"), _OPEN),
    "law-5-late": Law(("x-sse", "late"), _OPEN),
    "law-6-refusal": Law(("responses",), _ROUTES),
    "law-7-slow-readers": Law(("x-sse", "slow_reader_seconds"), _SENT),
    "law-8-all-jobs": Law(("x-sse", "order"), _FRAMES),
    "law-named-events": Law(_ITEM, _FRAMES),
    "law-whole-records": Law(_ITEM, _STORE),
    "law-ids": Law(("x-sse", "id"), _FRAMES),
    "law-reset": Law(("x-sse", "reset"), _OPEN),
    "law-first-bytes": Law(("x-sse", "retry_ms"), _FRAMES),
    "law-pings": Law(("x-sse", "ping"), _SENT),
    "law-attempts": Law(_ITEM, _STORE),
    "law-headers": Law(("responses", "200", "headers"), _SENT),
}


class LawBroken(Drifted):
    """A stream breaks a law of its contract."""

    def __init__(
        self, law: str, stream: Stream, where: str, expected: object, found: object
    ) -> None:
        module, _, name = LAWS[law].code[0 if stream.laws["ends"] else 1].partition(":")
        fix = (
            f"fix {module.replace('.', '/')}.py ({name}) and run `pytest contract_tests/streams`; "
            f"or change the law in {STATED} ({stream.pointer(*LAWS[law].pointer)})"
        )
        finding = Finding(PART, str(stream), law, str(expected), f"{where}: {found}", fix)
        super().__init__([finding])


@dataclass(frozen=True)
class Event:
    """One event as a client receives it."""

    frame: Frame
    name: str
    id: str
    content: Record  #: a record, or the content of `reset`

    @property
    def job_id(self) -> str:
        return str(self.content["job_id"])

    @property
    def revision(self) -> int:
        return int(self.content["revision"])

    def __str__(self) -> str:
        if "revision" in self.content:
            return f"`{self.name}` of revision {self.revision} with id {self.id}"
        return f"`{self.name}` {self.content}"


def check_headers(recording: Recording) -> None:
    """Hold the headers of a stream to the contract; a compressed stream may be held back by a proxy."""
    sent = recording.headers
    expected = {
        name: schema.get("const", sent.get(name, "a value"))
        for name, schema in recording.stream.headers.items()
    }
    expected |= {"content-type": STREAM_TYPE, "content-encoding": None}
    for name, value in expected.items():
        found = sent.get(name)
        if name == "content-type" and found is not None:
            found = found.partition(";")[0]
        if found != value:
            raise LawBroken("law-headers", recording.stream, f"in {name}", value, found)


def significant_frames(recording: Recording) -> list[Frame]:
    """Return the frames that are not comments, after holding the first of them to its law."""
    frames = [frame for frame in recording.frames if not frame.is_comment]
    retry_ms = recording.stream.laws["retry_ms"]
    if frames and frames[0].retry != retry_ms:
        raise LawBroken(
            "law-first-bytes",
            recording.stream,
            "in the first frame",
            f"retry: {retry_ms}",
            frames[0].retry,
        )
    return frames


def parse_event(stream: Stream, frame: Frame, number: int) -> Event:
    """Return the event of a frame that is valid by the contract's schema of that event."""
    where, names = f"in frame {number}", stream.laws["events"]
    problem: tuple[object, object] | None = None
    if frame.unknown:
        problem = "fields of the standard", frame.unknown
    elif frame.event is None:
        problem = f"one of {names}", f"an unnamed event with id {frame.id}"
    elif frame.event not in names:
        problem = f"one of {names}", f"`{frame.event}`"
    elif frame.data is None:
        problem = "data", f"`{frame.event}` without data, which no client receives"
    if problem is not None:
        expected, found = problem
        raise LawBroken("law-named-events", stream, where, expected, found)
    error = stream.frame_error(frame)
    if error is not None:
        raise LawBroken(
            "law-ids" if frame.id is None else "law-whole-records",
            stream,
            f"in frame {number}, `{frame.event}`",
            "a frame as its schema has it",
            error,
        )
    return Event(frame, str(frame.event), str(frame.id), json.loads(frame.data or ""))


def check_record(stream: Stream, event: Event, record: Record) -> None:
    """Hold an event's record to the answer of GET at that revision."""
    if event.content != record:
        found = {k: v for k, v in event.content.items() if record.get(k) != v}
        raise LawBroken(
            "law-whole-records",
            stream,
            f"at revision {event.revision}, `{event.name}`",
            {key: record.get(key) for key in found},
            found,
        )


def check_meaning(stream: Stream, before: Record | None, event: Event) -> None:
    """Hold a record to the meaning of its event, and to the record that the reader had before."""
    record, status = event.content, event.content["status"]
    where = f"at revision {event.revision}, `{event.name}`"

    def broken(expected: object, found: object) -> LawBroken:
        return LawBroken("law-whole-records", stream, where, expected, found)

    statuses = stream.laws["statuses"][event.name]
    if status not in statuses:
        raise broken(statuses, status)
    for field, reason in (("result", "succeeded"), ("error", "failed")):
        if (record[field] is not None) != (status == reason):
            found = f"status {status} with {field} {record[field]}"[:200]
            raise broken(f"{field} exactly where status is {reason}", found)
    if (record["completed_at"] is None) == stream.is_final(record):
        found = f"{status} with completed_at {record['completed_at']}"
        raise broken("completed_at exactly where it is final", found)
    if before is None or before["attempt"] != record["attempt"] or status == "queued":
        return
    if record["progress"] < before["progress"]:
        expected = f"progress of {before['progress']} or more, within attempt {record['attempt']}"
        raise broken(expected, record["progress"])


def check_pings(recording: Recording, seconds: float, before: int) -> None:
    """Hold a stream that was open and read for so long to its pings; `before` is how many it had."""
    at_most = recording.stream.laws["ping"]["seconds_at_most"]
    pings = sum(bool(frame.comments) for frame in recording.frames) - before
    if pings < seconds // at_most:
        raise LawBroken(
            "law-pings",
            recording.stream,
            f"within {seconds:g} s",
            f"a comment every {at_most} s",
            f"{pings} comments",
        )


def check_blocked(stream: Stream, n_messages: int) -> None:
    """Hold the messages that wait for a reader who does not read to their bound: one chunk and one ping."""
    if n_messages > 2:
        where = "for a reader that blocks"
        raise LawBroken("law-7-slow-readers", stream, where, "a chunk and a ping", n_messages)


def check_disconnected(recording: Recording, seconds: float) -> None:
    """Hold a stream whose reader blocked for so long to its end."""
    if not recording.ended:
        where = f"after {seconds:g} s of blocking"
        raise LawBroken("law-7-slow-readers", recording.stream, where, "a close", "none")
