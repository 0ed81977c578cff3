"""The commands on a real service and real data, as processes where the process is what is tested."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from contract_tests.hang import ANSWER_SECONDS, HANG_SECONDS
from contract_tests.kit.prepared import prepare_database
from contract_tests.kit.process import PRODUCT_JOBS, ServiceProcess
from quant_engine.cli import app
from quant_engine.cli.server import report_ready
from quant_engine.config import Settings

Shown = subprocess.CompletedProcess[str]


def environment(home: Path, **settings: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUANT_ENGINE_")}
    return {**kept, "QUANT_ENGINE_HOME": str(home), "QUANT_ENGINE_WORKERS": "1", **settings}


def run(home: Path, *arguments: str, **settings: str) -> Shown:
    return subprocess.run(
        [sys.executable, "-m", "quant_engine", *arguments],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_SECONDS,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a model and a backtest that the demo made; a service owns it."""
    folder = tmp_path_factory.mktemp("cli") / "home"
    shown = run(folder, "demo", "--once", "--json")
    assert shown.returncode == 0, shown.stderr
    line = json.loads(shown.stdout.splitlines()[-1])
    assert line["status"] == line["job"]["status"] == "succeeded"
    assert line["metrics"] == line["job"]["result"]["metrics"]
    assert line["data_mode"] == "demo"
    owner = ServiceProcess(folder, *PRODUCT_JOBS, workers="1")
    yield folder
    owner.close()


@pytest.fixture
def call(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Shown]:
    """Run a command in this process."""

    def run_here(*arguments: str, home: Path = home, **settings: str) -> Shown:
        monkeypatch.setattr(os, "environ", environment(home, **settings))
        monkeypatch.setattr(sys, "argv", ["quant-engine", *arguments])
        with pytest.raises(SystemExit) as ended:
            app()
        assert isinstance(ended.value.code, int)
        return Shown(arguments, ended.value.code, *capsys.readouterr())

    return run_here


def test_options_reach_the_job(call: Callable[..., Shown]) -> None:
    options = (
        "--years",
        "5",
        "--tickers",
        "AAPL,MSFT",
        "--risk-management",
        "--position-size",
        "0.5",
    )
    shown = call("backtest", *options, "--json")
    params = json.loads(shown.stdout)["job"]["params"]
    assert (params["years"], params["tickers"]) == (5, ["AAPL", "MSFT"])
    assert (params["risk_management"], params["position_size"]) == (True, 0.5)


def test_output_is_a_table_by_default(call: Callable[..., Shown]) -> None:
    shown = call("predict")
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
    call: Callable[..., Shown], arguments: tuple[str, ...], sentence: str
) -> None:
    shown = call(*arguments)
    assert shown.returncode == 1
    assert sentence in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_wrong_setting_is_printed_as_a_sentence(call: Callable[..., Shown]) -> None:
    shown = call("train", QUANT_ENGINE_PORT="no port", QUANT_ENGINE_WORKER="4")
    assert shown.returncode == 1
    assert "QUANT_ENGINE_PORT" in shown.stderr
    assert "there is no such setting; write QUANT_ENGINE_WORKERS" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_doctor_checks_the_settings(call: Callable[..., Shown]) -> None:
    shown = call("doctor", "--json", QUANT_ENGINE_DATA_PATH="/srv/prices")
    assert shown.returncode == 1
    *_, check = json.loads(shown.stdout)
    assert (check["name"], check["status"]) == ("settings", "failing")
    assert check["reason"].startswith("QUANT_ENGINE_DATA_PATH: the source demo does not read it")


def test_doctor_says_what_each_setting_does(tmp_path: Path) -> None:
    secrets = {
        "QUANT_ENGINE_API_TOKEN": "t0psecret",
        "QUANT_ENGINE_DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
    }
    shown = run(tmp_path / "home", "doctor", COLUMNS="300", QUANT_ENGINE_PORT="", **secrets)
    table = {
        cells[0]: tuple(cells[1:])
        for line in shown.stdout.splitlines()
        if (cells := [cell.strip() for cell in line.strip("│").split("│")])[0].startswith("QUANT_")
    }
    assert table.keys() == {f"QUANT_ENGINE_{name.upper()}" for name in Settings.model_fields}
    assert table["QUANT_ENGINE_API_TOKEN"][:2] == ("hidden", "environment")
    assert table["QUANT_ENGINE_DATABASE_URL"][:2] == ("hidden", "environment")
    assert table["QUANT_ENGINE_HOME"][:2] == (str(tmp_path / "home"), "environment")
    # an empty variable is unset
    assert table["QUANT_ENGINE_PORT"] == ("8000", "default", "Port to listen on; 0: a free one.")
    assert table["QUANT_ENGINE_ALLOWED_HOSTS"][:2] == ("unset", "default")
    assert "t0psecret" not in shown.stdout
    assert "x.db" not in shown.stdout


def test_doctor_passes_on_a_complete_installation(call: Callable[..., Shown]) -> None:
    checks = {check["name"]: check for check in json.loads(call("doctor", "--json").stdout)}
    assert checks["database file"]["status"] == "ok"
    assert checks["database"]["status"] == checks["model_age"]["status"] == "ok"
    assert "20 names" in checks["data_freshness"]["reason"]


def test_doctor_names_what_fails(call: Callable[..., Shown], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    shown = call("doctor", "--json", home=blocked / "home")
    assert shown.returncode == 1
    assert any(check["status"] == "failing" for check in json.loads(shown.stdout))


def test_doctor_names_a_damaged_database(call: Callable[..., Shown], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    prepare_database(home / "quant_engine.db")
    content = (home / "quant_engine.db").read_bytes()
    (home / "quant_engine.db").write_bytes(content[:4096] + bytes(len(content) - 4096))
    checks = json.loads(call("doctor", "--json", home=home).stdout)
    found = next(check for check in checks if check["name"] == "database file")
    assert found["status"] == "failing"
    assert "damaged" in found["reason"] or "malformed" in found["reason"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    home = tmp_path_factory.mktemp("owned") / "home"
    running = ServiceProcess(home, "backtest=hold", workers="1")
    yield running
    running.close()


def test_ctrl_c_cancels_the_job_of_the_service_that_owns_the_home(service: ServiceProcess) -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "quant_engine", "backtest", "--json"],
        env=environment(service.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with service.stream("/api/events") as stream:
        next(event for event in stream if event.record.get("progress_message") == "holding")
    command.send_signal(signal.SIGINT)
    out, _ = command.communicate(timeout=HANG_SECONDS)
    assert command.returncode == 130
    assert json.loads(out)["status"] == "cancelled"


def test_ctrl_c_without_a_service_leaves_nothing_running(tmp_path: Path) -> None:
    serving = [sys.executable, "-m", "quant_engine", "serve", "--port", "0"]
    process = subprocess.Popen(
        serving, env=environment(tmp_path), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(HANG_SECONDS) == 0
    process.stdout.close()


def test_serve_tells_systemd_that_it_is_ready(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        serving = [sys.executable, "-m", "quant_engine", "serve", "--port", "0"]
        process = subprocess.Popen(
            serving,
            env=environment(tmp_path / "home", NOTIFY_SOCKET=address),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert manager.recv(100) == b"READY=1"
        assert process.stdout is not None
        # requests are accepted already
        url = process.stdout.readline().split()[-1]
        assert httpx.get(f"{url}/readyz", timeout=ANSWER_SECONDS).text == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(HANG_SECONDS) == 0
        process.stdout.close()


@pytest.mark.parametrize("address", ["/nowhere/notify", "@no-listener"])
def test_a_systemd_that_is_gone_stops_nothing(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    report_ready()
    assert "systemd could not be notified" in caplog.text
    # job processes would report for the service
    assert "NOTIFY_SOCKET" not in os.environ


def test_serve_refuses_a_home_that_is_owned(service: ServiceProcess) -> None:
    shown = run(service.home, "serve", "--port", "0")
    assert shown.returncode == 1
    assert "Another service owns this home" in shown.stderr
