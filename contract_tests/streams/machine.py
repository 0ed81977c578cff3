"""Everything that clients, jobs and operators do to streams, in any order; every law is held after every step."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract_tests.kit.clock import VirtualLoop
from contract_tests.streams.laws import LawBroken, check_blocked, check_disconnected, check_pings
from contract_tests.streams.scenario import STREAMS, Scenario, Watcher
from quant_engine.api.jobs.store import Claim
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.services.jobs import EventStreams

LOOK_SECONDS = 16.0  #: by then a stream has looked again though nobody woke it
BLOCKED_SECONDS = 45.0  #: by then a ping was due, and 30 s have passed since
MOST_READERS = 8

T = TypeVar("T")

WHICH = st.integers(min_value=0, max_value=7)
FRACTIONS = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0, -1.0, 2.0, 1e-9])
KINDS = st.sampled_from(list(JobType))
# as a header may carry them: garbage, the future, numbers that are no revisions
GARBAGE = st.one_of(
    st.sampled_from(
        ["", "x", "-1", "+1", "01", "1.0", "0x1", "1e0", "9" * 18, "9" * 40, "1_0", "None", "true"]
    ),
    st.text(st.characters(codec="latin-1", exclude_categories=["C"]), max_size=8).map(str.strip),
    st.integers(min_value=-3, max_value=2**70).map(str),
)
UNICODE = st.text(max_size=6)  #: as only a query can carry it
WAYS = ["progress", "succeed", "fail", "release"]  #: in which a process writes
RELATIVE = st.integers(min_value=-2, max_value=3)  #: to a job's newest revision


@dataclass
class Explored:
    """What all runs of a machine came through."""

    runs: int = 0
    steps: int = 0
    readers: int = 0
    checks: int = 0
    frames: int = 0
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
        self.explored.runs += 1
        for kind in kinds:
            self._came(self.scenario.subscribe(self.scenario.submit(kind)))
        self._came(self.scenario.subscribe(None))
        if is_running:
            self.scenario.claim()
        if is_cancelled:
            self.scenario.observe()
            # the last: it waits, unless it is the only one
            self.scenario.cancel(self._job(1))

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

    @precondition(lambda self: self.scenario.engine.claims)
    @rule(which=WHICH, fraction=FRACTIONS)
    def progress(self, which: int, fraction: float) -> None:
        self.scenario.progress(self._claim(which), fraction)

    @precondition(lambda self: self.scenario.engine.claims)
    @rule(which=WHICH)
    def progress_less_than_before(self, which: int) -> None:
        for fraction in (0.75, 0.25):
            self.scenario.progress(self._claim(which), fraction)
            self.scenario.observe()

    @precondition(lambda self: self.scenario.engine.claims)
    @rule(which=WHICH)
    def succeed(self, which: int) -> None:
        self.scenario.succeed(self._claim(which))

    @precondition(lambda self: self.scenario.engine.claims)
    @rule(which=WHICH)
    def fail(self, which: int) -> None:
        self.scenario.fail(self._claim(which))

    @precondition(lambda self: self.scenario.engine.claims)
    @rule(which=WHICH, crashed=st.booleans())
    def release(self, which: int, crashed: bool) -> None:
        self.scenario.release(self._claim(which), crashed=crashed)

    @precondition(lambda self: self.scenario.stale)
    @rule(which=WHICH, way=st.sampled_from(WAYS))
    def write_for_an_attempt_that_is_over(self, which: int, way: str) -> None:
        self._write_too_late(_pick(self.scenario.stale, which), way)

    @precondition(lambda self: self.scenario.engine.claims)
    @rule(which=WHICH, way=st.sampled_from(WAYS))
    def write_while_the_next_attempt_runs(self, which: int, way: str) -> None:
        # by chance alone hardly any job is lost, started again, and written to by the first process
        claim = self._claim(which)
        self.scenario.release(claim, crashed=True)
        self.scenario.observe()
        for _ in self.scenario.ledger.jobs:
            self.scenario.claim()
        self._write_too_late(claim, way)

    def _write_too_late(self, claim: Claim, way: str) -> None:
        self.scenario.observe()
        before = self.scenario.look(claim.job_id)
        more: dict[str, Any] = {"progress": {"fraction": 0.9}, "release": {"crashed": True}}
        getattr(self.scenario, way)(claim, **more.get(way, {}))
        after = self.scenario.look(claim.job_id)
        if after != before:
            where = f"job {claim.job_id}, attempt {claim.attempt}"
            raise LawBroken("law-attempts", STREAMS.job, where, before, after)

    # what clients do

    @precondition(lambda self: self.scenario.ledger.jobs)
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        job_id = self._job(which)
        was_final = STREAMS.job.is_final(self.scenario.ledger.jobs[job_id][-1])
        assert self.scenario.cancel(job_id) == (409 if was_final else 200)

    @precondition(lambda self: self.scenario.ledger.jobs)
    @rule(which=WHICH, last_event_id=st.one_of(st.none(), GARBAGE), slow=st.booleans())
    def follow_a_job(self, which: int, last_event_id: str | None, slow: bool) -> None:
        self._came(self.scenario.subscribe(self._job(which), last_event_id), slow=slow)

    @precondition(lambda self: self.scenario.ledger.jobs)
    @rule(which=WHICH, revision=st.integers(min_value=0, max_value=12), by_query=st.booleans())
    def resume_a_job_at_any_revision(self, which: int, revision: int, by_query: bool) -> None:
        self._came(self.scenario.subscribe(self._job(which), str(revision), by_query=by_query))

    @precondition(lambda self: self.scenario.ledger.jobs)
    @rule(which=WHICH, ahead=RELATIVE)
    def resume_a_job_near_its_end(self, which: int, ahead: int) -> None:
        job_id = self._job(which)
        revision = len(self.scenario.ledger.jobs[job_id]) - 1 + ahead
        self._came(self.scenario.subscribe(job_id, str(revision)))

    @precondition(lambda self: self.scenario.ledger.jobs)
    @rule(which=WHICH, last_event_id=UNICODE)
    def ask_a_job_for_unicode(self, which: int, last_event_id: str) -> None:
        self._came(self.scenario.subscribe(self._job(which), last_event_id, by_query=True))

    @rule(last_event_id=st.one_of(st.none(), GARBAGE))
    def follow_a_job_that_does_not_exist(self, last_event_id: str | None) -> None:
        self._came(self.scenario.subscribe("nobody", last_event_id))

    @rule(last_event_id=st.one_of(st.none(), GARBAGE), slow=st.booleans())
    def follow_all(self, last_event_id: str | None, slow: bool) -> None:
        self._came(self.scenario.subscribe(None, last_event_id), slow=slow)

    @precondition(lambda self: self.scenario.ledger.places)
    @rule(which=st.integers(min_value=0, max_value=200), by_query=st.booleans())
    def resume_all_at_any_id(self, which: int, by_query: bool) -> None:
        last_event_id = _pick(list(self.scenario.ledger.places), -which)
        self._came(self.scenario.subscribe(None, last_event_id, by_query=by_query))

    @precondition(lambda self: self.scenario.ledger.places)
    @rule(kind=KINDS)
    def come_back_when_it_is_forgotten(self, kind: JobType) -> None:
        # by chance alone hardly anybody comes back to a place that is no longer kept
        last_event_id = next(reversed(self.scenario.ledger.places))
        self.scenario.cancel(self.scenario.submit(kind))
        # who was there before hears of it while it is kept
        self.every_law_holds()
        self.scenario.prune(0)
        self._came(self.scenario.subscribe(None, last_event_id))

    @precondition(lambda self: self.scenario.engine.claims and self.scenario.ledger.places)
    @rule(which=WHICH, kind=KINDS, way=st.sampled_from(["succeed", "fail", "cancel"]))
    def come_back_to_an_end_among_others(self, which: int, kind: JobType, way: str) -> None:
        # by chance alone hardly anybody reads at once how one job ended and what others did after it
        last_event_id = next(reversed(self.scenario.ledger.places))
        if way == "cancel":
            self.scenario.cancel(self.scenario.submit(kind))
        else:
            getattr(self.scenario, way)(self._claim(which))
        self.scenario.submit(kind)
        # who was there before hears of each by itself
        self.every_law_holds()
        again = self.scenario.subscribe(None, last_event_id)
        self.loop.settle()
        self._came(again)
        self._leave_and_come_again(again)

    @precondition(lambda self: self.scenario.watchers)
    @rule(which=WHICH)
    def leave(self, which: int) -> None:
        self._watcher(which).reader.leave()

    @precondition(lambda self: self.scenario.watchers)
    @rule(which=WHICH)
    def leave_and_come_again(self, which: int) -> None:
        self._leave_and_come_again(self._watcher(which))

    def _leave_and_come_again(self, watcher: Watcher) -> None:
        watcher.reader.leave()
        self.loop.settle()
        self._check(watcher)
        ids = [frame.id for frame in watcher.reader.frames if frame.id is not None]
        last_event_id = ids[-1] if ids else watcher.last_event_id
        self._came(self.scenario.subscribe(watcher.job_id, last_event_id))

    @precondition(lambda self: self.scenario.watchers)
    @rule(which=WHICH)
    def stop_to_read(self, which: int) -> None:
        self._watcher(which).reader.pause()

    @precondition(lambda self: self.scenario.watchers)
    @rule(which=WHICH)
    def read_a_little(self, which: int) -> None:
        self._watcher(which).reader.read()

    @precondition(lambda self: self.scenario.watchers)
    @rule(which=WHICH)
    def read_on(self, which: int) -> None:
        self._watcher(which).reader.resume()

    # what operators and time do

    @rule(keep=st.integers(min_value=0, max_value=12))
    def prune(self, keep: int) -> None:
        self.scenario.prune(keep)

    @precondition(lambda self: self.scenario.watchers or self.scenario.engine.claims)
    @rule()
    def restart(self) -> None:
        self.scenario.close()
        self._open()

    @precondition(lambda self: self.scenario.watchers or self.scenario.engine.claims)
    @rule()
    def kill(self) -> None:
        self.scenario.kill()
        self._open()

    @rule(muted=st.booleans())
    def lose_notifications(self, muted: bool) -> None:
        self.scenario.mute(muted=muted)

    @rule()
    def wait(self) -> None:
        # somebody who reads is always there: pings are due to them, whoever blocks
        self._came(self.scenario.subscribe(None))
        waiting = [w for w in self.scenario.watchers if w.reader.is_open and not w.reader.is_paused]
        pings = {id(w): sum(bool(f.comments) for f in w.reader.frames) for w in waiting}
        blocked = [w for w in self.scenario.watchers if w.reader.is_open and w.reader.is_paused]
        for watcher in blocked:
            watcher.sent_away = True
        self.loop.advance(BLOCKED_SECONDS)
        for watcher in waiting:
            if watcher.reader.is_open and watcher.reader.answer.streams:
                check_pings(self.scenario.recording(watcher), BLOCKED_SECONDS, pings[id(watcher)])
        for watcher in blocked:
            check_disconnected(self.scenario.recording(watcher), BLOCKED_SECONDS)

    # what must hold

    @invariant()
    def every_law_holds(self) -> None:
        if not hasattr(self, "scenario"):
            return
        explored = self.explored
        explored.steps += 1
        self.scenario.observe()
        if self.scenario.is_muted:
            self._wait_for_a_look()
        self.loop.settle()
        for watcher in self.scenario.watchers:
            self._check(watcher)
            check_blocked(watcher.stream, watcher.reader.n_blocked)
        explored.states.add(self._state())
        gone = [w for w in self.scenario.watchers if not w.reader.is_open]
        explored.frames += sum(len(watcher.reader.frames) for watcher in gone)
        self.scenario.watchers = [w for w in self.scenario.watchers if w.reader.is_open]

    def _wait_for_a_look(self) -> None:
        for watcher in self.scenario.watchers:
            # time passes for those who block too
            watcher.sent_away = watcher.sent_away or watcher.reader.is_paused
        self.loop.advance(LOOK_SECONDS)

    def _check(self, watcher: Watcher) -> None:
        self.explored.checks += 1
        self.scenario.check(watcher)

    def _came(self, watcher: Watcher, *, slow: bool = False) -> None:
        self.explored.readers += 1
        if slow:
            watcher.reader.pause()
        if len(self.scenario.watchers) > MOST_READERS:
            self.scenario.watchers[0].reader.leave()

    def _open(self) -> None:
        gone = self.scenario.watchers
        self.scenario.open()
        self.scenario.observe()
        for watcher in gone:
            self._check(watcher)
        self.scenario.watchers = []

    def _job(self, which: int) -> str:
        return _pick(list(self.scenario.ledger.jobs), -which)

    def _claim(self, which: int) -> Claim:
        return _pick(list(self.scenario.engine.claims.values()), which)

    def _watcher(self, which: int) -> Watcher:
        return _pick(self.scenario.watchers, which)

    def _state(self) -> Any:
        ledger = self.scenario.ledger
        told = ("status", "attempt", "cancel_requested", "revision")
        jobs = tuple(
            (job in ledger.forgotten, *(records[-1][name] for name in told))
            for job, records in ledger.jobs.items()
        )
        readers = sorted(
            (w.job_id is None, w.reader.is_paused, len(w.reader.frames), w.reader.answer.status)
            for w in self.scenario.watchers
        )
        return jobs, tuple(readers), self.scenario.is_muted


def _pick(things: list[T], which: int) -> T:
    note(f"one of {len(things)}")
    return things[which % len(things)]
