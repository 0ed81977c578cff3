"""Each fault that is planted in the streams is found, and the message names the law and the place."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contract_tests.streams import planted
from contract_tests.streams.interleaving import Schedule, Sweep
from contract_tests.streams.laws import LawBroken
from contract_tests.streams.stage import Stage, Watcher, stage
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.services.jobs import EventStreams

Open = Callable[[type[EventStreams]], Stage]
JOB, ALL = "GET /api/jobs/{job_id}/events", "GET /api/events"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    contexts = []

    def open_stage(streams: type[EventStreams]) -> Stage:
        contexts.append(stage(tmp_path / "home", streams=streams))
        return contexts[-1].__enter__()

    yield open_stage
    for context in contexts:
        context.__exit__(None, None, None)


def follow(made: Stage) -> None:
    """Read jobs that end, and some that do not exist, from every place; hold all of it to the laws."""
    every = made.subscribe(None)
    for place in ["0123456789ab.1", "garbage"]:
        made.check(made.subscribe(None, place))
    made.check(made.subscribe("nobody"))
    for _ in range(2):
        job = made.submit(JobType.BACKTEST)
        watchers = [every, made.subscribe(job), *_at_every_id(made, job, every.reader.frames[0].id)]
        claim = made.claim()
        assert claim is not None
        made.look(job)
        made.progress(claim, 0.5)
        made.look(job)
        watchers += _at_every_id(made, job, every.reader.frames[0].id)
        made.succeed(claim)
        made.look(job)
        watchers += _at_every_id(made, job, every.reader.frames[-1].id)
        for watcher in watchers:
            made.check(watcher)


def _at_every_id(made: Stage, job: str, place: str | None) -> Iterator[Watcher]:
    made.check(made.watchers[0])
    for asked in [None, "garbage", "99", *map(str, range(5))]:
        yield made.subscribe(job, asked)
    yield made.subscribe(None, place)


def test_the_real_streams_keep_every_law(opened: Open) -> None:
    follow(opened(EventStreams))


@pytest.mark.parametrize(
    ("fault", "law", "where", "said"),
    [
        (planted.IgnoresTheId, "Law of Reset", ALL, "expected `reset`"),
        (planted.NeverResets, "Law of Reset", ALL, "expected `reset`"),
        (planted.WaitsForTheFuture, "Law 1 (First)", JOB, "expected `status`, found nothing"),
        (planted.KnowsEveryJob, "Law 6 (Refusal)", JOB, "expected 404, found 200"),
        (planted.NeverCloses, "Law 3 (End)", JOB, "expected a close after `done`"),
        (planted.NeverStopsAReader, "Law 5 (Late)", JOB, "expected 204, found 200"),
        (planted.EndsWithoutDone, "Law 3 (End)", JOB, "expected `done` before the server closes"),
    ],
)
def test_a_planted_fault_is_found(
    opened: Open, fault: type[EventStreams], law: str, where: str, said: str
) -> None:
    made = opened(fault)
    with pytest.raises(LawBroken) as found:
        follow(made)
    message = str(found.value)
    assert message.startswith(f"{law} is broken on {where} ")
    assert said in message.splitlines()[0]
    assert "openapi.json#/paths/" in message
    assert "quant_engine/api/" in message
    assert "pytest contract_tests/streams" in message


def test_an_ignored_id_on_a_jobs_stream_is_found(opened: Open) -> None:
    made = opened(planted.IgnoresTheId)
    job = made.submit(JobType.TRAIN)
    made.claim()
    made.look(job)
    with pytest.raises(LawBroken, match=r"Law 4 \(Resume\) .* at revision 1, asked for '0'"):
        made.check(made.subscribe(job, "0"))


def test_a_cancellation_that_no_stream_hears_is_found(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(EventStreams)
    job = made.submit(JobType.TRAIN)
    watcher = made.subscribe(job)
    made.mute(muted=True)
    monkeypatch.setattr("quant_engine.api.services.jobs.LOOK_SECONDS", 1e6)
    assert made.cancel(job) == 200
    made.look(job)
    with pytest.raises(LawBroken, match=r"Law 3 \(End\) .* `cancelled`, found nothing: it hangs"):
        made.check(watcher)


@pytest.mark.parametrize(
    ("fault", "every", "muted", "said"),
    [
        (planted.ReadsThenSubscribes, False, False, "Law 3 (End)"),
        (planted.ReadsThenSubscribes, True, False, "Law 8 (All jobs)"),
        (planted.TrustsNotifications, False, True, "Law 3 (End)"),
        (planted.TrustsNotifications, True, True, "Law 8 (All jobs)"),
        (planted.MissesWhatHappensWhileItOpens, False, False, "Law "),
    ],
)
def test_the_sweep_finds_what_needs_an_unlucky_moment(
    opened: Open, fault: type[EventStreams], every: bool, muted: bool, said: str
) -> None:
    sweep = Sweep(opened(fault))
    with pytest.raises(AssertionError) as found:
        sweep.singles(Schedule(every, "nothing", ("start",), ("succeed",), (), is_muted=muted))
    sweep.close()
    message = str(found.value)
    assert said in message.splitlines()[0]
    # and it replays exactly
    schedule = Schedule.read(message.split("schedule: ")[1].splitlines()[0])
    assert str(schedule) in message
    again = Sweep(sweep.stage)
    with pytest.raises(AssertionError) as replayed:
        again.run(schedule)
    again.close()
    assert (
        str(replayed.value).splitlines()[0].split("job ")[0]
        == message.splitlines()[0].split("job ")[0]
    )
