"""Properties of every market: no look-ahead, no dependence on names or units, and an account that adds up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quant_engine.backtest.engine import BacktestResult, Rules, run

from .markets import market

many = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 2**32 - 1)
rule_sets = st.builds(
    Rules,
    holding_period=st.integers(1, 15),
    max_positions=st.integers(1, 8),
    entry_threshold=st.floats(-0.02, 0.02),
    position_size=st.floats(0.02, 1.0),
    risk_management=st.booleans(),
    cost_bps=st.floats(0, 200),
)


def rough_market(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A market in which stops, breakers and lost prices all happen."""
    return market(seed, 90, 5, volatility=0.04, drift=-0.004, gaps=0.01)


@many
@given(seeds, rule_sets, st.integers(1, 89))
def test_the_length_of_the_data_does_not_change_the_past(seed: int, rules: Rules, cut: int) -> None:
    closes, signals = rough_market(seed)
    whole, short = run(closes, signals, rules), run(closes[:cut], signals[:cut], rules)
    for name in ("dates", "equity", "cash", "invested", "traded"):
        np.testing.assert_array_equal(getattr(whole, name)[:cut], getattr(short, name))
    last = closes.index[cut - 1].date()
    closed = [trade for trade in whole.trades if trade.exit_date and trade.exit_date <= last]
    assert [trade for trade in short.trades if trade.exit_date] == closed


@many
@given(seeds, rule_sets, st.integers(1, 89))
def test_the_future_does_not_change_the_past(seed: int, rules: Rules, cut: int) -> None:
    closes, signals = rough_market(seed)
    other_closes, other_signals = rough_market(seed + 1)
    mixed = run(
        pd.concat([closes[:cut], other_closes[cut:]]),
        pd.concat([signals[:cut], other_signals[cut:]]),
        rules,
    )
    np.testing.assert_array_equal(mixed.equity[:cut], run(closes, signals, rules).equity[:cut])


@many
@given(seeds, rule_sets, st.randoms(use_true_random=False))
def test_the_order_of_the_names_changes_nothing(seed: int, rules: Rules, random: object) -> None:
    closes, signals = rough_market(seed)
    signals = signals.round(2)  # so that there are ties
    shuffled = closes.columns.tolist()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = run(closes, signals, rules), run(closes[shuffled], signals[shuffled], rules)
    np.testing.assert_array_equal(first.equity, second.equity)
    assert first.trades == second.trades


@many
@given(seeds, rule_sets, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_units_change_nothing(seed: int, rules: Rules, price: float, capital: float) -> None:
    closes, signals = rough_market(seed)
    first = run(closes, signals, rules, 1000.0)
    second = run(closes * price, signals, rules, 1000.0 * capital)
    np.testing.assert_allclose(second.equity / capital, first.equity, rtol=1e-9)
    np.testing.assert_allclose(
        [trade.return_fraction for trade in second.trades],
        [trade.return_fraction for trade in first.trades],
        rtol=1e-9,
        atol=1e-12,
    )


@many
@given(seeds, rule_sets)
def test_the_account_adds_up(seed: int, rules: Rules) -> None:
    closes, signals = rough_market(seed)
    result = run(closes, signals, rules)
    np.testing.assert_array_equal(result.cash + result.invested, result.equity)
    assert (result.cash >= 0).all()
    assert (result.invested >= 0).all()
    profit = sum(trade.profit for trade in result.trades)
    assert result.equity[-1] - result.equity[0] == pytest.approx(profit, rel=1e-9, abs=1e-6)
    # Positions at each close, counted from the trades alone, times the closes of that session.
    days = {day.date(): number for number, day in enumerate(closes.index)}
    held = np.zeros(closes.shape)
    for trade in result.trades:
        until = days[trade.exit_date] if trade.exit_date else len(closes)
        held[days[trade.entry_date] : until, closes.columns.get_loc(trade.ticker)] += trade.shares
    np.testing.assert_allclose(
        np.nansum(held * closes.to_numpy(), axis=1), result.invested, rtol=1e-9, atol=1e-6
    )
    assert (np.count_nonzero(held, axis=1) <= rules.max_positions).all()


@many
@given(seeds, rule_sets)
def test_fills_come_strictly_after_signals(seed: int, rules: Rules) -> None:
    closes, signals = rough_market(seed)
    days = {day.date(): number for number, day in enumerate(closes.index)}
    sold: set[tuple[str, int]] = set()
    bought: set[tuple[str, int]] = set()
    for trade in run(closes, signals, rules).trades:
        entry = days[trade.entry_date]
        assert trade.predicted_return == signals[trade.ticker].iloc[entry - 1]
        assert trade.predicted_return > rules.entry_threshold
        assert trade.entry_price == closes[trade.ticker].iloc[entry]
        assert trade.holding_days >= (0 if trade.exit_date is None else 1)
        assert trade.holding_days <= rules.holding_period
        bought.add((trade.ticker, entry))
        if trade.exit_date:
            sold.add((trade.ticker, days[trade.exit_date]))
    assert not bought & sold, "bought again on the session of the sale"


@many
@given(seeds, rule_sets, st.floats(1, 200))
def test_costs_only_reduce(seed: int, rules: Rules, more: float) -> None:
    # one round of entries: the fee changes the cash, and so the later entries
    closes, signals = rough_market(seed)
    signals.iloc[1:] = np.nan
    rules = replace(rules, risk_management=False)
    cheap = run(closes, signals, rules)
    dear = run(closes, signals, replace(rules, cost_bps=rules.cost_bps + more))
    if cheap.trades:
        assert dear.equity[-1] < cheap.equity[-1]
        for first, second in zip(cheap.trades, dear.trades, strict=False):
            assert second.return_fraction < first.return_fraction
    else:
        np.testing.assert_array_equal(dear.equity, cheap.equity)


# The leak detector: prices from session t on must not decide what is bought or sold on t.


def momentum(closes: pd.DataFrame) -> pd.DataFrame:
    return closes.pct_change()


def momentum_that_peeks(closes: pd.DataFrame) -> pd.DataFrame:
    return closes.pct_change().shift(-1)


def decisions(result: BacktestResult, until: Any) -> set[tuple[str, object]]:
    return {
        (trade.ticker, trade.entry_date) for trade in result.trades if trade.entry_date <= until
    }


def leaks(make_signals: Callable[[pd.DataFrame], pd.DataFrame]) -> bool:
    """Whether other prices from some session on change which names are bought on that session."""
    rules = Rules(3, 2, 0.0, 0.4, risk_management=True)
    closes, _ = market(1, 60, 8)
    others, _ = market(2, 60, 8)
    before = run(closes, make_signals(closes), rules)
    for cut in range(5, 60):
        changed = pd.concat([closes[:cut], others[cut:]])
        after = run(changed, make_signals(changed), rules)
        until = closes.index[cut].date()
        if decisions(before, until) != decisions(after, until):
            return True
    return False


def test_signals_without_a_leak_pass() -> None:
    assert not leaks(momentum)


def test_a_planted_leak_is_found() -> None:
    assert leaks(momentum_that_peeks)
    # look-ahead would make money out of noise
    closes, _ = market(3, 250, 8)
    rules = Rules(1, 2, 0.0, 0.4, risk_management=False)
    peeking = run(closes, momentum_that_peeks(closes), rules)
    assert run(closes, momentum(closes), rules).equity[-1] != peeking.equity[-1]
