"""Fuzzes the service as a stranger does: it is really started, and schemathesis asks it for its own schema.

The home is furnished by replayed jobs, as in the fuzz of the gate. What is left out is everything that the gate
adds: its configuration, its checks, its list of what is real. Exit: that of schemathesis, or 3 without a service.
"""

import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

import httpx

from contract_tests.drift.peers.tools import NO_SERVICE
from contract_tests.drift.programs import BIN
from contract_tests.replay import replay_engine, replay_settings
from quant_engine.api.schemas.jobs import JobType
from quant_engine.cli.server import BackgroundService

FURNISHED_SECONDS = 20.0
STILL_SECONDS = 1.0
LOOK_SECONDS = 0.05


def main(scratch: Path, options: list[str]) -> int:
    """Start the service, furnish it, and let the tool at it."""
    place = scratch / f"{time.time_ns()}"
    place.mkdir(parents=True)
    # jobs are replayed: the engine is another one, and everything else is what `serve` runs
    settings = replay_settings(place, port=0)
    service = BackgroundService(settings, engine=replay_engine(settings)).__enter__()
    furnish(service.url)
    command = [str(BIN / "schemathesis"), "run", f"{service.url}/openapi.json", *options]
    # apart from the tree, whose configuration is the gate's
    return subprocess.run(command, cwd=place, check=False).returncode


def furnish(url: str) -> None:
    """Run one job of each type; a service that cannot do that is tried as it is."""
    try:
        with httpx.Client(base_url=url, timeout=10, trust_env=False) as client:
            for kind in JobType:
                client.post(f"/api/compute/{kind}", json={})
            _settle(client)
    except httpx.HTTPError as error:
        sys.stdout.write(f"not furnished: {error!r}\n")


def _settle(client: httpx.Client) -> None:
    """Wait until the list of jobs stays as it is, whatever the fields are called."""
    seen, since = b"", time.monotonic()
    until = since + FURNISHED_SECONDS
    while time.monotonic() < min(since + STILL_SECONDS, until):
        data = client.get("/api/jobs").content.partition(b'"meta"')[0]
        if data != seen:
            seen, since = data, time.monotonic()
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    try:
        STATUS = main(Path(sys.argv[1]), sys.argv[2:])
    except BaseException:  # noqa: BLE001 - whatever a drifted service dies of
        traceback.print_exc()
        STATUS = NO_SERVICE
    sys.stdout.flush()
    # its answers are all read; how it would end is nothing that the tool looks at
    os._exit(STATUS)
