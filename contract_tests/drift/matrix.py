"""Writes the results of a run, drift by gate, as JSON and as a page."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from contract_tests.drift.catalogue import THEME_OF
from contract_tests.drift.gates import GATES
from contract_tests.drift.runner import Report
from contract_tests.drift.trials import Trial

SIGNS: Mapping[str, str] = {"green": "·", "red": "✕", "broken": "?", "slow": "…"}
STYLE = (
    "body{font:14px system-ui;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #ccc;"
    "padding:.2rem .4rem;text-align:left}th.gate{writing-mode:vertical-rl}td.cell{text-align:center}"
    ".killed{background:#e6f4e6}.failed{background:#f9dcdc}"
)


def content(report: Report) -> dict[str, Any]:
    """Return a run as data."""
    drifts = [_row(trial, is_passed=trial.fate == "killed") for trial in report.trials]
    harmless = [_row(trial, is_passed=trial.is_green) for trial in report.harmless]
    return {
        "passed": len(report.trials) + len(report.harmless) - len(report.failed),
        "failed": len(report.failed),
        "killed": sum(row["passed"] for row in drifts),
        "drifts": drifts,
        "harmless": harmless,
        "baseline": {
            name: {"green": trial.is_green, **_cost(trial)}
            for name, trial in sorted(report.baseline.items())
        },
        "seconds": round(report.seconds, 1),
    }


def _row(trial: Trial, *, is_passed: bool) -> dict[str, Any]:
    drift = trial.drift
    return {
        "id": drift.id,
        "theme": THEME_OF.get(drift.id, ""),
        "title": drift.title,
        "side": drift.side,
        "gate": drift.gate,
        "must_find": str(drift.reason or ""),
        "fate": trial.fate,
        "passed": is_passed,
        "gates": {name: found.outcome for name, found in trial.verdicts.items()},
        "stale": trial.stale,
        "note": trial.note,
        **_cost(trial),
    }


def _cost(trial: Trial) -> dict[str, float]:
    return {"seconds": round(trial.seconds, 2), "cpu_seconds": round(trial.cpu_seconds, 2)}


def write(report: Report, folder: Path) -> Path:
    """Write `matrix.json` and `matrix.html`; return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    results = content(report)
    (folder / "matrix.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    page = folder / "matrix.html"
    page.write_text(_page(results, report.closing_line), encoding="utf-8")
    return page


def _page(results: dict[str, Any], closing_line: str) -> str:
    rows = [*results["drifts"], *results["harmless"]]
    gates = [name for name in GATES if any(name in row["gates"] for row in rows)]
    heads = "".join(f'<th class="gate">{escape(name)}</th>' for name in gates)
    body = "".join(_line(row, gates) for row in rows)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Drift lab</title>'
        f"<style>{STYLE}</style><h1>Drift lab</h1><p>{escape(closing_line)} in {results['seconds']} s. "
        f"✕ the gate is red, · it is green, ? it could not run, … it was too slow.</p>"
        f"<table><tr><th>drift</th><th>change</th><th>side</th><th>gate</th><th>must find</th><th>fate</th>"
        f"<th>s</th>{heads}</tr>{body}</table></html>\n"
    )


def _line(row: dict[str, Any], gates: list[str]) -> str:
    cells = "".join(
        f'<td class="cell">{SIGNS[row["gates"][name]] if name in row["gates"] else ""}</td>'
        for name in gates
    )
    values = "".join(
        f"<td>{escape(str(row[key] or ''))}</td>"
        for key in ("id", "title", "side", "gate", "must_find", "fate", "seconds")
    )
    return f'<tr class="{"killed" if row["passed"] else "failed"}">{values}{cells}</tr>'
