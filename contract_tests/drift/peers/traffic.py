"""Compares recorded traffic with the contract of the tree: schemathesis writes a HAR file, `redocly drift` reads it.

The exit status is that of `redocly drift`, or 3 if there is no traffic.
"""

import json
import subprocess
import sys
from pathlib import Path

from contract_tests.drift.peers.stock_fuzzer import fuzz, run_and_exit
from contract_tests.drift.peers.tools import NO_SERVICE
from contract_tests.drift.regeneration import CONTRACT


def main(scratch: Path, options: list[str]) -> int:
    """Record the traffic and compare it; before `--` are options of schemathesis, after it the command of redocly."""
    at = options.index("--")
    har, report = scratch / "traffic.har", scratch / "report.json"
    scratch.mkdir(parents=True, exist_ok=True)
    recording = ["--report", "har", "--report-har-path", str(har)]
    # what schemathesis itself finds is another peer's business
    url, _ = fuzz(scratch, [*options[:at], *recording])
    if not har.is_file():
        return NO_SERVICE
    of_traffic = ("--server", url, "--format", "json", "--output", str(report))
    command = [*options[at + 1 :], str(har), "--api", CONTRACT, *of_traffic]
    status = subprocess.run(command, check=False).returncode
    if status == 0:
        return status
    if not report.is_file():
        return NO_SERVICE
    for problem in json.loads(report.read_text(encoding="utf-8"))["problems"]:
        sys.stdout.write(f"{problem['method']} {problem['path']}: {problem['message']}\n")
    return status


if __name__ == "__main__":
    run_and_exit(main)
