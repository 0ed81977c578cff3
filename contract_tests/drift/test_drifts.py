"""An edit is found once or refused, and what changes nothing is no drift."""

import pytest

from contract_tests.drift.drifts import Drift, Edit, NoDrift, diff, edited, sampled, says

FILES = {"a.py": b"one\ntwo\ntwo\n", "b.py": b"three\n"}


def test_edits_of_one_file_follow_each_other() -> None:
    made = edited(FILES, [Edit("a.py", "one", "1"), Edit("a.py", "1\n", "uno\n")])
    assert made == {"a.py": b"uno\ntwo\ntwo\n"}


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Edit("a.py", "two", "2"), "2 times, not once"),
        (Edit("a.py", "three", "3"), "0 times, not once"),
        (Edit("c.py", "one", "1"), "there is no c.py"),
        (Edit("b.py", "", "new"), "is there already"),
        (Edit("b.py", "three", "three"), "nothing is changed"),
    ],
)
def test_what_cannot_be_applied_or_changes_nothing_is_refused(edit: Edit, said: str) -> None:
    with pytest.raises(NoDrift, match=said):
        edited(FILES, [edit])


def test_a_file_may_be_new() -> None:
    assert edited(FILES, [Edit("c.py", "", "four\n")]) == {"c.py": b"four\n"}


def test_a_diff_names_the_file_and_the_lines() -> None:
    told = diff(FILES, edited(FILES, [Edit("b.py", "three", "3")]))
    assert told.splitlines() == ["--- a/b.py", "+++ b/b.py", "@@ -1 +1 @@", "-three", "+3"]


def test_a_reason_is_looked_for_in_every_line() -> None:
    assert says(r"^second: \d+", "first\nsecond: 7")
    assert not says(r"^second: \d+", "first second: 7")
    # an operator's drift may die for any reason
    assert says(None, "")


def test_what_an_operator_makes_needs_no_gate() -> None:
    made = Drift("x", "Something.", "service", (Edit("a.py", "one", "1"),))
    assert (made.gate, made.reason, made.where) == (None, None, ())


def test_a_sample_stays_as_it_is_when_others_come_and_go() -> None:
    made = [Drift(f"x-{number}", "Something.", "service", ()) for number in range(100)]
    sample = sampled(made, 10, seed=0)
    assert sampled(sample, 10, seed=0) == sample
    assert len({*sample} - {*sampled(made[1:], 10, seed=0)}) <= 1
    assert sampled(made, 10, seed=1) != sample
    assert sampled(made, 1000, seed=0) == sampled(made, 100, seed=0)
