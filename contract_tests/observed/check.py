"""Holds what was seen against what the contract declares."""

from collections.abc import Collection

from contract_tests.document import Contract
from contract_tests.observed.points import declared

PART = "observed"  #: its name in the list of exceptions


def unseen(contract: Contract, seen: Collection[str]) -> dict[str, str]:
    """Return what a contract declares and nobody saw, by JSON pointer, with what to do."""
    return {
        pointer: (
            f"{words} was never seen on the wire: openapi.json#{pointer}\n"
            "  contract_tests/observed: add a stop to the tour that shows it; or take it out of the\n"
            "  code and run quant-engine contract export; then pytest contract_tests/observed"
        )
        for pointer, words in declared(contract).items()
        if pointer not in seen
    }
