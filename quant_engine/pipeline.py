"""Data, features, models, backtest: the work of each job, for job processes, commands and autopilot alike."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from quant_engine import __version__
from quant_engine.artifacts import Artifacts
from quant_engine.backtest.engine import Rules, run
from quant_engine.backtest.report import build_report
from quant_engine.data.describe import describe
from quant_engine.data.manifest import DataManifest, check_universe, read_manifest, years_before
from quant_engine.data.source import Source, open_source
from quant_engine.domain.errors import NoModel, Unavailable
from quant_engine.domain.parameters import BacktestParameters, PredictParameters, TrainParameters
from quant_engine.domain.reports import (
    BacktestReport,
    BacktestSummary,
    PredictSummary,
    Provenance,
    Signal,
    TrainSummary,
)
from quant_engine.domain.work import Work, Workspace
from quant_engine.models import trainer
from quant_engine.models.predictions import Market, Panels, Predictor
from quant_engine.models.registry import WARMUP_YEARS, ModelManifest, ModelRegistry

TOP = 20  #: signals that fit a job record
FEWEST_TO_COMPARE = 20  #: past predictions below which a z-score says nothing

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class _Prices:
    source: Source
    manifest: DataManifest


def train(parameters: TrainParameters, work: Work) -> TrainSummary:
    """Fit a version on the installation's data and put it in use.

    Raises:
        QuantEngineError: the data cannot honour the parameters, or something cannot be read or written.
    """
    registry = ModelRegistry(work.workspace.home)
    manifest = train_version(parameters, work.workspace, registry, work.progress)
    registry.promote(manifest.version, "Trained on request.")
    return TrainSummary(
        version=manifest.version,
        feature_mode=manifest.feature_mode,
        first_date=manifest.first_date,
        last_date=manifest.last_date,
        n_tickers=len(manifest.tickers),
        scores=manifest.scores,
    )


def train_version(
    parameters: TrainParameters, workspace: Workspace, registry: ModelRegistry, report: Report
) -> ModelManifest:
    """Fit a version and keep it in `registry`, without putting it in use."""
    report(0.0, "Loading prices")
    prices = _open(workspace)
    names = check_universe(
        prices.manifest,
        tickers=parameters.tickers,
        full_universe=parameters.full_universe,
        years=parameters.years,
        survivorship=parameters.survivorship,
        extra_years=WARMUP_YEARS,
    )
    market = _market(
        prices,
        names,
        chosen=parameters.tickers is not None,
        point_in_time=parameters.survivorship,
    )
    data = trainer.TrainingData(market.closes, market.belonged, prices.manifest)
    return trainer.train(data, parameters, registry, _scaled(report, 0.05, 1.0))


def backtest(parameters: BacktestParameters, work: Work) -> BacktestSummary:
    """Trade a version's out-of-sample predictions, and keep the report.

    Raises:
        QuantEngineError: no model serves the parameters, or something cannot be read or written.
    """
    registry = ModelRegistry(work.workspace.home)
    report = run_backtest(
        parameters, work.workspace, registry, _scaled(work.progress, 0.0, 0.95), job_id=work.job_id
    )
    work.progress(0.95, "Writing the report")
    Artifacts(work.workspace.home).write_report(report)
    work.progress(1.0, "Done")
    return BacktestSummary(
        model_version=report.provenance.model_version,
        first_date=report.first_date,
        last_date=report.last_date,
        final_equity=report.equity[-1],
        metrics=report.metrics,
    )


def run_backtest(
    parameters: BacktestParameters,
    workspace: Workspace,
    registry: ModelRegistry,
    report: Report,
    *,
    job_id: str,
) -> BacktestReport:
    """Trade a version's out-of-sample predictions, without keeping anything."""
    version = _resolve(registry, parameters, workspace)
    report(0.0, "Loading prices")
    prices = _open(workspace)
    market = _market_of(version, prices, parameters)
    start = _start(version, market.closes, parameters.years)
    report(0.3, f"Predicting out of sample with {version.version}")
    panels = Predictor(registry, version, parameters.horizon).out_of_sample(market)
    report(0.7, "Trading")
    closes = market.closes.iloc[start:].dropna(axis=1, how="all")
    result = run(closes, panels.mean.loc[closes.index, closes.columns], _rules(parameters))
    report(0.9, "Measuring")
    return build_report(
        job_id=job_id,
        params=parameters,
        provenance=_provenance(version, prices),
        closes=closes,
        result=result,
    )


def predict(parameters: PredictParameters, work: Work) -> PredictSummary:
    """Score the names on the last session; the strongest are in the answer.

    Raises:
        QuantEngineError: no model serves the parameters, or something cannot be read.
    """
    registry = ModelRegistry(work.workspace.home)
    version = _resolve(registry, parameters, work.workspace)
    work.progress(0.0, "Loading prices")
    prices = _open(work.workspace)
    market = _market_of(version, prices, parameters)
    start = _start(version, market.closes, parameters.years)
    predictor = Predictor(registry, version, parameters.horizon)
    work.progress(0.3, "Predicting the last session")
    now = predictor.latest(market)
    work.progress(0.5, "Comparing with past predictions")
    past = predictor.out_of_sample(market).mean.iloc[start:-1]
    signals = _signals(now, past)
    if not signals:
        raise Unavailable("None of these names has a price and enough history on the last session.")
    work.progress(1.0, "Done")
    return PredictSummary(
        model_version=version.version,
        as_of=market.closes.index[-1].date(),
        horizon=parameters.horizon,
        n_tickers=len(signals),
        top=signals[:TOP],
    )


def _signals(now: Panels, past: pd.DataFrame) -> list[Signal]:
    mean = now.mean.iloc[-1].dropna()
    ranked = sorted(mean.index, key=lambda name: (-mean[name], name))
    return [
        Signal(
            ticker=str(name),
            rank=rank,
            predicted_return=float(mean[name]),
            z_score=_z_score(float(mean[name]), past[name]),
            disagreement=float(now.disagreement[name].iloc[-1]),
        )
        for rank, name in enumerate(ranked, start=1)
    ]


def _z_score(value: float, past: pd.Series) -> float | None:
    known = past.dropna().to_numpy()
    if len(known) < FEWEST_TO_COMPARE:
        return None
    deviation = float(np.std(known, ddof=1))
    return (value - float(known.mean())) / deviation if deviation > 0 else None


def _open(workspace: Workspace) -> _Prices:
    # described first: if files change in between, the fingerprints differ, and that is said
    manifest = read_manifest(workspace) or describe(workspace)
    source = open_source(workspace)
    if source.fingerprint != manifest.fingerprint:
        raise Unavailable("The data changed while they were read. Try again.")
    return _Prices(source, manifest)


def _resolve(
    registry: ModelRegistry,
    parameters: BacktestParameters | PredictParameters,
    workspace: Workspace,
) -> ModelManifest:
    return registry.resolve(
        parameters.version, parameters.horizon, parameters.feature_mode, workspace.data_source
    )


def _market_of(
    version: ModelManifest, prices: _Prices, parameters: BacktestParameters | PredictParameters
) -> Market:
    names = check_universe(
        prices.manifest,
        tickers=parameters.tickers,
        full_universe=parameters.full_universe,
        years=parameters.years,
    )
    return _market(
        prices,
        names,
        chosen=parameters.tickers is not None,
        point_in_time=not version.survivorship_biased,
    )


def _market(prices: _Prices, names: list[str], *, chosen: bool, point_in_time: bool) -> Market:
    source = prices.source
    if source.membership is not None and not point_in_time and not chosen:
        # without a point-in-time universe, the names are those of today
        today = set(source.universe(prices.manifest.last_date))
        names = [name for name in names if name in today]
        if not names:
            raise Unavailable("No name of the list belongs to the universe now. Choose tickers.")
    closes = source.bars(tickers=names)
    belonged = source.belonged(pd.DatetimeIndex(closes.index), names)
    if not point_in_time:
        belonged = np.ones_like(belonged)
    return Market(closes, belonged, source.fingerprint)


def _start(version: ModelManifest, closes: pd.DataFrame, years: int) -> int:
    cutoff = years_before(closes.index[-1].date(), years)
    start = int(closes.index.searchsorted(pd.Timestamp(cutoff)))
    if closes.index[start].date() < version.first_date:
        needed = _years_between(cutoff, version.last_date)
        raise NoModel(
            f"The predictions of model {version.version} begin on {version.first_date}, after the "
            f"{years} years before {closes.index[-1].date()}. Ask for fewer years, or train with "
            f"years of at least {needed}."
        )
    return start


def _years_between(first: date, last: date) -> int:
    years = last.year - first.year
    return years + (years_before(last, years) > first)


def _rules(parameters: BacktestParameters) -> Rules:
    return Rules(
        holding_period=parameters.holding_period,
        max_positions=parameters.max_positions,
        entry_threshold=parameters.entry_threshold,
        position_size=parameters.position_size,
        risk_management=parameters.risk_management,
    )


def _provenance(version: ModelManifest, prices: _Prices) -> Provenance:
    return Provenance(
        code_version=__version__,
        model_version=version.version,
        data_source=prices.manifest.source,
        data_mode=prices.manifest.data_mode,
        data_fingerprint=prices.manifest.fingerprint,
        seed=version.seed,
        survivorship_biased=version.survivorship_biased,
    )


def _scaled(report: Report, start: float, end: float) -> Report:
    return lambda fraction, message: report(start + (end - start) * fraction, message)
