"""Trains a version: fits every fold, predicts out of sample, writes all files, then registers the folder."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quant_engine.data.manifest import DataManifest
from quant_engine.data.universe import years_before
from quant_engine.disk import disk_errors, sync_folder, write_whole
from quant_engine.domain.errors import ErrorCode, Refused
from quant_engine.domain.models import Fold
from quant_engine.domain.parameters import TrainParameters
from quant_engine.domain.reports import FeatureImportance, HorizonScore
from quant_engine.domain.work import Progress
from quant_engine.features.sets import compute_features, feature_names
from quant_engine.models.ensemble import SEED, Ensemble, Floats
from quant_engine.models.files import load_ensemble, save_ensemble
from quant_engine.models.importance import feature_importance
from quant_engine.models.manifest import MANIFEST, VersionManifest
from quant_engine.models.predictions import (
    Predictions,
    join,
    predict_rows,
    read_predictions,
    write_predictions,
)
from quant_engine.models.registry import ModelRegistry
from quant_engine.models.scores import forward_returns, score
from quant_engine.models.walk_forward import TRAIN_SESSIONS, splits

LIBRARIES = ("numpy", "pandas", "scikit-learn", "lightgbm", "skops")


@dataclass(frozen=True)
class TrainingData:
    """The data that train a version."""

    closes: pd.DataFrame  #: sessions by names
    membership: NDArray[np.bool_] | None  #: sessions by names: the rows to train on; None: all
    manifest: DataManifest


def train_version(
    registry: ModelRegistry, data: TrainingData, parameters: TrainParameters, progress: Progress
) -> VersionManifest:
    """Train and write a version, which becomes visible when it is complete; does not promote it.

    Raises:
        Refused: `history_too_short`.
    """
    with disk_errors(), _new_draft(registry) as draft:
        manifest = _fill(draft, data, parameters, progress)
        _verify(draft, manifest)
        write_whole(draft / MANIFEST, manifest.model_dump_json(indent=1).encode())
        with registry.locked():
            draft.rename(registry.folder(manifest.version))
        sync_folder(registry.root)
    return manifest


def _fill(
    draft: Path, data: TrainingData, parameters: TrainParameters, progress: Progress
) -> VersionManifest:
    progress(0.02, "computing features")
    closes = data.closes
    features = compute_features(closes, parameters.feature_mode)
    start = first_position(closes, parameters.years)
    by_horizon: dict[int, Predictions] = {}
    folds: list[Fold] = []
    scores: list[HorizonScore] = []
    count = len(parameters.horizons)
    for number, horizon in enumerate(sorted(parameters.horizons)):
        report = _share(progress, number / count, 1 / count)
        walk = _horizon(draft, data, (features, start), horizon, report)
        scores.append(_score(horizon, walk, _returns(data, horizon)))
        folds += walk.folds
        by_horizon[horizon] = walk.predictions
    progress(0.96, "writing the version")
    file, fingerprint = write_predictions(draft, by_horizon)
    now = datetime.now(UTC)
    return VersionManifest(
        version=f"{now:%Y%m%dt%H%M%S}-{secrets.token_hex(3)}",
        trained_at=now,
        params=parameters,
        feature_mode=parameters.feature_mode,
        horizons=sorted(parameters.horizons),
        tickers=[str(name) for name in closes.columns],
        data_source=data.manifest.source,
        data_mode=data.manifest.data_mode,
        data_fingerprint=data.manifest.fingerprint,
        first_date=closes.index[start].date(),
        last_date=closes.index[-1].date(),
        survivorship_biased=data.membership is None,
        seed=SEED,
        features=feature_names(parameters.feature_mode),
        libraries={name: installed(name) for name in LIBRARIES},
        scores=scores,
        folds=folds,
        predictions=file,
        prediction_fingerprint=fingerprint,
    )


@dataclass(frozen=True)
class _Walk:
    """The result of walking one horizon forward."""

    folds: list[Fold]
    predictions: Predictions
    importance: list[FeatureImportance]


def _score(horizon: int, walk: _Walk, returns: pd.DataFrame) -> HorizonScore:
    predictions = walk.predictions
    n_folds = sum(fold.test_start is not None for fold in walk.folds)
    scored = score(
        horizon,
        n_folds,
        predictions.mean,
        returns.reindex(predictions.mean.index),
        predictions.members,
    )
    return scored.model_copy(update={"importance": walk.importance})


def first_position(closes: pd.DataFrame, years: int) -> int:
    """Return the position in `closes` of the first session to predict out of sample.

    It is the first session on or after the day `years` calendar years before the last one.

    Args:
        closes: sessions by names, at least one session; only the index matters.
        years: of predictions, counted back from the last session.

    Raises:
        Refused: `history_too_short`.
    """
    begin = pd.Timestamp(years_before(closes.index[-1].date(), years))
    start = int(closes.index.searchsorted(begin))
    # one more year of sessions, before the training, is for the longest feature to look back
    if start < TRAIN_SESSIONS:
        raise Refused(
            f"{years} years of predictions need {TRAIN_SESSIONS} sessions before them to train on; "
            f"there are {start}. Choose fewer years.",
            code=ErrorCode.HISTORY_TOO_SHORT,
        )
    return start


def _share(progress: Progress, begin: float, length: float) -> Progress:
    def report(fraction: float, stage: str) -> None:
        progress(0.05 + 0.9 * (begin + fraction * length), stage)

    return report


def _horizon(
    draft: Path,
    data: TrainingData,
    prepared: tuple[pd.DataFrame, int],
    horizon: int,
    progress: Progress,
) -> _Walk:
    features, start = prepared
    closes = data.closes
    sessions = pd.DatetimeIndex(closes.index)
    inputs, labels = features.to_numpy(), _returns(data, horizon).to_numpy().ravel()
    whole = ~(np.isnan(inputs).any(axis=1) | np.isnan(labels))
    width = closes.shape[1]
    folds, parts = [], []
    planned = splits(sessions, start, horizon)
    for number, split in enumerate(planned):
        progress(number / len(planned), f"horizon {horizon}: fold {number + 1} of {len(planned)}")
        rows = slice(split.train_start * width, split.train_stop * width)
        ensemble, n_rows = _fit(inputs[rows], labels[rows], whole[rows])
        name = f"h{horizon}-f{number:02}.skops"
        is_test = split.test_start < len(sessions)
        folds.append(
            Fold(
                horizon=horizon,
                train_end=sessions[split.train_stop + horizon - 1].date(),
                test_start=sessions[split.test_start].date() if is_test else None,
                n_rows=n_rows,
                file=save_ensemble(draft, name, ensemble),
            )
        )
        if is_test:
            tested = features.iloc[split.test_start * width : split.test_stop * width]
            parts.append(predict_rows(ensemble, tested))
            newest = ensemble, tested
    return _Walk(folds, join(parts, list(closes.columns)), feature_importance(*newest))


def _returns(data: TrainingData, horizon: int) -> pd.DataFrame:
    # a name counts in training and scores only while it is a member of the universe
    returns = forward_returns(data.closes, horizon)
    return returns if data.membership is None else returns.where(data.membership)


def _fit(inputs: Floats, labels: Floats, whole: NDArray[np.bool_]) -> tuple[Ensemble, int]:
    if not whole.any():
        raise Refused(
            "No session of the training has every feature. Choose fewer years or other names.",
            code=ErrorCode.HISTORY_TOO_SHORT,
        )
    return Ensemble.fit(inputs[whole], labels[whole]), int(whole.sum())


def _verify(draft: Path, manifest: VersionManifest) -> None:
    # a version whose files cannot be read back must not become visible
    for fold in manifest.folds:
        load_ensemble(draft, fold.file)
    read_predictions(draft, manifest.predictions)


@contextmanager
def _new_draft(registry: ModelRegistry) -> Iterator[Path]:
    with registry.locked():
        for old in registry.root.glob(".draft-*"):
            _remove_abandoned(old)
        draft = registry.root / f".draft-{secrets.token_hex(8)}"
        draft.mkdir()
        # the kernel holds the lock while this process lives, so that no other training removes its draft
        held = os.open(draft, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        os.close(held)


def _remove_abandoned(draft: Path) -> None:
    try:
        folder = os.open(draft, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return  # its training ended just now
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # its training is running
    finally:
        os.close(folder)
    shutil.rmtree(draft, ignore_errors=True)
