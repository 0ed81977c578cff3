"""The demo panel matches its documentation."""

from datetime import date
from pathlib import Path

from quant_engine.data.demo import CORE_LIST, load_demo
from quant_engine.domain.work import Workspace


def test_the_panel_is_the_one_that_was_measured(tmp_path: Path) -> None:
    panel = load_demo(Workspace(tmp_path))
    closes = panel.bars()
    assert closes.shape == (8313, 20)
    assert closes.index[0].date() == date(1990, 1, 2)
    assert closes.index[-1].date() == date(2022, 12, 28)
    assert closes.notna().all(axis=None)
    assert panel.problems == ()  # it equals the calendar of the exchange day for day
    assert panel.membership is None
    assert panel.core_list == CORE_LIST
    assert len(set(CORE_LIST)) == 10
    assert set(CORE_LIST) < set(closes.columns)


def test_bars_end_with_their_date(tmp_path: Path) -> None:
    panel = load_demo(Workspace(tmp_path))
    closes = panel.bars(date(2000, 1, 1), ["MSFT", "KO"])
    assert closes.index[-1].date() == date(1999, 12, 31)
    assert list(closes.columns) == ["MSFT", "KO"]
    assert panel.bars(tickers=["KO"]).loc[:"1999-12-31", "KO"].equals(closes["KO"])
