"""What runs in a scenario runs there alone: no thread, no clock, so that a schedule replays exactly."""

import threading
from pathlib import Path

import pytest

from contract_tests.kit.clock import Hang, VirtualLoop, virtual_loop
from contract_tests.streams.interleaving import Schedule, Sweep
from contract_tests.streams.scenario import open_scenario
from quant_engine.api.schemas.jobs import JobType


def test_a_request_needs_no_thread(tmp_path: Path) -> None:
    # a hop to a thread would leave the order of steps to the machine
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
            assert sweep.run(schedule) == [False]
            taken.append(sweep.steps - before)
        sweep.close()
    # what the first run fills is filled for the others
    assert taken[1:] == taken[:1] * 2


def test_what_never_comes_is_a_hang_and_not_a_wait() -> None:
    with virtual_loop() as loop, pytest.raises(Hang):
        loop.run(_never(loop))


async def _never(loop: VirtualLoop) -> None:
    await loop.create_future()


def test_time_passes_only_when_it_is_told_to() -> None:
    with virtual_loop() as loop:
        heard: list[float] = []
        begun = loop.time()
        loop.call_later(10, lambda: heard.append(loop.time() - begun))
        loop.settle()
        assert heard == []
        loop.advance(30)
        assert heard == [pytest.approx(10)]
        assert loop.time() - begun == pytest.approx(30)
