"""The ensemble's LightGBM member: trees grown leaf by leaf, stored as LightGBM's own text.

A model file contains only this text, so no file creates an object of LightGBM. If the library cannot be
loaded, only this member fails.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant_engine.domain.errors import Unavailable
from quant_engine.models.tree_text import bare_text, check_text

try:
    import lightgbm
except OSError:  # pragma: no cover - the shared library that it needs is not on every machine
    lightgbm = None  # type: ignore[assignment]

Floats = NDArray[np.float64]

ROUNDS = 60
PARAMETERS: dict[str, Any] = {
    "objective": "regression",
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 200,
    "lambda_l2": 1.0,
    # each tree uses some of the features, so that this member differs from the other boosting
    "feature_fraction": 0.6,
    # the same bits each time: no choice by timing, no sum in the order of threads
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


class LeafwiseTrees:
    """Gradient boosted trees by LightGBM (Ke et al. 2017); `text` is the model once it is fitted."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._booster: Any = None
        self.text = ""

    @classmethod
    def from_text(cls, text: str) -> "LeafwiseTrees":
        """Load a model.

        Raises:
            ValueError: the text is not a model.
            Unavailable: LightGBM cannot be loaded.
        """
        model, library = cls(0), _library()
        check_text(text)
        try:
            model._booster = library.Booster(model_str=text)
        except library.basic.LightGBMError as error:
            raise ValueError("not the text of a LightGBM model") from error
        model.text = text
        return model

    def fit(self, features: Floats, returns: Floats) -> None:
        """Fit to rows; shapes as in `Ensemble.fit`.

        Raises:
            Unavailable: LightGBM cannot be loaded.
        """
        library = _library()
        parameters = {**PARAMETERS, "seed": self._seed}
        rows = library.Dataset(features, returns, params=parameters)
        self._booster = library.train(parameters, rows, num_boost_round=ROUNDS)
        self.text = bare_text(self._booster.model_to_string())

    def predict(self, features: Floats) -> Floats:
        """Predict each row by itself, shape (rows,)."""
        predicted: Floats = self._booster.predict(features, num_threads=1)
        return predicted


def _library() -> Any:
    if lightgbm is None:
        raise Unavailable(
            "LightGBM cannot be loaded: the OpenMP library is missing. Install it (libgomp1 on "
            "Debian and Ubuntu, libgomp on Fedora, `brew install libomp` on macOS) and try again."
        )
    return lightgbm
