"""Packed trees predict the same, and incomplete trees are refused before compiled code reads them."""

import copy
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from quant_engine.models.ensemble import MEMBERS
from quant_engine.models.packing import pack, unpack

RANDOM = np.random.default_rng(3)
FEATURES = RANDOM.normal(size=(2_000, 4))
FITTED = MEMBERS["boosting"]().fit(FEATURES, FEATURES[:, 0] + RANDOM.normal(size=2_000))


def packed(**changes: Any) -> HistGradientBoostingRegressor:
    model = copy.deepcopy(pack(FITTED))
    model._predictors.update(changes)
    return model


def test_packed_trees_predict_the_same_bits() -> None:
    model = packed()
    unpack(model)
    assert model.predict(FEATURES).tobytes() == FITTED.predict(FEATURES).tobytes()
    assert len(model._predictors) == FITTED.n_iter_


def test_packing_leaves_the_model_as_it_was() -> None:
    before = FITTED.predict(FEATURES)
    pack(FITTED)
    assert FITTED.predict(FEATURES).tobytes() == before.tobytes()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("left", 10_000),
        ("right", 10_000),
        ("left", 0),
        ("right", 0),
        ("feature_idx", 4),
        ("feature_idx", -1),
        ("is_categorical", 1),
    ],
)
def test_a_branch_to_a_missing_node_is_refused(field: str, value: int) -> None:
    model = packed()
    # the root of the first tree
    model._predictors["nodes"][field][0] = value
    with pytest.raises(ValueError, match="not"):
        unpack(model)


SIZES = pack(FITTED)._predictors["sizes"]


@pytest.mark.parametrize(
    "changes",
    [
        {"sizes": SIZES[:-1]},
        {"sizes": SIZES + 1},
        {"sizes": -SIZES},
        {"sizes": SIZES.astype(float)},
        {"sizes": SIZES.tolist()},
        {"nodes": np.zeros(int(SIZES.sum()))},
        {"nodes": "nodes"},
    ],
    ids=["fewer", "more", "negative", "fractions", "list", "numbers", "text"],
)
def test_other_arrays_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        unpack(packed(**changes))


def test_trees_that_are_not_packed_are_refused() -> None:
    with pytest.raises(TypeError):
        unpack(copy.deepcopy(FITTED))
