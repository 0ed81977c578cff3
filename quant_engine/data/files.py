"""The source `files`: a folder with one CSV or Parquet file per name; it reads nothing outside the folder."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from pyarrow.parquet import read_metadata

from quant_engine.data.checks import check_prices
from quant_engine.data.manifest import LISTS, TICKER, data_files
from quant_engine.data.panel import PricePanel, Spell
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import Workspace

MAX_FILE_BYTES = 64_000_000
MAX_FILES = 2_000
MAX_ROWS = 1_000_000  #: of a Parquet file; a name has 25,000 sessions in a century
CORE_SIZE = 10
CLOSES = ("adj close", "adj_close", "close")  #: columns, in the order of preference


def load_files(workspace: Workspace) -> PricePanel:
    """Read every name of the folder, whose format is in docs/data.md."""
    files = data_files(workspace)
    if len(files) > MAX_FILES:
        raise Unavailable(f"The data folder has more than {MAX_FILES} files. Remove some.")
    found: dict[str, pd.Series] = {}
    for path in files:
        _check_file(path)
        if path.name in LISTS:
            continue
        name = path.stem.upper()
        if TICKER.fullmatch(name) is None:
            raise Unavailable(f"{path.name!r} is not named after a ticker, as AAPL.csv. Rename it.")
        if name in found:
            raise Unavailable(f"{name} has more than one file. Keep one.")
        found[name] = _read_closes(path)
    closes, problems = check_prices(found)
    lists = {path.name: path for path in files}
    membership = _read_membership(lists.get("membership.csv"))
    core_list = _read_core_list(lists.get("core.txt"), closes)
    without = sorted({spell.ticker for spell in membership or ()} - set(closes.columns))
    if without:
        problems = (*problems, f"membership.csv names {len(without)} without prices: {without[0]}.")
    return PricePanel(closes, core_list, membership, problems)


def _check_file(path: Path) -> None:
    # a link may point anywhere, and messages and results would reveal the file that it points to
    if not path.resolve().is_relative_to(path.parent.resolve()):
        raise Unavailable(f"{path.name} links out of the data folder. Put the file itself there.")
    if not path.is_file():
        raise Unavailable(f"{path.name} is not a regular file. Remove it from the data folder.")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise Unavailable(
            f"{path.name} has more than {MAX_FILE_BYTES // 1_000_000} MB. Keep daily prices only."
        )


def _read_closes(path: Path) -> pd.Series:
    frame = _read(path, "date and close")
    days = _column(frame, ("date",), path)
    prices = _column(frame, CLOSES, path)
    try:
        # as text: pandas would read bare numbers as nanoseconds
        index = pd.DatetimeIndex(
            days if _is_time(days) else pd.to_datetime(days.astype(str), format="ISO8601")
        )
        values = pd.to_numeric(prices).to_numpy(dtype=np.float64)
    except (ValueError, TypeError, OverflowError, NotImplementedError) as error:
        raise Unavailable(
            f"{path.name} has a day or a price that cannot be read. "
            "Write days as YYYY-MM-DD and prices as plain numbers."
        ) from error
    if index.tz is not None:
        index = index.tz_localize(None)
    return pd.Series(values, index=index.normalize())


def _is_time(column: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(column)


def _read(path: Path, columns: str) -> pd.DataFrame:
    try:
        return _parse(path)
    except Unavailable:
        raise
    except Exception as error:
        raise Unavailable(
            f"{path.name} is damaged or not {path.suffix[1:].upper()}. It needs the columns {columns}."
        ) from error


def _parse(path: Path) -> pd.DataFrame:
    if path.suffix.lower() != ".parquet":
        return pd.read_csv(path)
    # a run of equal rows takes no space in the file, and all of it in memory
    if read_metadata(path).num_rows > MAX_ROWS:
        raise Unavailable(f"{path.name} has more than {MAX_ROWS} rows. Keep daily prices only.")
    return pd.read_parquet(path).reset_index()


def _column(frame: pd.DataFrame, names: tuple[str, ...], path: Path) -> pd.Series:
    columns = {str(column).strip().lower(): column for column in frame.columns}
    for name in names:
        if name in columns:
            column = frame[columns[name]]
            if isinstance(column, pd.Series):
                return column
    raise Unavailable(f"{path.name} has no column {names[-1]}. Add it, or remove the file.")


def _read_membership(path: Path | None) -> tuple[Spell, ...] | None:
    if path is None:
        return None
    frame = _read(path, "ticker, start and end")
    tickers, starts, ends = (_column(frame, (name,), path) for name in ("ticker", "start", "end"))
    spells = []
    for row, (ticker, start, end) in enumerate(zip(tickers, starts, ends, strict=True), start=2):
        try:
            until = None if pd.isna(end) else date.fromisoformat(str(end))
            spell = Spell(str(ticker), date.fromisoformat(str(start)), until)
        except ValueError:
            spell = None
        wrong = spell is None or (spell.end is not None and spell.end < spell.start)
        if spell is None or wrong or TICKER.fullmatch(spell.ticker) is None:
            raise Unavailable(
                f"Line {row} of {path.name} is not ticker,start,end with days as YYYY-MM-DD "
                "(no end: it still belongs). Fix it."
            )
        spells.append(spell)
    return tuple(sorted(spells, key=lambda spell: (spell.ticker, spell.start)))


def _read_core_list(path: Path | None, closes: pd.DataFrame) -> list[str]:
    if path is None:
        # the names with the longest history, because training needs it
        lengths = sorted((-int(closes[name].count()), str(name)) for name in closes.columns)
        return sorted(name for _, name in lengths[:CORE_SIZE])
    try:
        names = path.read_text(encoding="utf-8").split()
    except (OSError, ValueError) as error:
        raise Unavailable(f"{path.name} cannot be read. Write one ticker on each line.") from error
    unknown = [name for name in names if name not in closes.columns]
    if unknown or not names or len(set(names)) != len(names):
        problem = (
            f"names {unknown[0][:12]!r}, which has no prices" if unknown else "repeats or is empty"
        )
        raise Unavailable(f"{path.name} {problem}. Write one ticker that has a file on each line.")
    return sorted(names)
