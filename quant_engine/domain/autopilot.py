"""What a research cycle decided: one decision a step, each with its reason and its evidence."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, FiniteFloat

from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters
from quant_engine.domain.reports import Metrics, Report


class _Decision(Report):
    reason: str  #: one sentence


class RefreshDecision(_Decision):
    """Which data the cycle looked at."""

    step: Literal["refresh"]
    outcome: Literal["new_sessions", "no_new_sessions"]
    data_fingerprint: str
    last_date: date
    n_new_sessions: int  #: since the cycle before; all of them when there was none
    n_problems: int  #: that the price checks found and could live with


class ScoreDecision(_Decision):
    """How the current model did on the sessions whose outcome is known."""

    step: Literal["score"]
    outcome: Literal["holds", "decayed", "unknown", "absent"]
    model_version: str | None
    n_sessions: int  #: recent ones, whose outcome is known
    rank_ic: FiniteFloat | None  #: mean over these sessions
    rank_ic_t: FiniteFloat | None
    usual_rank_ic: FiniteFloat | None  #: mean over all earlier predictions of the model
    disagreement: FiniteFloat | None  #: on the last session
    usual_disagreement: FiniteFloat | None


Cause = Literal["absent", "stale", "decayed", "revised", "universe", "years"]
"""Why a model is trained: there is none, it is old, it ranks worse than it did, the prices it was trained
on were changed since, or it knows other names or too few years."""


class RetrainDecision(_Decision):
    """Whether a new version was trained."""

    step: Literal["retrain"]
    outcome: Literal["trained", "reused", "kept"]  #: reused: it was trained, and waited for this
    causes: list[Cause]
    model_version: str  #: that the candidates trade: the new one, or the current one
    prediction_fingerprint: str  #: of its out-of-sample predictions
    rank_ic: FiniteFloat | None  #: of its out-of-sample predictions
    rank_ic_t: FiniteFloat | None


class Candidate(Report):
    """One set of rules that was tried, and what came of it."""

    holding_period: int
    entry_threshold: FiniteFloat
    position_size: FiniteFloat
    risk_management: bool
    sharpe: FiniteFloat | None
    excess_sharpe: FiniteFloat | None  #: annualised, over holding the universe as much as it did
    skill_probability: (
        FiniteFloat | None
    )  #: that this is more than the best of all trials by chance
    n_trades: int
    accepted: bool


class CandidatesDecision(_Decision):
    """The candidates, walked forward over the same out-of-sample predictions; best first."""

    step: Literal["candidates"]
    outcome: Literal["some_accepted", "none_accepted"]
    first_date: date
    last_date: date  #: the sessions after it were held out
    n_trials: int  #: counted: these, and those of earlier cycles with other versions
    candidates: list[Candidate]


class PromoteDecision(_Decision):
    """Which version and rules are in force from now on."""

    step: Literal["promote"]
    outcome: Literal["promoted", "kept", "rejected"]
    model_version: str | None  #: in force; null: nothing is
    strategy: BacktestParameters | None
    held_out_return: FiniteFloat | None  #: of the candidate, on the sessions that were held out
    metrics: Metrics | None  #: of what is in force, over the sessions that it was judged on


class TradeDecision(_Decision):
    """What was traded on paper."""

    step: Literal["trade"]
    outcome: Literal["traded", "nothing_new", "nothing_in_force"]
    as_of: date | None  #: last session of the account
    n_sessions: int  #: since the cycle before
    n_fills: int
    n_pending: int  #: orders for the next session
    equity: FiniteFloat | None


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
    """What a job record says of a finished research cycle."""

    dry_run: bool
    retrained: bool
    promoted: bool
    model_version: str | None  #: in force
    reason: str
    metrics: Metrics | None  #: of what is in force, over the sessions that it was judged on
    decisions: list[Decision]


class AutopilotCycle(Report):
    """A research cycle as it is stored, while it runs and afterwards."""

    cycle_id: str  #: id of the job
    started_at: AwareDatetime
    completed_at: AwareDatetime | None  #: null: it runs, or it was ended
    params: AutopilotParameters
    decisions: list[Decision]  #: in the order of the steps
