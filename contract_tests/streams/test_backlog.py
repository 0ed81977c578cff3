"""A stream that has more to send never waits: a backlog of any length is read while no time passes."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from contract_tests.streams.scenario import Scenario, Watcher, open_scenario
from quant_engine.api.jobs.log import PAGE
from quant_engine.api.jobs.notifier import Topic
from quant_engine.api.jobs.store import Claim
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.services.jobs import EventStreams
from wirelaw.finding import Finding, check

LENGTHS = (0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE)
FIX = "see EventStreams in quant_engine/api/services/jobs.py; then run `pytest contract_tests/streams/test_backlog.py`"


def waits(scenario: Scenario) -> Iterator[Finding]:
    """Report each reader that is behind, and gets what it lacks only after a wait."""
    job = scenario.submit(JobType.TRAIN)
    claim = scenario.claim()
    assert claim is not None
    present = [scenario.subscribe(None), scenario.subscribe(job)]
    slow = [scenario.subscribe(None), scenario.subscribe(job)]
    for watcher in slow:
        watcher.reader.pause()
    scenario.loop.run(_report(scenario, claim))
    for event in ("progress", "completed"):
        if event == "completed":
            scenario.succeed(claim)
        logged = _logged(scenario, job)
        for watcher, ids in zip(slow, logged.values(), strict=True):
            watcher.reader.resume()
            yield from _late(scenario, watcher, ids[2:], f"read slowly up to {event}")
            watcher.reader.pause()
        for place, ids in logged.items():
            for length in LENGTHS:
                watcher = scenario.subscribe(place, ids[len(ids) - 1 - length])
                yield from _late(
                    scenario, watcher, ids[len(ids) - length :], f"{length} behind {event}"
                )
                watcher.reader.leave()
    for watcher, ids in zip(present, logged.values(), strict=True):
        yield from _late(scenario, watcher, ids[2:], "read at once")


async def _report(scenario: Scenario, claim: Claim) -> None:
    for number in range(max(LENGTHS)):
        await scenario.store.progress(claim, number / max(LENGTHS), "")


def _logged(scenario: Scenario, job: str) -> dict[str | None, list[str]]:
    """Return the ids of the events, in the stream of all jobs and in that of the job."""
    with closing(sqlite3.connect(scenario.parts.home.database)) as other:
        (log,) = other.execute("SELECT log_id FROM event_log").fetchone()
        rows = other.execute("SELECT seq, revision FROM job_events ORDER BY seq").fetchall()
    return {None: [f"{log}.{seq}" for seq, _ in rows], job: [f"{number}" for _, number in rows]}


def _late(scenario: Scenario, watcher: Watcher, expected: list[str], how: str) -> Iterator[Finding]:
    scenario.loop.settle()  # no time passes
    events = [frame.id for frame in watcher.reader.frames if frame.event is not None]
    missing = len([one for one in expected if one not in events])
    if missing:
        place = f"GET {watcher.stream.path}: {how}"
        found = f"the stream waits before it sends the last {missing}"
        all_sent = f"{len(expected)} events without a wait"
        yield Finding("streams", place, "waits-with-more", all_sent, found, FIX)


def test_a_stream_that_has_more_to_send_does_not_wait(tmp_path: Path) -> None:
    with open_scenario(tmp_path / "home") as scenario:
        check(waits(scenario))


class _Rests(EventStreams):
    """Waits for a notification after each page."""

    async def _all_frames(self, *place: Any) -> AsyncIterator[bytes]:
        async for chunk in super()._all_frames(*place):
            yield chunk
            if chunk.count(b"event: progress") > 1:
                await Topic().wait_for_change(0, 0.001)


def test_a_wait_between_two_pages_is_found(tmp_path: Path) -> None:
    with open_scenario(tmp_path / "home", streams=_Rests) as scenario:
        found = list(waits(scenario))
    assert {finding.code for finding in found} == {"waits-with-more"}
    behind = "GET /api/events: {} behind progress".format
    places = {finding.pointer for finding in found}
    assert [length for length in LENGTHS if behind(length) in places] == [PAGE + 1, 3 * PAGE]
    assert all(place.startswith("GET /api/events: ") for place in places)
