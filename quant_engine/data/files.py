"""The source `files`: a folder of one CSV or Parquet file a name, as `docs/data.md` tells."""

import re
from datetime import date
from pathlib import Path

import pandas as pd

from quant_engine.data.checks import check_bars, to_panel
from quant_engine.data.manifest import PRICE_SUFFIXES, data_files
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import Workspace

MAX_FILE_BYTES = 100_000_000
MEMBERSHIP = "membership.csv"
CORE = "core.txt"
CORE_SIZE = 10

_TICKER = re.compile(r"[A-Z0-9.-]{1,12}")
_CLOSE_NAMES = ("adj close", "adj_close", "adjclose", "close")


class FilesSource:
    """A user's own prices."""

    def __init__(self, workspace: Workspace) -> None:
        files = data_files(workspace)
        folder = workspace.data_path or Path()
        series = {path.stem: _read(path, folder) for path in _price_files(files)}
        if not series:
            raise Unavailable("The data folder holds no price files such as AAPL.csv.")
        self._closes, self.problems = to_panel(series)
        self._membership = _read_membership(folder, self._closes)
        self.core_list = _read_core(folder, list(series))

    def bars(self, as_of: date | None = None) -> pd.DataFrame:
        """Closes up to a date."""
        return self._closes if as_of is None else self._closes.loc[: pd.Timestamp(as_of)]

    def universe(self, as_of: date | None = None) -> list[str]:
        """Return members on the last session up to a date; without membership, names with a price."""
        bars = self.bars(as_of)
        if self._membership is None:
            return list(bars.iloc[-1].dropna().index)
        member = self._membership.loc[: bars.index[-1]].iloc[-1]
        return list(member.index[member])

    def membership(self) -> pd.DataFrame | None:
        """Who was a member when, if `membership.csv` is there."""
        return self._membership


def _price_files(listed: list[Path]) -> list[Path]:
    files = [
        path
        for path in listed
        if path.suffix.lower() in PRICE_SUFFIXES and path.name != MEMBERSHIP
    ]
    names = [path.stem for path in files]
    for path in files:
        if _TICKER.fullmatch(path.stem) is None:
            raise Unavailable(f"{path.name} is not named after a ticker such as AAPL.csv.")
        if names.count(path.stem) > 1:
            raise Unavailable(f"{path.stem} has two files. Keep one of them.")
    return files


def _read(path: Path, folder: Path) -> pd.Series:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Unavailable(f"{path.name} points out of the data folder. Put the file itself there.")
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise Unavailable(f"{path.name} has more than {MAX_FILE_BYTES // 1_000_000} MB.")
        frame = pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
        return check_bars(path.stem, _closes(path.name, frame))
    except (OSError, ValueError, TypeError) as error:
        # pandas and pyarrow raise kinds of these for anything that is not a table of this form
        raise Unavailable(
            f"{path.name} is not a table with the columns date and close. Mend or remove it."
        ) from error


def _closes(name: str, frame: pd.DataFrame) -> pd.Series:
    frame = frame.reset_index() if "date" in str(frame.index.name).lower() else frame
    columns = {str(column).strip().lower(): column for column in frame.columns}
    close = next((columns[wanted] for wanted in _CLOSE_NAMES if wanted in columns), None)
    if "date" not in columns or close is None:
        raise ValueError(f"{name} has no date or no close")
    index = pd.DatetimeIndex(pd.to_datetime(frame[columns["date"]]))
    days = index.tz_localize(None).normalize()
    return pd.Series(pd.to_numeric(frame[close]).to_numpy(dtype=float), index=days)


def _read_membership(folder: Path, closes: pd.DataFrame) -> pd.DataFrame | None:
    path = folder / MEMBERSHIP
    if not path.exists():
        return None
    try:
        rows = pd.read_csv(path, dtype={"ticker": str})
        starts = pd.to_datetime(rows["start"])
        ends = pd.to_datetime(rows["end"]).fillna(closes.index[-1])
    except (OSError, ValueError, KeyError) as error:
        raise Unavailable(
            f"{MEMBERSHIP} is not a table with the columns ticker, start and end. Mend it."
        ) from error
    member = pd.DataFrame(False, index=closes.index, columns=closes.columns)
    for ticker, start, end in zip(rows["ticker"], starts, ends, strict=True):
        if ticker not in member.columns:
            raise Unavailable(f"{MEMBERSHIP} names {ticker!s:.12}, and there is no file for it.")
        member.loc[start:end, ticker] = True
    return member


def _read_core(folder: Path, known: list[str]) -> list[str]:
    path = folder / CORE
    if not path.exists():
        return sorted(known)[:CORE_SIZE]
    try:
        names = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"{CORE} cannot be read. Put one ticker on each line.") from error
    missing = sorted(set(names) - set(known))
    if missing or not names:
        raise Unavailable(f"{CORE} must name tickers that have a file; {missing[:3]} have none.")
    return sorted(set(names))
