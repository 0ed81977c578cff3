"""Proves that the gate kills every drift: `python -m contract_tests.drift`; exit 1 where it does not.

It tries the hand catalogue and a seeded sample of what operators make; `--all`: everything that they make.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from contract_tests.drift.catalogue import HAND
from contract_tests.drift.catalogue.harmless import HARMLESS
from contract_tests.drift.drifts import Drift, Files, sampled
from contract_tests.drift.explained import needless
from contract_tests.drift.laboratory import laboratory
from contract_tests.drift.matrix import write
from contract_tests.drift.operators import OPERATORS
from contract_tests.drift.results import FOLDER, Results
from contract_tests.drift.runner import Runner
from contract_tests.drift.trees import snapshot
from contract_tests.tools import ToolError

SAMPLE = 16  #: of the drifts that operators make


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the lab.

    Raises:
        SystemExit: it could not run.
    """
    try:
        return _main(_parsed(arguments))
    except ToolError as error:
        raise SystemExit(str(error)) from error


def _main(asked: argparse.Namespace) -> int:
    files = snapshot()
    drifts, harmless = chosen(files, asked)
    results = Results(FOLDER, files)
    if asked.fresh:
        results.forget()
    with laboratory(files, results, asked.jobs) as lab:
        report = Runner(lab).run(drifts, harmless, explain=asked.explain)
    page = write(report, FOLDER)
    sys.stdout.write(f"\n{len(report.trials)} drifts in {report.seconds:.0f} s; {page}\n")
    for name in report.red:
        sys.stdout.write(f"red without any drift: {name}\n")
    for trial in report.failed:
        sys.stdout.write(f"{trial.fate}: {trial.drift.id} ({trial.drift.gate})\n")
    # only who has tried everything knows
    survivors = (trial.drift for trial in report.trials if trial.fate == "survived")
    unneeded = needless(survivors) if asked.all else []
    for name in unneeded:
        sys.stdout.write(f"explained in explained.toml, and yet nothing survives: {name}\n")
    for line in (*report.score(), report.closing_line):
        sys.stdout.write(f"{line}\n")
    return 0 if report.is_passed and not unneeded else 1


def chosen(files: Files, asked: argparse.Namespace) -> tuple[list[Drift], list[Drift]]:
    """Return the drifts to try and the harmless changes.

    Raises:
        SystemExit: no drift has an id that was asked for.
    """
    # to enumerate them takes a while
    operators = OPERATORS if asked.all or asked.only or asked.sample else ()
    with ThreadPoolExecutor() as pool:
        # those of the page are made by another program
        made = [*chain.from_iterable(pool.map(lambda make: [*make(files)], operators))]
    if asked.only:
        known = {drift.id: drift for drift in (*HAND, *HARMLESS, *made)}
        unknown = sorted(set(asked.only) - known.keys())
        if unknown:
            raise SystemExit(f"no drift is called {', '.join(unknown)}")
        wanted = [known[name] for name in asked.only]
        return [d for d in wanted if d not in HARMLESS], [d for d in wanted if d in HARMLESS]
    if not asked.all:
        made = sampled(made, asked.sample, asked.seed)
    # one that nobody notices takes minutes: nobody waits for it at the end
    return [*made, *HAND], [*HARMLESS]


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m contract_tests.drift", description=__doc__)
    parser.add_argument("--all", action="store_true", help="all that operators make, not a sample")
    parser.add_argument("--only", nargs="+", metavar="ID", default=[], help="these and no others")
    parser.add_argument("--sample", type=int, default=SAMPLE, metavar="N", help="so many of them")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="trees at once")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--explain", action="store_true", help="try survivors on all other gates")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
