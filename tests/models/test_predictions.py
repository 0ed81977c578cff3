"""A version predicts anew what it stored, and other names by the folds that could not have seen the day."""

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


def test_what_is_computed_anew_is_what_was_stored(version: tuple[VersionManifest, Path]) -> None:
    manifest, folder = version
    stored = read_predictions(folder, manifest.predictions)[1]
    anew = _by_folds(manifest, folder, CLOSES, 1)
    np.testing.assert_allclose(anew.mean, stored.mean, rtol=0, atol=1e-12)
    np.testing.assert_allclose(anew.disagreement, stored.disagreement, rtol=0, atol=1e-12)
    assert anew.mean.index.equals(stored.mean.index)


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


def test_sessions_that_came_since_are_predicted(version: tuple[VersionManifest, Path]) -> None:
    manifest, folder = version
    later = CLOSES.copy()
    later.loc[CLOSES.index[-1] + np.timedelta64(4, "D")] = CLOSES.iloc[-1] * 1.01
    mean = _by_folds(manifest, folder, later, 1).mean
    assert mean.iloc[-1].notna().all()


def test_what_was_stored_is_not_used_for_other_data(version: tuple[VersionManifest, Path]) -> None:
    manifest, folder = version
    other = market(seed=2)
    stored = read_predictions(folder, manifest.predictions)[1].mean
    mine, others = (
        predict_out_of_sample(manifest, folder, closes, 1, fingerprint=fingerprint).mean
        for closes, fingerprint in ((CLOSES, manifest.data_fingerprint), (other, "0" * 64))
    )
    assert mine.equals(stored)
    assert others.equals(_by_folds(manifest, folder, other, 1).mean)
    assert not others.equals(stored)


def test_what_is_computed_anew_is_the_same_to_the_bit(
    version: tuple[VersionManifest, Path],
) -> None:
    manifest, folder = version
    stored = read_predictions(folder, manifest.predictions)[1].mean
    for names in (["AAA", "BBB", "CCC", "DDD"], ["CCC"]):
        anew = _by_folds(manifest, folder, CLOSES[names], 1).mean
        assert anew.to_numpy().tobytes() == stored[names].to_numpy().tobytes()
