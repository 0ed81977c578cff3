"""What of an answer should be the same a moment later."""

from typing import Any

CLOCKED = ("age_days", "reason")  #: fields of answers that change with the clock and the machine


def without_clock(value: Any) -> Any:
    """Return what of an answer should be the same a moment later."""
    if isinstance(value, dict):
        return {name: without_clock(inner) for name, inner in value.items() if name not in CLOCKED}
    return [without_clock(inner) for inner in value] if isinstance(value, list) else value
