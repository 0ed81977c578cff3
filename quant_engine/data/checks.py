"""Checks prices on load: it raises for unusable prices and lists the problems that it tolerates."""

import warnings
from collections.abc import Mapping
from functools import cache

import exchange_calendars
import numpy as np
import pandas as pd

from quant_engine.domain.errors import Unavailable

FIRST_YEAR = 1900
STRANGE_DAYS = (
    0.05  #: fraction of days off the calendar above which the prices are of another exchange
)
MOST_PROBLEMS = 50


def check_prices(prices: Mapping[str, pd.Series]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the panel of closes, and the problems that were tolerated.

    Args:
        prices: closes by name, each with a DatetimeIndex; NaN is a missing price.

    Returns:
        Closes, with the sessions on which any name has a price as index and the names as columns, both
        sorted; and one sentence for each name with gaps or with dropped days that are no XNYS session.

    Raises:
        Unavailable: duplicate days, prices that are not positive or not finite, days that are not
            dates in the past, a name without prices, or the calendar of another exchange.
    """
    if not prices:
        raise Unavailable("There are no price files. Put one AAPL.csv or AAPL.parquet per name.")
    checked: dict[str, pd.Series] = {}
    problems: list[str] = []
    for name in sorted(prices):
        checked[name] = _check_values(name, prices[name])
        checked[name], found = _check_days(name, checked[name])
        problems += found
    closes = pd.DataFrame(checked).sort_index()
    closes.index = pd.DatetimeIndex(closes.index).as_unit("s").rename("date")
    if len(problems) > MOST_PROBLEMS:
        problems = [*problems[:MOST_PROBLEMS], f"… and {len(problems) - MOST_PROBLEMS} more."]
    return closes.astype(np.float64), tuple(problems)


def _check_values(name: str, series: pd.Series) -> pd.Series:
    index = series.index
    if not isinstance(index, pd.DatetimeIndex) or index.hasnans:
        raise Unavailable(f"{name} has days that are not dates. Write them as YYYY-MM-DD.")
    if not index.is_unique:
        day = index[index.duplicated()][0].date()
        raise Unavailable(f"{name} has more than one price for {day}. Keep one.")
    series = series.dropna().sort_index().astype(np.float64)
    if series.empty:
        raise Unavailable(f"{name} has no prices. Fix or remove its file.")
    values = series.to_numpy()
    for bad, what in ((~np.isfinite(values), "infinite"), (values <= 0, "not positive")):
        if bad.any():
            day = series.index[bad][0].date()
            raise Unavailable(f"{name} has a price on {day} that is {what}. Fix or remove it.")
    return series


def _check_days(name: str, series: pd.Series) -> tuple[pd.Series, list[str]]:
    first, last = series.index[0], series.index[-1]
    if first.year < FIRST_YEAR or last > pd.Timestamp.now("UTC").tz_localize(None):
        wrong = first if first.year < FIRST_YEAR else last
        raise Unavailable(
            f"{name} has a price on {wrong.date()}, before {FIRST_YEAR} or in the future. Remove it."
        )
    sessions = _sessions(FIRST_YEAR if first.year < _USUAL_FIRST_YEAR else _USUAL_FIRST_YEAR)
    strange = ~series.index.isin(sessions)
    problems = []
    if strange.mean() > STRANGE_DAYS:
        raise Unavailable(
            f"{name} has prices on {int(strange.sum())} days on which the New York exchange was "
            "closed. Only daily prices of US exchanges are supported."
        )
    if strange.any():
        day = series.index[strange][0].date()
        problems.append(
            f"{name}: {int(strange.sum())} prices are left out, because the exchange was closed; "
            f"the first on {day}."
        )
        series = series[~strange]
        first, last = series.index[0], series.index[-1]
    expected = sessions[(sessions >= first) & (sessions <= last)]
    missing = expected[~expected.isin(series.index)]
    if len(missing):
        problems.append(
            f"{name}: no price on {len(missing)} of {len(expected)} sessions; "
            f"the first on {missing[0].date()}."
        )
    return series, problems


_USUAL_FIRST_YEAR = 1985  #: older prices are rare, and a longer calendar takes longer to build


@cache
def _sessions(first_year: int) -> pd.DatetimeIndex:
    with warnings.catch_warnings():
        # the warning is about the next release of pandas, and only the library can act on it
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        calendar = exchange_calendars.get_calendar("XNYS", start=f"{first_year}-01-01")
    return pd.DatetimeIndex(calendar.sessions)
