"""The day loop: it trades signals on past closes; a session never reads a signal of its own day.

`fills.py` has the rules of one close. Positions at the end are marked at the last close and listed
with `exit_reason` open.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quant_engine.backtest import risk
from quant_engine.backtest.book import Book
from quant_engine.backtest.costs import fee_rate
from quant_engine.backtest.fills import Session, fill_session
from quant_engine.backtest.panel import Floats, Panel
from quant_engine.backtest.rules import Rules
from quant_engine.domain.reports import Trade

__all__ = ["BacktestResult", "Rules", "run"]


@dataclass(frozen=True)
class BacktestResult:
    """The account at each close; arrays have shape (sessions,), money is in currency."""

    dates: NDArray[np.datetime64]
    equity: Floats  #: cash plus invested
    cash: Floats
    invested: Floats  #: value of the positions
    traded: Floats  #: value bought plus value sold
    trades: list[Trade] = field(repr=False)  #: in the order of their exits, open ones last


def run(
    closes: pd.DataFrame,
    predictions: pd.DataFrame,
    rules: Rules,
    initial_cash: float = 100_000.0,
) -> BacktestResult:
    """Trade `predictions` on `closes` by `rules`.

    Args:
        closes: index sessions, columns tickers; positive prices, NaN where there is none.
        predictions: same index and columns; returns predicted at that session's close, NaN where
            there is no signal.
        rules: of trading.
        initial_cash: in currency, at the first close.

    Raises:
        ValueError: the frames do not match, or contain invalid prices.
    """
    if not (np.isfinite(initial_cash) and initial_cash > 0):
        raise ValueError(f"initial_cash must be positive and finite, not {initial_cash}")
    panel = Panel.of(closes, predictions)
    book = Book(float(initial_cash), fee_rate(rules.cost_bps))
    cash, invested, traded = _trade(panel, rules, book)
    return BacktestResult(
        dates=panel.dates,
        equity=cash + invested,
        cash=cash,
        invested=invested,
        traded=traded,
        trades=book.trades(panel.dates.tolist(), panel.tickers),
    )


def _trade(panel: Panel, rules: Rules, book: Book) -> tuple[Floats, Floats, Floats]:
    """Return cash, value of the positions and value traded, at each close."""
    closes, signals = panel.closes, panel.signals
    breaker = risk.DrawdownBreaker() if rules.risk_management else None
    sizes = risk.entry_sizes(closes, rules).tolist()
    cash, invested, traded = (np.zeros(len(closes)) for _ in range(3))
    cash[0] = equity = book.cash
    for number in range(1, len(closes)):
        session = Session(number, closes[number], equity, signals[number - 1], sizes[number])
        fills = fill_session(book, breaker, rules, session)
        cash[number], invested[number], traded[number] = book.cash, book.value, fills.traded
        equity = book.cash + book.value
    return cash, invested, traded
