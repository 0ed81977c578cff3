"""Runs the lab: harmless changes and baselines first, then each drift on the gate that must kill it."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from contract_tests.drift.baselines import Baselines
from contract_tests.drift.drifts import Drift, NoDrift, Origin, diff, edited
from contract_tests.drift.explained import explanation
from contract_tests.drift.gates import GATES
from contract_tests.drift.laboratory import Laboratory
from contract_tests.drift.reading import Verdict
from contract_tests.drift.trials import BASELINE, Task, Trial, task_of
from wirelaw.finding import report as format_findings

MAX_SURVIVORS = 0.02  #: of the drifts of operators, as a share; one of a small sample
MAX_LINES = 60  #: of a diff or of a gate's output


@dataclass
class Report:
    """All results of a run."""

    baseline: dict[str, Trial] = field(default_factory=dict)  #: by gate, and by part of one
    trials: list[Trial] = field(default_factory=list)
    harmless: list[Trial] = field(default_factory=list)  #: they must be green
    seconds: float = 0.0

    @property
    def red(self) -> list[str]:
        """The gates that are red on the tree as it is, so that their kills prove nothing."""
        return [name for name, trial in self.baseline.items() if not trial.is_green]

    @property
    def failed(self) -> list[Trial]:
        """The drifts that were not killed and are not explained, and the harmless changes that were."""
        survivors = (trial for trial in self.trials if trial.fate != "killed")
        alarms = (trial for trial in self.harmless if not trial.is_green)
        return [*(trial for trial in survivors if explanation(trial.drift) is None), *alarms]

    @property
    def is_passed(self) -> bool:
        """Whether nothing failed, and few drifts of operators survived, each with an explanation."""
        by_operator = [trial for trial in self.trials if trial.drift.origin == "operator"]
        n_survivors = sum(trial.fate != "killed" for trial in by_operator)
        limit = max(1, int(MAX_SURVIVORS * len(by_operator)))
        return not self.red and not self.failed and n_survivors <= limit

    def score(self) -> Iterator[str]:
        """Format how many drifts of each origin were killed, and the seconds of each."""
        for origin in get_args(Origin):
            trials = [trial for trial in self.trials if trial.drift.origin == origin]
            if not trials:
                continue
            killed = sum(trial.fate == "killed" for trial in trials)
            seconds = sum(trial.seconds for trial in trials) / len(trials)
            yield (
                f"{origin}: {killed} of {len(trials)} killed ({killed / len(trials):.1%}), "
                f"{seconds:.1f} seconds a mutant"
            )

    @property
    def closing_line(self) -> str:
        """Format the result in one line."""
        wrong = len(self.failed)
        right = len(self.trials) + len(self.harmless) - wrong
        return f"{right} passed, {wrong + len(self.red)} failed"


class Runner:
    """One run."""

    def __init__(self, lab: Laboratory) -> None:
        self._lab = lab
        self._writing = threading.Lock()
        self._baselines = Baselines(lab, self._write)
        self._n_done = 0

    def run(self, drifts: Sequence[Drift], harmless: Sequence[Drift], *, explain: bool) -> Report:
        """Try everything."""
        start = time.monotonic()
        baselines = self._baselines
        report = Report(baselines.trials, harmless=baselines.check_harmless(harmless))
        baselines.establish(drifts)
        valid = [drift for drift in drifts if baselines.is_valid_for(drift)]
        self._write(f"{len(valid)} of {len(drifts)} drifts have a gate that is green without them")
        report.trials += [_unproved(drift) for drift in drifts if drift not in valid]
        report.trials += self._lab.run([self._task(drift) for drift in valid], self._on_trial)
        for trial in report.failed:
            self._show(trial, explain=explain)
        report.seconds = time.monotonic() - start
        return report

    def _task(self, drift: Drift) -> Task:
        task = task_of(drift)
        # of many gates, one that is red already would kill everything
        return replace(task, gates=self._baselines.green(task.gates)) if task.is_wide else task

    def _on_trial(self, _: Task, trial: Trial) -> None:
        self._n_done += 1
        gate = trial.drift.gate or next(reversed(trial.verdicts), "none")
        cost = f"{trial.seconds:.1f} s, {trial.cpu_seconds:.1f} s of CPU"
        self._write(f"{self._n_done:4} {trial.fate:12} {trial.drift.id} ({gate}) {cost}")

    def _show(self, trial: Trial, *, explain: bool) -> None:
        """Write a failed trial: the diff, the gates that ran, and what they found."""
        drift = trial.drift
        lines = [f"\n{trial.fate.upper()}: {drift.id}: {drift.title}"]
        if drift.gate is not None:
            lines.append(f"  gate: {drift.gate}, with {drift.reason or 'any finding'}")
        lines.append(f"  {trial.note}".rstrip())
        if trial.fate != "unproved":
            lines.append(self._diff(drift))
        if trial.stale:
            lines.append(f"  the stale-file check would have named {', '.join(trial.stale)}")
        for name, verdict in trial.verdicts.items():
            lines.append(f"  {name} was {verdict.outcome} after {verdict.seconds:.1f} s")
            lines += _findings(verdict, output=explain)
        self._write("\n".join(line for line in lines if line.strip()))
        if explain and trial.fate == "survived":
            self._explain(drift)

    def _diff(self, drift: Drift) -> str:
        try:
            return _indented(diff(self._lab.files, edited(self._lab.files, drift.edits)))
        except NoDrift as error:
            return f"  it cannot be applied: {error}"

    def _explain(self, drift: Drift) -> None:
        """Write which other gate would have killed a survivor."""
        # as a drift of an operator: each gate may kill it, with any finding
        anonymous = replace(drift, gate=None, reason=None, where=())
        others = tuple(gate for name, gate in GATES.items() if name != drift.gate)
        (trial,) = self._lab.run([Task(anonymous, others, is_wide=True)], self._on_trial)
        if trial.fate != "killed":
            self._write(f"  no other gate kills it: {', '.join(trial.verdicts)} ran")
            return
        name, verdict = next(reversed(trial.verdicts.items()))
        self._baselines.run([Task(BASELINE, (GATES[name],))])
        state = "green" if self._baselines.trials[name].is_green else "red"
        lines = [f"  killed by {name}, which is {state} without it", *_findings(verdict)]
        self._write("\n".join(lines))

    def _write(self, text: str) -> None:
        with self._writing:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()


def _unproved(drift: Drift) -> Trial:
    return Trial(
        drift, "unproved", note=f"{drift.gate} is red without it, so a kill proves nothing"
    )


def _findings(verdict: Verdict, *, output: bool = False) -> Iterator[str]:
    """Format the findings of a gate; its output where they do not suffice."""
    yield _indented(format_findings(verdict.findings))
    if output or not verdict.findings:
        yield _indented(verdict.output)


def _indented(text: str) -> str:
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        lines = [*lines[:MAX_LINES], f"… and {len(lines) - MAX_LINES} lines more"]
    return "\n".join(f"    {line}" for line in lines)
