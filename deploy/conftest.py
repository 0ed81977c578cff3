"""Stops when a program or the page is missing: skipped tests would look like success."""

import pytest

from deploy.proxies import NotInstalled, find
from quant_engine.api.page import is_built

PROGRAMS = ("nginx", "caddy", "openssl", "curl", "setpriv", "systemd-analyze")


def pytest_configure() -> None:
    """Check what this machine has.

    Raises:
        pytest.UsageError: a program is not installed, or the page is not built.
    """
    try:
        for program in PROGRAMS:
            find(program)
    except NotInstalled as error:
        raise pytest.UsageError(str(error)) from error
    if not is_built():
        raise pytest.UsageError("The page is not built. Build it: python -m nox -s page")
