"""The sizes of entries depend, to the bit, only on the window of past sessions."""

from dataclasses import replace

import numpy as np
import pytest

from quant_engine.backtest.risk import entry_sizes, last_entry_size

from .markets import RULES, market


@pytest.mark.parametrize("n_names", [1, 3, 9, 150])
def test_the_last_size_needs_the_last_window_only(n_names: int) -> None:
    closes = market(n_names, 60, n_names, volatility=0.03 * n_names**0.5, gaps=0.02)[0].to_numpy()
    rules = replace(RULES, risk_management=True)
    sizes = entry_sizes(closes, rules)
    assert [last_entry_size(closes[:end], rules) for end in range(1, 61)] == sizes.tolist()
    assert (sizes < rules.position_size).any()


def test_without_risk_management_every_entry_has_the_full_size() -> None:
    closes = np.full((3, 2), 10.0)
    assert entry_sizes(closes, RULES).tolist() == [RULES.position_size] * 3
    assert last_entry_size(closes, RULES) == RULES.position_size
