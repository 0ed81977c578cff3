"""What one reader of a stream received, and the laws that hold for each event and each frame."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from contract_tests.streams.laws import LawBroken
from contract_tests.streams.ledger import Opening
from contract_tests.streams.streamed import Record, Stream
from wirelaw.contract.document import STREAM_TYPE
from wirelaw.running.sse import Frame

HANGS = "it hangs: nothing more is sent"


@dataclass(frozen=True)
class Recording:
    """A request for a stream and its answer; the laws look at nothing else."""

    stream: Stream
    job_id: str | None  #: None: the stream of all jobs
    requested_id: str | None  #: the id to resume from
    opening: Opening  #: the state when the reader connected
    status: int
    headers: Mapping[str, str]
    frames: tuple[Frame, ...]
    body: bytes  #: of an answer that is not a stream
    ended: bool  #: by the service
    settled: bool  #: the reader had enough time to receive everything
    sent_away: bool  #: the service had a reason to close

    @property
    def start(self) -> str:
        """Where the reader wants to start, for messages."""
        place = "without an id" if self.requested_id is None else f"from id {self.requested_id!r}"
        return f"opened {place}"

    def broken(self, law: str, expected: object, found: object, where: str = "") -> LawBroken:
        """Return the error for a law that this breaks."""
        return LawBroken(law, self.stream, where or self.start, expected, found)


@dataclass(frozen=True)
class Event:
    """One event as a client receives it."""

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
    """Hold the headers of a stream to the contract; a proxy may hold back a compressed stream."""
    sent = dict(recording.headers)
    expected = {
        name: schema.get("const", sent.get(name, "a value"))
        for name, schema in recording.stream.headers.items()
    }
    expected |= {"content-type": STREAM_TYPE, "content-encoding": None}
    sent["content-type"] = sent.get("content-type", "no type").partition(";")[0]
    for name, value in expected.items():
        if sent.get(name) != value:
            raise recording.broken("law-headers", value, sent.get(name), f"in {name}")


def significant_frames(recording: Recording) -> list[Frame]:
    """Return the frames that are not comments, after holding the first of them to its law."""
    frames = [frame for frame in recording.frames if not frame.is_comment]
    retry_ms = recording.stream.laws["retry_ms"]
    if frames and frames[0].retry != retry_ms:
        expected, found = f"retry: {retry_ms}", frames[0].retry
        raise recording.broken("law-first-bytes", expected, found, "in the first frame")
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
        raise LawBroken("law-named-events", stream, where, *problem)
    error = stream.frame_error(frame)
    if error is not None:
        law = "law-ids" if frame.id is None else "law-whole-records"
        expected = "a frame that its schema allows"
        raise LawBroken(law, stream, f"{where}, `{frame.event}`", expected, error)
    return Event(str(frame.event), str(frame.id), json.loads(frame.data or ""))


def check_event(stream: Stream, before: Record | None, event: Event, record: Record) -> None:
    """Hold an event to its meaning, to the record that the reader had before, and to the answer of GET."""
    broken = _broken_meaning(stream, before, event)
    if broken is None and event.content != record:
        found = {key: value for key, value in event.content.items() if record.get(key) != value}
        broken = {key: record.get(key) for key in found}, found
    if broken is not None:
        where = f"at revision {event.revision}, `{event.name}`"
        raise LawBroken("law-whole-records", stream, where, *broken)


def _broken_meaning(
    stream: Stream, before: Record | None, event: Event
) -> tuple[object, object] | None:
    """Return what an event with its meaning has, and what this one has; None where they agree."""
    record, status = event.content, event.content["status"]
    statuses = stream.laws["statuses"][event.name]
    if status not in statuses:
        return statuses, status
    for field, reason in (("result", "succeeded"), ("error", "failed")):
        if (record[field] is not None) != (status == reason):
            found = f"status {status} with {field} {record[field]}"[:200]
            return f"{field} exactly where status is {reason}", found
    if (record["completed_at"] is None) == stream.is_final(record):
        found = f"{status} with completed_at {record['completed_at']}"
        return "completed_at exactly where it is final", found
    if before is None or before["attempt"] != record["attempt"] or status == "queued":
        return None
    if record["progress"] < before["progress"]:
        expected = f"progress of {before['progress']} or more, within attempt {record['attempt']}"
        return expected, record["progress"]
    return None


def check_pings(recording: Recording, seconds: float, before: int) -> None:
    """Check that a stream had its pings in the last `seconds`; it had `before` of them earlier."""
    at_most = recording.stream.laws["ping"]["seconds_at_most"]
    pings = sum(bool(frame.comments) for frame in recording.frames) - before
    if pings < seconds // at_most:
        expected, found = f"a comment every {at_most} s", f"{pings} comments"
        raise recording.broken("law-pings", expected, found, f"within {seconds:g} s")


def check_blocked(stream: Stream, n_messages: int) -> None:
    """Check that no more messages wait for a blocked reader than one chunk and one ping."""
    if n_messages > 2:
        where = "for a reader that blocks"
        raise LawBroken("law-7-slow-readers", stream, where, "a chunk and a ping", n_messages)


def check_disconnected(recording: Recording, seconds: float) -> None:
    """Check that the service closed a stream whose reader blocked for `seconds`."""
    if not recording.ended:
        where = f"after {seconds:g} s of blocking"
        raise recording.broken("law-7-slow-readers", "a close", "none", where)
