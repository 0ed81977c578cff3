"""Tests whether a result is more than chance: its return over the universe, against the luck of the best trial.

Bailey and López de Prado (2014), "The deflated Sharpe ratio: correcting for selection bias, backtest
overfitting and non-normality", Journal of Portfolio Management 40 (5).
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from quant_engine.backtest.panel import Floats
from quant_engine.domain.reports import ROUNDING

LEAST_SESSIONS = 60  #: for a Sharpe ratio


def excess_returns(equity: Floats, invested: Floats, closes: Floats) -> Floats:
    """Compute the return per session in excess of an equal-weight universe with as much money invested.

    `r[t] - invested[t-1] / equity[t-1] * m[t]`, with `r` the strategy's return and `m` the mean return of
    the names priced on both sessions: 0 for a strategy that follows the market, less with its fees.

    Args:
        equity: at each close, shape (sessions,), positive.
        invested: value of the positions at each close, same shape.
        closes: shape (sessions, names), NaN where there is no price.

    Returns:
        Shape (sessions - 1,).
    """
    changes = closes[1:] / closes[:-1] - 1
    priced = np.isfinite(changes)
    market = np.where(priced, changes, 0.0).sum(axis=1) / np.maximum(priced.sum(axis=1), 1)
    excess: Floats = (np.diff(equity) - invested[:-1] * market) / equity[:-1]
    return excess


def sharpe(returns: Floats) -> float | None:
    """Compute mean over standard deviation, per session; None where nothing moved or sessions are too few."""
    deviation = float(returns.std(ddof=1)) if len(returns) >= LEAST_SESSIONS else 0.0
    return float(returns.mean()) / deviation if deviation > ROUNDING else None


def luck(sharpes: Sequence[float], n_trials: int) -> float:
    """Return the expected Sharpe ratio per session of the best of `n_trials` without skill.

    `sd * ((1 - g) * q(1 - 1 / n) + g * q(1 - 1 / (n * e)))`, with `sd` the standard deviation across
    trials, `q` the normal quantile and `g` the Euler-Mascheroni constant; 0 for a single trial.
    """
    if n_trials < 2 or len(sharpes) < 2:  # noqa: PLR2004 - there is no best of one
        return 0.0
    deviation = float(np.std(sharpes, ddof=1))
    high, higher = ndtri(1 - 1 / n_trials), ndtri(1 - 1 / (n_trials * np.e))
    return float(deviation * ((1 - np.euler_gamma) * high + np.euler_gamma * higher))


def skill_probability(returns: Floats, threshold: float) -> float | None:
    """Return the probability that the true Sharpe ratio of `returns` is above `threshold`.

    The probabilistic Sharpe ratio of Bailey and López de Prado (2012), "The Sharpe ratio efficient frontier",
    Journal of Risk 15 (2). The formula is that of `probability_above`, with skewness `mean(z ** 3)` and
    kurtosis `mean(z ** 4)` of `z = (r - mean) / sd`, `sd` that of the population.

    Args:
        returns: as fractions per session, shape (sessions,), no NaN.
        threshold: a Sharpe ratio per session; with `luck` this is the deflated Sharpe ratio.

    Returns:
        0 to 1; None where `sharpe` is None.
    """
    ratio = sharpe(returns)
    if ratio is None:
        return None
    apart = (returns - returns.mean()) / returns.std()
    skew, kurtosis = float((apart**3).mean()), float((apart**4).mean())
    return probability_above(threshold, ratio, len(returns), skew=skew, kurtosis=kurtosis)


def probability_above(
    threshold: float, ratio: float, n_returns: int, *, skew: float, kurtosis: float
) -> float:
    """Return the probability that the true Sharpe ratio is above `threshold` when `ratio` was measured.

    `Phi((s - threshold) * sqrt(n - 1) / sqrt(1 - skew * s + (kurtosis - 1) / 4 * s ** 2))`; with
    `luck` as threshold this is the deflated Sharpe ratio. Kurtosis is 3 for a normal distribution.
    """
    spread = 1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2
    return float(ndtr((ratio - threshold) * np.sqrt((n_returns - 1) / max(spread, ROUNDING))))
