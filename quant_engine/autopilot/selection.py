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
"""The last quarter decides nothing: it shows what a chosen candidate does on sessions it was not
chosen by, and the paper account can begin with it."""

LEAST_PROBABILITY = 0.95
"""A candidate is accepted when its excess is more than chance with at least this probability."""

HOLDING_PERIODS = (5, 10, 21)
ENTRY_THRESHOLDS = (0.0, 0.01)
POSITION_SIZES = (0.1, 0.2)


def candidates_of(base: BacktestParameters) -> list[BacktestParameters]:
    """Return `base` with each combination of holding period, threshold, size, and risk on or off."""
    return [
        base.model_copy(
            update={
                "holding_period": holding_period,
                "entry_threshold": entry_threshold,
                "position_size": position_size,
                "risk_management": risk_management,
            }
        )
        for holding_period, entry_threshold, position_size, risk_management in product(
            HOLDING_PERIODS, ENTRY_THRESHOLDS, POSITION_SIZES, (False, True)
        )
    ]


@dataclass(frozen=True)
class Trial:
    """A candidate, walked forward."""

    params: BacktestParameters
    metrics: Metrics  #: before the held-out sessions, as everything but the last
    excess: Floats  #: returns over the universe
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
    """Give each trial its verdict, best first; `n_trials` counts everything that was ever tried."""
    ratios = [sharpe(trial.excess) for trial in trials]
    threshold = luck([ratio for ratio in ratios if ratio is not None], n_trials)
    judged = []
    for trial, ratio in zip(trials, ratios, strict=True):
        probability = skill_probability(trial.excess, threshold)
        judged.append(
            Candidate(
                holding_period=trial.params.holding_period,
                entry_threshold=trial.params.entry_threshold,
                position_size=trial.params.position_size,
                risk_management=trial.params.risk_management,
                sharpe=trial.metrics.sharpe,
                excess_sharpe=None if ratio is None else ratio * SESSIONS_PER_YEAR**0.5,
                skill_probability=probability,
                n_trades=trial.metrics.n_trades,
                accepted=probability is not None and probability >= LEAST_PROBABILITY,
            )
        )
    # candidates that are beyond all doubt differ in the ratio, and no longer in the probability
    return sorted(judged, key=lambda one: (-one.accepted, -(one.excess_sharpe or -np.inf)))


def candidates_decision(
    params: BacktestParameters, signals: Signals, n_models: int
) -> CandidatesDecision:
    """Walk every candidate forward on a version's predictions.

    Args:
        params: what the candidates share.
        signals: the version's.
        n_models: how many models were tried on these data so far, this one included: each counts as
            many trials.
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
            f"{accepted} of {len(judged)} sets of rules are more than chance with a probability of "
            f"{LEAST_PROBABILITY:.0%} or more, {n_trials} trials counted."
        ),
        first_date=sessions[0].date(),
        last_date=sessions[_n_judged(len(sessions)) - 1].date(),
        n_trials=n_trials,
        candidates=judged,
    )
