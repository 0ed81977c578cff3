"""Keeps what became of drifts, by a key of all that it depends on, so that a run goes on where another ended."""

import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from contract_tests.drift.drifts import Files
from contract_tests.drift.reading import Verdict
from contract_tests.drift.regeneration import OF_CONTRACT, OF_TYPES
from contract_tests.drift.trees import digest
from contract_tests.drift.trials import STEPS, Task, Trial
from contract_tests.repository import ROOT

FOLDER = ROOT / "reports" / "drift"
TOOLS = ("requirements/", "frontend/package-lock.json")  #: what runs the gates


@dataclass(frozen=True)
class Results:
    """The trials that are kept in a folder, of one tree."""

    folder: Path
    files: Files

    def key(self, task: Task) -> str:
        """Hash the tree as far as the gates read it, the edits, the commands, and what is expected."""
        reads = {
            *OF_CONTRACT,
            *OF_TYPES,
            *TOOLS,
            *(name for gate in task.gates for name in gate.reads),
        }
        commands = [gate.command(task.where)[1:] for gate in task.gates] or [
            STEPS.get(task.drift.gate or "", ())
        ]
        told = [
            digest(self.files, sorted(reads)),
            *(json.dumps(asdict(edit)) for edit in task.drift.edits),
            *(json.dumps(command) for command in commands),
            *map(str, (task.drift.gate, task.drift.reason, task.is_wide, sys.version)),
        ]
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:32]

    def known(self, task: Task) -> Trial | None:
        """Return what became of it before; None: nobody knows."""
        file = self._file(task)
        if not file.is_file():
            return None
        told = json.loads(file.read_text(encoding="utf-8"))
        told["verdicts"] = {name: Verdict(**found) for name, found in told["verdicts"].items()}
        told["stale"] = tuple(told["stale"])
        return Trial(task.drift, **told)

    def keep(self, task: Task, trial: Trial) -> None:
        """Keep a trial, unless it may end otherwise with more time or on a sounder tree."""
        if trial.fate in {"slow", "broken", "unproved"}:
            return
        file = self._file(task)
        file.parent.mkdir(parents=True, exist_ok=True)
        told = {name: value for name, value in asdict(trial).items() if name != "drift"}
        # written whole or not at all: a run may be ended at any moment
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps(told, indent=1), encoding="utf-8")
        draft.replace(file)

    def forget(self) -> None:
        """Begin anew."""
        for file in (self.folder / "trials").glob("*.json"):
            file.unlink()

    def _file(self, task: Task) -> Path:
        # a name that somebody who looks for one finds
        return self.folder / "trials" / f"{task.drift.id}.{self.key(task)}.json"
