"""Tests of the smallest replacement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.drift.drifts import Edit, NoDrift, edited
from contract_tests.drift.operators.edits import edit_between

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n"]), min_size=1, max_size=8).map("".join)


@given(LINES, LINES)
def test_an_edit_turns_one_text_into_another(before: str, after: str) -> None:
    if before == after:
        with pytest.raises(NoDrift):
            edit_between("f", before, after)
        return
    edit = edit_between("f", before, after)
    assert edited({"f": before.encode()}, [edit]) == {"f": after.encode()}


def test_an_edit_is_as_small_as_possible() -> None:
    assert edit_between("f", "a\nb\nc\n", "a\nx\nc\n") == Edit("f", "b\n", "x\n")
    assert edit_between("f", "a\nb\na\nc\n", "a\nb\nx\nc\n") == Edit("f", "b\na\nc\n", "b\nx\nc\n")
