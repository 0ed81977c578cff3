"""Tests that each round keeps its first outcomes, and that the documents state the scores."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.drift.catalogue import HAND
from contract_tests.drift.drifts import Drift, Edit
from contract_tests.drift.reading import Verdict
from contract_tests.drift.trials import Trial
from contract_tests.drift.unseen import ROUNDS, Rounds, outcomes, record, unseen, untried
from contract_tests.repository import ROOT
from wirelaw.finding import Finding

ROWS = tuple(Drift(name, f"{name}.", (Edit("a", "b", "c"),)) for name in ("one", "two", "three"))
ROUND: Rounds = {"round-1": {"time zone": ROWS[:1], "other": ROWS[1:]}}
FOUND = Verdict("red", (Finding("wire", "/paths", "value-changed", "1", "2"),))


def test_the_first_outcome_of_each_row_stays(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.json"
    first = [
        Trial(ROWS[0], "killed", {"lint": Verdict("green"), "wire": FOUND}),
        Trial(ROWS[1], "survived", {"lint": Verdict("green")}),
        Trial(ROWS[2], "slow", {"tests": Verdict("slow")}),
    ]
    assert record(first, ROUND, file) == ["three is slow: tests"]
    assert record([replace(first[1], fate="killed", verdicts={"wire": FOUND})], ROUND, file) == []
    found = outcomes(file)["round-1"]
    assert found.rows == {"one": "wire: value-changed at /paths", "two": None}
    assert found.n_noticed == 1


def test_rounds_are_tried_one_after_the_other() -> None:
    later: Rounds = {"round-2": {"other": (Drift("four", "four.", (Edit("a", "b", "c"),)),)}}
    assert [row.id for row in untried({**ROUND, **later})] == ["one", "two", "three"]


def test_each_round_is_complete() -> None:
    fitted = {row.id for row in HAND}
    for name, first in outcomes().items():
        rows = {row.id for kind in ROUNDS[name].values() for row in kind}
        # a row that moved to the catalogue keeps its outcome
        assert first.rows.keys() - fitted <= rows, name
        assert rows <= first.rows.keys(), name
        assert not rows & fitted, name
    twice = [name for name, n in Counter(row.id for row in unseen()).items() if n > 1]
    assert twice == []
    assert {row.id for row in untried()} <= {row.id for row in unseen() if row.gate is None}


def test_a_row_that_a_test_noticed_needs_its_file_alone() -> None:
    noticed = [row for row in unseen() if row.gate is not None and row.gate.startswith("tests-")]
    assert noticed
    assert [row.id for row in noticed if len(row.where) != 1] == []


@pytest.mark.parametrize("page", ["README.md", "docs/gate.md"])
def test_the_documents_state_the_score_of_each_round(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for first in outcomes().values():
        assert f"{first.n_noticed} of {len(first.rows)} on {first.date}" in " ".join(text.split())
