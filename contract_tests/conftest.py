"""Adds to every part of the gate: a summary line at the end."""

import os
from collections.abc import Callable

import pytest

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # before anything imports numpy
    os.environ[name] = "1"

Summarise = Callable[[str, str], None]


@pytest.fixture
def summarise(record_property: Callable[[str, object], None]) -> Summarise:
    """Add a line to the summary at the end: the part, and the size of what it explored."""
    return lambda part, explored: record_property("explored", f"{part}: {explored}")


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
