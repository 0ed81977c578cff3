"""What only something unusual leaves: listed by hand in `rare.toml`, because it is seen only where it was made up."""

import tomllib
from collections.abc import Collection
from pathlib import Path

from contract_tests.document import Contract
from contract_tests.observed.points import declared

FILE = Path(__file__).with_name("rare.toml")


def read_rare() -> dict[str, str]:
    """Return the test that shows it, by the words of a point."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["rare"]
    return {words: entry["test"] for entry in entries for words in entry["points"]}


def really_seen(
    contract: Contract,
    real: Collection[str],
    made_up: Collection[str],
    rare: Collection[str],
) -> set[str]:
    """Return the points that were seen, less those that were only made up and are not known to be rare."""
    points = declared(contract)
    return {*real, *(pointer for pointer in made_up if points.get(pointer) in rare)}
