"""Each health check at its threshold, one step before and one step past it; a check without a row here fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from contract_tests.kit.examples import DEMO_DATA, disagreement_snapshot, ic_snapshot, manifest
from quant_engine.api.jobs.engine import Processes
from quant_engine.api.schemas.system_health import Check, Verdict
from quant_engine.api.services import health_checks as checks
from quant_engine.api.services import tracker_checks as trackers
from quant_engine.api.services.health_checks import HealthCheck
from quant_engine.domain.tracking import ExecutionQuality
from wirelaw.finding import Drifted, Finding, check

PART = "health"
FIX = "change the check, or its row in contract_tests/test_health_thresholds.py if the threshold is meant"
TODAY = date(2024, 1, 31)
LIVE = DEMO_DATA.model_copy(update={"data_mode": "live", "source": "files"})
STEP = 2.0**-20  #: of figures that are no whole numbers; their examples are exact in binary

Judge = Callable[[float], Check]


@dataclass(frozen=True)
class Threshold:
    """Up to `at` a figure has the verdict `better`, and past it, towards `step`, the verdict `worse`."""

    of: HealthCheck
    at: float
    step: float
    judge: Judge
    better: Verdict = "ok"
    worse: Verdict = "degraded"
    shown: str = ""  #: the figure as the check states it


def _last_bar(age_days: float) -> Check:
    last = TODAY - timedelta(days=int(age_days))
    return checks.check_data_freshness(LIVE.model_copy(update={"last_date": last}), TODAY)


def _problems(count: float) -> Check:
    return checks.check_data_gaps(
        LIVE.model_copy(update={"problems": ["AAPL: 3 days."] * int(count)})
    )


def _age(age_days: float) -> Check:
    return checks.check_model_age(checks.judge_age(manifest("v1"), age_days, "now"))


def _decay(rank_ic: float) -> Check:
    # a standard error of a quarter
    newest = ic_snapshot(rank_ic=rank_ic, rank_ic_t=4 * rank_ic)
    return trackers.check_model_decay(manifest("v1", rank_ic=0.75), [newest])


def _trend(before: float) -> Judge:
    return lambda recent: trackers.check_ic_trend(
        [ic_snapshot(day, rank_ic=before if day < 6 else recent) for day in range(8)]
    )


def _trend_of(count: float) -> Check:
    ics = [0.5 if day < count - 2 else -0.5 for day in range(int(count))]
    return trackers.check_ic_trend([ic_snapshot(day, rank_ic=ic) for day, ic in enumerate(ics)])


def _apart(disagreement: float) -> Check:
    newest = disagreement_snapshot(disagreement=disagreement, usual_disagreement=0.25)
    return trackers.check_disagreement(manifest("v1"), [newest])


def _costs(mean: float, n_fills: int = 20) -> Check:
    return trackers.check_execution_cost(
        ExecutionQuality(
            n_fills=n_fills,
            first_filled_on=TODAY,
            last_filled_on=TODAY,
            mean_shortfall_bps=mean,
            standard_error_bps=1.0,
            assumed_cost_bps=5.0,
            fills=[],
        )
    )


THRESHOLDS = (
    Threshold(checks.DATA_FRESHNESS, 7, 1, _last_bar, shown="7 days"),
    Threshold(checks.DATA_GAPS, 0, 1, _problems, shown="no problems"),
    Threshold(checks.MODEL_AGE, 90, STEP, _age, shown="90 days"),
    Threshold(
        checks.QUEUE, 5, 1, lambda waiting: checks.check_queue(int(waiting), 10), shown="50%"
    ),
    Threshold(
        *(checks.QUEUE, 9, 1, lambda waiting: checks.check_queue(int(waiting), 10)),
        *("degraded", "failing"),
    ),
    Threshold(
        checks.PROCESSES,
        1,
        -1,
        lambda ready: checks.check_processes(Processes(int(ready))),
        shown="1 job",
    ),
    Threshold(checks.DISK, 1e9, -1, lambda free: checks.check_disk(int(free)), shown="1 GB"),
    Threshold(
        checks.DISK, 1e8, -1, lambda free: checks.check_disk(int(free)), "degraded", "failing"
    ),
    Threshold(trackers.MODEL_DECAY, 0.25, -STEP, _decay, shown="2 standard errors"),
    Threshold(trackers.IC_TREND, 0.0, -STEP, _trend(0.5), shown="below 0"),
    Threshold(trackers.IC_TREND, -0.25, -STEP, _trend(-0.25), shown="below the earlier one"),
    Threshold(trackers.IC_TREND, 7, 1, _trend_of),
    Threshold(trackers.DISAGREEMENT, 0.5, STEP, _apart, shown="2 times"),
    Threshold(trackers.EXECUTION_COST, 7.0, STEP, _costs, shown="2 standard errors"),
    Threshold(trackers.EXECUTION_COST, 19, 1, lambda count: _costs(90.0, int(count))),
)
#: no figure is compared; `contract_tests/faults/test_health.py` breaks what they read
WITHOUT_FIGURE = {checks.DATABASE.name}


def deviations(rows: Sequence[Threshold]) -> list[Finding]:
    """Return where a check is not what its row states, on either side of the threshold."""
    found = []
    for row in rows:
        sides = (
            (row.at - row.step, row.better),
            (row.at, row.better),
            (row.at + row.step, row.worse),
        )
        for figure, expected in sides:
            status = row.judge(figure).status
            if status != expected:
                place = f"{row.of.name} at {figure:.10g}"
                stated = f"{expected}; the check needs: {row.of.threshold}"
                found.append(Finding(PART, place, "threshold", stated, status, FIX))
        if row.shown not in row.of.threshold:
            found.append(
                Finding(PART, row.of.name, "threshold-text", row.shown, row.of.threshold, FIX)
            )
    return found


def declared() -> dict[str, HealthCheck]:
    """Return every check of the service."""
    values = [*vars(checks).values(), *vars(trackers).values()]
    return {value.name: value for value in values if isinstance(value, HealthCheck)}


def test_each_check_turns_at_its_threshold() -> None:
    check(deviations(THRESHOLDS))


def test_each_check_has_a_row() -> None:
    assert {row.of.name for row in THRESHOLDS} == set(declared()) - WITHOUT_FIGURE


@pytest.mark.parametrize(
    ("name", "value", "pointer"),
    [
        ("DATA_STALE_AFTER_DAYS", 8, "data_freshness at 8"),
        ("STALE_AFTER_DAYS", 91, "model_age at 90.0000"),
        ("QUEUE_SHARE", 0.6, "queue at 6"),
        ("LOW_DISK_BYTES", 900_000_000, "disk at 999999999"),
        ("NO_DISK_BYTES", 0, "disk at 99999999"),
    ],
)
def test_a_moved_threshold_is_found(
    monkeypatch: pytest.MonkeyPatch, name: str, value: float, pointer: str
) -> None:
    monkeypatch.setattr(checks, name, value)
    with pytest.raises(Drifted) as caught:
        check(deviations(THRESHOLDS))
    assert caught.value.findings[0].pointer.startswith(pointer)
