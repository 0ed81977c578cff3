"""Which version and rules are in force after a cycle, and why."""

from collections.abc import Callable
from dataclasses import dataclass

from quant_engine.autopilot.selection import RULES, Trial
from quant_engine.domain.autopilot import (
    Candidate,
    CandidatesDecision,
    PromoteDecision,
    RetrainDecision,
)
from quant_engine.domain.errors import NoModel
from quant_engine.domain.parameters import BacktestParameters


@dataclass(frozen=True)
class InForce:
    """The strategy that was in force when the cycle began."""

    strategy: BacktestParameters | None  #: with the version in use; None: there is no version
    by_cycle: bool  #: whether a cycle put its rules in force; else they are the defaults


def rules_in(params: BacktestParameters, candidate: Candidate) -> BacktestParameters:
    """Return `params` with a candidate's rules."""
    return params.model_copy(update=candidate.model_dump(include=set(RULES)))


def decide(
    before: InForce,
    base: BacktestParameters,
    retrained: RetrainDecision,
    tried: CandidatesDecision,
    walk: Callable[[BacktestParameters], Trial],
) -> PromoteDecision:
    """Promote the best candidate, unless none is accepted or the rules in force still are.

    A new version keeps the rules in force if they are accepted with it. If no cycle put rules in force
    before, the best are promoted.
    """
    accepted = [candidate for candidate in tried.candidates if candidate.accepted]
    held = [
        candidate
        for candidate in accepted
        if before.by_cycle
        and before.strategy is not None
        and rules_in(before.strategy, candidate) == before.strategy
    ]
    if not accepted or (held and retrained.outcome == "kept"):
        return _keep(before, retrained, walk, accepted=bool(held))
    best = (held or accepted)[0]
    version = retrained.model_version
    params = rules_in(base.model_copy(update={"version": version}), best)
    trial = walk(params)
    return PromoteDecision(
        step="promote",
        outcome="promoted",
        reason=(
            f"{version} is in force: it buys what it predicts to return more than "
            f"{best.entry_threshold:.1%} and holds it for {best.holding_period} sessions, which is "
            f"more than chance with a probability of {best.skill_probability:.1%}."
        ),
        model_version=version,
        strategy=params,
        held_out_return=trial.held_out_return,
        metrics=trial.metrics,
    )


def _keep(
    before: InForce,
    retrained: RetrainDecision,
    walk: Callable[[BacktestParameters], Trial],
    *,
    accepted: bool,
) -> PromoteDecision:
    trial = None
    if before.strategy is not None:
        try:
            trial = walk(before.strategy)
        except NoModel:
            # its predictions begin after the years of the candidates
            trial = None
    version = None if before.strategy is None else before.strategy.version
    verdict = "The rules in force still beat chance" if accepted else "No set of rules beats chance"
    consequence = (
        f"{version} stays in force"
        if version
        else "nothing is in force; the paper account still trades a version that you train yourself"
    )
    return PromoteDecision(
        step="promote",
        outcome="kept" if retrained.outcome == "kept" else "rejected",
        reason=f"{verdict}; {consequence}.",
        model_version=version,
        strategy=before.strategy,
        held_out_return=None if trial is None else trial.held_out_return,
        metrics=None if trial is None else trial.metrics,
    )
