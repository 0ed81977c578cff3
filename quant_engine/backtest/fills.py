"""What happens to an account on one close; a backtest and an account on paper both trade by it.

In this order:

1. A held name without a price is sold at its last price less a haircut (`price_lost`).
2. Exits that earlier closes have decided are filled: all positions when the drawdown breaker
   tripped, else those whose last close was through their stop, else those held long enough.
3. Entries by the signals of the close before, strongest first and equal ones by ticker name: a
   predicted return above `entry_threshold`, a price to fill at, not held, not sold this session.
   Each is the session's entry size times the equity after the exits, or what the cash there is can
   pay for with its fee; an order that would shrink below a hundredth of its size is not placed.

It sees one session, so it cannot look ahead. The reasons stand in
docs/decisions/0002-backtest-rules.md.
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
"""Fraction of its intended size below which an order is not placed: cash dust buys nothing."""


class Session(NamedTuple):
    """One close and what was predicted on the close before; names are in alphabetical order."""

    number: int  #: counted from the account's first close, which is 0
    prices: Floats  #: shape (names,), NaN where there is none
    last_equity: float  #: at the close before
    signals: Floats  #: shape (names,), returns predicted on the close before, NaN where none
    entry_size: float  #: fraction of equity per entry


class Fills(NamedTuple):
    """What one close did."""

    traded: float  #: value bought plus value sold
    order_value: float  #: what each entry should be worth; 0 when none is allowed


def fill_session(
    book: Book, breaker: risk.DrawdownBreaker | None, rules: Rules, session: Session
) -> Fills:
    """Fill what is due on `session`; `book` is then arranged and marked at its prices.

    Args:
        book: the account, arranged and marked at the close before.
        breaker: the account's; None without risk management.
        rules: that the orders were decided under.
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
    """Sales due, in the order of entry; marks the book."""
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
    # A comparison with NaN is false, so what has no signal is no candidate.
    (candidates,) = (signals > rules.entry_threshold).nonzero()
    if not len(candidates):
        return 0.0
    ranked = candidates[(-signals[candidates]).argsort(kind="stable")]
    barred = set(book.columns.tolist())  # held at the close before, and so held or sold by now
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
