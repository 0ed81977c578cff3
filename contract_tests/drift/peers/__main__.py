"""Counts the drifts of the hand catalogue that stock tools find, each alone: `python -m contract_tests.drift.peers`.

An interrupted run continues where it was. Exit 0 whatever they find, because this is no gate.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from contract_tests.drift.catalogue import HAND
from contract_tests.drift.catalogue.harmless import HARMLESS
from contract_tests.drift.laboratory import laboratory
from contract_tests.drift.peers.comparison import compare
from contract_tests.drift.peers.table import markdown, write
from contract_tests.drift.peers.tools import COMMITTED, PEERS, REPORTS
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
    with laboratory(files, Results(REPORTS, files), options.jobs) as lab:
        rows = compare(lab, peers, HAND, HARMLESS)
    write(rows, FOLDER / "peers.json")
    sys.stdout.write(f"\n{markdown(rows)}")
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m contract_tests.drift.peers", description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="trees in parallel")
    parser.add_argument("--only-peer", action="append", choices=[*PEERS], metavar="NAME")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
