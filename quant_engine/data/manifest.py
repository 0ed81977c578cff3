"""What is known of the data without loading any; the API reads this and nothing else of `data`."""

import hashlib
import importlib.metadata
import importlib.util
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from quant_engine.artifacts import read_whole, write_whole
from quant_engine.domain.errors import ErrorCode, Refused, Unavailable
from quant_engine.domain.work import DataMode, DataSourceName, Workspace

DEMO_FILE = Path("datasets", "data", "sp500_dataset.csv.gz")
PRICE_SUFFIXES = frozenset({".csv", ".parquet"})
TICKER = re.compile(r"[A-Z0-9.-]{1,12}")
LISTS = frozenset({"membership.csv", "core.txt"})
REVISION = "1"  #: raise it when the same files would be described in another way


class TickerManifest(BaseModel):
    """One name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticker: str
    first_date: date
    last_date: date
    n_bars: int


class DataManifest(BaseModel):
    """Everything that can be said of a source without its prices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: DataSourceName
    data_mode: DataMode
    fingerprint: str  #: sha256 of prices, names, membership and core list
    tickers: list[TickerManifest]  #: by name
    core_list: list[str]
    first_date: date
    last_date: date
    has_membership: bool
    survivorship_biased: bool
    fallbacks: list[str]
    problems: list[str]  #: what the price checks found and could live with

    @model_validator(mode="after")
    def _core_has_prices(self) -> Self:
        if not set(self.core_list) <= {item.ticker for item in self.tickers}:
            raise ValueError("core_list names what has no prices")
        return self


class _Cached(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    signature: str
    manifest: DataManifest


def signature(workspace: Workspace) -> str:
    """Return a string that changes when the files do; it costs one `stat` a file.

    Raises:
        Unavailable: the data are not there or cannot be read.
    """
    described = hashlib.sha256(f"{REVISION} {workspace.data_source}\n".encode())
    try:
        for path in data_files(workspace):
            status = path.stat()
            line = f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ino}\n"
            described.update(line.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise Unavailable(
            f"The data folder cannot be read ({error.strerror}). Check QUANT_ENGINE_DATA_PATH."
        ) from error
    return described.hexdigest()


def data_files(workspace: Workspace) -> list[Path]:
    """List the files that the source consists of, by name.

    Raises:
        Unavailable: there is no such folder, or no data set in it.
    """
    if workspace.data_source == "demo":
        return [_demo_file()]
    folder = workspace.data_path
    if folder is None:
        raise Unavailable("The source files needs a folder. Set QUANT_ENGINE_DATA_PATH to it.")
    if not folder.is_dir():
        raise Unavailable(
            "The data folder does not exist. Make it, or set QUANT_ENGINE_DATA_PATH to another."
        )
    return sorted(
        path
        for path in folder.iterdir()
        if path.name in LISTS or path.suffix.lower() in PRICE_SUFFIXES
    )


def _demo_file() -> Path:
    # find_spec reads no module: importing skfolio takes seconds and loads all of scikit-learn
    spec = importlib.util.find_spec("skfolio")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / DEMO_FILE
        if path.is_file():
            return path
    raise Unavailable(
        "The demo prices are missing: they ship with the package skfolio. Install it again."
    )


def demo_release() -> str:
    """Return the release of the package that the demo prices came with."""
    return importlib.metadata.version("skfolio")


def read_manifest(workspace: Workspace) -> DataManifest | None:
    """Return what was described before, or None if it never was or the files changed since.

    Raises:
        Unavailable: the data are not there, or the cached description is damaged.
    """
    now = signature(workspace)
    path = _path(workspace)
    content = read_whole(path, "the description of the data")
    if content is None:
        return None
    try:
        cached = _Cached.model_validate_json(content)
    except ValidationError as error:
        raise Unavailable(
            f"data/{path.name} in the home folder is damaged. Remove it; it is made anew."
        ) from error
    return cached.manifest if cached.signature == now else None


def write_manifest(workspace: Workspace, described: str, manifest: DataManifest) -> None:
    """Keep `manifest` for as long as the signature stays `described`.

    Raises:
        Unavailable: the disk is full, read-only or fails.
    """
    cached = _Cached(signature=described, manifest=manifest)
    write_whole(_path(workspace), cached.model_dump_json(indent=1).encode())


def _path(workspace: Workspace) -> Path:
    return workspace.home / "data" / f"{workspace.data_source}.json"


def years_before(day: date, years: int) -> date:
    """Return the same day of an earlier year; 28 February for a leap day that is not there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def chosen_names(
    manifest: DataManifest, tickers: Iterable[str] | None, *, full_universe: bool
) -> list[str]:
    """Return the names that a request means, by name."""
    if tickers is not None:
        return sorted(tickers)
    if full_universe:
        return sorted(item.ticker for item in manifest.tickers)
    return sorted(manifest.core_list)


def check_universe(  # noqa: PLR0913 - one argument per field that it checks
    manifest: DataManifest,
    *,
    tickers: list[str] | None,
    full_universe: bool,
    years: int,
    survivorship: bool = False,
    extra_years: int = 0,
) -> list[str]:
    """Return the names that a request means, or refuse what the data cannot honour.

    Args:
        manifest: the data as they are.
        tickers: the request's names; None: the core list, or every name with `full_universe`.
        full_universe: every known name.
        years: counted back from the last bar of these names.
        survivorship: whether a point-in-time universe is asked for; without `tickers` it holds
            everyone who was ever a member.
        extra_years: what must lie before those years.

    Raises:
        Refused: `unknown_ticker`, `history_too_short`, `survivorship_unavailable`, or `invalid`
            for a `full_universe` that would change nothing.
    """
    known = {item.ticker: item for item in manifest.tickers}
    _check_names(tickers, known)
    if survivorship and full_universe:
        message = "A point-in-time universe holds every name already. Leave full_universe out."
        raise Refused(message, fields=(("full_universe", message),))
    names = chosen_names(manifest, tickers, full_universe=full_universe or survivorship)
    if full_universe and set(names) == set(manifest.core_list):
        message = "The core list is every known name already. Leave full_universe out."
        raise Refused(message, fields=(("full_universe", message),))
    if survivorship and not manifest.has_membership:
        message = (
            f"The source {manifest.source} does not say which names belonged to the universe when. "
            "Leave survivorship out, or bring files with a membership.csv."
        )
        raise Refused(
            message,
            code=ErrorCode.SURVIVORSHIP_UNAVAILABLE,
            fields=(("survivorship", message),),
        )
    _check_years([known[name] for name in names], years, extra_years)
    return names


def _check_names(tickers: list[str] | None, known: dict[str, TickerManifest]) -> None:
    unknown = [(row, name) for row, name in enumerate(tickers or ()) if name not in known]
    if unknown:
        shown = ", ".join(name for _, name in unknown[:5]) + (", …" if len(unknown) > 5 else "")  # noqa: PLR2004
        raise Refused(
            f"There are no prices for {shown}. "
            "Choose from the names that GET /api/system/data-mode lists.",
            code=ErrorCode.UNKNOWN_TICKER,
            fields=tuple((f"tickers.{row}", f"{name} is not known") for row, name in unknown[:20]),
        )


def _check_years(names: list[TickerManifest], years: int, extra_years: int) -> None:
    first = min(item.first_date for item in names)
    last = max(item.last_date for item in names)
    most = last.year - first.year
    if years_before(last, most) < first:
        most -= 1
    most -= extra_years
    if years <= most:
        return
    before = f", {extra_years} years of which the first training needs" if extra_years else ""
    todo = f"Ask for {most} years at most" if most > 0 else "Choose names with a longer history"
    message = f"These names have prices from {first} to {last}{before}. {todo}."
    raise Refused(message, code=ErrorCode.HISTORY_TOO_SHORT, fields=(("years", message),))
