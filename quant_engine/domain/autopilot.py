"""The decisions of a research cycle: one for each step, with its reason and its evidence."""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, Field

from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters
from quant_engine.domain.reports import Metrics, Report, ordered, stated
from quant_engine.domain.units import Coefficient, Fraction, Money, Ratio

STEPS = ("refresh", "score", "retrain", "candidates", "promote", "trade")
MOST_CANDIDATES = 24


class _Decision(Report):
    reason: str  #: one sentence


class RefreshDecision(_Decision):
    """Which data the cycle uses."""

    model_config = stated(
        "self.n_new_sessions >= 0 && self.n_problems >= 0",
        "(self.outcome == 'new_sessions') == (self.n_new_sessions > 0)",
    )

    step: Literal["refresh"]
    outcome: Literal["new_sessions", "no_new_sessions"]
    data_fingerprint: str
    last_date: date
    n_new_sessions: int  #: since the previous cycle; all of them when there was none
    n_problems: int  #: that the price checks found and tolerated


class ScoreDecision(_Decision):
    """How well the current model ranked the names on recent sessions."""

    model_config = stated(
        "(self.outcome == 'absent') == (self.model_version == null)",
        "self.model_version != null || self.n_sessions == 0 && self.disagreement == null",
        "(self.rank_ic == null) == (self.n_sessions == 0)",
        "(self.outcome in ['holds', 'decayed']) == (self.rank_ic != null && self.usual_rank_ic != null)",
        "(self.disagreement == null) == (self.usual_disagreement == null)",
        "self.disagreement == null || self.disagreement >= 0.0 && self.usual_disagreement >= 0.0",
    )

    step: Literal["score"]
    outcome: Literal["holds", "decayed", "unknown", "absent"]
    model_version: str | None
    n_sessions: int  #: recent ones with a known outcome
    rank_ic: Coefficient | None  #: mean over these sessions
    rank_ic_t: Ratio | None
    usual_rank_ic: Coefficient | None  #: mean over all earlier predictions of the model
    disagreement: Fraction | None  #: on the last session
    usual_disagreement: Fraction | None


Cause = Literal["absent", "stale", "decayed", "revised", "universe", "years"]
"""Why a cycle trains a model: there is none, it is old, it ranks worse than before, the prices it was trained
on have changed, or it covers other names or too few years."""


class RetrainDecision(_Decision):
    """Whether a new version was trained."""

    model_config = stated("(self.outcome == 'kept') == (size(self.causes) == 0)")

    step: Literal["retrain"]
    outcome: Literal["trained", "reused", "kept"]  #: reused: an earlier training already fits
    causes: Annotated[list[Cause], Field(max_length=len(get_args(Cause)))]
    model_version: str  #: that the candidates trade: the new one, or the current one
    prediction_fingerprint: str  #: of its out-of-sample predictions
    rank_ic: Coefficient | None  #: of its out-of-sample predictions
    rank_ic_t: Ratio | None


class Candidate(Report):
    """One set of trading rules and its result."""

    model_config = stated(
        "self.skill_probability == null || 0.0 <= self.skill_probability && self.skill_probability <= 1.0",
        "!self.accepted || self.skill_probability != null",
        "self.n_trades >= 0",
    )

    holding_period: int
    entry_threshold: Fraction
    position_size: Fraction
    risk_management: bool
    sharpe: Ratio | None
    excess_sharpe: Ratio | None  #: annualised, over holding the universe with as much money
    #: that this is more than the best of all trials would show by chance
    skill_probability: Fraction | None
    n_trades: int
    accepted: bool


class CandidatesDecision(_Decision):
    """The candidates, walked forward over the same out-of-sample predictions; best first."""

    model_config = stated(
        "(self.outcome == 'some_accepted') == self.candidates.exists(each, each.accepted)",
        "self.n_trials >= size(self.candidates)",
        "self.first_date <= self.last_date",
    )

    step: Literal["candidates"]
    outcome: Literal["some_accepted", "none_accepted"]
    first_date: date
    last_date: date  #: the sessions after it are held out
    n_trials: int  #: these, and those of earlier cycles with other versions
    candidates: Annotated[
        list[Candidate],
        Field(max_length=MOST_CANDIDATES, json_schema_extra=ordered("-accepted", "-excess_sharpe")),
    ]


class PromoteDecision(_Decision):
    """Which version and rules are in force after the cycle."""

    model_config = stated(
        "(self.model_version == null) == (self.strategy == null)",
        "self.strategy == null || self.strategy.version == self.model_version",
        # a cycle trades a universe: a list of names would make its record too large
        "self.strategy == null || self.strategy.tickers == null",
        "(self.held_out_return == null) == (self.metrics == null)",
        "self.outcome != 'promoted' || self.metrics != null",
    )

    step: Literal["promote"]
    outcome: Literal["promoted", "kept", "rejected"]
    model_version: str | None  #: in force; null: nothing is
    strategy: BacktestParameters | None
    held_out_return: Fraction | None  #: of the candidate, on the held-out sessions
    metrics: Metrics | None  #: of the strategy in force, over the sessions before the held-out ones


class TradeDecision(_Decision):
    """What the paper account traded."""

    model_config = stated(
        "(self.outcome == 'traded') == (self.n_sessions > 0)",
        "(self.outcome == 'nothing_in_force') == (self.as_of == null)",
        "(self.as_of == null) == (self.equity == null)",
        "self.n_fills >= 0 && self.n_pending >= 0",
        "self.n_sessions > 0 || self.n_fills == 0",
        "self.as_of != null || self.n_pending == 0",
    )

    step: Literal["trade"]
    outcome: Literal["traded", "nothing_new", "nothing_in_force"]
    as_of: date | None  #: last session of the account
    n_sessions: int  #: since the previous cycle
    n_fills: int
    n_pending: int  #: orders for the next session
    equity: Money | None


AnyDecision = (
    RefreshDecision
    | ScoreDecision
    | RetrainDecision
    | CandidatesDecision
    | PromoteDecision
    | TradeDecision
)
Decision = Annotated[AnyDecision, Field(discriminator="step")]


class AutopilotSummary(Report):
    """The summary of a research cycle in its job record."""

    model_config = stated(
        f"self.decisions.map(each, each.step) == {list(STEPS)}",
        "self.retrained == (self.decisions[2].outcome != 'kept')",
        "self.promoted == (self.decisions[4].outcome == 'promoted' && !self.dry_run)",
        "self.model_version == self.decisions[4].model_version",
        "self.metrics == self.decisions[4].metrics",
        "[2, 4, 5].all(each, self.reason.contains(self.decisions[each].reason))",
        "self.decisions[2].outcome != 'kept' || self.decisions[2].model_version == self.decisions[1].model_version",
        "self.decisions[4].outcome != 'promoted'"
        " || self.decisions[4].model_version == self.decisions[2].model_version",
    )

    dry_run: bool
    retrained: bool
    promoted: bool
    model_version: str | None  #: in force
    reason: str
    metrics: Metrics | None  #: of the strategy in force, over the sessions before the held-out ones
    decisions: Annotated[list[Decision], Field(max_length=len(STEPS))]


class AutopilotCycle(Report):
    """A research cycle, while it runs and afterwards."""

    model_config = stated(
        "self.completed_at == null || self.started_at <= self.completed_at",
        "self.completed_at == null || size(self.decisions) > 0",
    )

    cycle_id: str  #: id of the job
    started_at: AwareDatetime
    completed_at: AwareDatetime | None  #: null: it runs, or it was interrupted
    params: AutopilotParameters
    decisions: list[Decision]  #: in the order of the steps
