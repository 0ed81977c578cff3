"""The checks of the trackers' histories for system health: each a function of what was tracked.

An empty history is no fault: the check is ok and says which job would fill it.
"""

from collections.abc import Sequence
from statistics import fmean
from typing import TypeVar

from quant_engine.api.schemas.system_health import Check
from quant_engine.api.services.health_checks import RUN_CYCLE, TRAIN, HealthCheck
from quant_engine.models.manifest import VersionManifest
from quant_engine.tracking.disagreement_tracker import DisagreementRow
from quant_engine.tracking.execution_tracker import ExecutionSummary
from quant_engine.tracking.ic_tracker import IcRow

S = TypeVar("S", IcRow, DisagreementRow)

LOOKED_AT = 252  #: newest snapshots, a year of days; what is older says little of now
DECAY_ERRORS = 2.0  #: as the autopilot has it; chance alone goes beyond in one of forty
TREND_SHARE = 0.25  #: of the snapshots are new
LEAST_TREND = 8  #: snapshots; with fewer, the new ones are one or none
DISAGREEMENT_RATIO = 2.0  #: of the median of a year
COST_ERRORS = 2.0  #: what prices do between decision and fill is mostly noise
LEAST_FILLS = 20  #: with fewer, a standard error says little

_UNREADABLE_ACTION = (
    "Restore the tracker's table from a backup of the database, or delete its damaged rows."
)

MODEL_DECAY = HealthCheck(
    "model_decay",
    f"recent rank IC at most {DECAY_ERRORS:g} standard errors below the model's usual one",
    f"{_UNREADABLE_ACTION} If models cannot be read: see the check model_age.",
)
IC_TREND = HealthCheck(
    "ic_trend", "recent rank IC not both below 0 and below what it was", _UNREADABLE_ACTION
)
DISAGREEMENT = HealthCheck(
    "disagreement",
    f"at most {DISAGREEMENT_RATIO:g} times the usual",
    MODEL_DECAY.unreadable_action,
)
EXECUTION_COST = HealthCheck(
    "execution_cost",
    f"mean shortfall at most {COST_ERRORS:g} standard errors above the assumed cost",
    _UNREADABLE_ACTION,
)


def check_model_decay(version: VersionManifest | None, snapshots: Sequence[IcRow]) -> Check:
    """Judge whether the model in use ranks worse than it did out of sample when it was trained.

    It has decayed when `recent < usual - 2 * e`. `recent` is the newest snapshot's mean rank IC,
    `e` its standard error (the mean over its t statistic), `usual` the mean over all out-of-sample
    predictions in the version's manifest: it stands still, while earlier snapshots share sessions
    with the newest one and would decay with it.
    """
    newest = _newest(version, snapshots)
    if version is None or newest is None:
        return MODEL_DECAY.ok("Nothing is known of the model in use yet.", RUN_CYCLE)
    usual = next(
        (score.rank_ic for score in version.scores if score.horizon == newest.horizon), None
    )
    if usual is None or not newest.rank_ic_t:
        return MODEL_DECAY.ok(f"There are too few sessions to judge {version.version} by.")
    error = abs(newest.rank_ic / newest.rank_ic_t)
    reason = (
        f"{version.version}: rank IC {newest.rank_ic:.3f} (standard error {error:.3f}) over "
        f"{newest.n_sessions} sessions up to {newest.as_of}, usually {usual:.3f}."
    )
    if newest.rank_ic < usual - DECAY_ERRORS * error:
        return MODEL_DECAY.degraded(reason, TRAIN)
    return MODEL_DECAY.ok(reason)


def check_ic_trend(snapshots: Sequence[IcRow]) -> Check:
    """Judge whether ranking gets worse from model to model.

    The newest quarter of the snapshots, of whichever versions were in use, against those before.
    """
    of_horizon = [s for s in snapshots if s.horizon == snapshots[-1].horizon]
    if len(of_horizon) < LEAST_TREND:
        reason = f"{len(of_horizon)} of the {LEAST_TREND} snapshots that a trend needs."
        return IC_TREND.ok(reason, f"{RUN_CYCLE} Each one on new data leaves a snapshot.")
    ics = [snapshot.rank_ic for snapshot in of_horizon]
    split = len(ics) - int(len(ics) * TREND_SHARE)
    before, recent = fmean(ics[:split]), fmean(ics[split:])
    reason = (
        f"Rank IC {recent:.3f} in the newest {len(ics) - split} snapshots, {before:.3f} before."
    )
    if recent < min(before, 0.0):
        action = "Look at the data for a change; try another horizon, feature set or universe."
        return IC_TREND.degraded(reason, action)
    return IC_TREND.ok(reason)


def check_disagreement(
    version: VersionManifest | None, snapshots: Sequence[DisagreementRow]
) -> Check:
    """Judge whether the members of the ensemble in use lie further apart than they do."""
    newest = _newest(version, snapshots)
    if newest is None:
        return DISAGREEMENT.ok("Nothing is known of the model in use yet.", RUN_CYCLE)
    reason = (
        f"{newest.version}: {newest.disagreement:.4f} on {newest.as_of}, "
        f"usually {newest.usual_disagreement:.4f}."
    )
    if newest.disagreement > DISAGREEMENT_RATIO * newest.usual_disagreement:
        action = f"Rely less on the signals of this day: the market is unlike the past. {TRAIN}"
        return DISAGREEMENT.degraded(reason, action)
    return DISAGREEMENT.ok(reason)


def check_execution_cost(quality: ExecutionSummary) -> Check:
    """Judge whether fills cost more than the backtest assumes."""
    mean, error = quality.mean_shortfall_bps, quality.standard_error_bps
    assumed = quality.assumed_cost_bps
    if quality.n_fills < LEAST_FILLS or mean is None or error is None or assumed is None:
        reason = f"{quality.n_fills} of the {LEAST_FILLS} fills that a judgement needs."
        return EXECUTION_COST.ok(reason, f"{RUN_CYCLE} It trades on paper what it promoted.")
    reason = (
        f"{quality.n_fills} fills lost {mean:.1f} bps (standard error {error:.1f}) "
        f"against their decisions; {assumed:.1f} bps are assumed."
    )
    if mean > assumed + COST_ERRORS * error:
        action = "Trade less often or with a higher entry_threshold; backtests are too hopeful."
        return EXECUTION_COST.degraded(reason, action)
    return EXECUTION_COST.ok(reason)


def _newest(version: VersionManifest | None, snapshots: Sequence[S]) -> S | None:
    of_version = (s for s in reversed(snapshots) if version and s.version == version.version)
    return next(of_version, None)
