"""One drift on one tree: it is applied, what is made from the code is made anew, and then gates look at it.

A drift of the service counts as it is after `contract export` and type generation. As it is before them it
is not tried: the only gate that could see more then is the stale-file check, which kills nothing, and
whether it would have failed is known from the bytes that generation writes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from contract_tests.drift.drifts import Drift, NoDrift, edited, says
from contract_tests.drift.gates import GATES, Gate
from contract_tests.drift.programs import run
from contract_tests.drift.reading import Verdict, verdict
from contract_tests.drift.regeneration import EXPORT, TYPES, TYPES_OF_PAGE, export, write_types
from contract_tests.drift.trees import Made, Tree

Fate = Literal["killed", "wrong reason", "survived", "broken", "slow", "unproved"]
#: steps of generation that a drift may name as its gate: they refuse what no contract can say
STEPS = {"export": EXPORT, "types": TYPES}
MADE_FOR_PAGE = dict.fromkeys(TYPES_OF_PAGE, b"")
#: puts gates into the order in which they look
Likely = Callable[[Sequence[Gate]], Sequence[Gate]]
#: the tree as it is, on which every gate must be green
BASELINE = Drift("baseline", "Nothing was changed.", "both", ())


@dataclass(frozen=True)
class Task:
    """A drift, and the gates to try it on until one of them is red."""

    drift: Drift
    gates: tuple[Gate, ...]
    where: tuple[str, ...] = ()  #: which targets of a gate are enough
    is_wide: bool = False  #: of many gates those look that can see the change


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


def try_out(tree: Tree, task: Task, scratch: Path, likely: Likely = list) -> Trial:
    """Do a task on a tree; of many gates those first that are likely to be red."""
    drift = task.drift
    trial = Trial(drift, "survived")
    try:
        become(tree, drift, scratch)
        if drift.gate in STEPS or not task.gates:
            # where nobody looks, what is asked is what becomes stale
            _have_types(tree, scratch)
        for gate in likely(_gates(tree, task)):
            if gate.may_see(MADE_FOR_PAGE):
                _have_types(tree, scratch)
            if tree.made is not None and tree.made.failed is not None:
                break
            found = look(tree, gate, task.where, scratch)
            trial.verdicts[gate.name] = found
            trial.fate = fate(drift, found)
            if trial.fate != "survived":
                break
    except NoDrift as error:
        return Trial(drift, "broken", note=str(error))
    return _with_what_was_made(trial, tree)


def become(tree: Tree, drift: Drift, scratch: Path) -> None:
    """Put a drift into a tree and export the contract; nothing to do where it is in already.

    Raises:
        NoDrift: it cannot be applied, or nothing is changed.
    """
    if tree.made is not None and tree.holds == drift.edits:
        return
    changed = edited(tree.files, drift.edits) if drift is not BASELINE else {}
    tree.apply(changed)
    tree.holds, tree.edited = drift.edits, tuple(changed)
    export(tree, tree.edited, scratch)
    _must_differ(tree)


def _have_types(tree: Tree, scratch: Path) -> None:
    """Write the page's types, as whoever drifted would; once for all gates that read them."""
    if not tree.has_types:
        write_types(tree, tree.edited, scratch)
        _must_differ(tree)


def _must_differ(tree: Tree) -> None:
    has_failed = tree.made is not None and tree.made.failed is not None
    if tree.edited and not has_failed and not tree.changed():
        tree.reset()
        raise NoDrift("nothing is changed once everything is made anew")


def _gates(tree: Tree, task: Task) -> list[Gate]:
    if not task.is_wide:
        return [*task.gates]
    changed = tree.changed()
    return [gate for gate in task.gates if gate.may_see(changed)]


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


def _with_what_was_made(trial: Trial, tree: Tree) -> Trial:
    """Add what making anew cost, and judge it where it failed."""
    made = tree.made
    assert made is not None
    trial.stale = made.stale
    costs: list[Made | Verdict] = [made, *trial.verdicts.values()]
    trial.seconds = sum(cost.seconds for cost in costs)
    trial.cpu_seconds = sum(cost.cpu_seconds for cost in costs)
    if made.failed is None:
        return trial
    trial.verdicts[made.step] = Verdict("red", made.failed.output)
    if trial.drift.gate != made.step:
        # what cannot be exported cannot be imported either, as a rule, and that is no kill
        trial.fate, trial.note = "broken", f"{made.step} failed"
    else:
        trial.fate = "killed" if says(trial.drift.reason, made.failed.output) else "wrong reason"
    return trial
