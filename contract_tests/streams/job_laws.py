"""The laws of one job's stream: first, order, end, resume, late, refusal."""

import json
import re

from contract_tests.repository import committed
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
from contract_tests.streams.ledger import Ledger, Opening

_REVISION = re.compile(r"0|[1-9][0-9]*")


def check_job_stream(
    seen: Recording,
    ledger: Ledger,
    job_id: str,
    opening: Opening,
    *,
    settled: bool,
    sent_away: bool = False,
) -> None:
    """Hold all that a reader of one job recorded to the laws.

    Args:
        seen: what it recorded.
        ledger: what happened.
        job_id: which job it asked for.
        opening: how things stood when it came.
        settled: it had all the time that it needs to hear everything.
        sent_away: the service had a reason to close before the end.
    """
    if seen.status == 0:
        if settled:
            raise LawBroken(
                "4", seen.path, f"asked for {seen.asked!r}", expected="an answer", found="a hang"
            )
    elif job_id not in ledger.jobs:
        check_refusal(seen)
    elif not _is_answered_with_nothing(seen, ledger, job_id, opening):
        check_headers(seen)
        walk = _Walk(seen, ledger, job_id, opening)
        walk.go()
        walk.check_end(settled=settled, sent_away=sent_away)


def check_refusal(seen: Recording) -> None:
    """Hold the answer to a job that nobody knows to law 6."""
    declared = streamed.streams()[seen.path].content["responses"]
    (refused,) = (int(s) for s, r in declared.items() if "job_not_found" in r["description"])
    where = "for a job that does not exist"
    if seen.status != refused:
        raise LawBroken("6", seen.path, where, expected=f"{refused}", found=f"{seen.status}")
    reference = declared[str(refused)]["content"]["application/json"]["schema"]
    try:
        body = json.loads(seen.body)
    except ValueError:
        raise LawBroken(
            "6", seen.path, where, expected="an envelope", found=f"{seen.body[:80]!r}"
        ) from None
    error = next(committed().validator(reference).iter_errors(body), None)
    if error is not None or body["error"]["code"] != "job_not_found":
        found = body if error is None else error.message
        raise LawBroken("6", seen.path, where, expected="job_not_found", found=found)


def number_of(asked: str | None) -> int | None:
    """Return the revision that an id names, or None for garbage."""
    if asked is None or _REVISION.fullmatch(asked) is None:
        return None
    return int(asked)


def _is_answered_with_nothing(
    seen: Recording, ledger: Ledger, job_id: str, opening: Opening
) -> bool:
    records = ledger.jobs[job_id]
    stop = streamed.laws(seen.path)["resume"]["after_last"]
    before, after = opening.revisions
    asked = number_of(seen.asked)
    where = f"asked for {seen.asked!r} at revision {before}"
    must = streamed.is_final(records[before]) and asked == before + 1
    may = streamed.is_final(records[after]) and asked == after + 1
    if seen.status == stop and not may:
        raise LawBroken("4", seen.path, where, expected="a stream", found=f"{stop}")
    if seen.status != stop and must:
        raise LawBroken("5", seen.path, where, expected=f"{stop}", found=f"{seen.status}")
    if seen.status == stop and (seen.body or not seen.ended):
        raise LawBroken("5", seen.path, where, expected="no body", found=f"{seen.body!r}")
    if seen.status not in {200, stop}:
        raise LawBroken("4", seen.path, where, expected="a stream", found=f"{seen.status}")
    return bool(seen.status == stop)


class _Walk:
    """One pass over what a reader heard."""

    def __init__(self, seen: Recording, ledger: Ledger, job_id: str, opening: Opening) -> None:
        self.seen = seen
        self.path = seen.path
        self.laws = streamed.laws(seen.path)
        self.ledger = ledger
        self.job_id = job_id
        self.records = ledger.jobs[job_id]
        self.opening = opening
        self.next: int | None = None  #: the revision that must come; None: a fresh `status`
        self.before: streamed.Record | None = None
        self.terminal = False
        self.done = False

    def go(self) -> None:
        frames = [(n, f) for n, f in enumerate(said(self.seen)) if f.is_dispatched or f.event]
        self.next = self._start()
        for place, (number, frame) in enumerate(frames):
            told = heard(self.path, frame, number)
            if place == 0 and self._may_begin_anew(told):
                self.next = None
            self._take(told)

    def _start(self) -> int | None:
        asked = number_of(self.seen.asked)
        if asked is None or asked > self.opening.revisions[1]:
            return None
        return asked + 1

    def _may_begin_anew(self, told: Heard) -> bool:
        # the answer may have been given when that id was the future still, or is no longer kept
        asked = number_of(self.seen.asked)
        is_kept = self.job_id not in self.ledger.forgotten
        was_known = asked is not None and asked <= self.opening.revisions[0]
        return told.event == self.laws["first"] and not (was_known and is_kept)

    def _broken(self, law: str, *, expected: object, found: object) -> LawBroken:
        at = "" if self.next is None else f"at revision {self.next}, "
        where = f"{at}asked for {self.seen.asked!r}"
        return LawBroken(law, self.path, where, expected=expected, found=found)

    def _take(self, told: Heard) -> None:
        if told.job_id != self.job_id:
            raise self._broken("payload", expected=self.job_id, found=told.job_id)
        if self.done:
            raise self._broken("3", expected=f"nothing after `{self.laws['last']}`", found=told)
        if told.event == self.laws["last"]:
            self._take_last(told)
            return
        if self.terminal and told.event in self.laws["terminal"]:
            raise self._broken("3", expected="one terminal event", found=f"{told} after another")
        if self.next is None:
            self._take_first(told)
        else:
            self._take_next(told)
        if told.id != str(told.revision):
            raise self._broken("ids", expected=f"id {told.revision}", found=told)
        check_meaning(self.path, self.before, told)
        check_record(self.path, told, self.records[told.revision])
        self.before = told.content
        self.next = told.revision + 1
        self.terminal = self.terminal or told.event in self.laws["terminal"]

    def _take_first(self, told: Heard) -> None:
        low, high = self.opening.revisions
        if told.event != self.laws["first"]:
            raise self._broken("1", expected=f"`{self.laws['first']}`", found=told)
        if not low <= told.revision <= high:
            raise self._broken("1", expected=f"the record as it is, revision {high}", found=told)

    def _take_next(self, told: Heard) -> None:
        law = "4" if self.before is None else "2"
        if told.revision != self.next:
            kind = "a gap" if told.revision > (self.next or 0) else "a repeat"
            raise self._broken(law, expected=f"revision {self.next}", found=f"{told}, {kind}")
        if told.revision >= len(self.records):
            raise self._broken(law, expected="what GET has answered", found=told)
        expected = self.ledger.event_of(self.job_id, told.revision)
        if told.event != expected:
            law = "3" if expected in self.laws["terminal"] else law
            raise self._broken(law, expected=f"`{expected}`", found=told)

    def _take_last(self, told: Heard) -> None:
        final = self.records[-1]
        if not streamed.is_final(final):
            raise self._broken("3", expected="the job's end first", found=told)
        if self.next is None:
            late = self.laws["late"]
            raise self._broken("5", expected=f"{late} on a final job", found=told)
        if self.next != len(self.records):
            missing = self.ledger.event_of(self.job_id, self.next)
            raise self._broken("3", expected=f"`{missing}`", found=told)
        if told.id != str(len(self.records)):
            raise self._broken("ids", expected=f"id {len(self.records)}", found=told)
        check_meaning(self.path, self.before, told)
        check_record(self.path, told, final)
        self.done = True

    def check_end(self, *, settled: bool, sent_away: bool) -> None:
        """Hold what did not come to the laws."""
        last = self.laws["last"]
        is_lost = self.job_id in self.ledger.forgotten
        if self.seen.ended and not self.done and not (sent_away or is_lost):
            raise self._broken("3", expected=f"`{last}` before the server closes", found="a close")
        if not settled or self.seen.ended:
            return
        if self.done:
            raise self._broken("3", expected=f"a close after `{last}`", found="an open stream")
        if not self.seen.frames:
            raise self._broken("retry", expected="bytes at once", found="none")
        if is_lost:
            raise self._broken(
                "3", expected="a close: its events are gone", found="nothing: it hangs"
            )
        if self.next is None:
            raise self._broken("1", expected=f"`{self.laws['first']}`", found="nothing")
        if self.next < len(self.records):
            missing = self.ledger.event_of(self.job_id, self.next)
            law = "3" if missing in self.laws["terminal"] else "2"
            raise self._broken(law, expected=f"`{missing}`", found="nothing: it hangs")
        if streamed.is_final(self.records[-1]):
            raise self._broken("3", expected=f"`{last}`", found="nothing: it hangs")
