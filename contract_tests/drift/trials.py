"""Tries one drift on one tree: applies it, regenerates what is generated from the code, and runs gates.

A drift of the service is tried in the state after `contract export` and type generation, and not before. The
only gate that could find more before is the stale-file check, which kills nothing; the bytes that generation
writes show whether it would have failed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from contract_tests.drift.drifts import Drift, NoDrift, edited, is_reported
from contract_tests.drift.gate import Gate
from contract_tests.drift.gates import GATES
from contract_tests.drift.programs import run
from contract_tests.drift.reading import MAX_OUTPUT, Verdict, failed_step, verdict
from contract_tests.drift.regeneration import STEPS, TYPES_OF_PAGE, export, write_types
from contract_tests.drift.trees import Generated, Tree

Fate = Literal["killed", "wrong reason", "survived", "broken", "slow", "unproved"]
GENERATED_FOR_PAGE = dict.fromkeys(TYPES_OF_PAGE, b"")
#: sorts gates into the order in which they run
Order = Callable[[Sequence[Gate]], Sequence[Gate]]
#: the tree as it is, on which every gate must be green
BASELINE = Drift("baseline", "Nothing was changed.", ())


@dataclass(frozen=True)
class Task:
    """A drift, and the gates to run on it until one of them is red."""

    drift: Drift
    gates: tuple[Gate, ...]
    where: tuple[str, ...] = ()  #: which targets of a gate are enough
    is_wide: bool = False  #: only the gates run that read a changed file


@dataclass
class Trial:
    """The result of a task."""

    drift: Drift
    fate: Fate
    verdicts: dict[str, Verdict] = field(default_factory=dict)  #: by gate
    stale: list[str] = field(default_factory=list)  #: what the stale-file check would have named
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    note: str = ""  #: why it is broken or unproved

    @property
    def is_green(self) -> bool:
        """Whether every gate that ran found nothing."""
        return self.fate == "survived"


def task_of(drift: Drift) -> Task:
    """Return the task for a drift: on the gate that it names, or on all of them, cheapest first."""
    if drift.gate is None:
        return Task(drift, tuple(GATES.values()), is_wide=True)
    gates = () if drift.gate in STEPS else (GATES[drift.gate],)
    return Task(drift, gates, drift.where)


def run_task(tree: Tree, task: Task, scratch: Path, order: Order = list) -> Trial:
    """Run a task on a tree, its gates in this order."""
    drift = task.drift
    trial = Trial(drift, "survived")
    try:
        apply_drift(tree, drift, scratch)
        if drift.gate in STEPS or not task.gates:
            # without a gate, the result of the task is what becomes stale
            _ensure_types(tree, scratch)
        for gate in order(_gates(tree, task)):
            if gate.may_see(GENERATED_FOR_PAGE):
                _ensure_types(tree, scratch)
            if tree.generated is not None and tree.generated.failed is not None:
                break
            found = run_gate(tree, gate, task.where, scratch)
            trial.verdicts[gate.name] = found
            trial.fate = fate(drift, found)
            if trial.fate != "survived":
                break
    except NoDrift as error:
        return Trial(drift, "broken", note=str(error))
    return _with_generation(trial, tree)


def apply_drift(tree: Tree, drift: Drift, scratch: Path) -> None:
    """Apply a drift to a tree and export the contract, unless the tree has that drift already.

    Raises:
        NoDrift: it cannot be applied, or changes nothing.
    """
    if tree.generated is not None and tree.edits == drift.edits:
        return
    changed = edited(tree.files, drift.edits) if drift is not BASELINE else {}
    tree.apply(changed)
    tree.edits, tree.edited = drift.edits, tuple(changed)
    export(tree, tree.edited, scratch)
    _must_differ(tree)


def _ensure_types(tree: Tree, scratch: Path) -> None:
    """Generate the page's types as the developer would, once for all gates that read them."""
    if not tree.has_types:
        write_types(tree, tree.edited, scratch)
        _must_differ(tree)


def _must_differ(tree: Tree) -> None:
    has_failed = tree.generated is not None and tree.generated.failed is not None
    if tree.edited and not has_failed and not tree.changed():
        tree.reset()
        raise NoDrift("generation undid the edits")


def _gates(tree: Tree, task: Task) -> list[Gate]:
    if not task.is_wide:
        return [*task.gates]
    changed = tree.changed()
    return [gate for gate in task.gates if gate.may_see(changed)]


def run_gate(tree: Tree, gate: Gate, where: tuple[str, ...], scratch: Path) -> Verdict:
    """Run a gate on a tree as it is."""
    place = scratch / gate.name
    for report in place.glob("*.*"):
        report.unlink()
    command = tuple(part.replace("{scratch}", str(place)) for part in gate.command(where))
    done = run(command, tree.folder / gate.folder, place, limit_seconds=gate.limit_seconds)
    return verdict(gate.reader, done, place)


def fate(drift: Drift, found: Verdict) -> Fate:
    """Return what the verdict of one gate means for a drift."""
    match found.outcome:
        case "green":
            return "survived"
        case "red":
            return "killed" if is_reported(drift.reason, found.findings) else "wrong reason"
        case other:
            return other


def _with_generation(trial: Trial, tree: Tree) -> Trial:
    """Add the cost of generation, and judge the trial if a step of it failed."""
    generated = tree.generated
    assert generated is not None
    trial.stale = [*generated.stale]
    costs: list[Generated | Verdict] = [generated, *trial.verdicts.values()]
    trial.seconds = sum(cost.seconds for cost in costs)
    trial.cpu_seconds = sum(cost.cpu_seconds for cost in costs)
    if generated.failed is None:
        return trial
    step = generated.step
    found = Verdict(
        "red", failed_step(step, generated.failed), generated.failed.output[-MAX_OUTPUT:]
    )
    trial.verdicts[step] = found
    if trial.drift.gate == step:
        trial.fate = fate(trial.drift, found)
    else:
        # code that cannot be exported usually cannot be imported either, which is no kill
        trial.fate, trial.note = "broken", f"{step} failed"
    return trial
