"""Proves that the gate kills every drift: `python -m contract_tests.drift`; exit 1 where it does not.

It tries the hand catalogue, the unseen drifts on the gate that noticed them at their first run, and a seeded sample of
the drifts of operators; `--all`: every drift of theirs. `--unseen`: the first run of the next unseen round.
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
from contract_tests.drift.explained import stale_exemptions
from contract_tests.drift.laboratory import laboratory
from contract_tests.drift.matrix import write
from contract_tests.drift.operators import OPERATORS
from contract_tests.drift.results import FOLDER, Results
from contract_tests.drift.runner import Runner
from contract_tests.drift.trees import snapshot
from contract_tests.drift.unseen import record, unseen, untried
from contract_tests.tools import ToolError

SAMPLE = 16  #: of the drifts of operators


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the lab.

    Raises:
        SystemExit: it could not run.
    """
    try:
        return _main(_parsed(arguments))
    except ToolError as error:
        raise SystemExit(str(error)) from error


def _main(options: argparse.Namespace) -> int:
    files = snapshot()
    drifts, harmless = chosen(files, options)
    results = Results(FOLDER, files)
    if options.fresh:
        results.clear()
    with laboratory(files, results, options.jobs) as lab:
        report = Runner(lab).run(drifts, harmless, explain=options.explain)
    problems = record(report.trials) if options.unseen else []
    page = write(report, FOLDER)
    sys.stdout.write(f"\n{len(report.trials)} drifts in {report.seconds:.0f} s; {page}\n")
    for name in report.red:
        sys.stdout.write(f"red without any drift: {name}\n")
    for trial in report.failed:
        sys.stdout.write(f"{trial.fate}: {trial.drift.id} ({trial.drift.gate})\n")
    # a sample does not show whether an entry is stale
    survivors = (trial.drift for trial in report.trials if trial.fate == "survived")
    stale = stale_exemptions(survivors) if options.all else []
    for name in stale:
        sys.stdout.write(
            f"stale: remove it from explained.toml, because no such drift survives: {name}\n"
        )
    for line in problems:
        sys.stdout.write(f"no outcome: {line}\n")
    for line in (*report.score(), report.closing_line):
        sys.stdout.write(f"{line}\n")
    return 0 if report.is_passed and not stale else 1


def chosen(files: Files, options: argparse.Namespace) -> tuple[list[Drift], list[Drift]]:
    """Return the drifts to try and the harmless changes.

    Raises:
        SystemExit: no drift has an id of `--only`.
    """
    if options.unseen:
        return untried(), []
    again = [drift for drift in unseen() if drift.gate is not None]
    by_hand = {drift.id: drift for drift in (*HAND, *unseen(), *HARMLESS)}
    # enumerating them takes seconds
    needs_operators = options.all or options.sample > 0
    if options.only:
        needs_operators = not by_hand.keys() >= {*options.only}
    with ThreadPoolExecutor() as pool:
        # another program enumerates those of the page
        operators = OPERATORS if needs_operators else ()
        by_operator = [*chain.from_iterable(pool.map(lambda one: [*one(files)], operators))]
    if options.only:
        by_id = by_hand | {drift.id: drift for drift in by_operator}
        unknown = sorted(set(options.only) - by_id.keys())
        if unknown:
            raise SystemExit(f"no drift is called {', '.join(unknown)}")
        drifts = [by_id[name] for name in options.only]
        return [d for d in drifts if d not in HARMLESS], [d for d in drifts if d in HARMLESS]
    if not options.all:
        by_operator = sampled(by_operator, options.sample, options.seed)
    # a survivor takes minutes, so the drifts of operators run first
    return [*by_operator, *HAND, *again], [*HARMLESS]


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m contract_tests.drift", description=__doc__)
    parser.add_argument("--all", action="store_true", help="all drifts of operators, not a sample")
    parser.add_argument("--unseen", action="store_true", help="first run of the next unseen round")
    parser.add_argument("--only", nargs="+", metavar="ID", default=[], help="these and no others")
    parser.add_argument(
        "--sample", type=int, default=SAMPLE, metavar="N", help="size of the sample"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="trees in parallel")
    parser.add_argument("--fresh", action="store_true", help="delete the results of earlier runs")
    parser.add_argument("--explain", action="store_true", help="try survivors on all other gates")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
