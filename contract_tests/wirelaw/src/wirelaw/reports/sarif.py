"""SARIF 2.1.0, as code scanning reads it: the other side of a drift is a related location."""

import json
from typing import Any
from urllib.parse import quote

import wirelaw
from wirelaw.finding import Finding, Place
from wirelaw.outcome import Outcome
from wirelaw.repository import Check

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
#: identifies a finding in later runs; lines are not part of it
FINGERPRINT = "wirelaw/v1"


def render(outcome: Outcome) -> str:
    """Write one run; a drift of the baseline is a suppressed result."""
    indices = {check.code: index for index, check in enumerate(outcome.rules)}
    new = [_result(one, indices, outcome.base) for one in outcome.findings]
    tolerated = [
        {**_result(one, indices, outcome.base), "suppressions": [{"kind": "external"}]}
        for one in outcome.tolerated
    ]
    notes = [("error", str(one)) for one in outcome.unseen] + [("note", n) for n in outcome.notes]
    driver = {
        "name": "wirelaw",
        "semanticVersion": wirelaw.VERSION,
        "rules": [_rule(check) for check in outcome.rules],
    }
    invocation = {
        "executionSuccessful": not outcome.unseen,
        "exitCode": outcome.exit_code,
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": text}} for level, text in notes
        ],
    }
    run = {"tool": {"driver": driver}, "invocations": [invocation], "results": [*new, *tolerated]}
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.code,
        "shortDescription": {"text": check.meaning.partition(". ")[0].rstrip(".") + "."},
        "fullDescription": {"text": check.meaning},
        "help": {"text": check.fix},
        "defaultConfiguration": {"level": "error"},
        "properties": {"level": check.level},
    }


def _result(finding: Finding, indices: dict[str, int], base: str) -> dict[str, Any]:
    other = f"{finding.source} {finding.expected}" if finding.source else finding.expected
    text = f"{finding.found}; {other}. Fix: {finding.fix}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": "error",
        "message": {"text": text},
        "locations": [_location(finding.pointer, base)],
        "partialFingerprints": {FINGERPRINT: finding.id},
    }
    if finding.code in indices:
        result["ruleIndex"] = indices[finding.code]
    if finding.source:
        related = {**_location(finding.source, base), "id": 1}
        result["relatedLocations"] = [{**related, "message": {"text": finding.expected}}]
    return result


def _location(text: str, base: str) -> dict[str, Any]:
    place = Place.parse(text)
    if place is None:
        return {"logicalLocations": [{"fullyQualifiedName": text}]}
    artifact = {"uri": quote(base + place.path)}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": place.line}}}
