"""Measures which features change an ensemble's predictions, on sessions outside its training."""

import numpy as np
import pandas as pd

from quant_engine.domain.reports import FeatureImportance
from quant_engine.models.ensemble import SEED, Ensemble, Floats


def feature_importance(ensemble: Ensemble, features: pd.DataFrame) -> list[FeatureImportance]:
    """Measure each feature by how much shuffling it over the rows changes the predictions.

    With f the ensemble's mean prediction and x' the rows with feature j alone in another order,
    the change of j is the mean of |f(x) - f(x')|, and its importance that change over the sum of
    all. It is the permutation of Breiman 2001, on predictions and not on their loss: where there
    is little skill, a change of the loss is noise. All zeros if nothing changes.

    Args:
        ensemble: a fitted one.
        features: rows by features; rows with a missing feature are left out.

    Returns:
        Highest importance first, equal ones by name.
    """
    rows = features.dropna().to_numpy()
    changes = _changes(ensemble, rows) if len(rows) else np.zeros(features.shape[1])
    total = float(changes.sum())
    found = [
        FeatureImportance(feature=str(name), importance=float(change) / total if total else 0.0)
        for name, change in zip(features.columns, changes, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.importance, one.feature))


def _changes(ensemble: Ensemble, rows: Floats) -> Floats:
    random = np.random.default_rng(SEED)
    expected, _ = ensemble.predict(rows)
    changes = np.zeros(rows.shape[1])
    for column in range(rows.shape[1]):
        shuffled = rows.copy()
        shuffled[:, column] = random.permutation(rows[:, column])
        changes[column] = np.abs(ensemble.predict(shuffled)[0] - expected).mean()
    return changes
