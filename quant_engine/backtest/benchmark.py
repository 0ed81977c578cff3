"""The benchmark of a run: the equal-weight universe, bought once on the first close and held."""

import numpy as np

from quant_engine.backtest.costs import LOST_PRICE_HAIRCUT
from quant_engine.backtest.panel import Floats


def buy_and_hold(closes: Floats, cash: float) -> tuple[Floats, Floats, Floats]:
    """Return equity, value of the positions and value traded, at each close; no fees.

    It excludes names without a price on the first session. A name that loses its price later is sold
    at its last price less the same haircut as in a run, and the proceeds stay cash. Without any name
    on the first session everything stays cash.

    Args:
        closes: shape (sessions, names), NaN where there is no price.
        cash: currency at the first close.
    """
    listed = closes[:, np.isfinite(closes[0])]
    traded = np.zeros(len(closes))
    if not listed.shape[1]:
        return np.full(len(closes), cash), np.zeros(len(closes)), traded
    shares = cash / listed.shape[1] / listed[0]
    alive = np.logical_and.accumulate(np.isfinite(listed))
    values = np.where(alive, shares * listed, 0.0)
    lost = alive[:-1] & ~alive[1:]
    traded[1:] = np.where(lost, values[:-1] * (1 - LOST_PRICE_HAIRCUT), 0.0).sum(axis=1)
    invested = values.sum(axis=1)
    equity = invested + np.cumsum(traded)
    traded[0] = cash
    return equity, invested, traded
