"""The ensemble of one horizon: ridge and two kinds of boosted trees, fitted on the same rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from quant_engine.models.leafwise import LeafwiseTrees

SEED = 7

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ensemble:
    """Fitted members, by name."""

    members: dict[str, Any]

    @classmethod
    def fit(cls, features: Floats, returns: Floats) -> "Ensemble":
        """Fit every member.

        Args:
            features: shape (rows, features), no missing values.
            returns: shape (rows,), the returns to predict.

        Raises:
            Unavailable: the library of a member cannot be loaded.
        """
        members = {name: make() for name, make in MEMBERS.items()}
        for member in members.values():
            member.fit(features, returns)
        return cls(members)

    def predict(self, features: Floats) -> tuple[Floats, Floats]:
        """Return the mean prediction and the disagreement of each row, shape (rows,) each.

        Disagreement is the standard deviation across members. The result for a row does not depend on
        the other rows, bit for bit.
        """
        return combine(self.predict_each(features))

    def predict_each(self, features: Floats) -> Floats:
        """Return the prediction of each member, in their order, shape (members, rows)."""
        return np.stack([_predict(member, features) for member in self.members.values()])


def combine(predicted: Floats) -> tuple[Floats, Floats]:
    """Return mean and disagreement of the members' predictions, shape (members, rows)."""
    return predicted.mean(axis=0), predicted.std(axis=0)


def _predict(member: Any, features: Floats) -> Floats:
    before, last = (member[:-1], member[-1]) if isinstance(member, Pipeline) else (None, member)
    if not isinstance(last, Ridge):
        predicted: Floats = member.predict(features)
        return predicted
    scaled = features if before is None else before.transform(features)
    linear = np.full(len(features), float(last.intercept_))
    # not a matrix product: BLAS sums in an order that depends on the number of rows
    for column, weight in enumerate(last.coef_.tolist()):
        linear += scaled[:, column] * weight
    return linear


def _ridge() -> Pipeline:
    return make_pipeline(StandardScaler(), Ridge(alpha=100.0))


def _boosting() -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        max_iter=60,
        learning_rate=0.05,
        max_leaf_nodes=8,
        min_samples_leaf=200,
        l2_regularization=1.0,
        # with it, predictions would depend on the order of rows
        early_stopping=False,
        random_state=SEED,
    )


def _lightgbm() -> LeafwiseTrees:
    return LeafwiseTrees(SEED)


MEMBERS: dict[str, Callable[[], Any]] = {
    "ridge": _ridge,
    "boosting": _boosting,
    "lightgbm": _lightgbm,
}
