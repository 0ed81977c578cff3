"""Counts the drifts of the hand catalogue that stock tools find, each alone: `python -m contract_tests.drift.peers`.

An interrupted run continues where it was. Exit 0 whatever they find, because this is no gate.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from contract_tests.drift.catalogue import HAND
from contract_tests.drift.catalogue.harmless import HARMLESS
from contract_tests.drift.drifts import Files
from contract_tests.drift.laboratory import laboratory
from contract_tests.drift.peers.comparison import compare
from contract_tests.drift.peers.seam import store
from contract_tests.drift.peers.table import markdown, write
from contract_tests.drift.peers.tools import (
    COMMITTED,
    FASTAPI_STREAMS,
    PEERS,
    REPORTS,
    SEAMCHECK,
    SEAMS,
    STREAMS,
    Peer,
)
from contract_tests.drift.regeneration import CONTRACT
from contract_tests.drift.results import FOLDER, Results
from contract_tests.drift.trees import snapshot


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison."""
    options = _parsed(arguments)
    files = snapshot()
    REPORTS.mkdir(parents=True, exist_ok=True)
    COMMITTED.write_bytes(files[CONTRACT])
    peers = [PEERS[name] for name in options.only_peer or PEERS]
    for peer in peers:
        if not peer.is_installed:
            sys.stdout.write(
                f"not installed, and left out: {peer.name}, which needs {peer.needs}\n"
            )
    peers = [peer for peer in peers if peer.is_installed]
    _look_before(files, peers)
    with laboratory(files, Results(REPORTS, files), options.jobs) as lab:
        rows = compare(lab, peers, HAND[:: options.every], HARMLESS[:: options.every])
    write(rows, FOLDER / "peers.json")
    sys.stdout.write(f"\n{markdown(rows)}")
    return 0


def _look_before(files: Files, peers: Sequence[Peer]) -> None:
    """Store what is compared with: findings and a client of the unchanged tree."""
    programs = {peer.program for peer in peers}
    if SEAMCHECK in programs:
        store(files, SEAMS)
    if FASTAPI_STREAMS in programs:
        # it says itself what it does not accept, and is red then
        client = ("generate", "--schema", str(COMMITTED), "--output", str(STREAMS))
        subprocess.run([str(FASTAPI_STREAMS), *client], check=False)


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m contract_tests.drift.peers", description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="trees in parallel")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth row: a sample")
    parser.add_argument("--only-peer", action="append", choices=[*PEERS], metavar="NAME")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
