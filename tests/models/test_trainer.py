"""Training finds a planted signal, is reproducible, and has no look-ahead."""

import secrets
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pytest

from contract_tests.kit.markets import use_one_cheap_model
from quant_engine.domain.errors import ErrorCode, Refused, Unavailable
from quant_engine.domain.models import ModelFile
from quant_engine.domain.parameters import TrainParameters
from quant_engine.features.sets import feature_names
from quant_engine.models import trainer
from quant_engine.models.ensemble import MEMBERS, Ensemble
from quant_engine.models.files import save_ensemble
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.predictions import read_predictions
from quant_engine.models.registry import ModelRegistry
from quant_engine.models.trainer import train_version
from tests.models.markets import data_of, market, trained

CLOSES = market()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    use_one_cheap_model(monkeypatch)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VersionManifest]:
    """A home, and its version of all members."""
    home = tmp_path_factory.mktemp("whole")
    return home, trained(home, CLOSES)


def predictions_of(home: Path, manifest: VersionManifest) -> pd.DataFrame:
    folder = ModelRegistry(home).folder(manifest.version)
    return read_predictions(folder, manifest.predictions)[1].mean


def test_a_planted_signal_is_found(whole: tuple[Path, VersionManifest]) -> None:
    found = whole[1].scores[0]
    # the next return is half of the last one: the ranks correlate by about the same
    assert found.rank_ic is not None
    assert found.rank_ic > 0.25
    assert found.rank_ic_t is not None
    assert found.rank_ic_t > 5


def test_noise_has_no_signal(tmp_path: Path) -> None:
    scored = trained(tmp_path, market(echo=0)).scores[0]
    assert scored.rank_ic is not None
    assert abs(scored.rank_ic) < 0.1


def test_each_member_is_scored_and_each_feature_weighed(
    whole: tuple[Path, VersionManifest],
) -> None:
    found = whole[1].scores[0]
    assert [one.member for one in found.members] == list(MEMBERS)
    for member in found.members:
        assert member.rank_ic is not None
        assert member.rank_ic > 0.25
    # the planted signal is the last return
    assert found.importance[0].feature == "momentum_1"
    assert sorted(one.feature for one in found.importance) == sorted(feature_names("core"))
    assert sum(one.importance for one in found.importance) == pytest.approx(1)


@pytest.mark.usefixtures("cheap")
def test_one_cheap_member_makes_a_version(tmp_path: Path) -> None:
    manifest = trained(tmp_path, CLOSES)
    (alone,) = manifest.scores[0].members
    assert alone.member == "ridge"
    assert alone.rank_ic == manifest.scores[0].rank_ic
    registry = ModelRegistry(tmp_path)
    registry.promote(manifest.version)
    folder = registry.folder(manifest.version)
    assert not read_predictions(folder, manifest.predictions)[1].disagreement.to_numpy().any()


def test_the_same_training_gives_the_same_predictions(
    whole: tuple[Path, VersionManifest], tmp_path: Path
) -> None:
    one, two = whole[1], trained(tmp_path, CLOSES)
    assert one.version != two.version
    assert one.prediction_fingerprint == two.prediction_fingerprint


def test_other_data_give_other_predictions(
    whole: tuple[Path, VersionManifest], tmp_path: Path
) -> None:
    one, two = whole[1], trained(tmp_path, market(seed=2))
    assert one.prediction_fingerprint != two.prediction_fingerprint


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


@pytest.mark.usefixtures("cheap")
def test_a_version_stays_as_it_was_written(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
    one = trained(tmp_path, CLOSES)
    before = contents(registry.folder(one.version))
    assert len(before) == len(one.folds) + 2
    two = trained(tmp_path, market(seed=2))
    for version in (one.version, two.version, one.version):
        registry.promote(version)
    assert contents(registry.folder(one.version)) == before


@pytest.mark.usefixtures("cheap")
def test_a_training_never_writes_into_a_version_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls(2020, 12, 31, 12, tzinfo=tz)

    monkeypatch.setattr(trainer, "datetime", Stopped)
    monkeypatch.setattr(secrets, "token_hex", lambda length: "ab" * length)
    registry = ModelRegistry(tmp_path)
    version = trained(tmp_path, CLOSES).version
    before = contents(registry.folder(version))
    with pytest.raises(Unavailable):
        trained(tmp_path, market(seed=2))
    assert contents(registry.folder(version)) == before
    assert not list(registry.root.glob(".draft-*"))


@pytest.mark.usefixtures("cheap")
def test_a_training_that_cannot_be_read_back_is_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_half(folder: Path, name: str, fitted: Ensemble) -> ModelFile:
        stored = save_ensemble(folder, name, fitted)
        path = folder / name
        path.write_bytes(path.read_bytes()[:1_000])
        return stored

    monkeypatch.setattr(trainer, "save_ensemble", save_half)
    with pytest.raises(Unavailable, match="damaged"):
        trained(tmp_path, CLOSES)
    assert ModelRegistry(tmp_path).versions() == []


def test_another_future_changes_no_earlier_prediction(
    whole: tuple[Path, VersionManifest], tmp_path: Path
) -> None:
    other = CLOSES.copy()
    other.iloc[-100:] *= np.random.default_rng(9).uniform(0.8, 1.25, (100, other.shape[1]))
    versions = (whole, (tmp_path, trained(tmp_path, other)))
    before, after = (predictions_of(*version).iloc[:-100] for version in versions)
    assert len(before) > 300
    assert before.to_numpy().tobytes() == after.to_numpy().tobytes()


@pytest.mark.usefixtures("cheap")
def test_every_fold_was_trained_before_it_predicts(tmp_path: Path) -> None:
    manifest = trained(tmp_path, CLOSES, horizons=[1, 21])
    assert {fold.horizon for fold in manifest.folds} == {1, 21}
    for fold in manifest.folds:
        assert fold.train_end < (fold.test_start or manifest.last_date + timedelta(days=1))


@pytest.mark.usefixtures("cheap")
def test_years_move_the_first_prediction(tmp_path: Path) -> None:
    first = [trained(tmp_path, CLOSES, years=years).first_date for years in (1, 2, 3)]
    # the last of these days before is a Sunday
    assert first == [date(2019, 12, 31), date(2018, 12, 31), date(2018, 1, 1)]


def test_too_many_years_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        trained(tmp_path, CLOSES, years=5)
    assert caught.value.code is ErrorCode.HISTORY_TOO_SHORT


@pytest.mark.usefixtures("cheap")
def test_a_training_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    def cancel(fraction: float, _message: str) -> None:
        if fraction > 0.3:
            raise KeyboardInterrupt

    parameters = TrainParameters(horizons=[1], years=2)
    with pytest.raises(KeyboardInterrupt):
        train_version(ModelRegistry(tmp_path), data_of(CLOSES), parameters, cancel)
    assert ModelRegistry(tmp_path).versions() == []
    assert not list((tmp_path / "models").glob(".draft-*"))


@pytest.mark.usefixtures("cheap")
def test_a_training_does_not_delete_the_draft_of_a_running_one(tmp_path: Path) -> None:
    nested: list[VersionManifest] = []

    def train_another(_fraction: float, _message: str) -> None:
        if not nested:
            nested.append(trained(tmp_path, CLOSES))

    parameters = TrainParameters(horizons=[1], years=2)
    outer = train_version(ModelRegistry(tmp_path), data_of(CLOSES), parameters, train_another)
    assert {manifest.version for manifest in ModelRegistry(tmp_path).versions()} == {
        outer.version,
        nested[0].version,
    }


def test_a_home_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(Unavailable):
        trained(tmp_path, CLOSES)


@pytest.mark.usefixtures("cheap")
def test_progress_rises(tmp_path: Path) -> None:
    fractions: list[float] = []
    parameters = TrainParameters(horizons=[1, 5], years=2)
    registry = ModelRegistry(tmp_path)
    train_version(registry, data_of(CLOSES), parameters, lambda f, _: fractions.append(f))
    assert fractions == sorted(fractions)
    assert len(fractions) > 6
    assert 0 <= fractions[0] <= fractions[-1] <= 1
