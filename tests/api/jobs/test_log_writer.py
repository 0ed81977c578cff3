"""What an attempt prints is stored in order and bounded, and neither a full disk nor a lock is the job's trouble."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from contract_tests.engine.trouble import FailingDatabase
from quant_engine.api.jobs import log_rows, log_writer
from quant_engine.api.jobs.job_log import JobLog
from quant_engine.api.jobs.lines import FIRST_LINES, NEWEST_LINES, Line
from quant_engine.api.jobs.log_writer import LogWriter
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.schemas.job_log import LINE_LENGTH, LogLevel, LogSource
from quant_engine.api.schemas.jobs import JobType
from quant_engine.database.engine import Database
from quant_engine.domain.errors import ErrorCode


def line(number: int, text: str = "x", size: int = 0, level: LogLevel = LogLevel.INFO) -> Line:
    return Line(number, "2026-01-01T00:00:00.000000Z", level, LogSource.STDOUT, text, size)


async def running(store: JobStore) -> Claim:
    await store.submit(JobType.TRAIN, "{}")
    claim = await store.claim_next()
    assert claim is not None
    return claim


@pytest.fixture
def log(database: Database, notifier: Notifier) -> JobLog:
    return JobLog(database, notifier)


async def numbers(log: JobLog, claim: Claim, **filters: Any) -> list[int]:
    found: list[int] = []
    before = None
    while True:
        arguments: dict[str, Any] = {
            "level": LogLevel.DEBUG,
            "limit": 200,
            "before": before,
            **filters,
        }
        items, before = await log.page(claim.job_id, **arguments)
        found += [item.line for item in items]
        if before is None:
            return found[::-1]


async def test_a_log_keeps_its_first_lines_and_the_newest(store: JobStore, log: JobLog) -> None:
    claim = await running(store)
    for begin in range(1, 3001, 250):
        await store.log(claim, [line(number) for number in range(begin, begin + 250)])
    first, newest = log_rows.FIRST_KEPT, log_rows.NEWEST_KEPT
    expected = [*range(1, first + 1), *range(3001 - newest, 3001)]
    assert await numbers(log, claim) == expected


async def test_a_log_is_bounded_in_characters(store: JobStore, log: JobLog) -> None:
    claim = await running(store)
    for begin in range(1, 1001, 250):
        lines = [line(number, "y" * LINE_LENGTH) for number in range(begin, begin + 250)]
        await store.log(claim, lines)
    first, newest = log_rows.FIRST_KEPT, log_rows.NEWEST_CHARACTERS // LINE_LENGTH
    assert await numbers(log, claim) == [*range(1, first + 1), *range(1001 - newest, 1001)]


async def test_the_next_attempt_continues_the_log(store: JobStore, log: JobLog) -> None:
    claim = await running(store)
    await store.log(claim, [line(1), line(2)])
    await store.release(claim, lost=False)
    again = await store.claim_next()
    assert again is not None
    await store.log(again, [line(1), line(4)])
    # and a process of the first one that lives on writes no more
    await store.log(claim, [line(3)])
    items, _ = await log.page(claim.job_id, level=LogLevel.DEBUG, limit=10, before=None)
    assert [(item.line, item.attempt) for item in items] == [(6, 2), (3, 2), (2, 1), (1, 1)]


async def test_the_log_of_a_job_that_has_ended_does_not_change(
    store: JobStore, log: JobLog
) -> None:
    claim = await running(store)
    await store.log(claim, [line(1)])
    await store.fail(claim, ErrorCode.JOB_ERROR, "It failed.")
    await store.log(claim, [line(2)])
    assert await numbers(log, claim) == [1]


async def test_lines_that_are_stored_twice_are_there_once(store: JobStore, log: JobLog) -> None:
    claim = await running(store)
    await store.log(claim, [line(1), line(2)])
    await store.log(claim, [line(1), line(2), line(3)])
    assert await numbers(log, claim) == [1, 2, 3]


async def test_lines_of_a_level_and_above(store: JobStore, log: JobLog) -> None:
    claim = await running(store)
    await store.log(claim, [line(n, level=level) for n, level in enumerate(LogLevel, 1)])
    assert await numbers(log, claim, level=LogLevel.ERROR, limit=1) == [4, 5]
    assert await numbers(log, claim, level=LogLevel.DEBUG, limit=2) == [1, 2, 3, 4, 5]


async def test_secrets_are_in_no_log_and_no_error(database: Database, notifier: Notifier) -> None:
    store = JobStore(database, notifier, max_queued=10, secrets=["my-own-token", None])
    claim = await running(store)
    cut = "x" * 10 + "my-own-to"
    await store.log(claim, [line(1, "it is my-own-token"), line(2, cut, size=99_999)])
    items, _ = await JobLog(database, notifier).page(
        claim.job_id, level=LogLevel.DEBUG, limit=10, before=None
    )
    assert [item.text for item in items] == [
        "xxxxxxxxxx*** … (cut; the line has 99,999 bytes)",
        "it is ***",
    ]
    await store.fail(claim, ErrorCode.JOB_ERROR, "It raised my-own-token")
    error = (await store.get(claim.job_id)).error
    assert error is not None
    assert error.message == "It raised ***"


class FullDisk(JobStore):
    """A store that accepts no lines while it is full."""

    is_full = True

    async def log(self, claim: Claim, lines: Sequence[Line]) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        await super().log(claim, lines)


async def test_a_full_disk_loses_lines_and_their_numbers_say_how_many(
    database: Database, notifier: Notifier, log: JobLog, caplog: pytest.LogCaptureFixture
) -> None:
    store = FullDisk(database, notifier, max_queued=10)
    claim = await running(store)
    writer = LogWriter(store, claim)
    writer.add([line(number) for number in range(1, 4001)])
    await writer.flush()
    await writer.flush()
    assert [record.message for record in caplog.records] == [
        f"What job {claim.job_id} prints cannot be stored: [Errno 28] No space left on device"
    ]
    store.is_full = False
    writer.add([line(4001)])
    await writer.flush()
    kept = await numbers(log, claim)
    assert kept == [*range(1, FIRST_LINES + 1), *range(4002 - NEWEST_LINES, 4002)]


async def test_a_flush_ends_though_the_database_is_locked(
    tmp_path: Path, notifier: Notifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writer, "FLUSH_SECONDS", 0.05)
    database = FailingDatabase(f"sqlite:///{tmp_path}/jobs.db")
    await database.open()
    store = JobStore(database, notifier, max_queued=10)
    claim = await running(store)
    writer = LogWriter(store, claim)
    writer.add([line(1)])
    async with database.writing():
        await writer.flush()
    await writer.flush()
    assert await numbers(JobLog(database, notifier), claim) == [1]
    await database.close()
