"""A failed test says which field of which answer it compared, what declares it, and what answers with it."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from contract_tests.failures import Comparison, Exchange, describe
from contract_tests.repository import ROOT, committed
from contract_tests.traces.trace import read
from wirelaw.finding import Finding, load

pytest_plugins = ("pytester",)

TESTS = """
import pytest

from contract_tests.kit.process import ServiceProcess
from contract_tests.kit.service import idle_app, running

async def test_in_this_process(tmp_path):
    async with running(idle_app(tmp_path / "home")) as service:
        job_id = (await service.submit("train"))["job_id"]
        record = (await service.client.get(f"/api/jobs/{job_id}")).json()["data"]
        await service.client.get("/api/system/data-mode")
        assert record["attempt"] == 1

def test_in_its_own_process(tmp_path):
    service = ServiceProcess(tmp_path / "home", workers=1)
    try:
        answer = service.http.get("/api/jobs", params={"limit": 0})
        assert answer.json()["error"]["code"] == "bad_request"
    finally:
        service.close()

@pytest.mark.parametrize("word", ["a b"])
def test_without_answers(word):
    assert len(word) == 2

def test_that_passes():
    assert True
"""


def test_each_failed_test_is_a_finding(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the session of the gate loads its plugins by name
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    pytester.makepyfile(test_planted=TESTS)
    pytester.makeini(f"[pytest]\nasyncio_mode = auto\npythonpath = {ROOT}\n")
    result = pytester.runpytest_subprocess(
        *("-p", "contract_tests.reports", "-p", "no:cacheprovider", "--junitxml=junit.xml")
    )
    result.assert_outcomes(passed=1, failed=3)
    cases = ET.parse(pytester.path / "junit.xml").iter("testcase")  # noqa: S314 - our own
    own, process, pure = [
        load(one.get("value", "")) for case in cases for one in case.iter("property")
    ]
    run = "run python -m pytest"
    (finding,) = own
    assert finding == Finding(
        *("test", "GET /api/jobs/{job_id} 200 /data/attempt", "test-failed", "1", "0"),
        f"{run} test_planted.py::test_in_this_process",
        "/components/schemas/TrainJob/properties/attempt",
        finding.law,
        finding.source,
    )
    assert "rises by one with each start" in finding.law
    _is_line(finding.law, "| `attempt` | integer")
    _is_line(finding.source.partition(" ")[0], "def get_job(")
    (finding,) = process
    assert (finding.pointer, finding.found) == ("GET /api/jobs 422 /error/code", "invalid")
    _is_line(finding.law, "| `bad_request` | 400 |")
    (finding,) = pure
    name = "test_planted.py::test_without_answers[a b]"
    assert finding == Finding("test", name, "test-failed", "2", "3", f"{run} '{name}'")
    shown = [str(one) for found in (own, process, pure) for one in found]
    assert all(text in str(result.stdout) for text in shown)
    result.stdout.fnmatch_lines(["*last answers*", "GET /api/system/data-mode 200"])


def _is_line(place: str, text: str) -> None:
    match = re.match(r"(?P<file>[^:]+):(?P<line>\d+)", place)
    assert match is not None
    assert text in (ROOT / match["file"]).read_text().splitlines()[int(match["line"]) - 1]


TRACES = {trace.name: trace for trace in read()}
RECORD = json.loads(TRACES["job-failed"].content)["data"]
OTHER = RECORD | {"attempt": 7}
EVENTS = [frame.event for frame in TRACES["failed-events"].answer().events]
JOB = "/components/schemas/BacktestJob/properties"
STREAM = "/responses/200/content/text~1event-stream"
CASES = [
    # the trace, the statement, the values that it compares; the place, and what declares it
    ("jobs", "answer.status_code == 404", (200, 404), "200 /status_code", "/responses/200"),
    (
        *("submit-train", 'answer.headers["location"] == "/x"', ("/api/x", "/x")),
        *("202 headers /location", "/responses/202/headers/Location"),
    ),
    ("failed-events", "names == ended", (EVENTS, [*EVENTS[:-1], "gone"]), "/events/4", STREAM),
    (
        *("failed-events", 'event.record["status"] == "succeeded"', ("failed", "succeeded")),
        *("failed data /status", f"{JOB}/status"),
    ),
    ("job-failed", "job == other", (RECORD, OTHER), "/data/attempt", f"{JOB}/attempt"),
    ("job-failed", "other == job", (OTHER, RECORD), "/data/attempt", f"{JOB}/attempt"),
    ("job-failed", 'job["attempt"]', None, "/data/attempt", f"{JOB}/attempt"),
    (
        *("model-age", 'age["status"] == "absent"', ("fresh", "absent"), "/data/status"),
        "/components/schemas/ModelAge/properties/status",
    ),
    ("job-failed", "a == b", (object(), object()), "200", "/responses/200"),
    ("job-failed", "one == zero", (1, 0), "200", "/responses/200"),
]


@pytest.mark.parametrize(("trace", "source", "values", "place", "declared"), CASES)
def test_the_place_is_the_value_that_was_compared(
    trace: str, source: str, values: tuple[Any, Any] | None, place: str, declared: str
) -> None:
    recorded = TRACES[trace]
    exchange = Exchange(committed(), recorded.method, recorded.route, recorded.answer())
    comparison = None if values is None else Comparison("==", *values)
    finding = describe("tests/test_a.py::test_b", "E", f"assert {source}", comparison, [exchange])
    assert finding.pointer.endswith(place)
    assert finding.contract.endswith(declared)
    assert (str(exchange.operation) in finding.law) or "| `" in finding.law
    assert finding.source.startswith("quant_engine/api/routers/")
