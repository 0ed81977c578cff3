"""The health checks of the trackers: each is a function of a tracker's history.

An empty history is no error: the check is ok and says which job fills it.
"""

from collections.abc import Sequence
from statistics import fmean
from typing import TypeVar

from quant_engine.api.schemas.system_health import Check
from quant_engine.api.services.health_checks import RUN_CYCLE, TRAIN, HealthCheck
from quant_engine.domain.tracking import DisagreementSnapshot, ExecutionQuality, IcSnapshot
from quant_engine.models.manifest import VersionManifest

S = TypeVar("S", IcSnapshot, DisagreementSnapshot)

CHECKED_SNAPSHOTS = 252  #: the newest, a year of days; older ones say little about today
DECAY_ERRORS = 2.0  #: as in the autopilot; chance alone exceeds it once in forty times
TREND_SHARE = 0.25  #: of the snapshots count as new
LEAST_TREND = 8  #: snapshots; with fewer, at most one counts as new
DISAGREEMENT_RATIO = 2.0  #: of the median of a year
COST_ERRORS = 2.0  #: price moves between decision and fill are mostly noise
LEAST_FILLS = 20  #: with fewer, a standard error says little

_UNREADABLE_ACTION = (
    "Restore a backup with quant-engine restore, or delete the damaged rows of the tracker's table."
)

MODEL_DECAY = HealthCheck(
    "model_decay",
    f"recent rank IC at most {DECAY_ERRORS:g} standard errors below the model's usual one",
    f"{_UNREADABLE_ACTION} If models cannot be read: see the check of the model's age.",
)
IC_TREND = HealthCheck(
    "ic_trend", "recent rank IC not both below 0 and below the earlier one", _UNREADABLE_ACTION
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


def check_model_decay(version: VersionManifest | None, snapshots: Sequence[IcSnapshot]) -> Check:
    """Judge whether the model in use ranks worse than it did out of sample when it was trained.

    It has decayed when `recent < usual - 2 * e`. `recent` is the newest snapshot's mean rank IC,
    `e` its standard error (the mean over its t statistic), `usual` the mean over all out-of-sample
    predictions in the version's manifest. That mean is constant, while earlier snapshots share
    sessions with the newest one and would decay with it.
    """
    newest = _newest(version, snapshots)
    if version is None or newest is None:
        return MODEL_DECAY.ok("No cycle has scored the model in use yet.", RUN_CYCLE)
    usual = next(
        (score.rank_ic for score in version.scores if score.horizon == newest.horizon), None
    )
    if usual is None or not newest.rank_ic_t:
        return MODEL_DECAY.ok(f"There are too few sessions to judge {version.version}.")
    error = abs(newest.rank_ic / newest.rank_ic_t)
    reason = (
        f"{version.version}: rank IC {newest.rank_ic:.3f} (standard error {error:.3f}) over "
        f"{newest.n_sessions} sessions up to {newest.as_of}, usually {usual:.3f}."
    )
    if newest.rank_ic < usual - DECAY_ERRORS * error:
        return MODEL_DECAY.degraded(reason, TRAIN)
    return MODEL_DECAY.ok(reason)


def check_ic_trend(snapshots: Sequence[IcSnapshot]) -> Check:
    """Judge whether the ranking got worse: the newest quarter of the snapshots, of any version, against the rest."""
    of_horizon = [s for s in snapshots if s.horizon == snapshots[-1].horizon]
    if len(of_horizon) < LEAST_TREND:
        reason = f"{len(of_horizon)} of the {LEAST_TREND} snapshots that a trend needs."
        return IC_TREND.ok(reason, f"{RUN_CYCLE} Each cycle on new data adds a snapshot.")
    ics = [snapshot.rank_ic for snapshot in of_horizon]
    split = len(ics) - int(len(ics) * TREND_SHARE)
    before, recent = fmean(ics[:split]), fmean(ics[split:])
    reason = (
        f"Rank IC {recent:.3f} in the newest {len(ics) - split} snapshots, {before:.3f} before."
    )
    if recent < min(before, 0.0):
        action = "Check the data for a change; try another horizon, feature set or universe."
        return IC_TREND.degraded(reason, action)
    return IC_TREND.ok(reason)


def check_disagreement(
    version: VersionManifest | None, snapshots: Sequence[DisagreementSnapshot]
) -> Check:
    """Judge whether the members of the ensemble in use disagree more than usual."""
    newest = _newest(version, snapshots)
    if newest is None:
        return DISAGREEMENT.ok("No cycle has scored the model in use yet.", RUN_CYCLE)
    reason = (
        f"{newest.version}: {newest.disagreement:.4f} on {newest.as_of}, "
        f"usually {newest.usual_disagreement:.4f}."
    )
    if newest.disagreement > DISAGREEMENT_RATIO * newest.usual_disagreement:
        action = f"Rely less on the signals of this day: the market is unlike the past. {TRAIN}"
        return DISAGREEMENT.degraded(reason, action)
    return DISAGREEMENT.ok(reason)


def check_execution_cost(quality: ExecutionQuality) -> Check:
    """Judge whether fills cost more than the backtest assumes."""
    mean, error = quality.mean_shortfall_bps, quality.standard_error_bps
    assumed = quality.assumed_cost_bps
    if quality.n_fills < LEAST_FILLS or mean is None or error is None or assumed is None:
        reason = f"{quality.n_fills} of the {LEAST_FILLS} fills that a judgement needs."
        return EXECUTION_COST.ok(reason, f"{RUN_CYCLE} A cycle trades its strategy on paper.")
    reason = (
        f"{quality.n_fills} fills lost {mean:.1f} bps (standard error {error:.1f}) "
        f"against their decision prices; backtests assume {assumed:.1f} bps."
    )
    if mean > assumed + COST_ERRORS * error:
        action = "Trade less often or with a higher entry threshold; backtests are too optimistic."
        return EXECUTION_COST.degraded(reason, action)
    return EXECUTION_COST.ok(reason)


def _newest(version: VersionManifest | None, snapshots: Sequence[S]) -> S | None:
    of_version = (s for s in reversed(snapshots) if version and s.version == version.version)
    return next(of_version, None)
