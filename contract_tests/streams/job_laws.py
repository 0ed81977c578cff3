"""The laws of one job's stream: first, order, end, resume, late, refusal."""

import json
import re

from contract_tests.streams.laws import (
    Event,
    LawBroken,
    Recording,
    check_headers,
    check_meaning,
    check_record,
    parse_event,
    significant_frames,
)
from contract_tests.streams.ledger import Ledger, Opening
from contract_tests.streams.streamed import Record

_REVISION = re.compile(r"0|[1-9][0-9]*")


def check_job_stream(
    recording: Recording,
    ledger: Ledger,
    job_id: str,
    opening: Opening,
    *,
    settled: bool,
    sent_away: bool = False,
) -> None:
    """Check everything that a reader of one job received.

    Args:
        recording: the reader's request and its answer.
        ledger: what happened.
        job_id: the job that was requested.
        opening: the state when the reader connected.
        settled: the reader had enough time to receive everything.
        sent_away: the service had a reason to close before the end.
    """
    if recording.status == 0:
        if settled:
            raise LawBroken(
                "law-4-resume", recording.stream, recording.start, "an answer", "a hang"
            )
    elif job_id not in ledger.jobs:
        check_refusal(recording)
    elif not _is_stopped(recording, ledger, job_id, opening):
        check_headers(recording)
        walk = _Walk(recording, ledger, job_id, opening)
        walk.go()
        walk.check_end(settled=settled, sent_away=sent_away)


def check_refusal(recording: Recording) -> None:
    """Check the answer for a job that does not exist: law 6."""
    declared = recording.stream.operation.responses
    (refused,) = (int(s) for s, r in declared.items() if "job_not_found" in r["description"])
    where = "for a job that does not exist"
    if recording.status != refused:
        raise LawBroken("law-6-refusal", recording.stream, where, refused, recording.status)
    reference = declared[str(refused)]["content"]["application/json"]["schema"]
    try:
        body = json.loads(recording.body)
    except ValueError:
        raise LawBroken(
            "law-6-refusal", recording.stream, where, "an envelope", f"{recording.body[:80]!r}"
        ) from None
    error = recording.stream.operation.contract.nearest_error(reference, body)
    if error is not None or body["error"]["code"] != "job_not_found":
        found = body if error is None else error.message
        raise LawBroken("law-6-refusal", recording.stream, where, "job_not_found", found)


def number_of(requested: str | None) -> int | None:
    """Return the revision that an id names, or None for garbage."""
    if requested is None or _REVISION.fullmatch(requested) is None:
        return None
    return int(requested)


def _is_stopped(recording: Recording, ledger: Ledger, job_id: str, opening: Opening) -> bool:
    records = ledger.jobs[job_id]
    stop = recording.stream.laws["resume"]["after_last"]
    before, after = opening.revisions
    requested = number_of(recording.requested_id)
    where = f"{recording.start} at revision {before}"
    must = recording.stream.is_final(records[before]) and requested == before + 1
    may = recording.stream.is_final(records[after]) and requested == after + 1
    if recording.status == stop and not may:
        raise LawBroken("law-4-resume", recording.stream, where, "a stream", stop)
    if recording.status != stop and must:
        raise LawBroken("law-5-late", recording.stream, where, stop, recording.status)
    if recording.status == stop and (recording.body or not recording.ended):
        raise LawBroken("law-5-late", recording.stream, where, "no body", f"{recording.body!r}")
    if recording.status not in {200, stop}:
        raise LawBroken("law-4-resume", recording.stream, where, "a stream", recording.status)
    return bool(recording.status == stop)


class _Walk:
    """One pass over the events that a reader received."""

    def __init__(self, recording: Recording, ledger: Ledger, job_id: str, opening: Opening) -> None:
        self.recording = recording
        self.stream = recording.stream
        self.laws = recording.stream.laws
        self.ledger = ledger
        self.job_id = job_id
        self.records = ledger.jobs[job_id]
        self.opening = opening
        self.next: int | None = None  #: the revision that must come; None: a fresh `status`
        self.before: Record | None = None
        self.terminal = False
        self.done = False

    def go(self) -> None:
        frames = [
            (n, f)
            for n, f in enumerate(significant_frames(self.recording))
            if f.is_dispatched or f.event
        ]
        self.next = self._start()
        for place, (number, frame) in enumerate(frames):
            event = parse_event(self.stream, frame, number)
            if place == 0 and self._may_start_over(event):
                self.next = None
            self._take(event)

    def _start(self) -> int | None:
        requested = number_of(self.recording.requested_id)
        if requested is None or requested > self.opening.revisions[1]:
            return None
        return requested + 1

    def _may_start_over(self, event: Event) -> bool:
        # the id may have been in the future when the answer began, or its events are no longer kept
        requested = number_of(self.recording.requested_id)
        is_kept = self.job_id not in self.ledger.forgotten
        was_known = requested is not None and requested <= self.opening.revisions[0]
        return event.name == self.laws["first"] and not (was_known and is_kept)

    def _broken(self, law: str, expected: object, found: object) -> LawBroken:
        at = "" if self.next is None else f"at revision {self.next}, "
        where = f"{at}{self.recording.start}"
        return LawBroken(law, self.stream, where, expected, found)

    def _take(self, event: Event) -> None:
        if event.job_id != self.job_id:
            raise self._broken("law-whole-records", self.job_id, event.job_id)
        if self.done:
            raise self._broken("law-3-end", f"nothing after `{self.laws['last']}`", event)
        if event.name == self.laws["last"]:
            self._take_last(event)
            return
        if self.terminal and event.name in self.laws["terminal"]:
            raise self._broken("law-3-end", "one terminal event", f"{event} after another")
        if self.next is None:
            self._take_first(event)
        else:
            self._take_next(event)
        if event.id != str(event.revision):
            raise self._broken("law-ids", f"id {event.revision}", event)
        check_meaning(self.stream, self.before, event)
        check_record(self.stream, event, self.records[event.revision])
        self.before = event.content
        self.next = event.revision + 1
        self.terminal = self.terminal or event.name in self.laws["terminal"]

    def _take_first(self, event: Event) -> None:
        low, high = self.opening.revisions
        if event.name != self.laws["first"]:
            raise self._broken("law-1-first", f"`{self.laws['first']}`", event)
        if not low <= event.revision <= high:
            raise self._broken("law-1-first", f"the record as it is, revision {high}", event)

    def _take_next(self, event: Event) -> None:
        law = "law-4-resume" if self.before is None else "law-2-order"
        if event.revision != self.next:
            kind = "a gap" if event.revision > (self.next or 0) else "a repeat"
            raise self._broken(law, f"revision {self.next}", f"{event}, {kind}")
        if event.revision >= len(self.records):
            raise self._broken(law, "what GET has answered", event)
        expected = self.ledger.event_of(self.job_id, event.revision)
        if event.name != expected:
            law = "law-3-end" if expected in self.laws["terminal"] else law
            raise self._broken(law, f"`{expected}`", event)

    def _take_last(self, event: Event) -> None:
        final = self.records[-1]
        if not self.stream.is_final(final):
            raise self._broken("law-3-end", "the job's end first", event)
        if self.next is None:
            late = self.laws["late"]
            raise self._broken("law-5-late", f"{late} on a final job", event)
        if self.next != len(self.records):
            missing = self.ledger.event_of(self.job_id, self.next)
            raise self._broken("law-3-end", f"`{missing}`", event)
        if event.id != str(len(self.records)):
            raise self._broken("law-ids", f"id {len(self.records)}", event)
        check_meaning(self.stream, self.before, event)
        check_record(self.stream, event, final)
        self.done = True

    def check_end(self, *, settled: bool, sent_away: bool) -> None:
        """Check for events that are missing, and for the end."""
        last = self.laws["last"]
        is_lost = self.job_id in self.ledger.forgotten
        if self.recording.ended and not self.done and not (sent_away or is_lost):
            raise self._broken("law-3-end", f"`{last}` before the server closes", "a close")
        if not settled or self.recording.ended:
            return
        if self.done:
            raise self._broken("law-3-end", f"a close after `{last}`", "an open stream")
        if not self.recording.frames:
            raise self._broken("law-first-bytes", "bytes at once", "none")
        if is_lost:
            raise self._broken("law-3-end", "a close: its events are gone", "nothing: it hangs")
        if self.next is None:
            raise self._broken("law-1-first", f"`{self.laws['first']}`", "nothing")
        if self.next < len(self.records):
            missing = self.ledger.event_of(self.job_id, self.next)
            law = "law-3-end" if missing in self.laws["terminal"] else "law-2-order"
            raise self._broken(law, f"`{missing}`", "nothing: it hangs")
        if self.stream.is_final(self.records[-1]):
            raise self._broken("law-3-end", f"`{last}`", "nothing: it hangs")
