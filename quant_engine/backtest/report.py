"""The report of a run: figures, curves and trades, beside the benchmark."""

from datetime import date

import numpy as np
import pandas as pd

from quant_engine.backtest.benchmark import buy_and_hold
from quant_engine.backtest.engine import BacktestResult
from quant_engine.backtest.metrics import compute_metrics, drawdowns
from quant_engine.backtest.panel import Floats
from quant_engine.domain.parameters import BacktestParameters
from quant_engine.domain.reports import BacktestReport, MonthlyReturn, Provenance


def build_report(
    *,
    job_id: str,
    params: BacktestParameters,
    provenance: Provenance,
    closes: pd.DataFrame,
    result: BacktestResult,
) -> BacktestReport:
    """Build the report of `result`, which came from `closes`.

    The benchmark is the equal-weight universe, bought on the first close and held without fees; it
    excludes names that are listed later.

    Raises:
        ValueError: `closes` has other sessions than `result`.
    """
    if not np.array_equal(closes.index.to_numpy().astype("datetime64[D]"), result.dates):
        raise ValueError("closes must have the sessions of the result")
    dates: list[date] = result.dates.tolist()
    benchmark, held, bought = buy_and_hold(
        closes.to_numpy(dtype=np.float64), float(result.equity[0])
    )
    return BacktestReport(
        job_id=job_id,
        params=params,
        provenance=provenance,
        first_date=dates[0],
        last_date=dates[-1],
        tickers=[str(ticker) for ticker in closes.columns],
        metrics=compute_metrics(
            result.equity, invested=result.invested, traded=result.traded, trades=result.trades
        ),
        benchmark_metrics=compute_metrics(benchmark, invested=held, traded=bought, trades=[]),
        dates=dates,
        equity=result.equity.tolist(),
        benchmark=benchmark.tolist(),
        drawdown=drawdowns(result.equity).tolist(),
        monthly_returns=monthly_returns(result.dates, result.equity),
        trades=result.trades,
    )


def monthly_returns(dates: np.ndarray, equity: Floats) -> list[MonthlyReturn]:
    """Compute the return of each calendar month, from the last close of the previous month to its own.

    The first month counts from the first close; a month without sessions has no entry.
    """
    months = dates.astype("datetime64[M]")
    ends = np.flatnonzero(np.append(months[1:] != months[:-1], [True]))
    before = np.concatenate((equity[:1], equity[ends[:-1]]))
    # an equity of 0 does not change
    changes = np.divide(equity[ends], before, out=np.ones(len(ends)), where=before > 0) - 1
    return [
        MonthlyReturn(year=month.year, month=month.month, return_fraction=change)
        for month, change in zip(months[ends].tolist(), changes.tolist(), strict=True)
    ]
