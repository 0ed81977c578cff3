"""Runs tests in two time zones and outside the repository, so that nothing can depend on the machine's zone or on a checkout.

One worker in two, and a lone process, is in the west: at every moment at least one worker has another date than UTC.
Processes that a test starts are in its zone and, if it names no other, in its folder.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

#: for tests, the gate and e2e
pytest_plugins = ("contract_tests.reports",)

#: hours from UTC: 11 behind and 14 ahead, without daylight saving time
WEST, EAST = "Pacific/Pago_Pago", "Pacific/Kiritimati"

_worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0"
_root = Path(__file__).parent
os.environ["PYTHONPATH"] = os.pathsep.join([str(_root), str(_root / "contract_tests/wirelaw/src")])
os.environ["TZ"] = EAST if int(_worker) % 2 else WEST
time.tzset()
if time.timezone == 0:
    # libc then uses UTC, and says nothing
    raise RuntimeError(f"The time zone {os.environ['TZ']} was not found: install tzdata.")


@pytest.fixture(autouse=True, scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The working directory is an empty folder, as that of a user of the installed program."""
    with chdir(tmp_path_factory.mktemp("elsewhere")):
        yield
