"""Data → features → models → backtest: the steps that jobs and the autopilot share."""

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version as installed

import pandas as pd

from quant_engine.artifacts import Artifacts
from quant_engine.backtest.engine import Rules, run
from quant_engine.backtest.report import build_report
from quant_engine.data.describe import manifest_of
from quant_engine.data.manifest import DataManifest
from quant_engine.data.source import Source, open_source
from quant_engine.data.universe import check_universe, years_before
from quant_engine.domain.parameters import (
    WARMUP_YEARS,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.reports import (
    MOST_SIGNALS,
    ROUNDING,
    BacktestSummary,
    HorizonHeadline,
    PredictSummary,
    Provenance,
    Signal,
    SignalsReport,
    TrainSummary,
)
from quant_engine.domain.work import Work, Workspace
from quant_engine.features.sets import LOOK_BACK, compute_features
from quant_engine.models.files import load_ensemble
from quant_engine.models.manifest import VersionManifest, first_day
from quant_engine.models.predictions import predict_out_of_sample, predict_rows
from quant_engine.models.registry import ModelRegistry
from quant_engine.models.trainer import TrainingData, train_version


def train(parameters: TrainParameters, work: Work) -> TrainSummary:
    """Train a version and make it the one that `latest` means."""
    registry = ModelRegistry(work.workspace.home)
    manifest = fit(registry, parameters, work)
    registry.promote(manifest.version)
    return TrainSummary(
        version=manifest.version,
        feature_mode=manifest.feature_mode,
        first_date=manifest.first_date,
        last_date=manifest.last_date,
        n_tickers=len(manifest.tickers),
        # members and importance stay in the manifest: a job record is small
        scores=[
            HorizonHeadline(**score.model_dump(include=set(HorizonHeadline.model_fields)))
            for score in manifest.scores
        ],
    )


def load(workspace: Workspace) -> tuple[Source, DataManifest]:
    """Open the source and describe it."""
    source = open_source(workspace)
    return source, manifest_of(workspace, source)


def fit(registry: ModelRegistry, parameters: TrainParameters, work: Work) -> VersionManifest:
    """Train a version and leave `latest` as it is."""
    work.progress(0.0, "loading prices")
    source, data = load(work.workspace)
    names = check_universe(
        data,
        tickers=parameters.tickers,
        full_universe=parameters.full_universe,
        years=parameters.years,
        extra_years=WARMUP_YEARS,
        survivorship=parameters.survivorship,
    )
    closes = source.bars(tickers=names)
    begin = years_before(closes.index[-1].date(), parameters.years + WARMUP_YEARS)
    closes = closes.loc[pd.Timestamp(begin) :]
    membership = None
    if parameters.survivorship:
        membership = source.belonged(pd.DatetimeIndex(closes.index), names)
    training = TrainingData(closes=closes, membership=membership, manifest=data)
    return train_version(registry, training, parameters, work.progress)


def backtest(parameters: BacktestParameters, work: Work) -> BacktestSummary:
    """Trade a version's out-of-sample predictions; store the report and return its summary.

    Raises:
        NoModel: no version fits, or its predictions begin after the requested years.
        Refused, Unavailable: the data or a file cannot be used.
    """
    registry, manifest = _resolve(parameters, work)
    work.progress(0.1, "loading prices")
    source, data = load(work.workspace)
    work.progress(0.2, "predicting out of sample")
    signals = out_of_sample(registry, manifest, parameters, (source, data))
    work.progress(0.7, "trading")
    result = run(signals.closes, signals.predicted, rules_of(parameters))
    work.progress(0.9, "measuring")
    report = build_report(
        job_id=work.job_id,
        params=parameters,
        provenance=_provenance(manifest, data),
        closes=signals.closes,
        result=result,
    )
    work.progress(0.95, "writing the report")
    Artifacts(work.workspace.home).write_report(report)
    return BacktestSummary(
        model_version=manifest.version,
        first_date=report.first_date,
        last_date=report.last_date,
        final_equity=report.equity[-1],
        metrics=report.metrics,
    )


def _provenance(manifest: VersionManifest, data: DataManifest) -> Provenance:
    return Provenance(
        code_version=installed("quant-engine"),
        model_version=manifest.version,
        data_source=data.source,
        data_mode=data.data_mode,
        data_fingerprint=data.fingerprint,
        seed=manifest.seed,
        survivorship_biased=manifest.survivorship_biased,
    )


@dataclass(frozen=True)
class Signals:
    """A version's out-of-sample predictions; frames are sessions by names, NaN where there is none."""

    closes: pd.DataFrame
    predicted: pd.DataFrame  #: predicted returns of members of the universe
    disagreement: pd.DataFrame  #: across the ensemble's members


def out_of_sample(
    registry: ModelRegistry,
    manifest: VersionManifest,
    parameters: BacktestParameters,
    opened: tuple[Source, DataManifest],
) -> Signals:
    """Return closes and predictions of the years and names in `parameters`.

    Raises:
        NoModel: the version's predictions begin later.
        Refused, Unavailable: the data or a file cannot be used.
    """
    source, data = opened
    closes = _prices(parameters, source, data)
    begin = first_day(manifest, closes.index[-1].date(), parameters.years)
    predictions = predict_out_of_sample(
        manifest,
        registry.folder(manifest.version),
        _with_look_back(closes, begin),
        parameters.horizon,
        fingerprint=data.fingerprint,
    )
    closes = closes.loc[pd.Timestamp(begin) :]
    return Signals(
        closes=closes,
        predicted=_members_only(manifest, source, predictions.mean.reindex(closes.index)),
        disagreement=predictions.disagreement.reindex(closes.index),
    )


def predict(parameters: PredictParameters, work: Work) -> PredictSummary:
    """Predict from the last session, each name against its own past predictions.

    It stores the report and returns its summary; the errors are those of `backtest`.
    """
    registry, manifest = _resolve(parameters, work)
    folder, horizon = registry.folder(manifest.version), parameters.horizon
    work.progress(0.2, "loading prices")
    source, data = load(work.workspace)
    bars = _prices(parameters, source, data)
    begin = first_day(manifest, bars.index[-1].date(), parameters.years)
    closes = _with_look_back(bars, begin)
    work.progress(0.4, "predicting out of sample")
    past = predict_out_of_sample(manifest, folder, closes, horizon, fingerprint=data.fingerprint)
    work.progress(0.8, "scoring the last session")
    newest = next(fold for fold in reversed(manifest.folds) if fold.horizon == horizon)
    features = compute_features(closes, manifest.feature_mode).iloc[-closes.shape[1] :]
    now = predict_rows(load_ensemble(folder, newest.file), features)
    report = SignalsReport(
        job_id=work.job_id,
        params=parameters,
        provenance=_provenance(manifest, data),
        as_of=closes.index[-1].date(),
        horizon=horizon,
        signals=rank(
            _members_only(manifest, source, now.mean).iloc[-1],
            now.disagreement.iloc[-1],
            past.mean.loc[pd.Timestamp(begin) :],
        ),
    )
    work.progress(0.95, "writing the report")
    Artifacts(work.workspace.home).write_signals(report)
    return PredictSummary(
        model_version=manifest.version,
        as_of=report.as_of,
        horizon=horizon,
        n_tickers=len(report.signals),
        top=report.signals[:MOST_SIGNALS],
    )


def rank(latest: pd.Series, disagreement: pd.Series, past: pd.DataFrame) -> list[Signal]:
    """Rank names by prediction, highest first; equal ones by name.

    `z_score` is `(x - m) / s`: the prediction less the mean of the name's past ones, over their standard
    deviation (of a sample, `ddof` 1); None where the past ones do not vary or are fewer than two.

    Args:
        latest: predicted returns as fractions by name; names with NaN are left out.
        disagreement: standard deviation across members by name, likewise.
        past: predicted returns, sessions by names; NaN where there is none.
    """
    order = sorted(latest.dropna().index, key=lambda name: (-latest[name], name))
    mean, deviation = past.mean(), past.std()
    return [
        Signal(
            ticker=str(name),
            rank=place,
            predicted_return=float(latest[name]),
            z_score=float((latest[name] - mean[name]) / deviation[name])
            if deviation[name] > ROUNDING
            else None,
            disagreement=float(disagreement[name]),
        )
        for place, name in enumerate(order, start=1)
    ]


def _resolve(
    parameters: BacktestParameters | PredictParameters, work: Work
) -> tuple[ModelRegistry, VersionManifest]:
    work.progress(0.0, "loading the model")
    registry = ModelRegistry(work.workspace.home)
    return registry, registry.resolve(
        parameters.version,
        parameters.horizon,
        parameters.feature_mode,
        work.workspace.data_source,
    )


def _prices(
    parameters: BacktestParameters | PredictParameters, source: Source, data: DataManifest
) -> pd.DataFrame:
    names = check_universe(
        data,
        tickers=parameters.tickers,
        full_universe=parameters.full_universe,
        years=parameters.years,
    )
    return source.bars(tickers=names)


def _members_only(
    manifest: VersionManifest, source: Source, predictions: pd.DataFrame
) -> pd.DataFrame:
    # a version with a point-in-time universe predicts members only: on a session it could not know that
    # a name would join later
    if manifest.survivorship_biased:
        return predictions
    sessions = pd.DatetimeIndex(predictions.index)
    return predictions.where(source.belonged(sessions, list(predictions.columns)))


def _with_look_back(closes: pd.DataFrame, begin: date) -> pd.DataFrame:
    start = int(closes.index.searchsorted(pd.Timestamp(begin)))
    return closes.iloc[max(start - LOOK_BACK - 1, 0) :]


def rules_of(parameters: BacktestParameters) -> Rules:
    """Return the trading rules in `parameters`."""
    return Rules(
        holding_period=parameters.holding_period,
        max_positions=parameters.max_positions,
        entry_threshold=parameters.entry_threshold,
        position_size=parameters.position_size,
        risk_management=parameters.risk_management,
    )
