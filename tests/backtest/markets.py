"""Made-up markets for the tests: random ones, and ones that trigger a rule."""

import numpy as np
import pandas as pd

from quant_engine.backtest.engine import Rules

RULES = Rules(
    holding_period=5,
    max_positions=4,
    entry_threshold=0.0,
    position_size=0.3,
    risk_management=False,
    cost_bps=10.0,
)


def sessions(number: int) -> pd.DatetimeIndex:
    return pd.bdate_range("2001-01-01", periods=number)


def market(
    seed: int,
    n_sessions: int = 120,
    n_names: int = 6,
    *,
    volatility: float = 0.02,
    drift: float = 0.0,
    gaps: float = 0.0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Random closes and signals; `gaps` is the fraction of prices that are missing."""
    random = np.random.default_rng(seed)
    shape = (n_sessions, n_names)
    closes = 50 * np.exp(np.cumsum(random.normal(drift, volatility, shape), axis=0))
    closes[random.random(shape) < gaps] = np.nan
    signals = random.normal(0.0, 0.02, shape)
    signals[random.random(shape) < 0.3] = np.nan
    index, names = sessions(n_sessions), [f"N{number:02d}" for number in range(n_names)]
    return pd.DataFrame(closes, index, names), pd.DataFrame(signals, index, names)


def prices(**columns: list[float]) -> pd.DataFrame:
    """Closes written out by hand."""
    length = len(next(iter(columns.values())))
    return pd.DataFrame(columns, sessions(length), dtype=float)


def always(closes: pd.DataFrame, signal: float = 0.05) -> pd.DataFrame:
    """The same signal for every name on every session."""
    return pd.DataFrame(signal, closes.index, closes.columns)


def once(closes: pd.DataFrame, signal: float = 0.05, session: int = 0) -> pd.DataFrame:
    """The same signal for every name on one session, and none on the others."""
    signals = always(closes, np.nan)
    signals.iloc[session] = signal
    return signals
