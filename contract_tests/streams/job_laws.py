"""The laws of one job's stream: first, order, end, resume, late, refusal."""

import json
import re

from contract_tests.streams.laws import LawBroken
from contract_tests.streams.ledger import Ledger
from contract_tests.streams.recording import (
    HANGS,
    Event,
    Recording,
    check_event,
    check_headers,
    parse_event,
    significant_frames,
)
from contract_tests.streams.streamed import Record
from wirelaw.contract.document import JSON_TYPE
from wirelaw.contract.validation import nearest_error

_REVISION = re.compile(r"0|[1-9][0-9]*")


def check_job_stream(recording: Recording, ledger: Ledger) -> None:
    """Check everything that a reader of one job received."""
    if recording.status == 0:
        if recording.settled:
            raise recording.broken("law-4-resume", "an answer", "a hang")
    elif recording.job_id not in ledger.jobs or is_refused(recording, ledger):
        check_refusal(recording)
    elif not _is_stopped(recording, ledger.jobs[recording.job_id]):
        check_headers(recording)
        _Walk(recording, ledger, recording.job_id).go()


def is_refused(recording: Recording, ledger: Ledger) -> bool:
    """Whether the job was deleted, before the reader connected or while the service answered."""
    is_deleted = recording.job_id in ledger.deleted
    return recording.opening.is_deleted or (is_deleted and recording.status not in {200, 204})


def check_refusal(recording: Recording) -> None:
    """Check the answer for a job that does not exist: law 6."""
    operation = recording.stream.operation
    declared = operation.responses
    (status,) = (status for status, r in declared.items() if "job_not_found" in r["description"])
    expected: object = "job_not_found"
    found: object = recording.body[:80]
    if str(recording.status) != status:
        expected, found = status, recording.status
    else:
        try:
            body = json.loads(recording.body)
        except ValueError:
            expected = "an envelope"
        else:
            schema = declared[status]["content"][JSON_TYPE]["schema"]
            error = nearest_error(operation.contract, schema, body)
            if error is None and body["error"]["code"] == expected:
                return
            found = body if error is None else error.message
    raise recording.broken("law-6-refusal", expected, found, "for a job that does not exist")


def number_of(requested: str | None) -> int | None:
    """Return the revision that an id names, or None for garbage."""
    if requested is None or _REVISION.fullmatch(requested) is None:
        return None
    return int(requested)


def _is_stopped(recording: Recording, records: list[Record]) -> bool:
    stop, stream = recording.stream.laws["resume"]["after_last"], recording.stream
    before, after = recording.opening.revisions
    requested = number_of(recording.requested_id)
    where = f"{recording.start} at revision {before}"
    must = stream.is_final(records[before]) and requested == before + 1
    may = stream.is_final(records[after]) and requested == after + 1
    if recording.status != stop:
        if must:
            raise recording.broken("law-5-late", stop, recording.status, where)
        if recording.status != 200:
            raise recording.broken("law-4-resume", "a stream", recording.status, where)
        return False
    if not may:
        raise recording.broken("law-4-resume", "a stream", stop, where)
    if recording.body or not recording.ended:
        raise recording.broken("law-5-late", "no body", f"{recording.body!r}", where)
    return True


class _Walk:
    """One pass over the events that a reader received."""

    def __init__(self, recording: Recording, ledger: Ledger, job_id: str) -> None:
        self.recording = recording
        self.stream = recording.stream
        self.laws = recording.stream.laws
        self.ledger = ledger
        self.job_id = job_id
        self.records = ledger.jobs[job_id]
        self.next = self._start()  #: the revision that must come; None: a fresh `status`
        self.before: Record | None = None
        self.terminal = False
        self.done = False

    def go(self) -> None:
        frames = [
            (number, frame)
            for number, frame in enumerate(significant_frames(self.recording))
            if frame.is_dispatched or frame.event
        ]
        for place, (number, frame) in enumerate(frames):
            event = parse_event(self.stream, frame, number)
            if place == 0 and self._may_start_over(event):
                self.next = None
            self._take(event)
        self._check_end()

    def _start(self) -> int | None:
        requested = number_of(self.recording.requested_id)
        if requested is None or requested > self.recording.opening.revisions[1]:
            return None
        return requested + 1

    def _may_start_over(self, event: Event) -> bool:
        # the id may have been in the future when the answer began, or its events are no longer kept
        requested = number_of(self.recording.requested_id)
        is_kept = self.job_id not in self.ledger.forgotten | self.ledger.deleted
        is_past = requested is not None and requested <= self.recording.opening.revisions[0]
        return event.name == self.laws["first"] and not (is_past and is_kept)

    def _broken(self, law: str, expected: object, found: object) -> LawBroken:
        at = "" if self.next is None else f"at revision {self.next}, "
        return self.recording.broken(law, expected, found, f"{at}{self.recording.start}")

    def _take(self, event: Event) -> None:
        if event.job_id != self.job_id:
            raise self._broken("law-whole-records", self.job_id, event.job_id)
        if self.done:
            raise self._broken("law-3-end", f"nothing after `{self.laws['last']}`", event)
        is_last, is_terminal = event.name == self.laws["last"], event.name in self.laws["terminal"]
        if is_last:
            self._take_last(event)
        elif self.terminal and is_terminal:
            raise self._broken("law-3-end", "one terminal event", f"{event} after another")
        elif self.next is None:
            self._take_first(event)
        else:
            self._take_next(event, self.next)
        number = event.revision + is_last
        if event.id != str(number):
            raise self._broken("law-ids", f"id {number}", event)
        check_event(self.stream, self.before, event, self.records[event.revision])
        self.before, self.next = event.content, event.revision + 1
        self.terminal = self.terminal or is_terminal
        self.done = is_last

    def _take_first(self, event: Event) -> None:
        low, high = self.recording.opening.revisions
        if event.name != self.laws["first"]:
            raise self._broken("law-1-first", f"the event `{self.laws['first']}`", event)
        if not low <= event.revision <= high:
            raise self._broken("law-1-first", f"the record as it is, revision {high}", event)

    def _take_next(self, event: Event, revision: int) -> None:
        law = "law-4-resume" if self.before is None else "law-2-order"
        if event.revision != revision:
            kind = "a gap" if event.revision > revision else "a repeat"
            raise self._broken(law, f"revision {revision}", f"{event}, {kind}")
        if revision >= len(self.records):
            raise self._broken(law, "what GET has answered", event)
        expected = self.ledger.event_of(self.job_id, revision)
        if event.name != expected:
            law = "law-3-end" if expected in self.laws["terminal"] else law
            raise self._broken(law, f"the event `{expected}`", event)

    def _take_last(self, event: Event) -> None:
        newest = len(self.records) - 1
        if not self.stream.is_final(self.records[-1]):
            raise self._broken("law-3-end", "the job's end first", event)
        if self.next is None:
            raise self._broken("law-5-late", f"{self.laws['late']} on a final job", event)
        if self.next <= newest:
            missing = self.ledger.event_of(self.job_id, self.next)
            raise self._broken("law-3-end", f"the event `{missing}`", event)
        if event.revision != newest:
            raise self._broken("law-whole-records", f"revision {newest}", event)

    def _check_end(self) -> None:
        """Check for events that are missing, and for the end."""
        recording, first, last = self.recording, self.laws["first"], self.laws["last"]
        is_lost = self.job_id in self.ledger.forgotten | self.ledger.deleted
        if recording.ended and not self.done and not (recording.sent_away or is_lost):
            raise self._broken("law-3-end", f"`{last}` before the server closes", "a close")
        if not recording.settled or recording.ended:
            return
        if self.done:
            raise self._broken("law-3-end", f"a close after `{last}`", "an open stream")
        if not recording.frames:
            raise self._broken("law-first-bytes", "bytes at once", "none")
        if is_lost:
            raise self._broken("law-3-end", "a close: its events are gone", HANGS)
        if self.next is None:
            raise self._broken("law-1-first", f"the event `{first}`", HANGS)
        if self.next < len(self.records):
            missing = self.ledger.event_of(self.job_id, self.next)
            law = "law-3-end" if missing in self.laws["terminal"] else "law-2-order"
            raise self._broken(law, f"the event `{missing}`", HANGS)
        if self.stream.is_final(self.records[-1]):
            raise self._broken("law-3-end", f"the event `{last}`", HANGS)
