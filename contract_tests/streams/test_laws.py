"""Each law fails on a recording that breaks it, and the finding names the law, the revision and what to do."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import pytest

from contract_tests.repository import ROOT, committed
from contract_tests.streams.laws import LAWS, LawBroken
from contract_tests.streams.ledger import Ledger
from contract_tests.streams.recording import HANGS, Recording
from contract_tests.streams.scenario import STREAMS, check_stream, open_scenario
from quant_engine.api.schemas.jobs import JobType
from wirelaw.finding import Finding
from wirelaw.running.sse import Frame

Frames = list[Frame]
Change = Callable[[Frames], Frames]


@dataclass
class Recorded:
    """What two readers received of one job, and the history of that job."""

    job_id: str
    ledger: Ledger
    job: Recording
    every: Recording
    log: Recording


def copied(ledger: Ledger) -> Ledger:
    history = {each.name: getattr(ledger, each.name) for each in fields(ledger)}
    stream = history.pop("stream")
    return Ledger(stream, **copy.deepcopy(history))


def broken(recording: Recording, ledger: Ledger) -> Finding:
    with pytest.raises(LawBroken) as raised:
        check_stream(recording, copied(ledger))
    (finding,) = raised.value.findings
    return finding


def changed(recording: Recording, change: Change) -> Recording:
    frames = [frame for frame in recording.frames if not frame.is_comment]
    return replace(recording, frames=tuple(change(frames)))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    with open_scenario(tmp_path_factory.mktemp("recorded") / "home") as scenario:
        job = scenario.submit(JobType.BACKTEST)
        one, every = scenario.subscribe(job), scenario.subscribe(None)
        claim = scenario.claim()
        assert claim is not None
        scenario.look(job)
        for fraction in (0.25, 0.5):
            scenario.progress(claim, fraction)
            scenario.look(job)
        scenario.print(claim, 2)
        scenario.print(claim, 1)
        log = scenario.subscribe(job, log=True)
        scenario.succeed(claim)
        scenario.look(job)
        return Recorded(job, scenario.ledger, one.recording(), every.recording(), log.recording())


def order(*numbers: int) -> Change:
    """Send these frames in this order."""
    return lambda frames: [frames[number] for number in numbers]


def frame(number: int, **fields: Any) -> Change:
    """Send one frame with other fields."""
    return lambda f: [*f[:number], replace(f[number], **fields), *f[number + 1 :]]


def start(number: int) -> Change:
    """Begin with this frame."""
    return lambda frames: [replace(frames[number], retry=2000), *frames[number + 1 :]]


def record(number: int, **changes: Any) -> Change:
    """Send one frame with another record; a change may depend on the records of all frames."""

    def change(frames: Frames) -> Frames:
        records = [json.loads(one.data or "{}") for one in frames]
        fields = {
            name: value(records) if callable(value) else value for name, value in changes.items()
        }
        return frame(number, data=json.dumps({**records[number], **fields}))(frames)

    return change


EXPIRED = '{"reason": "expired"}'


class Fault(NamedTuple):
    """A change of a stream, and its finding; of `expected` and `found` a part."""

    change: Change
    code: str
    expected: str = ""
    found: str = ""


# 0 status, 1 started, 2 and 3 progress, 4 completed, 5 done
JOB_FAULTS = {
    "an event repeated": Fault(order(0, 1, 2, 2, 3, 4, 5), "law-2-order", "", "at revision 3, "),
    "a gap": Fault(order(0, 1, 3, 4, 5), "law-2-order", "revision 2", "`progress`"),
    "two in the wrong order": Fault(order(0, 1, 3, 2, 4, 5), "law-2-order", "", "at revision 2, "),
    "no status first": Fault(start(1), "law-1-first", "", "`started`"),
    "an unnamed event": Fault(
        frame(2, event=None), "law-named-events", "", "an unnamed event with id"
    ),
    "an undeclared event": Fault(frame(2, event="advanced"), "law-named-events", "", "`advanced`"),
    "the other stream's event": Fault(
        frame(2, event="reset", data=EXPIRED), "law-named-events", "", "`reset`"
    ),
    "another event's name": Fault(frame(2, event="status"), "law-2-order", "`progress`"),
    "payload of another event's shape": Fault(
        frame(2, data=EXPIRED), "law-whole-records", "", "in frame 2, `progress`"
    ),
    "a field too many": Fault(record(2, message="old"), "law-whole-records", "", "message"),
    "data that is no JSON": Fault(frame(2, data="{'a': 1}"), "law-whole-records", "", "not JSON"),
    "another record than GET's": Fault(
        record(2, progress_message="else"), "law-whole-records", "", "'progress_message': 'else'"
    ),
    "a time without its zone": Fault(
        record(2, created_at=lambda records: records[2]["created_at"].removesuffix("Z")),
        "law-whole-records",
        "",
        "created_at",
    ),
    "a result before the end": Fault(
        record(3, result=lambda records: records[4]["result"]),
        "law-whole-records",
        "result exactly where status is succeeded",
    ),
    "an id that is no revision": Fault(frame(2, id="7c1.2"), "law-ids", "id 2"),
    "an event without id": Fault(frame(2, id=None), "law-ids", "", "'id' is a required property"),
    "done with the final revision as its id": Fault(frame(5, id="4"), "law-ids", "id 5"),
    "done missing": Fault(order(*range(5)), "law-3-end", "`done` before the server closes"),
    "the terminal event missing": Fault(order(0, 1, 2, 3, 5), "law-3-end", "`completed`"),
    "the terminal event twice": Fault(
        order(0, 1, 2, 3, 4, 4, 5), "law-3-end", "one terminal event"
    ),
    "a terminal event after done": Fault(order(0, 1, 2, 3, 5, 4), "law-3-end", "`completed`"),
    "anything after done": Fault(order(*range(6), 4), "law-3-end", "nothing after `done`"),
    "no time to reconnect": Fault(frame(0, retry=None), "law-first-bytes", "retry: 2000"),
}
# 0 position, 1 status, 2 started, 3 and 4 progress, 5 completed
ALL_FAULTS = {
    "a gap": Fault(
        order(0, 1, 2, 4, 5), "law-8-all-jobs", "revision 2", "`progress` of revision 3"
    ),
    "an event repeated": Fault(order(0, 1, 2, 3, 3, 4, 5), "law-ids", "an id of its own"),
    "an event repeated under another id": Fault(
        lambda f: [*f[:4], replace(f[3], id="000000000000.7"), *f[4:]],
        "law-8-all-jobs",
        "",
        "a repeat",
    ),
    "no id to resume an idle stream from": Fault(start(1), "law-1-first", "`position`"),
    "a second position": Fault(
        lambda f: [*f, replace(f[0], id="000000000000.8")], "law-1-first", "one at the start"
    ),
    "a position without an id": Fault(
        frame(0, id=None), "law-ids", "", "'id' is a required property"
    ),
    "a position with content": Fault(
        frame(0, data='{"seq": 1}'), "law-whole-records", "", "Additional"
    ),
    "no status of a job that is not final": Fault(
        order(0, 2, 3, 4, 5), "law-8-all-jobs", "`status` of revision 0"
    ),
    "an event that only a job's stream has": Fault(
        lambda f: [*f, replace(f[5], event="done", id="000000000000.8")],
        "law-named-events",
        "",
        "`done`",
    ),
    "the newest event missing": Fault(order(*range(5)), "law-8-all-jobs", "", HANGS),
    "a reset without a reason": Fault(
        lambda f: [*f, Frame(event="reset", id="x", data=EXPIRED)], "law-reset", "none"
    ),
}
# 0 retry, 1 skipped 1, 2 and 3 lines, 4 skipped, 5 a line, 6 done
LOG_FAULTS = {
    "a line repeated": Fault(order(0, 1, 2, 2, 3, 4, 5, 6), "law-9-log", "line 3", "a repeat"),
    "a gap that nothing states": Fault(
        order(0, 1, 2, 3, 5, 6), "law-9-log", "line 4", "a gap that nothing states"
    ),
    "two in the wrong order": Fault(order(0, 1, 3, 2, 4, 5, 6), "law-9-log", "line 2"),
    "skipped lines that are kept": Fault(
        lambda f: [*f[:2], replace(f[1], id="2", data='{"first": 2, "last": 2}'), *f[3:]],
        "law-9-log",
        "one `skipped` for neighbours",
    ),
    "lines that are kept in a gap": Fault(
        lambda f: [*f[:3], replace(f[4], id="4", data='{"first": 3, "last": 4}'), *f[5:]],
        "law-9-log",
        "lines [3], which are kept",
    ),
    "another line than GET's": Fault(record(2, text="else"), "law-whole-records", "line 2"),
    "an id that is no line": Fault(frame(2, id="7"), "law-ids", "id 2"),
    "a line of a stream of jobs": Fault(
        frame(2, event="status"), "law-named-events", "", "`status`"
    ),
    "done missing": Fault(order(*range(6)), "law-3-end", "`done` before the server closes"),
    "the newest line missing": Fault(order(0, 1, 2, 3, 4, 6), "law-3-end", "line 5"),
    "done with the newest line as its id": Fault(frame(6, id="5"), "law-ids", "id 6"),
    "anything after done": Fault(order(*range(7), 5), "law-3-end", "nothing after `done`"),
    "no time to reconnect": Fault(order(*range(1, 7)), "law-first-bytes", "retry: 2000"),
}
FAULTS = {"job": JOB_FAULTS, "every": ALL_FAULTS, "log": LOG_FAULTS}


def test_a_recording_of_the_real_streams_keeps_every_law(recorded: Recorded) -> None:
    for recording in (recorded.job, recorded.every, recorded.log):
        check_stream(recording, copied(recorded.ledger))


@pytest.mark.parametrize(
    ("stream", "fault"),
    [(stream, name) for stream, faults in FAULTS.items() for name in faults],
)
def test_a_stream_that_breaks_a_law_is_found(recorded: Recorded, stream: str, fault: str) -> None:
    planted = FAULTS[stream][fault]
    recording: Recording = getattr(recorded, stream)
    finding = broken(changed(recording, planted.change), recorded.ledger)
    assert (finding.code, finding.pointer) == (planted.code, f"GET {recording.stream.path}")
    assert planted.expected in finding.expected
    assert planted.found in finding.found
    assert finding.fix.count("quant_engine/api/") == 2
    assert "run `pytest contract_tests/streams`" in finding.fix


def test_a_stream_of_all_that_ends_is_found(recorded: Recorded) -> None:
    finding = broken(replace(recorded.every, ended=True), recorded.ledger)
    assert (finding.code, finding.expected) == ("law-8-all-jobs", "no end by itself")


def test_an_id_that_stands_for_two_places_is_found(recorded: Recorded) -> None:
    ledger = copied(recorded.ledger)
    check_stream(recorded.every, ledger)
    ledger.places[str(recorded.every.frames[-1].id)] = recorded.every.opening.here
    assert broken(recorded.every, ledger).code == "law-ids"


def test_progress_that_falls_is_found_though_get_agrees(recorded: Recorded) -> None:
    ledger = copied(recorded.ledger)
    ledger.jobs[recorded.job_id][3]["progress"] = 0.1
    finding = broken(changed(recorded.job, record(3, progress=0.1)), ledger)
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
def test_a_header_that_breaks_the_contract_is_found(
    recorded: Recorded, name: str, value: str | None
) -> None:
    headers = {key: kept for key, kept in recorded.job.headers.items() if key != name}
    sent = headers if value is None else {**headers, name: value}
    finding = broken(replace(recorded.job, headers=sent), recorded.ledger)
    assert (finding.code, finding.found) == ("law-headers", f"in {name}: {value}")


@pytest.mark.parametrize("law", LAWS)
def test_a_law_names_places_that_exist(law: str) -> None:
    file, *steps = LAWS[law]
    assert (ROOT / file).is_file()
    for stream in (STREAMS.job, STREAMS.all, STREAMS.log):
        committed().at(stream.pointer(*steps))
