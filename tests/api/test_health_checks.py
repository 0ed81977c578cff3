"""Each check of the installation, on both sides of its threshold."""

from datetime import date, timedelta
from typing import Any

import pytest

from contract_tests.kit.examples import DEMO_DATA
from quant_engine.api.jobs.engine import Processes
from quant_engine.api.schemas.system_health import Check, ModelAge
from quant_engine.api.services import health_checks
from quant_engine.api.services.health_checks import (
    check_data_freshness,
    check_data_gaps,
    check_database,
    check_disk,
    check_model_age,
    check_processes,
    check_queue,
)

TODAY = date(2024, 1, 31)
LIVE = DEMO_DATA.model_copy(update={"data_mode": "live", "source": "files"})


def of_last_bar(age_days: int) -> Check:
    last = TODAY - timedelta(days=age_days)
    return check_data_freshness(LIVE.model_copy(update={"last_date": last}), TODAY)


@pytest.mark.parametrize(("age_days", "status"), [(0, "ok"), (7, "ok"), (8, "degraded")])
def test_live_data_must_be_recent(age_days: int, status: str) -> None:
    check = of_last_bar(age_days)
    assert check.status == status
    assert f"{age_days} days old" in check.reason
    assert check.threshold == "last bar at most 7 days old"
    assert (check.action is None) is (status == "ok")


def test_demo_data_may_end_in_the_past() -> None:
    check = check_data_freshness(DEMO_DATA, TODAY)
    assert check.status == "ok"
    assert "Demo data end in the past" in check.reason
    assert "3 names, 1990-01-02 to 2022-12-28" in check.reason


def test_problems_of_the_prices_are_reported() -> None:
    assert check_data_gaps(LIVE).status == "ok"
    check = check_data_gaps(LIVE.model_copy(update={"problems": ["AAPL: 3 days.", "GE: one."]}))
    assert (check.status, check.reason) == ("degraded", "2 problems, the first: AAPL: 3 days.")
    one = check_data_gaps(LIVE.model_copy(update={"problems": ["AAPL: 3 days."]}))
    assert one.reason == "1 problem: AAPL: 3 days."


@pytest.mark.parametrize(
    ("waiting", "status"), [(0, "ok"), (5, "ok"), (6, "degraded"), (9, "degraded"), (10, "failing")]
)
def test_a_queue_fills_up(waiting: int, status: str) -> None:
    check = check_queue(waiting, 10)
    assert check.status == status
    assert check.reason == f"{waiting} of at most 10 jobs wait."


@pytest.mark.parametrize(
    ("free", "status"),
    [(1_000_000_000, "ok"), (999_999_999, "degraded"), (100_000_000, "degraded"), (1, "failing")],
)
def test_a_disk_fills_up(free: int, status: str) -> None:
    assert check_disk(free).status == status


def test_without_a_job_process_the_check_is_degraded() -> None:
    assert check_processes(Processes(0)).status == "degraded"
    assert check_processes(Processes(1)).status == "ok"
    silent = check_processes(Processes(2, silent=1))
    assert silent.status == "degraded"
    assert "1 of 2 job processes do not respond" in silent.reason
    assert "QUANT_ENGINE_JOB_TIMEOUT" in (silent.action or "")


def test_a_database_that_answered_is_ok() -> None:
    assert check_database().status == "ok"


def age(**values: Any) -> ModelAge:
    usual = {
        "version": "v1",
        "trained_at": "2024-01-01T00:00:00Z",
        "age_days": 12.5,
        "relative_to": "now",
        "status": "fresh",
    }
    return ModelAge.model_validate({**usual, **values})


def test_a_model_is_fresh_stale_or_absent() -> None:
    assert check_model_age(age()).status == "ok"
    assert check_model_age(age()).reason == "v1 was trained 12.5 days ago."
    assert check_model_age(age(status="stale")).status == "degraded"
    bar = check_model_age(age(relative_to="last_bar"))
    assert bar.reason == "v1 was trained on data that end 12.5 days before the last bar."
    none = check_model_age(age(version=None, trained_at=None, age_days=None, status="absent"))
    assert (none.status, none.action) == (
        "degraded",
        "Train a model, in the model lab or with `quant-engine train`.",
    )


def test_every_check_says_what_to_do_when_its_facts_cannot_be_read() -> None:
    checks = [v for v in vars(health_checks).values() if isinstance(v, health_checks.HealthCheck)]
    assert len(checks) == 7
    for made in checks:
        check = made.failing("It cannot be read.")
        assert check.status == "failing"
        assert check.action == made.unreadable_action
        assert check.action.endswith(".")
