"""Scores a model: its recent rank IC against its earlier one, and its disagreement."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from quant_engine.domain.autopilot import ScoreDecision
from quant_engine.domain.reports import ROUNDING
from quant_engine.models.scores import forward_returns, rank_ic
from quant_engine.pipeline import Signals

RECENT_SESSIONS = 63  #: a quarter with known outcomes
USUAL_SESSIONS = 252  #: for the usual disagreement
LEAST_EARLIER = 252  #: sessions before the recent ones, for the usual rank IC
DECAY_ERRORS = 2.0  #: standard errors below the usual


@dataclass(frozen=True)
class Score:
    """The score of a model; a figure is None where there are too few sessions or names."""

    n_sessions: int  #: recent ones
    rank_ic: float | None  #: mean over the recent sessions
    rank_ic_t: float | None  #: of that mean, counting sessions that do not overlap
    usual_rank_ic: float | None  #: mean over the sessions before
    decayed: bool
    n_tickers: int  #: names with a prediction on the last session
    disagreement: float | None
    usual_disagreement: float | None


def score_signals(signals: Signals, horizon: int) -> Score:
    """Score out-of-sample predictions.

    The model has decayed when `recent < usual - 2 * s / sqrt(n / horizon)`, with `s` the standard
    deviation of the daily rank IC over all sessions and `n` the number of recent ones: outcomes of
    `horizon` sessions overlap, so a quarter of days holds only `n / horizon` independent ones.
    """
    daily = rank_ic(signals.predicted, forward_returns(signals.closes, horizon))
    recent, before = daily.iloc[-RECENT_SESSIONS:], daily.iloc[:-RECENT_SESSIONS]
    error = float(daily.std()) / (len(recent) / horizon) ** 0.5 if len(daily) > 1 else 0.0
    mean = float(recent.mean()) if len(recent) else None
    usual = float(before.mean()) if len(before) >= LEAST_EARLIER else None
    by_session = signals.disagreement.where(signals.predicted.notna())
    spread: pd.Series = by_session.mean(axis=1).dropna().iloc[-USUAL_SESSIONS:]
    has_spread = len(spread) > 0
    return Score(
        n_sessions=len(recent),
        rank_ic=mean,
        rank_ic_t=mean / error if mean is not None and error > ROUNDING else None,
        usual_rank_ic=usual,
        decayed=mean is not None and usual is not None and mean < usual - DECAY_ERRORS * error,
        n_tickers=int(by_session.loc[spread.index[-1]].count()) if has_spread else 0,
        disagreement=float(spread.iloc[-1]) if has_spread else None,
        usual_disagreement=float(spread.median()) if has_spread else None,
    )


def score_decision(version: str | None, score: Score | None) -> ScoreDecision:
    """Return the decision on the score of the model in force; None: there is no model."""
    if version is None or score is None:
        version, score = None, Score(0, None, None, None, False, 0, None, None)
    recent = f"Its rank IC over the last {score.n_sessions} sessions with an outcome is"
    outcome: Literal["holds", "decayed", "unknown", "absent"]
    if version is None:
        outcome, reason = "absent", "No model is in force."
    elif score.rank_ic is None or score.usual_rank_ic is None:
        outcome = "unknown"
        reason = "There are too few sessions with an outcome to judge whether it has decayed."
    elif score.decayed:
        outcome = "decayed"
        reason = f"{recent} {score.rank_ic:.3f}, far below its usual {score.usual_rank_ic:.3f}."
    else:
        outcome = "holds"
        reason = f"{recent} {score.rank_ic:.3f}, and usually {score.usual_rank_ic:.3f}."
    return ScoreDecision(
        step="score",
        outcome=outcome,
        reason=reason,
        model_version=version,
        n_sessions=score.n_sessions,
        rank_ic=score.rank_ic,
        rank_ic_t=score.rank_ic_t,
        usual_rank_ic=score.usual_rank_ic,
        disagreement=score.disagreement,
        usual_disagreement=score.usual_disagreement,
    )
