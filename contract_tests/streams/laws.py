"""WIRE.md's laws of event streams, as functions over what one reader recorded; each names what broke, and where."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from contract_tests.asgi import Reader
from contract_tests.document import STREAM_TYPE
from contract_tests.sse import Frame
from contract_tests.streams import streamed

SERVICE = "quant_engine.api.services.event_stream:EventStreams"
ROUTER = "quant_engine.api.routers.jobs"


@dataclass(frozen=True)
class Recording:
    """A request for a stream and its answer; the laws look at nothing else."""

    path: str  #: as the contract writes it
    asked: str | None  #: the id to go on from
    status: int
    headers: Mapping[str, str]
    frames: tuple[Frame, ...]
    body: bytes  #: of an answer that is not a stream
    ended: bool  #: by the service

    @classmethod
    def of(cls, reader: Reader, path: str, asked: str | None) -> "Recording":
        """Return what a reader has received so far."""
        answer = reader.answer
        return cls(
            path=path,
            asked=asked,
            status=answer.status,
            headers=answer.headers,
            frames=tuple(reader.frames),
            body=b"" if answer.streams else answer.body,
            ended=answer.ended,
        )


@dataclass(frozen=True)
class Law:
    """One law, and its two sides."""

    title: str
    pointer: tuple[str, ...]  #: in the stream's operation
    code: tuple[str, str]  #: `module:name`, for the stream of one job and for that of all


_OPEN = (f"{SERVICE}.of_job", f"{SERVICE}.of_all")
_FRAMES = (f"{SERVICE}._job_frames", f"{SERVICE}._all_frames")
_ROUTES = (f"{ROUTER}:stream_job_events", f"{ROUTER}:stream_events")
_SENT = (f"{ROUTER}:_event_source",) * 2
_STORE = ("quant_engine.api.jobs.store:JobStore",) * 2
_ITEM = ("responses", "200", "content", "text/event-stream", "itemSchema")

LAWS = {
    "1": Law("First", ("x-sse", "first"), _OPEN),
    "2": Law("Order", ("x-sse", "order"), _FRAMES),
    "3": Law("End", ("x-sse", "terminal"), _FRAMES),
    "4": Law("Resume", ("x-sse", "resume", "rule"), _OPEN),
    "5": Law("Late", ("x-sse", "late"), _OPEN),
    "6": Law("Refusal", ("responses",), _ROUTES),
    "7": Law("Slow readers", ("x-sse", "slow_reader_seconds"), _SENT),
    "8": Law("All jobs", ("x-sse", "order"), _FRAMES),
    "names": Law("Named events of the contract", _ITEM, _FRAMES),
    "payload": Law("Whole records, as GET has them", _ITEM, _STORE),
    "ids": Law("Ids", ("x-sse", "id"), _FRAMES),
    "reset": Law("Reset", ("x-sse", "reset"), _OPEN),
    "retry": Law("First bytes", ("x-sse", "retry_ms"), _FRAMES),
    "ping": Law("Pings", ("x-sse", "ping"), _SENT),
    "attempts": Law("Attempts that are over", _ITEM, _STORE),
    "headers": Law("Headers", ("responses", "200", "headers"), _SENT),
}


class LawBroken(AssertionError):
    """A stream does what the contract says that none does."""

    def __init__(self, law: str, path: str, where: str, *, expected: object, found: object) -> None:
        self.law = law
        known = LAWS[law]
        code = known.code[0 if path == streamed.job_stream() else 1]
        module, _, name = code.partition(":")
        number = f"Law {law} ({known.title})" if law.isdecimal() else f"Law of {known.title}"
        super().__init__(
            f"{number} is broken on GET {path} {where}: expected {expected}, found {found}.\n"
            f"  contract: {streamed.pointer(path, *known.pointer)}\n"
            f"  code: {module.replace('.', '/')}.py: {name}\n"
            "  Mend the code and run `pytest contract_tests/streams`; where the law itself is meant to "
            "change, change it in\n  quant_engine/api/schemas/events.py and run "
            "`quant-engine contract export`."
        )


@dataclass(frozen=True)
class Heard:
    """One event as a client is told of it."""

    frame: Frame
    event: str
    id: str
    content: streamed.Record  #: a record, or what `reset` carries

    @property
    def job_id(self) -> str:
        return str(self.content["job_id"])

    @property
    def revision(self) -> int:
        return int(self.content["revision"])

    def __str__(self) -> str:
        if "revision" in self.content:
            return f"`{self.event}` of revision {self.revision} with id {self.id}"
        return f"`{self.event}` {self.content}"


def check_headers(seen: Recording) -> None:
    """Hold the head of an answered stream to the contract, and to what no proxy may do with it."""
    told = seen.headers
    if not told.get("content-type", "").startswith(STREAM_TYPE):
        raise LawBroken(
            "headers",
            seen.path,
            "in Content-Type",
            expected=STREAM_TYPE,
            found=told.get("content-type"),
        )
    for name, schema in streamed.headers(seen.path).items():
        if name not in told or told[name] != schema.get("const", told[name]):
            raise LawBroken(
                "headers",
                seen.path,
                f"in {name}",
                expected=schema.get("const", "a value"),
                found=told.get(name),
            )
    if "content-encoding" in told:
        raise LawBroken(
            "headers",
            seen.path,
            "in Content-Encoding",
            expected="none",
            found=told["content-encoding"],
        )


def said(seen: Recording) -> list[Frame]:
    """Give the frames that say something, after holding the first to the law of first bytes."""
    frames = [frame for frame in seen.frames if not frame.is_comment]
    retry_ms = streamed.laws(seen.path)["retry_ms"]
    if frames and frames[0].retry != retry_ms:
        raise LawBroken(
            "retry",
            seen.path,
            "in the first frame",
            expected=f"retry: {retry_ms}",
            found=frames[0].retry,
        )
    return frames


def heard(path: str, frame: Frame, number: int) -> Heard:
    """Hold one dispatched frame to the contract's schema of its event."""
    where = f"in frame {number}"
    names = streamed.laws(path)["events"]
    if frame.unknown:
        raise LawBroken(
            "names", path, where, expected="fields of the standard", found=frame.unknown
        )
    if frame.event is None:
        found = f"an unnamed event with id {frame.id}"
        raise LawBroken("names", path, where, expected=f"one of {names}", found=found)
    if frame.event not in names:
        raise LawBroken("names", path, where, expected=f"one of {names}", found=f"`{frame.event}`")
    if frame.data is None:
        found = f"`{frame.event}` without data, which no client hears"
        raise LawBroken("names", path, where, expected="data", found=found)
    error = streamed.frame_error(path, frame.event, frame.fields)
    if error is not None:
        law = "ids" if frame.id is None else "payload"
        raise LawBroken(
            law,
            path,
            f"in frame {number}, `{frame.event}`",
            expected="what the schema of its frame says",
            found=error,
        )
    return Heard(frame, frame.event, str(frame.id), json.loads(frame.data))


def check_record(path: str, told: Heard, record: streamed.Record) -> None:
    """Hold an event's record to what GET answered at that revision."""
    if told.content != record:
        found = {k: v for k, v in told.content.items() if record.get(k) != v}
        raise LawBroken(
            "payload",
            path,
            f"at revision {told.revision}, `{told.event}`",
            expected={key: record.get(key) for key in found},
            found=found,
        )


def check_meaning(path: str, before: streamed.Record | None, told: Heard) -> None:
    """Hold a record to what its event says, and to the one that the reader had before."""
    record = told.content
    where = f"at revision {told.revision}, `{told.event}`"
    carried = streamed.laws(path)["statuses"][told.event]
    if record["status"] not in carried:
        raise LawBroken("payload", path, where, expected=carried, found=record["status"])
    succeeded, failed = "succeeded", "failed"
    for field, status in (("result", succeeded), ("error", failed)):
        if (record[field] is not None) != (record["status"] == status):
            expected = f"{field} exactly where status is {status}"
            raise LawBroken(
                "payload",
                path,
                where,
                expected=expected,
                found=f"status {record['status']} with {field} {record[field]}"[:200],
            )
    if (record["completed_at"] is None) == streamed.is_final(record):
        raise LawBroken(
            "payload",
            path,
            where,
            expected="completed_at exactly where it is final",
            found=f"{record['status']} with completed_at {record['completed_at']}",
        )
    if before is None or before["attempt"] != record["attempt"] or record["status"] == "queued":
        return
    if record["progress"] < before["progress"]:
        expected = f"progress of {before['progress']} or more, within attempt {record['attempt']}"
        raise LawBroken("payload", path, where, expected=expected, found=record["progress"])


def check_pings(seen: Recording, seconds: float, before: int) -> None:
    """Hold a stream that was open and read for so long to its pings; `before` is how many it had."""
    at_most = streamed.laws(seen.path)["ping"]["seconds_at_most"]
    pings = sum(bool(frame.comments) for frame in seen.frames) - before
    if pings < seconds // at_most:
        raise LawBroken(
            "ping",
            seen.path,
            f"within {seconds:g} s",
            expected=f"a comment every {at_most} s",
            found=f"{pings} comments",
        )


def check_held_out(path: str, chunks: int) -> None:
    """Hold what waits for a reader that does not read to its bound: one chunk, and one ping."""
    if chunks > 2:
        raise LawBroken(
            "7", path, "for a reader that blocks", expected="one chunk and a ping", found=chunks
        )


def check_sent_away(seen: Recording, seconds: float) -> None:
    """Hold a stream whose reader blocked for so long to its end."""
    if not seen.ended:
        raise LawBroken(
            "7", seen.path, f"after {seconds:g} s of blocking", expected="a close", found="none"
        )
