"""Every screen opens from its address and from the navigation; also on a service at `E2E_URL`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import RUNNING
from e2e.screens import SCREENS, Screen, Visited, go, ids_of, settle
from e2e.watch import Watch


@dataclass(frozen=True)
class Remote:
    """A service that these tests did not start."""

    url: str

    def read(self, path: str) -> Any:
        return httpx.get(self.url + path, trust_env=False).raise_for_status().json()["data"]


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Visited:
    """The service at `E2E_URL`, or one of our own."""
    url = os.environ.get(RUNNING)
    visited: Visited = Remote(url.rstrip("/")) if url else request.getfixturevalue("populated")
    return visited


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_opens_from_its_address(page: Page, service: Visited, screen: Screen) -> None:
    ids = ids_of(service)
    if screen.needs_results and len(ids) < 3:
        # a service that these tests did not start may have fewer results
        assert RUNNING in os.environ
        return
    go(page, screen.address(ids), screen.heading)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.fixture
def every_place(page: Page) -> Iterator[str]:
    page.goto("/")
    settle(page)
    names = page.get_by_role("navigation", name="Pages").get_by_role("link").all_text_contents()
    return iter(name for name in names if name != "API")


def test_the_navigation_opens_every_screen_on_one_stream(
    page: Page, every_place: Iterator[str], watch: Watch
) -> None:
    for name in every_place:
        # the page also has links to jobs, with the same names
        place = page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)
        place.click()
        expect(place).to_have_attribute("data-status", "active")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        settle(page)
    assert [one.path for one in watch.traffic.exchanges if one.streams] == ["/api/events"]
    assert len(watch.traffic.open_streams()) == 1


def test_the_documentation_of_the_api_opens(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="API", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quant Engine")
    expect(page.get_by_text("/api/compute/backtest", exact=True)).to_be_visible()


def test_an_unknown_address_is_reported(page: Page) -> None:
    page.goto("/nothing")
    expect(page.get_by_text("There is no page at this address")).to_be_visible()


def test_an_unknown_job_is_an_error(page: Page, watch: Watch) -> None:
    watch.expect(404)
    page.goto("/jobs/unknown")
    expect(page.get_by_role("alert")).to_contain_text("job_not_found")
