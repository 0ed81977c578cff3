"""Prices and signals as checked arrays; names are sorted, so that the order of columns has no effect."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """The input of the day loop; rows are sessions, columns are names."""

    dates: NDArray[np.datetime64]  #: shape (sessions,), datetime64[D], rising
    tickers: list[str]
    closes: Floats  #: shape (sessions, names), positive, NaN where there is no price
    signals: Floats  #: same shape, predicted returns, NaN where there is no signal

    @classmethod
    def of(cls, closes: pd.DataFrame, predictions: pd.DataFrame) -> Self:
        """Check both frames and convert them; ValueError says what is wrong with them."""
        _check_frames(closes, predictions)
        order = np.argsort(np.asarray(closes.columns, dtype=str), kind="stable")
        prices = _values(closes, order, "closes")
        if np.isnan(prices).all():
            raise ValueError("closes has no price at all")
        if (prices <= 0).any():
            raise ValueError("closes has prices that are not positive")
        return cls(
            dates=closes.index.to_numpy().astype("datetime64[D]"),
            tickers=[str(closes.columns[column]) for column in order],
            closes=prices,
            signals=_values(predictions, order, "predictions"),
        )


def _check_frames(closes: pd.DataFrame, predictions: pd.DataFrame) -> None:
    if closes.empty:
        raise ValueError("closes is empty: a backtest needs at least one session and one name")
    if not isinstance(closes.index, pd.DatetimeIndex):
        raise ValueError("closes must be indexed by session dates")  # noqa: TRY004 - a value like the rest
    if not (closes.index.is_unique and closes.index.is_monotonic_increasing):
        raise ValueError("closes must have each session once, oldest first")
    if not closes.columns.is_unique:
        raise ValueError("closes must have each ticker once")
    if not closes.index.equals(predictions.index):
        raise ValueError("predictions must have the sessions of closes")
    if not closes.columns.equals(predictions.columns):
        raise ValueError("predictions must have the tickers of closes, in the same order")


def _values(frame: pd.DataFrame, order: NDArray[np.intp], name: str) -> Floats:
    values = frame.to_numpy(dtype=np.float64)
    if (order[1:] < order[:-1]).any():  # most frames are in order, and copies of them are large
        values = values[:, order]
    if np.isinf(values).any():
        raise ValueError(f"{name} has infinite values")
    return values
