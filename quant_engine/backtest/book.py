"""Cash, positions and finished trades of one run; it records orders and decides nothing."""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quant_engine.backtest.costs import BPS
from quant_engine.backtest.panel import Floats
from quant_engine.domain.reports import ExitReason, Trade


class Position(NamedTuple):
    """Shares of one name, by its column."""

    column: int
    shares: float
    entry_session: int
    entry_price: float
    predicted_return: float


class Sale(NamedTuple):
    """The end of a position."""

    position: Position
    session: int
    price: float
    reason: ExitReason


class Book:
    """An account; its arrays have one element per position, in order of entry, as of `arrange`."""

    def __init__(self, cash: float, fee: float) -> None:
        self.cash = cash
        self.positions: list[Position] = []
        self.sales: list[Sale] = []
        self.columns: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.marks: Floats = np.empty(0)  #: prices at the last `mark`
        self.value = 0.0  #: of the positions at the last `mark`
        self.fee = fee  #: fraction of traded value
        self.shares: Floats = np.empty(0)

    def mark(self, prices: Floats) -> float:
        """Value the positions at `prices`, shape (names,); NaN when one of them has none."""
        self.marks = prices[self.columns]
        self.value = float(self.shares.dot(self.marks))
        return self.value

    def buy(self, position: Position) -> float:
        """Pay for a position and its fee; returns the value traded."""
        value = position.shares * position.entry_price
        # An order that is clamped to the cash spends all of it, and rounding must not overdraw.
        self.cash = max(self.cash - value * (1 + self.fee), 0.0)
        self.positions.append(position)
        return value

    def sell(self, sales: list[Sale]) -> float:
        """Add the proceeds of the sales less their fees; returns the value traded."""
        value = sum(sale.position.shares * sale.price for sale in sales)
        self.cash += value * (1 - self.fee)
        sold = {sale.position.column for sale in sales}
        self.positions = [held for held in self.positions if held.column not in sold]
        self.sales += sales
        return value

    def arrange(self, prices: Floats) -> float:
        """Rebuild the arrays after orders, and mark."""
        held = self.positions
        self.columns = np.array([position.column for position in held], dtype=np.intp)
        self.shares = np.array([position.shares for position in held], dtype=np.float64)
        return self.mark(prices)

    def entry_prices(self) -> Floats:
        """Return the entry prices, shape (positions,)."""
        return np.array([position.entry_price for position in self.positions], dtype=np.float64)

    def trades(self, dates: list[date], tickers: list[str]) -> list[Trade]:
        """Return every position as a trade, sold ones first; open ones at their last mark, without its fee."""
        last = len(dates) - 1
        still_open = [
            Sale(position, last, price, "open")
            for position, price in zip(self.positions, self.marks.tolist(), strict=True)
        ]
        return [self._trade(sale, dates, tickers) for sale in self.sales + still_open]

    def _trade(self, sale: Sale, dates: list[date], tickers: list[str]) -> Trade:
        position, is_open = sale.position, sale.reason == "open"
        paid = position.shares * position.entry_price * (1 + self.fee)
        received = position.shares * sale.price * (1 if is_open else 1 - self.fee)
        return Trade(
            ticker=tickers[position.column],
            entry_date=dates[position.entry_session],
            exit_date=None if is_open else dates[sale.session],
            entry_price=position.entry_price,
            exit_price=sale.price,
            shares=position.shares,
            predicted_return=position.predicted_return,
            profit=received - paid,
            return_fraction=(received - paid) / paid,
            cost_bps=self.fee * BPS,
            holding_days=sale.session - position.entry_session,
            exit_reason=sale.reason,
        )
