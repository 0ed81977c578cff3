"""The results of jobs: summaries that fit a job record, and the reports of backtests and predictions.

Every field is always present, and null only where its type allows it. Fractions are fractions (0.1
is ten percent), costs end in `_bps`, dates are exchange sessions.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from quant_engine.domain.parameters import BacktestParameters, PredictParameters
from quant_engine.domain.units import BasisPoints, Coefficient, Fraction, Money, Ratio, Shares
from quant_engine.domain.work import DataMode

Positive = Annotated[FiniteFloat, Field(gt=0)]
NotNegative = Annotated[FiniteFloat, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class Report(BaseModel):
    """The base of reports and stored rows: no field is missing, none is added, none changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def stated(*rules: str, key: list[str] | None = None) -> ConfigDict:
    """State rules of a value in the contract, in the Common Expression Language, and the fields that identify it."""
    extra: dict[str, Any] = {"x-relation": [{"rule": rule} for rule in rules]}
    if key is not None:
        extra["x-identity"] = {"key": key}
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra=extra)


class Metrics(Report):
    """Performance of an equity curve of daily closes; null where a figure does not exist."""

    total_return: Fraction  #: fraction over the whole range
    cagr: Fraction | None  #: compound growth per year of 252 sessions
    volatility: Fraction | None  #: annualised standard deviation of daily returns
    sharpe: Ratio | None
    sortino: Ratio | None
    max_drawdown: Fraction  #: zero or negative
    calmar: Ratio | None
    turnover: Ratio | None  #: traded value per year over mean equity
    hit_rate: Fraction | None  #: fraction of closed trades with a profit after costs
    n_trades: int  #: closed trades
    exposure: Fraction  #: mean fraction of equity that is invested


class Provenance(Report):
    """The code, model and data that a result was computed from."""

    code_version: str
    model_version: str
    data_source: str
    data_mode: DataMode
    data_fingerprint: str
    seed: int
    survivorship_biased: bool  #: the universe holds only names that survived


ExitReason = Literal["holding_period", "stop_loss", "drawdown_breaker", "price_lost", "open"]


class Trade(Report):
    """One position from entry to exit; `exit_reason` open: still held at the end, marked to market."""

    ticker: str
    entry_date: date
    exit_date: date | None
    entry_price: Money
    exit_price: Money  #: for an open position, the last price
    shares: Shares
    predicted_return: Fraction
    profit: Money  #: in currency, after costs
    return_fraction: Fraction  #: profit over the value paid
    cost_bps: BasisPoints
    holding_days: int
    exit_reason: ExitReason


class MonthlyReturn(Report):
    """Return of one calendar month."""

    year: int
    month: int
    return_fraction: Fraction


class BacktestSummary(Report):
    """The summary of a backtest in its job record."""

    model_version: str
    first_date: date
    last_date: date
    final_equity: Money
    metrics: Metrics


class BacktestReport(Report):
    """The result of one backtest; `dates`, `equity`, `benchmark` and `drawdown` have the same length."""

    model_config = stated(
        "size(self.dates) == size(self.equity) && size(self.dates) == size(self.benchmark)"
        " && size(self.dates) == size(self.drawdown)",
        "self.dates[0] == self.first_date && self.dates[size(self.dates) - 1] == self.last_date",
        "self.drawdown.all(each, self.metrics.max_drawdown <= each && each <= 0.0)"
        " && self.metrics.max_drawdown in self.drawdown",
        "self.metrics.n_trades == size(self.trades.filter(each, each.exit_reason != 'open'))",
        "self.trades.all(each, each.ticker in self.tickers)",
        "self.trades.all(each, self.first_date <= each.entry_date"
        " && (each.exit_date == null || each.entry_date <= each.exit_date && each.exit_date <= self.last_date))",
        "self.trades.all(each, (each.exit_date == null) == (each.exit_reason == 'open'))",
        key=["job_id"],
    )

    job_id: str
    params: BacktestParameters
    provenance: Provenance
    first_date: date
    last_date: date
    tickers: list[str]
    metrics: Metrics
    benchmark_metrics: Metrics  #: the equal-weight universe, bought once and held
    dates: list[date]
    equity: list[Money]
    benchmark: list[Money]
    drawdown: list[Fraction]
    monthly_returns: list[MonthlyReturn]
    trades: list[Trade]


class HorizonHeadline(Report):
    """How well the out-of-sample predictions of one horizon ranked the names."""

    horizon: int
    n_folds: int
    n_predictions: int
    rank_ic: Coefficient | None  #: mean daily Spearman correlation of prediction and return
    rank_ic_t: Ratio | None  #: t statistic of that mean
    hit_rate: Fraction | None  #: fraction of predictions with the right sign


class MemberScore(Report):
    """How well one member of the ensemble ranked the names, on the same sessions."""

    member: str
    rank_ic: Coefficient | None
    rank_ic_t: Ratio | None
    hit_rate: Fraction | None


class FeatureImportance(Report):
    """How much a feature changes predictions, as a share of the change by all features."""

    feature: str
    importance: Fraction  #: 0 to 1; a horizon's add up to 1, or are all 0


class HorizonScore(HorizonHeadline):
    """The full score of a horizon; old versions have no scores of members and no importance."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    members: list[MemberScore] = []
    importance: list[FeatureImportance] = []  #: highest first


class TrainSummary(Report):
    """The summary of a training in its job record."""

    version: str
    feature_mode: Literal["core", "full"]
    first_date: date  #: first out-of-sample session
    last_date: date  #: last bar
    n_tickers: int
    scores: list[HorizonHeadline]


class Signal(Report):
    """The latest prediction for one name."""

    ticker: str
    rank: int  #: 1 is the highest prediction
    predicted_return: Fraction
    z_score: Ratio | None  #: against the name's own predictions over the requested years
    disagreement: Fraction  #: standard deviation across ensemble members


class SignalsReport(Report):
    """The latest prediction for every name, highest first."""

    model_config = stated(
        "self.signals.all(each, self.signals[each.rank - 1] == each)",
        "self.signals.all(each, each.rank == 1"
        " || self.signals[each.rank - 2].predicted_return >= each.predicted_return)",
        key=["job_id"],
    )

    job_id: str
    params: PredictParameters
    provenance: Provenance
    as_of: date  #: session whose close the predictions are made at
    horizon: int
    signals: list[Signal]


class PredictSummary(Report):
    """The summary of predictions in their job record; the strongest names only."""

    model_version: str
    as_of: date
    horizon: int
    n_tickers: int
    top: list[Signal]
