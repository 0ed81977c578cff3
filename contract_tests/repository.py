"""The committed contract of this repository; modules that are no tests take a `Contract` as an argument."""

from functools import cache
from pathlib import Path

from wirelaw.contract.document import Contract

ROOT = Path(__file__).parents[1]
FILE = ROOT / "openapi.json"
CLIENTS_FILE = ROOT / "openapi-3.1.json"  #: the same for client generators


@cache
def committed() -> Contract:
    """Return the committed contract; use `copy` to change it."""
    return Contract.read(FILE)
