"""The pipeline on the demo prices: out-of-sample only, and each field changes what is computed."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from contract_tests.kit.markets import use_one_cheap_model
from quant_engine import pipeline
from quant_engine.artifacts import Artifacts
from quant_engine.data.demo import load_demo
from quant_engine.domain.errors import NoModel, NotFound
from quant_engine.domain.parameters import BacktestParameters, PredictParameters, TrainParameters
from quant_engine.domain.reports import BacktestReport, PredictSummary
from quant_engine.domain.work import Work, Workspace
from quant_engine.models import ensemble
from quant_engine.models.predictions import read_predictions
from quant_engine.models.registry import ModelRegistry

ALL_MEMBERS = ensemble.MEMBERS
BASE: dict[str, Any] = {"years": 3, "entry_threshold": 0.0}


def work_in(home: Path, job_id: str = "job") -> Work:
    return Work(job_id, Workspace(home), lambda _fraction, _message: None)


@pytest.fixture(scope="module", autouse=True)
def cheap() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        use_one_cheap_model(patch)
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an old version, one of the full features, and the latest."""
    folder = tmp_path_factory.mktemp("home")
    changed_fields: list[dict[str, Any]] = [
        {"tickers": ["AAPL", "KO"]},
        {"feature_mode": "full"},
        {},
    ]
    for changes in changed_fields:
        parameters = TrainParameters(**{"years": 4, "horizons": [10, 21], **changes})
        pipeline.train(parameters, work_in(folder))
    return folder


def report_of(home: Path, **changes: Any) -> BacktestReport:
    parameters = BacktestParameters(**{**BASE, **changes})
    summary = pipeline.backtest(parameters, work_in(home))
    report = Artifacts(home).read_report("job")
    assert report.metrics == summary.metrics
    assert report.params == parameters
    return report


def signals_of(home: Path, **changes: Any) -> PredictSummary:
    return pipeline.predict(PredictParameters(**changes), work_in(home))


#: without changes; no test adds a version to the home
usual_report, usual_signals = cache(report_of), cache(signals_of)


def test_a_backtest_trades_the_requested_years(home: Path) -> None:
    report = report_of(home)
    assert str(report.first_date) == "2019-12-30"  # two days after the 28th, a Saturday
    assert str(report.last_date) == "2022-12-28"
    assert report.trades
    assert min(trade.entry_date for trade in report.trades) > report.first_date
    assert report.provenance.survivorship_biased
    assert report.provenance.data_mode == "demo"
    newest = ModelRegistry(home).latest()
    assert newest is not None
    assert report.provenance.model_version == newest.version


def test_the_same_backtest_gives_the_same_report(home: Path) -> None:
    assert report_of(home) == report_of(home)


CHANGES: list[dict[str, Any]] = [
    {"horizon": 21},
    {"tickers": ["AAPL", "AMD", "XOM"]},
    {"years": 2},
    {"feature_mode": "full"},
    {"risk_management": True},
    {"full_universe": True},
    {"holding_period": 5},
    {"max_positions": 2},
    {"entry_threshold": 0.005},
    {"position_size": 0.3},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_each_field_changes_the_backtest(home: Path, change: dict[str, Any]) -> None:
    assert report_of(home, **change).equity != usual_report(home).equity


def test_the_version_changes_the_backtest(home: Path) -> None:
    old = next(version for version in ModelRegistry(home).versions() if len(version.tickers) == 2)
    report = report_of(home, version=old.version)
    assert report.provenance.model_version == old.version
    assert report.equity != usual_report(home).equity


def test_every_backtest_field_was_changed() -> None:
    changed = {field for change in CHANGES for field in change} | {"version"}
    assert changed == set(BacktestParameters.model_fields)


def test_the_report_of_a_subset_holds_the_subset(home: Path) -> None:
    report = report_of(home, tickers=["XOM", "AMD"])
    assert report.tickers == ["AMD", "XOM"]
    assert {trade.ticker for trade in report.trades} <= {"AMD", "XOM"}


@pytest.mark.parametrize(
    "change",
    [
        {"horizon": 21},
        {"tickers": ["AMD"]},
        {"years": 1},
        {"feature_mode": "full"},
        {"full_universe": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_field_changes_the_signals(home: Path, change: dict[str, Any]) -> None:
    assert signals_of(home, **change).top != usual_signals(home).top


def test_signals_are_ranked(home: Path) -> None:
    summary = signals_of(home, full_universe=True)
    assert str(summary.as_of) == "2022-12-28"
    assert summary.n_tickers == 20
    said = [signal.predicted_return for signal in summary.top]
    assert said == sorted(said, reverse=True)
    assert [signal.rank for signal in summary.top] == list(range(1, 21))


def test_a_name_whose_past_does_not_vary_has_no_z_score() -> None:
    latest = pd.Series({"EQUAL": 0.3, "NEW": 0.2, "ONCE": 0.1, "USUAL": 0.04})
    nan = float("nan")
    past = pd.DataFrame(
        {"EQUAL": [0.1] * 3, "NEW": [nan] * 3, "ONCE": [nan, nan, 0.1], "USUAL": [0.01, 0.02, 0.03]}
    )
    scores = {signal.ticker: signal.z_score for signal in pipeline.rank(latest, latest, past)}
    assert scores == {"EQUAL": None, "NEW": None, "ONCE": None, "USUAL": pytest.approx(2)}


def test_signals_of_every_name_are_kept(home: Path) -> None:
    summary = signals_of(home, full_universe=True)
    report = Artifacts(home).read_signals("job")
    assert report is not None
    assert report.params == PredictParameters(full_universe=True)
    assert (report.as_of, report.horizon) == (summary.as_of, summary.horizon)
    assert report.signals == summary.top
    assert report.provenance.model_version == summary.model_version
    assert report.provenance.survivorship_biased


@pytest.mark.parametrize(
    "change",
    [
        {"horizons": [5]},
        {"tickers": ["AMD", "XOM"]},
        {"years": 2},
        {"feature_mode": "full"},
        {"full_universe": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_field_changes_the_training(tmp_path: Path, change: dict[str, Any]) -> None:
    registry, work = ModelRegistry(tmp_path), work_in(tmp_path)
    one, other = (
        pipeline.fit(registry, TrainParameters(**{"years": 1, **changed_fields}), work)
        for changed_fields in ({}, change)
    )
    assert one.prediction_fingerprint != other.prediction_fingerprint


def test_more_years_than_the_predictions_have_are_no_model(home: Path) -> None:
    with pytest.raises(NoModel, match="at least 10"):
        report_of(home, years=10)


def test_nothing_trained_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(NoModel):
        pipeline.backtest(BacktestParameters(), work_in(tmp_path))
    with pytest.raises(NotFound):
        pipeline.backtest(BacktestParameters(version="nope"), work_in(tmp_path))


def test_progress_rises_from_stage_to_stage(home: Path) -> None:
    stages: list[tuple[float, str]] = []
    work = Work("job", Workspace(home), lambda fraction, stage: stages.append((fraction, stage)))
    pipeline.backtest(BacktestParameters(**BASE), work)
    fractions = [fraction for fraction, _ in stages]
    assert fractions == sorted(fractions)
    assert len({stage for _, stage in stages}) >= 4


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Work:
    """Prices of a folder with two names."""
    folder = tmp_path_factory.mktemp("files")
    prices = folder / "prices"
    prices.mkdir()
    names = ["AAPL", "MSFT"]
    closes = load_demo(Workspace(folder)).bars(tickers=names).loc["2013":]
    for name in names:
        closes[name].rename("close").to_csv(prices / f"{name}.csv", index_label="date")
    return Work("job", Workspace(folder, "files", prices), lambda _fraction, _message: None)


def test_a_version_of_demo_prices_is_not_used_on_others(home: Path, files: Work) -> None:
    elsewhere = Workspace(home, "files", files.workspace.data_path)
    with pytest.raises(NoModel):
        pipeline.backtest(BacktestParameters(**BASE), Work("job", elsewhere, files.progress))


def test_a_cut_of_whole_years_changes_no_earlier_prediction(
    files: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensemble, "MEMBERS", ALL_MEMBERS)
    assert files.workspace.data_path is not None
    cut = tmp_path / "cut"
    cut.mkdir()
    for path in files.workspace.data_path.glob("*.csv"):
        bars = pd.read_csv(path)
        bars[bars["date"] <= "2021-12-28"].to_csv(cut / path.name, index=False)
    fitted = []
    for years, folder in ((3, files.workspace.data_path), (2, cut)):
        work = Work("job", Workspace(tmp_path / str(years), "files", folder), files.progress)
        changed_fields = TrainParameters(years=years, tickers=["AAPL", "MSFT"])
        registry = ModelRegistry(work.workspace.home)
        made = pipeline.fit(registry, changed_fields, work)
        stored = read_predictions(registry.folder(made.version), made.predictions)
        fitted.append(stored[10].mean)
    whole, part = fitted
    assert len(part) > 500
    assert whole.loc[part.index].to_numpy().tobytes() == part.to_numpy().tobytes()
