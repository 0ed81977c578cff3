"""Each check of the trackers' rows, on both sides of its threshold; figures computed by hand."""

from typing import Any

import pytest

from contract_tests.kit.examples import disagreement_snapshot, ic_snapshot, manifest
from quant_engine.api.services import tracker_checks
from quant_engine.api.services.health_checks import TRAIN
from quant_engine.api.services.tracker_checks import (
    LEAST_FILLS,
    check_disagreement,
    check_execution_cost,
    check_ic_trend,
    check_model_decay,
)
from quant_engine.autopilot.scoring import DECAY_ERRORS
from quant_engine.domain.tracking import ExecutionQuality
from quant_engine.models.manifest import VersionManifest

USUAL = 0.05  #: rank IC of the manifest's out-of-sample predictions, horizon 10


@pytest.fixture
def version() -> VersionManifest:
    return manifest("v1", rank_ic=USUAL)


# model_decay: a standard error of 0.02 is an IC of 0.02 at a t of 1


@pytest.mark.parametrize(
    ("rank_ic", "status"),
    [(0.08, "ok"), (0.02, "ok"), (0.0101, "ok"), (0.0099, "degraded"), (-0.04, "degraded")],
)
def test_a_model_decays_two_standard_errors_below_its_usual(
    version: VersionManifest, rank_ic: float, status: str
) -> None:
    snapshots = [ic_snapshot(0), ic_snapshot(1, rank_ic=rank_ic, rank_ic_t=rank_ic / 0.02)]
    check = check_model_decay(version, snapshots)
    assert check.status == status
    assert "usually 0.050" in check.reason
    assert "standard error 0.020" in check.reason
    assert check.action == (TRAIN if status == "degraded" else None)


def test_health_and_autopilot_agree_on_what_is_decayed() -> None:
    assert tracker_checks.DECAY_ERRORS == DECAY_ERRORS


def test_only_the_newest_snapshot_of_the_version_in_use_counts(version: VersionManifest) -> None:
    bad = {"rank_ic": -0.5, "rank_ic_t": -25.0}
    good = ic_snapshot(5, rank_ic=0.05)
    assert check_model_decay(version, [ic_snapshot(0, **bad), good]).status == "ok"
    assert check_model_decay(version, [good, ic_snapshot(9, version="v2", **bad)]).status == "ok"
    assert check_model_decay(version, [good, ic_snapshot(9, **bad)]).status == "degraded"


def test_a_horizon_is_compared_with_itself(version: VersionManifest) -> None:
    bad = ic_snapshot(1, horizon=5, rank_ic=-0.5, rank_ic_t=-25.0)
    check = check_model_decay(version, [bad])
    assert (check.status, "too few" in check.reason) == ("ok", True)


@pytest.mark.parametrize("values", [{"rank_ic_t": None}, {"rank_ic": 0.0, "rank_ic_t": 0.0}])
def test_without_a_standard_error_nothing_is_judged(
    version: VersionManifest, values: dict[str, Any]
) -> None:
    check = check_model_decay(version, [ic_snapshot(**values)])
    assert (check.status, "too few" in check.reason) == ("ok", True)


def test_a_version_without_a_score_is_not_judged() -> None:
    bad = ic_snapshot(rank_ic=-0.5, rank_ic_t=-25.0)
    assert check_model_decay(manifest("v1", rank_ic=None), [bad]).status == "ok"


def test_an_empty_history_names_the_job_that_fills_it(version: VersionManifest) -> None:
    quality = quality_of(0, None, None)
    for check in (
        check_model_decay(None, []),
        check_model_decay(None, [ic_snapshot()]),
        check_model_decay(version, []),
        check_ic_trend([]),
        check_disagreement(None, [disagreement_snapshot()]),
        check_disagreement(version, []),
        check_execution_cost(quality),
    ):
        assert check.status == "ok"
        assert check.action is not None
        assert "quant-engine autopilot" in check.action


# ic_trend: of eight snapshots the newest two are new


@pytest.mark.parametrize(
    ("recent", "status"),
    [((0.03, 0.05), "ok"), ((0.01, 0.01), "ok"), ((-0.03, 0.02), "degraded")],
)
def test_a_trend_is_bad_when_it_fell_below_zero(recent: tuple[float, float], status: str) -> None:
    ics = [0.04] * 6 + list(recent)
    snapshots = [ic_snapshot(n, version=f"v{n % 3}", rank_ic=ic) for n, ic in enumerate(ics)]
    check = check_ic_trend(snapshots)
    assert check.status == status
    assert "in the newest 2 snapshots, 0.040 before" in check.reason


def test_a_trend_that_rises_is_ok_below_zero_too() -> None:
    ics = [-0.3] * 6 + [-0.1] * 2
    snapshots = [ic_snapshot(n, rank_ic=ic) for n, ic in enumerate(ics)]
    assert check_ic_trend(snapshots).status == "ok"


def test_a_trend_needs_enough_snapshots_of_one_horizon() -> None:
    ics = [0.04] * 6 + [-0.5]
    few = [ic_snapshot(n, rank_ic=ic) for n, ic in enumerate(ics)]
    others = [ic_snapshot(n, horizon=5) for n in range(20)]
    check = check_ic_trend([*others, *few])
    assert (check.status, check.reason) == ("ok", "7 of the 8 snapshots that a trend needs.")


# disagreement


@pytest.mark.parametrize(
    ("today", "status"), [(0.008, "ok"), (0.016, "ok"), (0.0161, "degraded"), (0.5, "degraded")]
)
def test_members_that_disagree_twice_as_much_as_usual_are_degraded(
    version: VersionManifest, today: float, status: str
) -> None:
    check = check_disagreement(version, [disagreement_snapshot(disagreement=today)])
    assert check.status == status
    assert "usually 0.0080" in check.reason


def test_disagreement_of_another_version_does_not_count(version: VersionManifest) -> None:
    other = disagreement_snapshot(1, version="v2", disagreement=9.0)
    assert check_disagreement(version, [disagreement_snapshot(), other]).status == "ok"


# execution_cost


def quality_of(n_fills: int, mean: float | None, error: float | None) -> ExecutionQuality:
    return ExecutionQuality(
        n_fills=n_fills,
        first_filled_on=None,
        last_filled_on=None,
        mean_shortfall_bps=mean,
        standard_error_bps=error,
        assumed_cost_bps=None if mean is None else 5.0,
        fills=[],
    )


@pytest.mark.parametrize(
    ("mean", "status"), [(-40.0, "ok"), (5.0, "ok"), (11.0, "ok"), (11.1, "degraded")]
)
def test_fills_cost_two_standard_errors_more_than_assumed(mean: float, status: str) -> None:
    check = check_execution_cost(quality_of(LEAST_FILLS, mean, 3.0))
    assert check.status == status
    assert "backtests assume 5.0 bps" in check.reason


def test_too_few_fills_are_not_judged() -> None:
    check = check_execution_cost(quality_of(LEAST_FILLS - 1, 500.0, 1.0))
    assert (check.status, check.reason) == ("ok", "19 of the 20 fills that a judgement needs.")
