"""A pytest plugin: the report and JUnit's record of a failed test are findings, of the gate's parts and of ordinary tests.

While tests pass it keeps references to the last answers of the running test and does nothing else.
"""

from collections import deque
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.failures import Comparison, Exchange, describe
from contract_tests.observers import OBSERVERS
from contract_tests.repository import ROOT, committed
from wirelaw.finding import Drifted, dump
from wirelaw.running.exchange import Answer

# so that their assertions show values as those of tests do
pytest.register_assert_rewrite("contract_tests.kit")

MAX_EXCHANGES = 30  #: of one test, that are looked at
SHOWN_EXCHANGES = 5

_last: deque[tuple[str, str, Answer]] = deque(maxlen=MAX_EXCHANGES)
_compared: deque[Comparison] = deque(maxlen=1)


def _keep(_home: Path, method: str, path: str, answer: Answer) -> None:
    _last.append((method, path, answer))


def pytest_configure() -> None:
    """Keep what the services of the kit answer."""
    OBSERVERS.append(_keep)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget the test before."""
    _last.clear()
    _compared.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_assertrepr_compare(op: str, left: Any, right: Any) -> None:
    """Keep what a failed assertion compares; pytest formats it."""
    _compared.append(Comparison(op, left, right))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a drift as its report and without the code of the gate, and add to other failures what they compared."""
    report = yield
    if call.excinfo is None or not report.failed:
        return report
    error = call.excinfo.value
    if isinstance(error, Drifted):
        report.longrepr = str(error)
        # hypothesis and the sweep of schedules add how to run a failure again
        notes = getattr(error, "__notes__", [])
        report.sections += [("run it again", "\n".join(notes))] if notes else []
        findings = error.findings
    else:
        exchanges = [Exchange(committed(), *one) for one in _last]
        comparison = _compared[0] if _compared and isinstance(error, AssertionError) else None
        text = call.excinfo.exconly(tryshort=True)
        found = describe(item.nodeid, text, _statement(item, call), comparison, exchanges)
        findings = (found,)
        shown = [str(one) for one in exchanges[: -SHOWN_EXCHANGES - 1 : -1]]
        report.sections.append(("finding", str(found)))
        report.sections += [("last answers, the last one first", "\n".join(shown))] if shown else []
    item.user_properties.append(("findings", dump(findings)))
    report.user_properties = item.user_properties
    return report


def _statement(item: pytest.Item, call: pytest.CallInfo[None]) -> str:
    """Return the innermost statement of a test, or of what tests share, that failed."""
    assert call.excinfo is not None
    # a test may be outside the repository, and the environment with the libraries in it
    own = [
        entry
        for entry in call.excinfo.traceback
        if Path(entry.path) == item.path
        or (Path(entry.path).is_relative_to(ROOT) and "site-packages" not in str(entry.path))
    ]
    return str(own[-1].statement) if own else ""
