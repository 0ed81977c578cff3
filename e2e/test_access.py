"""A service with a token: asked for once, kept in the tab, sent as a header and never in a URL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from contract_tests.repository import committed
from e2e.screens import go, settle
from e2e.steering import SteeredService
from e2e.watch import Watch

TOKEN = "a-token-of-this-module"  # noqa: S105 - of this module's services


@pytest.fixture(scope="module")
def guarded(
    populated_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SteeredService]:
    home = shutil.copytree(populated_home, tmp_path_factory.mktemp("guarded") / "home")
    service = SteeredService(home, token=TOKEN)
    yield service
    service.close()


@pytest.fixture
def service(guarded: SteeredService) -> SteeredService:
    return guarded


@pytest.fixture
def watch(service: SteeredService) -> Watch:
    made = Watch(service.url, committed())
    made.expect(401)
    made.keep_secret(TOKEN)
    return made


def prompt(page: Page) -> Locator:
    return page.get_by_role("dialog", name="This service needs a token")


def give(page: Page, token: str) -> None:
    prompt(page).get_by_label("Token", exact=True).fill(token)
    prompt(page).get_by_role("button", name="Continue").click()


def test_the_page_asks_for_the_token_once(page: Page, watch: Watch) -> None:
    page.goto("/jobs")
    give(page, TOKEN)
    settle(page)
    expect(prompt(page)).to_have_count(0)
    for name in ("Backtests", "Models", "Signals", "Autopilot", "Health"):
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        settle(page)
    # a reload does not ask for the token again
    go(page, "/jobs", "Jobs")
    expect(prompt(page)).to_have_count(0)
    asked = [one for one in watch.traffic.api() if "authorization" in one.headers]
    assert {one.headers["authorization"] for one in asked} == {f"Bearer {TOKEN}"}
    refused = [one for one in watch.traffic.api() if one.status == 401]
    assert not [one for one in refused if "authorization" in one.headers]


def test_the_page_asks_again_after_a_wrong_token(page: Page) -> None:
    page.goto("/jobs")
    give(page, "wrong")
    expect(prompt(page).get_by_text("The service did not accept this token.")).to_be_visible()
    give(page, TOKEN)
    expect(prompt(page)).to_have_count(0)
    settle(page)


def test_the_token_stays_in_its_tab(page: Page, context: BrowserContext, watch: Watch) -> None:
    page.goto("/jobs")
    give(page, TOKEN)
    settle(page)
    assert context.cookies() == []
    assert page.evaluate("Object.values(localStorage).join()").find(TOKEN) == -1
    other = watch.open(context)
    other.goto("/jobs")
    expect(prompt(other)).to_be_visible()


def test_a_file_of_trades_is_fetched_with_the_header(
    page: Page, guarded: SteeredService, watch: Watch, tmp_path: Path
) -> None:
    item = guarded.read("/api/backtests")["items"][0]
    page.goto(f"/backtests/{item['job_id']}")
    give(page, TOKEN)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download CSV").click()
    file = tmp_path / "trades.csv"
    downloading.value.save_as(file)
    path = f"/api/backtests/{item['job_id']}/trades.csv"
    (fetched,) = [one for one in watch.traffic.api() if one.path == path]
    assert fetched.headers["authorization"] == f"Bearer {TOKEN}"
    report = guarded.read(f"/api/backtests/{item['job_id']}")
    assert len(file.read_text().splitlines()) == 1 + len(report["trades"])
