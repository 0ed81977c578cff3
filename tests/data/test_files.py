"""A user's folder: good files are read, and a bad file is named in a message without its path."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quant_engine.data.files import load_files
from quant_engine.data.panel import PricePanel, Spell
from quant_engine.domain.errors import Unavailable
from tests.data.folders import SESSIONS, text_of, workspace_of

GOOD = text_of([1, 2, 3, 4, 5, 6])


def test_names_are_read_and_sorted(tmp_path: Path) -> None:
    panel = load_files(workspace_of(tmp_path, {"BBB.csv": GOOD, "AAA.csv": GOOD}))
    assert list(panel.bars().columns) == ["AAA", "BBB"]
    assert panel.bars()["AAA"].tolist() == [1, 2, 3, 4, 5, 6]
    assert panel.problems == ()


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    frame = pd.DataFrame({"date": SESSIONS, "close": [1.0, 2, 3, 4, 5, 6]})
    workspace = workspace_of(tmp_path, {"AAA.csv": GOOD})
    assert workspace.data_path is not None
    frame.to_parquet(workspace.data_path / "BBB.parquet")
    frame.set_index("date").to_parquet(workspace.data_path / "CCC.parquet")
    closes = load_files(workspace).bars()
    assert closes["AAA"].tolist() == closes["BBB"].tolist() == closes["CCC"].tolist()


@pytest.mark.parametrize("day", SESSIONS.append(SESSIONS + pd.Timedelta(days=182))[::3])
@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/London", "Europe/Berlin", "Asia/Tokyo"]
)
def test_a_day_is_the_one_of_its_own_zone(tmp_path: Path, day: pd.Timestamp, zone: str) -> None:
    # in UTC the first hours of a day are the day before in the east, and its last ones the next day in the west
    times = pd.DatetimeIndex([day, day + pd.Timedelta(hours=23)], tz=zone)
    for name, time in zip(("AAA", "BBB"), times, strict=True):
        frame = pd.DataFrame({"date": [time], "close": [1.0]})
        workspace = workspace_of(tmp_path, {f"{name}.csv": frame.to_csv(index=False)})
        assert workspace.data_path is not None
        frame.to_parquet(workspace.data_path / f"{name}{name}.parquet")
    closes = load_files(workspace).bars()
    assert (list(closes.index), closes.shape) == ([day], (1, 4))


@pytest.mark.parametrize("header", ["Date,Adj Close", "DATE,adj_close", " date ,Close"])
def test_column_names_are_read_in_any_case(tmp_path: Path, header: str) -> None:
    text = text_of([1, 2, 3, 4, 5, 6], header=header)
    assert len(load_files(workspace_of(tmp_path, {"AAA.csv": text})).bars()) == 6


def test_adjusted_closes_are_preferred(tmp_path: Path) -> None:
    text = "date,close,adj close\n2020-01-02,10,1\n2020-01-03,10,2\n"
    assert load_files(workspace_of(tmp_path, {"AAA.csv": text})).bars()["AAA"].tolist() == [1, 2]


def test_days_in_another_order_are_sorted(tmp_path: Path) -> None:
    text = text_of([6, 5, 4, 3, 2, 1], SESSIONS[::-1])
    assert (
        load_files(workspace_of(tmp_path, {"AAA.csv": text})).bars()["AAA"].is_monotonic_increasing
    )


def test_names_with_different_days_are_aligned(tmp_path: Path) -> None:
    late = text_of([7, 8], SESSIONS[4:])
    closes = load_files(workspace_of(tmp_path, {"AAA.csv": GOOD, "BBB.csv": late})).bars()
    assert closes["BBB"].isna().tolist() == [True] * 4 + [False] * 2


WORST: dict[str, tuple[str, str | bytes, str]] = {
    "no close": ("AAA.csv", "date,open\n2020-01-02,1\n", "no column close"),
    "no date": ("AAA.csv", "day,close\n2020-01-02,1\n", "no column date"),
    "empty": ("AAA.csv", "", "damaged"),
    "no rows": ("AAA.csv", "date,close\n", "no prices"),
    "binary": ("AAA.csv", b"\xff\xfe\x00\x01\x02", "damaged"),
    "no parquet": ("AAA.parquet", b"PAR1 or so", "damaged"),
    "words for prices": ("AAA.csv", "date,close\n2020-01-02,dear\n", "cannot be read"),
    "words for days": ("AAA.csv", "date,close\nmonday,1\n", "cannot be read"),
    "numbers for days": ("AAA.csv", "date,close\n99999999999,1\n", "cannot be read"),
    "a price of 400 digits": ("AAA.csv", f"date,close\n2020-01-02,{'9' * 400}\n", "AAA"),
    "begins with a dash": ("-A1.csv", GOOD, "not named after a ticker"),
    "negative": ("AAA.csv", text_of([1, -2, 3]), "not positive"),
    "zero": ("AAA.csv", text_of([1, 0, 3]), "not positive"),
    "infinite": ("AAA.csv", text_of([1, float("inf"), 3]), "infinite"),
    "twice": ("AAA.csv", "date,close\n2020-01-02,1\n2020-01-02,2\n", "more than one price"),
    "future": ("AAA.csv", "date,close\n2020-01-02,1\n2199-01-02,2\n", "in the future"),
    "other exchange": ("AAA.csv", "date,close\n2020-01-04,1\n2020-01-05,2\n", "was closed|closed"),
    "no ticker": ("A B.csv", GOOD, "not named after a ticker"),
    "long name": ("A" * 13 + ".csv", GOOD, "not named after a ticker"),
    "not lines": ("membership.csv", "ticker,start,end\nAAA,soon,\n", "Line 2"),
    "ends first": ("membership.csv", "ticker,start,end\nAAA,2020-01-03,2020-01-02\n", "Line 2"),
    "odd member": ("membership.csv", "ticker,start,end\n../x,2020-01-03,\n", "Line 2"),
    "core unknown": ("core.txt", "ZZZ\n", "no prices"),
    "core twice": ("core.txt", "OK\nOK\n", "repeats"),
    "core empty": ("core.txt", "", "empty"),
}


@pytest.mark.parametrize("case", WORST)
def test_an_unusable_file_is_reported(tmp_path: Path, case: str) -> None:
    name, content, message = WORST[case]
    with pytest.raises(Unavailable, match=message) as caught:
        load_files(workspace_of(tmp_path, {"OK.csv": GOOD, name: content}))
    assert caught.value.message.endswith(".")
    assert str(tmp_path) not in caught.value.message


def test_two_files_for_a_name_are_refused(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, {"AAA.csv": GOOD, "aaa.csv": GOOD})
    with pytest.raises(Unavailable, match="more than one file"):
        load_files(workspace)


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(GOOD)
    workspace = workspace_of(tmp_path, {"OK.csv": GOOD})
    assert workspace.data_path is not None
    (workspace.data_path / "AAA.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(Unavailable, match="links out"):
        load_files(workspace)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, {"OK.csv": GOOD})
    assert workspace.data_path is not None
    (workspace.data_path / "AAA.csv").mkdir()
    with pytest.raises(Unavailable, match="not a regular file"):
        load_files(workspace)


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quant_engine.data.files.MAX_FILE_BYTES", 10)
    with pytest.raises(Unavailable, match="more than"):
        load_files(workspace_of(tmp_path, {"AAA.csv": GOOD}))


def test_a_parquet_of_too_many_rows_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_of(tmp_path, {"OK.csv": GOOD})
    assert workspace.data_path is not None
    pd.DataFrame({"date": ["2020-01-02"] * 5, "close": 1.0}).to_parquet(
        workspace.data_path / "AAA.parquet"
    )
    monkeypatch.setattr("quant_engine.data.files.MAX_ROWS", 4)
    with pytest.raises(Unavailable, match="more than 4 rows"):
        load_files(workspace)


def test_days_that_pandas_does_not_hold_are_reported(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, {"OK.csv": GOOD})
    assert workspace.data_path is not None
    day = pd.Series([np.datetime64("9999-01-02", "s")])
    pd.DataFrame({"date": day, "close": 1.0}).to_parquet(workspace.data_path / "AAA.parquet")
    with pytest.raises(Unavailable, match=r"AAA\.parquet|AAA "):
        load_files(workspace)


def test_an_empty_folder_is_reported_with_the_files_to_add(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"AAPL\.csv"):
        load_files(workspace_of(tmp_path, {}))


def test_gaps_and_days_off_the_calendar_are_listed(tmp_path: Path) -> None:
    days = pd.bdate_range("2020-01-01", "2020-03-31")  # New Year and two more are no sessions
    text = text_of([1.0] * len(days), days.delete(20))
    panel = load_files(workspace_of(tmp_path, {"AAA.csv": text}))
    assert any("no price on 1 of" in found for found in panel.problems)
    assert any("the exchange was closed" in found for found in panel.problems)
    assert pd.Timestamp("2020-01-01") not in panel.bars().index


def test_membership_lists_the_members_of_each_day(tmp_path: Path) -> None:
    members = "ticker,start,end\nAAA,2020-01-01,2020-01-03\nBBB,2020-01-06,\n"
    files: dict[str, str | bytes] = {"AAA.csv": GOOD, "BBB.csv": GOOD, "membership.csv": members}
    panel = load_files(workspace_of(tmp_path, files))
    assert panel.universe(SESSIONS[0].date()) == ["AAA"]
    assert panel.universe(SESSIONS[-1].date()) == ["BBB"]
    inside = panel.belonged(SESSIONS, ["AAA", "BBB"])
    assert inside[:, 0].tolist() == [True, True, False, False, False, False]
    assert inside[:, 1].tolist() == [False, False, True, True, True, True]


def test_the_core_list_is_as_written_or_the_longest(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"A{number:02}.csv": text_of([1, 2, 3, 4, 5, 6][: 2 + number // 3]) for number in range(12)
    }
    assert load_files(workspace_of(tmp_path, files)).core_list == [
        f"A{n:02}" for n in (0, *range(3, 12))
    ]
    workspace = workspace_of(tmp_path, {"core.txt": "A02 \nA01\n"})
    assert load_files(workspace).core_list == ["A01", "A02"]


OTHER_PANELS: dict[str, Any] = {
    "closes": pd.DataFrame({"AAA": [1.0, 2.5]}, SESSIONS[:2]),
    "core_list": [],
    "membership": (Spell("AAA", SESSIONS[0].date(), SESSIONS[1].date()),),
}


def test_the_fingerprint_is_of_everything_that_results_depend_on() -> None:
    spells = (Spell("AAA", SESSIONS[0].date(), None),)
    panel = PricePanel(pd.DataFrame({"AAA": [1.0, 2.0]}, SESSIONS[:2]), ["AAA"], spells)
    # the problems follow from the closes
    assert {field.name for field in fields(PricePanel)} - {"problems"} == OTHER_PANELS.keys()
    others = [replace(panel, **{name: other}) for name, other in OTHER_PANELS.items()]
    others.append(replace(panel, membership=None))
    assert len({one.fingerprint for one in (panel, *others)}) == len(others) + 1


def test_the_fingerprint_is_of_the_content(tmp_path: Path) -> None:
    moved = text_of([1, 2, 3, 4, 5], SESSIONS[[0, 1, 2, 3, 5]])
    texts = [GOOD, GOOD, text_of([1, 2, 3, 4, 5, 7]), text_of([1, 2, 3, 4, 5]), moved]
    first, again, *others = (
        load_files(workspace_of(tmp_path, {"AAA.csv": text})).fingerprint for text in texts
    )
    assert first == again
    assert len({first, *others}) == 4
