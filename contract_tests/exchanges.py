"""A pytest plugin: each answer that a service of the kit sends in a test of `tests/` is checked against the contract.

What is checked is what the recorder checks: schemas, relations, and that two representations agree.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.observed.recorder import Recorder
from contract_tests.observers import OBSERVERS
from contract_tests.relations import Relations
from contract_tests.repository import committed
from wirelaw.finding import check
from wirelaw.running.exchange import Answer

GATE = Path(__file__).parent
_recorders: dict[Path, Recorder] = {}


def pytest_configure() -> None:
    """Watch every service of the kit."""
    OBSERVERS.append(_record)


def _record(home: Path, method: str, path: str, answer: Answer) -> None:
    if home not in _recorders:
        _recorders[home] = Recorder(committed(), Relations(committed()))
    if method != "HEAD":
        _recorders[home].add(method, path, answer)


@pytest.fixture(autouse=True)
def _answers_keep_the_contract(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if GATE in request.path.parents:
        # it may run in the same process and makes answers up
        _recorders.clear()
        return
    findings = [finding for recorder in _recorders.values() for finding in recorder.findings]
    for recorder in _recorders.values():
        recorder.findings.clear()
    check(findings)
