"""One run: each drift once, in order; a check that breaks hides no other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from wirelaw.baseline import Baseline
from wirelaw.finding import Finding, Unseen
from wirelaw.outcome import Outcome, in_order, judge
from wirelaw.repository import Repository
from wirelaw.settings import Settings
from wirelaw_tests.conftest import Write
from wirelaw_tests.planted import BROKEN, PLANTED, SOURCES

pytestmark = pytest.mark.usefixtures("empty_page")
EMPTY = Outcome((), (), (), (), ())


def test_drifts_are_found_once_and_in_order(write: Write) -> None:
    repository = Repository.at(write(SOURCES))
    outcome = judge(repository, [PLANTED, PLANTED], Baseline())
    assert [one.line for one in outcome.findings] == [
        f'api/a.py:1 sends "one"; web/a.ts:1 handles "ONE" [planted] wirelaw explain {outcome.findings[0].id}',
        f'api/a.py:3 sends "two"; web/a.ts:1 handles "TWO" [planted] wirelaw explain {outcome.findings[1].id}',
    ]
    assert (outcome.exit_code, outcome.unseen) == (1, ())
    assert outcome.summary == "2 new drifts; 2 checks ran"


def test_a_drift_that_two_levels_find_is_found_once(write: Write) -> None:
    def run(repository: Repository) -> Iterator[Finding]:
        return (replace(one, code="declared") for one in PLANTED.run(repository))

    declared = replace(PLANTED, code="declared", run=run, same_as=PLANTED.code)
    repository = Repository.at(write(SOURCES))
    both = judge(repository, [PLANTED, declared], Baseline()).findings
    assert {one.code for one in both} == {PLANTED.code}
    alone = judge(repository, [declared], Baseline()).findings
    assert [one.pointer for one in alone] == [one.pointer for one in both]


def test_the_baseline_leaves_the_rest(write: Write) -> None:
    root = write(SOURCES)
    found = judge(Repository.at(root), [PLANTED], Baseline()).findings
    baseline = Baseline(today=date(2026, 1, 1)).with_findings(found[:1], "", None)
    outcome = judge(Repository.at(root), [PLANTED], baseline)
    assert (outcome.findings, outcome.tolerated) == (found[1:], found[:1])


@pytest.mark.parametrize("ignored", ["planted", "one"])
def test_codes_and_names_are_ignored(write: Write, ignored: str) -> None:
    settings = Settings(ignore=(ignored,))
    outcome = judge(Repository.at(write(SOURCES), settings=settings), [PLANTED], Baseline())
    assert [one.key for one in outcome.findings] == ([("two",)] if ignored == "one" else [])


def test_a_check_that_breaks_is_listed_and_the_others_run(write: Write) -> None:
    outcome = judge(Repository.at(write(SOURCES)), [BROKEN, PLANTED], Baseline())
    (unseen,) = outcome.unseen
    assert unseen.subject == "the check broken"
    assert unseen.reason.startswith("a fault of wirelaw in planted.py:")
    assert len(outcome.findings) == 2
    # an incomplete look is never the better news
    assert outcome.exit_code == 2


def test_exit_codes() -> None:
    finding = Finding("sources", "a.py:1", "planted", "", "")
    assert EMPTY.exit_code == 0
    assert replace(EMPTY, findings=(finding,)).exit_code == 1
    assert replace(EMPTY, tolerated=(finding,)).exit_code == 0
    assert replace(EMPTY, unseen=(Unseen("a", "b"),)).exit_code == 2


def test_lines_are_ordered_as_numbers() -> None:
    pointers = ["b.py:2", "a.py:10", "a.py:9", "GET /x"]
    findings = [Finding("sources", one, "planted", "", "") for one in pointers]
    assert [one.pointer for one in in_order(findings)] == ["GET /x", "a.py:9", "a.py:10", "b.py:2"]


def test_a_level_that_cannot_run_says_what_it_needs_and_judges_no_entry(write: Write) -> None:
    later = replace(PLANTED, level=1, missing=lambda _: "no openapi.json was found")
    root = write(SOURCES)
    found = judge(Repository.at(root), [PLANTED], Baseline()).findings
    baseline = Baseline().with_findings(found, "", None)
    outcome = judge(Repository.at(root), [later, later], baseline)
    assert outcome.notes == ("level 1 (contract) did not run: no openapi.json was found",)
    assert (outcome.findings, outcome.checks, outcome.exit_code) == ((), (), 0)
