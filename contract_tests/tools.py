"""Runs programs that the gate needs; the error for a missing program says how to install it."""

import shutil
import subprocess
from pathlib import Path

from contract_tests.hang import HANG_SECONDS

INSTALL = {
    "node": "Install Node 20 or newer, then run `npm --prefix frontend ci`.",
    "git": "Install git; the lab copies the files that it tracks.",
    "javac": "Install Debian's openjdk-17-jdk-headless.",
    "apt-get": "What the Java and Go clients need comes from Debian's packages: run this on Debian.",
}
#: of a program of the page's packages, or of this environment
INSTALL_PACKAGES = (
    "Run `npm --prefix frontend ci` for the page's tools, or `nox -s lint` for Python's."
)


class ToolError(Exception):
    """A program that the gate needs is missing or failed: the gate could not check, and this is no drift."""


def require(name: str, search: str | None = None) -> str:
    """Return the path of a program: a name on the search path, or a path.

    Raises:
        ToolError: it is not there.
    """
    found = shutil.which(name, path=search)
    if found is None:
        fix = INSTALL.get(name, INSTALL_PACKAGES)
        raise ToolError(f"The gate could not run: the program {name} is missing. {fix}")
    return found


def run(
    command: tuple[str, ...], folder: Path, *, seconds: float = HANG_SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder and return its output, whatever its status.

    Raises:
        ToolError: it is not there, or takes longer.
    """
    program, *arguments = command
    try:
        return subprocess.run(
            [require(program), *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"The gate could not run: {program} took over {seconds:.0f} s.") from error


def output(command: tuple[str, ...], folder: Path) -> str:
    """Run a program that must succeed and return what it prints.

    Raises:
        ToolError: it is not there, or fails.
    """
    program, done = command[0], run(command, folder)
    if done.returncode != 0:
        shown = " ".join([Path(program).name, *(Path(one).name for one in command[1:2])])
        fix = " `npm --prefix frontend ci` installs what it needs." if program == "node" else ""
        raise ToolError(f"The gate could not run: {shown} failed.{fix}\n{done.stderr.strip()}")
    return done.stdout
