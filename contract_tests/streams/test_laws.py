"""Each law fails on a recording that breaks it, and says which law, at which revision, and what to do."""

import copy
import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from contract_tests.repository import committed
from contract_tests.sse import Frame
from contract_tests.streams import streamed
from contract_tests.streams.all_laws import check_all_stream
from contract_tests.streams.job_laws import check_job_stream
from contract_tests.streams.laws import LAWS, LawBroken, Recording
from contract_tests.streams.ledger import Ledger, Opening
from contract_tests.streams.stage import stage
from quant_engine.api.schemas.jobs import JobType

Frames = list[Frame]


@dataclass
class Told:
    """What two readers recorded of one job, and the truth."""

    job_id: str
    ledger: Ledger
    job: Recording
    job_opening: Opening
    every: Recording
    all_opening: Opening

    def check_job(self, seen: Recording) -> None:
        truth = copy.deepcopy(self.ledger)
        check_job_stream(seen, truth, self.job_id, self.job_opening, settled=True)

    def check_all(self, seen: Recording) -> None:
        check_all_stream(seen, copy.deepcopy(self.ledger), self.all_opening, settled=True)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    with stage(tmp_path_factory.mktemp("told") / "home") as made:
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
        return Told(job, made.ledger, seen, one.opening, seen_all, every.opening)


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
JOB_FAULTS: dict[str, tuple[Callable[[Frames], Frames], str, str]] = {
    "an event repeated": (lambda f: [*f[:3], *f[2:]], "Law 2 (Order)", "at revision 3, "),
    "a gap": (lambda f: [*f[:2], *f[3:]], "Law 2 (Order)", "expected revision 2, found `progress`"),
    "two in the wrong order": (
        lambda f: [*f[:2], f[3], f[2], *f[4:]],
        "Law 2 (Order)",
        "at revision 2, ",
    ),
    "no status first": (
        lambda f: [replace(f[1], retry=2000), *f[2:]],
        "Law 1 (First)",
        "`started`",
    ),
    "an unnamed event": (
        lambda f: [*f[:2], replace(f[2], event=None), *f[3:]],
        "Law of Named events",
        "an unnamed event with id 2",
    ),
    "an event not in the contract": (
        lambda f: [*f[:2], replace(f[2], event="advanced"), *f[3:]],
        "Law of Named events",
        "found `advanced`",
    ),
    "the other stream's event": (
        lambda f: [*f[:2], replace(f[2], event="reset", data='{"reason": "expired"}'), *f[3:]],
        "Law of Named events",
        "found `reset`",
    ),
    "another event's name": (
        lambda f: [*f[:2], replace(f[2], event="status"), *f[3:]],
        "Law 2 (Order)",
        "expected `progress`",
    ),
    "payload of another event's shape": (
        lambda f: [*f[:2], replace(f[2], data='{"reason": "expired"}'), *f[3:]],
        "Law of Whole records",
        "in frame 2, `progress`",
    ),
    "a field too many": (
        lambda f: [*f[:2], other(f[2], message="old"), *f[3:]],
        "Law of Whole records",
        "message",
    ),
    "data that is no JSON": (
        lambda f: [*f[:2], replace(f[2], data="{'a': 1}"), *f[3:]],
        "Law of Whole records",
        "not JSON",
    ),
    "another record than GET's": (
        lambda f: [*f[:2], other(f[2], progress_message="else"), *f[3:]],
        "Law of Whole records",
        "'progress_message': 'else'",
    ),
    "a time without its zone": (
        lambda f: [*f[:2], naive(f[2]), *f[3:]],
        "Law of Whole records",
        "created_at",
    ),
    "a result before the end": (
        lambda f: [*f[:3], other(f[3], result=result_of(f)), *f[4:]],
        "Law of Whole records",
        "result exactly where status is succeeded",
    ),
    "an id that is no revision": (
        lambda f: [*f[:2], replace(f[2], id="7c1.2"), *f[3:]],
        "Law of Ids",
        "expected id 2",
    ),
    "an event without id": (
        lambda f: [*f[:2], replace(f[2], id=None), *f[3:]],
        "Law of Ids",
        "'id' is a required property",
    ),
    "done with the final revision as its id": (
        lambda f: [*f[:5], replace(f[5], id="4")],
        "Law of Ids",
        "expected id 5",
    ),
    "done missing": (lambda f: f[:5], "Law 3 (End)", "expected `done` before the server closes"),
    "the terminal event missing": (lambda f: [*f[:4], f[5]], "Law 3 (End)", "expected `completed`"),
    "the terminal event twice": (
        lambda f: [*f[:5], f[4], f[5]],
        "Law 3 (End)",
        "expected one terminal event",
    ),
    "a terminal event after done": (
        lambda f: [*f[:4], f[5], f[4]],
        "Law 3 (End)",
        "expected `completed`",
    ),
    "anything after done": (lambda f: [*f, f[4]], "Law 3 (End)", "nothing after `done`"),
    "no word of when to come again": (
        lambda f: [replace(f[0], retry=None), *f[1:]],
        "Law of First bytes",
        "retry: 2000",
    ),
}


def test_a_recording_of_the_real_streams_keeps_every_law(told: Told) -> None:
    told.check_job(told.job)
    told.check_all(told.every)


@pytest.mark.parametrize("fault", JOB_FAULTS)
def test_a_jobs_stream_that_breaks_a_law_is_found(told: Told, fault: str) -> None:
    plant, law, said = JOB_FAULTS[fault]
    frames = [frame for frame in told.job.frames if not frame.is_comment]
    with pytest.raises(LawBroken) as found:
        told.check_job(replace(told.job, frames=tuple(plant(frames))))
    first, *rest = str(found.value).splitlines()
    assert first.startswith(law)
    assert f"is broken on GET {streamed.job_stream()} " in first
    assert said in first
    assert "\n".join(rest).count("quant_engine/api/") == 2
    assert "run `pytest contract_tests/streams`" in rest[2]


# 0 the id-only frame, 1 status, 2 started, 3 and 4 progress, 5 completed
ALL_FAULTS: dict[str, tuple[Callable[[Frames], Frames], str, str]] = {
    "a gap": (
        lambda f: [*f[:3], *f[4:]],
        "Law 8",
        "expected revision 2, found `progress` of revision 3",
    ),
    "an event repeated": (lambda f: [*f[:4], *f[3:]], "Law of Ids", "an id of its own"),
    "an event repeated under another id": (
        lambda f: [*f[:4], replace(f[3], id="000000000000.7"), *f[4:]],
        "Law 8",
        "a repeat",
    ),
    "no id to resume an idle stream from": (
        lambda f: [replace(f[1], retry=2000), *f[2:]],
        "Law 8",
        "expected an id-only frame first",
    ),
    "no status of a job that is not final": (
        lambda f: [f[0], *f[2:]],
        "Law 8",
        "expected `status` of revision 0",
    ),
    "an event that only a job's stream has": (
        lambda f: [*f, replace(f[5], event="done", id="000000000000.8")],
        "Law of Named events",
        "found `done`",
    ),
    "the newest event missing": (lambda f: f[:5], "Law 8", "nothing: it hangs"),
    "a reset that nobody needs": (
        lambda f: [*f, Frame(event="reset", id="x", data='{"reason": "expired"}')],
        "Law of Reset",
        "expected none",
    ),
}


@pytest.mark.parametrize("fault", ALL_FAULTS)
def test_a_stream_of_all_that_breaks_a_law_is_found(told: Told, fault: str) -> None:
    plant, law, said = ALL_FAULTS[fault]
    frames = [frame for frame in told.every.frames if not frame.is_comment]
    with pytest.raises(LawBroken) as found:
        told.check_all(replace(told.every, frames=tuple(plant(frames))))
    first = str(found.value).splitlines()[0]
    assert first.startswith(law)
    assert f"is broken on GET {streamed.all_stream()} " in first
    assert said in first


def test_a_stream_of_all_that_ends_is_found(told: Told) -> None:
    with pytest.raises(LawBroken, match="no end by itself"):
        told.check_all(replace(told.every, ended=True))


def test_an_id_that_stands_for_two_places_is_found(told: Told) -> None:
    truth = copy.deepcopy(told.ledger)
    check_all_stream(told.every, truth, told.all_opening, settled=True)
    newest = told.every.frames[-1].id
    assert newest is not None
    truth.places[newest] = told.all_opening.here
    with pytest.raises(LawBroken, match="one place to go on from"):
        check_all_stream(told.every, truth, told.all_opening, settled=True)


def test_progress_that_falls_is_found_though_get_agrees(told: Told) -> None:
    truth = copy.deepcopy(told.ledger)
    truth.jobs[told.job_id][3]["progress"] = 0.1
    frames = [frame for frame in told.job.frames if not frame.is_comment]
    frames[3] = other(frames[3], progress=0.1)
    with pytest.raises(LawBroken, match=r"at revision 3.*progress of 0\.25 or more"):
        check_job_stream(
            replace(told.job, frames=tuple(frames)),
            truth,
            told.job_id,
            told.job_opening,
            settled=True,
        )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("content-type", "application/json", "in Content-Type"),
        ("cache-control", "no-store", "in cache-control"),
        ("x-accel-buffering", None, "in x-accel-buffering"),
        ("content-encoding", "gzip", "in Content-Encoding"),
    ],
)
def test_a_head_that_breaks_the_contract_is_found(
    told: Told, name: str, value: str | None, said: str
) -> None:
    headers = {key: kept for key, kept in told.job.headers.items() if key != name}
    changed = headers if value is None else {**headers, name: value}
    with pytest.raises(LawBroken, match=rf"Law of Headers .* {said}"):
        told.check_job(replace(told.job, headers=changed))


@pytest.mark.parametrize("law", LAWS)
def test_a_law_names_places_that_exist(law: str) -> None:
    for path, code in zip(
        (streamed.job_stream(), streamed.all_stream()), LAWS[law].code, strict=True
    ):
        module, _, name = code.partition(":")
        place: Any = importlib.import_module(module)
        for part in name.split("."):
            place = getattr(place, part)
        found: Any = committed().document["paths"][path]["get"]
        for step in LAWS[law].pointer:
            assert step in found, f"{law}: {streamed.pointer(path, *LAWS[law].pointer)}"
            found = found[step]
