"""Stores trials under a key of everything that they depend on, so that a run continues where another ended."""

import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from contract_tests.drift.drifts import Files
from contract_tests.drift.reading import Verdict
from contract_tests.drift.regeneration import OF_CONTRACT, OF_TYPES, STEPS
from contract_tests.drift.trees import digest
from contract_tests.drift.trials import Task, Trial
from contract_tests.repository import ROOT
from wirelaw.finding import Finding

FOLDER = ROOT / "reports" / "drift"
#: the versions of the programs that run the gates
TOOLS = ("uv.lock", "frontend/package-lock.json")


@dataclass(frozen=True)
class Results:
    """The stored trials of one tree."""

    folder: Path
    files: Files

    def key(self, task: Task) -> str:
        """Hash the tree as far as the gates read it, the edits, the commands, and what is expected."""
        of_gates = {name for gate in task.gates for name in gate.reads}
        reads = {*OF_CONTRACT, *OF_TYPES, *TOOLS, *of_gates}
        commands = [gate.command(task.where)[1:] for gate in task.gates]
        commands = commands or [STEPS.get(task.drift.gate or "", ())]
        parts = [
            digest(self.files, sorted(reads)),
            *(json.dumps(asdict(edit)) for edit in task.drift.edits),
            *(json.dumps(command) for command in commands),
            *map(str, (task.drift.gate, task.drift.reason, task.is_wide, sys.version)),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def load(self, task: Task) -> Trial | None:
        """Return the trial of an earlier run, or None."""
        file = self._file(task)
        if not file.is_file():
            return None
        content = json.loads(file.read_text(encoding="utf-8"))
        for found in content["verdicts"].values():
            found["findings"] = tuple(Finding(**one) for one in found["findings"])
        verdicts = {name: Verdict(**found) for name, found in content["verdicts"].items()}
        return Trial(task.drift, **{**content, "verdicts": verdicts})

    def store(self, task: Task, trial: Trial) -> None:
        """Store a trial, unless its result may change with more time or after a fix of the tree."""
        if trial.fate in {"slow", "broken", "unproved"}:
            return
        file = self._file(task)
        file.parent.mkdir(parents=True, exist_ok=True)
        content = {name: value for name, value in asdict(trial).items() if name != "drift"}
        # in one step: a run may be ended at any moment
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps(content, indent=1), encoding="utf-8")
        draft.replace(file)

    def clear(self) -> None:
        """Delete all trials."""
        for file in (self.folder / "trials").glob("*.json"):
            file.unlink()

    def _file(self, task: Task) -> Path:
        # the id makes a trial easy to find
        return self.folder / "trials" / f"{task.drift.id}.{self.key(task)}.json"
