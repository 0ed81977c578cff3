"""The ensemble: its mean, its spread, and that neither depends on chance."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from quant_engine.models import ensemble as module
from quant_engine.models.ensemble import MEMBERS, Ensemble

RANDOM = np.random.default_rng(4)
FEATURES = RANDOM.normal(size=(3_000, 4))
RETURNS = 0.05 * FEATURES[:, 1] + RANDOM.normal(0, 0.05, 3_000)


def test_fitting_again_gives_the_same_bits() -> None:
    one, two = (Ensemble.fit(FEATURES, RETURNS).predict(FEATURES) for _ in range(2))
    assert one[0].tobytes() == two[0].tobytes()
    assert one[1].tobytes() == two[1].tobytes()


def test_mean_and_disagreement_are_those_of_the_members() -> None:
    ensemble = Ensemble.fit(FEATURES, RETURNS)
    predictions = np.stack([member.predict(FEATURES) for member in ensemble.members.values()])
    mean, disagreement = ensemble.predict(FEATURES)
    np.testing.assert_allclose(mean, predictions.mean(axis=0), rtol=0, atol=1e-14)
    np.testing.assert_allclose(disagreement, predictions.std(axis=0), rtol=0, atol=1e-14)
    assert disagreement.max() > 0


def test_the_order_of_rows_changes_next_to_nothing() -> None:
    order = RANDOM.permutation(len(FEATURES))
    straight = Ensemble.fit(FEATURES, RETURNS).predict(FEATURES)[0]
    shuffled = Ensemble.fit(FEATURES[order], RETURNS[order]).predict(FEATURES)[0]
    np.testing.assert_allclose(straight, shuffled, rtol=0, atol=1e-9)


def test_a_planted_relation_is_found() -> None:
    mean, _ = Ensemble.fit(FEATURES, RETURNS).predict(FEATURES)
    assert np.corrcoef(mean, FEATURES[:, 1])[0, 1] > 0.95


def test_the_prediction_of_a_row_is_independent_of_other_rows() -> None:
    ensemble = Ensemble.fit(FEATURES, RETURNS)
    together = ensemble.predict_each(FEATURES[:200])
    assert len(together) == len(MEMBERS) == 3
    for rows in (slice(0, 1), slice(7, 8), slice(50, 113)):
        assert ensemble.predict_each(FEATURES[rows]).tobytes() == together[:, rows].tobytes()


@pytest.mark.parametrize("make", [MEMBERS["ridge"], Ridge], ids=["scaled", "bare"])
def test_other_members_make_an_ensemble_too(
    monkeypatch: pytest.MonkeyPatch, make: type[Ridge]
) -> None:
    monkeypatch.setattr(module, "MEMBERS", {"alone": make})
    ensemble = Ensemble.fit(FEATURES, RETURNS)
    mean, disagreement = ensemble.predict(FEATURES)
    np.testing.assert_allclose(mean, ensemble.members["alone"].predict(FEATURES), atol=1e-14)
    assert not disagreement.any()
    assert ensemble.predict(FEATURES[:1])[0].tobytes() == mean[:1].tobytes()
