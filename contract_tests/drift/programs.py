"""Runs a program in a tree: with a limit, with what it cost, and with no process left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Done:
    """What came of a program."""

    status: int
    output: str
    seconds: float
    cpu_seconds: float
    is_slow: bool = False  #: it was ended at its limit


def run(
    command: tuple[str, ...],
    folder: Path,
    scratch: Path,
    *,
    limit_seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Done:
    """Run a program to its end or to its limit.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        scratch: a folder of its own, for what it says and for its temporary files.
        limit_seconds: then it and all that it started are ended.
        environment: beside what every program of the lab is given.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (scratch / "output").open("w+b") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **_settings(folder, scratch), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        status, cpu_seconds, is_slow = _wait(process, began + limit_seconds)
        output.seek(0)
        said = output.read().decode(errors="replace")
    return Done(status, said, time.monotonic() - began, cpu_seconds, is_slow)


def _settings(folder: Path, scratch: Path) -> dict[str, str]:
    root = folder.parent if folder.name == "frontend" else folder
    return {
        # before an editable install, which is of the working tree
        "PYTHONPATH": str(root),
        "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
        "TMPDIR": str(scratch),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch / "hypothesis"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "NO_COLOR": "1",
        "COLUMNS": "400",
        "CI": "",
    }


def _wait(process: subprocess.Popen[bytes], until: float) -> tuple[int, float, bool]:
    is_slow = False
    while True:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            break
        if time.monotonic() > until and not is_slow:
            is_slow = True
            _end(process.pid)
        time.sleep(LOOK_SECONDS)
    # what it started goes with it
    _end(process.pid)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, is_slow


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
