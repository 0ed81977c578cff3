"""One thread for each test process, as job processes have: two that contend take ten times as long."""

import os

import pytest

pytest_plugins = ("contract_tests.exchanges",)

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # before anything imports numpy
    os.environ[name] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The number of seeds of a sweep; `nox -s noise` uses more."""
    parser.addoption("--seeds", type=int, default=10, help="seeds of noise to try")
