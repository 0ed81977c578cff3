"""Prices are checked when they come in: what would falsify a backtest is refused, small gaps are told."""

import exchange_calendars
import numpy as np
import pandas as pd

from quant_engine.domain.errors import Unavailable

EXCHANGE = "XNYS"
LONGEST_GAP = 5  #: sessions without a price that are filled with the last one and told


def check_bars(name: str, bars: pd.Series) -> pd.Series:
    """Return one name's closes, oldest first, without missing values.

    Raises:
        Unavailable: a date twice, or a price that is not a positive number.
    """
    bars = bars.sort_index()
    if bars.empty:
        raise Unavailable(f"{name} has no prices. Remove it, or fill it.")
    twice = bars.index[bars.index.duplicated()]
    if len(twice):
        raise Unavailable(f"{name} has {twice[0]:%Y-%m-%d} twice. Keep one of them.")
    bars = bars.dropna()
    bad = bars.index[~(np.isfinite(bars) & (bars > 0))]
    if len(bad):
        raise Unavailable(f"{name} has a price on {bad[0]:%Y-%m-%d} that is not positive. Mend it.")
    return bars


def to_panel(series: dict[str, pd.Series]) -> tuple[pd.DataFrame, list[str]]:
    """Lay names side by side on the exchange's sessions; also what was found on the way.

    Returns:
        closes (sessions by names; NaN before a name's first and after its last price) and problems.

    Raises:
        Unavailable: a day that the exchange was closed, or a long gap.
    """
    closes = pd.DataFrame(series).sort_index()
    calendar = exchange_calendars.get_calendar(
        EXCHANGE, start=closes.index[0], end=closes.index[-1] + pd.Timedelta(days=7)
    )
    sessions = calendar.sessions[calendar.sessions <= closes.index[-1]]
    closed = closes.index.difference(sessions)
    if len(closed):
        raise Unavailable(
            f"{EXCHANGE} was closed on {closed[0]:%Y-%m-%d}, and there are prices. Remove them."
        )
    closes = closes.reindex(sessions)
    problems: list[str] = []
    for name in closes.columns:
        closes[name] = _fill(str(name), closes[name], problems)
    return closes, problems


def _fill(name: str, column: pd.Series, problems: list[str]) -> pd.Series:
    life = column.loc[column.first_valid_index() : column.last_valid_index()]
    missing = life.isna()
    if not missing.any():
        return column
    # the number of a gap rises with each price, so a group is one gap
    lengths = missing.groupby((~missing).cumsum()).sum()
    if lengths.max() > LONGEST_GAP:
        first = missing.index[missing][0]
        raise Unavailable(
            f"{name} has no price for {int(lengths.max())} sessions (first gap {first:%Y-%m-%d}). "
            f"Gaps of more than {LONGEST_GAP} must be filled or the name removed."
        )
    problems.append(f"{name}: {int(missing.sum())} sessions without a price, filled with the last.")
    filled = column.copy()
    filled.loc[life.index] = life.ffill()
    return filled
