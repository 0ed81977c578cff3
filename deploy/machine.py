"""A machine of its own for a test: systemd as process 1 of new namespaces, on a copy of this machine's files.

Nothing of it outlives the test and nothing of this machine changes: its files are an overlay in memory, and it has its
own processes, network, control groups and devices. The program is installed in `/opt/quant-engine` as docs/install.md
has it, out of the environment that runs the tests. It needs root.
"""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from contract_tests.hang import HANG_SECONDS
from deploy.pages import ROOT
from deploy.proxies import find

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Step:
    """What happens on the machine.

    `file`: a file gets this text. `run`: a shell runs it, and ends with 0. `stream`: it runs until its output has `until`,
    and then gets a Ctrl-C.
    """

    kind: Literal["file", "run", "stream"]
    text: str
    path: str = ""
    until: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a step ended; a stream ends with -2."""

    code: int
    output: str


def is_possible() -> bool:
    """Whether this process may make namespaces and mount file systems."""
    if os.geteuid() != 0:
        return False
    attempt = [find("unshare"), "--mount", "--pid", "--fork", find("mount"), "-t", "tmpfs", "none"]
    return subprocess.run([*attempt, "/mnt"], capture_output=True, check=False).returncode == 0


def run(steps: Sequence[Step], folder: Path) -> list[Outcome]:
    """Start the machine, take the steps until one fails, and stop it.

    Raises:
        AssertionError: the machine did not take a step; the message has what systemd printed.
    """
    shared = folder / "shared"
    shared.mkdir(parents=True)
    (shared / "steps.json").write_text(json.dumps([asdict(step) for step in steps]))
    (shared / "steps.py").write_text((FOLDER / "steps.py").read_text())
    (shared / "console").touch()
    environment = {
        **os.environ,
        "MACHINE": str(folder),
        "PYTHON_HOME": sys.base_prefix,
        "SITE_PACKAGES": sysconfig.get_path("purelib"),
        "PYTHON_NAME": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "CHECKOUT": str(ROOT),
    }
    ended = subprocess.run(
        # it ends with the test, also when that is killed
        [
            *(find("setpriv"), "--pdeathsig", "KILL", find("unshare"), "--mount"),
            *(find("bash"), str(FOLDER / "machine.sh")),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_SECONDS,
    )
    results = shared / "outcomes.json"
    console = (shared / "console").read_text(errors="replace")
    assert results.exists(), f"The machine did not start: {ended.stderr}{ended.stdout}{console}"
    return [Outcome(**one) for one in json.loads(results.read_text())]
