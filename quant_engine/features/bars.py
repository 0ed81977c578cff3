"""Feature sets: pure functions of one name's closes, which look back and never ahead."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quant_engine.domain.parameters import FeatureMode

LOOK_BACK = 252  #: sessions before the first complete row
_YEAR = 252

Feature = Callable[[pd.Series], pd.Series]


def _momentum(days: int) -> Feature:
    """ln(close / close `days` bars before)."""
    return lambda log_closes: log_closes.diff(days)


def _volatility(days: int) -> Feature:
    """Annualised standard deviation of the last `days` daily log returns."""
    return lambda log_closes: log_closes.diff().rolling(days).std() * np.sqrt(_YEAR)


def _distance(days: int) -> Feature:
    """ln(close) less its mean over the last `days` bars."""
    return lambda log_closes: log_closes - log_closes.rolling(days).mean()


def _skew(days: int) -> Feature:
    """Third standardised moment of the last `days` daily log returns; 0 for a price that stood still."""

    def skew(log_closes: pd.Series) -> pd.Series:
        returns = log_closes.diff()
        values = returns.rolling(days).skew()
        still = returns.rolling(days).std() == 0
        return values.mask(still, 0.0)

    return skew


def _rsi(days: int) -> Feature:
    """Gains over gains and losses of the last `days` bars (Cutler's RSI / 100); 0.5 for a price that stood still."""

    def rsi(log_closes: pd.Series) -> pd.Series:
        change = log_closes.diff()
        gains = change.clip(lower=0).rolling(days).sum()
        moves = change.abs().rolling(days).sum()
        return (gains / moves.where(moves > 0)).mask(moves <= 0, 0.5).clip(0, 1)

    return rsi


def _drawdown(days: int) -> Feature:
    """ln(close / highest close of the last `days` bars); zero or negative."""
    return lambda log_closes: log_closes - log_closes.rolling(days).max()


def _rise(days: int) -> Feature:
    """ln(close / lowest close of the last `days` bars); zero or positive."""
    return lambda log_closes: log_closes - log_closes.rolling(days).min()


def _volatility_change(short: int, long: int) -> Feature:
    """Volatility of `short` bars less that of `long` bars."""
    recent, usual = _volatility(short), _volatility(long)
    return lambda log_closes: recent(log_closes) - usual(log_closes)


CORE: dict[str, Feature] = {
    "return_1": _momentum(1),
    "return_5": _momentum(5),
    "return_10": _momentum(10),
    "return_21": _momentum(21),
    "return_63": _momentum(63),
    "volatility_21": _volatility(21),
    "volatility_63": _volatility(63),
    "rsi_14": _rsi(14),
    "distance_21": _distance(21),
    "distance_63": _distance(63),
    "distance_200": _distance(200),
}
FULL: dict[str, Feature] = CORE | {
    "return_126": _momentum(126),
    "return_252": _momentum(252),
    "volatility_252": _volatility(252 - 1),  # of returns: one bar more is looked at
    "volatility_change": _volatility_change(10, 126),
    "skew_126": _skew(126),
    "drawdown_63": _drawdown(63),
    "drawdown_252": _drawdown(252),
    "rise_252": _rise(252),
    "rsi_63": _rsi(63),
}
SETS: dict[FeatureMode, dict[str, Feature]] = {"core": CORE, "full": FULL}


def feature_names(feature_mode: FeatureMode) -> list[str]:
    """Return the columns of a set, in order."""
    return list(SETS[feature_mode])


def compute_features(closes: pd.Series, feature_mode: FeatureMode) -> NDArray[np.float64]:
    """Return the features of one name at each of its bars.

    A row depends on that bar and the `LOOK_BACK` bars before it; the same bars give the same row,
    bit for bit, whatever comes after them.

    Args:
        closes: positive closes of one name, oldest first, without NaN.
        feature_mode: which set.

    Returns:
        Shape (bars, features), NaN in the first rows, where there is not enough to look back on.
    """
    log_closes = pd.Series(np.log(closes.to_numpy(dtype=np.float64)))
    columns = [feature(log_closes).to_numpy() for feature in SETS[feature_mode].values()]
    features = np.column_stack(columns)
    # rows begin together in both sets, so that core and full are trained on the same days
    features[:LOOK_BACK] = np.nan
    return features
