"""Performance figures of an equity curve; an undefined one is None, never NaN or infinite."""

import math
from collections.abc import Sequence

import empyrical
import numpy as np

from quant_engine.backtest.panel import Floats
from quant_engine.backtest.risk import SESSIONS_PER_YEAR
from quant_engine.domain.reports import ROUNDING, Metrics, Trade


def daily_returns(equity: Floats) -> Floats:
    """Return the returns from close to close, shape (sessions - 1,); 0 once the equity is 0."""
    return _fraction(np.diff(equity), equity[:-1])


def drawdowns(equity: Floats) -> Floats:
    """Return the fraction below the highest close so far, shape (sessions,), zero or negative."""
    return equity / np.maximum.accumulate(equity) - 1


def compute_metrics(
    equity: Floats, *, invested: Floats, traded: Floats, trades: Sequence[Trade]
) -> Metrics:
    """Compute the figures of one run; ratios by empyrical, with 252 sessions a year and no risk-free rate.

    Args:
        equity: at each close, shape (sessions,), the first one positive.
        invested: value of the positions at each close, same shape.
        traded: value bought and sold on each session, same shape.
        trades: open ones do not count, because they have no outcome yet.
    """
    returns = daily_returns(equity)
    closed = [trade for trade in trades if trade.exit_reason != "open"]
    years = len(returns) / SESSIONS_PER_YEAR
    moved = len(returns) > 1 and float(returns.std()) > ROUNDING
    # A growth that overflows when it is annualised is None too, without a warning.
    with np.errstate(over="ignore"):
        return Metrics(
            total_return=float(equity[-1] / equity[0] - 1),
            cagr=_figure(empyrical.annual_return(returns)),
            volatility=_figure(empyrical.annual_volatility(returns)),
            sharpe=_figure(empyrical.sharpe_ratio(returns)) if moved else None,
            sortino=_figure(empyrical.sortino_ratio(returns)) if moved else None,
            max_drawdown=float(drawdowns(equity).min()),
            calmar=_figure(empyrical.calmar_ratio(returns)),
            turnover=_figure(traded.sum() / years / equity.mean()) if years else None,
            hit_rate=sum(trade.profit > 0 for trade in closed) / len(closed) if closed else None,
            n_trades=len(closed),
            exposure=float(_fraction(invested, equity).mean()),
        )


def _fraction(part: Floats, whole: Floats) -> Floats:
    """Divide element by element; 0 where the whole is not positive."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def _figure(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
