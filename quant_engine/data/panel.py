"""Checked closing prices, and which names belonged to the universe when."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Spell:
    """A period in which a name belonged to the universe, both days included."""

    ticker: str
    start: date
    end: date | None  #: None: it still does


@dataclass(frozen=True)
class PricePanel:
    """A whole source in memory; `source.Source` documents its methods."""

    #: index sessions (rising), columns tickers by name, float64, NaN: no price
    closes: pd.DataFrame
    core_list: list[str]
    membership: tuple[Spell, ...] | None = None
    problems: tuple[str, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of everything that a result depends on."""
        digest = hashlib.sha256()
        digest.update("\n".join([*self.closes.columns, "", *self.core_list, ""]).encode())
        digest.update(self.closes.index.to_numpy().astype("datetime64[D]").astype("<i8").tobytes())
        digest.update(self.closes.to_numpy(dtype="<f8").tobytes())
        for spell in self.membership or ():
            digest.update(f"\n{spell.ticker} {spell.start} {spell.end}".encode())
        return digest.hexdigest()

    def bars(self, as_of: date | None = None, tickers: Sequence[str] | None = None) -> pd.DataFrame:
        """Return closes up to `as_of`; sessions on which none of the names has a price are left out."""
        names = list(self.closes.columns) if tickers is None else list(tickers)
        closes = self.closes.loc[: None if as_of is None else pd.Timestamp(as_of), names]
        return closes.dropna(how="all")

    def universe(self, as_of: date) -> list[str]:
        """Return the names that belonged to the universe on a day; without membership, all with prices then."""
        until = min(pd.Timestamp(as_of), self.closes.index[-1])
        if self.membership is not None:
            day = until.date()
            return sorted(
                {
                    spell.ticker
                    for spell in self.membership
                    if spell.start <= day and (spell.end is None or day <= spell.end)
                }
                & set(self.closes.columns)
            )
        return [
            str(name)
            for name, prices in self.closes.items()
            if (span := prices.dropna().index).size and span[0] <= until <= span[-1]
        ]

    def belonged(self, sessions: pd.DatetimeIndex, tickers: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether each name (column) belonged to the universe at each session (row)."""
        if self.membership is None:
            return np.ones((len(sessions), len(tickers)), dtype=bool)
        days = sessions.to_numpy().astype("datetime64[D]")
        inside = np.zeros((len(sessions), len(tickers)), dtype=bool)
        column = {ticker: number for number, ticker in enumerate(tickers)}
        for spell in self.membership:
            if spell.ticker in column:
                end = np.datetime64(spell.end or date.max, "D")
                within = (days >= np.datetime64(spell.start, "D")) & (days <= end)
                inside[:, column[spell.ticker]] |= within
        return inside
