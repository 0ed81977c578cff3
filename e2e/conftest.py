"""Browser, service and watch: each test gets a fresh tab on a real service, and is judged by both."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from contract_tests.kit.computed import computed_home
from contract_tests.repository import committed
from e2e.browser import FLAGS, NoBrowser, find_browser
from e2e.steering import SteeredService
from e2e.watch import Watch
from quant_engine.api.page import is_built

pytest_plugins = ("pytest_playwright.pytest_playwright",)

RUNNING = "E2E_URL"  #: names a service that runs already, for the tests that need no other
PATIENCE_MS = 30_000  #: for what has no deadline of its own; machines of a CI are slow

expect.set_options(timeout=PATIENCE_MS)


def pytest_configure() -> None:
    """Refuse to begin without what every test needs; a session that skipped them would look good.

    Raises:
        pytest.UsageError: there is no browser, or no page.
    """
    try:
        find_browser()
    except NoBrowser as error:
        raise pytest.UsageError(str(error)) from error
    if RUNNING not in os.environ and not is_built():
        raise pytest.UsageError("The page is not built. Build it: python -m nox -s page")


# the browser


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: a service has an address of its own, and pytest-base-url is not loaded."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": find_browser(), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    # what moves is looked at when it has arrived
    return {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def watch(service: SteeredService) -> Watch:
    """What the tabs of this test exchange with the service, and what they say."""
    return Watch(service.url, committed())


@pytest.fixture
def context(
    new_context: Callable[..., BrowserContext], service: SteeredService, watch: Watch
) -> Iterator[BrowserContext]:
    """A fresh profile on the module's service; what went wrong in it fails the test."""
    made = new_context(base_url=service.url)
    yield made
    faults = watch.faults(made.pages[0] if made.pages else None)
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """A tab that is watched."""
    return watch.open(context)


# the service


@pytest.fixture(scope="session")
def furnished_home(pytestconfig: pytest.Config) -> Path:
    """A home that real jobs have filled, made anew when their code changes; to be copied, not served."""
    assert pytestconfig.cache is not None
    return computed_home(pytestconfig.cache.mkdir("furnished"))


@pytest.fixture(scope="module")
def furnished(
    furnished_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SteeredService]:
    """A service on a copy of it, for one module."""
    service = SteeredService(
        shutil.copytree(furnished_home, tmp_path_factory.mktemp("served") / "home")
    )
    yield service
    service.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SteeredService]:
    """A service that nobody has asked for anything yet, for one module."""
    service = SteeredService(tmp_path_factory.mktemp("served") / "home")
    yield service
    service.close()


@pytest.fixture
def service(furnished: SteeredService) -> Iterator[SteeredService]:
    """The service that this test's tabs are on; nothing waits or runs when it begins and ends."""
    yield furnished
    furnished.clear()
