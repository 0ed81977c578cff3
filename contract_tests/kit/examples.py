"""An example of each thing that the service stores: data, versions, results and what is tracked."""

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
SUMMARY = BacktestSummary(
    model_version="v1",
    first_date=date(2020, 1, 2),
    last_date=date(2020, 12, 31),
    final_equity=150_000.0,
    metrics=METRICS,
)


NO_METRICS = Metrics(
    total_return=0.1,
    cagr=None,
    volatility=None,
    sharpe=None,
    sortino=None,
    max_drawdown=0,
    calmar=None,
    turnover=None,
    hit_rate=None,
    n_trades=0,
    exposure=0,
)
REPORT = BacktestReport(
    job_id="job-1",
    params=BacktestParameters(),
    provenance=Provenance(
        code_version="1",
        model_version="one",
        data_source="demo",
        data_mode="demo",
        data_fingerprint="f",
        seed=1,
        survivorship_biased=True,
    ),
    first_date=date(2020, 1, 2),
    last_date=date(2020, 1, 2),
    tickers=["AAA"],
    metrics=NO_METRICS,
    benchmark_metrics=NO_METRICS,
    dates=[date(2020, 1, 2)],
    equity=[1.0],
    benchmark=[1.0],
    drawdown=[0.0],
    monthly_returns=[],
    trades=[],
)


SIGNALS = SignalsReport(
    job_id="job-1",
    params=PredictParameters(),
    provenance=REPORT.provenance,
    as_of=date(2020, 1, 2),
    horizon=10,
    signals=[
        Signal(ticker="AAA", rank=1, predicted_return=0.1, z_score=None, disagreement=0.01),
    ],
)


PREDICTION = PredictSummary(
    model_version="v1", as_of=SIGNALS.as_of, horizon=10, n_tickers=1, top=SIGNALS.signals
)


def manifest(version: str, *, rank_ic: float | None = 0.05, **values: Any) -> VersionManifest:
    """Return the manifest of a version for the horizon 10; `rank_ic` is its out-of-sample score."""
    score = {
        "horizon": 10,
        "n_folds": 2,
        "n_predictions": 500,
        "rank_ic": rank_ic,
        "rank_ic_t": None,
        "hit_rate": None,
    }
    defaults = {
        "version": version,
        "trained_at": "2024-01-01T00:00:00Z",
        "params": {},
        "feature_mode": "core",
        "horizons": [10],
        "tickers": ["AAA", "BBB"],
        "data_source": "files",
        "data_mode": "live",
        "data_fingerprint": "0" * 16,
        "first_date": "2019-01-02",
        "last_date": "2020-01-09",
        "survivorship_biased": True,
        "seed": 7,
        "features": ["momentum"],
        "libraries": {},
        "scores": [score],
        "folds": [],
        "predictions": {"name": "predictions", "sha256": sha256(b"").hexdigest()},
        "prediction_fingerprint": "0" * 64,
    }
    return VersionManifest.model_validate({**defaults, **values})


def promote(home: Path, version: VersionManifest) -> None:
    """Store a version with this manifest, and make it the latest."""
    registry = ModelRegistry(home)
    folder = registry.folder(version.version)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(version.model_dump_json())
    (folder / version.predictions.name).touch()
    registry.promote(version.version)


MONDAY = date(2024, 1, 1)
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def ic_snapshot(number: int = 0, **values: Any) -> IcSnapshot:
    """The snapshot of one day."""
    defaults = {
        "version": "v1",
        "horizon": 10,
        "as_of": MONDAY + timedelta(days=number),
        "n_sessions": 63,
        "rank_ic": 0.04,
        "rank_ic_t": 2.0,
        "recorded_at": NOON,
    }
    return IcSnapshot.model_validate({**defaults, **values})


def disagreement_snapshot(number: int = 0, **values: Any) -> DisagreementSnapshot:
    """The snapshot of one day."""
    defaults = {
        "version": "v1",
        "horizon": 10,
        "as_of": MONDAY + timedelta(days=number),
        "n_tickers": 20,
        "disagreement": 0.01,
        "usual_disagreement": 0.008,
        "recorded_at": NOON,
    }
    return DisagreementSnapshot.model_validate({**defaults, **values})


def fill(number: int = 0, **values: Any) -> ExecutionFill:
    """One order's fill."""
    defaults = {
        "order_id": f"demo-{number}",
        "account": "demo",
        "ticker": "AAPL",
        "side": "buy",
        "decided_on": MONDAY,
        "filled_on": MONDAY + timedelta(days=1),
        "decision_price": 100.0,
        "fill_price": 100.1,
        "shares": 2.5,
        "shortfall_bps": 10.0,
        "cost_bps": 5.0,
    }
    return ExecutionFill.model_validate({**defaults, **values})
