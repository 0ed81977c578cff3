# /// script
# dependencies = ["nox>=2026.4,<2027", "uv>=0.13,<0.14"]
# ///
"""Every command of the project. Without arguments it runs the gates; `nox --list` names the rest.

All sessions share one environment, `.nox/dev`, which `uv sync` keeps equal to `uv.lock`. If uv is
missing, nox installs it, as named above, into an environment of its own and starts again from there.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nox

ROOT = Path(__file__).parent
ENVIRONMENT = ROOT / ".nox" / "dev"
BIN = ENVIRONMENT / "bin"
FRONTEND = ROOT / "frontend"
PAGE = FRONTEND / "dist"
PEERS = ROOT / "contract_tests" / "drift" / "peers"  #: has a package.json of its own
PEERS_ENVIRONMENT = ROOT / ".nox" / "peers"
REPORTS = ROOT / "reports"  #: JUnit files of pytest and vitest, which CI keeps

GRACE_SECONDS = 10.0  #: between Ctrl-C and force: running jobs go back to the queue first
CHECK_FAILED, CHECK_UNDECIDED = 3, 4  #: how `python -m contract_tests.check` exits

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "imports", "contract", "tests", "frontend"]


# The gates


@nox.session
def lint(session: nox.Session) -> None:
    """Style: ruff, then whether the formatter would change anything."""
    _prepare(session)
    _run(session, "ruff", "check", *session.posargs)
    _run(session, "ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Types: mypy, strict."""
    _prepare(session)
    _run(session, "mypy", *session.posargs)


@nox.session
def imports(session: nox.Session) -> None:
    """Layers: the contracts of .importlinter."""
    _prepare(session)
    _run(session, "lint-imports", *session.posargs)


@nox.session
def contract(session: nox.Session) -> None:
    """Drift: openapi.json against the code, the page's types against it, and everything else of the gate.

    Arguments after `--` go to pytest.
    """
    _prepare(session)
    _prepare_frontend(session)
    _run(session, "quant-engine", "contract", "check")
    _npm(session, "run", "--silent", "types", "--", "--check")
    # one file per worker, so that its tests share their fixtures; conftest.py puts the longest first
    spread = ("--dist", "loadfile", "--no-loadscope-reorder")
    _pytest(session, "contract_tests", "--ignore=contract_tests/drift", *spread)


@nox.session
def tests(session: nox.Session) -> None:
    """Tests: pytest, which also gets the arguments after `--`."""
    _prepare(session)
    # each worker has a part of the files in order, so that few share the fixtures of a file, and takes over from the other
    _pytest(session, "--dist", "worksteal")


@nox.session(default=False)
def check(session: nox.Session) -> None:
    """The gates that the change since the last check can reach; all of them where that cannot be decided."""
    _prepare(session)
    _prepare_frontend(session)
    checking = (str(BIN / "python"), "-m", "contract_tests.check")
    environment = {**os.environ, "PATH": str(session.env["PATH"])}
    status = subprocess.run(checking, cwd=ROOT, env=environment, check=False).returncode
    if status == CHECK_FAILED:
        session.error("The output above says which gate failed, and where.")
    if status != 0:
        session.log("Not decided by what changed: running all gates.")
        session.run(sys.executable, "-m", "nox")
        session.run(*checking, "--record", success_codes=[0, CHECK_UNDECIDED])


@nox.session(default=False)
def noise(session: nox.Session) -> None:
    """Noise: how often the autopilot promotes a strategy on 100 seeds of prices with nothing to learn."""
    _prepare(session)
    _run(session, "pytest", "tests/autopilot/test_selection_noise.py", "--seeds=100")


@nox.session(default=False)
def crash(session: nox.Session) -> None:
    """Kills: real processes in every phase of a job, 300 rounds or as many as `-- --rounds 30` says; it goes on where it stopped."""
    _prepare(session)
    _run(session, "python", "-m", "contract_tests.crash", *session.posargs)


@nox.session(default=False)
def e2e(session: nox.Session) -> None:
    """Browser: the page in Chromium, against the service in its own process; arguments go to pytest."""
    _prepare(session)
    _build_page(session)
    # one file per worker, so that its tests share their fixtures
    _pytest(session, "e2e", "--dist", "loadfile")


@nox.session(default=False)
def cluster(session: nox.Session) -> None:
    """Postgres: the tests of jobs, streams, requests and research with their database on a server; arguments go to pytest."""
    _prepare(session)
    what = ("tests/api", "tests/database", "tests/tracking", "tests/autopilot")
    _pytest(session, *what, "--postgres", "--dist", "worksteal")


@nox.session(default=False)
def deploy(session: nox.Session) -> None:
    """Proxies and systemd: the pages for users, by running what they show; arguments go to pytest."""
    _prepare(session)
    _build_page(session)
    # one file per worker, so that its tests share their fixtures
    _pytest(session, "deploy", "--dist", "loadfile")


@nox.session(default=False)
def drift(session: nox.Session) -> None:
    """Drift lab: whether the gate finds every planted drift; `-- --all` runs all and not a sample."""
    _prepare(session)
    _prepare_frontend(session)
    _run(session, "pytest", "contract_tests/drift", "-n", "auto", "--dist", "loadfile")
    _run(session, "python", "-m", "contract_tests.drift", *session.posargs)


@nox.session(default=False)
def drift_peers(session: nox.Session) -> None:
    """Drift lab: what stock tools find of the catalogue, each alone; arguments go to the comparison."""
    _prepare(session)
    _prepare_frontend(session)
    _install_packages(session, PEERS)
    _install_peers(session)
    _run(session, "python", "-m", "contract_tests.drift.peers", *session.posargs)


@nox.session(default=False)
def clients(session: nox.Session) -> None:
    """Client generators: those of docs/clients.md, compiled, and the examples of the page run on a service; `-- --keep DIR` keeps them."""
    _prepare(session)
    _run(session, "python", "-m", "contract_tests.clients", *session.posargs)


@nox.session
def frontend(session: nox.Session) -> None:
    """The page: lint, types, tests, build."""
    _prepare_frontend(session)
    npm = (_npm_path(session), "--prefix", str(FRONTEND), "run")
    # the tests use one core, and wait for no other program
    with _both(session, [*npm, "lint"], [*npm, "typecheck"]):
        report = f"--outputFile={REPORTS / 'frontend.xml'}"
        _npm(session, "run", "test", "--", "--reporter=default", "--reporter=junit", report)
        _build_page(session)


# Running it


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Train and backtest on real data, serve the page; `-- --once` exits after the result."""
    _prepare(session)
    if "--once" not in session.posargs:
        _build_page(session)
    _serve(session, str(BIN / "quant-engine"), "demo", *session.posargs)


@nox.session(default=False)
def dev(session: nox.Session) -> None:
    """Service and page with reload; a change in Python regenerates contract and types as well."""
    _prepare(session)
    _prepare_frontend(session)
    regenerate = "quant-engine contract export && npm --prefix frontend run --silent types"
    arguments = subprocess.list2cmdline(session.posargs)
    with _beside([_npm_path(session), "--prefix", str(FRONTEND), "run", "dev"]):
        _serve(
            session,
            *(str(BIN / "watchfiles"), "--filter", "python", "--target-type", "command"),
            *("--sigint-timeout", str(int(GRACE_SECONDS))),
            f"sh -c '{regenerate} && exec quant-engine serve {arguments}'",
            "quant_engine",
        )


@nox.session(default=False)
def page(session: nox.Session) -> None:
    """Build the page that the service serves."""
    _build_page(session)


@nox.session(default=False)
def screenshots(session: nox.Session) -> None:
    """Take the pictures of docs/images again: every screen in both themes, in a real browser."""
    _prepare(session)
    _build_page(session)
    _run(session, "python", "-m", "e2e.screenshots")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Print the tables of benchmarks/, or of those named after `--`."""
    _prepare(session)
    _build_page(session)
    found = [path.stem for path in sorted((ROOT / "benchmarks").glob("[!_]*.py"))]
    for name in session.posargs or found:
        _run(session, "python", "-m", f"benchmarks.{name}")


# Fixing and building


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Update uv.lock from pyproject.toml; `-- --upgrade` moves to the newest versions."""
    _uv(session, "lock", *session.posargs)


@nox.session(default=False)
def fix(session: nox.Session) -> None:
    """Fix what a machine can: formatting, contract, the page's types."""
    _prepare(session)
    _prepare_frontend(session)
    _run(session, "ruff", "check", "--fix", "--exit-zero", "--quiet")
    _run(session, "ruff", "format")
    _run(session, "quant-engine", "contract", "export")
    _npm(session, "run", "--silent", "types")
    _npm(session, "run", "format")


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build sdists, the wheels from the sdists, and try each wheel in an empty environment."""
    _prepare(session)
    _build_page(session)
    _uv(session, "build", "--all-packages", "--clear", "--quiet")
    _run(session, "python", "-m", "deploy.wheels", str(ROOT / "dist"))


# The shared environment


def _uv(session: nox.Session, *arguments: str) -> None:
    # without bytecode each job process would compile its libraries where Python may not store it
    settings = {"UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT), "UV_COMPILE_BYTECODE": "1"}
    session.run(sys.executable, "-m", "uv", *arguments, env=settings)


def _prepare(session: nox.Session) -> None:
    """Make the environment equal to the lock; quick if it is."""
    session.env["PATH"] = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    _uv(session, "sync", "--locked", "--quiet", "--python", sys.executable)


def _prepare_frontend(session: nox.Session) -> None:
    _install_packages(session, FRONTEND)


def _install_packages(session: nox.Session, folder: Path) -> None:
    # npm writes this file at the end of an installation
    if _is_older(folder / "node_modules" / ".package-lock.json", [folder / "package-lock.json"]):
        _npm(session, "ci", "--no-audit", "--no-fund", folder=folder)


def _install_peers(session: nox.Session) -> None:
    """Install what the peers need into an environment of its own: one of them is for newer Pythons than ours."""
    newer = os.environ.get("UV_PYTHON", "3.12")
    listed = PEERS / "requirements.txt"
    if not _is_older(PEERS_ENVIRONMENT / "pyvenv.cfg", [listed]):
        return
    for python in (newer, sys.executable):
        command = (sys.executable, "-m", "uv", "venv", "--clear", "--quiet", "--python", python)
        if subprocess.run([*command, str(PEERS_ENVIRONMENT)], check=False).returncode == 0:
            break
        session.log(f"No Python {newer}: peers that need it are left out. UV_PYTHON names one.")
    install = ("pip", "install", "--quiet", "--python", str(PEERS_ENVIRONMENT))
    _uv(session, *install, "--requirement", str(listed))


def _build_page(session: nox.Session) -> None:
    _prepare_frontend(session)
    sources = [path for path in FRONTEND.iterdir() if path.name not in {"dist", "node_modules"}]
    within = [path for folder in sources for path in folder.rglob("*")]
    if _is_older(PAGE / "index.html", [ROOT / "openapi.json", *sources, *within]):
        _npm(session, "run", "build")


def _is_older(built: Path, sources: list[Path]) -> bool:
    if not built.is_file():
        return True
    return built.stat().st_mtime < max(source.stat().st_mtime for source in sources)


def _run(session: nox.Session, program: str, *arguments: str) -> None:
    session.run(str(BIN / program), *arguments)


def _pytest(session: nox.Session, *what: str) -> None:
    # each process that a test starts compiles every module of the service, unless Python may store them
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    # most tests wait for processes of their own, so workers halve the time even on two cores
    report = f"--junitxml={REPORTS / session.name}.xml"
    _run(session, "pytest", *what, "-n", "auto", report, *session.posargs)


def _npm_path(session: nox.Session) -> str:
    path = shutil.which("npm")
    if path is None:
        session.error("npm was not found: install Node 20.19 or newer from https://nodejs.org.")
    return path


def _npm(session: nox.Session, *arguments: str, folder: Path = FRONTEND) -> None:
    session.run(_npm_path(session), "--prefix", str(folder), *arguments)


def _serve(session: nox.Session, *command: str) -> None:
    # stderr is separate, so that the last line of stdout is what the command printed
    session.run(
        *command, stderr=None, interrupt_timeout=GRACE_SECONDS, terminate_timeout=GRACE_SECONDS
    )


@contextmanager
def _both(session: nox.Session, *commands: list[str]) -> Iterator[None]:
    """Run commands one after the other beside the block; print what they print after it, and fail if one fails."""
    script = " && ".join(map(shlex.join, commands))
    with tempfile.TemporaryFile("w+") as output:
        running = subprocess.Popen(
            ["/bin/sh", "-c", script], stdout=output, stderr=output, text=True
        )
        with _ended(running):
            yield
            running.wait()
        output.seek(0)
        session.log(output.read())
        if running.returncode != 0:
            session.error("The output above says what failed.")


@contextmanager
def _beside(command: list[str]) -> Iterator[None]:
    with _ended(subprocess.Popen(command)):
        yield


@contextmanager
def _ended(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
