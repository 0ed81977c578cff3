"""What the gate runs on is the real service: each status can be had, and what jobs leave is read back."""

import time
from pathlib import Path

import pytest

from contract_tests.document import Operation
from contract_tests.recording import recordings
from contract_tests.replay import Replay, replaying
from contract_tests.repository import committed
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import ErrorCode
from tests.api.apps import envelope

READS = [operation for operation in committed().operations() if operation.method == "get"]


async def read(replay: Replay, path: str) -> object:
    return envelope(await replay.client.get(path))["data"]


async def test_a_furnished_home_has_an_answer_for_every_route_that_reads(tmp_path: Path) -> None:
    async with replaying(tmp_path) as replay:
        known = await replay.furnish()
        for operation in READS:
            if not operation.streams:
                await check_answer(replay, operation, known)


async def check_answer(replay: Replay, operation: Operation, known: dict[str, str]) -> None:
    path = operation.path.format(job_id=known["backtest"], version=known["version"])
    answer = await replay.client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    (media, content) = next(iter(operation.content["responses"]["200"]["content"].items()))
    assert answer.headers["content-type"].startswith(media)
    if media == "application/json":
        operation.contract.validator(content["schema"]).validate(answer.json())
        assert answer.json()["data"] is not None, path


@pytest.mark.parametrize("kind", list(JobType))
async def test_a_job_ends_with_what_was_recorded(tmp_path: Path, kind: JobType) -> None:
    async with replaying(tmp_path) as replay:
        record = await replay.run(kind, years=1)
        assert (record["status"], record["attempt"]) == ("succeeded", 1)
        assert record["params"]["years"] == 1
        # queued, started, one for each stage, ended
        assert record["revision"] == 2 + len(recordings().of(kind).progress)


async def test_results_are_those_of_their_job(tmp_path: Path) -> None:
    async with replaying(tmp_path) as replay:
        first, second = [(await replay.run("train"))["result"]["version"] for _ in range(2)]
        assert first < second
        backtest = await replay.run("backtest", version=first, years=1)
        report = await read(replay, f"/api/backtests/{backtest['job_id']}")
        assert isinstance(report, dict)
        assert report["params"] == backtest["params"]
        assert report["provenance"]["model_version"] == first
        assert (await replay.run("predict"))["result"]["model_version"] == second
        await replay.run("autopilot", dry_run=True)
        assert await read(replay, "/api/autopilot/latest") is None
        cycle = await replay.run("autopilot")
        await replay.run("autopilot", dry_run=True)
        latest = await read(replay, "/api/autopilot/latest")
        assert isinstance(latest, dict)
        assert latest["cycle_id"] == cycle["job_id"]
        assert latest["decisions"] == cycle["result"]["decisions"]


async def test_jobs_wait_run_and_fail_as_they_are_told(tmp_path: Path) -> None:
    async with replaying(tmp_path) as replay:
        replay.engine.queue_only()
        waiting = await replay.run("backtest")
        assert waiting["status"] == "queued"
        replay.engine.finish()
        await replay.engine.settle()
        replay.engine.hold()
        running = await replay.run("train")
        assert (running["status"], running["progress_message"]) == ("running", "loading prices")
        replay.engine.finish()
        await replay.engine.settle()
        ended = await read(replay, f"/api/jobs/{running['job_id']}")
        assert isinstance(ended, dict)
        assert ended["status"] == "succeeded"
        replay.engine.fail(ErrorCode.NO_MODEL, "No model is trained yet.")
        failed = await replay.run("predict")
        assert (failed["status"], failed["error"]["code"]) == ("failed", "no_model")


async def test_a_held_job_is_cancelled_or_goes_back_to_the_queue(tmp_path: Path) -> None:
    async with replaying(tmp_path) as replay:
        replay.engine.hold()
        job_id = (await replay.run("train"))["job_id"]
        answer = await replay.client.post(f"/api/jobs/{job_id}/cancel")
        assert envelope(answer)["data"]["cancel_requested"]
        await replay.engine.settle()
        cancelled = await read(replay, f"/api/jobs/{job_id}")
        assert isinstance(cancelled, dict)
        assert cancelled["status"] == "cancelled"
        kept = (await replay.run("train"))["job_id"]
    async with replaying(tmp_path) as replay:
        await replay.engine.settle()
        record = await read(replay, f"/api/jobs/{kept}")
        assert isinstance(record, dict)
        assert (record["status"], record["attempt"]) == ("succeeded", 2)


async def test_it_is_quick(tmp_path: Path) -> None:
    began = time.perf_counter()
    async with replaying(tmp_path, api_token="s3cret") as replay:  # noqa: S106 - no secret
        await replay.furnish()
        # a real training alone would take longer
        assert time.perf_counter() - began < 5
        replay.client.headers.pop("Authorization")
        assert (await replay.client.get("/api/jobs")).status_code == 401


async def test_a_service_that_takes_no_jobs_is_named(tmp_path: Path) -> None:
    async with replaying(tmp_path, max_queued=1) as replay:
        replay.engine.queue_only()
        await replay.submit("train")
        with pytest.raises(AssertionError, match="replay: POST /api/compute/train: answered 429"):
            await replay.submit("train")
        replay.engine.fail()
        await replay.engine.settle()
        with pytest.raises(AssertionError, match="the train job is failed; run: "):
            await replay.furnish()
