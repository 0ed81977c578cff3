"""One thread for each test process, as job processes have: two that contend take ten times as long."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # before anything imports numpy
    os.environ[name] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The number of seeds of a sweep; `nox -s noise` uses more."""
    parser.addoption("--seeds", type=int, default=10, help="seeds of noise to try")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a database."""
    return tmp_path / "quant_engine.db"


@pytest.fixture
def run_python() -> Callable[..., str]:
    """Run code in a process of its own; return what it prints."""

    def run(code: str, *arguments: object) -> str:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run
