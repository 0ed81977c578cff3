"""The traces that the page's tests are answered with are what the contract says; a stale one is named."""

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.document import Contract
from contract_tests.repository import committed
from contract_tests.traces.check import untold, wrong
from contract_tests.traces.trace import FOLDER, RECORD, Trace, normalised, read, write

TESTS = FOLDER.parent
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def traces() -> list[Trace]:
    return read()


def test_each_is_what_the_contract_says(traces: list[Trace], summarise: Summarise) -> None:
    drifted = wrong(traces, committed())
    assert not drifted, "\n".join(drifted)
    n_events = sum(len(trace.answer().events) for trace in traces if trace.answer().streams)
    summarise("traces", f"{len(traces)} recorded answers, {n_events} recorded events")


def test_each_operation_has_one(traces: list[Trace]) -> None:
    missing = untold(traces, committed())
    assert not missing, "\n".join(missing)
    without = [trace for trace in traces if trace.route != "/api/signals/latest"]
    (said,) = untold(without, committed())
    assert said.startswith("frontend/tests/traces has no answer of GET /api/signals/latest: ")


#: where a recorded answer becomes one
REPLAYED = ("network.ts", "traces.ts")


def page_tests() -> dict[str, str]:
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in sorted(TESTS.glob("*.ts*"))
        if file.name not in REPLAYED
    }


def test_each_is_used(traces: list[Trace]) -> None:
    text = "\n".join(page_tests().values())
    idle = [trace.name for trace in traces if not re.search(rf"[\"'`]{trace.name}[\"'`]", text)]
    assert not idle, f"no test of the page is answered with: {', '.join(idle)}"


#: how a response is made without having been recorded
BY_HAND = re.compile(r"new Response\(|Response\.(json|error)\(|\bok: (true|false),|request_id:")


def test_no_response_is_written_by_hand() -> None:
    found = [name for name, text in page_tests().items() if BY_HAND.search(text)]
    assert not found, f"{found} write an answer by hand: record it in contract_tests/traces"
    assert BY_HAND.search("answerWith(() => Response.json({ ok: true, data: page }))")


def test_they_are_few_enough_to_be_read_in_review() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < MOST_BYTES


def test_they_are_read_as_they_were_written(traces: list[Trace], tmp_path: Path) -> None:
    write(traces, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        file.name: file.read_bytes() for file in FOLDER.iterdir()
    }


def raw(traces: list[Trace]) -> list[str]:
    """Name the traces that hold what differs from run to run."""
    pairs = zip(traces, normalised(traces), strict=True)
    return [before.name for before, after in pairs if before != after]


def test_each_is_normalised(traces: list[Trace]) -> None:
    assert raw(traces) == [], RECORD


# planted: traces of another time


def named(traces: list[Trace], name: str) -> Trace:
    return next(trace for trace in traces if trace.name == name)


def replaced(old: str, new: str) -> Callable[[Trace], Trace]:
    def change(trace: Trace) -> Trace:
        text = trace.content.decode()
        assert old in text, f"{trace.name} no longer has {old!r}: plant this fault elsewhere"
        return dataclasses.replace(trace, content=text.replace(old, new).encode())

    return change


def without_field(trace: Trace) -> Trace:
    body = json.loads(trace.content)
    del body["data"]["progress_message"]
    return dataclasses.replace(trace, content=json.dumps(body).encode())


def elsewhere(path: str) -> Callable[[Trace], Trace]:
    return lambda trace: dataclasses.replace(trace, path=path)


def asked_for(**more: Any) -> Callable[[Trace], Trace]:
    return lambda trace: dataclasses.replace(trace, sent={**trace.sent, **more})


STALE: list[tuple[str, Callable[[Trace], Trace], str]] = [
    ("job-running", replaced('"running"', '"started"'), "data/status that breaks it"),
    ("job-running", without_field, "data that breaks it"),
    ("job-running", replaced('"progress_message"', '"stage"'), "data that breaks it"),
    ("job-running", replaced('"ok": true', '"ok": false'), "ok that breaks it"),
    ("job-running", elsewhere("/api/job/1"), "the contract has no GET /api/job/1"),
    ("job-unknown", replaced("job_not_found", "no_such_job"), "error/code that breaks it"),
    ("jobs-running", elsewhere("/api/jobs?state=running"), "has no query parameter state"),
    (
        "train-events",
        replaced("event: completed", "event: succeeded"),
        "sent the event succeeded, which is not declared",
    ),
    ("train-events", replaced('"attempt":1', '"attempt":"1"'), "that breaks it"),
    ("submit-train", asked_for(survivorship_filter=True), "was asked with a body that breaks it"),
    ("submit-train", asked_for(years=99), "was asked with years that breaks it"),
    (
        "job-running",
        lambda trace: dataclasses.replace(trace, status=202),
        "answered 202, which is not declared",
    ),
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
def test_what_differs_from_run_to_run_is_noticed(
    traces: list[Trace], name: str, pattern: str, original: str
) -> None:
    before = named(traces, name)
    text, count = re.subn(pattern, original, before.content.decode(), count=1, flags=re.MULTILINE)
    assert count, f"{name} no longer has {pattern}: plant this fault elsewhere"
    changed = dataclasses.replace(before, content=text.encode())
    assert name in raw([changed if trace is before else trace for trace in traces])


@pytest.mark.parametrize(("name", "change", "said"), STALE)
def test_a_stale_one_is_named_with_its_file_and_the_command(
    traces: list[Trace], tmp_path: Path, name: str, change: Callable[[Trace], Trace], said: str
) -> None:
    # by way of the files, as a stale one would come
    write([change(named(traces, name))], tmp_path)
    first, *_ = wrong(read(tmp_path), committed())
    assert first.startswith(f"frontend/tests/traces/{name}.json: ")
    assert said in first
    assert first.endswith(f"; {RECORD}")


# planted: a contract that has moved on


def _status(document: dict[str, Any]) -> str:
    words = document["components"]["schemas"]["JobStatus"]["enum"]
    words[words.index("cancelled")] = "canceled"
    return "job-cancelled"


def _field(document: dict[str, Any]) -> str:
    metrics = document["components"]["schemas"]["Metrics"]
    metrics["properties"]["ulcer_index"] = {"type": "number"}
    metrics["required"].append("ulcer_index")
    return "report-backtest-plain"


def _event(document: dict[str, Any]) -> str:
    schemas = document["components"]["schemas"]
    schemas["StartedEvent"]["properties"]["event"]["const"] = "begun"
    return "events"


def _path(document: dict[str, Any]) -> str:
    document["paths"]["/api/signals"] = document["paths"].pop("/api/signals/latest")
    return "signals"


def _request(document: dict[str, Any]) -> str:
    request = document["components"]["schemas"]["PredictRequest"]["properties"]
    request["days"] = request.pop("years")
    return "submit-predict"


@pytest.mark.parametrize("change", [_status, _field, _event, _path, _request])
def test_a_contract_that_moved_on_is_noticed(
    traces: list[Trace], change: Callable[[dict[str, Any]], str]
) -> None:
    document = committed().copy().document
    name = change(document)
    assert any(
        said.startswith(f"frontend/tests/traces/{name}.json: ")
        for said in wrong(traces, Contract(document))
    )
