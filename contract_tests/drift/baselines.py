"""Runs gates without a drift, on the tree as it is and with harmless changes: only a kill by a green gate counts.

A gate that is green with all harmless changes in the tree needs no other baseline: one run shows both
that it is not red already and that it gives no false alarm.
"""

from collections.abc import Callable, Iterable, Sequence

from contract_tests.drift.drifts import Drift
from contract_tests.drift.gate import Gate
from contract_tests.drift.gates import GATES
from contract_tests.drift.laboratory import Laboratory, OnTrial
from contract_tests.drift.regeneration import STEPS
from contract_tests.drift.trials import BASELINE, Task, Trial, task_of

Where = tuple[str, ...]


class Baselines:
    """The gates, and parts of gates, that were run without a drift."""

    def __init__(self, lab: Laboratory, write: Callable[[str], None]) -> None:
        self._lab = lab
        self._write = write
        self.trials: dict[str, Trial] = {}  #: by gate, or gate and part

    def check_harmless(self, harmless: Sequence[Drift]) -> list[Trial]:
        """Try all harmless changes together on every gate; if one is red, try each of them alone."""
        if not harmless:
            return []
        edits = tuple(edit for change in harmless for edit in change.edits)
        bundle = Drift("harmless", "All harmless changes at once.", edits)
        # the longest first, so that the run does not wait for one of them at the end
        tasks = [Task(bundle, (gate,), is_wide=True) for gate in reversed([*GATES.values()])]
        alarmed = []
        for task, trial in zip(
            tasks, self._lab.run(tasks, self._on_trial("harmless")), strict=True
        ):
            (gate,) = task.gates
            if not trial.is_green:
                alarmed.append(gate)
            elif trial.verdicts:
                self.trials[gate.name] = trial
        self.run(Task(BASELINE, (gate,)) for gate in alarmed)
        valid = tuple(gate for gate in alarmed if self.trials[gate.name].is_green)
        for gate in alarmed:
            if gate not in valid:
                self._write(f"{gate.name} is red without any change: it cannot judge harmless ones")
        if not valid:
            # what is green with all of them is green with each
            return [Trial(change, "survived") for change in harmless]
        alone = [Task(change, valid, is_wide=True) for change in harmless]
        return self._lab.run(alone, lambda *_: None)

    def establish(self, drifts: Iterable[Drift]) -> None:
        """Run each gate that the drifts need on the tree as it is, with all targets that they need."""
        missing: dict[str, list[Where]] = {}
        for drift in drifts:
            for gate in task_of(drift).gates:
                if not self._is_green(gate, drift.where):
                    missing.setdefault(gate.name, []).append(drift.where)
        self.run(_whole(GATES[name], parts) for name, parts in missing.items())

    def run(self, tasks: Iterable[Task]) -> None:
        """Run gates on the tree as it is, unless they ran before."""
        required = {_name(task): task for task in tasks if _name(task) not in self.trials}
        trials = self._lab.run([*required.values()], self._on_trial("baseline"))
        self.trials |= dict(zip(required, trials, strict=True))

    def is_valid_for(self, drift: Drift) -> bool:
        """Whether a kill of this drift would prove anything."""
        if drift.gate is None:
            return any(trial.is_green for trial in self.trials.values())
        return drift.gate in STEPS or self._is_green(GATES[drift.gate], drift.where)

    def green(self, gates: Iterable[Gate]) -> tuple[Gate, ...]:
        """Return those of the gates that are green as a whole."""
        return tuple(gate for gate in gates if self._is_green(gate, ()))

    def _is_green(self, gate: Gate, where: Where) -> bool:
        """Whether a gate was green with these targets, or with more."""
        required = where or gate.targets
        for name, trial in self.trials.items():
            gate_name, *targets = name.split(" ")
            if gate_name == gate.name and trial.is_green:
                of = tuple(targets) or gate.targets
                covers = all(target.startswith(of) for target in required) if of else True
                if covers and (required or not targets):
                    return True
        return False

    def _on_trial(self, kind: str) -> OnTrial:
        def write(task: Task, trial: Trial) -> None:
            fate = "green" if trial.is_green else "RED"
            cost = f"{trial.seconds:.1f} s, {trial.cpu_seconds:.1f} s of CPU"
            self._write(f"{kind} {fate:6} {_name(task)} {cost}")

        return write


def _whole(gate: Gate, parts: Sequence[Where]) -> Task:
    """Return the baseline of a gate: the parts that drifts need, or all of it where one drift needs all."""
    needed = tuple(dict.fromkeys(target for part in parts for target in part))
    return Task(BASELINE, (gate,), () if () in parts else needed)


def _name(task: Task) -> str:
    return " ".join((task.gates[0].name, *task.where))
