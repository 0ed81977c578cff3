"""Training finds a planted signal, repeats itself, and cannot see what it predicts."""

import multiprocessing
import os
import signal
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quant_engine.domain.errors import ErrorCode, Refused, Unavailable
from quant_engine.domain.parameters import TrainParameters
from quant_engine.features.sets import feature_names
from quant_engine.models.ensemble import MEMBERS
from quant_engine.models.predictions import read_predictions
from quant_engine.models.registry import ModelManifest, ModelRegistry
from quant_engine.models.trainer import train_version
from tests.models.markets import data_of, market, trained

CLOSES = market()


def predictions_of(home: Path, manifest: ModelManifest) -> pd.DataFrame:
    folder = ModelRegistry(home).folder(manifest.version)
    return read_predictions(folder, manifest.predictions)[1].mean


def test_a_planted_signal_is_found(tmp_path: Path) -> None:
    found = trained(tmp_path, CLOSES).scores[0]
    # the next return is half of the last one: the ranks correlate by about the same
    assert found.rank_ic is not None
    assert found.rank_ic > 0.25
    assert found.rank_ic_t is not None
    assert found.rank_ic_t > 5


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    scored = trained(tmp_path, market(echo=0)).scores[0]
    assert scored.rank_ic is not None
    assert abs(scored.rank_ic) < 0.1


def test_each_member_is_scored_and_each_feature_weighed(tmp_path: Path) -> None:
    found = trained(tmp_path, CLOSES).scores[0]
    assert [one.member for one in found.members] == list(MEMBERS)
    for member in found.members:
        assert member.rank_ic is not None
        assert member.rank_ic > 0.25
    # the planted signal is the last return
    assert found.importance[0].feature == "momentum_1"
    assert sorted(one.feature for one in found.importance) == sorted(feature_names("core"))
    assert sum(one.importance for one in found.importance) == pytest.approx(1)


def test_the_same_training_gives_the_same_predictions(tmp_path: Path) -> None:
    one, two = trained(tmp_path, CLOSES), trained(tmp_path, CLOSES)
    assert one.version != two.version
    assert one.prediction_fingerprint == two.prediction_fingerprint


def test_another_future_changes_no_earlier_prediction(tmp_path: Path) -> None:
    other = CLOSES.copy()
    other.iloc[-100:] *= np.random.default_rng(9).uniform(0.8, 1.25, (100, other.shape[1]))
    before, after = (
        predictions_of(tmp_path, trained(tmp_path, closes)).iloc[:-100]
        for closes in (CLOSES, other)
    )
    assert len(before) > 300
    assert before.to_numpy().tobytes() == after.to_numpy().tobytes()


def test_every_fold_was_trained_before_it_predicts(tmp_path: Path) -> None:
    manifest = trained(tmp_path, CLOSES, horizons=[1, 21])
    assert {fold.horizon for fold in manifest.folds} == {1, 21}
    for fold in manifest.folds:
        assert fold.train_end < (fold.test_start or manifest.last_date + timedelta(days=1))


def test_years_move_the_first_prediction(tmp_path: Path) -> None:
    first = [trained(tmp_path, CLOSES, years=years).first_date for years in (1, 2, 3)]
    # the last of these days before is a Sunday
    assert first == [date(2019, 12, 31), date(2018, 12, 31), date(2018, 1, 1)]


def test_too_many_years_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        trained(tmp_path, CLOSES, years=5)
    assert caught.value.code is ErrorCode.HISTORY_TOO_SHORT


def test_a_training_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    def cancel(fraction: float, _message: str) -> None:
        if fraction > 0.3:
            raise KeyboardInterrupt

    parameters = TrainParameters(horizons=[1], years=2)
    with pytest.raises(KeyboardInterrupt):
        train_version(ModelRegistry(tmp_path), data_of(CLOSES), parameters, cancel)
    assert ModelRegistry(tmp_path).versions() == []
    assert not list((tmp_path / "models").glob(".draft-*"))


def _die_while_training(home: Path) -> None:
    def die(fraction: float, _message: str) -> None:
        if fraction > 0.3:
            os.kill(os.getpid(), signal.SIGKILL)

    parameters = TrainParameters(horizons=[1], years=2)
    train_version(ModelRegistry(home), data_of(CLOSES), parameters, die)


def test_a_training_that_is_killed_leaves_no_version(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_die_while_training, args=(tmp_path,)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert list((tmp_path / "models").glob(".draft-*"))
    assert ModelRegistry(tmp_path).versions() == []
    assert ModelRegistry(tmp_path).latest() is None
    trained(tmp_path, CLOSES)
    assert not list((tmp_path / "models").glob(".draft-*"))


def test_a_training_does_not_sweep_one_that_is_at_work(tmp_path: Path) -> None:
    nested: list[ModelManifest] = []

    def train_another(_fraction: float, _message: str) -> None:
        if not nested:
            nested.append(trained(tmp_path, CLOSES))

    parameters = TrainParameters(horizons=[1], years=2)
    outer = train_version(ModelRegistry(tmp_path), data_of(CLOSES), parameters, train_another)
    assert {known.version for known in ModelRegistry(tmp_path).versions()} == {
        outer.version,
        nested[0].version,
    }


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(Unavailable):
        trained(tmp_path, CLOSES)


def test_progress_rises(tmp_path: Path) -> None:
    told: list[float] = []
    parameters = TrainParameters(horizons=[1, 5], years=2)
    registry = ModelRegistry(tmp_path)
    train_version(registry, data_of(CLOSES), parameters, lambda f, _: told.append(f))
    assert told == sorted(told)
    assert len(told) > 6
    assert 0 <= told[0] <= told[-1] <= 1
