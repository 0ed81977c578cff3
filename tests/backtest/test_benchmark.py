"""The universe bought once and held, by hand."""

import numpy as np
import pytest

from quant_engine.backtest.benchmark import buy_and_hold

NONE = np.nan


def test_equal_weights_are_left_to_drift() -> None:
    equity, invested, traded = buy_and_hold(np.array([[10.0, 5.0], [20.0, 5.0], [30, 10]]), 100.0)
    assert equity.tolist() == invested.tolist() == [100, 150, 250]
    assert traded.tolist() == [100, 0, 0]


def test_later_names_are_not_in_it() -> None:
    equity, _, _ = buy_and_hold(np.array([[10.0, NONE], [20.0, 5.0], [30.0, 500.0]]), 100.0)
    assert equity.tolist() == [100, 200, 300]


def test_a_lost_name_becomes_cash_less_the_haircut_and_stays_so() -> None:
    closes = np.array([[10.0, 10.0], [10.0, 20.0], [10.0, NONE], [20.0, 90.0]])
    equity, invested, traded = buy_and_hold(closes, 100.0)
    assert equity.tolist() == pytest.approx([100, 150, 120, 170])
    assert invested.tolist() == [100, 150, 50, 100]
    assert traded.tolist() == pytest.approx([100, 0, 70, 0])


def test_nothing_to_buy_on_the_first_session() -> None:
    equity, invested, _ = buy_and_hold(np.array([[NONE], [5.0]]), 100.0)
    assert (equity.tolist(), invested.tolist()) == ([100, 100], [0, 0])
