"""No time of the service depends on the machine's zone; the tests themselves run in zones that are not UTC."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contract_tests.repository import ROOT
from contract_tests.zones import local_times
from wirelaw.finding import check

LOCAL = (
    "datetime.now()",
    "datetime.now(None)",
    "datetime.now(UTC).astimezone()",
    "datetime.now(UTC).astimezone(tz=None).date()",
    "datetime.now(UTC).replace(tzinfo=None)",
    "date.today()",
    "pd.Timestamp.today()",
    "pd.Timestamp.now()",
    "datetime.fromtimestamp(path.stat().st_mtime)",
    "date.fromtimestamp(0)",
    "datetime.utcnow()",
    "time.strftime('%Y-%m-%d')",
    "time.localtime().tm_hour",
    "dateutil.tz.tzlocal()",
    "func.datetime('now', 'localtime')",
    "index.tz_convert(None)",
)
UTC = (
    "datetime.now(UTC)",
    "datetime.now(tz=UTC)",
    "moment.astimezone(UTC)",
    "datetime.fromtimestamp(0, UTC)",
    "index.tz_localize(None)",
    "time.strftime('%Y', moment)",
    "pd.Timestamp.now('UTC')",
    "'the local time'",
)


def test_no_time_is_the_machine_s() -> None:
    check(local_times(ROOT / "quant_engine"))


@pytest.mark.parametrize("source", [*LOCAL, *UTC])
def test_what_depends_on_the_machine_s_zone_is_found(source: str, tmp_path: Path) -> None:
    package = tmp_path / "quant_engine"
    package.mkdir()
    (package / "clock.py").write_text(f"def read():\n    return {source}\n")
    found = [(one.pointer, one.code) for one in local_times(package)]
    expected = [("quant_engine/clock.py:2", "local-time")] if source in LOCAL else []
    assert found == expected


def test_tests_and_the_processes_that_they_start_are_not_in_utc() -> None:
    command = (sys.executable, "-c", "import time; print(time.timezone)")
    child = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert time.timezone == child != 0
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    assert (child > 0) is (int(worker.removeprefix("gw")) % 2 == 0)
