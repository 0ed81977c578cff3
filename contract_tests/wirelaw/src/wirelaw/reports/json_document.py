"""The outcome as one JSON object, for programs; `version` changes when a field goes or means something else."""

import json
from typing import Any

from wirelaw.finding import Finding, Place
from wirelaw.outcome import Outcome

VERSION = 1


def render(outcome: Outcome) -> str:
    """Write the object."""
    document = {
        "version": VERSION,
        "exit": outcome.exit_code,
        "checks": [check.code for check in outcome.checks],
        "findings": [_finding(one) for one in outcome.findings],
        "tolerated": [_finding(one) for one in outcome.tolerated],
        "unseen": [{"subject": one.subject, "reason": one.reason} for one in outcome.unseen],
        "notes": list(outcome.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "code": finding.code,
        "part": finding.part,
        "names": list(finding.names),
        "place": _place(finding.pointer),
        "found": finding.found,
        "other": _place(finding.source),
        "expected": finding.expected,
        "fix": finding.fix,
        "line": finding.line,
    }


def _place(text: str) -> dict[str, Any] | None:
    """A line of a file; anything else, such as an operation, has its name alone."""
    place = Place.parse(text)
    if place is None:
        return {"name": text} if text else None
    return {"path": place.path, "line": place.line}
