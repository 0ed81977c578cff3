"""Figures against ones computed by hand, and None where a figure is undefined."""

import math

import numpy as np
import pytest

from quant_engine.backtest.engine import Rules, run
from quant_engine.backtest.metrics import compute_metrics, drawdowns
from quant_engine.domain.reports import Metrics

from .markets import RULES, always, once, prices


def figures(*equity: float) -> Metrics:
    curve = np.array(equity, dtype=float)
    nothing = np.zeros(len(curve))
    return compute_metrics(curve, invested=nothing, traded=nothing, trades=[])


def test_a_curve_by_hand() -> None:
    # Returns 0.1, -0.2, 0.25: mean 0.05, squared deviations 0.0025 + 0.0625 + 0.04 = 0.105.
    metrics = figures(100, 110, 88, 110)
    assert metrics.total_return == pytest.approx(0.1)
    assert metrics.cagr == pytest.approx(1.1 ** (252 / 3) - 1)
    assert metrics.volatility == pytest.approx(math.sqrt(0.105 / 2 * 252))
    assert metrics.sharpe == pytest.approx(0.05 / math.sqrt(0.105 / 2) * math.sqrt(252))
    assert metrics.sortino == pytest.approx(0.05 / math.sqrt(0.04 / 3) * math.sqrt(252))
    assert metrics.max_drawdown == pytest.approx(-0.2)
    assert metrics.calmar == pytest.approx((1.1 ** (252 / 3) - 1) / 0.2)


def test_trading_by_hand() -> None:
    closes = prices(A=[10, 10, 12, 12, 12], B=[10, 10, 8, 9, 9])
    result = run(closes, once(closes), Rules(2, 2, 0.0, 0.25, False, 0.0), 1000.0)
    metrics = compute_metrics(
        result.equity, invested=result.invested, traded=result.traded, trades=result.trades
    )
    # Bought 2 x 250, sold 300 and 225, over 4 of 252 sessions.
    mean_equity = (1000 + 1000 + 1000 + 1025 + 1025) / 5
    assert metrics.turnover == pytest.approx((500 + 525) * 252 / 4 / mean_equity)
    assert metrics.exposure == pytest.approx((0.5 + 0.5) / 5)
    assert (metrics.hit_rate, metrics.n_trades) == (0.5, 2)


def test_no_trade_and_flat_equity() -> None:
    metrics = figures(100, 100, 100, 100)
    assert metrics.model_dump() == {
        "total_return": 0.0,
        "cagr": 0.0,
        "volatility": 0.0,
        "sharpe": None,
        "sortino": None,
        "max_drawdown": 0.0,
        "calmar": None,
        "turnover": 0.0,
        "hit_rate": None,
        "n_trades": 0,
        "exposure": 0.0,
    }


def test_one_day() -> None:
    metrics = figures(100)
    assert (metrics.total_return, metrics.max_drawdown) == (0.0, 0.0)
    assert metrics.cagr is metrics.volatility is metrics.sharpe is metrics.turnover is None


def test_two_days() -> None:
    metrics = figures(100, 101)
    assert metrics.total_return == pytest.approx(0.01)
    assert metrics.volatility is metrics.sharpe is metrics.sortino is metrics.calmar is None


def test_total_loss() -> None:
    metrics = figures(100, 50, 0, 0)
    assert (metrics.total_return, metrics.cagr, metrics.max_drawdown) == (-1.0, -1.0, -1.0)
    assert metrics.calmar == -1.0


def test_steady_growth_has_no_ratio() -> None:
    # The deviation here is rounding; a ratio over it would be a number of some 1e13.
    metrics = figures(*(100 * 1.001 ** np.arange(50)))
    assert metrics.sharpe is metrics.sortino is None


def test_growth_beyond_floats_is_no_figure() -> None:
    assert figures(1e-300, 1.0).cagr is None


def test_a_position_that_is_open_is_no_outcome() -> None:
    closes = prices(A=[10, 10, 12])
    result = run(closes, always(closes), RULES)
    metrics = compute_metrics(
        result.equity, invested=result.invested, traded=result.traded, trades=result.trades
    )
    assert len(result.trades) == 1
    assert (metrics.n_trades, metrics.hit_rate) == (0, None)


def test_drawdowns() -> None:
    curve = np.array([100.0, 110.0, 99.0, 121.0])
    np.testing.assert_allclose(drawdowns(curve), [0, 0, -0.1, 0])
