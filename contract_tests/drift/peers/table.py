"""Writes what the peers found, as JSON and as a table."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contract_tests.drift.peers.comparison import SIDES, Row

HEADS = ("peer", "version", "command", "needs", "found", *SIDES, "false alarms", "seconds a drift")


def content(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the comparison as data."""
    return [
        {
            "peer": row.peer.name,
            "version": row.peer.versions(),
            "ran": row.peer.command,
            "needs": row.peer.needs,
            "green_without": row.baseline.is_green,
            "drifts": len(row.drifts),
            "run": row.n_run,
            "found": [drift.id for drift in row.found],
            "by_side": dict(zip(SIDES, map(row.of, SIDES), strict=True)),
            "could_not_run": [drift.id for drift in row.not_run],
            "harmless": len(row.harmless),
            "false_alarms": [drift.id for drift in row.alarms],
            "seconds_a_drift": round(row.seconds, 2),
        }
        for row in rows
    ]


def markdown(rows: Sequence[Row]) -> str:
    """Return the comparison as a table."""
    lines = [HEADS, ["---"] * 4 + ["---:"] * (len(HEADS) - 4), *map(_cells, rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _cells(row: Row) -> list[str]:
    named = [row.peer.name, row.peer.versions(), row.peer.command, row.peer.needs]
    if not row.baseline.is_green:
        return [*named, "red without any change", *[""] * (len(HEADS) - 5)]
    sides = (f"{found} of {total}" for found, total in map(row.of, SIDES))
    counted = [f"{len(row.found)} of {len(row.drifts)}", *sides]
    return [*named, *counted, f"{len(row.alarms)} of {len(row.harmless)}", f"{row.seconds:.1f}"]


def write(rows: Sequence[Row], file: Path) -> None:
    """Write the data."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content(rows), indent=1) + "\n", encoding="utf-8")
