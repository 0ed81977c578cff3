"""Adds to every part of the gate: a summary line at the end, and the longest files first."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_tests.kit.power import skip_waits

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # before anything imports numpy
    os.environ[name] = "1"

skip_waits()

#: the longest first: a worker that begins one of them last works alone at the end
LONGEST = (
    "streams/test_interleaving.py",
    "faults/test_faults.py",
    "fuzz/test_sweep.py",
    "liveness/test_answers.py",
    "types/test_contract_changes.py",
    "streams/test_machine.py",
    "liveness/test_computing.py",
    "types/test_page_faults.py",
    "test_relations.py",
    "fuzz/test_planted.py",
    "test_wire.py",
)
_RANKS = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST)}

Summarise = Callable[[str, str], None]


@pytest.fixture
def summarise(record_property: Callable[[str, object], None]) -> Summarise:
    """Add a line to the summary at the end: the part, and the size of what it explored."""
    return lambda part, explored: record_property("explored", f"{part}: {explored}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the sort keeps the order within a file."""
    items.sort(key=lambda item: _RANKS.get(item.path, len(_RANKS)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the parts explored."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    lines = {
        value
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == "explored"
    }
    if lines:
        terminalreporter.section("explored")
        for line in sorted(lines):
            terminalreporter.write_line(line)
