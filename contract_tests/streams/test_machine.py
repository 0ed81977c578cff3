"""The machine finds no broken law and each planted one; `STREAM_EXAMPLES=2000` makes it run longer, on new seeds."""

import logging
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from contract_tests.conftest import Summarise
from contract_tests.streams import planted, planted_logs
from contract_tests.streams.laws import LawBroken
from contract_tests.streams.log_machine import LogMachine
from contract_tests.streams.machine import Explored, StreamMachine
from contract_tests.streams.scenario import open_scenario, small_logs
from quant_engine.api.services.job_log import LogStreams
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
    return explore(Machine, examples)


def run_with_logs(template: Path, logs: type[LogStreams], examples: int) -> Explored:
    class Machine(LogMachine):
        explored = Explored()

    Machine.template, Machine.logs = template, logs
    with small_logs():
        return explore(Machine, examples)


def explore(machine: type[StreamMachine], examples: int) -> Explored:
    run_state_machine_as_test(
        machine,
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
    return machine.explored


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


@pytest.mark.timeout(0)
def test_every_law_of_logs_holds_after_every_step(
    template: Path, summarise: Summarise, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    explored = run_with_logs(template, LogStreams, EXAMPLES or DEFAULT_EXAMPLES)
    summarise(
        "streams",
        f"machine of logs: {explored.runs} runs, {explored.steps} steps, {explored.readers} readers, "
        f"{explored.checks} checks of every law",
    )
    assert explored.readers >= 8 * DEFAULT_EXAMPLES


@pytest.mark.parametrize(
    "fault",
    [
        planted_logs.IgnoresTheLine,
        planted_logs.NeverStopsAReader,
        planted_logs.StatesNoGap,
        planted_logs.EndsWithoutDone,
    ],
)
def test_a_planted_fault_of_a_log_is_found(
    template: Path, fault: type[LogStreams], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    with pytest.raises(LawBroken) as found:
        # a third of the steps concern other streams
        run_with_logs(template, fault, 3 * DEFAULT_EXAMPLES)
    (finding,) = found.value.findings
    assert finding.pointer == "GET /api/jobs/{job_id}/log/events"


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
