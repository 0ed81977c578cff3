"""Which names and years a request covers, and whether the data have them; reads manifests, no prices."""

from collections.abc import Iterable
from datetime import date

from quant_engine.data.manifest import DataManifest, TickerManifest
from quant_engine.domain.errors import ErrorCode, Refused


def years_before(day: date, years: int) -> date:
    """Return the same day of an earlier year; 28 February in place of a missing leap day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def chosen_names(
    manifest: DataManifest, tickers: Iterable[str] | None, *, full_universe: bool
) -> list[str]:
    """Return the names that a request covers, sorted."""
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
    """Return the names that a request covers, or refuse a request that the data cannot fulfil.

    Args:
        manifest: of the current data.
        tickers: the request's names; None: the core list, or every name with `full_universe`.
        full_universe: every name of the data.
        years: counted back from the last bar of these names.
        survivorship: whether to use a point-in-time universe; without `tickers` it has every name that
            was ever a member.
        extra_years: of history that must come before those years.

    Raises:
        Refused: `unknown_ticker`, `history_too_short`, `survivorship_unavailable`, or `invalid`
            for a `full_universe` that would change nothing.
    """
    available = {item.ticker: item for item in manifest.tickers}
    _check_names(tickers, available)
    if survivorship and full_universe:
        message = "A point-in-time universe has every name already. Turn the full universe off."
        raise Refused(message, fields=(("full_universe", message),))
    names = chosen_names(manifest, tickers, full_universe=full_universe or survivorship)
    if full_universe and set(names) == set(manifest.core_list):
        message = "The core list has every name already. Turn the full universe off."
        raise Refused(message, fields=(("full_universe", message),))
    if survivorship and not manifest.has_membership:
        message = (
            f"The source {manifest.source} does not say which names belonged to the universe when. "
            "Turn survivorship off, or use files with a membership.csv."
        )
        raise Refused(
            message,
            code=ErrorCode.SURVIVORSHIP_UNAVAILABLE,
            fields=(("survivorship", message),),
        )
    _check_years([available[name] for name in names], years, extra_years)
    return names


def _check_names(tickers: list[str] | None, available: dict[str, TickerManifest]) -> None:
    unknown = [(row, name) for row, name in enumerate(tickers or ()) if name not in available]
    if unknown:
        shown = ", ".join(name for _, name in unknown[:5]) + (", …" if len(unknown) > 5 else "")  # noqa: PLR2004
        raise Refused(
            f"There are no prices for {shown}. Choose names that the data source has.",
            code=ErrorCode.UNKNOWN_TICKER,
            fields=tuple((f"tickers.{row}", f"{name} is unknown") for row, name in unknown[:20]),
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
    action = f"Choose {most} years at most" if most > 0 else "Choose names with a longer history"
    message = f"These names have prices from {first} to {last}{before}. {action}."
    raise Refused(message, code=ErrorCode.HISTORY_TOO_SHORT, fields=(("years", message),))
