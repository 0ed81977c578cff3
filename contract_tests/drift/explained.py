"""Drifts of operators that may survive, each with the reason: `explained.toml`, written by hand."""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from contract_tests.drift.drifts import Drift

FILE = Path(__file__).with_name("explained.toml")


@cache
def explanations() -> dict[str, str]:
    """Return the reasons by id; `*` in an id covers what an operator changes in many places."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8")).get("survivor", [])
    return {entry["id"]: entry["why"] for entry in entries}


def explanation(drift: Drift) -> str | None:
    """Return why a drift may survive, or None. One that a person wrote never may."""
    if drift.origin != "operator":
        return None
    reasons = (why for name, why in explanations().items() if fnmatchcase(drift.id, name))
    return next(reasons, None)


def stale_exemptions(survivors: Iterable[Drift]) -> list[str]:
    """Return the entries that match no survivor: a gate kills the drift now, or no operator creates it."""
    ids = [drift.id for drift in survivors]
    return [name for name in explanations() if not any(fnmatchcase(found, name) for found in ids)]
