"""The names that a request covers, and the refusals that need only the manifest."""

from datetime import date

import pytest

from contract_tests.kit.examples import DEMO_DATA, LAST_DATE
from quant_engine.data.manifest import DataManifest, TickerManifest
from quant_engine.data.universe import check_universe, years_before
from quant_engine.domain.errors import ErrorCode, Refused

FIRST = {"AAA": date(1990, 1, 2), "BBB": date(2000, 1, 3), "CCC": date(2015, 1, 2)}
TICKERS = [
    TickerManifest(ticker=name, first_date=first, last_date=LAST_DATE, n_bars=1)
    for name, first in FIRST.items()
]
MANIFEST = DEMO_DATA.model_copy(update={"tickers": TICKERS, "core_list": ["AAA", "BBB"]})


def ask(manifest: DataManifest = MANIFEST, **changes: object) -> list[str]:
    request: dict[str, object] = {"tickers": None, "full_universe": False, "years": 1, **changes}
    return check_universe(manifest, **request)  # type: ignore[arg-type]


def refused(**changes: object) -> Refused:
    with pytest.raises(Refused) as caught:
        ask(**changes)  # type: ignore[arg-type]
    assert caught.value.message.endswith(".")
    return caught.value


def test_names_are_those_that_the_request_means() -> None:
    assert ask() == ["AAA", "BBB"]
    assert ask(full_universe=True) == ["AAA", "BBB", "CCC"]
    assert ask(tickers=["CCC", "AAA"]) == ["AAA", "CCC"]


def test_an_unknown_name_is_refused_with_its_position() -> None:
    error = refused(tickers=["AAA", "../../x", "ZZZ"])
    assert error.code is ErrorCode.UNKNOWN_TICKER
    assert [path for path, _ in error.fields] == ["tickers.1", "tickers.2"]


@pytest.mark.parametrize(("extra", "most"), [(0, 32), (4, 28)])
def test_years_that_the_history_does_not_have_are_refused(extra: int, most: int) -> None:
    assert ask(years=most, extra_years=extra)
    error = refused(years=most + 1, extra_years=extra)
    assert error.code is ErrorCode.HISTORY_TOO_SHORT
    assert error.fields[0][0] == "years"
    assert f"{most} years" in error.message


def test_years_are_those_of_the_requested_names() -> None:
    assert ask(tickers=["CCC"], years=7)
    assert refused(tickers=["CCC"], years=8).code is ErrorCode.HISTORY_TOO_SHORT
    assert "longer history" in refused(tickers=["CCC"], years=1, extra_years=8).message


def test_a_point_in_time_universe_needs_membership() -> None:
    error = refused(survivorship=True)
    assert error.code is ErrorCode.SURVIVORSHIP_UNAVAILABLE
    assert error.fields[0][0] == "survivorship"
    assert ask(MANIFEST.model_copy(update={"has_membership": True}), survivorship=True)


def test_a_point_in_time_universe_has_every_name() -> None:
    with_membership = MANIFEST.model_copy(update={"has_membership": True})
    assert ask(with_membership, survivorship=True) == ["AAA", "BBB", "CCC"]
    error = refused(manifest=with_membership, survivorship=True, full_universe=True)
    assert error.fields[0][0] == "full_universe"


def test_a_full_universe_that_changes_nothing_is_refused() -> None:
    complete = MANIFEST.model_copy(update={"core_list": ["AAA", "BBB", "CCC"]})
    assert refused(manifest=complete, full_universe=True).fields[0][0] == "full_universe"


def test_a_leap_day_has_an_earlier_year() -> None:
    assert years_before(date(2020, 2, 29), 1) == date(2019, 2, 28)
    assert years_before(date(2020, 2, 29), 4) == date(2016, 2, 29)
