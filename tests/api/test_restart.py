"""The service is killed or stopped at any moment: no accepted job is lost, and no job process survives."""

import signal

import psutil
import pytest

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.jobs import wait_for
from contract_tests.kit.process import ServiceProcess
from tests.api.conftest import Start
from tests.api.test_streams import check_laws, is_running


def family(service: ServiceProcess) -> list[psutil.Process]:
    return psutil.Process(service.process.pid).children(recursive=True)


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for_the_end_of(children: list[psutil.Process]) -> None:
    """Return once none of the processes runs; the kernel ends them by itself."""
    wait_for(lambda: not any(runs(child) for child in children))


@pytest.mark.parametrize("moment", ["submitted", "running", "finishing"])
def test_jobs_survive_a_service_that_is_killed_with_9(start: Start, moment: str) -> None:
    first = start("backtest=report_pid", workers="2")
    jobs = [first.submit()["job_id"] for _ in range(5)]
    if moment != "submitted":
        first.wait(jobs[1], is_running)
    if moment == "finishing":
        first.release()
    children = family(first)
    # one process and not its group: its children must end by themselves
    first.stop(signal.SIGKILL)
    wait_for_the_end_of(children)
    second = start("backtest=report_pid", workers="2")
    second.release()
    for job in jobs:
        check_laws(second.follow(job))
        assert second.get(job)["status"] == "succeeded"


def test_a_stream_spans_a_restart(start: Start) -> None:
    first = start("backtest=hold", workers="1")
    job = first.submit()["job_id"]
    with first.stream(f"/api/jobs/{job}/events", "0") as stream:
        before = [next(stream) for _ in range(2)]
    first.stop(signal.SIGKILL)
    second = start("backtest=hold", workers="1")
    second.release()
    after = second.follow(job, before[-1].id)
    check_laws([*before, *after], resumed_from=0)
    names = [event.name for event in after]
    assert names[:2] == ["status", "started"]
    assert after[0].record["status"] == "queued"
    assert after[-1].record["attempt"] == 2


def test_a_cancel_spans_a_restart(start: Start) -> None:
    first = start("backtest=ignore_signals", workers="1")
    job = first.submit()["job_id"]
    first.wait(job, is_running)
    first.cancel(job)
    first.stop(signal.SIGKILL)
    second = start("backtest=ignore_signals", workers="1")
    assert second.follow(job)[-1].record["status"] == "cancelled"


def test_sigterm_returns_jobs_to_the_queue(start: Start) -> None:
    first = start("backtest=ignore_signals", workers="1")
    running, waiting = (first.submit()["job_id"] for _ in range(2))
    first.wait(running, is_running)
    children = family(first)
    with first.stream(f"/api/jobs/{running}/events") as stream:
        next(stream)
        first.process.send_signal(signal.SIGTERM)
        # it closes without a terminal event, so that clients reconnect
        assert [event.name for event in stream] == []
    # a job that ignores signals has no grace
    assert first.process.wait(HANG_SECONDS) == 0
    wait_for_the_end_of(children)
    second = start("backtest=hold", workers="1")
    second.release()
    for job in (running, waiting):
        assert second.follow(job)[-1].record["status"] == "succeeded"
    assert second.get(running)["attempt"] == 2


def test_three_lost_services_fail_a_job(start: Start) -> None:
    for _ in range(3):
        service = start("backtest=ignore_signals", workers="1")
        if service.http.get("/api/jobs").json()["data"]["items"] == []:
            job = service.submit()["job_id"]
        service.wait(job, is_running)
        service.stop(signal.SIGKILL)
    last = start("backtest=ignore_signals", workers="1")
    record = last.get(job)
    assert (record["status"], record["error"]["code"]) == ("failed", "worker_lost")
    assert record["attempt"] == 3
