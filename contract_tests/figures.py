"""Figures of real jobs against the recorded ones: as precise, and of the same magnitude.

Processors and libraries change the digits of a model's figures; a figure that is rounded or in another unit changes more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from contract_tests.recording import RECORD
from contract_tests.substitutes import DIGITS
from wirelaw.finding import Finding

FACTOR = 10  #: less than a fraction differs from its percent
Figures = Mapping[str, list[float]]  #: by component and field, with `*` in place of an index


def figures(parts: Iterable[BaseModel]) -> Figures:
    """Collect the figures of results."""
    found: dict[str, list[float]] = defaultdict(list)
    for part in parts:
        _collect(part.model_dump(mode="json"), type(part).__name__, found)
    return found


def _collect(node: Any, path: str, found: dict[str, list[float]]) -> None:
    if isinstance(node, float):
        found[path].append(node)
    elif isinstance(node, dict):
        for name, value in node.items():
            _collect(value, f"{path}/{name}", found)
    elif isinstance(node, list):
        for value in node:
            _collect(value, f"{path}/*", found)


def other_figures(now: Figures, recorded: Figures) -> Iterator[Finding]:
    """Return the figures that have fewer digits than the recorded ones, or another magnitude."""
    for path in sorted(now.keys() & recorded.keys()):
        digits = max(map(_digits, now[path]))
        # a recording has fewer digits than a figure, so that only what is rounded on the way has as few
        if max(map(_digits, recorded[path])) == DIGITS and digits <= DIGITS:
            expected = "all digits that the figure has"
            yield Finding("recordings", path, "rounded", expected, f"{digits} digits", RECORD)
        size, before = (max(map(abs, values[path])) for values in (now, recorded))
        if before and not before / FACTOR < size < before * FACTOR:
            expected = f"about {before:.4g}, as it was recorded"
            yield Finding("recordings", path, "magnitude", expected, f"{size:.4g}", RECORD)


def _digits(figure: float) -> int:
    return len(Decimal(repr(figure)).normalize().as_tuple().digits)
