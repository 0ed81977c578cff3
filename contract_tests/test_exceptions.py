"""The list of exceptions keeps its rules, and each rule can fail."""

from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.exceptions import (
    Entry,
    Exceptions,
    faults,
    read_exceptions,
    unexcused,
)
from wirelaw.finding import Finding, check

HERE = "contract_tests/test_exceptions.py::test_the_list_is_sound"
ENTRY = Entry("liveness", "Trade.shares", HERE, "No table of trades yet.")


def test_the_list_is_sound(summarise: Summarise) -> None:
    exceptions = read_exceptions()
    check(faults(exceptions))
    summarise("exceptions", f"{len(exceptions.entries)} of at most {exceptions.at_most}")


def test_a_longer_list_fails() -> None:
    (finding,) = faults(Exceptions((ENTRY,), 0))
    assert (finding.code, finding.expected, finding.found) == ("list-longer", "at most 0", "1")
    assert finding.pointer == "contract_tests/exceptions.toml"


def test_a_list_that_shrank_stays_shrunk() -> None:
    (finding,) = faults(Exceptions((ENTRY,), 2))
    assert finding.code == "list-shorter"
    assert finding.fix.startswith("write at_most = 1")


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
    (finding,) = faults(Exceptions((Entry("liveness", "Trade.shares", test, "why"),), 1))
    assert (finding.code, finding.found) == ("test-missing", test)
    assert finding.pointer == "contract_tests/exceptions.toml liveness Trade.shares"


def test_a_place_is_excused_once() -> None:
    (finding,) = faults(Exceptions((ENTRY, ENTRY), 2))
    assert (finding.code, finding.found) == ("excused-twice", "2 entries")


def test_a_drift_without_an_entry_and_an_entry_without_a_drift_fail() -> None:
    exceptions = Exceptions((ENTRY,), 1)
    shares = Finding("liveness", "Trade.shares", "unread", "a reader", "none")
    profit = replace(shares, pointer="Trade.profit")
    assert not unexcused("liveness", [shares], exceptions)
    assert unexcused("liveness", [shares, profit], exceptions) == [profit]
    (stale,) = unexcused("liveness", [], exceptions)
    assert (stale.part, stale.pointer, stale.code) == (
        *("liveness", "Trade.shares", "stale-exception"),
    )
    # entries of another part are ignored
    assert not unexcused("wire", [], exceptions)


def test_an_entry_has_every_key(tmp_path: Path) -> None:
    file = tmp_path / "exceptions.toml"
    file.write_text('at_most = 1\n[[exception]]\npart = "liveness"\nplace = "x"\ntest = "y"\n')
    with pytest.raises(ValueError, match="part, place, test, why"):
        read_exceptions(file)
