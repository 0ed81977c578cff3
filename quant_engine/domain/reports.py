"""The results of jobs: summaries that fit a job record, and the reports of backtests and predictions.

Every field is always present, and null only where its type allows it. Fractions are fractions (0.1
is ten percent), costs end in `_bps`, dates are exchange sessions.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from quant_engine.domain.parameters import MOST_HORIZONS, BacktestParameters, PredictParameters
from quant_engine.domain.units import BasisPoints, Coefficient, Fraction, Money, Ratio, Shares
from quant_engine.domain.work import DataMode

Positive = Annotated[FiniteFloat, Field(gt=0)]
NotNegative = Annotated[FiniteFloat, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
#: a smaller standard deviation is a rounding error, and a ratio over it means nothing
ROUNDING = 1e-12
MOST_SIGNALS = 20  #: in the summary of a prediction, which must fit a job record


class Report(BaseModel):
    """The base of reports and stored rows: no field is missing, none is added, none changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def stated(*rules: str, key: list[str] | None = None) -> ConfigDict:
    """State rules of a value in the contract, in the Common Expression Language, and the fields that identify it."""
    extra: dict[str, Any] = {"x-relation": [{"rule": rule} for rule in rules]}
    if key is not None:
        extra["x-identity"] = {"key": key}
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra=extra)


def ordered(*fields: str) -> dict[str, Any]:
    """State the order of a list in the contract: by these fields, `-` for falling ones; null comes last.

    A list without objects is ordered by its items, with no field.
    """
    return {"x-order": list(fields)}


class Metrics(Report):
    """Performance of an equity curve of daily closes; null where a figure does not exist."""

    model_config = stated(
        "-1.0 <= self.max_drawdown && self.max_drawdown <= 0.0 && self.max_drawdown <= self.total_return",
        "self.volatility == null || self.volatility >= 0.0",
        "self.turnover == null || self.turnover >= 0.0",
        "self.exposure >= 0.0",
        "self.hit_rate == null || 0.0 <= self.hit_rate && self.hit_rate <= 1.0",
        "self.n_trades >= 0 && (self.n_trades > 0 || self.hit_rate == null)",
    )

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

    model_config = stated("(self.data_source == 'demo') == (self.data_mode == 'demo')")

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

    model_config = stated(
        "(self.exit_date == null) == (self.exit_reason == 'open')",
        "self.exit_date == null || self.entry_date < self.exit_date",
        "self.entry_price > 0.0 && self.exit_price >= 0.0 && self.shares > 0.0 && self.cost_bps >= 0.0",
        "self.holding_days >= (self.exit_date == null ? 0 : 1)",
    )

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
    holding_days: int  #: sessions of the exchange
    exit_reason: ExitReason


class MonthlyReturn(Report):
    """Return of one calendar month."""

    model_config = stated("1 <= self.month && self.month <= 12", "self.return_fraction >= -1.0")

    year: int
    month: int
    return_fraction: Fraction


class BacktestSummary(Report):
    """The summary of a backtest in its job record."""

    model_config = stated("self.first_date <= self.last_date", "self.final_equity >= 0.0")

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
        "self.benchmark_metrics.n_trades == 0",
        "self.benchmark[0] == self.equity[0]",
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
    dates: Annotated[list[date], Field(json_schema_extra=ordered())]
    equity: list[Money]
    benchmark: list[Money]
    drawdown: list[Fraction]
    monthly_returns: Annotated[
        list[MonthlyReturn], Field(json_schema_extra=ordered("year", "month"))
    ]
    trades: Annotated[list[Trade], Field(json_schema_extra=ordered("exit_date"))]


_OF_SCORES = (
    "self.rank_ic == null || -1.0 <= self.rank_ic && self.rank_ic <= 1.0",
    "self.rank_ic != null || self.rank_ic_t == null",
    "self.hit_rate == null || 0.0 <= self.hit_rate && self.hit_rate <= 1.0",
)
_OF_HEADLINES = (*_OF_SCORES, "self.n_folds >= 1 && self.n_predictions >= 0")


class HorizonHeadline(Report):
    """How well the out-of-sample predictions of one horizon ranked the names."""

    model_config = stated(*_OF_HEADLINES)

    horizon: int
    n_folds: int
    n_predictions: int
    rank_ic: Coefficient | None  #: mean daily Spearman correlation of prediction and return
    rank_ic_t: Ratio | None  #: t statistic of that mean
    hit_rate: Fraction | None  #: fraction of predictions with the right sign


class MemberScore(Report):
    """How well one member of the ensemble ranked the names, on the same sessions."""

    model_config = stated(*_OF_SCORES)

    member: str
    rank_ic: Coefficient | None
    rank_ic_t: Ratio | None
    hit_rate: Fraction | None


class FeatureImportance(Report):
    """How much a feature changes predictions, as a share of the change by all features."""

    model_config = stated("0.0 <= self.importance && self.importance <= 1.0")

    feature: str
    importance: Fraction  #: a horizon's add up to 1, or are all 0


class HorizonScore(HorizonHeadline):
    """The full score of a horizon; old versions have no scores of members and no importance."""

    model_config = stated(*_OF_HEADLINES) | ConfigDict(
        json_schema_serialization_defaults_required=True
    )

    members: list[MemberScore] = []
    importance: Annotated[
        list[FeatureImportance], Field(json_schema_extra=ordered("-importance", "feature"))
    ] = []


class TrainSummary(Report):
    """The summary of a training in its job record."""

    model_config = stated("self.first_date <= self.last_date", "self.n_tickers >= 1")

    version: str
    feature_mode: Literal["core", "full"]
    first_date: date  #: first out-of-sample session
    last_date: date  #: last bar
    n_tickers: int
    scores: Annotated[
        list[HorizonHeadline], Field(max_length=MOST_HORIZONS, json_schema_extra=ordered("horizon"))
    ]


class Signal(Report):
    """The latest prediction for one name."""

    model_config = stated("self.rank >= 1", "self.disagreement >= 0.0")

    ticker: str
    rank: int  #: 1 is the highest prediction
    predicted_return: Fraction
    z_score: Ratio | None  #: against the name's own predictions over the requested years
    disagreement: Fraction  #: standard deviation across ensemble members


_STRONGEST_FIRST = ordered("-predicted_return", "ticker")


class SignalsReport(Report):
    """The latest prediction for every name, highest first."""

    model_config = stated(
        "self.signals.all(each, self.signals[each.rank - 1] == each)",
        "self.signals.all(each, self.signals.exists_one(other, other.ticker == each.ticker))",
        "self.signals.all(each, each.rank == 1"
        " || self.signals[each.rank - 2].predicted_return >= each.predicted_return)",
        key=["job_id"],
    )

    job_id: str
    params: PredictParameters
    provenance: Provenance
    as_of: date  #: session whose close the predictions are made at
    horizon: int
    signals: Annotated[list[Signal], Field(json_schema_extra=_STRONGEST_FIRST)]


class PredictSummary(Report):
    """The summary of predictions in their job record; the strongest names only."""

    model_version: str
    as_of: date
    horizon: int
    n_tickers: int
    top: Annotated[list[Signal], Field(max_length=MOST_SIGNALS, json_schema_extra=_STRONGEST_FIRST)]
