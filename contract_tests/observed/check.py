"""Compares what was seen with what the contract declares."""

from collections.abc import Collection

from contract_tests.document import Contract
from contract_tests.finding import Finding
from contract_tests.observed.points import declared
from contract_tests.observed.recorder import PART

FIX = (
    "add a step to contract_tests/observed that shows it; or remove it from the code and run "
    "`quant-engine contract export`"
)


def unseen(contract: Contract, seen: Collection[str]) -> list[Finding]:
    """Report what a contract declares and no answer showed."""
    return [
        Finding(PART, pointer, "never-seen", f"{words}, on the wire", "no answer shows it", FIX)
        for pointer, words in declared(contract).items()
        if pointer not in seen
    ]
