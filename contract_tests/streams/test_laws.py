"""Each law fails on a recording that breaks it, and says which law, at which revision, and what to do."""

import copy
import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from contract_tests.finding import Finding
from contract_tests.repository import committed
from contract_tests.sse import Frame
from contract_tests.streams.all_laws import check_all_stream
from contract_tests.streams.job_laws import check_job_stream
from contract_tests.streams.laws import LAWS, LawBroken, Recording
from contract_tests.streams.ledger import Ledger, Opening
from contract_tests.streams.scenario import STREAMS, open_scenario
from quant_engine.api.schemas.jobs import JobType

Frames = list[Frame]


@dataclass
class Recorded:
    """What two readers received of one job, and the truth."""

    job_id: str
    ledger: Ledger
    job: Recording
    job_opening: Opening
    every: Recording
    all_opening: Opening

    def check_job(self, recording: Recording) -> None:
        truth = copied(self.ledger)
        check_job_stream(recording, truth, self.job_id, self.job_opening, settled=True)

    def check_all(self, recording: Recording) -> None:
        check_all_stream(recording, copied(self.ledger), self.all_opening, settled=True)


def copied(ledger: Ledger) -> Ledger:
    truth = (ledger.jobs, ledger.places, ledger.forgotten, ledger.order)
    return Ledger(ledger.stream, *copy.deepcopy(truth))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    with open_scenario(tmp_path_factory.mktemp("recorded") / "home") as made:
        job = made.submit(JobType.BACKTEST)
        one, every = made.subscribe(job), made.subscribe(None)
        claim = made.claim()
        assert claim is not None
        made.look(job)
        for fraction in (0.25, 0.5):
            made.progress(claim, fraction)
            made.look(job)
        made.succeed(claim)
        made.look(job)
        seen, seen_all = made.recording(one), made.recording(every)
        return Recorded(job, made.ledger, seen, one.opening, seen_all, every.opening)


def other(frame: Frame, **changes: Any) -> Frame:
    """Return a frame whose record says something else."""
    assert frame.data is not None
    return replace(frame, data=json.dumps({**json.loads(frame.data), **changes}))


def naive(frame: Frame) -> Frame:
    assert frame.data is not None
    return other(frame, created_at=json.loads(frame.data)["created_at"].removesuffix("Z"))


def result_of(frames: Frames) -> Any:
    data = frames[4].data
    assert data is not None
    return json.loads(data)["result"]


# 0 status, 1 started, 2 and 3 progress, 4 completed, 5 done
JOB_FAULTS: dict[str, tuple[Callable[[Frames], Frames], str, str, str]] = {
    "an event repeated": (lambda f: [*f[:3], *f[2:]], "law-2-order", "", "at revision 3, "),
    "a gap": (lambda f: [*f[:2], *f[3:]], "law-2-order", "revision 2", "`progress`"),
    "two in the wrong order": (
        lambda f: [*f[:2], f[3], f[2], *f[4:]],
        "law-2-order",
        "",
        "at revision 2, ",
    ),
    "no status first": (
        lambda f: [replace(f[1], retry=2000), *f[2:]],
        "law-1-first",
        "",
        "`started`",
    ),
    "an unnamed event": (
        lambda f: [*f[:2], replace(f[2], event=None), *f[3:]],
        "law-named-events",
        "",
        "an unnamed event with id 2",
    ),
    "an event not in the contract": (
        lambda f: [*f[:2], replace(f[2], event="advanced"), *f[3:]],
        "law-named-events",
        "",
        "`advanced`",
    ),
    "the other stream's event": (
        lambda f: [*f[:2], replace(f[2], event="reset", data='{"reason": "expired"}'), *f[3:]],
        "law-named-events",
        "",
        "`reset`",
    ),
    "another event's name": (
        lambda f: [*f[:2], replace(f[2], event="status"), *f[3:]],
        "law-2-order",
        "`progress`",
        "",
    ),
    "payload of another event's shape": (
        lambda f: [*f[:2], replace(f[2], data='{"reason": "expired"}'), *f[3:]],
        "law-whole-records",
        "",
        "in frame 2, `progress`",
    ),
    "a field too many": (
        lambda f: [*f[:2], other(f[2], message="old"), *f[3:]],
        "law-whole-records",
        "",
        "message",
    ),
    "data that is no JSON": (
        lambda f: [*f[:2], replace(f[2], data="{'a': 1}"), *f[3:]],
        "law-whole-records",
        "",
        "not JSON",
    ),
    "another record than GET's": (
        lambda f: [*f[:2], other(f[2], progress_message="else"), *f[3:]],
        "law-whole-records",
        "",
        "'progress_message': 'else'",
    ),
    "a time without its zone": (
        lambda f: [*f[:2], naive(f[2]), *f[3:]],
        "law-whole-records",
        "",
        "created_at",
    ),
    "a result before the end": (
        lambda f: [*f[:3], other(f[3], result=result_of(f)), *f[4:]],
        "law-whole-records",
        "result exactly where status is succeeded",
        "",
    ),
    "an id that is no revision": (
        lambda f: [*f[:2], replace(f[2], id="7c1.2"), *f[3:]],
        "law-ids",
        "id 2",
        "",
    ),
    "an event without id": (
        lambda f: [*f[:2], replace(f[2], id=None), *f[3:]],
        "law-ids",
        "",
        "'id' is a required property",
    ),
    "done with the final revision as its id": (
        lambda f: [*f[:5], replace(f[5], id="4")],
        "law-ids",
        "id 5",
        "",
    ),
    "done missing": (lambda f: f[:5], "law-3-end", "`done` before the server closes", ""),
    "the terminal event missing": (lambda f: [*f[:4], f[5]], "law-3-end", "`completed`", ""),
    "the terminal event twice": (
        lambda f: [*f[:5], f[4], f[5]],
        "law-3-end",
        "one terminal event",
        "",
    ),
    "a terminal event after done": (
        lambda f: [*f[:4], f[5], f[4]],
        "law-3-end",
        "`completed`",
        "",
    ),
    "anything after done": (lambda f: [*f, f[4]], "law-3-end", "nothing after `done`", ""),
    "no word of when to come again": (
        lambda f: [replace(f[0], retry=None), *f[1:]],
        "law-first-bytes",
        "retry: 2000",
        "",
    ),
}


def test_a_recording_of_the_real_streams_keeps_every_law(recorded: Recorded) -> None:
    recorded.check_job(recorded.job)
    recorded.check_all(recorded.every)


def finding_of(check: Callable[[Recording], None], recording: Recording) -> Finding:
    with pytest.raises(LawBroken) as raised:
        check(recording)
    (finding,) = raised.value.findings
    return finding


@pytest.mark.parametrize("fault", JOB_FAULTS)
def test_a_jobs_stream_that_breaks_a_law_is_found(recorded: Recorded, fault: str) -> None:
    plant, law, expected, found = JOB_FAULTS[fault]
    frames = [frame for frame in recorded.job.frames if not frame.is_comment]
    finding = finding_of(recorded.check_job, replace(recorded.job, frames=tuple(plant(frames))))
    assert (finding.code, finding.pointer) == (law, f"GET {STREAMS.job.path}")
    assert expected in finding.expected
    assert found in finding.found
    assert finding.fix.count("quant_engine/api/") == 2
    assert "run `pytest contract_tests/streams`" in finding.fix


# 0 the id-only frame, 1 status, 2 started, 3 and 4 progress, 5 completed
ALL_FAULTS: dict[str, tuple[Callable[[Frames], Frames], str, str, str]] = {
    "a gap": (
        lambda f: [*f[:3], *f[4:]],
        "law-8-all-jobs",
        "revision 2",
        "`progress` of revision 3",
    ),
    "an event repeated": (lambda f: [*f[:4], *f[3:]], "law-ids", "an id of its own", ""),
    "an event repeated under another id": (
        lambda f: [*f[:4], replace(f[3], id="000000000000.7"), *f[4:]],
        "law-8-all-jobs",
        "",
        "a repeat",
    ),
    "no id to resume an idle stream from": (
        lambda f: [replace(f[1], retry=2000), *f[2:]],
        "law-8-all-jobs",
        "an id-only frame first",
        "",
    ),
    "no status of a job that is not final": (
        lambda f: [f[0], *f[2:]],
        "law-8-all-jobs",
        "`status` of revision 0",
        "",
    ),
    "an event that only a job's stream has": (
        lambda f: [*f, replace(f[5], event="done", id="000000000000.8")],
        "law-named-events",
        "",
        "`done`",
    ),
    "the newest event missing": (lambda f: f[:5], "law-8-all-jobs", "", "nothing: it hangs"),
    "a reset that nobody needs": (
        lambda f: [*f, Frame(event="reset", id="x", data='{"reason": "expired"}')],
        "law-reset",
        "none",
        "",
    ),
}


@pytest.mark.parametrize("fault", ALL_FAULTS)
def test_a_stream_of_all_that_breaks_a_law_is_found(recorded: Recorded, fault: str) -> None:
    plant, law, expected, found = ALL_FAULTS[fault]
    frames = [frame for frame in recorded.every.frames if not frame.is_comment]
    finding = finding_of(recorded.check_all, replace(recorded.every, frames=tuple(plant(frames))))
    assert (finding.code, finding.pointer) == (law, f"GET {STREAMS.all.path}")
    assert expected in finding.expected
    assert found in finding.found


def test_a_stream_of_all_that_ends_is_found(recorded: Recorded) -> None:
    finding = finding_of(recorded.check_all, replace(recorded.every, ended=True))
    assert (finding.code, finding.expected) == ("law-8-all-jobs", "no end by itself")


def test_an_id_that_stands_for_two_places_is_found(recorded: Recorded) -> None:
    truth = copied(recorded.ledger)
    check_all_stream(recorded.every, truth, recorded.all_opening, settled=True)
    newest = recorded.every.frames[-1].id
    assert newest is not None
    truth.places[newest] = recorded.all_opening.here
    with pytest.raises(LawBroken) as raised:
        check_all_stream(recorded.every, truth, recorded.all_opening, settled=True)
    assert raised.value.findings[0].code == "law-ids"


def test_progress_that_falls_is_found_though_get_agrees(recorded: Recorded) -> None:
    truth = copied(recorded.ledger)
    truth.jobs[recorded.job_id][3]["progress"] = 0.1
    frames = [frame for frame in recorded.job.frames if not frame.is_comment]
    frames[3] = other(frames[3], progress=0.1)
    with pytest.raises(LawBroken) as raised:
        check_job_stream(
            replace(recorded.job, frames=tuple(frames)),
            truth,
            recorded.job_id,
            recorded.job_opening,
            settled=True,
        )
    (finding,) = raised.value.findings
    assert "progress of 0.25 or more" in finding.expected
    assert finding.found.startswith("at revision 3, ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", None),
        ("content-encoding", "gzip"),
    ],
)
def test_a_head_that_breaks_the_contract_is_found(
    recorded: Recorded, name: str, value: str | None
) -> None:
    headers = {key: kept for key, kept in recorded.job.headers.items() if key != name}
    changed = headers if value is None else {**headers, name: value}
    finding = finding_of(recorded.check_job, replace(recorded.job, headers=changed))
    assert (finding.code, finding.found) == ("law-headers", f"in {name}: {value}")


@pytest.mark.parametrize("law", LAWS)
def test_a_law_names_places_that_exist(law: str) -> None:
    for stream, code in zip((STREAMS.job, STREAMS.all), LAWS[law].code, strict=True):
        module, _, name = code.partition(":")
        place: Any = importlib.import_module(module)
        for part in name.split("."):
            place = getattr(place, part)
        committed().at(stream.pointer(*LAWS[law].pointer))
