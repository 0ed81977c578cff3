"""Made-up prices whose next return depends on the last one, as training data."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from contract_tests.kit.examples import DEMO_DATA
from quant_engine.data.manifest import TickerManifest
from quant_engine.domain.parameters import TrainParameters
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry
from quant_engine.models.trainer import TrainingData, train_version

NAMES = ["AAA", "BBB", "CCC", "DDD"]
END = date(2020, 12, 31)


def market(years: int = 7, *, echo: float = 0.5, seed: int = 1) -> pd.DataFrame:
    """Closes of four names; a day's log return is `echo` times the day's before, plus noise."""
    sessions = pd.bdate_range(end=END, periods=261 * years).as_unit("s").rename("date")
    noise = np.random.default_rng(seed).normal(0, 0.01, (len(sessions), len(NAMES)))
    returns = np.zeros_like(noise)
    for day in range(1, len(noise)):
        returns[day] = echo * returns[day - 1] + noise[day]
    return pd.DataFrame(100 * np.exp(returns.cumsum(axis=0)), index=sessions, columns=NAMES)


def data_of(closes: pd.DataFrame, fingerprint: str = "f" * 64) -> TrainingData:
    """The training data of the closes."""
    first, last = closes.index[0].date(), closes.index[-1].date()
    dates = {"first_date": first, "last_date": last}
    tickers = [TickerManifest(ticker=name, n_bars=len(closes), **dates) for name in closes.columns]
    names = {"tickers": tickers, "core_list": list(closes.columns)}
    manifest = DEMO_DATA.model_copy(update={"fingerprint": fingerprint, **names, **dates})
    return TrainingData(closes=closes, membership=None, manifest=manifest)


def quiet(_fraction: float, _message: str) -> None:
    """Ignore progress."""


def trained(home: Path, closes: pd.DataFrame, **parameters: object) -> VersionManifest:
    """Train a version, of one day ahead by default."""
    request = TrainParameters.model_validate({"horizons": [1], "years": 2, **parameters})
    return train_version(ModelRegistry(home), data_of(closes), request, quiet)
