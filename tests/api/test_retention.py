"""What is deleted is gone for every reader, what is in use stays, and a service prunes itself by age and size."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.hang import ANSWER_SECONDS
from contract_tests.kit.examples import REPORT, SUMMARY, manifest, promote, store
from contract_tests.kit.homes import FilledService, filled
from contract_tests.kit.service import RunningService, idle_app, running
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import FINAL, JobStatus, JobType
from quant_engine.api.services.retention import Keep, RetentionService
from quant_engine.artifacts import Artifacts
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.parameters import BacktestParameters
from quant_engine.models.registry import ModelRegistry


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[FilledService]:
    async with filled(tmp_path) as service:
        yield service


def code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


async def delete(service: RunningService, path: str) -> dict[str, Any]:
    answer = await service.client.delete(path)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def keep(service: RunningService, **limits: float) -> RetentionService:
    """Retention of a service that keeps less."""
    parts = service.parts
    return RetentionService(
        store=service.store,
        database=parts.database,
        artifacts=Artifacts(service.home),
        registry=ModelRegistry(service.home),
        autopilot=parts.services.autopilot,
        keep=Keep(**limits),
    )


async def backtest(service: RunningService) -> str:
    """Add a backtest that succeeded, with a report."""
    record = await service.store.submit(JobType.BACKTEST, BacktestParameters().model_dump_json())
    claim = await service.store.claim_next()
    assert claim is not None
    Artifacts(service.home).write_report(REPORT.model_copy(update={"job_id": record.job_id}))
    await service.store.succeed(claim, SUMMARY.model_dump_json())
    return str(record.job_id)


async def test_a_deleted_job_is_gone_with_everything_that_belongs_to_it(
    service: FilledService,
) -> None:
    deleted = await delete(service, f"/api/jobs/{service.backtest}")
    assert deleted == {
        "job_id": service.backtest,
        "events": 3,
        "log_lines": 5,
        "report": True,
        "signals": False,
    }
    for path in ("", "/events"):
        answer = await service.client.get(f"/api/jobs/{service.backtest}{path}")
        assert (answer.status_code, code(answer)) == (404, "job_not_found")
    again = await service.client.delete(f"/api/jobs/{service.backtest}")
    assert code(again) == "job_not_found"
    report = await service.client.get(f"/api/backtests/{service.backtest}")
    assert code(report) == "backtest_not_found"
    assert list((service.home / "reports").iterdir()) == []
    listed = (await service.client.get("/api/jobs")).json()["data"]["items"]
    assert [job["job_id"] for job in listed] == [service.prediction]


@pytest.mark.parametrize("status", sorted(set(JobStatus) - FINAL))
async def test_a_job_that_has_not_ended_is_not_deleted(
    service: FilledService, status: JobStatus
) -> None:
    job = await service.store.submit(JobType.TRAIN, "{}")
    if status is JobStatus.RUNNING:
        await service.store.claim_next()
    assert (await service.store.get(job.job_id)).status is status
    for path in (f"/api/jobs/{job.job_id}", f"/api/jobs/{job.job_id}/report"):
        answer = await service.client.delete(path)
        assert (answer.status_code, code(answer)) == (409, "job_not_final")


async def test_the_key_of_a_deleted_job_is_refused(service: RunningService) -> None:
    params = BacktestParameters().model_dump_json()
    job = await service.store.submit(JobType.BACKTEST, params, key="monday")
    await service.store.request_cancel(job.job_id)
    await delete(service, f"/api/jobs/{job.job_id}")
    for body in ({}, {"years": 3}):
        answer = await service.client.post(
            "/api/compute/backtest", json=body, headers={"Idempotency-Key": "monday"}
        )
        assert (answer.status_code, code(answer)) == (410, "job_deleted")


async def test_a_damaged_row_can_be_deleted(service: FilledService) -> None:
    with service.connect() as database:
        database.execute("UPDATE jobs SET params = 'x' WHERE job_id = ?", [service.backtest])
    assert (await service.client.get(f"/api/jobs/{service.backtest}")).status_code == 503
    await delete(service, f"/api/jobs/{service.backtest}")
    assert (await service.client.get("/api/jobs")).status_code == 200


@pytest.mark.parametrize("kind", ["backtest", "prediction"])
async def test_a_report_is_deleted_and_the_record_says_so(
    service: FilledService, kind: str
) -> None:
    job_id = getattr(service, kind)
    before = (await service.client.get(f"/api/jobs/{job_id}")).json()["data"]
    record = await delete(service, f"/api/jobs/{job_id}/report")
    assert before["report_deleted_at"] is None
    assert record["report_deleted_at"] is not None
    assert {**record, "report_deleted_at": None} == before
    assert list(service.home.glob(f"**/{job_id}*")) == []
    path = f"/api/backtests/{job_id}" if kind == "backtest" else "/api/signals/latest"
    for answer in (
        await service.client.get(path),
        await service.client.delete(f"/api/jobs/{job_id}/report"),
    ):
        assert (answer.status_code, code(answer)) == (410, "report_deleted")
    # the job's own stream ends as before
    stream = await service.client.get(f"/api/jobs/{job_id}/events")
    assert stream.text.count("event: done") == 1


async def test_a_job_without_a_report_has_none_to_delete(service: RunningService) -> None:
    job = await service.store.submit(JobType.TRAIN, "{}")
    await service.store.request_cancel(job.job_id)
    answer = await service.client.delete(f"/api/jobs/{job.job_id}/report")
    assert (answer.status_code, code(answer)) == (404, "not_found")


async def test_a_model_in_use_is_not_deleted(service: FilledService) -> None:
    client = service.client
    # in force
    promote(service.home, manifest("v0"))
    refused = await client.delete("/api/models/v0")
    assert (refused.status_code, code(refused)) == (409, "model_in_use")
    # the paper account trades it
    refused = await client.delete("/api/models/v1")
    assert code(refused) == "model_in_use"
    assert "autopilot" in refused.json()["error"]["message"]
    # results were computed with it
    promote(service.home, manifest("v2"))
    with service.connect() as database:
        database.execute("UPDATE paper_accounts SET model_version = 'v2'")
    refused = await client.delete("/api/models/v1")
    assert "2 backtests and predictions" in refused.json()["error"]["message"]
    for job_id in (service.backtest, service.prediction):
        await delete(service, f"/api/jobs/{job_id}")
    # a job will use it
    params = BacktestParameters(version="v1").model_dump_json()
    job = await service.store.submit(JobType.BACKTEST, params)
    assert code(await client.delete("/api/models/v1")) == "model_in_use"
    await service.store.request_cancel(job.job_id)
    assert await delete(service, "/api/models/v1") == {"version": "v1"}
    for answer in (await client.get("/api/models/v1"), await client.delete("/api/models/v1")):
        assert (answer.status_code, code(answer)) == (404, "unknown_version")
    assert not list((service.home / "models").glob("**/v1*"))


async def test_a_running_job_may_use_what_latest_meant(service: FilledService) -> None:
    promote(service.home, manifest("v2"))
    promote(service.home, manifest("v3"))
    await service.store.submit(JobType.BACKTEST, BacktestParameters().model_dump_json())
    await service.store.claim_next()
    answer = await service.client.delete("/api/models/v2")
    assert code(answer) == "model_in_use"


@pytest.mark.parametrize(("kind", "is_used"), [(JobType.AUTOPILOT, True), (JobType.TRAIN, False)])
async def test_a_running_cycle_may_use_what_was_never_promoted(
    service: FilledService, kind: JobType, is_used: bool
) -> None:
    store(service.home, manifest("v3"))
    await service.store.submit(kind, "{}")
    await service.store.claim_next()
    answer = await service.client.delete("/api/models/v3")
    assert answer.status_code == (409 if is_used else 200)


async def test_what_a_running_training_stores_is_not_deleted(service: FilledService) -> None:
    await service.store.submit(JobType.TRAIN, "{}")
    await service.store.claim_next()
    store(service.home, manifest("v3", trained_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"))
    assert code(await service.client.delete("/api/models/v3")) == "model_in_use"


async def test_files_that_cannot_be_removed_are_removed_later(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("The disk cannot be written.")

    with monkeypatch.context() as patched:
        patched.setattr(Artifacts, "delete", fail)
        await delete(service, f"/api/jobs/{service.backtest}")
    report = service.file("reports/{backtest}.json")
    assert report.exists()
    # as the next service does at its start
    await keep(service).prune()
    assert not report.exists()
    assert await service.store.leftover_files(10) == []


async def test_old_jobs_and_models_are_pruned(service: FilledService) -> None:
    promote(service.home, manifest("v2", trained_at="2024-02-01T00:00:00Z"))
    with service.connect() as database:
        database.execute("UPDATE paper_accounts SET model_version = 'v2'")
        old = f"{datetime.now(UTC) - timedelta(days=91):%Y-%m-%dT%H:%M:%S}.000000Z"
        database.execute("UPDATE jobs SET completed_at = ?", [old])
    fresh = await backtest(service)
    await keep(service, days=90).prune()
    listed = (await service.client.get("/api/jobs")).json()["data"]["items"]
    assert [job["job_id"] for job in listed] == [fresh]
    # the fresh backtest was computed with v1, and the others are in force
    versions = (await service.client.get("/api/models")).json()["data"]["items"]
    assert {one["version"] for one in versions} >= {"v1", "v2"}


@pytest.fixture
async def unused(service: FilledService) -> list[str]:
    """Models that nothing refers to, and that are not in force."""
    versions = [f"u{number}" for number in range(4)]
    for version in versions:
        promote(service.home, manifest(version, trained_at="2024-01-01T00:00:00Z"))
    promote(service.home, manifest("v9", trained_at="2024-02-01T00:00:00Z"))
    return versions


async def listed_models(service: RunningService) -> set[str]:
    items = (await service.client.get("/api/models")).json()["data"]["items"]
    return {one["version"] for one in items}


async def test_the_results_of_all_jobs_are_read_once_for_all_models(
    service: FilledService, unused: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    count, scans = JobStore.count_results, list[int]()

    async def note(store: JobStore, *, after: int = 0) -> Counter[str]:
        scans.append(after)
        return await count(store, after=after)

    monkeypatch.setattr(JobStore, "count_results", note)
    await keep(service, days=90).prune()
    assert not set(unused) & await listed_models(service)
    assert scans.count(0) == 1
    # later, jobs that had ended before are not read again
    assert set(scans) == {0, await service.store.ended_through()}


async def test_a_result_that_comes_while_models_are_pruned_keeps_its_model(
    service: FilledService, unused: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = JobStore.count_results
    params = BacktestParameters(version=unused[0]).model_dump_json()
    await service.store.submit(JobType.BACKTEST, params)
    claim = await service.store.claim_next()
    assert claim is not None
    summary = SUMMARY.model_copy(update={"model_version": unused[0]}).model_dump_json()

    async def succeed_meanwhile(store: JobStore, *, after: int = 0) -> Counter[str]:
        found = await count(store, after=after)
        if after == 0:
            await store.succeed(claim, summary)
        return found

    monkeypatch.setattr(JobStore, "count_results", succeed_meanwhile)
    await keep(service, days=90).prune()
    assert set(unused) & await listed_models(service) == {unused[0]}


async def test_the_oldest_reports_go_first_and_records_stay(service: FilledService) -> None:
    newest = await backtest(service)
    reports = service.home / "reports"
    for report in reports.iterdir():
        # spaces change nothing of JSON
        report.write_bytes(report.read_bytes().ljust(3_000_000))
    retention = keep(service, bytes=4_000_000)
    await retention.prune()
    items = (await service.client.get("/api/backtests")).json()["data"]["items"]
    deleted = {item["job_id"]: item["report_deleted_at"] is not None for item in items}
    assert deleted == {service.backtest: True, newest: False}
    # below the limit nothing more goes
    left = sorted(reports.iterdir())
    await retention.prune()
    assert sorted(reports.iterdir()) == left


async def test_what_has_not_ended_is_never_pruned(service: FilledService) -> None:
    left = [(await service.store.submit(JobType.TRAIN, "{}")).job_id for _ in range(2)]
    await service.store.claim_next()
    with service.connect() as database:
        # as a clock that was set back leaves them
        database.execute("UPDATE jobs SET created_at = '2020-01-01T00:00:00.000000Z'")
    # nothing is kept that may go
    await keep(service, bytes=0, days=0).prune()
    listed = (await service.client.get("/api/jobs")).json()["data"]["items"]
    assert {job["job_id"] for job in listed} == set(left)


async def test_two_that_prune_at_once_delete_each_job_once(service: FilledService) -> None:
    for _ in range(5):
        await backtest(service)
    deleted = await asyncio.gather(
        *(
            service.client.delete(f"/api/jobs/{job['job_id']}")
            for job in (await service.client.get("/api/jobs")).json()["data"]["items"]
            for _ in range(2)
        )
    )
    assert sorted(answer.status_code for answer in deleted) == [200] * 7 + [404] * 7


async def test_a_service_prunes_at_its_start(tmp_path: Path) -> None:
    async with running(idle_app(tmp_path / "home")) as first:
        job_id = await backtest(first)
        with first.connect() as database:
            database.execute("UPDATE jobs SET completed_at = '2020-01-01T00:00:00.000000Z'")
    async with running(idle_app(tmp_path / "home", keep_days=30)) as second:
        with second.parts.notifier.topic(job_id) as topic:
            version = topic.version
            while (await second.client.get(f"/api/jobs/{job_id}")).status_code == 200:
                await topic.wait_for_change(version, timeout=ANSWER_SECONDS)
                version = topic.version
