"""Tests which drifts may survive: those that an entry names, for as long as they survive."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.drift import explained
from contract_tests.drift.drifts import Drift, Edit
from contract_tests.drift.explained import explanation, explanations, stale_exemptions
from contract_tests.drift.runner import Report
from contract_tests.drift.trials import Trial

ENTRY = '[[survivor]]\nid = "page-swap-*-colors"\nwhy = "The word stands beside the colour."\n'
SWAP = Drift("page-swap-status-colors", "Another colour.", (Edit("a", "b", "c"),))


@pytest.fixture(autouse=True)
def _entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    file = tmp_path / "explained.toml"
    file.write_text(ENTRY)
    monkeypatch.setattr(explained, "FILE", file)
    explanations.cache_clear()
    yield
    explanations.cache_clear()


def test_a_survivor_that_is_explained_fails_nothing() -> None:
    assert explanation(SWAP) == "The word stands beside the colour."
    report = Report(trials=[Trial(SWAP, "survived")])
    assert report.failed == []
    assert report.closing_line == "1 passed, 0 failed"
    assert report.is_passed


def test_another_one_fails() -> None:
    other = replace(SWAP, id="page-swap-status-words")
    assert explanation(other) is None
    assert Report(trials=[Trial(other, "survived")]).failed != []


def test_a_drift_of_the_hand_catalogue_is_never_explained() -> None:
    assert explanation(replace(SWAP, origin="fitted")) is None


def test_an_entry_that_matches_no_survivor_is_stale() -> None:
    assert stale_exemptions([SWAP]) == []
    assert stale_exemptions([replace(SWAP, id="page-swap-status-words")]) == ["page-swap-*-colors"]
