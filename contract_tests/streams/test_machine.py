"""The machine finds no broken law and each planted one; `STREAM_EXAMPLES=2000` makes it run longer, on new seeds."""

import logging
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from contract_tests.conftest import Summarise
from contract_tests.streams import planted
from contract_tests.streams.laws import LawBroken
from contract_tests.streams.machine import Explored, StreamMachine
from contract_tests.streams.scenario import open_scenario
from quant_engine.api.services.jobs import EventStreams

EXAMPLES = int(os.environ.get("STREAM_EXAMPLES", "0"))
DEFAULT_EXAMPLES = 25


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template") / "home"
    with open_scenario(home):
        pass
    return home


def run(template: Path, streams: type[EventStreams], examples: int) -> Explored:
    class Machine(StreamMachine):
        explored = Explored()

    Machine.template, Machine.streams = template, streams
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            print_blob=True,
            # shrinking takes long, so that only a long run shrinks
            phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Machine.explored


@pytest.mark.timeout(0)  # virtual time finds a hang
def test_every_law_holds_after_every_step(
    template: Path, summarise: Summarise, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)

    explored = run(template, EventStreams, EXAMPLES or DEFAULT_EXAMPLES)
    summarise(
        "streams",
        f"machine: {explored.runs} runs, {explored.steps} steps, {len(explored.states)} states, "
        f"{explored.readers} readers, {explored.checks} checks of every law",
    )
    assert explored.steps >= 20 * DEFAULT_EXAMPLES
    assert len(explored.states) >= 6 * DEFAULT_EXAMPLES
    assert explored.readers >= 8 * DEFAULT_EXAMPLES


@pytest.mark.parametrize(
    "fault", [planted.IgnoresTheId, planted.TrustsNotifications, planted.EndsWithoutDone]
)
def test_a_planted_fault_is_found_and_can_be_reproduced(
    template: Path, fault: type[EventStreams], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    with pytest.raises(LawBroken) as found:
        run(template, fault, DEFAULT_EXAMPLES)
    notes = "\n".join(found.value.__notes__)
    assert "state.begin(" in notes
    assert "@reproduce_failure(" in notes
