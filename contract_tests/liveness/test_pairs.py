"""Few requests combine each field with each value of each other field, and none has a wrong condition."""

from typing import Any

import pytest

from contract_tests.liveness.pairs import Fields

LEVELS: dict[str, list[Any]] = {
    **{f"flag{number}": [False, True] for number in range(8)},
    "word": ["a", "b", "c"],
    "names": [None, ["A"]],
}
NO_NAMES = {"flag0": {"names": {"type": "null"}}}


def pairs(fields: Fields) -> set[tuple[str, str, str]]:
    return {
        (name, other, repr(body[other]))
        for body, names in fields.bases()
        for name in names
        for other in fields.levels
        if other != name
    }


def test_each_pair_has_a_request() -> None:
    fields = Fields(LEVELS)
    expected = {
        (name, other, repr(value))
        for name in LEVELS
        for other, values in LEVELS.items()
        for value in values
        if name != other
    }
    assert pairs(fields) == expected
    assert len(list(fields.bases())) == len(LEVELS["word"])


def test_a_condition_holds_in_all_requests_but_those_that_show_that_nothing_changes() -> None:
    fields = Fields(LEVELS, NO_NAMES)
    bodies = list(fields.bases())
    assert all(body["flag0"] is False or body["names"] is None for body, _ in bodies)
    shown = [fields.matters("flag0", body) for body, names in bodies if "flag0" in names]
    assert set(shown) == {True, False}
    # names may not change then
    assert not any(body["flag0"] and "names" in names for body, names in bodies)


def test_what_the_data_do_not_have_together_is_in_no_request() -> None:
    impossible = [{"word": "b", "flag1": True}]
    bodies = [body for body, _ in Fields(LEVELS, impossible=impossible).bases()]
    assert not any(impossible[0].items() <= body.items() for body in bodies)


def test_a_condition_that_no_request_meets_is_refused() -> None:
    with pytest.raises(ValueError, match="flag0"):
        list(Fields(LEVELS, {"flag0": {"word": {"const": "d"}}}).bases())
