"""`backup` and `restore` as users start them, and every command of docs/backup.md."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_tests.hang import HANG_SECONDS
from contract_tests.repository import ROOT
from quant_engine.artifacts import Artifacts
from tests.backup.conftest import Filled, fill_home, tree

PAGE = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
#: sends a signal to itself in the middle of a backup or of a restore
SIGNALLED = """
import os, sys
from quant_engine.backup import restore, snapshot
from quant_engine.cli import app

number = int(sys.argv.pop())

def stop(*_):
    os.kill(os.getpid(), number)

snapshot._pause = restore.sync_folders = stop
app()
"""


Shell = Callable[[str], str]


@pytest.fixture
async def filled(tmp_path: Path) -> Filled:
    """A home."""
    return await fill_home(tmp_path / "home")


def run(home: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUANT_ENGINE_")}
    environment = {**kept, "QUANT_ENGINE_HOME": str(home), "QUANT_ENGINE_PORT": "0", **settings}
    return subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_SECONDS,
    )


def quant_engine(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(home, sys.executable, "-m", "quant_engine", *arguments)


def test_a_backup_is_restored(filled: Filled, tmp_path: Path) -> None:
    saved, new = tmp_path / "saved", tmp_path / "new"
    done = quant_engine(filled.path, "backup", str(saved))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        f"Backup in {saved}: 4 jobs, 2 reports, 1 report of signals, 2 models; 0."
    )
    done = quant_engine(new, "restore", str(saved))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Restored into {new}: 4 jobs, 2 reports")
    assert "1 of the jobs had not ended; it runs when the service starts." in done.stdout
    before, after = (Artifacts(home).read_report(filled.backtest) for home in (filled.path, new))
    assert before == after


def test_json_is_one_line_and_warnings_are_apart(filled: Filled, tmp_path: Path) -> None:
    for job in (filled.backtest, filled.older):
        (filled.path / "reports" / f"{job}.json").unlink()
    (filled.path / "signals" / f"{filled.prediction}.json").write_text("{")
    done = quant_engine(filled.path, "backup", str(tmp_path / "saved"), "--json")
    assert done.returncode == 0
    record = json.loads(done.stdout)
    assert len(record["missing"]) == 2
    assert record["damaged"] == [f"signals/{filled.prediction}.json"]
    lost, damaged = done.stderr.splitlines()
    assert lost.startswith("2 files are missing in the home, and in the backup: reports/")
    assert damaged.startswith("1 file is damaged in the home, and in the backup: signals/")


@pytest.mark.parametrize("arguments", [("backup", "home"), ("restore", "home")])
def test_a_refusal_is_one_sentence(
    filled: Filled,
    tmp_path: Path,
    arguments: tuple[str, str],
) -> None:
    done = quant_engine(filled.path, arguments[0], str(tmp_path / arguments[1]))
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_is_interrupted_leaves_nothing(
    filled: Filled,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    saved = tmp_path / "saved"
    interrupted = (sys.executable, "-c", SIGNALLED)
    done = run(filled.path, *interrupted, "backup", str(saved), str(int(number)))
    assert done.returncode == 130, done.stderr
    assert done.stderr == "Interrupted. Nothing half-written is left; run it again.\n"
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
    assert quant_engine(filled.path, "backup", str(saved)).returncode == 0
    new = tmp_path / "new"
    done = run(new, *interrupted, "restore", str(saved), str(int(number)))
    assert done.returncode == 130, done.stderr
    assert {path.name for path in new.iterdir()} == {"service.lock", "quant_engine.db.lock"}
    assert quant_engine(new, "restore", str(saved)).returncode == 0


@pytest.fixture
def shell(filled: Filled, tmp_path: Path) -> Shell:
    """Run lines of the page in a shell, as a user whose home folder and backups are in a folder of the test."""
    (tmp_path / "backups").mkdir()
    filled.path.rename(tmp_path / ".quant-engine")
    scripts = tmp_path / "bin"
    scripts.mkdir()
    (scripts / "quant-engine").write_text(
        f'#!/bin/sh\nexec {sys.executable} -m quant_engine "$@"\n'
    )
    (scripts / "quant-engine").chmod(0o755)

    def in_shell(text: str) -> str:
        text = text.replace("/var/backups/quant-engine", str(tmp_path / "backups"))
        text = text.replace("/srv/", f"{tmp_path}/")
        path = f"{scripts}:{os.environ['PATH']}"
        command = ("bash", "-euc", text)
        done = run(tmp_path / ".quant-engine", *command, HOME=str(tmp_path), PATH=path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return in_shell


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_command_of_the_page_works(shell: Shell, tmp_path: Path) -> None:
    commands = re.findall(
        r"^    (.+)$",
        re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL),
        re.MULTILINE,
    )
    assert len(commands) == 6
    before = tree(tmp_path / ".quant-engine")
    output = shell("\n".join(commands))
    assert "Restored into" in output
    reports = {name for name in before if name.startswith("reports/")}
    for home in (".quant-engine", ".quant-engine-old", "quant-engine-trial"):
        assert reports <= tree(tmp_path / home).keys()


def test_the_line_for_cron_works(shell: Shell, tmp_path: Path) -> None:
    (line,) = blocks("cron")
    minute, hour, *_, command = line.split(" ", 5)
    assert (minute, hour) == ("15", "3")
    # cron makes a new line of % where it has no backslash
    assert re.search(r"(?<!\\)%", command) is None
    check_rotation(shell, command.replace("\\%", "%"), tmp_path / "backups")


def test_the_units_for_systemd_work(shell: Shell, tmp_path: Path) -> None:
    service, timer = blocks("ini")
    commands = re.findall(r"^ExecStart=(.+)$", service, re.MULTILINE)
    shutil.copytree(tmp_path / ".quant-engine", tmp_path / "quant-engine")
    assert "OnCalendar=*-*-* 03:15:00" in timer
    # systemd starts no shell, and takes `%%` for a percent sign
    script = "\n".join(command.replace("%%", "%").replace("{}", "'{}'") for command in commands)
    check_rotation(shell, script, tmp_path / "backups")


def check_rotation(shell: Shell, script: str, backups: Path) -> None:
    """Run a nightly script, and check that it writes a backup and removes an old one."""
    for name, age_days in (("old", 20), ("recent", 3)):
        (backups / name).mkdir()
        (backups / name / "SHA256SUMS").touch()
        shell(f"touch -d '{age_days} days ago' {backups}/{name}")
    shell(script)
    today = shell("date +%F").strip()
    assert {path.name for path in backups.iterdir()} == {"recent", today}
    assert (backups / today / "SHA256SUMS").stat().st_size
