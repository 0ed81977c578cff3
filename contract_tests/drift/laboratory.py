"""Runs tasks in parallel: each worker has a tree, and a stored result is not computed again."""

import queue
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from contract_tests.drift.drifts import Files
from contract_tests.drift.gate import Gate
from contract_tests.drift.results import Results
from contract_tests.drift.trees import Tree
from contract_tests.drift.trials import Task, Trial, run_task

OnTrial = Callable[[Task, Trial], None]


class Laboratory:
    """The trees, and the workers that run tasks on them."""

    def __init__(self, files: Files, results: Results, folder: Path, jobs: int) -> None:
        self.files = files
        self.results = results
        self._jobs = jobs
        self._kills: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._trees: queue.SimpleQueue[Tree] = queue.SimpleQueue()
        for number in range(jobs):
            tree = Tree(folder / str(number) / "tree", files)
            tree.create()
            self._trees.put(tree)

    def run(self, tasks: Sequence[Task], on_trial: OnTrial) -> list[Trial]:
        """Run tasks; `on_trial` is called as soon as each ends, in the thread that ran it."""
        with ThreadPoolExecutor(self._jobs) as pool:
            return list(pool.map(lambda task: self._run(task, on_trial), tasks))

    def _run(self, task: Task, on_trial: OnTrial) -> Trial:
        stored = self.results.load(task)
        if stored is not None:
            self._count(stored)
            on_trial(task, stored)
            return stored
        tree = self._trees.get()
        try:
            trial = run_task(
                tree, task, tree.folder.parent / "scratch", lambda gates: self._likely(task, gates)
            )
        finally:
            self._trees.put(tree)
        self._count(trial)
        self.results.store(task, trial)
        on_trial(task, trial)
        return trial

    def _likely(self, task: Task, gates: Sequence[Gate]) -> list[Gate]:
        """Sort the gates by how many drifts of the same operator they killed; the others stay cheapest first."""
        kills = self._kills[task.drift.operator]
        return sorted(gates, key=lambda gate: -kills[gate.name])

    def _count(self, trial: Trial) -> None:
        if trial.fate == "killed":
            self._kills[trial.drift.operator][next(reversed(trial.verdicts))] += 1


@contextmanager
def laboratory(files: Files, results: Results, jobs: int) -> Iterator[Laboratory]:
    """Create a laboratory with trees in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="drift-", ignore_cleanup_errors=True) as folder:
        yield Laboratory(files, results, Path(folder), jobs)
