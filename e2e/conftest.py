"""Browser, service and watch: each test gets a new tab on a real service, and fails on any fault of either."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from contract_tests.hang import ANSWER_SECONDS
from contract_tests.kit.computed import computed_home
from contract_tests.observers import observe
from contract_tests.repository import committed
from e2e.browser import FLAGS, NoBrowser, find_browser
from e2e.steering import SteeredService
from e2e.watch import Watch
from quant_engine.api.page import is_built
from wirelaw.running.exchange import Answer

pytest_plugins = ("pytest_playwright.pytest_playwright",)

RUNNING = "E2E_URL"  #: the URL of a service that runs already, for the tests that need no other
PATIENCE_MS = 1000 * ANSWER_SECONDS  #: for an element; a failed expectation takes as long

expect.set_options(timeout=PATIENCE_MS)


def pytest_configure() -> None:
    """Stop when the browser or the page is missing: skipped tests would look like success.

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
    # without animations, so that elements are where they will stay
    return {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def watch(service: SteeredService) -> Watch:
    """What the tabs of this test exchange with the service, and what they log."""
    return Watch(service.url, committed())


@pytest.fixture
def context(
    new_context: Callable[..., BrowserContext], service: SteeredService, watch: Watch
) -> Iterator[BrowserContext]:
    """A new profile on the module's service; any fault in it fails the test."""
    opened = new_context(base_url=service.url)
    yield opened
    faults = watch.faults(opened.pages[0] if opened.pages else None)
    assert not faults, "\n".join(faults)


def pytest_runtest_makereport(item: pytest.Function, call: pytest.CallInfo[None]) -> None:
    """Show what the browser of a failed test received to the observers of answers."""
    watch = item.funcargs.get("watch")
    if call.excinfo is not None and isinstance(watch, Watch):
        for one in watch.traffic.api():
            if one.status:
                answer = Answer(one.status, one.answered, one.body)
                observe(item.path, one.method, one.path, answer)


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """A tab that is watched."""
    return watch.open(context)


# the service


@pytest.fixture(scope="session")
def populated_home(pytestconfig: pytest.Config) -> Path:
    """A home with the results of real jobs, regenerated when their code changes; tests serve a copy of it."""
    assert pytestconfig.cache is not None
    return computed_home(pytestconfig.cache.mkdir("populated-home"))


@pytest.fixture(scope="module")
def populated(
    populated_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SteeredService]:
    """A service on a copy of it, for one module."""
    service = SteeredService(
        shutil.copytree(populated_home, tmp_path_factory.mktemp("served") / "home")
    )
    yield service
    service.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SteeredService]:
    """A service without any job, for one module."""
    service = SteeredService(tmp_path_factory.mktemp("served") / "home")
    yield service
    service.close()


@pytest.fixture
def service(populated: SteeredService) -> Iterator[SteeredService]:
    """The service of this test's tabs; no job is queued or running before and after the test."""
    yield populated
    populated.clear()
