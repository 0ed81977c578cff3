"""Candidates: sets of rules on the same predictions, and which of them are more than chance."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from quant_engine.backtest.engine import BacktestResult, run
from quant_engine.backtest.metrics import compute_metrics
from quant_engine.backtest.panel import Floats
from quant_engine.backtest.risk import SESSIONS_PER_YEAR
from quant_engine.backtest.significance import excess_returns, luck, sharpe, skill_probability
from quant_engine.domain.autopilot import Candidate, CandidatesDecision
from quant_engine.domain.parameters import BacktestParameters
from quant_engine.domain.reports import Metrics
from quant_engine.pipeline import Signals, rules_of

HELD_OUT_SESSIONS = 63
"""The last quarter has no part in the choice: it shows how the chosen candidate does on other sessions,
and the paper account opens with it."""

LEAST_PROBABILITY = 0.95
"""A candidate is accepted when its excess is more than chance with at least this probability."""

HOLDING_PERIODS = (5, 10, 21)
ENTRY_THRESHOLDS = (0.0, 0.01)
POSITION_SIZES = (0.1, 0.2)
RULES: dict[str, tuple[float, ...]] = {
    "holding_period": HOLDING_PERIODS,
    "entry_threshold": ENTRY_THRESHOLDS,
    "position_size": POSITION_SIZES,
    "risk_management": (False, True),
}
"""The fields in which candidates differ, with their values."""


def candidates_of(base: BacktestParameters) -> list[BacktestParameters]:
    """Return `base` with each combination of `RULES`."""
    return [
        base.model_copy(update=dict(zip(RULES, values, strict=True)))
        for values in product(*RULES.values())
    ]


@dataclass(frozen=True)
class Trial:
    """The result of walking a candidate forward."""

    params: BacktestParameters
    metrics: Metrics  #: before the held-out sessions
    excess: Floats  #: returns over the universe, before the held-out sessions
    held_out_return: float  #: on the held-out sessions


def walk_forward(params: BacktestParameters, signals: Signals) -> Trial:
    """Trade a version's out-of-sample predictions by one set of rules."""
    result = run(signals.closes, signals.predicted, rules_of(params))
    judged = slice(None, _n_judged(len(result.equity)))
    equity, invested = result.equity[judged], result.invested[judged]
    return Trial(
        params=params,
        metrics=compute_metrics(
            equity,
            invested=invested,
            traded=result.traded[judged],
            trades=[trade for trade in result.trades if _ended_by(trade.exit_date, result, equity)],
        ),
        excess=excess_returns(equity, invested, signals.closes.to_numpy(dtype=float)[judged]),
        held_out_return=float(result.equity[-1] / equity[-1] - 1),
    )


def _ended_by(day: object, result: BacktestResult, equity: Floats) -> bool:
    return day is not None and np.datetime64(str(day)) <= result.dates[len(equity) - 1]


def _n_judged(n_sessions: int) -> int:
    return max(n_sessions - HELD_OUT_SESSIONS, 2)


def judge(trials: list[Trial], n_trials: int) -> list[Candidate]:
    """Judge each trial; returns the best first. `n_trials` counts all trials, also of earlier cycles."""
    ratios = [sharpe(trial.excess) for trial in trials]
    threshold = luck([ratio for ratio in ratios if ratio is not None], n_trials)
    judged = []
    for trial, ratio in zip(trials, ratios, strict=True):
        probability = skill_probability(trial.excess, threshold)
        judged.append(
            Candidate(
                **trial.params.model_dump(include=set(RULES)),
                sharpe=trial.metrics.sharpe,
                excess_sharpe=None if ratio is None else ratio * SESSIONS_PER_YEAR**0.5,
                skill_probability=probability,
                n_trades=trial.metrics.n_trades,
                accepted=probability is not None and probability >= LEAST_PROBABILITY,
            )
        )
    # by the ratio, because the probabilities of good candidates are all close to 1
    return sorted(judged, key=lambda one: (-one.accepted, -(one.excess_sharpe or -np.inf)))


def candidates_decision(
    params: BacktestParameters, signals: Signals, n_models: int
) -> CandidatesDecision:
    """Walk every candidate forward on a version's predictions.

    Args:
        params: shared by the candidates.
        signals: of the version.
        n_models: tried on these data so far, including this one; each counts as many trials.
    """
    trials = [walk_forward(candidate, signals) for candidate in candidates_of(params)]
    n_trials = len(trials) * n_models
    judged = judge(trials, n_trials)
    accepted = sum(candidate.accepted for candidate in judged)
    sessions = signals.closes.index
    return CandidatesDecision(
        step="candidates",
        outcome="some_accepted" if accepted else "none_accepted",
        reason=(
            f"{accepted} of {len(judged)} sets of rules beat chance with a probability of "
            f"{LEAST_PROBABILITY:.0%} or more, after {n_trials} trials."
        ),
        first_date=sessions[0].date(),
        last_date=sessions[_n_judged(len(sessions)) - 1].date(),
        n_trials=n_trials,
        candidates=judged,
    )
