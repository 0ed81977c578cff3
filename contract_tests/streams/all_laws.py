"""Law 8: the stream of every job's events."""

from contract_tests.sse import Frame
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
from contract_tests.streams.ledger import Ledger, Opening, Place
from contract_tests.streams.streamed import Record, Stream


def check_all_stream(
    recording: Recording,
    ledger: Ledger,
    opening: Opening,
    *,
    settled: bool,
    sent_away: bool = False,
) -> None:
    """Check everything that a reader of every job received: law 8; the ledger remembers its ids.

    Args:
        recording: the reader's request and its answer.
        ledger: what happened.
        opening: the state when the reader connected.
        settled: the reader had enough time to receive everything.
        sent_away: the service had a reason to close.
    """
    where = recording.start
    if recording.status != 200:
        if recording.status != 0 or settled:
            raise LawBroken("law-8-all-jobs", recording.stream, where, "a stream", recording.status)
        return
    check_headers(recording)
    walk = _Walk(recording, ledger, opening)
    walk.go()
    walk.check_end(settled=settled, sent_away=sent_away)
    for identity, place in walk.passed.items():
        _remember(recording.stream, ledger, identity, place)


def _remember(stream: Stream, ledger: Ledger, identity: str, place: Place) -> None:
    known = ledger.places.setdefault(identity, place)
    if known != place:
        raise LawBroken(
            "law-ids", stream, f"id {identity}", "one place to go on from", [known, place]
        )


class _Walk:
    """One pass over the events that a reader received."""

    def __init__(self, recording: Recording, ledger: Ledger, opening: Opening) -> None:
        self.recording = recording
        self.stream = recording.stream
        self.laws = recording.stream.laws
        self.ledger = ledger
        self.place = opening.here
        self.passed: dict[str, Place] = {}
        self.reason: str | None = None
        self.before: dict[str, Record] = {}
        if not recording.requested_id:
            return
        if opening.resumed is None:
            self.reason = "unknown_id"
        elif opening.lost:
            self.reason = "expired"
        else:
            self.place = opening.resumed

    def _broken(self, law: str, where: str, expected: object, found: object) -> LawBroken:
        place = f"{where}, {self.recording.start}"
        return LawBroken(law, self.stream, place, expected, found)

    def go(self) -> None:
        frames = list(enumerate(significant_frames(self.recording)))
        if self.reason is not None and frames:
            self._take_reset(*frames.pop(0))
        if frames:
            self._take_start(*frames.pop(0))
        for number, frame in frames:
            event = parse_event(self.stream, frame, number)
            if not event.id or event.id in self.passed:
                raise self._broken("law-ids", f"in frame {number}", "an id of its own", event)
            if event.name == self.laws["reset"]["event"]:
                raise self._broken("law-reset", f"in frame {number}", "none", event)
            self._take(event)
            self.passed[event.id] = self.place

    def _take_reset(self, number: int, frame: Frame) -> None:
        expected = {"reason": self.reason}
        if not frame.is_dispatched or frame.event != self.laws["reset"]["event"]:
            raise self._broken("law-reset", "at the start", f"`reset` {expected}", frame)
        event = parse_event(self.stream, frame, number)
        if event.content != expected:
            raise self._broken("law-reset", "at the start", expected, event.content)
        if not event.id:
            raise self._broken("law-ids", "in `reset`", "an id", event)
        self.passed[event.id] = self.place

    def _take_start(self, number: int, frame: Frame) -> None:
        if frame.is_dispatched or frame.event or not frame.id:
            where = f"in frame {number}"
            if frame.is_dispatched and frame.event == self.laws["reset"]["event"]:
                raise self._broken("law-reset", where, "to go on from that id", frame)
            raise self._broken("law-8-all-jobs", where, "an id-only frame first", frame)
        self.passed[frame.id] = self.place

    def _take(self, event: Event) -> None:
        job, place = event.job_id, self.place
        where = f"job {job}"
        if job not in self.ledger.jobs or event.revision >= len(self.ledger.jobs[job]):
            raise self._broken("law-8-all-jobs", where, "what GET has answered", event)
        if job in place.awaited:
            if (event.name, event.revision) != (self.laws["first"], place.awaited[job]):
                expected = f"`{self.laws['first']}` of revision {place.awaited[job]}"
                raise self._broken("law-8-all-jobs", where, expected, event)
        elif place.awaited:
            expected = f"`{self.laws['first']}` of {sorted(place.awaited)} before any event"
            raise self._broken("law-8-all-jobs", where, expected, event)
        else:
            self._take_next(event, where)
        check_meaning(self.stream, self.before.get(job), event)
        check_record(self.stream, event, self.ledger.jobs[job][event.revision])
        self.before[job] = event.content
        self.place = place.after(job, event.revision)

    def _take_next(self, event: Event, where: str) -> None:
        revision = self.place.ahead.get(event.job_id, 0)
        if event.revision != revision:
            kind = "a gap" if event.revision > revision else "a repeat"
            raise self._broken(
                "law-8-all-jobs",
                f"{where} at revision {revision}",
                f"revision {revision}",
                f"{event}, {kind}",
            )
        expected = self.ledger.event_of(event.job_id, revision)
        if event.name != expected:
            raise self._broken("law-8-all-jobs", where, f"`{expected}`", event)

    def check_end(self, *, settled: bool, sent_away: bool) -> None:
        """Check for events that are missing, and for the end."""
        is_lost = self.ledger.is_lost(self.place)
        if self.recording.ended and not sent_away and self.reason is not None and not self.passed:
            # a reader that resumes from there would meet the same end
            expected = f"`reset` {{'reason': {self.reason!r}}}"
            raise self._broken("law-reset", "at its end", expected, "a close")
        if self.recording.ended and not (sent_away or is_lost):
            raise self._broken("law-8-all-jobs", "at its end", "no end by itself", "a close")
        if not settled or self.recording.ended:
            return
        if not self.passed:
            raise self._broken("law-first-bytes", "at the start", "an id at once", "nothing")
        behind = self.ledger.is_behind(self.place)
        if is_lost:
            raise self._broken(
                "law-8-all-jobs",
                f"jobs {behind}",
                "a close: events are gone",
                "nothing: it hangs",
            )
        for job in behind:
            revision = self.place.awaited.get(job, self.place.ahead.get(job, 0))
            raise self._broken(
                "law-8-all-jobs",
                f"job {job} at revision {revision}",
                f"revision {revision}",
                "nothing: it hangs",
            )
