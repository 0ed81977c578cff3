"""One real job of each type leaves what the contract says, and what the recordings say."""

from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.record import record
from contract_tests.recording import RECORD, Recordings, read_texts, recordings, texts
from contract_tests.repository import committed
from quant_engine.api.schemas.jobs import JobType


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    return record(tmp_path_factory.mktemp("fresh"))


def components(made: Recordings) -> dict[str, Any]:
    """Name what jobs left by its component in the contract."""
    return {type(part).__name__: part.model_dump(mode="json") for part in made.left()}


def stale(now: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Say which recordings have another form than what real jobs leave now."""
    told = [
        f"recordings: {name} is left by no job; {RECORD}" for name in sorted(before.keys() - now)
    ]
    for name in sorted(before.keys() & now):
        left, kept = form(now[name]), form(before[name])
        # what is empty or null on one side, as computing has it, has no form to compare
        for place in sorted(left.keys() & kept.keys()):
            if left[place] != kept[place]:
                other = sorted(left[place] ^ kept[place])
                told.append(f"recordings: {name}{place}: {other} on one side only; {RECORD}")
    return told


def form(value: Any, place: str = "") -> dict[str, set[str]]:
    """Return the fields of each object in a value, those of a list's items together."""
    found: dict[str, set[str]] = {}
    inner: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        found[place] = set(value)
        inner = [(f"{place}/{name}", value[name]) for name in value]
    elif isinstance(value, list):
        inner = [(f"{place}/-", item) for item in value]
    for below, item in inner:
        for where, names in form(item, below).items():
            found[where] = found.get(where, set()) | names
    return found


def test_real_jobs_leave_what_the_contract_says(fresh: Recordings, summarise: Summarise) -> None:
    left = components(fresh)
    contract = committed()
    for name, content in left.items():
        contract.validator(contract.components[name]).validate(content)
    summarise("real jobs", f"one of each of {len(JobType)} types, {len(left)} kinds of results")


def test_the_recordings_are_of_today(fresh: Recordings) -> None:
    told = stale(components(fresh), components(recordings()))
    assert not told, "\n".join(told)


def test_the_recordings_are_normalised() -> None:
    assert texts(recordings()) == read_texts(), RECORD


def test_a_recording_of_another_day_fails() -> None:
    before = components(recordings())
    now = components(recordings())
    del now["IcSnapshot"]
    now["TrainSummary"]["scores"][0]["rank"] = now["TrainSummary"]["scores"][0].pop("rank_ic")
    now["RetrainDecision"]["causes"] = []
    assert stale(now, before) == [
        f"recordings: IcSnapshot is left by no job; {RECORD}",
        f"recordings: TrainSummary/scores/-: ['rank', 'rank_ic'] on one side only; {RECORD}",
    ]
