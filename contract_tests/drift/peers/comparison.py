"""Has every peer look at every drift and every harmless change, and counts what it notices."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from contract_tests.drift.drifts import Drift, Side
from contract_tests.drift.laboratory import Laboratory
from contract_tests.drift.peers.tools import Peer
from contract_tests.drift.trials import BASELINE, Task, Trial

SIDES: tuple[Side, ...] = ("service", "page", "both")


@dataclass
class Row:
    """One peer: what it said of each drift and of each harmless change."""

    peer: Peer
    baseline: Trial
    drifts: list[Trial] = field(default_factory=list)
    harmless: list[Trial] = field(default_factory=list)

    @property
    def noticed(self) -> list[Drift]:
        """The drifts that it noticed."""
        return [trial.drift for trial in self.drifts if self._notices(trial)]

    @property
    def alarms(self) -> list[Drift]:
        """The harmless changes that it took for drifts."""
        return [trial.drift for trial in self.harmless if self._notices(trial)]

    @property
    def unseen(self) -> list[Drift]:
        """The drifts that it could not look at: a tree that does not start, or not in time."""
        wrong = {"broken", "slow"}
        return [trial.drift for trial in self.drifts if trial.fate in wrong]

    @property
    def looked(self) -> int:
        """How many drifts touch something that it reads."""
        return sum(bool(trial.verdicts) for trial in self.drifts)

    @property
    def seconds(self) -> float:
        """What a drift takes that it looks at, on average."""
        spent = [found.seconds for trial in self.drifts for found in trial.verdicts.values()]
        return sum(spent) / self.looked if spent else 0.0

    def of(self, side: Side) -> tuple[int, int]:
        """Count what it noticed on a side, and what there is."""
        noticed = sum(drift.side == side for drift in self.noticed)
        return noticed, sum(trial.drift.side == side for trial in self.drifts)

    def _notices(self, trial: Trial) -> bool:
        # what is red without any change says nothing
        if not self.baseline.is_green:
            return False
        return trial.fate == "killed" or (self.peer.notices_stale and bool(trial.stale))


def compare(
    lab: Laboratory, peers: Sequence[Peer], drifts: Sequence[Drift], harmless: Sequence[Drift]
) -> list[Row]:
    """Have every peer look at everything, drift by drift, so that each is put into a tree once."""
    bases = lab.do([Task(BASELINE, peer.gates) for peer in peers if peer.gates], _tell)
    known = iter(bases)
    rows = [Row(peer, next(known) if peer.gates else Trial(BASELINE, "survived")) for peer in peers]
    lookers = [row for row in rows if row.baseline.is_green]
    tasks = [task_of(drift, row.peer) for drift in (*drifts, *harmless) for row in lookers]
    trials = iter(lab.do(tasks, _tell))
    for drift in drifts:
        for row in lookers:
            row.drifts.append(replace(next(trials), drift=drift))
    for change in harmless:
        for row in lookers:
            row.harmless.append(replace(next(trials), drift=change))
    return rows


def task_of(drift: Drift, peer: Peer) -> Task:
    """Return the task for a peer: any red is a kill, whatever it says, wherever it can see the change."""
    return Task(replace(drift, gate=None, reason=None, where=()), peer.gates, is_wide=True)


def _tell(task: Task, trial: Trial) -> None:
    names = ", ".join(gate.name for gate in task.gates)
    if not trial.verdicts:
        return
    spent = sum(found.seconds for found in trial.verdicts.values())
    sys.stdout.write(f"{trial.fate:10} {task.drift.id} ({names}) {spent:.1f} s {trial.note}\n")
    sys.stdout.flush()
