"""The report agrees with the run: series of equal length, finite figures."""

from math import prod

import pandas as pd
import pytest

from contract_tests.kit.examples import PROVENANCE
from quant_engine.backtest.engine import BacktestResult, run
from quant_engine.backtest.report import build_report, monthly_returns
from quant_engine.domain.parameters import BacktestParameters
from quant_engine.domain.reports import BacktestReport

from .markets import RULES, always, market, prices


def report_of(closes: pd.DataFrame, result: BacktestResult) -> BacktestReport:
    params = BacktestParameters()
    return build_report(
        job_id="job", params=params, provenance=PROVENANCE, closes=closes, result=result
    )


def report() -> BacktestReport:
    closes, signals = market(1, gaps=0.01)
    return report_of(closes, run(closes, signals, RULES, 1000.0))


def test_curves_have_equal_lengths_and_survive_json() -> None:
    made = report()
    assert len(made.dates) == len(made.equity) == len(made.benchmark) == len(made.drawdown) == 120
    assert (made.first_date, made.last_date) == (made.dates[0], made.dates[-1])
    assert made.benchmark[0] == pytest.approx(made.equity[0])
    assert made.metrics.max_drawdown == min(made.drawdown)
    assert BacktestReport.model_validate_json(made.model_dump_json()) == made


def test_months_multiply_to_the_total_return() -> None:
    made = report()
    growth = prod(1 + month.return_fraction for month in made.monthly_returns)
    assert growth - 1 == pytest.approx(made.metrics.total_return)
    assert [(month.year, month.month) for month in made.monthly_returns] == sorted(
        {(day.year, day.month) for day in made.dates}
    )


def test_months_by_hand() -> None:
    closes = prices(A=[10.0] * 24)  # 2001-01-01 to 2001-02-01
    result = run(closes, always(closes), RULES)
    equity = result.equity.copy()
    equity[:22], equity[22:] = 100.0, 110.0
    equity[-1] = 99.0
    months = monthly_returns(result.dates, equity)
    assert [month.return_fraction for month in months] == pytest.approx([0.1, -0.1])


def test_one_session_has_a_report() -> None:
    closes = prices(A=[10])
    made = report_of(closes, run(closes, always(closes), RULES))
    assert (made.drawdown, made.metrics.cagr, made.metrics.n_trades) == ([0.0], None, 0)


def test_other_closes_are_refused() -> None:
    closes, signals = market(1)
    with pytest.raises(ValueError, match="sessions of the result"):
        report_of(closes[1:], run(closes, signals, RULES))
