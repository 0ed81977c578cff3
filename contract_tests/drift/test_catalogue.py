"""Tests that every row of the catalogue applies to this tree and names a gate and a finding."""

import re
from collections import Counter

import pytest

from contract_tests.drift.catalogue import HAND, THEME_OF, THEMES
from contract_tests.drift.catalogue.harmless import HARMLESS
from contract_tests.drift.drifts import Files, edited
from contract_tests.drift.gates import GATES
from contract_tests.drift.peers.comparison import SIDES
from contract_tests.drift.regeneration import STEPS
from contract_tests.drift.trees import LAB, snapshot
from contract_tests.drift.unseen import unseen
from contract_tests.repository import ROOT
from wirelaw.finding import Finding

ALL = (*HAND, *HARMLESS, *unseen())
#: codes of the gate and of pytest and vitest; of tsc; of biome and of oxlint
CODE = r"[a-z]+(-[a-z0-9]+)*|TS\d{4,5}|lint/\w+/\w+|\w+\(\S+\)"
#: rows of the catalogue; only a decision page removes one
LEAST = 150


@pytest.fixture(scope="module")
def files() -> Files:
    return snapshot()


def test_harmless_changes_can_be_applied_together(files: Files) -> None:
    assert edited(files, [edit for change in HARMLESS for edit in change.edits])


def test_each_can_be_applied_changes_something_and_parses(files: Files) -> None:
    for drift in ALL:
        # it raises where an edit cannot be applied, or nothing changes
        for name, content in edited(files, drift.edits).items():
            if name.endswith(".py"):
                compile(content, f"{drift.id}: {name}", "exec")


def test_names_are_unique_and_well_formed() -> None:
    twice = [name for name, count in Counter(drift.id for drift in ALL).items() if count > 1]
    assert twice == []
    assert [
        drift.id for drift in ALL if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", drift.id)
    ] == []
    assert len({drift.title for drift in ALL}) == len(ALL)


def test_each_names_a_gate_and_a_finding() -> None:
    for drift in HAND:
        assert drift.gate in {*GATES, *STEPS}, drift.id
        reason = drift.reason
        assert reason, drift.id
        assert re.fullmatch(CODE, reason.code), drift.id
        # many faults have the same code
        assert not reason.matches(Finding("", "", reason.code, "", "", "")), drift.id
        assert drift.title.endswith("."), drift.id
    assert all(change.gate is None for change in HARMLESS)


def test_no_drift_is_in_the_lab_itself() -> None:
    touched = {edit.file for drift in ALL for edit in drift.edits}
    assert [name for name in touched if name.startswith(LAB)] == []


def test_the_themes_are_complete() -> None:
    assert all(THEMES.values())
    assert len(HAND) >= LEAST
    assert set(THEME_OF) == {drift.id for drift in HAND}
    assert len(HARMLESS) == 20


def test_the_documents_count_the_rows() -> None:
    sides = Counter(drift.side for drift in HAND)
    counts = [len(HAND), *(sides[side] for side in SIDES)]
    cells = " | ".join(f"{count} of {count}" for count in counts)
    row = f"| this gate | {cells} | 0 of {len(HARMLESS)} |"
    assert row in (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    headline = f"{len(HAND)} of {len(HAND)} planted drifts"
    assert headline in (ROOT / "README.md").read_text(encoding="utf-8")


#: kinds of drift, and the rows for each
KINDS = {
    "status rename": "status-renamed-in-service status-renamed-on-page",
    "field rename": "field-renamed-in-service field-renamed-on-page",
    "retype": "field-retyped-in-service field-retyped-on-page",
    "nullability": "field-nullable-in-service null-forgotten-on-page null-sent-by-page",
    "default": "default-changed-in-service default-typed-on-page",
    "bound": "bound-widened-in-service bound-typed-on-page",
    "enum member added": "status-added-in-service status-added-on-page",
    "enum member removed": "feature-set-removed-in-service status-removed-on-page",
    "event added": "event-added-in-service event-undeclared",
    "event removed": "event-removed-in-service event-removed-from-contract handler-missing",
    "event renamed": "event-renamed-in-service event-renamed-on-page",
    "event unnamed": "event-unnamed unnamed-events-only",
    "event out of order": "events-out-of-order older-revision-kept",
    "event repeated": "event-repeated",
    "payload changed": "payload-without-nulls payload-wrapped payload-declared-otherwise",
    "onmessage only": "onmessage-only",
    "handler missing": "handler-missing handler-empty handlers-cast",
    "extra field": "extra-field-by-literal extra-field-by-spread extra-field-by-variable",
    "accepted and unused field": "field-accepted-and-unused field-no-longer-used",
    "default typed in the UI": "default-typed-on-page default-of-another-request-on-page",
    "error as 200": "error-as-200",
    "error as data": "error-as-null-data error-as-empty-data",
    "envelope bypassed": "envelope-bypassed-by-a-route envelope-bypassed-by-the-framework",
    "status undeclared": "status-undeclared refusal-undeclared",
    "route shadowed": "route-shadowed",
    "naive time": "time-without-zone",
    "NaN": "nan-that-became-null nan-where-there-are-too-few",
    "precision": "precision-lost",
    "bool for number": "bool-taken-for-number",
    "Last-Event-ID ignored": "last-event-id-ignored-by-service last-event-id-not-sent-by-page",
    "terminal event missing": "terminal-event-missing",
    "terminal event doubled": "terminal-event-doubled",
    "terminal event before the result": "terminal-event-before-the-result",
    "lost wake-up": "lost-wake-up lost-wake-up-of-all woken-before-the-commit",
    "silent cancellation": "queued-job-cancelled-in-silence",
    "import cycle": "import-cycle-at-the-top import-upward-at-the-top import-upward-lazy import-upward-dynamic",
    "authentication dropped": "authentication-dropped-from-one-route",
    "generated file edited by hand": "generated-constant-edited-by-hand generated-type-edited-by-hand contract-edited-by-hand",
    "pagination cursor broken": "cursor-repeats-a-row cursor-loses-a-row",
    "recorded trace": "trace-of-another-time trace-edited-by-hand recording-of-another-time",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_drift_has_its_rows(kind: str) -> None:
    ids = {drift.id for drift in HAND}
    assert set(KINDS[kind].split()) <= ids
