"""A job changes at every await point of a stream, and no event is lost, repeated or late.

`STREAM_EXAMPLES=1` sweeps every pair of moves of a job, for every id that a reader resumes from;
`STREAM_SCHEDULE='…'` replays the schedule that a failure printed.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.streams.interleaving import GARBAGE, Sweep
from contract_tests.streams.scenario import open_scenario
from contract_tests.streams.schedules import Schedule, scripts

IS_LONG = bool(os.environ.get("STREAM_EXAMPLES"))
SCHEDULE = os.environ.get("STREAM_SCHEDULE")
BEFORE = [
    (),
    ("start",),
    ("start", "request_cancel"),
    ("start", "progress"),
    ("start", "requeue", "start"),
    ("start", "succeed"),
]
RESUMED = ["nothing", "now", "first", GARBAGE]
STREAMS = pytest.mark.parametrize("every", [False, True], ids=["job", "all"])
pytestmark = pytest.mark.timeout(0)  # virtual time finds a hang


@pytest.fixture
def sweep(tmp_path: Path) -> Iterator[Sweep]:
    with open_scenario(tmp_path / "home") as scenario:
        sweep = Sweep(scenario)
        yield sweep
        sweep.close()


@pytest.fixture
def swept(sweep: Sweep, summarise: Summarise, request: pytest.FixtureRequest) -> Iterator[Sweep]:
    yield sweep
    name = request.node.name.removeprefix("test_")
    summarise("streams", f"{name}: {sweep.runs} schedules, {sweep.steps} steps of the loop")


@STREAMS
def test_one_thing_at_every_await_point(swept: Sweep, every: bool) -> None:
    for before in BEFORE:
        for script in scripts(before, 1):
            for last_event_id in RESUMED if IS_LONG else RESUMED[:2]:
                swept.singles(Schedule(every, last_event_id, before, script, ()))
    assert swept.runs >= 140


@STREAMS
def test_every_notification_is_lost(swept: Sweep, every: bool) -> None:
    for before in BEFORE if IS_LONG else BEFORE[:3]:
        for script in scripts(before, 1):
            swept.singles(Schedule(every, "nothing", before, script, (), is_muted=True))
    assert swept.runs >= 45


@STREAMS
def test_two_things_at_every_two_await_points(swept: Sweep, every: bool) -> None:
    pairs = [
        ("progress", "succeed"),
        ("succeed", "prune"),
        ("succeed", "delete"),
        ("request_cancel", "requeue"),
    ]
    for script in scripts(("start",), 2) if IS_LONG else pairs:
        for last_event_id in RESUMED if IS_LONG else RESUMED[:1]:
            schedule = Schedule(every, last_event_id, ("start",), script, ())
            swept.pairs(schedule)
    assert swept.runs >= 70


@STREAMS
@pytest.mark.parametrize(
    ("options", "least"),
    [({"over_http": True}, 10), ({"slow": "commit"}, 10), ({"slow": "begin"}, 35)],
    ids=["over_http", "slow_commit", "slow_begin"],
)
def test_through_the_routes_or_with_a_driver_that_waits(
    swept: Sweep, every: bool, options: dict[str, Any], least: int
) -> None:
    # a driver that waits has many more points
    is_whole = IS_LONG or "over_http" in options
    for script in scripts(("start",), 1) if is_whole else [("succeed",)]:
        for last_event_id in RESUMED if IS_LONG else RESUMED[:1]:
            schedule = Schedule(every, last_event_id, ("start",), script, (), **options)
            swept.singles(schedule)
    assert swept.runs >= least


#: what happens to a log while it is read, after what happened before
LOGS = [
    (("start",), ("print",)),
    (("start", "print"), ("print_much",)),
    (("start", "print"), ("succeed",)),
    (("start", "print"), ("requeue",)),
    (("start", "request_cancel"), ("fail",)),
    ((), ("cancel",)),
]


@pytest.mark.parametrize(
    "options", [{}, {"is_muted": True}, {"over_http": True}], ids=["", "is_muted", "over_http"]
)
def test_one_thing_at_every_await_point_of_a_log(swept: Sweep, options: dict[str, Any]) -> None:
    for before, script in LOGS:
        for last_event_id in RESUMED:
            swept.singles(Schedule(False, last_event_id, before, script, (), log=True, **options))
    assert swept.runs >= 140


def test_two_things_at_every_two_await_points_of_a_log(swept: Sweep) -> None:
    pairs = [("print", "succeed"), ("print_much", "print_much"), ("print", "requeue")]
    for script in pairs:
        for last_event_id in RESUMED if IS_LONG else RESUMED[:2]:
            swept.pairs(Schedule(False, last_event_id, ("start", "print"), script, (), log=True))
    assert swept.runs >= 70


@pytest.mark.skipif(SCHEDULE is None, reason="STREAM_SCHEDULE names what to replay")
def test_replay(sweep: Sweep) -> None:
    sweep.run(Schedule.read(SCHEDULE or ""))
