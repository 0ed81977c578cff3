"""The commands as a user runs them: real processes, a real service, real data."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.process import ROOT, ServiceProcess


def environment(home: Path, **settings: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUANT_ENGINE_")}
    return {**kept, "QUANT_ENGINE_HOME": str(home), "QUANT_ENGINE_WORKERS": "1", **settings}


def run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "quant_engine", *arguments],
        env=environment(home, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_SECONDS,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a model and a backtest that the demo made."""
    folder = tmp_path_factory.mktemp("cli") / "home"
    shown = run(folder, "demo", "--once", "--json")
    assert shown.returncode == 0, shown.stderr
    line = json.loads(shown.stdout.splitlines()[-1])
    assert line["status"] == line["job"]["status"] == "succeeded"
    assert line["metrics"] == line["job"]["result"]["metrics"]
    assert line["data_mode"] == "demo"
    return folder


def test_options_reach_the_job(home: Path) -> None:
    options = (
        "--years",
        "5",
        "--tickers",
        "AAPL,MSFT",
        "--risk-management",
        "--position-size",
        "0.5",
    )
    shown = run(home, "backtest", *options, "--json")
    params = json.loads(shown.stdout)["job"]["params"]
    assert (params["years"], params["tickers"]) == (5, ["AAPL", "MSFT"])
    assert (params["risk_management"], params["position_size"]) == (True, 0.5)


def test_output_is_a_table_by_default(home: Path) -> None:
    shown = run(home, "predict")
    assert shown.returncode == 0, shown.stderr
    assert "Predicted returns as of 2022-12-28" in shown.stdout
    assert "survivorship-biased" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("backtest", "--years", "41"), "years"),
        (("backtest", "--tickers", "../../x"), "tickers.0"),
        (("backtest", "--tickers", "UNKNOWN"), "UNKNOWN"),
        (("backtest", "--version", "unknown"), "no such model version"),
        (("train", "--horizons", "ten"), "horizons"),
        (("train", "--survivorship"), "survivorship"),
    ],
)
def test_a_refusal_is_printed_as_a_sentence(
    home: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    shown = run(home, *arguments)
    assert shown.returncode == 1
    assert sentence in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_wrong_setting_is_printed_as_a_sentence(home: Path) -> None:
    shown = run(home, "doctor", QUANT_ENGINE_PORT="no port")
    assert shown.returncode == 1
    assert "QUANT_ENGINE_PORT" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_doctor_passes_on_a_complete_installation(home: Path) -> None:
    checks = {check["name"]: check for check in json.loads(run(home, "doctor", "--json").stdout)}
    assert checks["database"]["status"] == checks["model_age"]["status"] == "ok"
    assert "20 names" in checks["data_freshness"]["reason"]


def test_doctor_names_what_fails(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    shown = run(blocked / "home", "doctor", "--json")
    assert shown.returncode == 1
    assert any(check["status"] == "failing" for check in json.loads(shown.stdout))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServiceProcess]:
    running = ServiceProcess(tmp_path / "home", "backtest=hold", workers="1")
    yield running
    running.close()


def test_ctrl_c_cancels_the_job_of_the_service_that_owns_the_home(service: ServiceProcess) -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "quant_engine", "backtest", "--json"],
        env=environment(service.home),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with service.stream("/api/events") as stream:
        next(event for event in stream if event.record["progress_message"] == "holding")
    command.send_signal(signal.SIGINT)
    out, _ = command.communicate(timeout=HANG_SECONDS)
    assert command.returncode == 130
    assert json.loads(out)["status"] == "cancelled"


def test_ctrl_c_without_a_service_leaves_nothing_running(home: Path) -> None:
    serving = [sys.executable, "-m", "quant_engine", "serve", "--port", "0"]
    process = subprocess.Popen(
        serving, env=environment(home), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(HANG_SECONDS) == 0
    process.stdout.close()


def test_serve_refuses_a_home_that_is_owned(service: ServiceProcess) -> None:
    shown = run(service.home, "serve", "--port", "0")
    assert shown.returncode == 1
    assert "Another service owns this home" in shown.stderr
