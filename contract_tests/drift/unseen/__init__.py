"""Drifts that were written without knowing the gate, and what the gate found of each when it first ran on it.

The authors had the README, `docs/wire.md` and the code of the product at hand. A round is committed before the gate
runs on it, and no row is fixed by itself: a row that leads to a change of the gate moves to the catalogue, and two
unseen rows of a later round take its place. `outcomes.json` keeps the first outcome of every row, moved or not.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from contract_tests.drift.drifts import Drift
from contract_tests.drift.trials import Trial
from contract_tests.drift.unseen.round_1 import ROUND_1
from contract_tests.drift.unseen.round_2 import ROUND_2
from contract_tests.drift.unseen.round_3 import ROUND_3
from contract_tests.repository import ROOT
from contract_tests.tools import ToolError, output

_TEST_FILE = re.compile(r"tests-[\w-]+: \S+ at (tests/[\w/]+(?:\.test)?\.\w+)")
Rounds = Mapping[str, Mapping[str, tuple[Drift, ...]]]
FILE = Path(__file__).with_name("outcomes.json")
#: rows by round and by kind
ROUNDS: Rounds = {"round-1": ROUND_1, "round-2": ROUND_2, "round-3": ROUND_3}


@dataclass(frozen=True)
class Outcomes:
    """The first run of a round."""

    date: str  #: `2026-11-29`
    commit: str  #: of the gate that ran
    rows: Mapping[
        str, str | None
    ]  #: by id: the gate that noticed it, a colon, and what it found; None: unnoticed

    @property
    def n_noticed(self) -> int:
        """How many drifts of the round were noticed."""
        return sum(found is not None for found in self.rows.values())


def outcomes(file: Path = FILE) -> dict[str, Outcomes]:
    """Return the first run of each round that has one."""
    if not file.is_file():
        return {}
    content = json.loads(file.read_text(encoding="utf-8"))
    return {name: Outcomes(**found) for name, found in content.items()}


def unseen(rounds: Rounds = ROUNDS) -> Iterator[Drift]:
    """Yield all unseen rows: one that was noticed with its gate and test file, and one that was not with none."""
    found_by_round = outcomes()
    for name, kinds in rounds.items():
        first = found_by_round.get(name)
        for row in (row for rows in kinds.values() for row in rows):
            found = first.rows.get(row.id) if first else None
            gate = found.partition(":")[0] if found else None
            file = _TEST_FILE.match(found or "")
            yield replace(row, origin="unseen", gate=gate, where=(file[1],) if file else ())


def untried(rounds: Rounds = ROUNDS) -> list[Drift]:
    """Return the rows of the next round that have no first run: what one round shows goes in before the next."""
    tried = {name for first in outcomes().values() for name in first.rows}
    for name, kinds in rounds.items():
        rows = [row for row in unseen({name: kinds}) if row.id not in tried]
        if rows:
            return rows
    return []


def record(trials: Iterable[Trial], rounds: Rounds = ROUNDS, file: Path = FILE) -> list[str]:
    """Store the first outcome of each row, and never another one; return why some trials have none."""
    by_id: dict[str, str | None] = {}
    problems = []
    for trial in trials:
        try:
            by_id[trial.drift.id] = _found(trial)
        except ToolError as error:
            problems.append(str(error))
    found_by_round = outcomes(file)
    commit = output(("git", "rev-parse", "--short=12", "HEAD"), ROOT).strip()
    today = datetime.now(UTC).date().isoformat()
    for name, kinds in rounds.items():
        ids = [row.id for rows in kinds.values() for row in rows]
        first = found_by_round.get(name, Outcomes(today, commit, {}))
        new = {one: by_id[one] for one in ids if one in by_id and one not in first.rows}
        if new:
            found_by_round[name] = replace(first, rows={**first.rows, **new})
    content = {name: vars(found) for name, found in found_by_round.items()}
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return problems


def _found(trial: Trial) -> str | None:
    """Format what noticed a drift.

    Raises:
        ToolError: the trial shows nothing.
    """
    if trial.fate == "survived":
        return None
    gate, verdict = next(reversed(trial.verdicts.items()), ("", None))
    if verdict is None or verdict.outcome != "red":
        raise ToolError(f"{trial.drift.id} is {trial.fate}: {trial.note or gate}")
    first = next(iter(verdict.findings), None)
    return f"{gate}: {first.code} at {first.pointer}" if first else f"{gate}: failed"
