"""The list of exceptions is held to its rules, and each rule can fail."""

from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.exceptions import (
    Entry,
    Exceptions,
    faults,
    is_test,
    read_exceptions,
    unexcused,
)

HERE = "contract_tests/test_exceptions.py::test_the_list_is_sound"
ENTRY = Entry("liveness", "Trade.shares", HERE, "No table of trades yet.")


def test_the_list_is_sound(summarise: Summarise) -> None:
    exceptions = read_exceptions()
    assert not faults(exceptions), "\n".join(faults(exceptions))
    summarise("exceptions", f"{len(exceptions.entries)} of at most {exceptions.at_most}")


def test_a_longer_list_fails() -> None:
    (told,) = faults(Exceptions((ENTRY,), 0))
    assert told.startswith("The list of exceptions has grown to 1, at_most is 0.")
    assert "contract_tests/exceptions.toml" in told


def test_a_list_that_shrank_stays_shrunk() -> None:
    (told,) = faults(Exceptions((ENTRY,), 2))
    assert "write at_most = 1" in told


@pytest.mark.parametrize(
    "test",
    [
        "contract_tests/test_exceptions.py",
        "contract_tests/test_exceptions.py::test_of_another_day",
        "contract_tests/gone.py::test_the_list_is_sound",
        "contract_tests/exceptions.py::faults",
        "frontend/tests/contract.test.ts::is not there",
    ],
)
def test_an_entry_without_its_test_fails(test: str) -> None:
    (told,) = faults(Exceptions((Entry("liveness", "Trade.shares", test, "why"),), 1))
    assert told.startswith(f"liveness: Trade.shares is excused by {test}, which does not exist.")


def test_a_place_is_excused_once() -> None:
    told = faults(Exceptions((ENTRY, ENTRY), 2))
    assert told[0].startswith("liveness: Trade.shares is excused twice.")


def test_tests_of_the_page_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.test.ts").write_text('it("keeps ids", () => {});\ntest(`reads`, () => {});\n')
    assert is_test("a.test.ts::keeps ids", tmp_path)
    assert is_test("a.test.ts::reads", tmp_path)
    assert not is_test("a.test.ts::keeps", tmp_path)


def test_what_nobody_excuses_and_what_excuses_nothing_fail() -> None:
    exceptions = Exceptions((ENTRY,), 1)
    assert not unexcused("liveness", ["Trade.shares"], exceptions)
    found = {"Trade.shares": "…", "Trade.profit": "Trade.profit is read nowhere."}
    assert unexcused("liveness", found, exceptions) == ["Trade.profit is read nowhere."]
    (told,) = unexcused("liveness", [], exceptions)
    assert told.startswith("liveness: Trade.shares is excused and needs no excuse any more.")
    # the entries of one part are no business of another's
    assert not unexcused("wire", [], exceptions)


def test_an_entry_says_everything(tmp_path: Path) -> None:
    file = tmp_path / "exceptions.toml"
    file.write_text('at_most = 1\n[[exception]]\npart = "liveness"\nplace = "x"\ntest = "y"\n')
    with pytest.raises(ValueError, match="part, place, test, why"):
        read_exceptions(file)
