"""The life of jobs: order, cancel, crash, idempotency, the bounded queue."""

import os
import signal
import sqlite3
from collections.abc import Iterator

import pytest

from contract_tests.kit.process import Event, ServiceProcess
from tests.api.conftest import Start
from tests.api.test_streams import check_laws, is_running


def started(event: Event) -> bool:
    return bool(event.record["status"] == "running")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    jobs = ("backtest=report_pid", "train=train", "predict=die", "autopilot=raise_error")
    running = ServiceProcess(tmp_path_factory.mktemp("life") / "home", *jobs, workers="1")
    yield running
    running.close()


@pytest.fixture
def service(running: ServiceProcess) -> Iterator[ServiceProcess]:
    """A service with one process; its backtests hold until they are released, at the latest after the test."""
    (running.home / "release").unlink(missing_ok=True)
    yield running
    running.release()


def test_jobs_start_in_the_order_of_submission(service: ServiceProcess) -> None:
    held = service.submit()["job_id"]
    service.wait(held, is_running)
    jobs = [service.submit("train")["job_id"] for _ in range(5)]
    service.release()
    for job in jobs:
        service.follow(job)
    records = [service.get(job) for job in jobs]
    assert records == sorted(records, key=lambda record: record["started_at"])


def test_a_dying_process_is_tried_three_times(service: ServiceProcess) -> None:
    # from the beginning: the process may die twice before a stream is open
    seen = service.follow(service.submit("predict")["job_id"], "0")
    check_laws(seen, resumed_from=0)
    final = seen[-1].record
    assert (final["status"], final["attempt"]) == ("failed", 3)
    assert final["error"]["code"] == "worker_lost"
    attempts = [event.record["attempt"] for event in seen if event.name == "started"]
    assert attempts == [1, 2, 3]
    requeued = [event for event in seen if event.name == "status" and event.revision > 0]
    assert all(event.record["progress"] == 0 for event in requeued)


def test_a_killed_process_does_not_end_its_job(service: ServiceProcess) -> None:
    job = service.submit()["job_id"]
    pid = int(service.wait(job, is_running).record["progress_message"].split()[1])
    os.kill(pid, signal.SIGKILL)
    service.wait(job, lambda event: event.record["attempt"] == 2 and is_running(event))
    service.release()
    assert service.follow(job)[-1].record["status"] == "succeeded"


def test_an_error_of_the_jobs_code_is_its_outcome(service: ServiceProcess) -> None:
    final = service.follow(service.submit("autopilot")["job_id"])[-1].record
    assert final["error"]["code"] == "job_error"
    assert "the job's own fault" in final["error"]["message"]
    answer = service.http.get(f"/api/jobs/{final['job_id']}").json()
    assert (answer["ok"], answer["error"]) == (True, None)


def test_an_idempotency_key_holds_across_a_restart(start: Start) -> None:
    first = start("train=train", workers="1")
    job = first.submit("train", key="once")
    first.follow(job["job_id"])
    first.stop()
    second = start("train=train", workers="1")
    again = second.submit("train", key="once")
    assert (again["job_id"], again["status"]) == (job["job_id"], "succeeded")
    other = second.http.post(
        "/api/compute/train", json={"years": 3}, headers={"Idempotency-Key": "once"}
    )
    assert other.json()["error"]["code"] == "idempotency_key_reused"


@pytest.mark.file
def test_a_damaged_row_is_set_aside_and_the_queue_goes_on(service: ServiceProcess) -> None:
    held = service.submit()["job_id"]
    service.wait(held, is_running)
    damaged, after = (service.submit("train")["job_id"] for _ in range(2))
    with sqlite3.connect(service.home / "quant_engine.db") as connection:
        connection.execute("UPDATE jobs SET params = '{' WHERE job_id = ?", (damaged,))
    connection.close()
    service.release()
    assert service.follow(after)[-1].record["status"] == "succeeded"
    answer = service.http.get(f"/api/jobs/{damaged}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")


@pytest.mark.file
def test_damage_does_not_keep_a_service_from_starting(start: Start) -> None:
    first = start("backtest=hold", workers="1")
    damaged, after = (first.submit()["job_id"] for _ in range(2))
    first.wait(damaged, is_running)
    first.stop(signal.SIGKILL)
    with sqlite3.connect(first.home / "quant_engine.db") as connection:
        connection.execute("UPDATE jobs SET created_at = 'noon' WHERE job_id = ?", (damaged,))
    connection.close()
    second = start("backtest=hold", workers="1")
    second.release()
    assert second.follow(after)[-1].record["status"] == "succeeded"
