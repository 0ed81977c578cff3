"""The day loop: what the given signals would have traded; it never reads a signal of its own day.

On the close of each session, in this order:

1. A held name without a price is sold at its last price less a haircut (`price_lost`).
2. Exits that earlier closes have decided are filled: all positions when the drawdown breaker
   tripped, else those whose last close was through their stop, else those held long enough.
3. Entries by the signals of the session before, strongest first and equal ones by ticker name: a
   predicted return above `entry_threshold`, a price to fill at, not held, not sold this session.
   Each is `position_size` of the equity after the exits, or what the cash there is can pay for
   with its fee; an order that would shrink below a hundredth of its size is not placed.

What is held at the end is marked at the last close and listed with `exit_reason` open. The reasons
stand in docs/decisions/0002-backtest-rules.md.
"""

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quant_engine.backtest import risk
from quant_engine.backtest.book import Book, Position, Sale
from quant_engine.backtest.costs import DEFAULT_COST_BPS, LOST_PRICE_HAIRCUT, fee_rate
from quant_engine.backtest.panel import Floats, Panel
from quant_engine.domain.reports import ExitReason, Trade

SMALLEST_ORDER = 0.01
"""Fraction of its intended size below which an order is not placed: cash dust buys nothing."""


@dataclass(frozen=True)
class Rules:
    """How signals are traded; bounds and meanings are those of `BacktestParameters`."""

    holding_period: int
    max_positions: int
    entry_threshold: float
    position_size: float
    risk_management: bool
    cost_bps: float = DEFAULT_COST_BPS  #: of traded value, on entry and on exit


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
        rules: what to trade, and how.
        initial_cash: currency at the first close.

    Raises:
        ValueError: the frames do not fit each other, or hold what is not a price.
    """
    if not (np.isfinite(initial_cash) and initial_cash > 0):
        raise ValueError(f"initial_cash must be positive and finite, not {initial_cash}")
    panel = Panel.of(closes, predictions)
    book = Book(float(initial_cash), fee_rate(rules.cost_bps))
    cash, invested, traded = _DayLoop(panel, rules, book).run()
    return BacktestResult(
        dates=panel.dates,
        equity=cash + invested,
        cash=cash,
        invested=invested,
        traded=traded,
        trades=book.trades(panel.dates.tolist(), panel.tickers),
    )


class _DayLoop:
    def __init__(self, panel: Panel, rules: Rules, book: Book) -> None:
        self._closes, self._signals = panel.closes, panel.signals
        self._rules, self._book = rules, book
        self._breaker: risk.DrawdownBreaker | None = None
        self._entry_sizes = [rules.position_size] * len(panel.closes)
        if rules.risk_management:
            self._breaker = risk.DrawdownBreaker()
            self._entry_sizes = (rules.position_size * risk.entry_scale(panel.closes)).tolist()
        # Row s: what may be bought on s + 1. A comparison with NaN is false, so what has no signal
        # or no price to fill at is no candidate.
        self._candidates = (panel.signals[:-1] > rules.entry_threshold) & (panel.closes[1:] > 0)
        has_candidates: NDArray[np.bool_] = np.any(self._candidates, axis=1)
        self._has_candidates: list[bool] = has_candidates.tolist()

    def run(self) -> tuple[Floats, Floats, Floats]:
        """Cash, value of the positions and value traded, at each close."""
        book = self._book
        cash, invested, traded = (np.zeros(len(self._closes)) for _ in range(3))
        cash[0] = equity = book.cash
        for session in range(1, len(self._closes)):
            prices = self._closes[session]
            sales = self._exits(session, prices, equity)
            orders = book.sell(sales) if sales else 0.0
            if self._may_enter(session):
                left = book.cash + book.value - orders
                orders += self._enter(session, prices, left, sales)
            value = book.arrange(prices) if orders else book.value
            cash[session], invested[session], traded[session] = book.cash, value, orders
            equity = book.cash + value
        return cash, invested, traded

    def _exits(self, session: int, prices: Floats, last_equity: float) -> list[Sale]:
        """Sales due on `session`, in the order of entry; marks the book at `prices`."""
        book, last_marks = self._book, self._book.marks
        tripped = self._breaker is not None and self._breaker.trips(session, last_equity)
        if not book.positions:
            return []
        reasons: dict[int, ExitReason] = {}
        for place, position in enumerate(book.positions):
            if session - position.entry_session < self._rules.holding_period:
                break  # the rest entered later
            reasons[place] = "holding_period"
        if self._breaker is not None:
            fallen = last_marks <= book.entry_prices * (1 - risk.STOP_LOSS)
            reasons |= dict.fromkeys(np.flatnonzero(fallen).tolist(), "stop_loss")
        if tripped:
            reasons = dict.fromkeys(range(len(book.positions)), "drawdown_breaker")
        if math.isnan(book.mark(prices)):
            lost = np.isnan(book.marks)
            reasons |= dict.fromkeys(np.flatnonzero(lost).tolist(), "price_lost")
            fills = np.where(lost, last_marks * (1 - LOST_PRICE_HAIRCUT), book.marks)
            book.value = float(book.shares @ fills)
        else:
            fills = book.marks
        if not reasons:
            return []
        return [
            Sale(book.positions[place], session, float(fills[place]), reasons[place])
            for place in sorted(reasons)
        ]

    def _may_enter(self, session: int) -> bool:
        return (
            self._has_candidates[session - 1]
            and len(self._book.positions) < self._rules.max_positions
            and (self._breaker is None or self._breaker.allows_entries(session))
        )

    def _enter(self, session: int, prices: Floats, equity: float, sales: list[Sale]) -> float:
        """Fill the entries of `session`; returns the value bought."""
        book, signals = self._book, self._signals[session - 1]
        (candidates,) = self._candidates[session - 1].nonzero()
        ranked = candidates[(-signals[candidates]).argsort(kind="stable")]
        barred = {held.column for held in book.positions} | {sale.position.column for sale in sales}
        free = self._rules.max_positions - len(book.positions)
        wanted = self._entry_sizes[session] * equity
        bought = 0.0
        for column in ranked[: free + len(barred)].tolist():
            affordable = book.cash / (1 + book.fee)
            if free == 0 or affordable < SMALLEST_ORDER * wanted:
                break
            if column in barred:
                continue
            price = float(prices[column])
            shares = min(wanted, affordable) / price
            position = Position(column, shares, session, price, float(signals[column]))
            bought += book.buy(position)
            free -= 1
        return bought
