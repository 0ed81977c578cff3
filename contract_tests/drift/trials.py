"""One drift on one tree: it is applied, what is made from the code is made anew, and then gates look at it.

A drift of the service counts as it is after `contract export` and type generation. As it is before them it
is not tried: the only gate that could see more then is the stale-file check, which kills nothing, and
whether it would have failed is known from the bytes that generation writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from contract_tests.drift.drifts import Drift, NoDrift, edited, says
from contract_tests.drift.gates import GATES, Gate
from contract_tests.drift.programs import run
from contract_tests.drift.reading import Verdict, verdict
from contract_tests.drift.regeneration import EXPORT, TYPES, TYPES_OF_PAGE, regenerate
from contract_tests.drift.trees import Made, Tree

Fate = Literal["killed", "wrong reason", "survived", "broken", "slow", "unproved"]
#: steps of generation that a drift may name as its gate: they refuse what no contract can say
STEPS = {"export": EXPORT, "types": TYPES}
#: the tree as it is, on which every gate must be green
BASELINE = Drift("baseline", "Nothing was changed.", "both", ())


@dataclass(frozen=True)
class Task:
    """A drift, and the gates to try it on until one of them is red."""

    drift: Drift
    gates: tuple[Gate, ...]
    where: tuple[str, ...] = ()  #: which targets of a gate are enough
    is_wide: bool = False  #: of many gates those look that can see the change

    @property
    def looks_at_page(self) -> bool:
        """Whether a gate reads what is made of the contract for the page."""
        made = dict.fromkeys(TYPES_OF_PAGE, b"")
        return self.is_wide or any(gate.may_see(made) for gate in self.gates)


@dataclass
class Trial:
    """What became of a drift."""

    drift: Drift
    fate: Fate
    verdicts: dict[str, Verdict] = field(default_factory=dict)  #: by gate
    stale: tuple[str, ...] = ()  #: what the stale-file check would have named
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    note: str = ""  #: why it is broken or unproved

    @property
    def is_green(self) -> bool:
        """Whether every gate that looked found nothing."""
        return self.fate == "survived"


def task_of(drift: Drift) -> Task:
    """Return the task for a drift: on the gate that it names, or on all of them, cheapest first."""
    if drift.gate is None:
        return Task(drift, tuple(GATES.values()), is_wide=True)
    gates = () if drift.gate in STEPS else (GATES[drift.gate],)
    return Task(drift, gates, drift.where)


def try_out(tree: Tree, task: Task, scratch: Path) -> Trial:
    """Do a task on a tree."""
    drift = task.drift
    try:
        made = become(tree, task, scratch)
    except NoDrift as error:
        return Trial(drift, "broken", note=str(error))
    trial = Trial(drift, "survived", stale=made.stale, seconds=made.seconds)
    trial.cpu_seconds = made.cpu_seconds
    if made.failed is not None:
        return _refused(trial, made)
    for gate in _gates(tree, task):
        found = look(tree, gate, task.where, scratch)
        trial.verdicts[gate.name] = found
        trial.seconds += found.seconds
        trial.cpu_seconds += found.cpu_seconds
        trial.fate = fate(drift, found)
        if trial.fate != "survived":
            break
    return trial


def become(tree: Tree, task: Task, scratch: Path) -> Made:
    """Put a drift into a tree and make anew what is made from it; nothing to do where it is in already.

    Raises:
        NoDrift: it cannot be applied, or nothing is changed.
    """
    drift = task.drift
    for_page = task.looks_at_page or drift.gate in STEPS
    if tree.made is not None and tree.holds == (drift.edits, for_page):
        return tree.made
    changed = edited(tree.files, drift.edits) if drift is not BASELINE else {}
    tree.apply(changed)
    tree.holds = (drift.edits, for_page)
    tree.made = regenerate(tree, tuple(changed), scratch, for_page=for_page)
    if changed and tree.made.failed is None and not tree.changed():
        tree.reset()
        raise NoDrift("nothing is changed once everything is made anew")
    return tree.made


def _gates(tree: Tree, task: Task) -> Iterator[Gate]:
    changed = tree.changed() if task.is_wide else {}
    for gate in task.gates:
        if not task.is_wide or gate.may_see(changed):
            yield gate


def look(tree: Tree, gate: Gate, where: tuple[str, ...], scratch: Path) -> Verdict:
    """Have a gate look at a tree as it is."""
    place = scratch / gate.name
    for report in place.glob("*.*"):
        report.unlink()
    command = tuple(part.replace("{scratch}", str(place)) for part in gate.command(where))
    done = run(command, tree.folder / gate.folder, place, limit_seconds=gate.limit_seconds)
    return verdict(gate.reader, done, place)


def fate(drift: Drift, found: Verdict) -> Fate:
    """Judge what one gate made of a drift."""
    match found.outcome:
        case "green":
            return "survived"
        case "red":
            return "killed" if says(drift.reason, found.said) else "wrong reason"
        case other:
            return other


def _refused(trial: Trial, made: Made) -> Trial:
    assert made.failed is not None
    failed = made.failed
    trial.verdicts[made.step] = Verdict("red", failed.output, failed.seconds, failed.cpu_seconds)
    if trial.drift.gate != made.step:
        # what cannot be exported cannot be imported either, as a rule, and that is no kill
        trial.fate, trial.note = "broken", f"{made.step} failed"
    else:
        trial.fate = "killed" if says(trial.drift.reason, failed.output) else "wrong reason"
    return trial
