"""Risk management: stop-loss, volatility target and drawdown breaker; all use past closes only."""

import numpy as np

from quant_engine.backtest.panel import Floats
from quant_engine.backtest.rules import Rules
from quant_engine.domain.reports import ROUNDING

STOP_LOSS = 0.10
"""A close this fraction below the entry price sells the position on the next close."""

TARGET_VOLATILITY = 0.15
"""Annualised; when the universe has moved more than this, entries shrink in proportion."""

VOLATILITY_SESSIONS = 20
SESSIONS_PER_YEAR = 252

BREAKER_DRAWDOWN = 0.20
"""An equity this fraction below its peak sells all positions on the next close."""

BREAKER_SESSIONS = 20
"""Sessions without entries after the breaker tripped, including the session of the exits."""


def entry_scale(closes: Floats) -> Floats:
    """Compute the factor on the size of each session's entries, at most 1.

    With `r[s]` the equal-weight return of the names priced on sessions `s - 1` and `s`, the factor
    of session `t` is TARGET_VOLATILITY / (sqrt(252) * std(r[t - 20], ..., r[t - 1], ddof=1)). It is
    1 where the window is not full, or where nothing moved.

    Args:
        closes: prices, shape (sessions, names), NaN where there is none.

    Returns:
        Shape (sessions,), each above 0.
    """
    scale = np.ones(len(closes))
    if len(closes) <= VOLATILITY_SESSIONS + 1:
        return scale
    # The same layout for every frame, so that sums are the same to the last bit.
    closes = np.ascontiguousarray(closes)
    changes = closes[1:] / closes[:-1] - 1
    priced = np.isfinite(changes)
    n_priced = priced.sum(axis=1)
    totals = np.where(priced, changes, 0.0).sum(axis=1)
    returns = np.where(n_priced > 0, totals / np.maximum(n_priced, 1), np.nan)
    # returns[i] is known at the close of session i + 1, so session i + 2 is the first to use it.
    windows = np.lib.stride_tricks.sliding_window_view(returns[:-1], VOLATILITY_SESSIONS)
    volatility = windows.std(axis=1, ddof=1) * np.sqrt(SESSIONS_PER_YEAR)
    # Comparisons with NaN, from windows that are not full, are false.
    scale[VOLATILITY_SESSIONS + 1 :] = np.where(
        volatility > TARGET_VOLATILITY, TARGET_VOLATILITY / np.maximum(volatility, ROUNDING), 1.0
    )
    return scale


def entry_sizes(closes: Floats, rules: Rules) -> Floats:
    """Return the fraction of equity of each session's entries, shape (sessions,)."""
    if not rules.risk_management:
        return np.full(len(closes), rules.position_size)
    return rules.position_size * entry_scale(closes)


def last_entry_size(closes: Floats, rules: Rules) -> float:
    """Return the last of `entry_sizes`, to the bit, from only the rows that it needs."""
    return float(entry_sizes(closes[-(VOLATILITY_SESSIONS + 2) :], rules)[-1])


class DrawdownBreaker:
    """Watches equity from close to close; trips once per drawdown, then starts with a new peak."""

    def __init__(self, peak: float = 0.0, closed_until: int = 0) -> None:
        self.peak = peak  #: highest equity since the breaker last tripped
        self.closed_until = closed_until  #: first session that may have entries again

    def trips(self, session: int, previous_equity: float) -> bool:
        """Whether to sell all positions on `session`, given the equity at the previous close."""
        self.peak = max(self.peak, previous_equity)
        if previous_equity >= self.peak * (1 - BREAKER_DRAWDOWN):
            return False
        # The old peak would trip the breaker for ever, as equity cannot recover without positions.
        self.peak = 0.0
        self.closed_until = session + BREAKER_SESSIONS
        return True

    def allows_entries(self, session: int) -> bool:
        """Whether the cool-down is over on `session`."""
        return session >= self.closed_until
