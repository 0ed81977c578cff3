"""The rules of one close of an account; the backtest and the paper account both trade by them.

In this order:

1. A held name without a price is sold at its last price less a haircut (`price_lost`).
2. Exits that earlier closes decided are filled: all positions when the drawdown breaker tripped,
   else those whose last close was through their stop, else those held long enough.
3. Entries by the signals of the previous close are filled, strongest first and equal ones by ticker:
   a predicted return above `entry_threshold`, a price, not held, not sold this session. Each is the
   session's entry size times the equity after the exits, or what the cash can pay for with the fee;
   an order that would shrink below a hundredth of its size is not placed.

The function sees one session, so it cannot look ahead. docs/decisions/0002-backtest-rules.md has the
reasons.
"""

import math
from typing import NamedTuple

import numpy as np

from quant_engine.backtest import risk
from quant_engine.backtest.book import Book, Position, Sale
from quant_engine.backtest.costs import LOST_PRICE_HAIRCUT
from quant_engine.backtest.panel import Floats
from quant_engine.backtest.rules import Rules
from quant_engine.domain.reports import ExitReason

SMALLEST_ORDER = 0.01
"""Fraction of its intended size below which an order is not placed: a residue of cash buys nothing."""


class Session(NamedTuple):
    """One close and the predictions of the previous close; names are in alphabetical order."""

    number: int  #: counted from the account's first close, which is 0
    prices: Floats  #: shape (names,), NaN where there is none
    last_equity: float  #: at the previous close
    signals: Floats  #: shape (names,), returns predicted at the previous close, NaN where none
    entry_size: float  #: fraction of equity per entry


class Fills(NamedTuple):
    """The values that one close traded."""

    traded: float  #: value bought plus value sold
    order_value: float  #: intended value of each entry; 0 when none is allowed


def fill_session(
    book: Book, breaker: risk.DrawdownBreaker | None, rules: Rules, session: Session
) -> Fills:
    """Fill the orders that are due on `session`; arranges and marks `book` at its prices.

    Args:
        book: the account, arranged and marked at the previous close.
        breaker: of the account; None without risk management.
        rules: under which the orders were decided.
        session: the close.
    """
    sales = _exits(book, breaker, rules, session)
    traded = book.sell(sales) if sales else 0.0
    order_value = 0.0
    if len(book.positions) < rules.max_positions and (
        breaker is None or breaker.allows_entries(session.number)
    ):
        order_value = session.entry_size * (book.cash + book.value - traded)
        traded += _enter(book, rules, session, order_value)
    if traded:
        book.arrange(session.prices)
    return Fills(traded, order_value)


def _exits(
    book: Book, breaker: risk.DrawdownBreaker | None, rules: Rules, session: Session
) -> list[Sale]:
    """Return the sales that are due, in the order of entry; marks the book."""
    number, last_marks = session.number, book.marks
    tripped = breaker is not None and breaker.trips(number, session.last_equity)
    positions = book.positions
    if not positions:
        return []
    reasons: dict[int, ExitReason] = {}
    for place, position in enumerate(positions):
        if number - position.entry_session < rules.holding_period:
            break  # the rest entered later
        reasons[place] = "holding_period"
    if breaker is not None:
        fallen = last_marks <= book.entry_prices() * (1 - risk.STOP_LOSS)
        reasons |= dict.fromkeys(np.flatnonzero(fallen).tolist(), "stop_loss")
    if tripped:
        reasons = dict.fromkeys(range(len(positions)), "drawdown_breaker")
    if math.isnan(book.mark(session.prices)):
        lost = np.isnan(book.marks)
        reasons |= dict.fromkeys(np.flatnonzero(lost).tolist(), "price_lost")
        fills = np.where(lost, last_marks * (1 - LOST_PRICE_HAIRCUT), book.marks)
        book.value = float(book.shares @ fills)
    else:
        fills = book.marks
    if not reasons:
        return []
    return [
        Sale(positions[place], number, fills.item(place), reasons[place])
        for place in sorted(reasons)
    ]


def _enter(book: Book, rules: Rules, session: Session, order_value: float) -> float:
    """Fill the entries; returns the value bought."""
    signals, prices = session.signals, session.prices
    # A comparison with NaN is false, so a name without a signal is no candidate.
    (candidates,) = (signals > rules.entry_threshold).nonzero()
    if not len(candidates):
        return 0.0
    ranked = candidates[(-signals[candidates]).argsort(kind="stable")]
    barred = set(book.columns.tolist())  # held at the previous close, so held or sold by now
    free = rules.max_positions - len(book.positions)
    bought = 0.0
    for column in ranked.tolist():
        affordable = book.cash / (1 + book.fee)
        if free == 0 or affordable < SMALLEST_ORDER * order_value:
            break
        price = prices.item(column)
        if column in barred or math.isnan(price):
            continue
        shares = min(order_value, affordable) / price
        position = Position(column, shares, session.number, price, signals.item(column))
        bought += book.buy(position)
        free -= 1
    return bought
