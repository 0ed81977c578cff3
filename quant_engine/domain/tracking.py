"""How predictions and orders turned out: what each tracker records and summarises."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, FiniteFloat

from quant_engine.domain.reports import Correlation, Count, NotNegative, Positive, Report


class IcSnapshot(Report):
    """The information coefficient of a model over the last sessions with a known outcome."""

    version: str
    horizon: int
    as_of: date  #: last bar
    n_sessions: Count  #: in the mean
    rank_ic: Correlation  #: mean daily Spearman correlation
    rank_ic_t: FiniteFloat | None  #: t statistic of the mean over sessions that do not overlap
    recorded_at: AwareDatetime


class DisagreementSnapshot(Report):
    """The standard deviation across ensemble members, on one session and usually."""

    version: str
    horizon: int
    as_of: date  #: last bar
    n_tickers: Count  #: names with a prediction on that session
    disagreement: NotNegative  #: mean over these names, of returns
    usual_disagreement: NotNegative  #: median over the last year's sessions
    recorded_at: AwareDatetime


class ExecutionFill(Report):
    """One filled order."""

    order_id: str
    account: str
    ticker: str
    side: Literal["buy", "sell"]
    decided_on: date
    filled_on: date
    decision_price: Positive
    fill_price: Positive
    shares: Positive
    shortfall_bps: FiniteFloat  #: of fill against decision; positive is worse for the account
    cost_bps: NotNegative  #: the assumed fee, which the account paid


class ExecutionQuality(Report):
    """The cost of the stored fills; null where there are too few."""

    n_fills: int
    first_filled_on: date | None
    last_filled_on: date | None
    mean_shortfall_bps: FiniteFloat | None
    standard_error_bps: FiniteFloat | None  #: of that mean
    assumed_cost_bps: FiniteFloat | None  #: mean fee
    fills: list[ExecutionFill]  #: newest first
