"""An error of the gate itself fails the run, and its message says what to do."""

import socket
from pathlib import Path

import pytest

from contract_tests.drift import __main__ as lab
from contract_tests.drift import programs
from contract_tests.drift.operators.page import mutants
from contract_tests.kit.process import ServiceProcess
from contract_tests.liveness.answers import FRONTEND, usage_of
from contract_tests.tools import ToolError, output, run
from contract_tests.traces import __main__ as traces
from contract_tests.traces import scenes
from contract_tests.types.page import Page
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import JobType


@pytest.fixture
def _without_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("_without_node")
def test_without_node_no_part_passes(tmp_path: Path) -> None:
    missing = "the program node is missing. Install Node 20"
    with pytest.raises(ToolError, match=missing):
        usage_of(FRONTEND)
    with pytest.raises(ToolError, match=missing):
        mutants({})
    page = Page(tmp_path / "copy", FRONTEND.parent)
    with pytest.raises(ToolError, match=missing):
        page.run("node", "--version")


@pytest.mark.usefixtures("_without_node")
def test_the_lab_ends_with_what_is_missing() -> None:
    with pytest.raises(SystemExit, match=r"the program git is missing\. Install git"):
        lab.main([])


def test_a_tool_of_the_page_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"\.bin/tsc is missing.*npm --prefix frontend ci"):
        run((str(tmp_path / "node_modules/.bin/tsc"),), tmp_path)


def test_a_program_of_the_lab_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="the program no-such-tool is missing"):
        programs.run(("no-such-tool",), tmp_path, tmp_path / "scratch", limit_seconds=5)


def test_a_program_that_fails_is_shown_with_its_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"node no-such\.mjs failed.*(.|\n)*Cannot find module"):
        output(("node", "no-such.mjs"), tmp_path)


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="sleep took over 0 s"):
        run(("sleep", "60"), tmp_path, seconds=0.1)


def test_a_service_on_a_port_in_use_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AssertionError, match=f"did not start: .*Port {port} of .* Choose"):
            ServiceProcess(tmp_path / "home", port=port)


def test_recording_traces_of_a_service_that_does_not_start_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scenes, "JOB_TYPES", {"no-such-type": JOB_TYPES[JobType.TRAIN]})
    monkeypatch.setattr(traces, "write", pytest.fail)
    with pytest.raises(
        SystemExit, match="No trace was written: The service did not start"
    ) as ended:
        traces.main()
    assert ended.value.code != 0
