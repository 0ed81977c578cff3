"""Run the gates that the change of this tree can reach; exit 3: one failed, 4: all of them have to run."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from contract_tests.check.changes import Undecided, changes, record
from contract_tests.check.reach import Command, commands
from contract_tests.repository import ROOT
from contract_tests.tools import ToolError

#: 1 is what Python itself exits with, for example where the gate does not parse
FAILED, UNDECIDED = 3, 4
LANES = 2  #: programs at once; pytest has as many workers


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run the check, or with `--record` only record that all gates were green."""
    try:
        if arguments == ["--record"]:
            record(root)
            return 0
        changed = changes(root)
        chosen = commands(root, changed)
    except (Undecided, ToolError) as error:
        _say(f"check cannot decide what to run: {error}. All gates run.")
        return UNDECIDED
    if not chosen:
        _say("check: nothing changed that a gate reads.")
        return 0
    _say(f"check: {', '.join(changed[:5])}{' …' if len(changed) > 5 else ''}")
    with ThreadPoolExecutor(LANES) as lanes:
        # the tests take longest, and are the last
        green = [*lanes.map(lambda command: _run(command, root), reversed(chosen))]
    if not all(green):
        return FAILED
    record(root)
    _say("check: green. `nox` runs the whole, before a push.")
    return 0


def _run(command: Command, root: Path) -> bool:
    done = subprocess.run(
        command.program,
        cwd=root / command.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    is_green = done.returncode == 0
    _say(f"green {command.name}" if is_green else f"RED   {command.name}\n{done.stdout.rstrip()}")
    return is_green


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
