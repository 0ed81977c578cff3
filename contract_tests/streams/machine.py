"""Everything that clients, jobs and operators do to streams, in any order; every law is checked after each step."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract_tests.kit.clock import VirtualLoop
from contract_tests.streams.laws import PART, LawBroken
from contract_tests.streams.recording import check_blocked, check_disconnected, check_pings
from contract_tests.streams.scenario import STREAMS, Scenario, Watcher
from contract_tests.streams.strategies import FRACTIONS, GARBAGE, KINDS, RELATIVE, UNICODE, WHICH
from quant_engine.api.jobs.store import Claim
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.services.jobs import EventStreams
from wirelaw.finding import Finding, check

LOOK_SECONDS = 16.0  #: by then a stream has read the log again without a notification
BLOCKED_SECONDS = 45.0  #: by then a ping was due, and 30 s have passed since
MOST_READERS = 8

T = TypeVar("T")

WAYS = ["progress", "succeed", "fail", "release"]  #: in which a process writes
WITH_CLAIMS = precondition(lambda self: self.scenario.engine.claims)
WITH_JOBS = precondition(lambda self: self.scenario.ledger.jobs)
WITH_FINAL_JOBS = precondition(lambda self: self.scenario.final_jobs())
WITH_PLACES = precondition(lambda self: self.scenario.ledger.places)
WITH_WATCHERS = precondition(lambda self: self.scenario.watchers)
WITH_WATCHERS_OR_CLAIMS = precondition(
    lambda self: self.scenario.watchers or self.scenario.engine.claims
)


@dataclass
class Explored:
    """What all runs of a machine tried."""

    runs: int = 0
    steps: int = 0
    readers: int = 0
    checks: int = 0
    states: set[Any] = field(default_factory=set)


class StreamMachine(RuleBasedStateMachine):
    """One home, its services, jobs and readers."""

    template: ClassVar[Path]  #: a home whose database is set up already
    explored: ClassVar[Explored]
    streams: ClassVar[type[EventStreams]] = EventStreams  #: a test may plant its fault here

    @initialize(
        kinds=st.lists(KINDS, min_size=1, max_size=3),
        is_running=st.booleans(),
        is_cancelled=st.booleans(),
    )
    def begin(self, kinds: list[JobType], is_running: bool, is_cancelled: bool) -> None:
        self.folder = Path(tempfile.mkdtemp())
        home = self.folder / "home"
        shutil.copytree(self.template, home)
        self.loop = VirtualLoop()
        self.scenario = Scenario(self.loop, home, self.streams)
        self._opened(self.scenario)
        self.explored.runs += 1
        for kind in kinds:
            self._admit(self.scenario.subscribe(self.scenario.submit(kind)))
        self._admit(self.scenario.subscribe(None))
        if is_running:
            self.scenario.claim()
        if is_cancelled:
            self.scenario.observe()
            # the last job, which waits unless it is the only one
            self.scenario.cancel(self._job(1))

    def _opened(self, scenario: Scenario) -> None:
        """Change a new scenario."""

    def teardown(self) -> None:
        if not hasattr(self, "scenario"):
            return
        try:
            self.scenario.close()
        finally:
            self.loop.end()
            shutil.rmtree(self.folder)

    # what jobs do

    @rule(kind=KINDS)
    def submit(self, kind: JobType) -> None:
        if sum(len(records) for records in self.scenario.ledger.jobs.values()) < 200:
            self.scenario.submit(kind)

    @rule()
    def start(self) -> None:
        self.scenario.claim()

    @WITH_CLAIMS
    @rule(which=WHICH, fraction=FRACTIONS)
    def progress(self, which: int, fraction: float) -> None:
        self.scenario.progress(self._claim(which), fraction)

    @WITH_CLAIMS
    @rule(which=WHICH)
    def progress_less_than_before(self, which: int) -> None:
        for fraction in (0.75, 0.25):
            self.scenario.progress(self._claim(which), fraction)
            self.scenario.observe()

    @WITH_CLAIMS
    @rule(which=WHICH)
    def succeed(self, which: int) -> None:
        self.scenario.succeed(self._claim(which))

    @WITH_CLAIMS
    @rule(which=WHICH)
    def fail(self, which: int) -> None:
        self.scenario.fail(self._claim(which))

    @WITH_CLAIMS
    @rule(which=WHICH, lost=st.booleans())
    def release(self, which: int, lost: bool) -> None:
        self.scenario.release(self._claim(which), lost=lost)

    @precondition(lambda self: self.scenario.stale)
    @rule(which=WHICH, way=st.sampled_from(WAYS))
    def write_for_an_attempt_that_is_over(self, which: int, way: str) -> None:
        self._write_too_late(pick(self.scenario.stale, which), way)

    @WITH_CLAIMS
    @rule(which=WHICH, way=st.sampled_from(WAYS))
    def write_while_the_next_attempt_runs(self, which: int, way: str) -> None:
        # random steps hardly ever lose a job, start it again, and write from its first process
        claim = self._claim(which)
        self.scenario.release(claim, lost=True)
        self.scenario.observe()
        for _ in self.scenario.ledger.jobs:
            self.scenario.claim()
        self._write_too_late(claim, way)

    def _write_too_late(self, claim: Claim, way: str) -> None:
        self.scenario.observe()
        before = self.scenario.look(claim.job_id)
        more: dict[str, Any] = {"progress": {"fraction": 0.9}, "release": {"lost": True}}
        getattr(self.scenario, way)(claim, **more.get(way, {}))
        after = self.scenario.look(claim.job_id)
        if after != before:
            where = f"job {claim.job_id}, attempt {claim.attempt}"
            raise LawBroken("law-attempts", STREAMS.job, where, before, after)

    # what clients do

    @WITH_JOBS
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        job_id = self._job(which)
        if job_id in self.scenario.ledger.deleted:
            return
        was_final = STREAMS.job.is_final(self.scenario.ledger.jobs[job_id][-1])
        expected, found = 409 if was_final else 200, self.scenario.cancel(job_id)
        if found != expected:
            place = "POST /api/jobs/{job_id}/cancel"
            check([Finding(PART, place, "cancel-status", str(expected), str(found))])

    @WITH_JOBS
    @rule(which=WHICH, last_event_id=st.one_of(st.none(), GARBAGE), slow=st.booleans())
    def follow_a_job(self, which: int, last_event_id: str | None, slow: bool) -> None:
        self._admit(self.scenario.subscribe(self._job(which), last_event_id), slow=slow)

    @WITH_JOBS
    @rule(which=WHICH, revision=st.integers(min_value=0, max_value=12), by_query=st.booleans())
    def resume_a_job_at_any_revision(self, which: int, revision: int, by_query: bool) -> None:
        self._admit(self.scenario.subscribe(self._job(which), str(revision), by_query=by_query))

    @WITH_JOBS
    @rule(which=WHICH, ahead=RELATIVE)
    def resume_a_job_near_its_end(self, which: int, ahead: int) -> None:
        job_id = self._job(which)
        revision = len(self.scenario.ledger.jobs[job_id]) - 1 + ahead
        self._admit(self.scenario.subscribe(job_id, str(revision)))

    @WITH_JOBS
    @rule(which=WHICH, last_event_id=UNICODE)
    def attach_to_a_job_at_a_unicode_id(self, which: int, last_event_id: str) -> None:
        self._admit(self.scenario.subscribe(self._job(which), last_event_id, by_query=True))

    @rule(last_event_id=st.one_of(st.none(), GARBAGE))
    def follow_a_job_that_does_not_exist(self, last_event_id: str | None) -> None:
        self._admit(self.scenario.subscribe("unknown", last_event_id))

    @rule(last_event_id=st.one_of(st.none(), GARBAGE), slow=st.booleans())
    def follow_all(self, last_event_id: str | None, slow: bool) -> None:
        self._admit(self.scenario.subscribe(None, last_event_id), slow=slow)

    @WITH_PLACES
    @rule(which=st.integers(min_value=0, max_value=200), by_query=st.booleans())
    def resume_all_at_any_id(self, which: int, by_query: bool) -> None:
        last_event_id = pick(list(self.scenario.ledger.places), -which)
        self._admit(self.scenario.subscribe(None, last_event_id, by_query=by_query))

    @WITH_PLACES
    @rule(kind=KINDS)
    def catch_up_from_an_expired_id(self, kind: JobType) -> None:
        # random steps hardly ever resume at a place that is no longer kept
        last_event_id = next(reversed(self.scenario.ledger.places))
        self.scenario.cancel(self.scenario.submit(kind))
        # the other readers receive it while it is kept
        self.every_law_holds()
        self.scenario.prune(0)
        self._admit(self.scenario.subscribe(None, last_event_id))

    @WITH_CLAIMS
    @WITH_PLACES
    @rule(which=WHICH, kind=KINDS, way=st.sampled_from(["succeed", "fail", "cancel"]))
    def catch_up_from_an_end_and_a_start(self, which: int, kind: JobType, way: str) -> None:
        # random steps hardly ever make a reader receive at once how one job ended and another began
        last_event_id = next(reversed(self.scenario.ledger.places))
        if way == "cancel":
            self.scenario.cancel(self.scenario.submit(kind))
        else:
            getattr(self.scenario, way)(self._claim(which))
        self.scenario.submit(kind)
        # the other readers receive each by itself
        self.every_law_holds()
        again = self.scenario.subscribe(None, last_event_id)
        self.loop.settle()
        self._admit(again)
        self._reconnect(again)

    @WITH_WATCHERS
    @rule(which=WHICH)
    def leave(self, which: int) -> None:
        self._watcher(which).reader.leave()

    @WITH_WATCHERS
    @rule(which=WHICH)
    def leave_and_reconnect(self, which: int) -> None:
        self._reconnect(self._watcher(which))

    def _reconnect(self, watcher: Watcher) -> None:
        watcher.reader.leave()
        self.loop.settle()
        self._check(watcher)
        ids = [frame.id for frame in watcher.reader.frames if frame.id is not None]
        last_event_id = ids[-1] if ids else watcher.last_event_id
        is_log = watcher.stream is STREAMS.log
        self._admit(self.scenario.subscribe(watcher.job_id, last_event_id, log=is_log))

    @WITH_WATCHERS
    @rule(which=WHICH)
    def stop_reading(self, which: int) -> None:
        self._watcher(which).reader.pause()

    @WITH_WATCHERS
    @rule(which=WHICH)
    def read_a_message(self, which: int) -> None:
        self._watcher(which).reader.read()

    @WITH_WATCHERS
    @rule(which=WHICH)
    def read_on(self, which: int) -> None:
        self._watcher(which).reader.resume()

    # what operators and time do

    @rule(keep=st.integers(min_value=0, max_value=12))
    def prune(self, keep: int) -> None:
        self.scenario.prune(keep)

    @WITH_FINAL_JOBS
    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        self.scenario.delete(pick(self.scenario.final_jobs(), -which))

    @WITH_FINAL_JOBS
    @WITH_PLACES
    @rule(which=WHICH, kind=KINDS, last=st.booleans())
    def catch_up_after_a_deletion(self, which: int, kind: JobType, last: bool) -> None:
        # random steps hardly ever resume from before a deletion, with a change of another job after it
        places = list(self.scenario.ledger.places)
        last_event_id = places[-1] if last else pick(places, -which)
        self.delete(which)
        self.scenario.submit(kind)
        self._admit(self.scenario.subscribe(None, last_event_id))

    @WITH_WATCHERS_OR_CLAIMS
    @rule()
    def restart(self) -> None:
        self.scenario.close()
        self._open()

    @WITH_WATCHERS_OR_CLAIMS
    @rule()
    def kill(self) -> None:
        self.scenario.kill()
        self._open()

    def _open(self) -> None:
        disconnected = self.scenario.watchers
        self.scenario.open()
        self.scenario.observe()
        for watcher in disconnected:
            self._check(watcher)
        self.scenario.watchers = []

    @rule(muted=st.booleans())
    def lose_notifications(self, muted: bool) -> None:
        self.scenario.mute(muted=muted)

    @rule()
    def wait(self) -> None:
        # at least one reader does not block, and pings are due to it
        self._admit(self.scenario.subscribe(None))
        waiting = [w for w in self.scenario.watchers if w.reader.is_open and not w.reader.is_paused]
        pings = {id(w): sum(bool(f.comments) for f in w.reader.frames) for w in waiting}
        blocked = [w for w in self.scenario.watchers if w.reader.is_open and w.reader.is_paused]
        for watcher in blocked:
            watcher.sent_away = True
        self.loop.advance(BLOCKED_SECONDS)
        for watcher in waiting:
            if watcher.reader.is_open and watcher.reader.answer.streams:
                check_pings(watcher.recording(), BLOCKED_SECONDS, pings[id(watcher)])
        for watcher in blocked:
            check_disconnected(watcher.recording(), BLOCKED_SECONDS)

    # what must hold

    @invariant()
    def every_law_holds(self) -> None:
        if not hasattr(self, "scenario"):
            return
        scenario, explored = self.scenario, self.explored
        explored.steps += 1
        scenario.observe()
        if scenario.is_muted:
            self._wait_for_a_look()
        self.loop.settle()
        for watcher in scenario.watchers:
            self._check(watcher)
            check_blocked(watcher.stream, watcher.reader.n_blocked)
        explored.states.add(self._state())
        scenario.watchers = [w for w in scenario.watchers if w.reader.is_open]

    def _wait_for_a_look(self) -> None:
        for watcher in self.scenario.watchers:
            # time passes for readers that block, too
            watcher.sent_away = watcher.sent_away or watcher.reader.is_paused
        self.loop.advance(LOOK_SECONDS)

    def _check(self, watcher: Watcher) -> None:
        self.explored.checks += 1
        self.scenario.check(watcher)

    def _admit(self, watcher: Watcher, *, slow: bool = False) -> None:
        self.explored.readers += 1
        if slow:
            watcher.reader.pause()
        if len(self.scenario.watchers) > MOST_READERS:
            self.scenario.watchers[0].reader.leave()

    def _job(self, which: int) -> str:
        return pick(list(self.scenario.ledger.jobs), -which)

    def _claim(self, which: int) -> Claim:
        return pick(list(self.scenario.engine.claims.values()), which)

    def _watcher(self, which: int) -> Watcher:
        return pick(self.scenario.watchers, which)

    def _state(self) -> Any:
        ledger = self.scenario.ledger
        fields = ("status", "attempt", "cancel_requested", "revision")
        jobs = tuple(
            (
                job in ledger.forgotten,
                job in ledger.deleted,
                *(records[-1][name] for name in fields),
            )
            for job, records in ledger.jobs.items()
        )
        readers = sorted(
            (w.job_id is None, w.reader.is_paused, len(w.reader.frames), w.reader.answer.status)
            for w in self.scenario.watchers
        )
        return jobs, tuple(readers), self.scenario.is_muted


def pick(things: list[T], which: int) -> T:
    """Return one of some things, and note of how many."""
    note(f"one of {len(things)}")
    return things[which % len(things)]
