"""Does tasks in parallel: a tree to a worker, and what is known already is not done again."""

import queue
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from contract_tests.drift.drifts import Files
from contract_tests.drift.gates import Gate
from contract_tests.drift.results import Results
from contract_tests.drift.trees import Tree
from contract_tests.drift.trials import Task, Trial, try_out

Heard = Callable[[Task, Trial], None]


class Laboratory:
    """Trees, and who works on them."""

    def __init__(self, files: Files, results: Results, folder: Path, jobs: int) -> None:
        self.files = files
        self.results = results
        self._jobs = jobs
        self._kills: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._trees: queue.SimpleQueue[Tree] = queue.SimpleQueue()
        for number in range(jobs):
            tree = Tree(folder / str(number) / "tree", files)
            tree.make()
            self._trees.put(tree)

    def do(self, tasks: Sequence[Task], heard: Heard) -> list[Trial]:
        """Do tasks; each is told as soon as it is done, from the thread that did it."""
        with ThreadPoolExecutor(self._jobs) as pool:
            return list(pool.map(lambda task: self._do(task, heard), tasks))

    def _do(self, task: Task, heard: Heard) -> Trial:
        known = self.results.known(task)
        if known is not None:
            self._learn(known)
            heard(task, known)
            return known
        tree = self._trees.get()
        try:
            trial = try_out(
                tree, task, tree.folder.parent / "scratch", lambda gates: self._likely(task, gates)
            )
        finally:
            self._trees.put(tree)
        self._learn(trial)
        self.results.keep(task, trial)
        heard(task, trial)
        return trial

    def _likely(self, task: Task, gates: Sequence[Gate]) -> list[Gate]:
        """Put those first that killed the most of the same operator; the rest stay cheapest first."""
        kills = self._kills[task.drift.operator]
        return sorted(gates, key=lambda gate: -kills[gate.name])

    def _learn(self, trial: Trial) -> None:
        if trial.fate == "killed":
            self._kills[trial.drift.operator][next(reversed(trial.verdicts))] += 1

    def close(self) -> None:
        """Remove the trees."""
        while not self._trees.empty():
            self._trees.get().remove()


@contextmanager
def laboratory(files: Files, results: Results, jobs: int) -> Iterator[Laboratory]:
    """Open one, with trees in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="drift-", ignore_cleanup_errors=True) as folder:
        made = Laboratory(files, results, Path(folder), jobs)
        try:
            yield made
        finally:
            made.close()
