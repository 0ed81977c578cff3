"""The paper account: what its tables hold for each position and order, and its statement."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from quant_engine.domain.reports import Report, Trade
from quant_engine.domain.units import BasisPoints, Fraction, Money, Price, Shares


class PaperRules(Report):
    """How the account trades; the fields of `Rules`."""

    holding_period: int
    max_positions: int
    entry_threshold: Fraction
    position_size: Fraction
    risk_management: bool
    cost_bps: BasisPoints


class PaperPosition(Report):
    """Shares that are held, marked at the last session."""

    ticker: str
    shares: Annotated[Shares, Field(gt=0)]
    entry_number: int  #: session of the account, counted from 0
    entry_date: date
    entry_price: Price
    predicted_return: Fraction
    last_price: Price


class _PaperOrder(Report):
    order_id: str
    ticker: str
    decided_on: date
    decision_price: Price  #: the name's last price when it was decided


class PaperOrder(_PaperOrder):
    """An entry for the close after `decided_on`; it expires if that close does not fill it."""

    side: Literal["buy"]
    status: Literal["pending"]
    predicted_return: Fraction
    reason: Literal["entry"]


class PaperFill(_PaperOrder):
    """A filled order."""

    side: Literal["buy", "sell"]
    status: Literal["filled", "partial"]  #: partial: there was no cash for more
    predicted_return: Fraction | None  #: of an entry
    reason: Literal["entry", "holding_period", "stop_loss", "drawdown_breaker", "price_lost"]
    number: int  #: session of the account, counted from 0
    filled_on: date
    wanted_shares: Annotated[Shares, Field(gt=0)]
    shares: Annotated[Shares, Field(gt=0)]
    fill_price: Price
    fee: Annotated[Money, Field(ge=0)]  #: in currency


class PaperAccount(Report):
    """The paper account as of its last session; `dates` and `equity_curve` have the same length."""

    account: str
    opened_on: date
    initial_cash: Money
    as_of: date  #: last session
    cash: Money
    invested: Money  #: value of the positions
    equity: Money  #: cash plus invested
    model_version: str  #: that decided the pending orders
    rules: PaperRules  #: that the pending orders were decided under
    dates: list[date]
    equity_curve: list[Money]
    positions: list[PaperPosition]  #: in the order of entry
    pending: list[PaperOrder]  #: for the next session
    fills: list[PaperFill]  #: the newest ones, newest first
    trades: list[Trade]  #: in the order of their exits, open ones last
