"""A fault below the service is shown as an error beside the last good value, and never as data."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.screens import go
from e2e.steering import SteeredService
from e2e.watch import Watch

AGE = "The model's age could not be read"


@pytest.fixture
def registry(service: SteeredService) -> Path:
    return service.home / "models" / "registry.json"


def note(page: Page) -> Locator:
    return page.get_by_role("region", name="Latest model")


def test_a_broken_registry_is_an_error_and_the_last_good_age_stays(
    page: Page, service: SteeredService, watch: Watch, registry: Path
) -> None:
    watch.expect(503)
    go(page, "/models?tab=training", "Model lab")
    version = service.read("/api/system/model-age")["version"]
    expect(note(page).get_by_text(version)).to_be_visible()

    kept = registry.read_bytes()
    registry.write_bytes(b"{")
    # the end of a job makes the page read again
    service.finish(service.submit("backtest", years=1, version=version)["job_id"])
    expect(note(page).get_by_role("alert")).to_contain_text(AGE)
    expect(note(page).get_by_role("alert")).to_contain_text("unavailable")
    greyed = note(page).get_by_role("region", name="Last value read")
    expect(greyed.get_by_text(version)).to_be_visible()

    registry.write_bytes(kept)
    note(page).get_by_role("button", name="Try again").click()
    expect(note(page).get_by_role("alert")).to_have_count(0)
    expect(note(page).get_by_text(version)).to_be_visible()


def test_a_registry_that_was_never_readable_shows_no_age(
    page: Page, watch: Watch, registry: Path
) -> None:
    watch.expect(503)
    kept = registry.read_bytes()
    registry.write_bytes(b"{")
    try:
        go(page, "/models?tab=training", "Model lab")
        expect(note(page).get_by_role("alert")).to_contain_text(AGE)
        expect(page.get_by_role("region", name="Last value read")).to_have_count(0)
        go(page, "/health", "Health")
        model = page.get_by_role("region", name="Model", exact=True)
        expect(model.get_by_role("alert")).to_contain_text("unavailable")
        health = page.get_by_role("region", name="Health")
        expect(health.get_by_role("status")).to_have_text("failing", ignore_case=True)
    finally:
        registry.write_bytes(kept)
    # the page recovers without a reload
    expect(model.get_by_role("alert")).to_have_count(0)


class TestEmptyHome:
    @pytest.fixture
    def service(self, empty: SteeredService) -> SteeredService:
        return empty

    def test_a_home_without_a_model_is_no_error(self, page: Page) -> None:
        go(page, "/models?tab=training", "Model lab")
        expect(note(page).get_by_text("There is no model yet")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
