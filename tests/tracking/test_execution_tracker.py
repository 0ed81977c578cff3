"""The summary of fills: figures by hand, one account at a time, null where there are too few."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from contract_tests.kit.examples import MONDAY, fill
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.tracking import ExecutionQuality
from quant_engine.tracking import execution_tracker
from quant_engine.tracking.execution_tracker import get_execution_quality_summary
from tests.tracking.trackers import TRACKERS, url_of, write

EXECUTION = TRACKERS["execution"]


def summary(file: Path, account: str | None = None) -> ExecutionQuality:
    with BlockingDatabase(url_of(file)) as database, database.reading() as connection:
        return get_execution_quality_summary(connection, account=account)


def test_without_fills_there_are_no_figures(file: Path) -> None:
    assert summary(file) == ExecutionQuality(
        n_fills=0,
        first_filled_on=None,
        last_filled_on=None,
        mean_shortfall_bps=None,
        standard_error_bps=None,
        assumed_cost_bps=None,
        fills=[],
    )


def test_of_one_fill_there_is_no_standard_error(file: Path) -> None:
    write(file, EXECUTION, fill())
    found = summary(file)
    assert (found.n_fills, found.mean_shortfall_bps, found.assumed_cost_bps) == (1, 10.0, 5.0)
    assert found.standard_error_bps is None


def test_figures_are_those_of_all_fills(file: Path) -> None:
    shortfalls = [-10.0, 0.0, 10.0, 40.0]
    for number, shortfall in enumerate(shortfalls):
        day = MONDAY + timedelta(days=10 - number)
        row = fill(number, shortfall_bps=shortfall, filled_on=day, cost_bps=float(number))
        write(file, EXECUTION, row)
    found = summary(file)
    assert found.n_fills == 4
    assert found.mean_shortfall_bps == pytest.approx(10.0)
    # deviations -20, -10, 0, 30: variance 1400 / 3, over 4 fills
    assert found.standard_error_bps == pytest.approx((1400 / 3 / 4) ** 0.5)
    assert found.assumed_cost_bps == pytest.approx(1.5)
    assert found.first_filled_on == MONDAY + timedelta(days=7)
    assert found.last_filled_on == MONDAY + timedelta(days=10)
    assert [row.order_id for row in found.fills] == ["demo-3", "demo-2", "demo-1", "demo-0"]


def test_accounts_are_kept_apart(file: Path) -> None:
    write(file, EXECUTION, fill(0), fill(1, account="files", shortfall_bps=99.0))
    assert summary(file, "demo").fills == [fill(0)]
    assert summary(file, "files").mean_shortfall_bps == pytest.approx(99.0)
    assert summary(file, "unknown").n_fills == 0
    assert summary(file).n_fills == 2


def test_only_the_newest_are_shown_and_all_are_counted(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution_tracker, "SHOWN", 2)
    write(file, EXECUTION, *(fill(number) for number in range(3)))
    found = summary(file)
    assert found.n_fills == 3
    assert found.fills == [fill(2), fill(1)]


@pytest.mark.parametrize(
    "values",
    [
        {"side": "short"},
        {"shares": 0.0},
        {"fill_price": float("inf")},
        {"decision_price": -1.0},
        {"cost_bps": -0.1},
        {"shortfall_bps": float("nan")},
    ],
)
def test_a_malformed_fill_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fill(**values)
