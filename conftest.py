"""Runs tests in two time zones, so that nothing can depend on the machine's: one worker in two, and a lone process, in the west.

At every moment at least one of them has another date than UTC. Processes that a test starts are in its zone.
"""

import os
import re
import time

#: for tests, the gate and e2e
pytest_plugins = ("contract_tests.reports",)

#: hours from UTC: 11 behind and 14 ahead, without daylight saving time
WEST, EAST = "Pacific/Pago_Pago", "Pacific/Kiritimati"

_worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0"
os.environ["TZ"] = EAST if int(_worker) % 2 else WEST
time.tzset()
if time.timezone == 0:
    # libc then uses UTC, and says nothing
    raise RuntimeError(f"The time zone {os.environ['TZ']} was not found: install tzdata.")
