"""Research cycles with their decisions, and the paper account."""

from quant_engine.domain.autopilot import (
    AutopilotCycle,
    AutopilotSummary,
    Candidate,
    CandidatesDecision,
    PromoteDecision,
    RefreshDecision,
    RetrainDecision,
    ScoreDecision,
    TradeDecision,
)
from quant_engine.domain.paper import (
    PaperAccount,
    PaperFill,
    PaperOrder,
    PaperPosition,
    PaperRules,
)
from quant_engine.domain.parameters import AutopilotParameters

__all__ = [
    "AutopilotCycle",
    "AutopilotParameters",
    "AutopilotSummary",
    "Candidate",
    "CandidatesDecision",
    "PaperAccount",
    "PaperFill",
    "PaperOrder",
    "PaperPosition",
    "PaperRules",
    "PromoteDecision",
    "RefreshDecision",
    "RetrainDecision",
    "ScoreDecision",
    "TradeDecision",
]
