"""A replaying service is the real one: jobs reach each status, and their results are read back."""

from pathlib import Path

import pytest

from contract_tests.kit.answers import envelope
from contract_tests.kit.service import RunningService
from contract_tests.observed.recorder import Recorder
from contract_tests.recording import RECORD, recordings
from contract_tests.relations import Relations
from contract_tests.replay import replaying, run_each_type
from contract_tests.repository import committed
from quant_engine.api.schemas.jobs import JobType
from wirelaw.contract.document import Operation
from wirelaw.finding import Drifted, Finding, check
from wirelaw.running.exchange import Answer

READS = [operation for operation in committed().operations() if operation.method == "get"]


async def read(service: RunningService, path: str) -> object:
    return envelope(await service.client.get(path))["data"]


async def test_a_home_with_results_answers_every_read(tmp_path: Path) -> None:
    async with replaying(tmp_path) as service:
        ids = await run_each_type(service)
        recorder = Recorder(committed(), Relations(committed()))
        findings = [await no_data(service, operation, ids, recorder) for operation in READS]
        check([*filter(None, findings), *recorder.findings])


async def no_data(
    service: RunningService, operation: Operation, ids: dict[str, str], recorder: Recorder
) -> Finding | None:
    path = operation.path.format(job_id=ids["backtest"], version=ids["version"])
    if operation.streams:
        return None
    answer = await service.client.get(path)
    recorder.add("GET", path, Answer(answer.status_code, dict(answer.headers), answer.content))
    if answer.status_code != 200 or (
        "json" in answer.headers["content-type"] and answer.json()["data"] is None
    ):
        expected, fix = "200 with data, which the home has", RECORD
        return Finding("replay", str(operation), "no-data", expected, answer.text, fix)
    return None


@pytest.mark.parametrize("kind", list(JobType))
async def test_a_job_ends_with_what_was_recorded(tmp_path: Path, kind: JobType) -> None:
    async with replaying(tmp_path) as service:
        record = await service.run(kind, years=1)
        assert (record["status"], record["attempt"]) == ("succeeded", 1)
        assert record["params"]["years"] == 1
        # queued, started, one for each stage, ended
        assert record["revision"] == 2 + len(recordings().of(kind).progress)


async def test_results_are_those_of_their_job(tmp_path: Path) -> None:
    async with replaying(tmp_path) as service:
        first, second = [(await service.run("train"))["result"]["version"] for _ in range(2)]
        assert first < second
        backtest = await service.run("backtest", version=first, years=1)
        report = await read(service, f"/api/backtests/{backtest['job_id']}")
        assert isinstance(report, dict)
        assert report["params"] == backtest["params"]
        assert report["provenance"]["model_version"] == first
        assert (await service.run("predict"))["result"]["model_version"] == second
        await service.run("autopilot", dry_run=True)
        assert await read(service, "/api/autopilot/latest") is None
        cycle = await service.run("autopilot")
        await service.run("autopilot", dry_run=True)
        latest = await read(service, "/api/autopilot/latest")
        assert isinstance(latest, dict)
        assert latest["cycle_id"] == cycle["job_id"]
        assert latest["decisions"] == cycle["result"]["decisions"]


async def test_a_held_job_goes_back_to_the_queue(tmp_path: Path) -> None:
    async with replaying(tmp_path) as service:
        service.engine.hold()
        kept = (await service.run("train"))["job_id"]
    async with replaying(tmp_path) as service:
        await service.engine.settle()
        record = await read(service, f"/api/jobs/{kept}")
        assert isinstance(record, dict)
        assert (record["status"], record["attempt"]) == ("succeeded", 2)


async def test_a_service_that_takes_no_jobs_is_named(tmp_path: Path) -> None:
    async with replaying(tmp_path, max_queued=1) as service:
        service.engine.queue_only()
        await service.submit("train")
        with pytest.raises(Drifted, match=r"POST /api/compute/train  \[service: job-refused\]"):
            await service.submit("train")
        service.engine.fail()
        await service.engine.settle()
        with pytest.raises(Drifted, match=r"the train job  \[replay: job-not-succeeded\]"):
            await run_each_type(service)
