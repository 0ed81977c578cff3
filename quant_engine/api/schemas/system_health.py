"""System health: verdicts with their reasons, and the facts and histories that they judge."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, FiniteFloat

from quant_engine.api.schemas.projection import Projection
from quant_engine.domain.reports import Correlation, Count, NotNegative, Positive
from quant_engine.domain.work import DataMode, DataSourceName

Verdict = Literal["ok", "degraded", "failing"]
AgeFrom = Literal["now", "last_bar"]


class Check(BaseModel):
    """The result of one health check."""

    name: str
    status: Verdict
    threshold: str
    reason: str
    action: str | None  #: what to do; null for nothing


class Health(BaseModel):
    """The results of all health checks; `status` is the worst of them."""

    status: Verdict
    checks: list[Check]


class ModelAge(BaseModel):
    """The age of the model in use."""

    version: str | None
    trained_at: AwareDatetime | None
    age_days: FiniteFloat | None
    relative_to: AgeFrom  #: demo data end in the past, so age counts from there
    status: Literal["fresh", "stale", "absent"]


class DataModeReport(BaseModel):
    """Which data the service computes on."""

    mode: DataMode
    source: DataSourceName
    tickers: list[str]
    first_date: date
    last_date: date
    fallbacks: list[str]
    survivorship_biased: bool
    status: Literal["fresh", "stale"]


class IcSnapshot(Projection):
    """The information coefficient of a model over the last sessions with a known outcome."""

    version: str
    horizon: int
    as_of: date  #: last bar
    n_sessions: Count  #: in the mean
    rank_ic: Correlation  #: mean daily Spearman correlation
    rank_ic_t: FiniteFloat | None  #: t statistic of the mean over sessions that do not overlap
    recorded_at: AwareDatetime


class IcHistory(BaseModel):
    """How well models ranked the names, in the order of recording."""

    snapshots: list[IcSnapshot]


class DisagreementSnapshot(Projection):
    """The standard deviation across ensemble members, on one session and usually."""

    version: str
    horizon: int
    as_of: date  #: last bar
    n_tickers: Count  #: names with a prediction on that session
    disagreement: NotNegative  #: mean over these names, of returns
    usual_disagreement: NotNegative  #: median over the last year's sessions
    recorded_at: AwareDatetime


class DisagreementHistory(BaseModel):
    """How far ensemble members disagreed, in the order of recording."""

    snapshots: list[DisagreementSnapshot]


class ExecutionFill(Projection):
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


class ExecutionQuality(Projection):
    """The cost of the stored fills; null where there are too few."""

    n_fills: int
    first_filled_on: date | None
    last_filled_on: date | None
    mean_shortfall_bps: FiniteFloat | None
    standard_error_bps: FiniteFloat | None  #: of that mean
    assumed_cost_bps: FiniteFloat | None  #: mean fee
    fills: list[ExecutionFill]  #: newest first
