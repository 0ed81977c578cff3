"""Each fault that is planted in the streams is found, and the message names the law and the place."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from contract_tests.streams import planted, planted_logs
from contract_tests.streams.interleaving import Sweep
from contract_tests.streams.laws import LawBroken
from contract_tests.streams.recording import HANGS
from contract_tests.streams.scenario import Scenario, Watcher, open_scenario
from contract_tests.streams.schedules import Schedule
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.services.job_log import LogStreams
from quant_engine.api.services.jobs import EventStreams
from wirelaw.finding import Finding

LOG = "GET /api/jobs/{job_id}/log/events"
Open = Callable[[type[EventStreams]], Scenario]
JOB, ALL = "GET /api/jobs/{job_id}/events", "GET /api/events"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda streams: stack.enter_context(open_scenario(tmp_path / "home", streams=streams))


def follow(scenario: Scenario) -> None:
    """Read jobs that end, and one that does not exist, from every place, and check every law."""
    every = scenario.subscribe(None)
    for place in ["0123456789ab.1", "garbage"]:
        scenario.check(scenario.subscribe(None, place))
    scenario.check(scenario.subscribe("unknown"))
    for _ in range(2):
        job = scenario.submit(JobType.BACKTEST)
        watchers = [
            every,
            scenario.subscribe(job),
            *_at_every_id(scenario, job, every.reader.frames[0].id),
        ]
        claim = scenario.claim()
        assert claim is not None
        scenario.look(job)
        scenario.progress(claim, 0.5)
        scenario.look(job)
        watchers += _at_every_id(scenario, job, every.reader.frames[0].id)
        scenario.succeed(claim)
        scenario.look(job)
        watchers += _at_every_id(scenario, job, every.reader.frames[-1].id)
        for watcher in watchers:
            scenario.check(watcher)


def broken(check: Callable[[], object]) -> Finding:
    with pytest.raises(LawBroken) as raised:
        check()
    (finding,) = raised.value.findings
    return finding


def _at_every_id(scenario: Scenario, job: str, place: str | None) -> Iterator[Watcher]:
    scenario.check(scenario.watchers[0])
    for last_event_id in [None, "garbage", "99", *map(str, range(5))]:
        yield scenario.subscribe(job, last_event_id)
    yield scenario.subscribe(None, place)


def test_the_real_streams_keep_every_law(opened: Open) -> None:
    follow(opened(EventStreams))


@pytest.mark.parametrize(
    ("fault", "law", "where", "sides"),
    [
        (planted.IgnoresTheId, "law-reset", ALL, ("`reset`", "retry: 2000")),
        (planted.WaitsForTheFuture, "law-1-first", JOB, ("`status`", "nothing")),
        (planted.KnowsEveryJob, "law-6-refusal", JOB, ("404", "200")),
        (planted.NeverCloses, "law-3-end", JOB, ("a close after `done`", "an open stream")),
        (planted.NeverStopsAReader, "law-5-late", JOB, ("204", "200")),
        (planted.EndsWithoutDone, "law-3-end", JOB, ("`done` before the server closes", "a close")),
    ],
)
def test_a_planted_fault_is_found(
    opened: Open, fault: type[EventStreams], law: str, where: str, sides: tuple[str, str]
) -> None:
    scenario = opened(fault)
    finding = broken(lambda: follow(scenario))
    assert (finding.part, finding.code, finding.pointer) == ("streams", law, where)
    expected, found = sides
    assert expected in finding.expected
    assert found in finding.found
    assert "/paths/~1api~1" in finding.fix
    assert "quant_engine/api/" in finding.fix
    assert "pytest contract_tests/streams" in finding.fix


def test_an_ignored_id_on_a_jobs_stream_is_found(opened: Open) -> None:
    scenario = opened(planted.IgnoresTheId)
    job = scenario.submit(JobType.TRAIN)
    scenario.claim()
    scenario.look(job)
    finding = broken(lambda: scenario.check(scenario.subscribe(job, "0")))
    assert finding.code == "law-4-resume"
    assert finding.found.startswith("at revision 1, opened from id '0': ")


def test_a_cancellation_that_no_stream_sends_is_found(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = opened(EventStreams)
    job = scenario.submit(JobType.TRAIN)
    watcher = scenario.subscribe(job)
    scenario.mute(muted=True)
    monkeypatch.setattr("quant_engine.api.services.jobs.LOOK_SECONDS", 1e6)
    assert scenario.cancel(job) == 200
    scenario.look(job)
    finding = broken(lambda: scenario.check(watcher))
    assert (finding.code, finding.expected) == ("law-3-end", "the event `cancelled`")
    assert finding.found.endswith(HANGS)


@pytest.mark.parametrize(
    ("fault", "every", "options", "law"),
    [
        (planted.ReadsThenSubscribes, False, {}, "law-3-end"),
        (planted.ReadsThenSubscribes, True, {}, "law-8-all-jobs"),
        (planted.TrustsNotifications, False, {"is_muted": True}, "law-3-end"),
        (planted.TrustsNotifications, True, {"is_muted": True}, "law-8-all-jobs"),
        (planted.SkipsEventsWhileItOpens, False, {}, "law-"),
    ],
)
def test_the_sweep_finds_a_fault_that_needs_an_exact_moment(
    opened: Open, fault: type[EventStreams], every: bool, options: dict[str, Any], law: str
) -> None:
    schedule = Schedule(every, "nothing", ("start",), ("succeed",), (), **options)
    assert found_and_replayed(Sweep(opened(fault)), schedule).code.startswith(law)


def found_and_replayed(sweep: Sweep, planned: Schedule) -> Finding:
    """Sweep a schedule until it finds a fault, and replay that; return the finding."""
    with pytest.raises(LawBroken) as found:
        (sweep.pairs if len(planned.script) > 1 else sweep.singles)(planned)
    sweep.close()
    (finding,) = found.value.findings
    (note,) = found.value.__notes__
    schedule = Schedule.read(note.split("'")[1])
    assert note == f"STREAM_SCHEDULE='{schedule}' pytest contract_tests/streams -k replay"
    again = Sweep(sweep.scenario)
    same = broken(lambda: again.run(schedule))
    again.close()
    assert (same.code, same.expected) == (finding.code, finding.expected)
    # all but the id of the job
    assert same.found.split(": ")[-1] == finding.found.split(": ")[-1]
    return finding


def follow_log(scenario: Scenario) -> None:
    """Read the log of a job that ends, and of one that does not exist, from every line, and check every law."""
    scenario.check(scenario.subscribe("unknown", log=True))
    job = scenario.submit(JobType.BACKTEST)
    watchers = [scenario.subscribe(job, log=True)]
    claim = scenario.claim()
    assert claim is not None
    scenario.look(job)
    for count in (2, 9, 1):
        scenario.print(claim, count)
        watchers += _log_at_every_line(scenario, job)
        for watcher in watchers:
            scenario.check(watcher)
    scenario.succeed(claim)
    scenario.look(job)
    for watcher in [*watchers, *_log_at_every_line(scenario, job)]:
        scenario.check(watcher)


def _log_at_every_line(scenario: Scenario, job: str) -> Iterator[Watcher]:
    newest = scenario.ledger.newest(job)
    for last_event_id in [None, "garbage", "99", *map(str, range(newest + 2))]:
        yield scenario.subscribe(job, last_event_id, log=True)


def test_the_real_streams_of_logs_keep_every_law(tmp_path: Path) -> None:
    with open_scenario(tmp_path / "home") as scenario:
        follow_log(scenario)


@pytest.mark.parametrize(
    ("fault", "law", "sides"),
    [
        (planted_logs.IgnoresTheLine, "law-9-log", ("`skipped` from 2", "`skipped`")),
        (planted_logs.NeverStopsAReader, "law-5-late", ("204", "200")),
        (planted_logs.StatesNoGap, "law-9-log", ("line 1", "a gap that nothing states")),
        (planted_logs.EndsWithoutDone, "law-3-end", ("`done`", "a close")),
    ],
)
def test_a_fault_that_is_planted_in_a_log_is_found(
    tmp_path: Path, fault: type[LogStreams], law: str, sides: tuple[str, str]
) -> None:
    with open_scenario(tmp_path / "home", logs=fault) as scenario:
        finding = broken(lambda: follow_log(scenario))
    assert (finding.part, finding.code, finding.pointer) == ("streams", law, LOG)
    expected, found = sides
    assert expected in finding.expected
    assert found in finding.found


@pytest.mark.parametrize(
    ("fault", "script", "options", "law"),
    [
        (planted_logs.ReadsThenSubscribes, ("print",), {}, "law-9-log"),
        (planted_logs.TrustsNotifications, ("print",), {"is_muted": True}, "law-9-log"),
        (planted_logs.ReadsTheEndLater, ("print", "succeed"), {}, "law-3-end"),
    ],
)
def test_the_sweep_finds_a_fault_of_a_log_that_needs_an_exact_moment(
    tmp_path: Path,
    fault: type[LogStreams],
    script: tuple[str, ...],
    options: dict[str, Any],
    law: str,
) -> None:
    schedule = Schedule(False, "nothing", ("start", "print"), script, (), log=True, **options)
    with open_scenario(tmp_path / "home", logs=fault) as scenario:
        assert found_and_replayed(Sweep(scenario), schedule).code == law
