"""Runs rounds and prints their results: `python -m contract_tests.crash [--rounds 300] [--first 0] [--again]`.

Outcomes are kept in `reports/crash.jsonl`, so that a run that was interrupted goes on where it stopped.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from contract_tests.crash.rounds import PHASES, Round, make
from contract_tests.crash.series import Series, orphans
from contract_tests.kit.jobs import wait_for
from contract_tests.repository import ROOT

OUTCOMES = ROOT / "reports" / "crash.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds that have no outcome yet; return 1 if a law was broken in one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--again", action="store_true", help="forget earlier outcomes")
    named = parser.parse_args(arguments)
    OUTCOMES.parent.mkdir(exist_ok=True)
    if named.again:
        OUTCOMES.unlink(missing_ok=True)
    numbers = range(named.first, named.first + named.rounds)
    done = {outcome["number"] for outcome in _read()}
    left = [make(number) for number in numbers if number not in done]
    for (workers, _), rounds in groupby(left, lambda one: (one.workers, one.number // len(PHASES))):
        _run(workers, rounds)
    outcomes = [outcome for outcome in _read() if outcome["number"] in numbers]
    return _print(outcomes)


def _run(workers: int, rounds: Iterable[Round]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with Series(home, workers) as series:
            for one in rounds:
                before = series.restarts
                broken, attempts = series.run(one)
                outcome = {**vars(one), "broken": broken, "attempts": attempts}
                outcome["restarts"] = series.restarts - before
                _write(outcome)
                for law in broken:
                    sys.stdout.write(f"{one}: {law}\n")
        try:
            # the kernel ends them as soon as their parent is gone
            wait_for(lambda: not orphans(home))
        except TimeoutError:
            _write({**vars(one), "broken": [f"processes are left: {orphans(home)}"]})


def _write(outcome: dict[str, Any]) -> None:
    with OUTCOMES.open("a") as file:
        file.write(json.dumps(outcome) + "\n")


def _read() -> list[dict[str, Any]]:
    if not OUTCOMES.exists():
        return []
    return [json.loads(line) for line in OUTCOMES.read_text().splitlines()]


def _print(outcomes: list[dict[str, Any]]) -> int:
    for name in ("workers", "phase", "victim", "signal", "attempts"):
        counts = Counter(str(outcome.get(name)) for outcome in outcomes)
        text = ", ".join(f"{value} {count}" for value, count in sorted(counts.items()))
        sys.stdout.write(f"{name}: {text}\n")
    restarts = sum(outcome.get("restarts", 0) for outcome in outcomes)
    broken = [outcome for outcome in outcomes if outcome["broken"]]
    sys.stdout.write(f"{len(outcomes)} rounds, {restarts} restarts, {len(broken)} faults\n")
    for outcome in broken:
        place = {name: outcome[name] for name in ("number", "workers", "phase", "victim", "signal")}
        sys.stdout.write(f"{place}: {'; '.join(outcome['broken'])}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
