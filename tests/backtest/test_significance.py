"""Significance: the example of the paper; holding the market is no skill; the best result by chance grows with the number of trials."""

import numpy as np
import pandas as pd
import pytest

from quant_engine.backtest.engine import Rules, run
from quant_engine.backtest.panel import Floats
from quant_engine.backtest.significance import (
    excess_returns,
    luck,
    probability_above,
    sharpe,
    skill_probability,
)

ALWAYS = Rules(10, 10, -1.0, 0.1, risk_management=False, cost_bps=0.0)


def spread_of(deviation: float) -> list[float]:
    return [-deviation / 2**0.5, deviation / 2**0.5]


def test_the_example_of_the_paper() -> None:
    # Bailey and López de Prado (2014), p. 102: 100 trials over 1,250 days, an annual ratio of 2.5
    threshold = luck(spread_of((1 / 2 / 250) ** 0.5), 100)
    assert threshold == pytest.approx(0.1132, abs=5e-5)
    found = probability_above(threshold, 2.5 / 250**0.5, 1250, skew=-3, kurtosis=10)
    assert found == pytest.approx(0.9004, abs=5e-5)


def test_the_expected_best_of_luck_grows_with_trials_and_spread() -> None:
    assert luck(spread_of(0.1), 1) == 0
    assert 0 < luck(spread_of(0.1), 10) < luck(spread_of(0.1), 100) < luck(spread_of(0.2), 100)
    assert luck([0.1], 10) == 0


def test_luck_is_the_best_of_many_without_skill() -> None:
    random = np.random.default_rng(1)
    best = random.normal(0, 0.05, (20_000, 24)).max(axis=1).mean()
    assert luck(spread_of(0.05), 24) == pytest.approx(best, rel=0.03)


def market(drift: float, n_sessions: int = 500) -> pd.DataFrame:
    random = np.random.default_rng(2)
    steps = random.normal(drift, 0.01, (n_sessions, 10))
    index = pd.bdate_range("2020-01-01", periods=n_sessions)
    return pd.DataFrame(100 * np.exp(steps.cumsum(axis=0)), index, list("ABCDEFGHIJ"))


def excess_of(closes: pd.DataFrame, predictions: pd.DataFrame) -> Floats:
    result = run(closes, predictions, ALWAYS)
    return excess_returns(result.equity, result.invested, closes.to_numpy())


def test_holding_everything_has_no_excess() -> None:
    # equal sizes at each entry, so only their drift remains
    closes = market(0.002)
    excess = excess_of(closes, closes * 0)
    assert abs(excess.mean()) < 0.0001
    # while the market itself would look like skill
    market_itself = sharpe(closes.pct_change().mean(axis=1).dropna().to_numpy())
    assert market_itself is not None
    assert market_itself > 0.3


def test_predicting_the_next_return_is_skill() -> None:
    closes = market(0.0)
    tomorrow = closes.shift(-11) / closes.shift(-1) - 1
    best = tomorrow.where(tomorrow.rank(axis=1) > 7)
    probability = skill_probability(excess_of(closes, best), 0.0)
    assert probability is not None
    assert probability > 0.999


def test_a_figure_that_is_undefined_is_none() -> None:
    assert sharpe(np.zeros(500)) is None
    assert sharpe(np.random.default_rng(1).normal(0, 1, 20)) is None
    assert skill_probability(np.zeros(500), 0.0) is None


def test_a_name_without_a_price_is_not_in_the_market() -> None:
    closes = np.array([[1.0, 1.0], [1.1, np.nan], [1.21, 2.0]])
    equity = np.array([100.0, 110.0, 121.0])
    assert excess_returns(equity, equity, closes) == pytest.approx([0, 0])
