"""`quant-engine logs`: with a service, without one, while a job runs, and across a crash."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.process import ServiceProcess
from tests.api.conftest import Start, start

__all__ = ["start"]

Shown = subprocess.CompletedProcess[str]


def command(home: Path, *arguments: str) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUANT_ENGINE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "quant_engine", "logs", *arguments],
        env={**kept, "QUANT_ENGINE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def logs(home: Path, *arguments: str) -> Shown:
    with command(home, *arguments) as process:
        out, errors = process.communicate(timeout=HANG_SECONDS)
        return Shown(arguments, process.returncode, out, errors)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    home = tmp_path_factory.mktemp("logs") / "home"
    running = ServiceProcess(home, "backtest=speak_and_fail", "train=train", "predict=flood")
    (home / "flood").write_text("1")
    yield running
    running.close()


def test_it_prints_time_level_and_text(service: ServiceProcess) -> None:
    job = service.submit()["job_id"]
    service.follow(job)
    shown = logs(service.home, job)
    lines = shown.stdout.splitlines()
    assert (shown.returncode, shown.stderr) == (0, "")
    assert lines[0].split(maxsplit=2)[1:] == ["info", "plain café"]
    assert any(line.endswith("error    RuntimeError: boom, token=***") for line in lines)
    as_json = [json.loads(line) for line in logs(service.home, job, "--json").stdout.splitlines()]
    assert as_json == service.read(f"/api/jobs/{job}/log?limit=200")["items"][::-1]


def test_it_follows_to_the_end_and_exits_as_the_job_did(service: ServiceProcess) -> None:
    assert logs(service.home, "-f", service.submit("train")["job_id"]).returncode == 0
    failed = logs(service.home, "--follow", service.submit()["job_id"])
    assert failed.returncode == 1
    assert "RuntimeError: boom" in failed.stdout


def test_it_says_how_many_lines_are_not_kept(service: ServiceProcess) -> None:
    job = service.submit("predict")["job_id"]
    service.follow(job)
    lines = logs(service.home, job).stdout.splitlines()
    gaps = [
        int(line.split()[0].strip("(").replace(",", "")) for line in lines if "not kept" in line
    ]
    shown = [line for line in lines if "not kept" not in line]
    newest = service.read(f"/api/jobs/{job}/log?limit=1")["items"][0]["line"]
    assert sum(gaps) + len(shown) == newest > 20_000


def test_a_job_that_does_not_exist(service: ServiceProcess, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    for home, job in ((service.home, "unknown"), (service.home, "../x"), (nothing, "unknown")):
        for more in ((), ("-f",)):
            shown = logs(home, job, *more)
            assert (shown.returncode, shown.stdout) == (1, "")
            assert shown.stderr == "There is no such job.\n"
    assert not nothing.exists()


def test_without_a_service_it_reads_the_database(start: Start) -> None:
    service = start("backtest=print_and_hold", "train=train")
    done, held = service.submit("train")["job_id"], service.submit()["job_id"]
    service.follow(done)
    with service.stream(f"/api/jobs/{held}/log/events") as stream:
        next(stream)
    service.stop()
    shown = logs(service.home, held)
    assert shown.returncode == 0
    assert shown.stdout.endswith("info     holding\n")
    assert logs(service.home, "-f", done).returncode == 0
    waiting = logs(service.home, "-f", held)
    assert waiting.returncode == 1
    assert "no service runs it" in waiting.stderr


def test_it_goes_on_when_the_service_is_killed_and_starts_again(start: Start) -> None:
    service = start("backtest=print_and_hold")
    job = service.submit()["job_id"]
    with command(service.home, "-f", job) as following:
        assert following.stdout is not None
        assert following.stdout.readline().endswith("holding\n")
        service.stop(9)
        service.restart()
        service.release()
        out, errors = following.communicate(timeout=HANG_SECONDS)
    assert out.splitlines()[0] == "(attempt 2)"
    assert out.splitlines()[1].endswith("holding")
    assert (following.returncode, errors) == (0, "")
