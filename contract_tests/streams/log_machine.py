"""The machine of streams, with jobs that print, and readers of their logs."""

from dataclasses import replace
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contract_tests.streams.machine import (
    WITH_CLAIMS,
    WITH_FINAL_JOBS,
    WITH_JOBS,
    StreamMachine,
    pick,
)
from contract_tests.streams.scenario import Scenario
from contract_tests.streams.strategies import GARBAGE, RELATIVE, WHICH
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.services.job_log import LogStreams


class LogMachine(StreamMachine):
    """One home, its services, jobs that print, and readers of everything."""

    logs: ClassVar[type[LogStreams]] = LogStreams  #: a test may plant its fault here

    def _opened(self, scenario: Scenario) -> None:
        scenario.logs = self.logs
        scenario.app.state.services = replace(
            scenario.app.state.services, log_streams=self.logs(scenario.parts.services.log)
        )

    @WITH_CLAIMS
    @rule(which=WHICH, count=st.integers(min_value=1, max_value=9))
    def print_lines(self, which: int, count: int) -> None:
        self.scenario.print(self._claim(which), count)

    @WITH_CLAIMS
    @rule(which=WHICH, way=st.sampled_from(["succeed", "fail", "release"]))
    def print_and_end(self, which: int, way: str) -> None:
        # random steps hardly ever bring the last lines and the end at once
        claim = self._claim(which)
        self._admit(self.scenario.subscribe(claim.job_id, log=True))
        was_muted = self.scenario.is_muted
        self.scenario.mute(muted=True)
        self.scenario.print(claim, 2)
        more = {"lost": True} if way == "release" else {}
        getattr(self.scenario, way)(claim, **more)
        self.scenario.mute(muted=was_muted)
        self.scenario.notifier.notify(claim.job_id, Notifier.ALL)

    @WITH_CLAIMS
    @rule(which=WHICH)
    def print_after_the_attempt(self, which: int) -> None:
        # a process that was abandoned
        claim = self._claim(which)
        self.scenario.release(claim, lost=True)
        self.scenario.print(claim, 1)

    @WITH_JOBS
    @rule(which=WHICH, last_event_id=st.one_of(st.none(), GARBAGE), slow=st.booleans())
    def follow_a_log(self, which: int, last_event_id: str | None, slow: bool) -> None:
        watcher = self.scenario.subscribe(self._job(which), last_event_id, log=True)
        self._admit(watcher, slow=slow)

    @WITH_JOBS
    @rule(which=WHICH, line=st.integers(min_value=0, max_value=25), by_query=st.booleans())
    def resume_a_log_at_any_line(self, which: int, line: int, by_query: bool) -> None:
        job_id = self._job(which)
        self._admit(self.scenario.subscribe(job_id, str(line), by_query=by_query, log=True))

    @WITH_JOBS
    @rule(which=WHICH, ahead=RELATIVE)
    def resume_a_log_near_its_end(self, which: int, ahead: int) -> None:
        job_id = self._job(which)
        line = self.scenario.ledger.newest(job_id) + ahead
        self._admit(self.scenario.subscribe(job_id, str(line), log=True))

    @WITH_FINAL_JOBS
    @rule(which=WHICH)
    def resume_a_log_that_has_ended(self, which: int) -> None:
        # random steps hardly ever resume from the id of `done`
        job_id = pick(self.scenario.final_jobs(), -which)
        newest = self.scenario.ledger.newest(job_id)
        for line in (newest, newest + 1):
            self._admit(self.scenario.subscribe(job_id, str(line), log=True))

    @rule(last_event_id=st.one_of(st.none(), GARBAGE))
    def follow_the_log_of_a_job_that_does_not_exist(self, last_event_id: str | None) -> None:
        self._admit(self.scenario.subscribe("unknown", last_event_id, log=True))
