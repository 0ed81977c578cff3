"""Law 8: the stream of every job's events."""

from contract_tests.sse import Frame
from contract_tests.streams import streamed
from contract_tests.streams.laws import (
    Heard,
    LawBroken,
    Recording,
    check_headers,
    check_meaning,
    check_record,
    heard,
    said,
)
from contract_tests.streams.ledger import Ledger, Opening, Place


def check_all_stream(
    seen: Recording,
    ledger: Ledger,
    opening: Opening,
    *,
    settled: bool,
    sent_away: bool = False,
) -> None:
    """Hold all that a reader of every job recorded to law 8; the ids that it saw are remembered.

    Args:
        seen: what it recorded.
        ledger: what happened.
        opening: how things stood when it came.
        settled: it had all the time that it needs to hear everything.
        sent_away: the service had a reason to close.
    """
    where = f"asked for {seen.asked!r}"
    if seen.status != 200:
        if seen.status != 0 or settled:
            raise LawBroken("8", seen.path, where, expected="a stream", found=f"{seen.status}")
        return
    check_headers(seen)
    walk = _Walk(seen, ledger, opening)
    walk.go()
    walk.check_end(settled=settled, sent_away=sent_away)
    for identity, place in walk.passed.items():
        _remember(seen.path, ledger, identity, place)


def _remember(path: str, ledger: Ledger, identity: str, place: Place) -> None:
    known = ledger.places.setdefault(identity, place)
    if known != place:
        raise LawBroken(
            "ids", path, f"id {identity}", expected="one place to go on from", found=[known, place]
        )


class _Walk:
    """One pass over what a reader heard."""

    def __init__(self, seen: Recording, ledger: Ledger, opening: Opening) -> None:
        self.seen = seen
        self.path = seen.path
        self.laws = streamed.laws(seen.path)
        self.ledger = ledger
        self.place = opening.here
        self.passed: dict[str, Place] = {}
        self.reason: str | None = None
        self.before: dict[str, streamed.Record] = {}
        if not seen.asked:
            return
        if opening.resumed is None:
            self.reason = "unknown_id"
        elif opening.lost:
            self.reason = "expired"
        else:
            self.place = opening.resumed

    def _broken(self, law: str, where: str, *, expected: object, found: object) -> LawBroken:
        asked = f"{where}, asked for {self.seen.asked!r}"
        return LawBroken(law, self.path, asked, expected=expected, found=found)

    def go(self) -> None:
        frames = list(enumerate(said(self.seen)))
        if self.reason is not None and frames:
            self._take_reset(*frames.pop(0))
        if frames:
            self._take_start(*frames.pop(0))
        for number, frame in frames:
            told = heard(self.path, frame, number)
            if not told.id or told.id in self.passed:
                raise self._broken(
                    "ids", f"in frame {number}", expected="an id of its own", found=told
                )
            if told.event == self.laws["reset"]["event"]:
                raise self._broken("reset", f"in frame {number}", expected="none", found=told)
            self._take(told)
            self.passed[told.id] = self.place

    def _take_reset(self, number: int, frame: Frame) -> None:
        expected = {"reason": self.reason}
        if not frame.is_dispatched or frame.event != self.laws["reset"]["event"]:
            raise self._broken("reset", "at the start", expected=f"`reset` {expected}", found=frame)
        told = heard(self.path, frame, number)
        if told.content != expected:
            raise self._broken("reset", "at the start", expected=expected, found=told.content)
        if not told.id:
            raise self._broken("ids", "in `reset`", expected="an id", found=told)
        self.passed[told.id] = self.place

    def _take_start(self, number: int, frame: Frame) -> None:
        if frame.is_dispatched or frame.event or not frame.id:
            where = f"in frame {number}"
            if frame.is_dispatched and frame.event == self.laws["reset"]["event"]:
                raise self._broken("reset", where, expected="to go on from that id", found=frame)
            raise self._broken("8", where, expected="an id-only frame first", found=frame)
        self.passed[frame.id] = self.place

    def _take(self, told: Heard) -> None:
        job, place = told.job_id, self.place
        where = f"job {job}"
        if job not in self.ledger.jobs or told.revision >= len(self.ledger.jobs[job]):
            raise self._broken("8", where, expected="what GET has answered", found=told)
        if job in place.awaited:
            if (told.event, told.revision) != (self.laws["first"], place.awaited[job]):
                expected = f"`{self.laws['first']}` of revision {place.awaited[job]}"
                raise self._broken("8", where, expected=expected, found=told)
        elif place.awaited:
            expected = f"`{self.laws['first']}` of {sorted(place.awaited)} before any event"
            raise self._broken("8", where, expected=expected, found=told)
        else:
            self._take_next(told, where)
        check_meaning(self.path, self.before.get(job), told)
        check_record(self.path, told, self.ledger.jobs[job][told.revision])
        self.before[job] = told.content
        self.place = place.heard(job, told.revision)

    def _take_next(self, told: Heard, where: str) -> None:
        revision = self.place.ahead.get(told.job_id, 0)
        if told.revision != revision:
            kind = "a gap" if told.revision > revision else "a repeat"
            raise self._broken(
                "8",
                f"{where} at revision {revision}",
                expected=f"revision {revision}",
                found=f"{told}, {kind}",
            )
        expected = self.ledger.event_of(told.job_id, revision)
        if told.event != expected:
            raise self._broken("8", where, expected=f"`{expected}`", found=told)

    def check_end(self, *, settled: bool, sent_away: bool) -> None:
        """Hold what did not come to the law."""
        is_lost = self.ledger.is_lost(self.place)
        if self.seen.ended and not sent_away and self.reason is not None and not self.passed:
            # to come again from there would end the same
            expected = f"`reset` {{'reason': {self.reason!r}}}"
            raise self._broken("reset", "at its end", expected=expected, found="a close")
        if self.seen.ended and not (sent_away or is_lost):
            raise self._broken("8", "at its end", expected="no end by itself", found="a close")
        if not settled or self.seen.ended:
            return
        if not self.passed:
            raise self._broken("retry", "at the start", expected="an id at once", found="nothing")
        behind = self.ledger.is_behind(self.place)
        if is_lost:
            raise self._broken(
                "8",
                f"jobs {behind}",
                expected="a close: events are gone",
                found="nothing: it hangs",
            )
        for job in behind:
            revision = self.place.awaited.get(job, self.place.ahead.get(job, 0))
            raise self._broken(
                "8",
                f"job {job} at revision {revision}",
                expected=f"revision {revision}",
                found="nothing: it hangs",
            )
