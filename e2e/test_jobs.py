"""Every state of a job, as a person sees it come without reloading."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from contract_tests.kit.process import Record
from e2e.screens import go, settle
from e2e.steering import FAILURE, SteeredService
from e2e.watch import Watch

LONG_HORIZON = 200  #: no model is trained for it, which only shows when the job starts

Occupy = Callable[[], Record]


@pytest.fixture
def occupy(service: SteeredService) -> Occupy:
    """Have a job hold the one slot, so that whatever is asked for next waits."""

    def take() -> Record:
        service.steering.hold(0)
        return service.reach(service.submit("backtest", years=1)["job_id"], 0)

    return take


def row_of(page: Page, job_id: str) -> Locator:
    # the last column of a repeated row links to the job too
    link = page.locator(f'td:first-child a[href="/jobs/{job_id}"]')
    return page.get_by_role("row").filter(has=link)


def id_at(page: Page, folder: str) -> str:
    page.wait_for_url(f"**/{folder}/*")
    return page.url.rpartition("/")[2]


def test_a_backtest_from_the_form_to_its_result(
    page: Page, service: SteeredService, watch: Watch, occupy: Occupy
) -> None:
    occupant = occupy()
    go(page, "/backtests", "New backtest")
    page.get_by_label("Years").fill("2")
    page.get_by_role("button", name="Run backtest").click()
    job_id = id_at(page, "backtests")

    expect(page.get_by_text("queued", exact=True)).to_be_visible()
    expect(page.get_by_text("Waiting in the queue")).to_be_visible()
    service.cancel(occupant["job_id"])
    expect(page.get_by_text("running", exact=True)).to_be_visible()
    expect(page.get_by_text("loading the model")).to_be_visible()
    service.steering.hold(0.7)
    progress = page.get_by_role("progressbar", name="Progress of the backtest")
    expect(progress).to_have_attribute("aria-valuenow", "70")
    expect(page.get_by_text("trading", exact=False).first).to_be_visible()
    service.steering.let_go()
    expect(page.get_by_text("succeeded", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Trades", exact=True)).to_be_visible()
    settle(page)

    paths = [one.path for one in watch.traffic.exchanges]
    assert paths.count("/backtests") == 1, "the page was loaded again"
    assert paths.count(f"/api/jobs/{job_id}") <= 1, "the job was polled"
    assert [one.path for one in watch.traffic.open_streams()] == ["/api/events"]


def test_the_page_of_a_job_shows_events_as_they_arrive(
    page: Page, service: SteeredService, watch: Watch
) -> None:
    service.steering.hold(0.7)
    job_id = service.submit("backtest", years=2)["job_id"]
    go(page, f"/jobs/{job_id}", "Backtest")
    log = page.get_by_role("region", name="History of the job")
    expect(log.get_by_role("row").filter(has_text="trading")).to_be_visible()
    expect(page.get_by_text("running", exact=True).first).to_be_visible()
    service.steering.let_go()
    expect(log.get_by_role("row").filter(has_text="completed")).to_be_visible()
    expect(page.get_by_role("region", name="Result", exact=True)).to_be_visible()
    revisions = [int(text) for text in log.locator("tbody tr td:first-child").all_text_contents()]
    assert revisions == list(range(service.get(job_id)["revision"], 0, -1))
    assert [one.path for one in watch.traffic.open_streams()] == ["/api/events"]


def test_a_queued_job_is_cancelled(page: Page, service: SteeredService, occupy: Occupy) -> None:
    occupy()
    job_id = service.submit("backtest", years=2)["job_id"]
    go(page, "/jobs", "Jobs")
    row = row_of(page, job_id)
    expect(row.get_by_text("queued", exact=True)).to_be_visible()
    row.get_by_role("button", name="Cancel").click()
    expect(row.get_by_text("cancelled", exact=True)).to_be_visible()
    expect(row.get_by_text("Cancelled before it started")).to_be_visible()
    expect(row.get_by_role("button", name="Cancel")).to_have_count(0)
    assert service.get(job_id)["status"] == "cancelled"


def test_a_running_job_is_cancelled(page: Page, service: SteeredService) -> None:
    service.steering.hold(0.7)
    job_id = service.submit("backtest", years=2)["job_id"]
    go(page, "/jobs", "Jobs")
    row = row_of(page, job_id)
    expect(row.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "70")
    row.get_by_role("button", name="Cancel").click()
    expect(row.get_by_text("cancelled", exact=True)).to_be_visible()
    expect(row.get_by_text("Cancelled at 70%")).to_be_visible()
    assert service.get(job_id)["status"] == "cancelled"


def test_a_failed_job_shows_its_error(page: Page, service: SteeredService) -> None:
    service.steering.hold(0.1)
    job_id = service.submit("backtest", years=2)["job_id"]
    go(page, f"/backtests/{job_id}", "Backtest")
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "10")
    service.steering.fail()
    service.steering.hold(1)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(FAILURE)
    expect(alert).to_contain_text("job_error")
    expect(page.get_by_text("failed", exact=True)).to_be_visible()


def test_a_job_without_its_model_shows_what_to_do(page: Page, service: SteeredService) -> None:
    go(page, "/backtests", "New backtest")
    page.get_by_label("Horizon").fill(str(LONG_HORIZON))
    page.get_by_label("Years").fill("2")
    page.get_by_role("button", name="Run backtest").click()
    job_id = id_at(page, "backtests")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("no_model")
    expect(alert).to_contain_text(service.finish(job_id)["error"]["message"])


def test_a_job_is_repeated_from_the_list(page: Page, service: SteeredService) -> None:
    asked = service.submit("backtest", years=2, max_positions=4)
    service.finish(asked["job_id"])
    go(page, "/jobs", "Jobs")
    row = row_of(page, asked["job_id"])
    row.get_by_role("button", name="Run again").click()
    expect(row.get_by_role("status")).to_have_text("Open the new job")
    newest = service.read("/api/jobs?limit=1")["items"][0]
    assert newest["params"] == asked["params"]
    expect(row_of(page, newest["job_id"]).get_by_text("succeeded", exact=True)).to_be_visible()


def test_two_tabs_show_the_same_over_their_own_streams(
    page: Page, context: BrowserContext, service: SteeredService, watch: Watch, occupy: Occupy
) -> None:
    occupy()
    job_id = service.submit("backtest", years=2)["job_id"]
    other = watch.open(context)
    for tab in (page, other):
        go(tab, "/jobs", "Jobs")
        expect(row_of(tab, job_id).get_by_text("queued", exact=True)).to_be_visible()
    row_of(page, job_id).get_by_role("button", name="Cancel").click()
    for tab in (page, other):
        expect(row_of(tab, job_id).get_by_text("cancelled", exact=True)).to_be_visible()
    assert [len(watch.traffic.open_streams(tab)) for tab in (1, 2)] == [1, 1]


def test_a_filtered_list_follows_the_events(
    page: Page, service: SteeredService, occupy: Occupy
) -> None:
    occupant = occupy()
    job_id = service.submit("backtest", years=2)["job_id"]
    go(page, "/jobs?status=queued", "Jobs")
    expect(row_of(page, job_id)).to_be_visible()
    service.cancel(occupant["job_id"])
    expect(row_of(page, job_id)).to_have_count(0)
    page.get_by_role("navigation", name="Filter by status").get_by_text("running").click()
    expect(row_of(page, job_id).get_by_text("running", exact=True)).to_be_visible()
