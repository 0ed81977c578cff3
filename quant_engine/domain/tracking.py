"""How predictions and orders turned out: what each tracker records and summarises."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from quant_engine.domain.reports import Count, Report, stated
from quant_engine.domain.units import BasisPoints, Correlation, Fraction, Price, Ratio, Shares


class IcSnapshot(Report):
    """The information coefficient of a model over the last sessions with a known outcome."""

    version: str
    horizon: int
    as_of: date  #: last bar
    n_sessions: Count  #: in the mean
    rank_ic: Correlation  #: mean daily Spearman correlation
    rank_ic_t: Ratio | None  #: t statistic of the mean over sessions that do not overlap
    recorded_at: AwareDatetime


class DisagreementSnapshot(Report):
    """The standard deviation across ensemble members, on one session and usually."""

    version: str
    horizon: int
    as_of: date  #: last bar
    n_tickers: Count  #: names with a prediction on that session
    disagreement: Annotated[Fraction, Field(ge=0)]  #: mean over these names, of returns
    usual_disagreement: Annotated[Fraction, Field(ge=0)]  #: median over the last year's sessions
    recorded_at: AwareDatetime


class ExecutionFill(Report):
    """One filled order."""

    model_config = stated("self.decided_on < self.filled_on")

    order_id: str
    account: str
    ticker: str
    side: Literal["buy", "sell"]
    decided_on: date
    filled_on: date
    decision_price: Price
    fill_price: Price
    shares: Annotated[Shares, Field(gt=0)]
    shortfall_bps: BasisPoints  #: of fill against decision; positive is worse for the account
    cost_bps: Annotated[BasisPoints, Field(ge=0)]  #: the assumed fee, which the account paid


class ExecutionQuality(Report):
    """The cost of the stored fills; null where there are too few."""

    model_config = stated(
        "size(self.fills) <= self.n_fills",
        "(self.n_fills == 0) == (self.first_filled_on == null)",
        "(self.n_fills == 0) == (self.last_filled_on == null)",
        "(self.n_fills == 0) == (self.mean_shortfall_bps == null)",
        "(self.n_fills == 0) == (self.assumed_cost_bps == null)",
        "(self.n_fills < 2) == (self.standard_error_bps == null)",
        "self.n_fills == 0 || self.first_filled_on <= self.last_filled_on",
        "self.fills.all(each, self.first_filled_on <= each.filled_on && each.filled_on <= self.last_filled_on)",
        "self.fills.all(each, each.account == self.fills[0].account)",
    )

    n_fills: int
    first_filled_on: date | None
    last_filled_on: date | None
    mean_shortfall_bps: BasisPoints | None
    standard_error_bps: BasisPoints | None  #: of that mean
    assumed_cost_bps: BasisPoints | None  #: mean fee
    fills: list[ExecutionFill]  #: newest first, in the order of recording
