"""Tries the wheels of a folder, each in an empty environment, as users install them: python -m deploy.wheels dist"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from deploy.pages import ROOT, blocks

READY_SECONDS = 60.0
GRACE_SECONDS = 10.0  #: between a request to end and force


def main(dist: Path) -> None:
    """Try each wheel; the first that does not work ends the program with its error."""
    wheels = {path.name.partition("-")[0]: path.resolve() for path in dist.glob("*.whl")}
    with tempfile.TemporaryDirectory() as folder:
        try_wirelaw(wheels["wirelaw"], Path(folder, "wirelaw"))
        try_service(Path(folder))


def try_wirelaw(wheel: Path, folder: Path) -> None:
    """Look at a service and a page without packages of Node, also in any folder above: the wheel brings its TypeScript."""
    checkout = folder / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", "dist", "ui")
    for name in ("quant_engine", "frontend"):
        shutil.copytree(ROOT / name, checkout / name, ignore=ignored)
    run(sys.executable, "-m", "venv", str(folder / "venv"))
    programs = folder / "venv" / "bin"
    run(str(programs / "python"), "-m", "pip", "install", "--quiet", str(wheel))
    command = str(programs / "wirelaw")
    run(command, "map", folder=checkout)
    # whether there is drift is a question for other checks; everything must have been looked at
    looked = subprocess.run([command, "check", "--level", "0"], cwd=checkout, check=False)
    if looked.returncode not in {0, 1}:
        sys.exit("The installed wirelaw could not look at everything.")


def try_service(folder: Path) -> None:
    """Install by the commands of docs/install.md, but for the folder; then run the demo, the service and its page."""
    (block,) = (one for one in blocks("install") if one.target == "wheel")
    commands = block.text.replace("/opt/quant-engine", shlex.quote(str(folder / "venv")))
    run("bash", "-euc", commands)
    command = str(folder / "venv" / "bin" / "quant-engine")
    settings = {"QUANT_ENGINE_HOME": str(folder / "home"), "QUANT_ENGINE_PORT": "0"}
    run(command, "demo", "--once", "--json", folder=folder, **settings)
    # without Node and other programs of this machine
    environment = {**os.environ, **settings, "PATH": str(folder / "nothing")}
    serving = subprocess.Popen(
        [command, "serve"], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert serving.stdout is not None
        line = serving.stdout.readline()
        if "http://" not in line:
            sys.exit("The installed service did not start.")
        try_page(line[line.index("http://") :].strip())
    finally:
        serving.terminate()
        try:
            serving.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()


def try_page(url: str) -> None:
    """Read the API's own page and every screen at the address that the service printed."""
    if "swagger-ui" not in httpx.get(url + "/docs", timeout=READY_SECONDS).text:
        sys.exit("The wheel does not serve /docs: swagger-ui is missing.")
    script = url + "/docs/swagger-ui-bundle.js"
    answer = httpx.get(script, headers={"accept-encoding": "br"}, timeout=READY_SECONDS)
    if answer.headers.get("content-encoding") != "br":
        sys.exit("The wheel has no compressed files: see frontend/scripts.")
    # the browser's tests come from the checkout; the service and its page from the wheel alone
    tests = (str(ROOT / "e2e" / "test_screens.py"), "-c", str(ROOT / "pyproject.toml"))
    run(sys.executable, "-m", "pytest", *tests, E2E_URL=url)


def run(*command: str, folder: Path = ROOT, **settings: str) -> None:
    """Run a command.

    Raises:
        CalledProcessError: it failed.
    """
    subprocess.run(command, cwd=folder, env={**os.environ, **settings}, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
