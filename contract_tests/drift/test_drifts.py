"""Tests how edits are applied, how a reason matches findings, and how a sample is drawn."""

import pytest

from contract_tests.drift.drifts import (
    Drift,
    Edit,
    NoDrift,
    Reason,
    diff,
    drift,
    edited,
    is_reported,
    sampled,
)
from wirelaw.finding import Finding

FILES = {"a.py": b"one\ntwo\ntwo\n", "b.py": b"three\n"}


def test_edits_of_one_file_follow_each_other() -> None:
    after = edited(FILES, [Edit("a.py", "one", "1"), Edit("a.py", "1\n", "uno\n")])
    assert after == {"a.py": b"uno\ntwo\ntwo\n"}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Edit("a.py", "two", "2"), "2 times, not once"),
        (Edit("a.py", "three", "3"), "0 times, not once"),
        (Edit("c.py", "one", "1"), "c.py does not exist"),
        (Edit("b.py", "", "new"), "exists already"),
        (Edit("b.py", "three", "three"), "the edits change nothing"),
    ],
)
def test_an_edit_that_cannot_be_applied_or_changes_nothing_is_refused(
    edit: Edit, message: str
) -> None:
    with pytest.raises(NoDrift, match=message):
        edited(FILES, [edit])


def test_a_file_may_be_new() -> None:
    assert edited(FILES, [Edit("c.py", "", "four\n")]) == {"c.py": b"four\n"}


def test_a_diff_names_the_file_and_the_lines() -> None:
    lines = diff(FILES, edited(FILES, [Edit("b.py", "three", "3")]))
    assert lines.splitlines() == ["--- a/b.py", "+++ b/b.py", "@@ -1 +1 @@", "-three", "+3"]


FOUND = Finding("wire", "/paths/~1api~1jobs", "value-changed", "maximum: 40", "maximum: 60")


@pytest.mark.parametrize(
    ("reason", "matches"),
    [
        (Reason("value-changed"), True),
        (Reason("value-changed", "~1jobs", "40", "60"), True),
        (Reason("value-changed", found="max*60"), True),
        # the code is compared as a whole, and no other character is special
        (Reason("value"), False),
        (Reason("value-changed", "~1jobs$"), False),
        # each field must match
        (Reason("value-changed", "~1jobs", "40", "40"), False),
        (Reason("value-changed", found="60*max"), False),
    ],
)
def test_a_reason_matches_the_fields_of_a_finding(reason: Reason, matches: bool) -> None:
    assert reason.matches(FOUND) is matches


def test_one_finding_must_match_in_all_fields() -> None:
    other = Finding("wire", "/paths/~1health", "value-changed", "maximum: 1", "maximum: 2")
    assert is_reported(Reason("value-changed", "~1jobs", found="60"), [other, FOUND])
    assert not is_reported(Reason("value-changed", "~1health", found="60"), [other, FOUND])
    # any gate may kill a drift of an operator, with any finding
    assert is_reported(None, [])


def test_a_row_names_the_change_and_what_must_catch_it() -> None:
    text = "wire: value-changed at /paths/~1api, expected maximum: 40, found 60, or more"
    change = ("frontend/a.ts", "a [-one-]", "{+1+} b{+ c+}")
    row = drift("x", "Something.", change, caught_by=text, where="a")
    assert row.edits == (Edit("frontend/a.ts", "a one b", "a 1 b c"),)
    assert (row.gate, row.where, row.side) == ("wire", ("a",), "page")
    assert row.reason == Reason("value-changed", "/paths/~1api", "maximum: 40", "60, or more")
    row = drift("x", "Something.", caught_by="wire: gone at /paths, found Check\naction\n")
    assert row.reason == Reason("gone", "/paths", found="Check\naction\n")
    row = drift("x", "Something.", caught_by="tests-page: error at stream.test.ts > reading")
    assert row.where == ("tests/stream.test.ts",)
    harmless = drift("x", "Something.", ("a.py", "[-one-]"), change)
    assert (harmless.gate, harmless.reason, harmless.side) == (None, None, "both")
    with pytest.raises(ValueError, match="x: 'wire: gone' is not"):
        drift("x", "Something.", caught_by="wire: gone")


def test_a_sample_stays_as_it_is_when_others_come_and_go() -> None:
    drifts = [Drift(f"x-{number}", "Something.", ()) for number in range(100)]
    sample = sampled(drifts, 10, seed=0)
    assert sampled(sample, 10, seed=0) == sample
    assert len({*sample} - {*sampled(drifts[1:], 10, seed=0)}) <= 1
    assert sampled(drifts, 10, seed=1) != sample
    assert sampled(drifts, 1000, seed=0) == sampled(drifts, 100, seed=0)
