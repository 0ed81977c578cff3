"""Tests of the operators of the page: their number, that they apply and parse, and that each does what its title says."""

import re
from collections import Counter

import pytest

from contract_tests.drift.drifts import Drift, Files, edited
from contract_tests.drift.operators.page import drifts_of, mutants
from contract_tests.drift.trees import snapshot

#: fewer mean that the page lost a feature, or that an operator no longer finds it
LEAST = {
    "field-rename": 300,
    "field-drop": 280,
    "field-null": 20,
    "send-rename": 35,
    "send-drop": 50,
    "send-extra": 5,
    "send-typed": 25,
    "word-rename": 60,
    "word-drop": 50,
    "word-add": 30,
    "word-swap": 40,
    "event-drop": 14,
    "event-rename": 14,
    "event-empty": 14,
    "event-swap": 10,
    "event-unname": 1,
    "event-repeat": 1,
    "call-method": 20,
    "call-misspelt": 20,
    "call-other": 20,
    "call-envelope": 20,
    "bound-label": 2,
    "bound-other": 16,
    "bound-typed": 10,
    "figure-format": 200,
    "figure-unit": 30,
    "figure-label": 80,
    "figure-digits": 14,
    "ask-again": 14,
    "ask-option": 6,
    "ask-key": 20,
    "ask-effect": 8,
    "ask-invalidate": 8,
    "state-key": 9,
    "state-initial": 1,
    "state-previous": 14,
    "state-ahead": 12,
    "state-unwritten": 2,
    "state-default": 20,
    "state-filter": 2,
    "zone-time": 15,
    "zone-date": 30,
    "zone-utc": 3,
    "meaning-sibling": 200,
    "meaning-operator": 50,
    "meaning-call": 8,
    "screen-link": 12,
    "screen-scale": 4,
    "screen-without": 20,
}


@pytest.fixture(scope="module")
def files() -> Files:
    return snapshot()


@pytest.fixture(scope="module")
def drifts(files: Files) -> dict[str, Drift]:
    # with --check what changes nothing or does not parse is an error
    return {drift.id: drift for drift in drifts_of(files, mutants(files, "--check"))}


def test_there_are_many_of_each_family(drifts: dict[str, Drift]) -> None:
    found = Counter("-".join(name.split("-")[1:3]) for name in drifts)
    assert {family: found[family] for family, least in LEAST.items() if found[family] < least} == {}


def test_each_changes_the_page_and_nothing_that_is_generated(
    files: Files, drifts: dict[str, Drift]
) -> None:
    for drift in drifts.values():
        changed = edited(files, drift.edits)
        assert changed, drift.id
        assert drift.side == "page"
        assert drift.gate is None
        for name in changed:
            assert name.startswith("frontend/src/"), drift.id
            assert ".gen." not in name, drift.id


def test_names_are_well_formed_and_titles_are_sentences(drifts: dict[str, Drift]) -> None:
    for name, drift in drifts.items():
        assert re.fullmatch(r"page-[a-z0-9]+(-[a-z0-9]+)*", name), name
        assert re.fullmatch(r"\S.*\S\.", drift.title), name
    same = [t for t, count in Counter(d.title for d in drifts.values()).items() if count > 1]
    assert same == []


@pytest.mark.parametrize(
    ("name", "gone", "there"),
    [
        ("page-field-rename-any-job-created-at", "job.created_at", "job.createdAt"),
        (
            "page-field-drop-provenance-seed",
            "String(provenance.seed)",
            "(0 as typeof provenance.seed)",
        ),
        ("page-word-drop-job-type-predict-key", "predict:", ""),
        ("page-event-empty-stream-events-progress", 'keep("progress")', "() => undefined"),
        ("page-event-unname", "dispatch(event,", "dispatch(undefined,"),
        ("page-send-drop-header-last-event-id-in-stream-headers", "Last-Event-ID", ""),
        ("page-call-misspelt-api-system-health-in-use-health", 'system/health"', 'system/healths"'),
        (
            "page-bound-typed-train-request-defaults-in-training-tab",
            "",
            "...TRAIN_REQUEST_DEFAULTS",
        ),
        (
            "page-figure-format-price-for-money-in-account-curve",
            "money(equity)",
            "price(equity)",
        ),
        ("page-ask-key-without-version-in-use-model", ", version]", '"version"]'),
        ("page-state-key-job-in-job-page", "key={job.job_id}", "<Job  job"),
        ("page-zone-utc-clock", "", 'timeZone: "UTC"'),
        ("page-meaning-operator-in-age-now-2", "now - Date", "now + Date"),
        ("page-screen-link-without-version-in-job-types", ", version", '"versions"'),
    ],
)
def test_a_drift_does_what_its_name_says(
    drifts: dict[str, Drift], name: str, gone: str, there: str
) -> None:
    edit = next(one for one in drifts[name].edits if gone in one.old)
    assert gone == "" or gone not in edit.new
    assert there in edit.new


def test_a_small_page_has_the_drifts_of_its_own_reads(files: Files) -> None:
    """The operators find what a small page reads of the wire, and nothing else."""
    small = {
        name: content
        for name, content in files.items()
        if name.startswith(("frontend/src/types/", "frontend/tsconfig"))
    }
    source = "frontend/src/small.ts"
    small[source] = (
        'import type { JobRecord } from "./types/jobs.ts";\n'
        "export const label = ({ job_id: id }: JobRecord) => `𝄞 ${id}`;\n"
        'export const done = (job: JobRecord) => job.status === "succeeded";\n'
    ).encode()
    drifts = {
        drift.id: drift
        for drift in drifts_of(small, mutants(small))
        if drift.edits[0].file == source
    }
    assert sorted(drifts) == [
        "page-field-drop-any-job-job-id",
        "page-field-drop-any-job-status",
        "page-field-rename-any-job-job-id",
        "page-field-rename-any-job-status",
        "page-meaning-sibling-any-job-job-id-in-label",
        "page-word-rename-job-status-succeeded-comparison",
        "page-word-swap-job-status-succeeded-in-done",
    ]
    (edit,) = drifts["page-field-drop-any-job-job-id"].edits
    assert edit.new == 'export const label = (_unread: JobRecord) => `𝄞 ${""}`;\n'
