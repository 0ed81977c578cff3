"""Jobs, faults and time in any order: hypothesis looks for the shortest one that breaks a law of the engine."""

import logging
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from contract_tests.engine.schedules import FAULTS, KINDS
from contract_tests.engine.simulation import Simulation
from contract_tests.kit.clock import virtual_loop

MOST_JOBS = 5


class EngineMachine(RuleBasedStateMachine):
    """One home from its first service to the end of all jobs."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        logging.disable(logging.CRITICAL)
        self._stack.callback(logging.disable, logging.NOTSET)
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._loop = self._stack.enter_context(virtual_loop())
        self._folder = folder
        self.simulation: Simulation

    @initialize(workers=st.integers(1, 3))
    def start(self, workers: int) -> None:
        self.simulation = Simulation(self._loop, self._folder, workers)
        self._stack.callback(self.simulation.close)

    @precondition(lambda self: len(self.simulation.jobs) < MOST_JOBS)
    @rule(kind=st.sampled_from(sorted(KINDS)))
    def submit(self, kind: int) -> None:
        self.simulation.submit(kind)

    @precondition(lambda self: self.simulation.jobs)
    @rule(name=st.sampled_from(FAULTS))
    def happen(self, name: str) -> None:
        self._loop.call_soon(self.simulation.happen, name)

    @rule(seconds=st.sampled_from([0.0, 0.05, 0.3, 1.0, 4.0, 20.0]))
    def wait(self, seconds: float) -> None:
        self.simulation.advance(seconds)

    def teardown(self) -> None:
        try:
            if hasattr(self, "simulation"):
                # the last fault happens before its trouble is over
                self._loop.settle()
                self.simulation.end()
        finally:
            self._stack.close()


TestEngine = EngineMachine.TestCase
TestEngine.settings = settings(
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
pytestmark = pytest.mark.timeout(0)  # virtual time finds a hang
