"""Scores say how well predictions ranked, and are None where there is nothing to rank."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from quant_engine.models.scores import forward_returns, score

INDEX = pd.bdate_range("2020-01-01", periods=40)
RANDOM = np.random.default_rng(5)
SAID, CAME = (pd.DataFrame(RANDOM.normal(size=(40, 6)), index=INDEX) for _ in range(2))


def test_rank_ic_is_the_mean_of_spearman() -> None:
    expected = np.mean([spearmanr(SAID.loc[day], CAME.loc[day])[0] for day in INDEX])
    assert score(1, 3, SAID, CAME).rank_ic == pytest.approx(expected, rel=1e-12)


def test_perfect_predictions_score_one_and_their_opposite_minus_one() -> None:
    right, wrong = score(1, 1, CAME * 2, CAME), score(1, 1, -CAME, CAME)
    assert right.rank_ic == pytest.approx(1)
    assert wrong.rank_ic == pytest.approx(-1)
    assert right.hit_rate == 1
    assert wrong.hit_rate == 0


def test_sessions_without_an_outcome_are_not_scored() -> None:
    unknown = CAME.copy()
    unknown.iloc[20:] = np.nan
    scored, half = score(1, 1, SAID, unknown), score(1, 1, SAID.iloc[:20], CAME.iloc[:20])
    assert scored.rank_ic == half.rank_ic
    assert scored.hit_rate == half.hit_rate


def test_one_name_has_no_rank() -> None:
    scored = score(1, 1, SAID[[0]], CAME[[0]])
    assert (scored.rank_ic, scored.rank_ic_t) == (None, None)
    assert scored.hit_rate is not None


def test_without_an_outcome_there_is_no_figure() -> None:
    scored = score(1, 1, SAID, CAME * np.nan)
    assert scored.rank_ic is scored.rank_ic_t is scored.hit_rate is None
    assert scored.n_predictions == SAID.size


def test_forward_returns_end_where_the_future_does() -> None:
    closes = pd.DataFrame({"AAA": [1.0, 2.0, 3.0, 6.0]})
    assert forward_returns(closes, 2)["AAA"].tolist()[:2] == [2.0, 2.0]
    assert forward_returns(closes, 2)["AAA"].isna().tolist() == [False, False, True, True]


def test_members_are_scored_as_the_ensemble_is() -> None:
    scored = score(5, 3, SAID, CAME, members={"one": SAID, "perfect": CAME})
    one, perfect = scored.members
    assert (one.member, perfect.member) == ("one", "perfect")
    assert one.rank_ic == scored.rank_ic
    assert one.rank_ic_t == scored.rank_ic_t
    assert one.hit_rate == scored.hit_rate
    assert perfect.rank_ic == pytest.approx(1)
