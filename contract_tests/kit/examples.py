"""An example of each thing that the service stores: data, versions, results and tracked rows."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from quant_engine.data.manifest import DataManifest, TickerManifest
from quant_engine.domain.parameters import BacktestParameters, PredictParameters
from quant_engine.domain.reports import (
    BacktestReport,
    BacktestSummary,
    Metrics,
    MonthlyReturn,
    PredictSummary,
    Provenance,
    Signal,
    SignalsReport,
)
from quant_engine.domain.tracking import DisagreementSnapshot, ExecutionFill, IcSnapshot
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry

KNOWN_TICKERS = ("AAPL", "BAC", "GE")
FIRST_DATE, LAST_DATE = date(1990, 1, 2), date(2022, 12, 28)

DEMO_DATA = DataManifest(
    source="demo",
    data_mode="demo",
    fingerprint="0" * 16,
    tickers=[
        TickerManifest(ticker=ticker, first_date=FIRST_DATE, last_date=LAST_DATE, n_bars=8313)
        for ticker in KNOWN_TICKERS
    ],
    core_list=list(KNOWN_TICKERS[:2]),
    first_date=FIRST_DATE,
    last_date=LAST_DATE,
    has_membership=False,
    survivorship_biased=True,
    fallbacks=[],
    problems=[],
)

METRICS = Metrics(
    total_return=0.5,
    cagr=0.1,
    volatility=0.2,
    sharpe=0.5,
    sortino=None,
    max_drawdown=-0.3,
    calmar=0.3,
    turnover=2.0,
    hit_rate=0.5,
    n_trades=7,
    exposure=0.9,
)
#: of one day, on which most figures do not exist
NO_FIGURES = dict.fromkeys(("cagr", "volatility", "sharpe", "calmar", "turnover", "hit_rate"))
METRICS_OF_A_DAY = METRICS.model_copy(
    update={
        **NO_FIGURES,
        **dict.fromkeys(("total_return", "max_drawdown", "exposure"), 0.0),
        "n_trades": 0,
    }
)
DAY = date(2020, 1, 2)
PROVENANCE = Provenance(
    code_version="1",
    model_version="v1",
    data_source="demo",
    data_mode="demo",
    data_fingerprint="f",
    seed=1,
    survivorship_biased=True,
)
REPORT = BacktestReport(
    job_id="job-1",
    params=BacktestParameters(),
    provenance=PROVENANCE,
    first_date=DAY,
    last_date=DAY,
    tickers=["AAA"],
    metrics=METRICS_OF_A_DAY,
    benchmark_metrics=METRICS_OF_A_DAY,
    dates=[DAY],
    equity=[1.0],
    benchmark=[1.0],
    drawdown=[0.0],
    monthly_returns=[MonthlyReturn(year=2020, month=1, return_fraction=0.0)],
    trades=[],
)
#: of that report, as PREDICTION is of SIGNALS
SUMMARY = BacktestSummary(
    model_version="v1", first_date=DAY, last_date=DAY, final_equity=1.0, metrics=METRICS_OF_A_DAY
)
SIGNAL = Signal(ticker="AAA", rank=1, predicted_return=0.1, z_score=None, disagreement=0.01)
SIGNALS = SignalsReport(
    job_id="job-1",
    params=PredictParameters(),
    provenance=PROVENANCE,
    as_of=DAY,
    horizon=10,
    signals=[SIGNAL],
)
PREDICTION = PredictSummary(model_version="v1", as_of=DAY, horizon=10, n_tickers=1, top=[SIGNAL])


def manifest(version: str, *, rank_ic: float | None = 0.05, **values: Any) -> VersionManifest:
    """Return the manifest of a version for the horizon 10; `rank_ic` is its out-of-sample score."""
    score = {"horizon": 10, "n_folds": 2, "n_predictions": 500, "rank_ic": rank_ic}
    training = {"params": {}, "feature_mode": "core", "horizons": [10], "seed": 7, "libraries": {}}
    data = {"data_source": "files", "data_mode": "live", "data_fingerprint": "0" * 16}
    defaults = {
        **training,
        **data,
        "version": version,
        "trained_at": "2024-01-01T00:00:00Z",
        "tickers": ["AAA", "BBB"],
        "first_date": "2019-01-02",
        "last_date": "2020-01-09",
        "survivorship_biased": True,
        "features": ["momentum"],
        "scores": [{**score, "rank_ic_t": None, "hit_rate": None}],
        "folds": [],
        "predictions": {"name": "predictions", "sha256": sha256(b"").hexdigest()},
        "prediction_fingerprint": "0" * 64,
    }
    if values.get("data_source") == "demo":
        defaults["data_mode"] = "demo"
    return VersionManifest.model_validate({**defaults, **values})


def promote(home: Path, version: VersionManifest) -> None:
    """Store a version with this manifest, and make it the latest."""
    ModelRegistry(home).promote(store(home, version))


def store(home: Path, version: VersionManifest) -> str:
    """Store a version with this manifest, and return its name."""
    folder = ModelRegistry(home).folder(version.version)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(version.model_dump_json())
    (folder / version.predictions.name).touch()
    return version.version


MONDAY = date(2024, 1, 1)
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def _snapshot(number: int) -> dict[str, Any]:
    as_of = MONDAY + timedelta(days=number)
    return {"version": "v1", "horizon": 10, "as_of": as_of, "recorded_at": NOON}


def ic_snapshot(number: int = 0, **values: Any) -> IcSnapshot:
    """The snapshot of one day."""
    defaults = {"n_sessions": 63, "rank_ic": 0.04, "rank_ic_t": 2.0}
    return IcSnapshot.model_validate({**_snapshot(number), **defaults, **values})


def disagreement_snapshot(number: int = 0, **values: Any) -> DisagreementSnapshot:
    """The snapshot of one day."""
    defaults = {"n_tickers": 20, "disagreement": 0.01, "usual_disagreement": 0.008}
    return DisagreementSnapshot.model_validate({**_snapshot(number), **defaults, **values})


def fill(number: int = 0, **values: Any) -> ExecutionFill:
    """One order's fill."""
    order = {"order_id": f"demo-{number}", "account": "demo", "ticker": "AAPL", "side": "buy"}
    dates = {"decided_on": MONDAY, "filled_on": MONDAY + timedelta(days=1)}
    prices = {"decision_price": 100.0, "fill_price": 100.1, "shares": 2.5}
    costs = {"shortfall_bps": 10.0, "cost_bps": 5.0}
    return ExecutionFill.model_validate({**order, **dates, **prices, **costs, **values})
