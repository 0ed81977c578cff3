"""Every screen of the page, with its address and heading."""

from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import Page, expect


class Visited(Protocol):
    """A service whose results the screens show."""

    @property
    def url(self) -> str:
        """Its address."""

    def read(self, path: str) -> Any:
        """Return the data of a response."""


@dataclass(frozen=True)
class Screen:
    """One screen; its path may contain ids of results."""

    name: str
    path: str
    heading: str

    @property
    def needs_results(self) -> bool:
        """Whether the screen is empty until a backtest has finished."""
        return "{" in self.path

    def address(self, ids: dict[str, str]) -> str:
        """Fill in the ids."""
        return self.path.format(**ids)


SCREENS = (
    Screen("backtests", "/backtests", "New backtest"),
    Screen("backtest", "/backtests/{backtest}", "Backtest"),
    Screen("compare", "/compare?runs={backtest},{other}", "Compare backtests"),
    Screen("compare-nothing", "/compare", "Compare backtests"),
    Screen("jobs", "/jobs", "Jobs"),
    Screen("job", "/jobs/{training}", "Training"),
    Screen("training", "/models?tab=training", "Model lab"),
    Screen("versions", "/models?tab=versions", "Model lab"),
    Screen("history", "/models?tab=history", "Model lab"),
    Screen("signals", "/signals", "Signals"),
    Screen("autopilot", "/autopilot", "Autopilot"),
    Screen("health", "/health", "Health"),
)


def ids_of(service: Visited) -> dict[str, str]:
    """Return the ids for the addresses, if there are results."""
    backtests = [item["job_id"] for item in service.read("/api/backtests")["items"]]
    trainings = service.read("/api/jobs?job_type=train&status=succeeded")["items"]
    # the oldest is the longest
    found = dict(zip(("backtest", "other"), reversed(backtests), strict=False))
    if trainings:
        found["training"] = trainings[-1]["job_id"]
    return found


def go(page: Page, address: str, heading: str) -> None:
    """Open a screen and wait for its contents."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the screen has no placeholder and the stream is open."""
    expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
