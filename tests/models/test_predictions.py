"""A version reproduces its stored predictions, and predicts other names with folds trained before the day."""

from pathlib import Path

import numpy as np
import pytest

from quant_engine.domain.errors import Unavailable
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.predictions import (
    _by_folds,
    predict_out_of_sample,
    read_predictions,
)
from quant_engine.models.registry import ModelRegistry
from tests.models.markets import market, trained

CLOSES = market()


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> tuple[VersionManifest, Path]:
    home = tmp_path_factory.mktemp("home")
    manifest = trained(home, CLOSES)
    return manifest, ModelRegistry(home).folder(manifest.version)


def test_recomputed_predictions_equal_the_stored_ones(
    version: tuple[VersionManifest, Path],
) -> None:
    manifest, folder = version
    stored = read_predictions(folder, manifest.predictions)[1]
    computed = _by_folds(manifest, folder, CLOSES, 1)
    np.testing.assert_allclose(computed.mean, stored.mean, rtol=0, atol=1e-12)
    np.testing.assert_allclose(computed.disagreement, stored.disagreement, rtol=0, atol=1e-12)
    assert computed.mean.index.equals(stored.mean.index)


def test_another_name_is_predicted_alone(version: tuple[VersionManifest, Path]) -> None:
    manifest, folder = version
    other = CLOSES[["BBB"]].rename(columns={"BBB": "ZZZ"})
    alone = _by_folds(manifest, folder, other, 1).mean["ZZZ"]
    stored = read_predictions(folder, manifest.predictions)[1].mean["BBB"]
    np.testing.assert_allclose(alone, stored, rtol=0, atol=1e-12)


def test_predictions_that_were_changed_are_refused(version: tuple[VersionManifest, Path]) -> None:
    manifest, folder = version
    path = folder / manifest.predictions.name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"x")
    try:
        with pytest.raises(Unavailable, match="damaged"):
            read_predictions(folder, manifest.predictions)
    finally:
        path.write_bytes(content)


def test_later_sessions_are_predicted(version: tuple[VersionManifest, Path]) -> None:
    manifest, folder = version
    later = CLOSES.copy()
    later.loc[CLOSES.index[-1] + np.timedelta64(4, "D")] = CLOSES.iloc[-1] * 1.01
    mean = _by_folds(manifest, folder, later, 1).mean
    assert mean.iloc[-1].notna().all()


def test_stored_predictions_are_not_used_for_other_data(
    version: tuple[VersionManifest, Path],
) -> None:
    manifest, folder = version
    other = market(seed=2)
    stored = read_predictions(folder, manifest.predictions)[1].mean
    same_data, others = (
        predict_out_of_sample(manifest, folder, closes, 1, fingerprint=fingerprint).mean
        for closes, fingerprint in ((CLOSES, manifest.data_fingerprint), (other, "0" * 64))
    )
    assert same_data.equals(stored)
    assert others.equals(_by_folds(manifest, folder, other, 1).mean)
    assert not others.equals(stored)


def test_recomputed_predictions_are_the_same_to_the_bit(
    version: tuple[VersionManifest, Path],
) -> None:
    manifest, folder = version
    stored = read_predictions(folder, manifest.predictions)[1].mean
    for names in (["AAA", "BBB", "CCC", "DDD"], ["CCC"]):
        computed = _by_folds(manifest, folder, CLOSES[names], 1).mean
        assert computed.to_numpy().tobytes() == stored[names].to_numpy().tobytes()
