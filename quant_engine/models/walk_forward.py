"""Purged walk-forward: each fold is trained on data that were known before its test sessions began."""

from dataclasses import dataclass

import pandas as pd

TEST_SESSIONS = 252
TRAIN_SESSIONS = 756  #: least training before the first test session


@dataclass(frozen=True)
class Split:
    """Positions of sessions in the index, half open."""

    train_start: int
    train_stop: int  #: the labels of sessions before it are known by the session before test_start
    test_start: int
    test_stop: int


def splits(sessions: pd.DatetimeIndex, start: int, horizon: int) -> list[Split]:
    """Split sessions into folds from position `start` on, the last one for future sessions.

    Folds are anchored at `start`, so more data at the end move no earlier fold. Training sessions
    whose label would reach into the test are purged: the label of session s is the return to
    s + horizon, which is at most the session before `test_start` (López de Prado 2018, chapter 7).

    Raises:
        ValueError: fewer than `TRAIN_SESSIONS` before `start`.
    """
    anchor = start - TRAIN_SESSIONS
    if anchor < 0:
        raise ValueError(f"{TRAIN_SESSIONS} sessions are needed before the first prediction")
    count = len(sessions)
    begins = [*range(start, count, TEST_SESSIONS), count]
    ends = [*begins[1:], count]
    return [
        Split(anchor, max(begin - horizon, anchor), begin, end)
        for begin, end in zip(begins, ends, strict=True)
    ]
