"""Fixtures that several packages of tests share, and one thread for each test process, as job processes have."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit import power
from contract_tests.kit import process as service_process
from contract_tests.kit.postgres import PostgresServer
from quant_engine.database import sqlite

pytest_plugins = ("contract_tests.exchanges",)

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # before anything imports numpy; two processes that contend take ten times as long
    os.environ[name] = "1"

power.skip_waits()

# a shell starts what runs in the background with Ctrl-C ignored, and its children inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The number of seeds of a sweep, of which `nox -s noise` uses more, and the database of `nox -s cluster`."""
    parser.addoption("--seeds", type=int, default=10, help="seeds of noise to try")
    parser.addoption("--postgres", action="store_true", help="databases on a server of Postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--postgres` leave out what is about SQLite's file: it is marked `file`."""
    if config.getoption("--postgres"):
        left_out = [item for item in items if item.get_closest_marker("file")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of Postgres."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, file: Path) -> str:
    """The URL of a database: of a file, or with `--postgres` of one on a server."""
    if request.config.getoption("--postgres"):
        return str(request.getfixturevalue("postgres").database())
    return f"sqlite:///{file}"


@pytest.fixture(autouse=True, scope="session")
def _on_postgres(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `--postgres`, services in processes of their own have their databases on a server, one for each home."""
    if request.config.getoption("--postgres"):
        server: PostgresServer = request.getfixturevalue("postgres")
        service_process.database_of_home = cache(lambda _home: server.database())
    yield
    service_process.database_of_home = None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The path of a home."""
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a database."""
    return tmp_path / "quant_engine.db"


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes wait for the disk, as in the product."""
    monkeypatch.setattr(sqlite, "SYNCHRONOUS", power.SYNCHRONOUS)


@pytest.fixture
def run_python() -> Callable[..., str]:
    """Run code in a process of its own; return what it prints."""

    def run(code: str, *arguments: object) -> str:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.fixture
def run_at_once() -> Callable[..., None]:
    """Run code in several processes, one for each argument, which print `ready` and wait for a line."""

    def run(code: str, file: Path, *arguments: object) -> None:
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(file), str(argument)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for argument in arguments
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        errors = [process.communicate(timeout=HANG_SECONDS)[1] for process in processes]
        assert not any(process.returncode for process in processes), errors

    return run
