"""The recorded answers that the page's tests use are what the contract declares; a stale one is found."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.repository import committed
from contract_tests.traces import __main__
from contract_tests.traces.check import missing, raw, stale
from contract_tests.traces.scenes import READ
from contract_tests.traces.trace import FOLDER, RECORD, Trace, read, write
from wirelaw.finding import check

TESTS = FOLDER.parent
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def traces() -> list[Trace]:
    return read()


def test_each_trace_is_what_the_contract_declares(
    traces: list[Trace], summarise: Summarise
) -> None:
    check(stale(traces, committed()))
    n_events = sum(len(trace.answer().events) for trace in traces if trace.answer().streams)
    summarise("traces", f"{len(traces)} recorded answers, {n_events} recorded events")


def test_each_operation_has_a_trace(traces: list[Trace]) -> None:
    check(missing(traces, committed()))
    without = [trace for trace in traces if trace.route != "/api/signals/latest"]
    (found,) = missing(without, committed())
    assert found.pointer == "frontend/tests/traces GET /api/signals/latest"


#: modules that replay recorded answers
REPLAYED = ("network.ts", "service.ts", "traces.ts")


def page_tests() -> dict[str, str]:
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in sorted(TESTS.glob("*.ts*"))
        if file.name not in REPLAYED
    }


def test_each_trace_is_used(traces: list[Trace]) -> None:
    text = "\n".join(page_tests().values())
    # visit.tsx serves these to each page
    assert "tracesLike(" in text
    text += " ".join(f'"{name}" "empty-{name}"' for name in READ)
    idle = [trace.name for trace in traces if not re.search(rf"[\"'`]{trace.name}[\"'`]", text)]
    assert not idle, f"no test of the page is answered with: {', '.join(idle)}"


#: code that creates a response without a trace
BY_HAND = re.compile(r"new Response\(|Response\.(json|error)\(|\bok: (true|false),|request_id:")


def test_no_response_is_written_by_hand() -> None:
    found = [name for name, text in page_tests().items() if BY_HAND.search(text)]
    assert not found, f"{found} write an answer by hand: record it in contract_tests/traces"
    assert BY_HAND.search("answerWith(() => Response.json({ ok: true, data: page }))")


def test_the_traces_are_small_enough_for_a_review() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < MOST_BYTES


def test_traces_are_read_as_they_were_written(traces: list[Trace], tmp_path: Path) -> None:
    write(traces, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        file.name: file.read_bytes() for file in FOLDER.iterdir()
    }


def test_each_trace_is_normalised(traces: list[Trace]) -> None:
    check(raw(traces))


# planted: stale traces


def named(traces: list[Trace], name: str) -> Trace:
    return next(trace for trace in traces if trace.name == name)


def replaced(old: str, new: str) -> Callable[[Trace], Trace]:
    def change(trace: Trace) -> Trace:
        text = trace.content.decode()
        assert old in text, f"{trace.name} no longer has {old!r}: plant this fault elsewhere"
        return dataclasses.replace(trace, content=text.replace(old, new).encode())

    return change


def changed(**fields: Any) -> Callable[[Trace], Trace]:
    return lambda trace: dataclasses.replace(trace, **fields)


def sent_with(**more: Any) -> Callable[[Trace], Trace]:
    return lambda trace: dataclasses.replace(trace, sent={**trace.sent, **more})


Case = tuple[str, Callable[[Trace], Trace], str, str]
STALE: list[Case] = [
    ("job-running", replaced('"running"', '"started"'), "/data/status", "invalid-value"),
    ("job-running", replaced('"progress_message"', '"stage"'), "/data/stage", "undeclared-field"),
    ("job-running", changed(path="/api/job/1"), "GET /api/job/1", "unknown-operation"),
    ("jobs-running", changed(path="/api/jobs?state=running"), "query", "undeclared-parameter"),
    ("train-events", replaced("event: completed", "event: succeeded"), "200", "undeclared-event"),
    ("train-events", replaced('"attempt":1', '"attempt":"1"'), "/attempt", "invalid-value"),
    ("submit-train", sent_with(filter=True), "body /filter", "undeclared-field"),
    ("submit-train", sent_with(years=99), "body /years", "invalid-value"),
]


@pytest.mark.parametrize(
    ("name", "pattern", "original"),
    [
        ("job-running", r'(?<="job_id": ")[^"]+', "caa1276f-5999-43d6-9de4-f787eb1acd9a"),
        ("job-running", r'(?<="request_id": ")[^"]+', "26fe7db684db4d35afb6214d24ea4092"),
        ("job-running", r'(?<="generated_at": ")[^"]+', "2026-11-26T14:35:54.405254Z"),
        ("job-train", r'(?<="completed_at": ")[^"]+', "2026-11-26T14:35:54.405254Z"),
        ("job-train", r'(?<="rank_ic": )[\d.]+', "0.2686868686868687"),
        ("health", r'(?<="elapsed_ms": )[\d.]+', "24.118"),
        ("health", r"[\d.]+(?= GB are)", "82.9"),
        ("health", r"\d+(?= days old\.)", "1429"),
        ("model", r'(?<="version": ")[^"]+', "20261126t143610-8846c6"),
        ("events", r"(?<=^id: )[0-9a-f]{12}", "a7611a4ad9b8"),
        ("events", r"^(?=id: )", ": ping - 2026-11-26 14:36:04.434420+00:00\n\n"),
    ],
)
def test_a_value_that_differs_from_run_to_run_is_found(
    traces: list[Trace], name: str, pattern: str, original: str
) -> None:
    before = named(traces, name)
    text, count = re.subn(pattern, original, before.content.decode(), count=1, flags=re.MULTILINE)
    assert count, f"{name} no longer has {pattern}: plant this fault elsewhere"
    after = dataclasses.replace(before, content=text.encode())
    found = raw([after if trace is before else trace for trace in traces])
    assert f"frontend/tests/traces/{name}.json" in [one.pointer for one in found]


@pytest.mark.parametrize("case", STALE, ids=lambda case: f"{case[0]} {case[3]}")
def test_a_stale_trace_is_found_with_its_file_and_the_command(
    traces: list[Trace], tmp_path: Path, case: Case
) -> None:
    name, change, place, code = case
    # through files, as a stale trace is read
    write([change(named(traces, name))], tmp_path)
    first, *_ = stale(read(tmp_path), committed())
    assert first.pointer.startswith(f"frontend/tests/traces/{name}.json ")
    assert first.pointer.endswith(place)
    assert (first.part, first.code, first.fix) == ("traces", code, RECORD)


# the command


def test_recording_a_service_that_drifted_writes_nothing(
    traces: list[Trace], monkeypatch: pytest.MonkeyPatch
) -> None:
    drifted = replaced('"ok": true', '"ok": false')(named(traces, "job-running"))
    monkeypatch.setattr(__main__, "record", lambda _: [drifted])
    monkeypatch.setattr(__main__, "write", pytest.fail)
    with pytest.raises(SystemExit, match="No trace was written: the service drifted"):
        __main__.main()
