"""The strategy in force after a cycle: the best accepted one, or the earlier one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from contract_tests.kit.examples import METRICS
from quant_engine.autopilot.promotion import InForce, decide
from quant_engine.autopilot.selection import Trial
from quant_engine.domain.autopilot import (
    Candidate,
    CandidatesDecision,
    PromoteDecision,
    RetrainDecision,
)
from quant_engine.domain.errors import NoModel
from quant_engine.domain.parameters import BacktestParameters

BASE = BacktestParameters(years=2)
OLD = InForce(BASE.model_copy(update={"version": "old", "holding_period": 5}), by_cycle=True)
BY_HAND = InForce(BASE.model_copy(update={"version": "old"}), by_cycle=False)
NOTHING = InForce(None, by_cycle=False)


def candidate(holding_period: int, *, accepted: bool) -> Candidate:
    return Candidate(
        holding_period=holding_period,
        entry_threshold=BASE.entry_threshold,
        position_size=BASE.position_size,
        risk_management=False,
        sharpe=1.0,
        excess_sharpe=1.0,
        skill_probability=0.99 if accepted else 0.5,
        n_trades=10,
        accepted=accepted,
    )


def walk(params: BacktestParameters) -> Trial:
    return Trial(params, METRICS, np.zeros(1), held_out_return=0.25)


def decided(
    before: InForce,
    version: str,
    accepted: list[int],
    walk: Callable[[BacktestParameters], Trial] = walk,
) -> PromoteDecision:
    tried = CandidatesDecision(
        step="candidates",
        outcome="some_accepted" if accepted else "none_accepted",
        reason="",
        first_date=date(2020, 1, 2),
        last_date=date(2021, 1, 4),
        n_trials=3,
        candidates=[
            *(candidate(days, accepted=True) for days in accepted),
            *(candidate(days, accepted=False) for days in {5, 10, 21} - set(accepted)),
        ],
    )
    retrained = RetrainDecision(
        step="retrain",
        outcome="kept" if version == "old" else "trained",
        reason="",
        causes=[],
        model_version=version,
        prediction_fingerprint="f" * 64,
        rank_ic=None,
        rank_ic_t=None,
    )
    return decide(before, BASE, retrained, tried, walk)


CASES: list[tuple[Any, ...]] = [
    # before, version tried, accepted, outcome, version in force, its holding period
    (NOTHING, "new", [21, 10], "promoted", "new", 21),
    (NOTHING, "new", [], "rejected", None, None),
    (BY_HAND, "old", [21], "promoted", "old", 21),
    (BY_HAND, "old", [], "kept", "old", 10),
    (BY_HAND, "new", [], "rejected", "old", 10),
    (BY_HAND, "new", [21, 10], "promoted", "new", 21),
    (OLD, "old", [21, 5], "kept", "old", 5),
    (OLD, "old", [21], "promoted", "old", 21),
    (OLD, "old", [], "kept", "old", 5),
    (OLD, "new", [21, 5], "promoted", "new", 5),
    (OLD, "new", [21], "promoted", "new", 21),
    (OLD, "new", [], "rejected", "old", 5),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[1]}-{case[2]}-{case[3]}")
def test_what_is_in_force(case: tuple[Any, ...]) -> None:
    before, version, accepted, outcome, stays, days = case
    decision = decided(before, version, accepted)
    assert (decision.outcome, decision.model_version) == (outcome, stays)
    assert decision.reason.endswith(".")
    if decision.strategy is None:
        assert days is None
        assert (decision.metrics, decision.held_out_return) == (None, None)
    else:
        assert decision.strategy.version == stays
        assert decision.strategy.holding_period == days
        assert (decision.metrics, decision.held_out_return) == (METRICS, 0.25)


def test_what_cannot_be_measured_over_these_years_stays_without_figures() -> None:
    def refuse(_params: BacktestParameters) -> Trial:
        raise NoModel("Its predictions begin later.")

    decision = decided(OLD, "new", [], refuse)
    assert (decision.outcome, decision.model_version) == ("rejected", "old")
    assert (decision.metrics, decision.held_out_return) == (None, None)
