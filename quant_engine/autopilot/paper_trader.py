"""Paper trading: the backtest's fill function, one session at a time, on a stored account.

A session fills the orders of the previous session under the rules of that session, and decides orders
for the next one under the current rules. Each session is one transaction, and is traded once: a kill
leaves it whole or absent.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from quant_engine.autopilot.accounts import PaperSession, PaperState, read_state, save_session
from quant_engine.backtest import risk
from quant_engine.backtest.book import Book, Position, Sale
from quant_engine.backtest.costs import fee_rate
from quant_engine.backtest.fills import Session, fill_session
from quant_engine.backtest.panel import Floats, Panel
from quant_engine.backtest.rules import Rules
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.paper import PaperFill, PaperOrder, PaperPosition, PaperRules

OPENING_CASH = 100_000.0


class TradingSummary(NamedTuple):
    """What a call traded, and the account after it."""

    n_sessions: int  #: traded by this call, including the opening one
    n_fills: int
    n_pending: int  #: orders for the next session
    equity: float  #: at the last session
    as_of: date  #: last session


class PaperTrader:
    """Brings one account up to date.

    Args:
        database: of the account; None when there is none yet, and then only to preview.
        account: its name.
    """

    def __init__(self, database: BlockingDatabase | None, account: str) -> None:
        self._database, self._account = database, account

    def trade(
        self,
        closes: pd.DataFrame,
        predictions: pd.DataFrame,
        rules: Rules,
        *,
        model_version: str,
        opening_cash: float = OPENING_CASH,
    ) -> TradingSummary:
        """Trade the sessions after the account's last one; it opens on the first of `closes`.

        Args:
            closes: index sessions, columns tickers; positive prices, NaN where there is none.
                A held name without a column has no price.
            predictions: same index and columns; returns predicted at that session's close, NaN
                where there is no signal.
            rules: for the orders that this call decides.
            model_version: of the predictions.
            opening_cash: in currency, of an account that opens now.

        Raises:
            ValueError: the frames do not match, or contain invalid prices; or there is no database.
        """
        if self._database is None:
            raise ValueError("without a database an account can only be previewed")
        panel = Panel.of(closes, predictions)
        desk = _Desk(self._account, panel, rules, model_version, opening_cash)
        state, done = self._read(), list[PaperSession]()
        for row in desk.rows_after(state):
            with self._database.writing() as connection:
                # another trader may have traded this session before we got the lock
                state = read_state(connection, self._account)
                if row in desk.rows_after(state):
                    session = desk.run(row, state)
                    save_session(connection, session)
                    state = session.state
                    done.append(session)
        return _summary(state, done)

    def preview(
        self,
        closes: pd.DataFrame,
        predictions: pd.DataFrame,
        rules: Rules,
        *,
        model_version: str,
        opening_cash: float = OPENING_CASH,
    ) -> TradingSummary:
        """Return what `trade` would, and write nothing."""
        panel = Panel.of(closes, predictions)
        desk = _Desk(self._account, panel, rules, model_version, opening_cash)
        state, done = self._read(), list[PaperSession]()
        for row in desk.rows_after(state):
            session = desk.run(row, state)
            state = session.state
            done.append(session)
        return _summary(state, done)

    def _read(self) -> PaperState | None:
        if self._database is None:
            return None
        with self._database.reading() as connection:
            return read_state(connection, self._account)


def _summary(state: PaperState | None, done: list[PaperSession]) -> TradingSummary:
    if state is None:
        raise ValueError("there is no session to open the account on")
    return TradingSummary(
        n_sessions=len(done),
        n_fills=sum(len(session.fills) for session in done),
        n_pending=len(state.pending),
        equity=state.equity,
        as_of=state.last_session,
    )


@dataclass(frozen=True)
class _Desk:
    """Computes the next state of the account from one state; it has no state itself."""

    account: str
    panel: Panel
    rules: Rules
    model_version: str
    opening_cash: float

    def __post_init__(self) -> None:
        fee_rate(self.rules.cost_bps)
        if not (math.isfinite(self.opening_cash) and self.opening_cash > 0):
            raise ValueError(f"opening_cash must be positive and finite, not {self.opening_cash}")

    def rows_after(self, state: PaperState | None) -> range:
        """Return the rows after the account's last session; it skips rows that were inserted before."""
        dates = self.panel.dates
        seen = 0
        if state is not None:
            seen = int(dates.searchsorted(np.datetime64(state.last_session), side="right"))
        return range(seen, len(dates))

    def run(self, row: int, state: PaperState | None) -> PaperSession:
        """Fill the orders of the previous session, and decide orders for the next one."""
        day = self.panel.dates[row].item()
        decided = {
            "account": self.account,
            "last_session": day,
            "rules": PaperRules(**asdict(self.rules)),
            "model_version": self.model_version,
            "pending": self._decide(row, day),
        }
        if state is None:
            opened = _opened(day, self.opening_cash)
            return PaperSession(
                state=PaperState(**decided, **opened), traded=0.0, fills=[], cost_bps=0.0
            )
        close = _Close(self.panel, row, state)
        return PaperSession(
            state=PaperState(**decided, **close.account()),
            traded=close.fills.traded,
            fills=list(close.orders()),
            cost_bps=state.rules.cost_bps,
        )

    def _decide(self, row: int, day: date) -> list[PaperOrder]:
        signals, closes = self.panel.signals[row], self.panel.closes[: row + 1]
        columns = np.flatnonzero(signals > self.rules.entry_threshold).tolist()
        prices = [_last_price(closes[:, column]) for column in columns]
        return [
            PaperOrder(
                order_id=_order_id(self.account, day, "buy", self.panel.tickers[column]),
                ticker=self.panel.tickers[column],
                side="buy",
                status="pending",
                decided_on=day,
                decision_price=price,
                predicted_return=signals.item(column),
                reason="entry",
            )
            for column, price in zip(columns, prices, strict=True)
            if price is not None  # a name without any price yet gets no order
        ]


class _Close:
    """One close of an account: its fills, and the account after them."""

    def __init__(self, panel: Panel, row: int, state: PaperState) -> None:
        self._before = state
        self._day: date = panel.dates[row].item()
        listed = set(panel.tickers)
        # Held names without a column come last: they are not bought, so their order does not matter.
        gone = [held.ticker for held in state.positions if held.ticker not in listed]
        self._tickers = panel.tickers + gone
        rules = Rules(**state.rules.model_dump())
        self._fee = fee_rate(rules.cost_bps)
        self._breaker = None
        if rules.risk_management:
            self._breaker = risk.DrawdownBreaker(state.peak, state.closed_until)
        self.book = self._resume()
        opened = int(panel.dates.searchsorted(np.datetime64(state.opened_on)))
        session = Session(
            number=state.n_sessions,
            prices=np.append(panel.closes[row], np.full(len(gone), np.nan)),
            last_equity=state.equity,
            signals=self._by_name(
                (order.ticker, order.predicted_return) for order in state.pending
            ),
            entry_size=risk.last_entry_size(panel.closes[opened : row + 1], rules),
        )
        self.fills = fill_session(self.book, self._breaker, rules, session)

    def _by_name(self, values: Iterable[tuple[str, float]]) -> Floats:
        """Return one element per name, NaN where there is none; skips names without a column."""
        by_name = dict(values)
        return np.array([by_name.get(ticker, np.nan) for ticker in self._tickers], dtype=np.float64)

    def _resume(self) -> Book:
        held, column_of = self._before.positions, {t: c for c, t in enumerate(self._tickers)}
        book = Book(self._before.cash, self._fee)
        book.positions = [
            Position(
                column_of[position.ticker],
                position.shares,
                position.entry_number,
                position.entry_price,
                position.predicted_return,
            )
            for position in held
        ]
        book.arrange(self._by_name((position.ticker, position.last_price) for position in held))
        return book

    def account(self) -> dict[str, Any]:
        """Return the account after the close, by the names of `PaperState`."""
        before, book = self._before, self.book
        entered = {position.ticker: position.entry_date for position in before.positions}
        return {
            "opened_on": before.opened_on,
            "initial_cash": before.initial_cash,
            "cash": book.cash,
            "invested": book.value,
            "equity": book.cash + book.value,
            "n_sessions": before.n_sessions + 1,
            # without risk management there is no breaker, and a later one starts from zero
            "peak": self._breaker.peak if self._breaker else 0.0,
            "closed_until": self._breaker.closed_until if self._breaker else 0,
            "positions": [
                PaperPosition(
                    ticker=self._tickers[position.column],
                    shares=position.shares,
                    entry_number=position.entry_session,
                    entry_date=entered.get(self._tickers[position.column], self._day),
                    entry_price=position.entry_price,
                    predicted_return=position.predicted_return,
                    last_price=price,
                )
                for position, price in zip(book.positions, book.marks.tolist(), strict=True)
            ],
        }

    def orders(self) -> Iterable[PaperFill]:
        """Yield the filled orders, sales first."""
        pending = {order.ticker: order for order in self._before.pending}
        marks = {position.ticker: position.last_price for position in self._before.positions}
        for sale in self.book.sales:
            ticker = self._tickers[sale.position.column]
            yield self._sold(sale, ticker, marks[ticker])
        for position in self.book.positions:
            if position.entry_session == self._before.n_sessions:
                yield self._bought(position, pending[self._tickers[position.column]])

    def _sold(self, sale: Sale, ticker: str, mark: float) -> PaperFill:
        account, decided_on = self._before.account, self._before.last_session
        value = sale.position.shares * sale.price
        return self._filled(
            order_id=_order_id(account, decided_on, "sell", ticker),
            ticker=ticker,
            decided_on=decided_on,
            decision_price=mark,
            side="sell",
            status="filled",
            predicted_return=None,
            reason=sale.reason,
            wanted_shares=sale.position.shares,
            shares=sale.position.shares,
            fill_price=sale.price,
            fee=value - value * (1 - self._fee),
        )

    def _bought(self, position: Position, order: PaperOrder) -> PaperFill:
        ordered = self.fills.order_value / position.entry_price
        value = position.shares * position.entry_price
        return self._filled(
            **order.model_dump(exclude={"status"}),
            status="partial" if position.shares < ordered else "filled",
            wanted_shares=ordered,
            shares=position.shares,
            fill_price=position.entry_price,
            # a difference, so that it equals to the bit what `Book.buy` paid
            fee=value * (1 + self._fee) - value,
        )

    def _filled(self, **fields: Any) -> PaperFill:
        return PaperFill(number=self._before.n_sessions, filled_on=self._day, **fields)


def _opened(day: date, cash: float) -> dict[str, Any]:
    """Return an account without positions, by the names of `PaperState`."""
    return {
        "opened_on": day,
        "initial_cash": cash,
        "cash": cash,
        "invested": 0.0,
        "equity": cash,
        "n_sessions": 1,
        "peak": 0.0,
        "closed_until": 0,
        "positions": [],
    }


def _order_id(account: str, decided_on: date, side: str, ticker: str) -> str:
    return f"{account}-{decided_on}-{side}-{ticker}"


def _last_price(closes: Floats) -> float | None:
    priced = np.flatnonzero(np.isfinite(closes))
    return closes.item(priced[-1]) if len(priced) else None
