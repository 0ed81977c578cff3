"""Records the traces anew: `python -m contract_tests.traces`."""

import sys
import tempfile
from pathlib import Path

from contract_tests.repository import committed
from contract_tests.traces.check import wrong
from contract_tests.traces.scenes import recorded
from contract_tests.traces.trace import FOLDER, write


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="traces-") as folder:
        traces = recorded(Path(folder))
    problems = wrong(traces, committed())
    if problems:
        sys.exit("The service does not keep its contract:\n" + "\n".join(problems))
    write(traces)
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    sys.stdout.write(f"{len(traces)} traces of {size // 1024} kB in frontend/tests/traces.\n")


if __name__ == "__main__":
    main()
