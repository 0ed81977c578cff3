"""Made-up prices in a folder: some have a drift that can be learned, and some are only noise."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quant_engine.autopilot import selection
from quant_engine.data import source
from quant_engine.data.demo import load_demo
from quant_engine.data.files import load_files
from quant_engine.domain.work import Work, Workspace
from quant_engine.models import ensemble

NAMES = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH"]
YEARS = 2  #: of predictions
SESSIONS = 252 * (YEARS + 4) + 120


def prices(
    seed: int,
    *,
    drift: float = 0.0,
    until: float = 1.0,
    names: Sequence[str] = NAMES,
    n_sessions: int = SESSIONS,
) -> pd.DataFrame:
    """Return closes of some names on real sessions.

    Each name's daily drift wanders with the standard deviation `drift` and a memory of 60 sessions, so
    past returns predict the next ones; after the fraction `until` there is only noise.
    """
    sessions = _sessions()[-n_sessions:]
    random = np.random.default_rng(seed)
    shape = (n_sessions, len(names))
    noise, shocks = random.normal(0, 0.01, shape), random.normal(0, 1, shape)
    memory = 1 - 1 / 60
    drifts = np.zeros(shape)
    for day in range(1, n_sessions):
        drifts[day] = memory * drifts[day - 1] + np.sqrt(1 - memory**2) * shocks[day]
    drifts[int(n_sessions * until) :] = 0
    steps = noise + drift * drifts
    return pd.DataFrame(100 * np.exp(steps.cumsum(axis=0)), index=sessions, columns=list(names))


@cache
def _sessions() -> pd.Index:
    return load_demo(Workspace(Path())).closes.index


def write(folder: Path, closes: pd.DataFrame) -> Path:
    """Write one file a name; files that exist are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in closes.columns:
        series = closes[name].dropna().rename("close")
        series.to_csv(folder / f"{name}.csv", index_label="date")
    return folder


def work_in(home: Path, folder: Path | None = None, job_id: str = "job") -> Work:
    """Return the work of a job on these files, or on the demo prices."""
    workspace = Workspace(home, "files", folder) if folder else Workspace(home)
    return Work(job_id, workspace, lambda _fraction, _message: None)


def use_one_cheap_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reduce the ensemble to the ridge."""
    monkeypatch.setattr(ensemble, "MEMBERS", {"ridge": ensemble.MEMBERS["ridge"]})


def read_prices_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the files of a folder once; they must not change then."""
    read = cache(lambda path: load_files(Workspace(Path(), "files", path)))
    monkeypatch.setattr(source, "load_files", lambda workspace: read(workspace.data_path))


def use_few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reduce the values of each rule to the last one, and those of `risk_management` not at all."""
    few = {name: values[-1:] for name, values in selection.RULES.items()}
    few["risk_management"] = selection.RULES["risk_management"]
    monkeypatch.setattr(selection, "RULES", few)
