"""A model has decayed when it ranks far worse than before; with too few sessions the outcome is unknown."""

import numpy as np
import pandas as pd

from quant_engine.autopilot.scoring import score_decision, score_signals
from quant_engine.models.scores import forward_returns
from quant_engine.pipeline import Signals

HORIZON = 5


def signals(n_sessions: int, *, known_until: int, n_names: int = 8) -> Signals:
    """Predictions that equal the outcome plus noise up to a session, and are noise after it."""
    random = np.random.default_rng(3)
    index = pd.bdate_range("2020-01-01", periods=n_sessions)
    names = [f"N{number}" for number in range(n_names)]
    steps = random.normal(0, 0.01, (n_sessions, n_names))
    closes = pd.DataFrame(100 * np.exp(steps.cumsum(axis=0)), index, names)
    predicted = pd.DataFrame(random.normal(0, 0.02, closes.shape), index, names)
    returns = forward_returns(closes, HORIZON).fillna(0.0)
    predicted.iloc[:known_until] += returns.iloc[:known_until]
    return Signals(closes, predicted, (predicted - predicted.mean()).abs())


def test_a_model_that_predicts_holds() -> None:
    score = score_signals(signals(500, known_until=500), HORIZON)
    assert not score.decayed
    assert score.rank_ic is not None
    assert score.rank_ic > 0.3
    decision = score_decision("v1", score)
    assert decision.outcome == "holds"
    assert decision.n_sessions == 63


def test_a_model_that_stopped_predicting_has_decayed() -> None:
    decision = score_decision("v1", score_signals(signals(500, known_until=420), HORIZON))
    assert decision.outcome == "decayed"
    assert decision.rank_ic is not None
    assert decision.usual_rank_ic is not None
    assert decision.rank_ic < decision.usual_rank_ic / 2


def test_the_sessions_without_an_outcome_do_not_count() -> None:
    whole = signals(500, known_until=500)
    cut = Signals(whole.closes, whole.predicted.copy(), whole.disagreement)
    cut.predicted.iloc[-HORIZON:] *= -1
    assert score_signals(cut, HORIZON).rank_ic == score_signals(whole, HORIZON).rank_ic


def test_with_too_few_sessions_the_outcome_is_unknown() -> None:
    for n_sessions in (3, 100):
        score = score_signals(signals(n_sessions, known_until=n_sessions), HORIZON)
        assert not score.decayed
        assert score_decision("v1", score).outcome == "unknown"


def test_nothing_to_score() -> None:
    assert score_decision(None, None).outcome == "absent"
    silent = signals(400, known_until=0)
    silent.predicted[:] = np.nan
    score = score_signals(silent, HORIZON)
    assert (score.rank_ic, score.disagreement, score.n_tickers) == (None, None, 0)
    assert score_decision("v1", score).outcome == "unknown"


def test_disagreement_is_that_of_the_last_session_and_the_usual() -> None:
    made = signals(400, known_until=400)
    made.disagreement[:] = 0.01
    made.disagreement.iloc[-1] = 0.03
    score = score_signals(made, HORIZON)
    assert score.n_tickers == 8
    assert score.disagreement == np.float64(0.03)
    assert score.usual_disagreement == np.float64(0.01)
