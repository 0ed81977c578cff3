"""Every command of the project. Without arguments it runs the gates; `nox --list` names the rest.

All sessions share one virtual environment, made from the committed lock with nothing but the
standard library and pip; nox itself would build one for each session.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import nox

ROOT = Path(__file__).parent
LOCK = ROOT / "requirements" / "dev.txt"
ENVIRONMENT = ROOT / ".nox" / "dev"
BIN = ENVIRONMENT / "bin"
FRONTEND = ROOT / "frontend"
PAGE = FRONTEND / "dist"
PEERS = ROOT / "contract_tests" / "drift" / "peers"  #: has a package.json of its own
REPORTS = ROOT / "reports"  #: JUnit: what each session ran, and what its tests found

GRACE_SECONDS = 10.0  #: between Ctrl-C and force: running jobs go back to the queue first
READY_SECONDS = 60.0

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
    """Floors: the contracts of .importlinter."""
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
    # a file to a worker: what its tests share is made once
    _pytest(session, "contract_tests", "--ignore=contract_tests/drift", "--dist", "loadfile")


@nox.session
def tests(session: nox.Session) -> None:
    """Tests: pytest, which also gets the arguments after `--`."""
    _prepare(session)
    _pytest(session)


@nox.session(default=False)
def noise(session: nox.Session) -> None:
    """Whether the autopilot is fooled: 100 seeds of prices without anything to learn."""
    _prepare(session)
    _run(session, "pytest", "tests/autopilot/test_selection_noise.py", "--seeds=100")


@nox.session(default=False)
def e2e(session: nox.Session) -> None:
    """The page in a real browser, against the service in a process of its own; arguments go to pytest."""
    _prepare(session)
    _build_page(session)
    # a file to a worker: what its tests share is made once; the first test waits until real jobs have made it
    _pytest(session, "e2e", "--dist", "loadfile", "--timeout=300")


@nox.session(default=False)
def drift(session: nox.Session) -> None:
    """Whether the gate kills every drift: those by hand and a sample; `-- --all`: all that operators make."""
    _prepare(session)
    _prepare_frontend(session)
    _run(session, "pytest", "contract_tests/drift", "-n", "auto", "--dist", "loadfile")
    _run(session, "python", "-m", "contract_tests.drift", *session.posargs)


@nox.session(default=False)
def drift_peers(session: nox.Session) -> None:
    """What stock tools notice of the drift catalogue, each alone: a table; arguments go to the comparison."""
    _prepare(session)
    _prepare_frontend(session)
    _install_packages(session, PEERS)
    _run(session, "python", "-m", "contract_tests.drift.peers", *session.posargs)


@nox.session
def frontend(session: nox.Session) -> None:
    """The page: lint, types, tests, build."""
    _prepare_frontend(session)
    for script in ("lint", "typecheck"):
        _npm(session, "run", script)
    report = f"--outputFile={REPORTS / 'frontend.xml'}"
    _npm(session, "run", "test", "--", "--reporter=default", "--reporter=junit", report)
    _build_page(session)


# Running it


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Train and backtest on real data, show the page; `-- --once` ends after the result."""
    _prepare(session)
    if "--once" not in session.posargs:
        _build_page(session)
    _serve(session, str(BIN / "quant-engine"), "demo", *session.posargs)


@nox.session(default=False)
def dev(session: nox.Session) -> None:
    """Service and page with reload; a change in Python renews contract and types as well."""
    _prepare(session)
    _prepare_frontend(session)
    renew = "quant-engine contract export && npm --prefix frontend run --silent types"
    arguments = subprocess.list2cmdline(session.posargs)
    with _beside([_npm_path(session), "--prefix", str(FRONTEND), "run", "dev"]):
        _serve(
            session,
            *(str(BIN / "watchfiles"), "--filter", "python", "--target-type", "command"),
            *("--sigint-timeout", str(int(GRACE_SECONDS))),
            f"sh -c '{renew} && exec quant-engine serve {arguments}'",
            "quant_engine",
        )


@nox.session(default=False)
def page(session: nox.Session) -> None:
    """Build the page, so that the service has one to serve."""
    _build_page(session)


@nox.session(default=False)
def screenshots(session: nox.Session) -> None:
    """Renew the pictures of docs/images: every screen in both themes, as a real browser draws it."""
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


# Making and mending


@nox.session(default=False, venv_backend="venv", reuse_venv=True)
def lock(session: nox.Session) -> None:
    """Write the lock anew from pyproject.toml; `-- --upgrade` moves to the newest versions."""
    session.install("uv>=0.13,<0.14")
    session.run(
        *("uv", "pip", "compile", "pyproject.toml", "--group", "dev", "--quiet", "--system-certs"),
        *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"),
        *("--custom-compile-command", "python -m nox -s lock"),
        *("--output-file", str(LOCK.relative_to(ROOT))),
        *session.posargs,
    )


@nox.session(default=False)
def mend(session: nox.Session) -> None:
    """Mend what a machine can: formatting, contract, the page's types."""
    _prepare(session)
    _prepare_frontend(session)
    _run(session, "ruff", "check", "--fix", "--exit-zero", "--quiet")
    _run(session, "ruff", "format")
    _run(session, "quant-engine", "contract", "export")
    _npm(session, "run", "--silent", "types")
    _npm(session, "run", "format")


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build sdist and wheel, then use the wheel as a stranger would: in an empty environment."""
    _prepare(session)
    _build_page(session)
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    _run(session, "python", "-m", "hatchling", "build", "-t", "sdist")
    (sdist,) = dist.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(sdist, folder, filter="data")
        (source,) = Path(folder).iterdir()
        # from the sdist, and not from the checkout: whoever packages this has nothing else
        with session.chdir(source):
            _run(session, "python", "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist))
    (wheel,) = dist.glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        _try_wheel(session, wheel, Path(folder))


def _try_wheel(session: nox.Session, wheel: Path, folder: Path) -> None:
    venv.create(folder / "venv", with_pip=True)
    python, command = (str(folder / "venv" / "bin" / name) for name in ("python", "quant-engine"))
    session.run(python, "-m", "pip", "install", "--quiet", str(wheel))
    settings = {"QUANT_ENGINE_HOME": str(folder / "home"), "QUANT_ENGINE_PORT": "0"}
    with session.chdir(folder):
        session.run(command, "demo", "--once", "--json", env=settings, stderr=None)
        # neither Node nor anything else that this machine happens to have
        nothing = str(folder / "nothing")
        environment = {**os.environ, **settings, "PATH": nothing}
        serving = subprocess.Popen(
            [command, "serve"], env=environment, stdout=subprocess.PIPE, text=True
        )
        with _ended(serving):
            assert serving.stdout is not None
            line = serving.stdout.readline()
            if "http://" not in line:
                session.error("The installed service did not start.")
            url = line[line.index("http://") :].strip()
            # the address is the one that the service printed
            with urllib.request.urlopen(url + "/docs", timeout=READY_SECONDS) as answer:
                if "swagger-ui" not in answer.read().decode():
                    session.error("The wheel does not serve /docs: swagger-ui is missing.")
            # the browser's tests come from the checkout; the service and its page from the wheel alone
            tests = (str(ROOT / "e2e" / "test_screens.py"), "-c", str(ROOT / "pyproject.toml"))
            session.run(str(BIN / "pytest"), *tests, env={"E2E_URL": url})
    session.log(f"{wheel.name} installs, computes and shows its whole page.")


# The shared environment


def _prepare(session: nox.Session) -> None:
    """Make the environment what lock and pyproject.toml say; nothing to do when they are as before.

    The project is installed after its dependencies and without them, so that nothing which the lock
    does not name can come in.
    """
    session.env["PATH"] = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    python = str(BIN / "python")
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    with _once(ENVIRONMENT / "lock.stamp", LOCK.read_bytes(), sys.version, str(ROOT)) as stale:
        if stale:
            session.log(f"Installing the lock into {ENVIRONMENT.relative_to(ROOT)}, once")
            venv.create(ENVIRONMENT, with_pip=True, clear=True)
            session.run(*pip, "--require-hashes", "--requirement", str(LOCK))
    with _once(ENVIRONMENT / "project.stamp", (ROOT / "pyproject.toml").read_bytes()) as stale:
        if stale:
            session.run(*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def _prepare_frontend(session: nox.Session) -> None:
    _install_packages(session, FRONTEND)


def _install_packages(session: nox.Session, folder: Path) -> None:
    locked = (folder / "package-lock.json").read_bytes()
    with _once(folder / "node_modules" / ".lock.stamp", locked) as stale:
        if stale:
            _npm(session, "ci", "--no-audit", "--no-fund", folder=folder)


def _build_page(session: nox.Session) -> None:
    _prepare_frontend(session)
    sources = subprocess.list2cmdline(sorted(map(str, _page_sources())))
    digests = [path.read_bytes() for path in _page_sources()]
    stamp = ROOT / ".nox" / "page.stamp"
    if not (PAGE / "index.html").is_file():
        stamp.unlink(missing_ok=True)
    with _once(stamp, sources, *digests) as stale:
        if stale:
            _npm(session, "run", "build")


def _page_sources() -> list[Path]:
    apart = {FRONTEND / "node_modules", PAGE}
    found = [ROOT / "openapi.json"]
    for entry in FRONTEND.iterdir():
        if entry not in apart:
            found += [path for path in (entry, *entry.rglob("*")) if path.is_file()]
    return sorted(found)


@contextmanager
def _once(stamp: Path, *inputs: str | bytes) -> Iterator[bool]:
    """Say whether the inputs differ from those of the last time that the block came to its end."""
    digest = hashlib.sha256()
    for part in inputs:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8) + data)
    key = digest.hexdigest()
    stale = not stamp.is_file() or stamp.read_text() != key
    yield stale
    if stale:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(key)


def _run(session: nox.Session, program: str, *arguments: str) -> None:
    with _reported(session, program, *arguments):
        session.run(str(BIN / program), *arguments)


def _pytest(session: nox.Session, *what: str) -> None:
    # most tests wait for processes of their own, so workers halve the time even on two cores
    report = f"--junitxml={REPORTS / session.name}.xml"
    _run(session, "pytest", *what, "-n", "auto", report, *session.posargs)


@contextmanager
def _reported(session: nox.Session, *command: str) -> Iterator[None]:
    """Add a command to the session's JUnit file, with how long it took and whether it failed."""
    case = ET.Element("testcase", classname=session.name, name=" ".join(command))
    began = time.monotonic()
    try:
        yield
    except BaseException:
        failure = ET.SubElement(case, "failure", message="failed")
        failure.text = "The output of the session says why."
        raise
    finally:
        case.set("time", f"{time.monotonic() - began:.3f}")
        suite = ET.Element("testsuite", name=session.name)
        suite.extend(_cases.setdefault(session.name, []))
        suite.append(case)
        _cases[session.name].append(case)
        REPORTS.mkdir(exist_ok=True)
        ET.ElementTree(suite).write(REPORTS / f"session-{session.name}.xml")


_cases: dict[str, list[ET.Element]] = {}  #: commands of each session so far


def _npm_path(session: nox.Session) -> str:
    path = shutil.which("npm")
    if path is None:
        session.error("npm was not found: install Node 20 or newer from https://nodejs.org.")
    return path


def _npm(session: nox.Session, *arguments: str, folder: Path = FRONTEND) -> None:
    with _reported(session, "npm", *arguments):
        session.run(_npm_path(session), "--prefix", str(folder), *arguments)


def _serve(session: nox.Session, *command: str) -> None:
    # stderr stays apart, so that the last line of stdout is what the command printed
    session.run(
        *command, stderr=None, interrupt_timeout=GRACE_SECONDS, terminate_timeout=GRACE_SECONDS
    )


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
