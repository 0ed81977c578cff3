"""The engine strands no job, whatever dies and whatever the database raises, before every step.

`ENGINE_SCHEDULES=10000` tries so many made-up schedules; `ENGINE_SCHEDULE='…'` replays the one that a failure printed.
"""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.engine.schedules import FAULTS, KNOWN, Fault, Schedule, generated
from contract_tests.engine.simulation import run

SCHEDULES = int(os.environ.get("ENGINE_SCHEDULES", "60"))
SCHEDULE = os.environ.get("ENGINE_SCHEDULE")
BASE = Schedule(2, (1, 1, 2))
STRIDE = (
    7  #: of the steps before which a fault happens; a prime, so that each kind gets other steps
)
pytestmark = pytest.mark.timeout(0)  # virtual time finds a hang


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    """New folders, one after another."""
    return (tmp_path / str(number) for number in count())


@pytest.mark.parametrize("kind", range(1, 7))
def test_without_a_fault(folders: Iterator[Path], kind: int) -> None:
    run(next(folders), Schedule(2, (kind, 1)))


@pytest.mark.parametrize("kind", KNOWN)
def test_what_an_earlier_engine_broke(folders: Iterator[Path], kind: str) -> None:
    for schedule in KNOWN[kind]:
        run(next(folders), schedule)


def test_each_fault_before_many_steps(folders: Iterator[Path], summarise: Summarise) -> None:
    steps = run(next(folders), BASE)
    schedules = [
        Schedule(BASE.workers, BASE.kinds, (Fault(step, name),))
        for number, name in enumerate(FAULTS)
        for step in range(number % STRIDE, steps, STRIDE)
    ]
    for schedule in schedules:
        run(next(folders), schedule)
    summarise("engine", f"one fault: {len(schedules)} schedules of {len(FAULTS)} faults")


def test_several_faults(folders: Iterator[Path], summarise: Summarise) -> None:
    for seed in range(SCHEDULES):
        run(next(folders), generated(seed))
    summarise("engine", f"several faults: {SCHEDULES} schedules")


@pytest.mark.skipif(SCHEDULE is None, reason="ENGINE_SCHEDULE names what to replay")
def test_replay(folders: Iterator[Path]) -> None:
    run(next(folders), Schedule.read(SCHEDULE or ""))
