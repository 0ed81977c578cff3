"""Train, predict and cycle against the bare libraries doing the same fits on the same rows: `python -m benchmarks.research`.

The bare side reads the prices, makes the features, and fits and predicts with scikit-learn and
LightGBM: no checks, no registry, no hashes, no scores, models by pickle. Each side runs in a fresh
process, the sides alternate, and the figures are medians. `work` counts from the end of the
imports, `process` from the start of the interpreter to its end; the peak is the process's.
"""
# ruff: noqa: PLC0415 - each process imports only what it measures

import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from quant_engine.domain.work import Work

ROUNDS = 3
AIM = 1.15
SAME = 1e-9  #: fraction by which what the two sides computed may differ
UNITS = {"work": "s", "processor": "s", "process": "s", "megabytes": "peak"}
NAMES = ["AAPL", "BAC", "CVX", "GE", "HD", "JNJ", "JPM", "KO", "MSFT", "WMT"]  #: the core list

Outcome = tuple["Clock", float]
Side = Callable[[Path], Outcome]
"""Work in a folder that all rounds share; its clock, and one number of what was computed."""


def main() -> None:
    if len(sys.argv) > 1:
        run_side(*sys.argv[1:])
        return
    table = Table("row", "figure", "ours", "bare", "ratio")
    with tempfile.TemporaryDirectory() as folder:
        for name in ROWS:
            ours, bare = compare(name, Path(folder))
            if abs(ours.value / bare.value - 1) > SAME:
                sys.exit(f"{name}: the two sides computed {ours.value} and {bare.value}.")
            for figure, unit in UNITS.items():
                mine, theirs = getattr(ours, figure), getattr(bare, figure)
                ratio = f"{mine / theirs:.2f}"
                table.add_row(name, f"{figure}, {unit}", f"{mine:.3g}", f"{theirs:.3g}", ratio)
    Console().print(table, f"Medians of {ROUNDS} by turns; the aim is a ratio of {AIM} at most.")


@dataclass(frozen=True)
class Figures:
    """What one side took, or the median of what it took."""

    work: float  #: seconds
    processor: float  #: CPU seconds of the work, which other programs disturb less
    process: float  #: seconds
    megabytes: float  #: peak of resident memory
    value: float


def compare(name: str, folder: Path) -> tuple[Figures, Figures]:
    """Run both sides by turns; a first round warms the disk's cache and is not counted."""
    rounds = [
        (measure(name, "ours", folder), measure(name, "bare", folder)) for _ in range(ROUNDS + 1)
    ]
    ours, bare = zip(*rounds[1:], strict=True)
    return _median(ours), _median(bare)


def _median(figures: tuple[Figures, ...]) -> Figures:
    names = [field.name for field in fields(Figures)]
    return Figures(
        **{name: statistics.median(getattr(one, name) for one in figures) for name in names}
    )


def measure(name: str, side: str, folder: Path) -> Figures:
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.research", name, side, str(folder)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    process = time.perf_counter() - began
    return Figures(process=process, **json.loads(ended.stdout))


class Clock:
    """Runs from when it is made until it is stopped."""

    def __init__(self) -> None:
        self.work, self.processor = -time.perf_counter(), -time.process_time()

    def stop(self) -> None:
        """End the time."""
        self.work += time.perf_counter()
        self.processor += time.process_time()


def run_side(name: str, side: str, folder: str) -> None:
    """Run one side in this process, and print its figures as JSON."""
    clock, value = ROWS[name][("ours", "bare").index(side)](Path(folder))
    # the peak of this process alone; getrusage includes the process that started it
    status = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    peak = int(status.split()[0]) / 1e3
    print(json.dumps({**vars(clock), "megabytes": peak, "value": value}))


# train: default parameters on the demo prices


def ours_train(folder: Path) -> Outcome:
    from quant_engine import pipeline
    from quant_engine.domain.parameters import TrainParameters

    clock = Clock()
    summary = pipeline.train(TrainParameters(), _work(folder))
    clock.stop()
    return clock, _mean_prediction(folder / "home", summary.version)


def bare_train(folder: Path) -> Outcome:
    clock, walk = _bare_walk()
    clock.stop()
    (folder / "bare.pickle").write_bytes(pickle.dumps((walk.starts, walk.folds)))
    return clock, float(walk.predictions.abs().to_numpy().mean())


# cycle: the default cycle in a home without a model, which trains and then tries 24 sets of rules


def ours_cycle(folder: Path) -> Outcome:
    from quant_engine.autopilot.engine import run_cycle
    from quant_engine.database.blocking import BlockingDatabase
    from quant_engine.domain.autopilot import RetrainDecision
    from quant_engine.domain.parameters import AutopilotParameters

    with tempfile.TemporaryDirectory(dir=folder) as home:
        work = _work(Path(home))
        work.workspace.home.mkdir()
        with BlockingDatabase(work.workspace.database):
            pass  # a service creates its tables before any job runs
        clock = Clock()
        summary = run_cycle(AutopilotParameters(), work)
        clock.stop()
        (made,) = (known for known in summary.decisions if isinstance(known, RetrainDecision))
        return clock, _mean_prediction(work.workspace.home, made.model_version)


def bare_cycle(_folder: Path) -> Outcome:
    from quant_engine.autopilot.selection import candidates_of
    from quant_engine.backtest.engine import run
    from quant_engine.domain.parameters import BacktestParameters
    from quant_engine.pipeline import rules_of

    clock, walk = _bare_walk()
    for candidate in candidates_of(BacktestParameters()):
        run(walk.closes, walk.predictions, rules_of(candidate))
    clock.stop()
    return clock, float(walk.predictions.abs().to_numpy().mean())


# predict: default parameters, with the version that `train` made last


def ours_predict(folder: Path) -> Outcome:
    from quant_engine import pipeline
    from quant_engine.artifacts import Artifacts
    from quant_engine.domain.parameters import PredictParameters

    clock = Clock()
    pipeline.predict(PredictParameters(), _work(folder))
    clock.stop()
    report = Artifacts(folder / "home").read_signals("benchmark")
    scores = [signal.z_score for signal in report.signals] if report else []
    return clock, statistics.fmean(abs(score) for score in scores if score is not None)


def bare_predict(folder: Path) -> Outcome:
    # the types of the models are loaded before the clock starts
    import lightgbm  # noqa: F401
    import numpy as np
    import pandas as pd
    import sklearn.ensemble
    import sklearn.pipeline  # noqa: F401

    def predict(fold: list[Any], rows: pd.DataFrame) -> np.ndarray:
        each = np.stack([member.predict(rows.to_numpy()) for member in fold])
        return np.stack([each.mean(axis=0), each.std(axis=0)])

    clock = Clock()
    starts, folds = pickle.loads((folder / "bare.pickle").read_bytes())  # noqa: S301 - made above
    closes, features = _bare_rows(2, look_back=253)
    width = closes.shape[1]
    features = features.iloc[_years_before(closes, 2) * width :]
    days = features.index.get_level_values("date")
    ends = [*starts[1:], pd.Timestamp.max]
    past = []
    for begin, end, fold in zip(starts, ends, folds, strict=False):
        rows = features[(days >= begin) & (days < end)]
        if len(rows):
            past.append(predict(fold, rows)[0].reshape(-1, width))
    before = np.concatenate(past)
    now = predict(folds[-1], features.iloc[-width:])[0]
    scores = (now - before.mean(axis=0)) / before.std(axis=0, ddof=1)
    ranked = sorted(zip(-now, closes.columns, scores, strict=True))
    clock.stop()
    return clock, statistics.fmean(abs(float(score)) for _, _, score in ranked)


# shared by several rows


@dataclass(frozen=True)
class Walk:
    """A walk forward with nothing but the libraries."""

    closes: "pd.DataFrame"  #: of the predicted sessions
    predictions: "pd.DataFrame"
    starts: "list[pd.Timestamp]"  #: first predicted session of each fold
    folds: list[Any]


def _bare_walk() -> tuple[Clock, Walk]:
    import lightgbm
    import numpy as np
    import pandas as pd

    from quant_engine.models.ensemble import MEMBERS, SEED
    from quant_engine.models.leafwise import PARAMETERS
    from quant_engine.models.leafwise import ROUNDS as TREES
    from quant_engine.models.walk_forward import splits

    def fit(rows: np.ndarray, targets: np.ndarray) -> list[Any]:
        fitted = [MEMBERS[name]().fit(rows, targets) for name in ("ridge", "boosting")]
        parameters = {**PARAMETERS, "seed": SEED}
        data = lightgbm.Dataset(rows, targets, params=parameters)
        return [*fitted, lightgbm.train(parameters, data, num_boost_round=TREES)]

    clock = Clock()
    closes, features = _bare_rows(15 + 4)
    width, first = closes.shape[1], _years_before(closes, 15)
    planned = splits(pd.DatetimeIndex(closes.index), first, 10)
    labels, values = (closes.shift(-10) / closes - 1).to_numpy().ravel(), features.to_numpy()
    folds, blocks = [], []
    for split in planned:
        rows = slice(split.train_start * width, split.train_stop * width)
        whole = ~np.isnan(values[rows]).any(axis=1) & ~np.isnan(labels[rows])
        folds.append(fit(values[rows][whole], labels[rows][whole]))
        tested = values[split.test_start * width : split.test_stop * width]
        if len(tested):
            each = np.stack([member.predict(tested) for member in folds[-1]])
            blocks.append(np.stack([each.mean(axis=0), each.std(axis=0)]))
    mean = np.concatenate(blocks, axis=1)[0].reshape(-1, width)
    closes = closes.iloc[first:]
    walk = Walk(
        closes=closes,
        predictions=pd.DataFrame(mean, closes.index, closes.columns),
        starts=[closes.index[split.test_start - first] for split in planned[:-1]],
        folds=folds,
    )
    return clock, walk


def _mean_prediction(home: Path, version: str) -> float:
    from quant_engine.models.predictions import read_predictions
    from quant_engine.models.registry import ModelRegistry

    registry = ModelRegistry(home)
    files = registry.get(version).predictions
    stored = read_predictions(registry.folder(version), files)
    return float(stored[10].mean.abs().to_numpy().mean())


def _work(folder: Path) -> "Work":
    from quant_engine.domain.work import Work, Workspace

    return Work("benchmark", Workspace(folder / "home"), lambda _fraction, _stage: None)


def _bare_rows(years: int, look_back: int = 0) -> "tuple[pd.DataFrame, pd.DataFrame]":
    import pandas as pd

    from quant_engine.data.manifest import data_files
    from quant_engine.domain.work import Workspace
    from quant_engine.features.sets import compute_features

    (path,) = data_files(Workspace(Path()))
    closes = pd.read_csv(path, index_col="Date", parse_dates=True)[NAMES].rename_axis("date")
    closes = closes.iloc[max(_years_before(closes, years) - look_back, 0) :]
    return closes, compute_features(closes, "core")


def _years_before(closes: "pd.DataFrame", years: int) -> int:
    last = closes.index[-1]
    return int(closes.index.searchsorted(last.replace(year=last.year - years)))


ROWS: dict[str, tuple[Side, Side]] = {
    "train": (ours_train, bare_train),
    "predict": (ours_predict, bare_predict),
    "cycle": (ours_cycle, bare_cycle),
}

if __name__ == "__main__":
    main()
