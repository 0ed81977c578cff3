"""Nothing on any screen is out of reach: no violation of axe in either theme, with data and without, wide and narrow."""

import pytest
from playwright.sync_api import Page, ViewportSize

from e2e.axe import violations
from e2e.screens import SCREENS, Screen, go, ids_of
from e2e.steering import SteeredService

NARROW = ViewportSize(width=375, height=800)
WITHOUT_RESULTS = tuple(screen for screen in SCREENS if not screen.needs_results)


def faults(page: Page) -> list[str]:
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {violation}" for violation in violations(page)]
    page.set_viewport_size(NARROW)
    found += [f"narrow: {violation}" for violation in violations(page)]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        found.append(f"narrow: the page is {width} px wide, so it scrolls sideways")
    return found


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_with_data(page: Page, service: SteeredService, screen: Screen) -> None:
    go(page, screen.address(ids_of(service)), screen.heading)
    for summary in page.locator("summary").all():
        summary.click()
    assert not faults(page)


class TestEmptyHome:
    @pytest.fixture
    def service(self, empty: SteeredService) -> SteeredService:
        return empty

    @pytest.mark.parametrize("screen", WITHOUT_RESULTS, ids=lambda screen: screen.name)
    def test_a_screen_without_data(self, page: Page, screen: Screen) -> None:
        go(page, screen.path, screen.heading)
        assert not faults(page)


def test_a_violation_is_found(page: Page) -> None:
    go(page, "/jobs", "Jobs")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(fault.startswith("light: button-name") for fault in faults(page))
