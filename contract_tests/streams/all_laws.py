"""Law 8: the stream of every job's events."""

from contract_tests.streams.laws import LawBroken
from contract_tests.streams.ledger import DELETED, Ledger, Place
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
from wirelaw.running.sse import Frame

LAW = "law-8-all-jobs"


def check_all_stream(recording: Recording, ledger: Ledger) -> None:
    """Check everything that a reader of every job received; the ledger remembers its ids."""
    if recording.status != 200:
        if recording.status != 0 or recording.settled:
            raise recording.broken(LAW, "a stream", recording.status)
        return
    check_headers(recording)
    walk = _Walk(recording, ledger)
    walk.go()
    for identity, place in walk.passed.items():
        before = ledger.places.setdefault(identity, place)
        if ledger.remaining(before) != ledger.remaining(place):
            expected, found = "one place to go on from", [before, place]
            raise recording.broken("law-ids", expected, found, f"id {identity}")


class _Walk:
    """One pass over the events that a reader received."""

    def __init__(self, recording: Recording, ledger: Ledger) -> None:
        self.recording = recording
        self.stream = recording.stream
        self.first: str = recording.stream.laws["first"]
        self.status = str(ledger.stream.laws["first"])
        self.reset: str = recording.stream.laws["reset"]["event"]
        self.ledger = ledger
        self.place = recording.opening.here
        self.passed: dict[str, Place] = {}
        self.reason: str | None = None
        self.before: dict[str, Record] = {}
        if not recording.requested_id:
            return
        if recording.opening.resumed is None:
            self.reason = "unknown_id"
        elif recording.opening.lost:
            self.reason = "expired"
        else:
            self.place = recording.opening.resumed

    def _broken(self, law: str, where: str, expected: object, found: object) -> LawBroken:
        return self.recording.broken(law, expected, found, f"{where}, {self.recording.start}")

    def go(self) -> None:
        frames = list(enumerate(significant_frames(self.recording)))
        if self.reason is not None and frames:
            self._take_reset(*frames.pop(0))
        if frames:
            self._take_first(*frames.pop(0))
        for number, frame in frames:
            event = parse_event(self.stream, frame, number)
            if not event.id or event.id in self.passed:
                raise self._broken("law-ids", f"in frame {number}", "an id of its own", event)
            if event.name == self.reset:
                raise self._broken("law-reset", f"in frame {number}", "none", event)
            if event.name == self.first:
                raise self._broken("law-1-first", f"in frame {number}", "one at the start", event)
            self._take(event)
            self.passed[event.id] = self.place
        self._check_end()

    def _take_reset(self, number: int, frame: Frame) -> None:
        expected = {"reason": self.reason}
        if not frame.is_dispatched or frame.event != self.reset:
            raise self._broken("law-reset", "at the start", f"`reset` {expected}", frame)
        event = parse_event(self.stream, frame, number)
        if event.content != expected:
            raise self._broken("law-reset", "at the start", expected, event.content)
        if not event.id:
            raise self._broken("law-ids", "in `reset`", "an id", event)
        self.passed[event.id] = self.place

    def _take_first(self, number: int, frame: Frame) -> None:
        where, requested = f"in frame {number}", self.recording.requested_id
        event = parse_event(self.stream, frame, number)
        if event.name == self.reset:
            raise self._broken("law-reset", where, "to go on from that id", event)
        if event.name != self.first:
            raise self._broken("law-1-first", where, f"`{self.first}`", event)
        if not event.id:
            raise self._broken("law-ids", where, "an id", event)
        if requested and (event.id == requested) is (self.reason is not None):
            expected = "another id" if self.reason else f"the id {requested}"
            raise self._broken("law-ids", where, expected, f"{event} with id {event.id}")
        self.passed[event.id] = self.place

    def _take(self, event: Event) -> None:
        job, where = event.job_id, f"job {event.job_id}"
        if job in self.place.gone:
            raise self._broken(LAW, where, f"nothing after `{DELETED}`", event)
        if event.name == DELETED:
            if job not in self.ledger.deleted:
                raise self._broken(LAW, where, "a job that was deleted", event)
            self.place = self.place.after_deletion(job)
            return
        self._take_revision(event, where)

    def _take_revision(self, event: Event, where: str) -> None:
        job = event.job_id
        # those that were deleted meanwhile have no status any more
        awaited = {
            other: revision
            for other, revision in self.place.awaited.items()
            if other == job or other not in self.ledger.deleted
        }
        records = self.ledger.jobs.get(job, [])
        if event.revision >= len(records):
            raise self._broken(LAW, where, "what GET has answered", event)
        if job in awaited:
            if (event.name, event.revision) != (self.status, awaited[job]):
                expected = f"`{self.status}` of revision {awaited[job]}"
                raise self._broken(LAW, where, expected, event)
        elif awaited:
            expected = f"`{self.status}` of {sorted(awaited)} before any event"
            raise self._broken(LAW, where, expected, event)
        else:
            self._take_next(event, where)
        check_event(self.stream, self.before.get(job), event, records[event.revision])
        self.before[job] = event.content
        self.place = self.place.after(job, event.revision)

    def _take_next(self, event: Event, where: str) -> None:
        revision = self.place.ahead.get(event.job_id, 0)
        if event.revision != revision:
            kind = "a gap" if event.revision > revision else "a repeat"
            at, expected = f"{where} at revision {revision}", f"revision {revision}"
            raise self._broken(LAW, at, expected, f"{event}, {kind}")
        name = self.ledger.event_of(event.job_id, revision)
        if event.name != name:
            raise self._broken(LAW, where, f"`{name}`", event)

    def _check_end(self) -> None:
        """Check for events that are missing, and for the end."""
        recording, behind = self.recording, self.ledger.behind(self.place)
        is_lost = self.ledger.is_lost(self.place)
        if recording.ended and not recording.sent_away:
            if self.reason is not None and not self.passed:
                # a reader that resumes from there would meet the same end
                expected = f"`reset` {{'reason': {self.reason!r}}}"
                raise self._broken("law-reset", "at its end", expected, "a close")
            if not is_lost:
                raise self._broken(LAW, "at its end", "no end by itself", "a close")
        if not recording.settled or recording.ended:
            return
        if not self.passed:
            raise self._broken("law-first-bytes", "at the start", "an id at once", "nothing")
        if is_lost:
            expected = "a close: events are gone"
            raise self._broken(LAW, f"jobs {behind}", expected, HANGS)
        if behind:
            job = behind[0]
            revision = self.place.awaited.get(job, self.place.ahead.get(job, 0))
            where = f"job {job} at revision {revision}"
            raise self._broken(LAW, where, f"revision {revision}", HANGS)
