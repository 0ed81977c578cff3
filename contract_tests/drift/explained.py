"""Drifts of operators that nobody has to notice, each with the reason: `explained.toml`, written by hand."""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from contract_tests.drift.drifts import Drift

FILE = Path(__file__).with_name("explained.toml")


@cache
def explanations() -> dict[str, str]:
    """Return the reasons by id; an id may have `*` for what an operator makes in many places."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8")).get("survivor", [])
    return {entry["id"]: entry["why"] for entry in entries}


def explanation(drift: Drift) -> str | None:
    """Say why a drift may survive; None: it may not. One that was written by hand never may."""
    if drift.gate is not None:
        return None
    reasons = (why for name, why in explanations().items() if fnmatchcase(drift.id, name))
    return next(reasons, None)


def needless(survivors: Iterable[Drift]) -> list[str]:
    """Return the entries that explain none of these: something notices by now, or nobody makes such a drift."""
    known = [drift.id for drift in survivors]
    return [name for name in explanations() if not any(fnmatchcase(found, name) for found in known)]
