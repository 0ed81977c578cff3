"""The paper account: what its tables hold for each position and order, and its statement."""

from datetime import date
from typing import Literal

from pydantic import FiniteFloat

from quant_engine.domain.reports import NotNegative, Positive, Report, Trade


class PaperRules(Report):
    """How the account trades; the fields of `Rules`."""

    holding_period: int
    max_positions: int
    entry_threshold: FiniteFloat
    position_size: FiniteFloat
    risk_management: bool
    cost_bps: FiniteFloat


class PaperPosition(Report):
    """Shares that are held, marked at the last session."""

    ticker: str
    shares: Positive
    entry_number: int  #: session of the account, counted from 0
    entry_date: date
    entry_price: Positive
    predicted_return: FiniteFloat
    last_price: Positive


class _PaperOrder(Report):
    order_id: str
    ticker: str
    decided_on: date
    decision_price: Positive  #: the name's last price when it was decided


class PaperOrder(_PaperOrder):
    """An entry for the close after `decided_on`; it expires if that close does not fill it."""

    side: Literal["buy"]
    status: Literal["pending"]
    predicted_return: FiniteFloat
    reason: Literal["entry"]


class PaperFill(_PaperOrder):
    """A filled order."""

    side: Literal["buy", "sell"]
    status: Literal["filled", "partial"]  #: partial: there was no cash for more
    predicted_return: FiniteFloat | None  #: of an entry
    reason: Literal["entry", "holding_period", "stop_loss", "drawdown_breaker", "price_lost"]
    number: int  #: session of the account, counted from 0
    filled_on: date
    wanted_shares: Positive
    shares: Positive
    fill_price: Positive
    fee: NotNegative  #: in currency


class PaperAccount(Report):
    """The paper account as of its last session; `dates` and `equity_curve` have the same length."""

    account: str
    opened_on: date
    initial_cash: FiniteFloat
    as_of: date  #: last session
    cash: FiniteFloat
    invested: FiniteFloat  #: value of the positions
    equity: FiniteFloat  #: cash plus invested
    model_version: str  #: that decided the pending orders
    rules: PaperRules  #: that the pending orders were decided under
    dates: list[date]
    equity_curve: list[FiniteFloat]
    positions: list[PaperPosition]  #: in the order of entry
    pending: list[PaperOrder]  #: for the next session
    fills: list[PaperFill]  #: the newest ones, newest first
    trades: list[Trade]  #: in the order of their exits, open ones last
