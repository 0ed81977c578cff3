"""Compares the points that answers showed with those that the contract declares.

Recordings of real jobs do not have what only unusual work leaves. The steps make it up from the product's models,
which proves nothing by itself, so `rare.toml` lists each such point with a test of the code that leaves it.
"""

import tomllib
from collections.abc import Collection
from pathlib import Path

from contract_tests.observed.recorder import PART
from wirelaw.contract.document import Contract
from wirelaw.finding import Finding
from wirelaw.running.points import declared

RARE = Path(__file__).with_name("rare.toml")
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


def read_rare() -> dict[str, str]:
    """Return the test that shows a rare point, by the words of the point."""
    entries = tomllib.loads(RARE.read_text(encoding="utf-8"))["rare"]
    return {words: entry["test"] for entry in entries for words in entry["points"]}


def really_seen(
    contract: Contract, real: Collection[str], made_up: Collection[str], rare: Collection[str]
) -> set[str]:
    """Return the points of real answers, and of the made-up ones those that are rare."""
    points = declared(contract)
    return {*real, *(pointer for pointer in made_up if points.get(pointer) in rare)}
