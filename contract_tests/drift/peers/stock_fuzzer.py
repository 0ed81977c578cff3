"""Fuzzes a started service with stock schemathesis, which loads the schema from that service.

Replayed jobs fill the service with results, as in the gate's fuzz. The gate's configuration, checks and examples are
left out. The exit status is that of schemathesis, or 3 if the service does not start.
"""

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import httpx

from contract_tests.drift.peers.tools import NO_SERVICE
from contract_tests.drift.programs import BIN
from contract_tests.replay import replay_engine, replay_settings
from quant_engine.api.schemas.jobs import JobType
from quant_engine.cli.server import BackgroundService

MAX_SECONDS = 20.0
UNCHANGED_SECONDS = 1.0
POLL_SECONDS = 0.05


def main(scratch: Path, options: list[str]) -> int:
    """Start the service, fill it with results, and run schemathesis on it."""
    _, status = fuzz(scratch, options)
    return status


def fuzz(scratch: Path, options: list[str]) -> tuple[str, int]:
    """Run schemathesis on a new service; return the URL of the service, which goes on, and the exit status."""
    place = scratch / f"{time.time_ns()}"
    place.mkdir(parents=True)
    # a replaying engine; everything else is what `serve` runs
    settings = replay_settings(place, port=0)
    service = BackgroundService(settings, engine=replay_engine(settings)).__enter__()
    add_results(service.url)
    command = [str(BIN / "schemathesis"), "run", f"{service.url}/openapi.json", *options]
    # outside the tree, which contains the gate's configuration
    return service.url, subprocess.run(command, cwd=place, check=False).returncode


def add_results(url: str) -> None:
    """Run one job of each type; a service that cannot do that is fuzzed as it is."""
    try:
        with httpx.Client(base_url=url, timeout=10, trust_env=False) as client:
            for kind in JobType:
                client.post(f"/api/compute/{kind}", json={})
            _settle(client)
    except httpx.HTTPError as error:
        sys.stdout.write(f"without results: {error!r}\n")


def _settle(client: httpx.Client) -> None:
    """Wait until the list of jobs no longer changes; a drift may have renamed its fields."""
    seen, since = b"", time.monotonic()
    until = since + MAX_SECONDS
    while time.monotonic() < min(since + UNCHANGED_SECONDS, until):
        data = client.get("/api/jobs").content.partition(b'"meta"')[0]
        if data != seen:
            seen, since = data, time.monotonic()
        time.sleep(POLL_SECONDS)


def run_and_exit(program: Callable[[Path, list[str]], int]) -> NoReturn:
    """Run a program with the arguments of the command line, and end this process with the services that it started."""
    try:
        status = program(Path(sys.argv[1]), sys.argv[2:])
    except BaseException:  # noqa: BLE001 - a drifted service may raise anything
        traceback.print_exc()
        status = NO_SERVICE
    sys.stdout.flush()
    # the tool does not check how the service stops
    os._exit(status)


if __name__ == "__main__":
    run_and_exit(main)
