"""A temporary folder with the generators, the compilers, and what generated clients depend on."""

import os
import re
import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

from contract_tests.tools import ToolError, require

HERE = Path(__file__).parent
REQUIREMENTS, DIRECT = HERE / "requirements.txt", HERE / "requirements.in"
PACKAGES = (HERE / "package.json", HERE / "package-lock.json")
#: of the Java client the annotations, and of the Go client the validator of unions
DEBIAN = ("libgeronimo-annotation-1.3-spec-java", "golang-gopkg-validator.v2-dev")
INSTALL_SECONDS = 600.0
OUTPUT_LINES = 5  #: of a program that failed


class Failed(Exception):
    """A generator, a compiler or a client ended with an error; the message is the end of what it printed."""


@dataclass(frozen=True)
class Lab:
    """The folder; `run` starts programs with what it contains."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.folder / "python" / "bin" / "python"

    @property
    def node_modules(self) -> Path:
        """The packages of npm."""
        return self.folder / "node_modules"

    @property
    def debian(self) -> Path:
        """The files of Debian's packages."""
        return self.folder / "debian"

    @property
    def jars(self) -> str:
        """The class path of a Java client: Jackson is in the generator's own archive."""
        (generator,) = self.python.parents[1].glob(
            "lib/*/site-packages/openapi_generator_cli/openapi-generator.jar"
        )
        annotations = self.debian / "usr/share/java/geronimo-annotation-1.3-spec.jar"
        return f"{generator}:{annotations}"

    def run(self, *command: str | Path, folder: Path, **variables: str) -> str:
        """Run a program and return what it prints.

        Raises:
            Failed: it ended with an error, or took too long.
            ToolError: it is not there.
        """
        bins = (self.python.parent, self.node_modules / ".bin")
        path = os.pathsep.join([*map(str, bins), os.environ.get("PATH", os.defpath)])
        program, *arguments = map(str, command)
        try:
            done = subprocess.run(
                [require(program, path), *arguments],
                cwd=folder,
                env={**os.environ, "PATH": path, "PYTHONPATH": "", **variables},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=INSTALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{program} took over {INSTALL_SECONDS:.0f} s") from error
        if done.returncode != 0:
            lines = [line for line in done.stdout.splitlines() if line.strip()]
            raise Failed("\n".join(lines[-OUTPUT_LINES:]) or f"exit code {done.returncode}")
        return done.stdout


def prepare(folder: Path) -> Lab:
    """Install everything into a folder; what is there already stays.

    Raises:
        ToolError: a program is missing, or a registry does not answer.
    """
    for program in ("javac", "node", "npm", "apt-get", "dpkg-deb"):
        require(program)
    lab = Lab(folder)
    try:
        if not lab.python.exists():
            venv.create(folder / "python", with_pip=True)
            lab.run(lab.python, "-m", "pip", "install", "-q", "-r", REQUIREMENTS, folder=folder)
        if not lab.node_modules.exists():
            for file in PACKAGES:
                shutil.copy(file, folder)
            lab.run("npm", "ci", "--no-audit", "--no-fund", folder=folder)
        if not lab.debian.exists():
            _unpack(lab)
    except Failed as error:
        raise ToolError(f"The generators could not be installed.\n{error}") from error
    return lab


def _unpack(lab: Lab) -> None:
    archives = lab.folder / "archives"
    archives.mkdir(exist_ok=True)
    # without installing: the machine stays as it is, and no rights are needed
    lab.run("apt-get", "download", "-q", *DEBIAN, folder=archives)
    for archive in archives.glob("*.deb"):
        lab.run("dpkg-deb", "-x", archive, lab.debian, folder=archives)


def versions() -> dict[str, str]:
    """Return the pinned version of each generator by the name of its package."""
    pinned = re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)$", DIRECT.read_text("utf-8"), re.MULTILINE)
    of_npm = re.findall(
        r'^ {4}"([@\w/-]+)": "([\d.]+)"', PACKAGES[0].read_text("utf-8"), re.MULTILINE
    )
    return {**dict(pinned), **dict(of_npm)}
