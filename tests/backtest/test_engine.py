"""The rules one by one, on markets small enough to compute by hand; and the worst inputs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quant_engine.backtest.engine import Rules, run

from .markets import RULES, always, market, once, prices

FREE = replace(RULES, cost_bps=0.0)


def test_signal_yesterday_fill_today_out_after_the_holding_period() -> None:
    closes = prices(A=[10, 20, 22, 24, 26])
    rules = Rules(2, 1, 0.0, 0.5, risk_management=False, cost_bps=100.0)
    result = run(closes, once(closes), rules, 1000.0)
    # 500 of value at 20 are 25 shares, and 5 of fee; sold at 24 for 600 less 6.
    assert result.cash.tolist() == [1000, 495, 495, 1089, 1089]
    assert result.invested.tolist() == [0, 500, 550, 0, 0]
    assert result.traded.tolist() == [0, 500, 0, 600, 0]
    (trade,) = result.trades
    assert (trade.entry_date, trade.exit_date) == (result.dates[1].item(), result.dates[3].item())
    assert (trade.shares, trade.profit, trade.holding_days) == (25, 89, 2)
    assert trade.return_fraction == pytest.approx(89 / 505)


def test_no_entry_on_the_session_of_the_exit() -> None:
    closes = prices(A=[10, 10, 10, 10, 10])
    result = run(closes, always(closes), replace(FREE, holding_period=1))
    assert [trade.entry_date for trade in result.trades] == [
        result.dates[1].item(),
        result.dates[3].item(),
    ]


def test_the_last_order_shrinks_to_the_cash() -> None:
    closes = prices(A=[10, 10], B=[10, 10], C=[10, 10])
    rules = replace(RULES, position_size=0.4, cost_bps=100.0)
    result = run(closes, always(closes), rules, 1000.0)
    assert [trade.shares for trade in result.trades] == pytest.approx([40, 40, 192 / 10.1])
    assert result.cash[-1] == pytest.approx(0, abs=1e-9)


def test_a_delisted_name_is_closed_at_a_loss() -> None:
    closes = prices(A=[10, 10, 10, np.nan, np.nan], B=[10, 10, 10, 10, 10])
    result = run(closes, once(closes), FREE, 1000.0)
    dead = next(trade for trade in result.trades if trade.ticker == "A")
    assert dead.exit_reason == "price_lost"
    assert dead.exit_price == pytest.approx(7)
    assert dead.profit == pytest.approx(-90)
    assert result.equity.tolist() == pytest.approx([1000, 1000, 1000, 910, 910])


def test_what_is_open_at_the_end_is_marked_and_listed() -> None:
    closes = prices(A=[10, 10, 11])
    result = run(closes, once(closes), FREE, 1000.0)
    (trade,) = result.trades
    assert (trade.exit_reason, trade.exit_date, trade.exit_price) == ("open", None, 11)
    assert result.equity[-1] == pytest.approx(1030)


def test_a_stop_is_seen_on_one_close_and_filled_on_the_next() -> None:
    closes = prices(A=[100, 100, 95, 89, 80, 70])
    result = run(closes, once(closes), replace(FREE, risk_management=True, holding_period=50))
    (trade,) = result.trades
    assert (trade.exit_reason, trade.exit_price, trade.holding_days) == ("stop_loss", 80, 3)


def test_the_breaker_closes_all_and_blocks_entries_for_its_sessions() -> None:
    # Half of equity in each name. A falls by half: 25 % of equity, more than the breaker allows.
    closes = prices(A=[100.0, 100.0, 50.0] + [50.0] * 30, B=[100.0] * 33)
    rules = Rules(200, 2, 0.0, 0.5, risk_management=True, cost_bps=0.0)
    result = run(closes, always(closes), rules, 1000.0)
    first, second, *later = result.trades
    assert {first.exit_reason, second.exit_reason} == {"drawdown_breaker"}
    assert {first.exit_date, second.exit_date} == {result.dates[3].item()}
    assert not result.invested[3:23].any()
    assert {trade.entry_date for trade in later} == {result.dates[23].item()}


def test_entries_shrink_when_the_universe_is_wild() -> None:
    closes, _ = market(5, 60, 3, volatility=0.08)
    signals = once(closes, session=40)
    returns = closes.pct_change()[1:41].mean(axis=1)
    scale = 0.15 / (returns[-20:].std() * 252**0.5)
    assert scale < 1
    result = run(closes, signals, replace(FREE, risk_management=True), 1000.0)
    assert [trade.shares * trade.entry_price for trade in result.trades] == pytest.approx(
        [300 * scale] * 3
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("holding_period", 6),
        ("max_positions", 3),
        ("entry_threshold", 0.01),
        ("position_size", 0.2),
        ("risk_management", True),
        ("cost_bps", 11.0),
    ],
)
def test_each_rule_alone_changes_the_result(field: str, value: Any) -> None:
    closes, signals = market(7, volatility=0.05)
    changed = run(closes, signals, replace(RULES, **{field: value}))
    assert changed.equity[-1] != run(closes, signals, RULES).equity[-1]


def test_the_threshold_is_strict() -> None:
    closes = prices(A=[10, 10, 10])
    assert not run(closes, always(closes, 0.01), replace(RULES, entry_threshold=0.01)).trades
    assert run(closes, always(closes, 0.0101), replace(RULES, entry_threshold=0.01)).trades


def test_one_session_trades_nothing() -> None:
    closes = prices(A=[10])
    result = run(closes, always(closes), RULES, 500.0)
    assert (result.equity.tolist(), result.trades) == ([500.0], [])


def test_no_signal_at_all_stays_in_cash() -> None:
    closes = prices(A=[10, 11, 12])
    result = run(closes, always(closes, np.nan), RULES, 500.0)
    assert (result.equity.tolist(), result.trades) == ([500.0] * 3, [])


GOOD = prices(A=[10, 11, 12], B=[20, 21, 22])


@pytest.mark.parametrize(
    ("closes", "predictions", "message"),
    [
        (GOOD[:0], GOOD[:0], "closes is empty"),
        (GOOD[[]], GOOD[[]], "closes is empty"),
        (GOOD * np.nan, GOOD, "no price at all"),
        (GOOD * -1, GOOD, "not positive"),
        (GOOD * 0, GOOD, "not positive"),
        (GOOD * np.inf, GOOD, "closes has infinite values"),
        (GOOD, GOOD * np.inf, "predictions has infinite values"),
        (GOOD, GOOD[1:], "predictions must have the sessions"),
        (GOOD, GOOD[["B", "A"]], "predictions must have the tickers"),
        (GOOD[::-1], GOOD[::-1], "oldest first"),
        (pd.concat([GOOD, GOOD]), pd.concat([GOOD, GOOD]), "oldest first"),
        (GOOD[["A", "A"]], GOOD[["A", "A"]], "each ticker once"),
        (GOOD.reset_index(drop=True), GOOD.reset_index(drop=True), "session dates"),
    ],
)
def test_bad_frames_are_refused(
    closes: pd.DataFrame, predictions: pd.DataFrame, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        run(closes, predictions, RULES)


@pytest.mark.parametrize("cash", [0.0, -1.0, float("nan"), float("inf")])
def test_bad_cash_is_refused(cash: float) -> None:
    with pytest.raises(ValueError, match="initial_cash"):
        run(GOOD, GOOD, RULES, cash)


@pytest.mark.parametrize("cost_bps", [-1.0, 10_000.0, float("nan")])
def test_bad_costs_are_refused(cost_bps: float) -> None:
    with pytest.raises(ValueError, match="cost_bps"):
        run(GOOD, GOOD, replace(RULES, cost_bps=cost_bps))
