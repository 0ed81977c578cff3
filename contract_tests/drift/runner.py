"""Runs the lab: what is harmless and what the gates stand on, then each drift on the gate that must kill it."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from contract_tests.drift.drifts import Drift, NoDrift, diff, edited
from contract_tests.drift.explained import explanation
from contract_tests.drift.gates import GATES
from contract_tests.drift.grounds import Grounds
from contract_tests.drift.laboratory import Laboratory
from contract_tests.drift.trials import BASELINE, Task, Trial, task_of

LEFT = 0.02  #: of what operators make, so much may survive; one of a small sample
SHOWN = 60  #: lines of what a gate said


@dataclass
class Report:
    """All that a run found out."""

    baseline: dict[str, Trial] = field(default_factory=dict)  #: by gate, and by part of one
    trials: list[Trial] = field(default_factory=list)
    harmless: list[Trial] = field(default_factory=list)  #: a green one is good
    seconds: float = 0.0

    @property
    def red(self) -> list[str]:
        """The gates that are not green on the tree as it is: nothing may be said of what they kill."""
        return [name for name, trial in self.baseline.items() if not trial.is_green]

    @property
    def failed(self) -> list[Trial]:
        """What is not as it must be, and is not known to be as it is for a reason."""
        left = (trial for trial in self.trials if trial.fate != "killed")
        alarms = (trial for trial in self.harmless if not trial.is_green)
        return [*(trial for trial in left if explanation(trial.drift) is None), *alarms]

    @property
    def is_passed(self) -> bool:
        """Whether all is as it must be: of what operators make, some may be left, and each for a reason."""
        made = [trial for trial in self.trials if trial.drift.gate is None]
        n_left = sum(trial.fate != "killed" for trial in made)
        return not self.red and not self.failed and n_left <= max(1, int(LEFT * len(made)))

    def score(self) -> Iterator[str]:
        """Say what was killed, of those by hand and of those by machine, and what one takes."""
        for name, by_hand in (("by hand", True), ("by machine", False)):
            trials = [trial for trial in self.trials if (trial.drift.gate is not None) is by_hand]
            if not trials:
                continue
            killed = sum(trial.fate == "killed" for trial in trials)
            seconds = sum(trial.seconds for trial in trials) / len(trials)
            yield (
                f"{name}: {killed} of {len(trials)} killed ({killed / len(trials):.1%}), "
                f"{seconds:.1f} seconds a mutant"
            )

    @property
    def closing_line(self) -> str:
        """Say how it went, in one line."""
        wrong = len(self.failed)
        right = len(self.trials) + len(self.harmless) - wrong
        return f"{right} passed, {wrong + len(self.red)} failed"


class Runner:
    """One run."""

    def __init__(self, lab: Laboratory) -> None:
        self._lab = lab
        self._said = threading.Lock()
        self._grounds = Grounds(lab, self._say)
        self._done = 0

    def run(self, drifts: Sequence[Drift], harmless: Sequence[Drift], *, explain: bool) -> Report:
        """Try everything."""
        began = time.monotonic()
        grounds = self._grounds
        report = Report(baseline=grounds.found, harmless=grounds.bear(harmless))
        grounds.prove(drifts)
        proved = [drift for drift in drifts if grounds.bears(drift)]
        self._say(f"{len(proved)} of {len(drifts)} drifts have a gate that is green without them")
        report.trials += [_unproved(drift) for drift in drifts if drift not in proved]
        report.trials += self._lab.do([self._task(drift) for drift in proved], self._tell)
        for trial in report.failed:
            self._show(trial, explain=explain)
        report.seconds = time.monotonic() - began
        return report

    def _task(self, drift: Drift) -> Task:
        task = task_of(drift)
        # of many gates one that is red anyway would kill everything
        return replace(task, gates=self._grounds.sound(task.gates)) if task.is_wide else task

    def _tell(self, _: Task, trial: Trial) -> None:
        self._done += 1
        gate = trial.drift.gate or next(reversed(trial.verdicts), "none")
        cost = f"{trial.seconds:.1f} s, {trial.cpu_seconds:.1f} s of CPU"
        self._say(f"{self._done:4} {trial.fate:12} {trial.drift.id} ({gate}) {cost}")

    def _show(self, trial: Trial, *, explain: bool) -> None:
        """Print what is not as it must be: the diff, the gates that ran, and what they said."""
        drift = trial.drift
        lines = [f"\n{trial.fate.upper()}: {drift.id}: {drift.title}"]
        if drift.gate is not None:
            lines.append(f"  gate: {drift.gate}, for {drift.reason}")
        lines.append(f"  {trial.note}".rstrip())
        if trial.fate != "unproved":
            lines.append(self._diff(drift))
        if trial.stale:
            lines.append(f"  the stale-file check would have named {', '.join(trial.stale)}")
        lines += [
            f"  {name} was {found.outcome} after {found.seconds:.1f} s\n{_indented(found.said)}"
            for name, found in trial.verdicts.items()
        ]
        self._say("\n".join(line for line in lines if line.strip()))
        if explain and trial.fate == "survived":
            self._explain(drift)

    def _diff(self, drift: Drift) -> str:
        try:
            return _indented(diff(self._lab.files, edited(self._lab.files, drift.edits)))
        except NoDrift as error:
            return f"  it cannot be applied: {error}"

    def _explain(self, drift: Drift) -> None:
        """Say which other gate would have killed it."""
        # as if nobody had named one: each gate may kill it, with whatever words
        anybodys = replace(drift, gate=None, reason=None, where=())
        others = tuple(gate for name, gate in GATES.items() if name != drift.gate)
        (trial,) = self._lab.do([Task(anybodys, others, is_wide=True)], self._tell)
        if trial.fate != "killed":
            self._say(f"  no other gate kills it: {', '.join(trial.verdicts)} ran")
            return
        name, found = next(reversed(trial.verdicts.items()))
        self._grounds.look([Task(BASELINE, (GATES[name],))])
        state = "green" if self._grounds.found[name].is_green else "red"
        self._say(f"  killed by {name}, which is {state} without it\n{_indented(found.said)}")

    def _say(self, text: str) -> None:
        with self._said:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()


def _unproved(drift: Drift) -> Trial:
    return Trial(drift, "unproved", note=f"{drift.gate} is red without it: nothing can be said")


def _indented(text: str) -> str:
    lines = text.splitlines()
    if len(lines) > SHOWN:
        lines = [*lines[:SHOWN], f"… and {len(lines) - SHOWN} lines more"]
    return "\n".join(f"    {line}" for line in lines)
