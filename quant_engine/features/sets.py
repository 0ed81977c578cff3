"""The feature sets `core` and `full`: pure functions of one name's past closes.

Each feature of a day reads closes up to that day and of that name only, so cutting the future off
changes nothing and any name can be predicted by itself. Missing closes cause missing features.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quant_engine.domain.parameters import FeatureMode

LOOK_BACK = 252  #: sessions that the longest feature reads

Feature = Callable[[pd.DataFrame], pd.DataFrame]
Floats = NDArray[np.float64]


def momentum(sessions: int) -> Feature:
    """Return over some sessions: close[t] / close[t - n] - 1."""
    return lambda closes: closes / closes.shift(sessions) - 1


def volatility(sessions: int) -> Feature:
    """Standard deviation of daily log returns over some sessions, per day."""
    return lambda closes: _rolling(_log_returns(closes), sessions, lambda w: w.std(axis=-1, ddof=1))


def distance(sessions: int) -> Feature:
    """Distance from the moving average: close[t] / mean(close[t - n + 1 .. t]) - 1."""
    return lambda closes: closes / _rolling(closes, sessions, lambda w: w.mean(axis=-1)) - 1


def rsi(sessions: int) -> Feature:
    """Relative strength index by simple means, 0 to 1 (Wilder 1978, without his smoothing)."""

    def compute(windows: Floats) -> Floats:
        gains = np.maximum(windows, 0).mean(axis=-1)
        moved = np.abs(windows).mean(axis=-1)
        # without any move the strength is neutral
        return np.where(moved == 0, 0.5, gains / np.where(moved == 0, 1, moved))

    return lambda closes: _rolling(closes.diff(), sessions, compute)


def drawdown(sessions: int) -> Feature:
    """Fall from the highest close of some sessions: close[t] / max(...) - 1."""
    return lambda closes: closes / _rolling(closes, sessions, lambda w: w.max(axis=-1)) - 1


def skewness(sessions: int) -> Feature:
    """Skewness of daily log returns over some sessions: m3 / m2 ** 1.5; 0 where nothing moved."""

    def compute(windows: Floats) -> Floats:
        centred = windows - windows.mean(axis=-1, keepdims=True)
        spread = (centred**2).mean(axis=-1) ** 1.5
        return np.where(
            spread == 0, 0.0, (centred**3).mean(axis=-1) / np.where(spread == 0, 1, spread)
        )

    return lambda closes: _rolling(_log_returns(closes), sessions, compute)


CORE: dict[str, Feature] = {
    "momentum_1": momentum(1),
    "momentum_5": momentum(5),
    "momentum_21": momentum(21),
    "momentum_63": momentum(63),
    "volatility_21": volatility(21),
    "volatility_63": volatility(63),
    "distance_50": distance(50),
    "distance_200": distance(200),
    "rsi_14": rsi(14),
}

FULL: dict[str, Feature] = {
    **CORE,
    "momentum_10": momentum(10),
    "momentum_126": momentum(126),
    "momentum_252": momentum(252),
    "volatility_126": volatility(126),
    "distance_20": distance(20),
    "drawdown_252": drawdown(252),
    "skewness_63": skewness(63),
}


def feature_names(mode: FeatureMode) -> list[str]:
    """Return the names of a set, in the order of the columns."""
    return list(CORE if mode == "core" else FULL)


def compute_features(closes: pd.DataFrame, mode: FeatureMode) -> pd.DataFrame:
    """Compute a set for every session and name.

    Args:
        closes: sessions by names.
        mode: which set.

    Returns:
        Rows are (session, name) pairs, session first and names in the order of `closes`; columns are
        the features. Rows with a missing feature are included.
    """
    features = CORE if mode == "core" else FULL
    columns = {name: feature(closes).to_numpy().ravel() for name, feature in features.items()}
    index = pd.MultiIndex.from_product([closes.index, closes.columns], names=["date", "ticker"])
    return pd.DataFrame(columns, index=index).replace([np.inf, -np.inf], np.nan)


def _log_returns(closes: pd.DataFrame) -> pd.DataFrame:
    logarithms: pd.DataFrame = closes.apply(np.log)
    return logarithms.diff()


def _rolling(
    values: pd.DataFrame, sessions: int, compute: Callable[[Floats], Floats]
) -> pd.DataFrame:
    """Compute over each window by itself.

    pandas keeps a running sum, so its last digits depend on where the data begin, and they can move a row
    to another side of a tree's split. A paper trader with one more day must compute the same bits.
    """
    result = np.full(values.shape, np.nan)
    if len(values) >= sessions:
        windows = np.ascontiguousarray(
            np.lib.stride_tricks.sliding_window_view(values.to_numpy(dtype=float), sessions, axis=0)
        )
        result[sessions - 1 :] = compute(windows)
    return pd.DataFrame(result, index=values.index, columns=values.columns)
