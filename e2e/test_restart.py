"""The service goes away in the middle of a job and comes back: the page is right again by itself."""

import signal

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.screens import go
from e2e.steering import SteeredService
from e2e.traffic import Exchange
from e2e.watch import Watch
from e2e.wire import last_id

WAYS = [signal.SIGTERM, signal.SIGKILL]


@pytest.fixture(autouse=True)
def outage(watch: Watch) -> None:
    watch.expect_outage()


def badge(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("status")


def all_jobs_streams(watch: Watch) -> list[Exchange]:
    return [
        one for one in watch.traffic.exchanges if one.path == "/api/events" and one.status == 200
    ]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_restart_in_the_middle_of_a_job(
    page: Page, service: SteeredService, watch: Watch, way: signal.Signals
) -> None:
    service.steering.hold(0.7)
    job_id = service.submit("backtest", years=2)["job_id"]
    go(page, f"/jobs/{job_id}", "Backtest")
    service.reach(job_id, 0.7)
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "70")

    service.stop(way)
    expect(badge(page)).to_have_text("Reconnecting")
    service.steering.hold(0)
    service.restart()
    expect(badge(page)).to_have_text("Live")
    service.reach(job_id, 0, attempt=2)
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "0")
    expect(page.get_by_text("(attempt 2)").first).to_be_visible()
    before, after = all_jobs_streams(watch)
    assert after.headers["last-event-id"] == last_id(before), "it did not go on where it was"

    service.steering.let_go()
    expect(page.get_by_text("succeeded", exact=True).first).to_be_visible()
    expect(page.get_by_role("region", name="Result", exact=True)).to_be_visible()
    assert service.get(job_id)["attempt"] == 2


def test_changes_made_during_a_restart_are_shown(page: Page, service: SteeredService) -> None:
    service.steering.hold(0.7)
    running = service.submit("backtest", years=2)["job_id"]
    waiting = service.submit("backtest", years=3)["job_id"]
    go(page, "/jobs", "Jobs")
    rows = page.get_by_role("row")
    service.reach(running, 0.7)
    expect(rows.filter(has_text="70%")).to_have_count(1)

    service.stop()
    service.restart()
    # jobs go on while this tab waits to reconnect
    service.cancel(waiting)
    expect(badge(page)).to_have_text("Live")
    for job_id, status in ((waiting, "cancelled"), (running, "running")):
        row = rows.filter(has=page.locator(f'a[href="/jobs/{job_id}"]'))
        expect(row.get_by_text(status, exact=True)).to_be_visible()


def test_requests_that_failed_during_a_restart_are_repeated(
    page: Page, service: SteeredService
) -> None:
    go(page, "/jobs", "Jobs")
    # hovering loads the code of the page; opening it loads its data
    signals = page.get_by_role("navigation", name="Pages").get_by_role("link", name="Signals")
    with page.expect_response("**/assets/SignalsPage-*.js") as code:
        signals.hover()
    # the response has only begun, and the module imports others: an import waits for all of them
    page.evaluate("url => import(url).then(() => null)", code.value.url)
    service.stop()
    expect(badge(page)).to_have_text("Reconnecting")
    signals.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Signals")

    service.restart()
    expect(badge(page)).to_have_text("Live")
    expect(
        page.get_by_role("region", name="Latest predictions").get_by_role("table")
    ).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
