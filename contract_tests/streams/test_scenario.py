"""A scenario uses no thread and no clock, so that a schedule replays exactly."""

import threading
from dataclasses import replace
from pathlib import Path

from contract_tests.streams.interleaving import ASLEEP, Sweep
from contract_tests.streams.scenario import open_scenario
from contract_tests.streams.schedules import Schedule
from quant_engine.api.schemas.jobs import JobType


def test_a_request_needs_no_thread(tmp_path: Path) -> None:
    # with a thread, the order of steps would depend on the machine
    before = set(threading.enumerate())
    with open_scenario(tmp_path / "home") as scenario:
        job = scenario.submit(JobType.TRAIN)
        scenario.subscribe(job)
        scenario.subscribe(None)
        assert scenario.cancel(job) == 200
        assert set(threading.enumerate()) == before


def test_a_schedule_takes_the_same_steps_each_time(tmp_path: Path) -> None:
    schedule = Schedule(False, "nothing", ("start",), ("succeed",), (5,), over_http=True)
    taken = []
    with open_scenario(tmp_path / "home") as scenario:
        sweep = Sweep(scenario)
        for _ in range(3):
            before = sweep.steps
            sweep.run(schedule)
            taken.append(sweep.steps - before)
        # the stream did not sleep then
        assert 5 in sweep.changeable(replace(schedule, steps=(ASLEEP,)))
        sweep.close()
    # the first run fills caches
    assert taken[1:] == taken[:1] * 2
