"""Folds predict each session once, and no training label overlaps the sessions that they predict."""

import pandas as pd
import pytest

from quant_engine.models.walk_forward import TEST_SESSIONS, TRAIN_SESSIONS, splits

SESSIONS = pd.bdate_range("2000-01-03", periods=3_000)


@pytest.mark.parametrize("horizon", [1, 10, 252])
@pytest.mark.parametrize("start", [TRAIN_SESSIONS, 1_500, 2_999])
def test_labels_are_known_before_the_test_begins(horizon: int, start: int) -> None:
    folds = splits(SESSIONS, start, horizon)
    for fold in folds:
        # the last label of the training is the return to this session
        assert fold.train_stop - 1 + horizon < fold.test_start
        assert fold.train_start == start - TRAIN_SESSIONS
    predicted = [row for fold in folds for row in range(fold.test_start, fold.test_stop)]
    assert predicted == list(range(start, len(SESSIONS)))


@pytest.mark.parametrize("cut", [1_001, 1_252, 1_253, 2_000])
def test_more_data_move_no_earlier_fold(cut: int) -> None:
    whole, part = splits(SESSIONS, 1_000, 10), splits(SESSIONS[:cut], 1_000, 10)
    finished = [fold for fold in part if 0 < fold.test_stop - fold.test_start == TEST_SESSIONS]
    assert whole[: len(finished)] == finished
    begun = len(part) - 1
    assert [fold.train_stop for fold in part[:begun]] == [fold.train_stop for fold in whole[:begun]]


def test_the_last_fold_is_for_future_sessions() -> None:
    last = splits(SESSIONS, 1_000, 10)[-1]
    assert (last.test_start, last.test_stop) == (len(SESSIONS), len(SESSIONS))
    assert last.train_stop == len(SESSIONS) - 10


def test_too_little_before_the_start_is_an_error() -> None:
    with pytest.raises(ValueError, match="sessions are needed"):
        splits(SESSIONS, TRAIN_SESSIONS - 1, 10)
