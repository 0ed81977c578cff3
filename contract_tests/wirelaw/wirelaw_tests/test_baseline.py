"""Tolerated drifts: by names and never by lines, until a day, and no longer than they exist."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from wirelaw.baseline import Baseline, BaselineError, Entry
from wirelaw.finding import Finding

TODAY = date(2026, 11, 30)
ONE = Finding("sources", "api/a.py:1", "planted", "b", "a", key=("one",), source="web/a.ts:9")
TWO = Finding("sources", "api/a.py:3", "planted", "b", "a", key=("two", 'quoted "x" \\ \u00e9'))
CHECKS = {"planted"}


def read(folder: Path) -> Baseline:
    return Baseline.read(folder / "wirelaw-baseline.toml", TODAY)


def test_what_is_written_is_read_and_tolerated_wherever_it_moves(tmp_path: Path) -> None:
    until = date(2026, 12, 31)
    read(tmp_path).with_findings([TWO, ONE], "later", until).write(
        tmp_path / "wirelaw-baseline.toml"
    )
    text = (tmp_path / "wirelaw-baseline.toml").read_text()
    assert tomllib.loads(text)["drift"][0] == {
        "id": ONE.id,
        "check": "planted",
        "names": ["one"],
        "why": "later",
        "since": TODAY,
        "until": until,
    }
    moved = Finding("sources", "api/other.py:77", "planted", "b", "a", key=("one",))
    compared = read(tmp_path).compare([moved, TWO], CHECKS, complete=True)
    assert (compared.new, compared.tolerated) == ((), (moved, TWO))


def test_a_new_drift_is_new(tmp_path: Path) -> None:
    baseline = read(tmp_path).with_findings([ONE], "", None)
    assert baseline.compare([ONE, TWO], CHECKS, complete=True).new == (TWO,)


def test_an_entry_that_fits_nothing_is_a_drift_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wirelaw-baseline.toml"
    read(tmp_path).with_findings([ONE, TWO], "", None).write(path)
    compared = read(tmp_path).compare([ONE], CHECKS, complete=True)
    line = path.read_text().splitlines().index(f'id = "{TWO.id}"') + 1
    (finding,) = compared.new
    assert (finding.code, finding.pointer) == ("baseline-stale", f"wirelaw-baseline.toml:{line}")
    assert finding.found == f"tolerates planted of {', '.join(TWO.names)}"


@pytest.mark.parametrize(("checks", "complete"), [({"planted"}, False), (set[str](), True)])
def test_an_entry_is_stale_only_where_its_check_saw_everything(
    tmp_path: Path, checks: set[str], complete: bool
) -> None:
    baseline = read(tmp_path).with_findings([ONE], "", None)
    assert baseline.compare([], checks, complete=complete).new == ()


def test_an_entry_counts_until_the_end_of_its_day() -> None:
    def compared(until: date) -> tuple[str, ...]:
        entry = Entry.of(ONE, TODAY, until=until)
        baseline = Baseline((entry,), today=TODAY)
        return tuple(one.code for one in baseline.compare([ONE], CHECKS, complete=True).new)

    assert compared(TODAY) == ()
    assert compared(date(2026, 11, 29)) == ("baseline-expired",)


def test_an_expired_drift_shows_both_sides() -> None:
    entry = Entry.of(ONE, TODAY, until=date(2026, 1, 1))
    (finding,) = Baseline((entry,), today=TODAY).compare([ONE], CHECKS, complete=True).new
    assert finding.source == "api/a.py:1"
    assert finding.found == "tolerates until 2026-01-01: a"


def test_writing_again_keeps_reasons_and_renews_what_has_expired() -> None:
    kept = Entry.of(ONE, date(2026, 1, 1), "slow team", date(2027, 1, 1))
    expired = Entry.of(TWO, date(2026, 1, 1), "old", date(2026, 2, 1))
    written = Baseline((kept, expired), today=TODAY).with_findings([ONE, TWO], "", None)
    assert written.entries[0] == kept
    assert (written.entries[1].why, written.entries[1].until) == ("old", None)


def test_without_entries_there_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "wirelaw-baseline.toml"
    baseline = read(tmp_path).with_findings([ONE], "", None)
    baseline.write(path)
    baseline.without(baseline.entries).write(path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[drift]\n", "wirelaw-baseline.toml cannot be read: "),
        ("[[drift]]\nid = 'a'\ncheck = 'b'\n", "an entry has id, check, names"),
        ("[[drift]]\nid = 'a'\ncheck = 'b'\nnames = ['c']\nline = 3\nwho = 'x'", "an entry has"),
        (
            "[[drift]]\nid = 'a'\ncheck = 'b'\nnames = []\nuntil = 'soon'",
            "until of a must be a day",
        ),
        ("[[drifts]]\nid = 'a'", "has the unknown key drifts"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "wirelaw-baseline.toml").write_text(text)
    with pytest.raises(BaselineError) as raised:
        read(tmp_path)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
