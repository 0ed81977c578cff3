"""This repository's own contract, for its tests and declarations; every other module takes a `Contract`."""

from functools import cache
from pathlib import Path

from contract_tests.document import Contract

ROOT = Path(__file__).parents[1]
FILE = ROOT / "openapi.json"


@cache
def committed() -> Contract:
    """Return the committed contract; use `copy` to change it."""
    return Contract.read(FILE)
