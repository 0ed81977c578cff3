"""Runs the examples of `docs/clients.md` on a service with real jobs, and compares what they print with its own answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.clients import generators
from contract_tests.clients.lab import Failed, Lab
from contract_tests.clients.page import DEFAULT_URL, ClientsPage
from contract_tests.kit.process import PRODUCT_JOBS, ServiceProcess
from wirelaw.running.sse import parse

#: a model for the backtests of the examples
TRAINING = {"years": 2}
LISTED = 5  #: jobs that the examples list
TYPESCRIPT = ("--strict", "--target", "es2022", "--module", "nodenext")
GO_MODULE = """module example

go 1.23

require (
\tlocalhost/clients/quantengine v0.0.0
\tgopkg.in/validator.v2 v2.0.1
)

replace localhost/clients/quantengine => ../go

replace gopkg.in/validator.v2 => ../validator
"""


@contextmanager
def service(folder: Path) -> Iterator[ServiceProcess]:
    """Run a service with a trained model.

    Raises:
        Failed: the training failed.
    """
    running = ServiceProcess(folder / "home", *PRODUCT_JOBS, workers=1)
    try:
        submitted = running.http.post("/api/compute/train", json=TRAINING).json()["data"]
        # the stream ends with the job
        running.http.get(f"/api/jobs/{submitted['job_id']}/events", timeout=None)
        status = _read(running, f"/api/jobs/{submitted['job_id']}")["status"]
        if status != "succeeded":
            raise Failed(f"the training for the examples ended as {status}")
        yield running
    finally:
        running.close()


def run_python(lab: Lab, folder: Path, page: ClientsPage, url: str) -> str:
    """Type-check and run the example in Python; return what it prints."""
    program = _write(folder / "example.py", page.example("python"), url)
    lab.run("mypy", "--strict", "--follow-imports=silent", program, folder=folder)
    return lab.run(lab.python, program, folder=folder)


def run_typescript(lab: Lab, folder: Path, page: ClientsPage, url: str) -> str:
    """Compile and run the example in TypeScript; return what it prints."""
    program = _write(folder / "example.ts", page.example("ts"), url)
    (folder / "package.json").write_text('{"type": "module"}')
    lab.run("tsc", *TYPESCRIPT, program, folder=folder)
    return lab.run("node", program.with_suffix(".js"), folder=folder)


def run_go(lab: Lab, folder: Path, page: ClientsPage, url: str) -> str:
    """Compile and run the example in Go; return what it prints."""
    module = folder / "example"
    module.mkdir()
    _write(module / "main.go", page.example("go"), url)
    (module / "go.mod").write_text(GO_MODULE)
    return generators.run_go(lab, module, "run")


def run_java(lab: Lab, folder: Path, page: ClientsPage, url: str) -> str:
    """Compile and run the example in Java; return what it prints."""
    program = _write(folder / "Example.java", page.example("java"), url)
    path = f"{lab.jars}:{folder}:{folder / 'java' / 'classes'}"
    lab.run("javac", "-cp", path, program, folder=folder)
    return lab.run("java", "-cp", path, program.stem, folder=folder)


#: by the name of the generator
EXAMPLES = {
    "openapi-python-client": ("python", run_python),
    "openapi-generator, typescript-fetch": ("ts", run_typescript),
    "openapi-generator, go": ("go", run_go),
    "openapi-generator, java": ("java", run_java),
}


def compare(printed: str, names: set[str], running: ServiceProcess, listed: list[str]) -> None:
    """Compare what an example printed, a line for each name, with what the service answers.

    Args:
        printed: its output.
        names: of all lines that it may print.
        running: the service.
        listed: the newest jobs when it began.

    Raises:
        Failed: a line differs or is missing.
    """
    lines = dict(line.partition(" ")[::2] for line in printed.splitlines())
    if lines.keys() != names:
        raise Failed(f"the example prints {sorted(lines)}, expected {sorted(names)}")
    job = _read(running, f"/api/jobs/{lines['job'].partition(' ')[0]}")
    metrics = _read(running, f"/api/backtests/{job['job_id']}")["metrics"]
    path = f"/api/jobs/{job['job_id']}/events"
    frames = parse(running.http.get(path, headers={"Last-Event-ID": "0"}).content)
    expected = {
        "jobs": " ".join(listed[:LISTED]),
        "count": str(len(listed[:LISTED])),
        "job": f"{job['job_id']} succeeded {job['revision']}",
        "report": f"{metrics['n_trades']} {json.dumps(metrics['sharpe'])}",
        "refused": "invalid years",
        "events": " ".join(str(frame.event) for frame in frames if frame.is_dispatched),
        # the job that it followed is the last one
        "followed": f"done {job_ids(running)[0]} succeeded",
    }
    for name, line in lines.items():
        if line != expected[name]:
            raise Failed(f"the example prints {name} {line}, expected {expected[name]}")


def job_ids(running: ServiceProcess) -> list[str]:
    """Return the ids of the newest jobs, newest first."""
    return [job["job_id"] for job in _read(running, "/api/jobs")["items"]]


def _write(file: Path, example: str, url: str) -> Path:
    file.write_text(example.replace(DEFAULT_URL, url), encoding="utf-8")
    return file


def _read(running: ServiceProcess, path: str) -> Any:
    answer = running.http.get(path)
    if not answer.is_success:
        raise Failed(f"GET {path} is answered {answer.status_code}")
    return answer.json()["data"]
