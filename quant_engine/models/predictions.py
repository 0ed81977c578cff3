"""Out-of-sample predictions: for each session, by the fold whose training ended before it."""

import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from quant_engine.domain.errors import Unavailable
from quant_engine.domain.models import ModelFile
from quant_engine.features.sets import compute_features
from quant_engine.models.ensemble import Ensemble, Floats, combine
from quant_engine.models.files import load_ensemble
from quant_engine.models.manifest import VersionManifest, read_checked, write_checked

FILE = "predictions.parquet"


@dataclass(frozen=True)
class Predictions:
    """Predicted returns and the members' disagreement, sessions by names, NaN where there is none."""

    mean: pd.DataFrame
    disagreement: pd.DataFrame
    #: predictions of each member of the ensemble; not stored, so empty for stored predictions
    members: dict[str, pd.DataFrame] = field(default_factory=dict)


def predict_rows(ensemble: Ensemble, features: pd.DataFrame) -> Predictions:
    """Predict every row that has all its features; the others are NaN.

    Args:
        ensemble: a fitted one.
        features: rows (session, name) by features as `compute_features` returns them, whole sessions.
    """
    values = features.to_numpy()
    whole = ~np.isnan(values).any(axis=1)
    each = np.full((len(ensemble.members), len(values)), np.nan)
    if whole.any():
        each[:, whole] = ensemble.predict_each(values[whole])
    names = features.index.get_level_values("ticker").unique()
    sessions = features.index.get_level_values("date")[:: len(names)]

    def frame(predicted: Floats) -> pd.DataFrame:
        return pd.DataFrame(predicted.reshape(-1, len(names)), index=sessions, columns=names)

    mean, spread = combine(each)
    members = dict(zip(ensemble.members, map(frame, each), strict=True))
    return Predictions(frame(mean), frame(spread), members)


def predict_out_of_sample(
    manifest: VersionManifest, folder: Path, closes: pd.DataFrame, horizon: int, *, fingerprint: str
) -> Predictions:
    """Predict each session of `closes` from the version's first one on, for any names.

    It returns the stored predictions of the training if they are valid: the source still has the
    `fingerprint` of the training, and the version was trained on all the names. Otherwise each fold
    predicts the sessions between its `test_start` and that of the next fold.

    Args:
        manifest: of the version, which was trained for `horizon`.
        folder: with the version's files.
        closes: sessions by names, NaN where there is no price; it must begin early enough for
            features to look back, or the first sessions are NaN.
        horizon: sessions ahead.
        fingerprint: of the source now.

    Returns:
        Returns as fractions over `horizon` sessions, sessions by the names of `closes` in their order;
        NaN where a feature is missing. `members` is empty for stored predictions.
    """
    if fingerprint == manifest.data_fingerprint and set(closes.columns) <= set(manifest.tickers):
        stored = read_predictions(folder, manifest.predictions)[horizon]
        sessions = stored.mean.index
        return Predictions(
            stored.mean.reindex(index=sessions, columns=closes.columns),
            stored.disagreement.reindex(index=sessions, columns=closes.columns),
        )
    return _by_folds(manifest, folder, closes, horizon)


def _by_folds(
    manifest: VersionManifest, folder: Path, closes: pd.DataFrame, horizon: int
) -> Predictions:
    features = compute_features(closes, manifest.feature_mode)
    after = pd.Timestamp(manifest.last_date) + pd.Timedelta(days=1)
    folds = [fold for fold in manifest.folds if fold.horizon == horizon]
    begins = [pd.Timestamp(fold.test_start) if fold.test_start else after for fold in folds]
    ends = [*begins[1:], pd.Timestamp.max]
    days = features.index.get_level_values("date")
    parts = []
    for fold, begin, end in zip(folds, begins, ends, strict=True):
        rows = features[(days >= begin) & (days < end)]
        if not rows.empty:
            parts.append(predict_rows(load_ensemble(folder, fold.file), rows))
    return join(parts, list(closes.columns))


def join(parts: list[Predictions], names: list[str]) -> Predictions:
    """Concatenate the folds' predictions along the sessions; columns are `names`, in their order."""
    return Predictions(
        pd.concat([part.mean for part in parts])[names],
        pd.concat([part.disagreement for part in parts])[names],
        {
            member: pd.concat([part.members[member] for part in parts])[names]
            for member in parts[0].members
        },
    )


def write_predictions(folder: Path, by_horizon: dict[int, Predictions]) -> tuple[ModelFile, str]:
    """Write all horizons to one file; returns the file and the sha256 of the values alone."""
    tables, values = [], hashlib.sha256()
    for horizon, predictions in sorted(by_horizon.items()):
        table = pd.DataFrame(
            {
                "mean": predictions.mean.stack(future_stack=True),
                "disagreement": predictions.disagreement.stack(future_stack=True),
            }
        )
        values.update(table.to_numpy(dtype=float).tobytes())
        tables.append(table.reset_index().assign(horizon=horizon))
    buffer = io.BytesIO()
    pd.concat(tables).to_parquet(buffer, index=False)
    return write_checked(folder, FILE, buffer.getvalue()), values.hexdigest()


def read_predictions(folder: Path, file: ModelFile) -> dict[int, Predictions]:
    """Read the file of `write_predictions`."""
    content = read_checked(folder, file)
    try:
        table = pd.read_parquet(io.BytesIO(content))
        return {
            int(str(horizon)): Predictions(
                rows.pivot(index="date", columns="ticker", values="mean"),
                rows.pivot(index="date", columns="ticker", values="disagreement"),
            )
            for horizon, rows in table.groupby("horizon")
        }
    except (ValueError, KeyError, OSError) as error:
        raise Unavailable(f"{file.name} is damaged. Train again.") from error
