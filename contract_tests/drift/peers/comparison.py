"""Runs every peer on every drift and every harmless change, and counts what it finds."""

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
    """One peer: its result for each drift and each harmless change."""

    peer: Peer
    baseline: Trial
    drifts: list[Trial] = field(default_factory=list)
    harmless: list[Trial] = field(default_factory=list)

    @property
    def found(self) -> list[Drift]:
        """The drifts that it found."""
        return [trial.drift for trial in self.drifts if self._finds(trial)]

    @property
    def alarms(self) -> list[Drift]:
        """The harmless changes that it reported as drifts."""
        return [trial.drift for trial in self.harmless if self._finds(trial)]

    @property
    def not_run(self) -> list[Drift]:
        """The drifts that it could not judge: the tree did not start, or not in time."""
        wrong = {"broken", "slow"}
        return [trial.drift for trial in self.drifts if trial.fate in wrong]

    @property
    def n_run(self) -> int:
        """The number of drifts that change a file that it reads."""
        return sum(bool(trial.verdicts) for trial in self.drifts)

    @property
    def seconds(self) -> float:
        """The mean time for a drift that it ran on."""
        spent = [found.seconds for trial in self.drifts for found in trial.verdicts.values()]
        return sum(spent) / self.n_run if spent else 0.0

    def of(self, side: Side) -> tuple[int, int]:
        """Return how many drifts of a side it found, and how many exist."""
        found = sum(drift.side == side for drift in self.found)
        return found, sum(trial.drift.side == side for trial in self.drifts)

    def _finds(self, trial: Trial) -> bool:
        # a peer that is red without any change proves nothing
        if not self.baseline.is_green:
            return False
        return trial.fate == "killed" or (self.peer.counts_stale and bool(trial.stale))


def compare(
    lab: Laboratory, peers: Sequence[Peer], drifts: Sequence[Drift], harmless: Sequence[Drift]
) -> list[Row]:
    """Run all peers, drift by drift, so that each drift is applied to a tree once."""
    tasks = [Task(BASELINE, peer.gates) for peer in peers if peer.gates]
    baselines = iter(lab.run(tasks, _write))
    rows = [
        Row(peer, next(baselines) if peer.gates else Trial(BASELINE, "survived")) for peer in peers
    ]
    green = [row for row in rows if row.baseline.is_green]
    tasks = [task_of(drift, row.peer) for drift in (*drifts, *harmless) for row in green]
    trials = iter(lab.run(tasks, _write))
    for drift in drifts:
        for row in green:
            row.drifts.append(replace(next(trials), drift=drift))
    for change in harmless:
        for row in green:
            row.harmless.append(replace(next(trials), drift=change))
    return rows


def task_of(drift: Drift, peer: Peer) -> Task:
    """Return the task for a peer: any finding is a kill, if the peer reads a changed file."""
    return Task(replace(drift, gate=None, reason=None, where=()), peer.gates, is_wide=True)


def _write(task: Task, trial: Trial) -> None:
    names = ", ".join(gate.name for gate in task.gates)
    if not trial.verdicts:
        return
    spent = sum(found.seconds for found in trial.verdicts.values())
    sys.stdout.write(f"{trial.fate:10} {task.drift.id} ({names}) {spent:.1f} s {trial.note}\n")
    sys.stdout.flush()
