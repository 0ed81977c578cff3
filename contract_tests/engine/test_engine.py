"""The engine strands no job, whatever dies and whatever the database raises, before every step."""

import os
from pathlib import Path

import pytest

from contract_tests.engine.simulation import FAULTS, Fault, Schedule, Simulation, generated
from contract_tests.kit.clock import virtual_loop

SCHEDULE = os.environ.get("ENGINE_SCHEDULE")
pytestmark = pytest.mark.timeout(0)  # virtual time finds a hang


def run(folder: Path, schedule: Schedule) -> None:
    folder.mkdir()
    with virtual_loop() as loop:
        Simulation(loop, folder, schedule).run()


@pytest.mark.parametrize("kind", range(1, 7))
def test_without_a_fault(tmp_path: Path, kind: int) -> None:
    run(tmp_path / "home", Schedule(2, (kind, 1)))


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault(tmp_path: Path, name: str) -> None:
    for number, step in enumerate(range(0, 300, 15)):
        run(tmp_path / str(number), Schedule(2, (1, 1, 2), (Fault(step, name),)))


def test_several_faults(tmp_path: Path) -> None:
    for seed in range(50):
        run(tmp_path / str(seed), generated(seed))


@pytest.mark.skipif(SCHEDULE is None, reason="ENGINE_SCHEDULE names what to replay")
def test_replay(tmp_path: Path) -> None:
    run(tmp_path / "home", Schedule.read(SCHEDULE or ""))
