"""One close by hand, without a day loop around it."""

from dataclasses import replace

import numpy as np

from quant_engine.backtest.book import Book
from quant_engine.backtest.fills import Fills, Session, fill_session

from .markets import RULES

FREE = replace(RULES, max_positions=2, position_size=0.3, cost_bps=0.0)
NONE = np.nan


def session(number: int, prices: list[float], signals: list[float]) -> Session:
    return Session(number, np.array(prices), 1000.0, np.array(signals), FREE.position_size)


def test_the_strongest_with_a_price_are_bought() -> None:
    book = Book(1000.0, 0.0)
    fills = fill_session(book, None, FREE, session(1, [10, NONE, 20, 50], [0.01, 0.09, 0.03, 0.01]))
    assert fills == Fills(traded=600, order_value=300)
    assert [(held.column, held.shares) for held in book.positions] == [(2, 15), (0, 30)]
    assert (book.cash, book.value, book.marks.tolist()) == (400, 600, [20, 10])


def test_what_the_cash_shrinks_is_seen_from_the_order_value() -> None:
    book = Book(1000.0, 0.0)
    large = session(1, [10, 10], [0.02, 0.01])._replace(entry_size=0.8)
    assert fill_session(book, None, FREE, large) == Fills(traded=1000, order_value=800)
    assert [held.shares for held in book.positions] == [80, 20]


def test_a_signal_that_fails_the_threshold_buys_nothing() -> None:
    book = Book(1000.0, 0.0)
    fills = fill_session(book, None, FREE, session(1, [10, 10], [NONE, 0.0]))
    assert (fills.traded, book.positions, book.cash) == (0, [], 1000)


def test_no_order_is_sized_where_no_slot_is_free() -> None:
    book = Book(1000.0, 0.0)
    fill_session(book, None, FREE, session(1, [10, 10, 10], [0.03, 0.02, NONE]))
    fills = fill_session(book, None, FREE, session(2, [10, 11, 10], [NONE, NONE, 0.5]))
    assert fills == Fills(traded=0, order_value=0)
    assert (book.value, len(book.positions)) == (630, 2)
