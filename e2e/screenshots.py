"""Takes the pictures of docs/images again: what each screen shows in both themes, on a home that real jobs have filled."""

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from contract_tests.kit.computed import fill
from contract_tests.repository import ROOT, committed
from e2e.browser import FLAGS, find_browser
from e2e.screens import SCREENS, Screen, go, ids_of
from e2e.steering import SteeredService
from e2e.watch import Watch

FOLDER = ROOT / "docs" / "images"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTH = 1280
PICTURED = tuple(screen for screen in SCREENS if screen.name != "compare-nothing")
HEIGHTS = (800, 1600)  #: at least, at most


def take(browser: Browser, service: SteeredService, folder: Path) -> list[Path]:
    """Take every picture; return the files.

    Raises:
        AssertionError: something went wrong on a page while it was looked at.
    """
    made = []
    ids = ids_of(service)
    for scheme in SCHEMES:
        context = browser.new_context(
            base_url=service.url,
            color_scheme=scheme,
            reduced_motion="reduce",
            viewport={"width": WIDTH, "height": HEIGHTS[0]},
        )
        watch = Watch(service.url, committed())
        page = watch.open(context)
        for screen in PICTURED:
            file = folder / f"{screen.name}-{scheme}.png"
            _take_one(page, screen, ids, file)
            made.append(file)
        faults = watch.faults(page)
        assert not faults, "\n".join(faults)
        context.close()
    return made


def _take_one(page: Page, screen: Screen, ids: dict[str, str], file: Path) -> None:
    go(page, screen.address(ids), screen.heading)
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    height = min(max(height, HEIGHTS[0]), HEIGHTS[1])
    page.set_viewport_size({"width": WIDTH, "height": height})
    # charts draw one frame after they know their size
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.screenshot(path=file, animations="disabled", caret="hide", scale="css")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHTS[0]})


def main() -> None:
    """Fill a home, serve it, and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        filled = Path(folder) / "filled"
        fill(filled)
        service = SteeredService(filled)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        try:
            for file in take(browser, service, FOLDER):
                print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:.0f} kB")  # noqa: T201 - what was made
        finally:
            browser.close()
            service.close()


if __name__ == "__main__":
    main()
