"""bt makes the same trades from the same signals and prices, and the same equity."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from contract_tests.kit.oracle import TradeSignals, backtest
from quant_engine.backtest.engine import BacktestResult, Rules, run

from .markets import RULES, market

CAPITAL = 50_000.0


def judge(closes: pd.DataFrame, signals: pd.DataFrame, rules: Rules) -> BacktestResult:
    result = run(closes, signals, rules, CAPITAL)
    algo = TradeSignals(
        closes,
        signals,
        days=rules.holding_period,
        slots=rules.max_positions,
        threshold=rules.entry_threshold,
        fraction=rules.position_size,
        risk=rules.risk_management,
    )
    algo, equity = backtest(closes, algo, cost=rules.cost_bps / 10_000, capital=CAPITAL)
    days = [day.date() for day in closes.index]
    product = [
        (trade.ticker, trade.entry_date, trade.exit_date, trade.exit_reason)
        for trade in result.trades
    ]
    oracle = [
        (name, days[bought], days[sold], reason) for name, bought, sold, _, reason in algo.trades
    ] + [(name, days[lot.bought_on], None, "open") for name, lot in algo.lots.items()]
    assert product == oracle
    shares = [trade[3] for trade in algo.trades] + [lot.shares for lot in algo.lots.values()]
    np.testing.assert_allclose([trade.shares for trade in result.trades], shares, rtol=1e-9)
    np.testing.assert_allclose(result.equity, equity, rtol=1e-9)
    return result


def reasons(result: BacktestResult) -> set[str]:
    return {trade.exit_reason for trade in result.trades}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("risk_management", [False, True])
def test_random_markets(seed: int, risk_management: bool) -> None:
    closes, signals = market(seed, 300, 12)
    result = judge(closes, signals, replace(RULES, risk_management=risk_management))
    assert len(result.trades) > 100


def test_the_stop_without_the_breaker() -> None:
    # positions too small for a deep drawdown, prices volatile enough to trigger stops
    closes, signals = market(11, 300, 12, volatility=0.05)
    rules = replace(RULES, risk_management=True, position_size=0.02, holding_period=10)
    assert {"stop_loss", "holding_period"} <= reasons(judge(closes, signals, rules))
    assert "drawdown_breaker" not in reasons(judge(closes, signals, rules))


def test_the_breaker_without_the_stop() -> None:
    # each price falls by less than a stop in a holding period, and the account falls with them
    closes, signals = market(12, 300, 12, volatility=0.004, drift=-0.01)
    rules = replace(RULES, risk_management=True)
    assert {"drawdown_breaker"} <= reasons(judge(closes, signals, rules))
    assert "stop_loss" not in reasons(judge(closes, signals, rules))


def test_stop_and_breaker_together() -> None:
    closes, signals = market(13, 400, 12, volatility=0.04, drift=-0.01)
    found = reasons(judge(closes, signals, replace(RULES, risk_management=True, holding_period=8)))
    assert {"drawdown_breaker", "stop_loss", "holding_period"} <= found


@pytest.mark.parametrize("risk_management", [False, True])
def test_lost_prices(risk_management: bool) -> None:
    closes, signals = market(14, 300, 12, gaps=0.05)
    result = judge(closes, signals, replace(RULES, risk_management=risk_management))
    assert "price_lost" in reasons(result)


@pytest.mark.parametrize(
    "changes",
    [
        {"holding_period": 1},
        {"max_positions": 1, "position_size": 1.0},
        {"max_positions": 12, "position_size": 0.15},
        {"entry_threshold": 0.03},
        {"entry_threshold": -1.0},
        {"cost_bps": 0.0},
        {"cost_bps": 300.0},
    ],
)
def test_other_rules(changes: dict[str, Any]) -> None:
    closes, signals = market(15, 200, 12)
    judge(closes, signals, replace(RULES, **changes))


def test_ties_go_by_ticker_name() -> None:
    closes, signals = market(16, 200, 12)
    judge(closes[closes.columns[::-1]], signals.round(2)[signals.columns[::-1]], RULES)
