"""Replay equality: trading one day at a time, on data cut at that day, equals the backtest to the bit."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from quant_engine.backtest.engine import Rules, run
from quant_engine.domain.paper import PaperAccount
from tests.backtest.markets import RULES, market

from . import paper

ROUGH = Rules(6, 4, 0.0, 0.4, risk_management=False, cost_bps=7.3)


def check(file: Path, closes: pd.DataFrame, signals: pd.DataFrame, rules: Rules) -> PaperAccount:
    """Compare without tolerance; returns the account."""
    expected, found = run(closes, signals, rules, paper.CASH), paper.account(file)
    assert found.dates == expected.dates.tolist()
    assert found.equity_curve == expected.equity.tolist()
    assert found.trades == expected.trades
    sessions = paper.rows(file, "paper_sessions")
    for name in ("cash", "invested", "traded"):
        assert [row[name] for row in sessions] == getattr(expected, name).tolist()
    return found


@pytest.mark.parametrize("seed", [0, 3, 4, 9])
@pytest.mark.parametrize("risk_management", [False, True])
def test_a_day_at_a_time_equals_the_backtest(file: Path, seed: int, risk_management: bool) -> None:
    closes, signals = paper.rough_market(seed)
    rules = replace(ROUGH, risk_management=risk_management)
    paper.trade(file, closes, signals, rules, range(1, len(closes) + 1))
    found = check(file, closes, signals, rules)
    reasons = {trade.exit_reason for trade in found.trades}
    assert {"holding_period", "price_lost"} <= reasons
    assert ({"stop_loss", "drawdown_breaker"} <= reasons) == risk_management
    assert {fill.status for fill in found.fills} == {"filled", "partial"}


def test_a_fresh_process_in_between_changes_nothing(file: Path) -> None:
    closes, signals = paper.rough_market(1)
    rules = replace(ROUGH, risk_management=True)
    paper.trade(file, closes, signals, rules, range(1, 25))
    other = paper.start_other(file, closes, signals, rules, range(25, 46))
    result = json.loads(other.communicate("go\n")[0])
    assert (other.returncode, result["n_sessions"]) == (0, 21)
    assert not [
        name
        for name in result["loaded"]
        if name == "quant_engine.backtest.engine" or name.startswith("quant_engine.api")
    ]
    paper.trade(file, closes, signals, rules, range(46, len(closes) + 1))
    check(file, closes, signals, rules)


def test_all_days_at_once_leave_the_same_rows(tmp_path: Path) -> None:
    closes, signals = paper.rough_market(5)
    rules = replace(ROUGH, risk_management=True)
    once, daily = tmp_path / "once.db", tmp_path / "daily.db"
    (done,) = paper.trade(once, closes, signals, rules)
    summaries = paper.trade(daily, closes, signals, rules, range(1, len(closes) + 1))
    assert paper.dump(once) == paper.dump(daily)
    assert done.n_sessions == len(summaries) == len(closes)
    assert done.n_fills == sum(summary.n_fills for summary in summaries)
    assert done[2:] == summaries[-1][2:]


def test_many_names_that_move_too_much(file: Path) -> None:
    # sums over many names are blocked, so one name less or more in a window would show
    closes, signals = market(3, 50, 150, volatility=0.08)
    rules = Rules(4, 20, 0.01, 0.1, risk_management=True)
    paper.trade(file, closes, signals, rules, range(1, len(closes) + 1))
    check(file, closes, signals, rules)


def test_the_order_of_the_columns_changes_nothing(file: Path) -> None:
    closes, signals = market(4, 40, 8)
    signals = signals.round(2)  # so that there are ties
    for day in range(5, 41, 5):
        names = closes.columns.to_series().sample(frac=1, random_state=day)
        paper.trade(file, closes[names], signals[names], RULES, [day])
    check(file, closes, signals, RULES)


def test_history_before_the_opening_changes_nothing(file: Path) -> None:
    closes, signals = paper.rough_market(6)
    rules = replace(ROUGH, risk_management=True)
    paper.trade(file, closes[20:], signals[20:], rules, [1])
    paper.trade(file, closes, signals, rules, range(22, len(closes) + 1))
    check(file, closes[20:], signals[20:], rules)
