"""The watch finds every kind of fault, each planted on the real page."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from contract_tests.repository import committed
from e2e.screens import go, settle
from e2e.steering import SteeredService
from e2e.watch import Watch
from e2e.wire import last_id, records
from wirelaw.contract.document import Contract


@pytest.fixture
def document() -> dict[str, Any]:
    """A contract that a test may change."""
    return committed().copy().document


@pytest.fixture
def strict(service: SteeredService, document: dict[str, Any]) -> Watch:
    """A second watch, whose faults do not fail the test."""
    return Watch(service.url, Contract(document))


@pytest.fixture
def tab(context: BrowserContext, strict: Watch) -> Page:
    return strict.open(context)


def found(watch: Watch, page: Page, *texts: str) -> bool:
    return any(all(text in fault for text in texts) for fault in watch.faults(page))


def test_a_page_without_fault_has_none(tab: Page, strict: Watch) -> None:
    go(tab, "/jobs", "Jobs")
    assert strict.faults(tab) == []
    assert {one.path for one in strict.traffic.api()} >= {"/api/events", "/api/jobs"}


def test_an_answer_that_drifted_is_found(
    tab: Page, strict: Watch, document: dict[str, Any]
) -> None:
    document["components"]["schemas"]["ModelAge"]["required"].append("planted")
    go(tab, "/health", "Health")
    assert found(strict, tab, "GET /api/system/model-age", "planted")


def test_a_frame_that_drifted_is_found_while_its_stream_is_open(
    tab: Page, service: SteeredService, strict: Watch, document: dict[str, Any]
) -> None:
    document["components"]["schemas"]["BacktestParameters"]["properties"]["years"]["maximum"] = 1
    go(tab, "/health", "Health")
    service.steering.hold(0.7)
    job_id = service.submit("backtest", years=2)["job_id"]
    go(tab, f"/jobs/{job_id}", "Backtest")
    expect(tab.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "70")
    (stream,) = [one for one in strict.traffic.open_streams() if one.path == "/api/events"]
    strict.traffic.settle(tab)
    assert job_id in {record["job_id"] for _, record in records(stream)}
    assert found(strict, tab, "GET /api/events 200", "data /params/years", "invalid-value")


def test_a_request_that_drifted_is_found(
    tab: Page, service: SteeredService, strict: Watch, document: dict[str, Any]
) -> None:
    schemas = document["components"]["schemas"]
    del schemas["BacktestRequest"]["properties"]["max_positions"]
    parameters = document["paths"]["/api/jobs"]["get"]["parameters"]
    parameters[:] = [one for one in parameters if one["name"] != "limit"]
    service.steering.hold(0)
    go(tab, "/backtests", "New backtest")
    tab.get_by_label("Years").fill("2")
    tab.get_by_role("button", name="Run backtest").click()
    tab.wait_for_url("**/backtests/*")
    go(tab, "/jobs", "Jobs")
    assert found(strict, tab, "POST", "/api/compute/backtest has a body", "max_positions")
    limited = any("limit=" in one.url for one in strict.traffic.api())
    assert found(strict, tab, "the query limit, which is not declared") == limited


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("console.error('planted')", "console error: planted"),
        ("setTimeout(() => { throw new Error('planted') })", "uncaught: planted"),
        ("fetch('http://127.0.0.1:9/')", "Content Security Policy"),
        ("document.head.append(document.createElement('style'))", "Content Security Policy"),
        ("fetch('/api/nothing')", "no operation of the contract"),
        ("fetch('/api/jobs?status=completed')", "the query status with a value that the contract does not allow"),
        ("fetch('/api/jobs/unknown')", "was answered with 404"),
        ("fetch('/api/jobs?cursor=planted-secret')", "has the token in its URL"),
    ],
)  # fmt: skip
def test_a_forbidden_action_of_a_page_is_found(
    tab: Page, strict: Watch, script: str, text: str
) -> None:
    strict.keep_secret("planted-secret")
    go(tab, "/health", "Health")
    # the effects of the script end with its promise, or in the next task
    tab.evaluate(f"async () => {{ try {{ await {script}; }} catch {{}} }}")
    tab.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    assert any(text in fault for fault in strict.faults(tab)), strict.faults(tab)


def test_another_origin_is_found(tab: Page, service: SteeredService, strict: Watch) -> None:
    tab.goto(service.url.replace("127.0.0.1", "localhost"))
    settle(tab)
    assert found(strict, tab, "GET http://localhost", "goes to another origin")


def test_an_expected_status_must_be_received(tab: Page, strict: Watch) -> None:
    strict.expect(503)
    go(tab, "/health", "Health")
    assert strict.faults(tab) == ["no answer was 503"]


class TestFrames:
    def test_a_gap_is_found(self, tab: Page, strict: Watch) -> None:
        go(tab, "/health", "Health")
        (stream,) = strict.traffic.open_streams()
        record = {"job_id": "one", "revision": 3}
        for revision in (3, 4, 6):
            data = json.dumps({**record, "revision": revision})
            frame = f"id: {revision}\nevent: progress\ndata: {data}\n\n"
            stream._late += frame.encode()  # noqa: SLF001 - as if it had been received
        assert found(strict, tab, "revision 6 of one instead of 5")
        assert last_id(stream) == "6"
        settle(tab)
