"""The paper account: what its tables hold for each position and order, and its statement."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from quant_engine.domain.reports import Report, Trade, ordered, stated
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

    model_config = stated(
        "self.decided_on < self.filled_on",
        "(self.side == 'buy') == (self.reason == 'entry')",
        "(self.side == 'buy') == (self.predicted_return != null)",
        "(self.status == 'partial') == (self.shares < self.wanted_shares)",
    )

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

    model_config = stated(
        "size(self.dates) == size(self.equity_curve)",
        "self.dates[0] == self.opened_on && self.dates[size(self.dates) - 1] == self.as_of",
        "self.pending.all(each, each.decided_on == self.as_of)",
        "self.positions.all(each, self.dates[each.entry_number] == each.entry_date)",
        "self.fills.all(each, self.dates[each.number] == each.filled_on)",
        "self.trades.filter(each, each.exit_reason == 'open').map(each, each.ticker)"
        " == self.positions.map(each, each.ticker)",
        "self.cash >= 0.0 && self.invested >= 0.0",
    )

    account: str
    opened_on: date
    initial_cash: Money
    as_of: date  #: last session
    cash: Money
    invested: Money  #: value of the positions
    equity: Money  #: cash plus invested
    model_version: str  #: that decided the pending orders
    rules: PaperRules  #: that the pending orders were decided under
    dates: Annotated[list[date], Field(json_schema_extra=ordered())]
    equity_curve: list[Money]
    positions: Annotated[list[PaperPosition], Field(json_schema_extra=ordered("entry_number"))]
    #: for the next session
    pending: Annotated[list[PaperOrder], Field(json_schema_extra=ordered("ticker"))]
    fills: Annotated[
        list[PaperFill], Field(json_schema_extra=ordered("-number"))
    ]  #: the newest ones
    #: in the order of their exits
    trades: Annotated[list[Trade], Field(json_schema_extra=ordered("exit_date"))]
