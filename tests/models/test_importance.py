"""Importance names the features that move predictions, and is zero where none does."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from quant_engine.models.ensemble import Ensemble
from quant_engine.models.importance import feature_importance

RANDOM = np.random.default_rng(6)
ROWS = pd.DataFrame(RANDOM.normal(size=(2_000, 3)), columns=["idle", "strong", "weak"])


def linear(*weights: float) -> Ensemble:
    model = LinearRegression().fit(np.eye(3), np.zeros(3))
    model.coef_ = np.array(weights)
    return Ensemble({"linear": model})


def test_the_share_of_a_linear_model_is_its_weight() -> None:
    found = feature_importance(linear(0, 3, 1), ROWS)
    assert [one.feature for one in found] == ["strong", "weak", "idle"]
    assert [one.importance for one in found] == pytest.approx([0.75, 0.25, 0], abs=0.02)
    assert sum(one.importance for one in found) == pytest.approx(1)


def test_the_planted_feature_is_found_by_the_whole_ensemble() -> None:
    returns = 0.05 * ROWS["strong"] + RANDOM.normal(0, 0.02, len(ROWS))
    found = feature_importance(Ensemble.fit(ROWS.to_numpy(), returns.to_numpy()), ROWS)
    assert found[0].feature == "strong"
    assert found[0].importance > 0.8


def test_it_is_the_same_each_time() -> None:
    assert feature_importance(linear(1, 1, 1), ROWS) == feature_importance(linear(1, 1, 1), ROWS)


def test_rows_that_miss_a_feature_are_left_out() -> None:
    holed = pd.concat([ROWS, pd.DataFrame([[np.nan, 1e9, 1e9]], columns=ROWS.columns)])
    assert feature_importance(linear(1, 2, 3), holed) == feature_importance(linear(1, 2, 3), ROWS)


@pytest.mark.parametrize(
    "rows", [ROWS.iloc[:0], ROWS.iloc[:1], ROWS * 0], ids=["none", "one", "constant"]
)
def test_all_zeros_where_nothing_changes(rows: pd.DataFrame) -> None:
    found = feature_importance(linear(1, 2, 3), rows)
    assert [(one.feature, one.importance) for one in found] == [
        ("idle", 0),
        ("strong", 0),
        ("weak", 0),
    ]


def test_a_constant_model_has_no_important_feature() -> None:
    constant = Ridge().fit(ROWS.to_numpy(), np.ones(len(ROWS)))
    found = feature_importance(Ensemble({"constant": constant}), ROWS)
    assert {one.importance for one in found} == {0}
