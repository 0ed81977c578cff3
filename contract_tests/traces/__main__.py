"""Records the traces again: `python -m contract_tests.traces`."""

import sys
import tempfile
from pathlib import Path

import httpx

from contract_tests.repository import committed
from contract_tests.traces.check import stale
from contract_tests.traces.scenes import record
from contract_tests.traces.trace import FOLDER, write
from wirelaw.finding import report


def main() -> None:
    """Record; write nothing unless the service answers as the contract declares."""
    try:
        with tempfile.TemporaryDirectory(prefix="traces-") as folder:
            traces = record(Path(folder))
    except (AssertionError, TimeoutError, httpx.HTTPError) as error:
        sys.exit(f"No trace was written: {error}")
    findings = stale(traces, committed())
    if findings:
        sys.exit(
            f"No trace was written: the service drifted from its contract.\n{report(findings)}"
        )
    write(traces)
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    sys.stdout.write(f"{len(traces)} traces of {size // 1024} kB in frontend/tests/traces.\n")


if __name__ == "__main__":
    main()
