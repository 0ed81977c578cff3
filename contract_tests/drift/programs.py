"""Runs a program in a tree, with a time limit; measures its cost and kills its child processes."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from contract_tests.tools import ToolError, require

BIN = Path(sys.executable).parent
COMPILE_LATER = Path(__file__).with_name("compile_later.cjs")
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Done:
    """The end of a program."""

    status: int
    output: str
    seconds: float
    cpu_seconds: float
    is_slow: bool = False  #: it was killed at its limit


def run(
    command: tuple[str, ...],
    folder: Path,
    scratch: Path,
    *,
    limit_seconds: float,
) -> Done:
    """Run a program to its end or to its limit.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        scratch: a folder of its own, for its output and its temporary files.
        limit_seconds: after that, the program and its children are killed.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    variables = {**os.environ, **_settings(folder, scratch)}
    output = scratch / "output"
    output.write_bytes(b"")
    start = time.monotonic()
    if command[:2] == (sys.executable, "-m"):
        status, cpu_seconds, is_slow = _run_warm(
            command[2:], folder, variables, output, limit_seconds
        )
    else:
        status, cpu_seconds, is_slow = _run_cold(command, folder, variables, output, limit_seconds)
    text = output.read_text(encoding="utf-8", errors="replace")
    return Done(status, text, time.monotonic() - start, cpu_seconds, is_slow)


End = tuple[int, float, bool]  #: status, seconds of CPU, whether it was killed at its limit


def _run_cold(
    command: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str],
    output: Path,
    limit_seconds: float,
) -> End:
    program, *arguments = command
    # a path below the folder is not on the search path
    program = program if "/" in program else require(program, environment.get("PATH"))
    with output.open("ab") as file:
        process = subprocess.Popen(
            [program, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return _wait(process, time.monotonic() + limit_seconds)


def _run_warm(
    module: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str],
    output: Path,
    limit_seconds: float,
) -> End:
    request = {
        "module": module,
        "folder": str(folder),
        "environment": environment,
        "output": str(output),
    }
    with socket.socket(socket.AF_UNIX) as connection:
        with _starting:
            path = _warm()
        connection.connect(path)
        stream = connection.makefile("rw")
        stream.write(json.dumps(request) + "\n")
        stream.flush()
        group = int(stream.readline())
        connection.settimeout(limit_seconds)
        try:
            reply = stream.readline()
        except TimeoutError:
            return -signal.SIGKILL, limit_seconds, True
        finally:
            _kill(group)
    # there is no reply if the process that waits for the program was killed itself
    status, cpu_seconds = json.loads(reply) if reply else (-signal.SIGKILL, 0.0)
    return status, cpu_seconds, False


_starting = threading.Lock()


@cache
def _warm() -> str:
    """Start the process that has loaded the libraries; it ends with this one."""
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("warm.py")), str(folder / "socket")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    # it ends with its input, which this process keeps open
    atexit.register(_end_warm, process, folder)
    assert process.stdout is not None
    if process.stdout.readline() != "warm\n":
        raise ToolError("The libraries of the gates cannot be loaded. Run `nox -s lint`.")
    return str(folder / "socket")


def _end_warm(process: subprocess.Popen[str], folder: Path) -> None:
    process.communicate()
    shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, scratch: Path) -> dict[str, str]:
    root = folder.parent if folder.name == "frontend" else folder
    return {
        # takes precedence over an editable installation of the working tree
        "PYTHONPATH": os.pathsep.join([str(root), str(root / "contract_tests/wirelaw/src")]),
        "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
        "TMPDIR": str(scratch),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch / "hypothesis"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "NO_COLOR": "1",
        "COLUMNS": "400",
        # each core has a tree already, so more threads would only cost
        "GOMAXPROCS": "1",
        "RAYON_NUM_THREADS": "1",
        # a process that ends after seconds needs no garbage collection and little compilation
        "GOGC": "off",
        "NODE_OPTIONS": f'--require "{COMPILE_LATER}"',
        # tests of the page take milliseconds; what hangs is found, and not waited for as on a busy machine
        "HANG_MS": "30000",
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
            _kill(process.pid)
        time.sleep(POLL_SECONDS)
    # and its children
    _kill(process.pid)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, is_slow


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
