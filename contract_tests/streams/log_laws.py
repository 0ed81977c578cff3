"""Law 9: the stream of a job's log covers each number once, ends with the job, and resumes."""

from contract_tests.streams.job_laws import check_refusal, is_refused, number_of
from contract_tests.streams.laws import LawBroken
from contract_tests.streams.ledger import Ledger
from contract_tests.streams.recording import (
    Event,
    Recording,
    check_headers,
    parse_event,
    significant_frames,
)

LAW = "law-9-log"
LINE, SKIPPED = "line", "skipped"  #: as docs/wire.md names them


def check_log_stream(recording: Recording, ledger: Ledger) -> None:
    """Check everything that a reader of a job's log received."""
    if recording.status == 0:
        if recording.settled:
            raise recording.broken("law-4-resume", "an answer", "a hang")
    elif recording.job_id not in ledger.jobs or is_refused(recording, ledger):
        check_refusal(recording)
    elif not _is_stopped(recording, ledger, recording.job_id):
        check_headers(recording)
        _Walk(recording, ledger, recording.job_id).go()


def _is_stopped(recording: Recording, ledger: Ledger, job_id: str) -> bool:
    stop, stream, records = (
        recording.stream.laws["resume"]["after_last"],
        recording.stream,
        ledger.jobs[job_id],
    )
    before, after = recording.opening.revisions
    requested = number_of(recording.requested_id)
    must = stream.is_final(records[before]) and requested == recording.opening.newest[0] + 1
    may = stream.is_final(records[after]) and requested == recording.opening.newest[1] + 1
    if recording.status == stop and may and recording.ended and not recording.body:
        return True
    if recording.status == stop or must:
        raise recording.broken("law-5-late", stop if must else "a stream", recording.status)
    if recording.status != 200:
        raise recording.broken("law-4-resume", "a stream", recording.status)
    return False


class _Walk:
    """One pass over the events that a reader received."""

    def __init__(self, recording: Recording, ledger: Ledger, job_id: str) -> None:
        self.recording = recording
        self.stream = recording.stream
        self.last: str = recording.stream.laws["last"]
        self.lines = ledger.lines.get(job_id, {})
        self.kept = ledger.kept.get(job_id, set())
        self.newest = ledger.newest(job_id)
        self.record = ledger.jobs[job_id][-1]
        self.next = self._start()  #: the number that must come
        self.before: str | None = None
        self.done = False
        self.is_deleted = job_id in ledger.deleted

    def _start(self) -> int:
        requested = number_of(self.recording.requested_id)
        if requested is None or requested > self.recording.opening.newest[1]:
            return 1
        return requested + 1

    def _broken(self, law: str, expected: object, found: object) -> LawBroken:
        where = f"at line {self.next}, {self.recording.start}"
        return self.recording.broken(law, expected, found, where)

    def go(self) -> None:
        frames = enumerate(significant_frames(self.recording))
        for number, frame in (
            (n, frame) for n, frame in frames if frame.is_dispatched or frame.event
        ):
            event = parse_event(self.stream, frame, number)
            if self._may_start_over(event):
                self.next = 1
            self._take(event)
        self._check_end()

    def _may_start_over(self, event: Event) -> bool:
        # the id may have been in the future when the answer began
        requested = number_of(self.recording.requested_id)
        is_past = requested is not None and requested <= self.recording.opening.newest[0]
        begin = event.content.get("line", event.content.get("first"))
        return self.before is None and not is_past and begin == 1

    def _take(self, event: Event) -> None:
        if self.done:
            raise self._broken("law-3-end", f"nothing after `{self.last}`", event)
        if event.name == LINE:
            through = self._take_line(event)
        elif event.name == SKIPPED:
            through = self._take_skipped(event)
        else:
            through = self._take_last(event)
        if event.id != str(through):
            raise self._broken("law-ids", f"id {through}", f"{event} with id {event.id}")
        self.before, self.next = event.name, through + 1

    def _take_line(self, event: Event) -> int:
        number = int(event.content["line"])
        if number != self.next:
            kind = "a gap that nothing states" if number > self.next else "a repeat"
            raise self._broken(LAW, f"line {self.next}", f"line {number}, {kind}")
        if event.content != self.lines.get(number):
            raise self._broken("law-whole-records", self.lines.get(number), event.content)
        return number

    def _take_skipped(self, event: Event) -> int:
        first, last = int(event.content["first"]), int(event.content["last"])
        if first != self.next or last < first:
            raise self._broken(LAW, f"`{SKIPPED}` from {self.next}", event)
        if self.before == SKIPPED:
            raise self._broken(LAW, f"one `{SKIPPED}` for neighbours", event)
        there = sorted(self.kept & {*range(first, last + 1)})
        if there or last >= self.newest:
            raise self._broken(LAW, f"lines {there or [self.newest]}, which are kept", event)
        return last

    def _take_last(self, event: Event) -> int:
        if not self.stream.is_final(self.record):
            raise self._broken("law-3-end", "the job's end first", event)
        if self.next != self.newest + 1:
            raise self._broken("law-3-end", f"line {self.next}", event)
        if event.content != self.record:
            raise self._broken("law-whole-records", self.record, event.content)
        self.done = True
        return self.next

    def _check_end(self) -> None:
        """Check for lines that are missing, and for the end."""
        recording = self.recording
        if recording.ended and not self.done and not (recording.sent_away or self.is_deleted):
            raise self._broken("law-3-end", f"`{self.last}` before the server closes", "a close")
        if not recording.settled or recording.ended:
            return
        if self.done:
            raise self._broken("law-3-end", f"a close after `{self.last}`", "an open stream")
        if not recording.frames:
            raise self._broken("law-first-bytes", "bytes at once", "none")
        if self.next <= self.newest:
            raise self._broken(LAW, f"line {self.next}", "nothing: it hangs")
        if self.stream.is_final(self.record):
            raise self._broken("law-3-end", f"`{self.last}`", "nothing: it hangs")
