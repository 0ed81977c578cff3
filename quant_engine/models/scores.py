"""Scores how well predictions ranked the names."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from quant_engine.domain.reports import ROUNDING, HorizonScore, MemberScore

LEAST_NAMES = 2


def forward_returns(closes: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Compute the return from each close to the one `horizon` sessions later (sessions by names)."""
    return closes.shift(-horizon) / closes - 1


def rank_ic(predictions: pd.DataFrame, returns: pd.DataFrame) -> pd.Series:
    """Compute the Spearman correlation across names, per session; omits sessions with fewer than two names."""
    both = predictions.notna() & returns.notna()
    ranks = [frame.where(both).rank(axis=1) for frame in (predictions, returns)]
    enough = both.sum(axis=1) >= LEAST_NAMES
    return ranks[0][enough].corrwith(ranks[1][enough], axis=1).dropna()


def score(
    horizon: int,
    n_folds: int,
    predictions: pd.DataFrame,
    returns: pd.DataFrame,
    members: Mapping[str, pd.DataFrame] | None = None,
) -> HorizonScore:
    """Score one horizon: the ensemble's predictions, and those of each member.

    The score's `rank_ic` is the mean over sessions of the function `rank_ic`. `rank_ic_t` is the
    mean over the standard error of every `horizon`-th session only, because returns that overlap are not
    independent. `hit_rate` is the fraction of predictions with the sign of their return, without returns of 0.

    Args:
        horizon: sessions ahead.
        n_folds: that the predictions are from.
        predictions: returns as fractions, sessions by names, NaN where there is none.
        returns: `forward_returns` for the same sessions and names; NaN where they are unknown.
        members: predictions of the ensemble's members by name, each as `predictions`.

    Returns:
        A figure is None where no session, or for `rank_ic_t` fewer than two, can be ranked.
    """
    return HorizonScore(
        horizon=horizon,
        n_folds=n_folds,
        n_predictions=int(predictions.notna().to_numpy().sum()),
        **_skill(horizon, predictions, returns),
        members=[
            MemberScore(member=name, **_skill(horizon, predicted, returns))
            for name, predicted in (members or {}).items()
        ],
    )


def _skill(
    horizon: int, predictions: pd.DataFrame, returns: pd.DataFrame
) -> dict[str, float | None]:
    ic = rank_ic(predictions, returns)
    apart = ic.iloc[::horizon]
    deviation = float(apart.std()) if len(apart) > 1 else 0.0
    both = predictions.notna() & returns.notna() & (returns != 0)
    right = (np.sign(predictions) == np.sign(returns)).where(both)
    total = int(both.to_numpy().sum())
    return {
        "rank_ic": float(ic.mean()) if len(ic) else None,
        "rank_ic_t": float(apart.mean() / deviation * len(apart) ** 0.5)
        if deviation > ROUNDING
        else None,
        "hit_rate": float(right.sum().sum() / total) if total else None,
    }
