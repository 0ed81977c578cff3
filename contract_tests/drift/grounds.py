"""What a kill stands on: the gate is green without the drift, on the tree as it is, and with harmless changes in it.

Where harmless changes are tried as well, a gate that is green with all ten of them in the tree needs no
other baseline: one look shows that it is not red anyway, and that it does not cry wolf.
"""

from collections.abc import Callable, Iterable, Sequence

from contract_tests.drift.drifts import Drift
from contract_tests.drift.gates import GATES, Gate
from contract_tests.drift.laboratory import Heard, Laboratory
from contract_tests.drift.trials import BASELINE, STEPS, Task, Trial, task_of

Where = tuple[str, ...]


class Grounds:
    """Which gates, and which parts of them, are green."""

    def __init__(self, lab: Laboratory, say: Callable[[str], None]) -> None:
        self._lab = lab
        self._say = say
        self.found: dict[str, Trial] = {}  #: by gate, or gate and part

    def bear(self, harmless: Sequence[Drift]) -> list[Trial]:
        """Try all harmless changes together on every gate; where one is red, each of them alone."""
        if not harmless:
            return []
        edits = tuple(edit for change in harmless for edit in change.edits)
        bundle = Drift("harmless", "All harmless changes at once.", "both", edits)
        # those that take longest first: nobody waits for one of them at the end
        tasks = [Task(bundle, (gate,), is_wide=True) for gate in reversed([*GATES.values()])]
        alarmed = []
        for task, trial in zip(tasks, self._lab.do(tasks, self._told("harmless")), strict=True):
            (gate,) = task.gates
            if not trial.is_green:
                alarmed.append(gate)
            elif trial.verdicts:
                self.found[gate.name] = trial
        self.look(Task(BASELINE, (gate,)) for gate in alarmed)
        sound = tuple(gate for gate in alarmed if self.found[gate.name].is_green)
        for gate in alarmed:
            if gate not in sound:
                self._say(
                    f"{gate.name} is red without any change: it says nothing of harmless ones"
                )
        if not sound:
            # what is green with all of them is green with each
            return [Trial(change, "survived") for change in harmless]
        alone = [Task(change, sound, is_wide=True) for change in harmless]
        return self._lab.do(alone, lambda *_: None)

    def prove(self, drifts: Iterable[Drift]) -> None:
        """Have every gate that is needed look at the tree as it is, at all that will be needed of it."""
        missing: dict[str, list[Where]] = {}
        for drift in drifts:
            for gate in task_of(drift).gates:
                if not self._is_green(gate, drift.where):
                    missing.setdefault(gate.name, []).append(drift.where)
        self.look(_whole(GATES[name], parts) for name, parts in missing.items())

    def look(self, tasks: Iterable[Task]) -> None:
        """Have gates look at the tree as it is, unless it is known what they say."""
        wanted = {_name(task): task for task in tasks if _name(task) not in self.found}
        trials = self._lab.do([*wanted.values()], self._told("baseline"))
        self.found |= dict(zip(wanted, trials, strict=True))

    def bears(self, drift: Drift) -> bool:
        """Whether a kill of this drift would say anything."""
        if drift.gate is None:
            return any(trial.is_green for trial in self.found.values())
        return drift.gate in STEPS or self._is_green(GATES[drift.gate], drift.where)

    def sound(self, gates: Iterable[Gate]) -> tuple[Gate, ...]:
        """Return those of the gates that are green as a whole."""
        return tuple(gate for gate in gates if self._is_green(gate, ()))

    def _is_green(self, gate: Gate, where: Where) -> bool:
        """Whether a gate is known to be green at these targets: they, or more than they were looked at."""
        wanted = where or gate.targets
        for name, trial in self.found.items():
            known, *targets = name.split(" ")
            if known == gate.name and trial.is_green:
                of = tuple(targets) or gate.targets
                covers = all(target.startswith(of) for target in wanted) if of else True
                if covers and (wanted or not targets):
                    return True
        return False

    def _told(self, what: str) -> Heard:
        def tell(task: Task, trial: Trial) -> None:
            fate = "green" if trial.is_green else "RED"
            cost = f"{trial.seconds:.1f} s, {trial.cpu_seconds:.1f} s of CPU"
            self._say(f"{what} {fate:6} {_name(task)} {cost}")
            if not trial.is_green:
                self._say("\n".join(found.said[:2000] for found in trial.verdicts.values()))

        return tell


def _whole(gate: Gate, parts: Sequence[Where]) -> Task:
    """Return the baseline of a gate: the parts that are needed, or all of it where one drift needs that."""
    needed = tuple(dict.fromkeys(target for part in parts for target in part))
    return Task(BASELINE, (gate,), () if () in parts else needed)


def _name(task: Task) -> str:
    return " ".join((task.gates[0].name, *task.where))
