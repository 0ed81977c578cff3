"""One real job of each type leaves what the contract says, and what the recordings say."""

from pathlib import Path
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.finding import Drifted, Finding, check
from contract_tests.record import record
from contract_tests.recording import RECORD, Recordings, read_texts, recordings, texts
from contract_tests.repository import committed
from contract_tests.violation import violation
from quant_engine.api.schemas.jobs import JobType


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    return record(tmp_path_factory.mktemp("fresh"))


def components(recorded: Recordings) -> dict[str, Any]:
    """Return what jobs left by its component in the contract."""
    return {type(part).__name__: part.model_dump(mode="json") for part in recorded.left()}


def stale(now: dict[str, Any], before: dict[str, Any]) -> list[Finding]:
    """Report recordings whose form is not that of the results of real jobs."""
    found = [
        Finding("recordings", name, "recorded-in-vain", "a job that leaves it", "none", RECORD)
        for name in sorted(before.keys() - now)
    ]
    for name in sorted(before.keys() & now):
        real, recorded = form(now[name]), form(before[name])
        # what is empty or null on one side, as computing has it, has no form to compare
        for place in sorted(real.keys() & recorded.keys()):
            if real[place] != recorded[place]:
                fields, before_fields = (
                    ", ".join(sorted(side[place])) for side in (real, recorded)
                )
                where = f"{name}{place}"
                found.append(
                    Finding("recordings", where, "other-fields", fields, before_fields, RECORD)
                )
    return found


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
    errors = {
        name: contract.nearest_error(contract.components[name], content)
        for name, content in left.items()
    }
    check(
        violation("recordings", f"{name} of a real job", error)
        for name, error in errors.items()
        if error is not None
    )
    summarise("real jobs", f"one of each of {len(JobType)} types, {len(left)} kinds of results")


def test_the_recordings_are_of_today(fresh: Recordings) -> None:
    check(stale(components(fresh), components(recordings())))


def test_the_recordings_are_normalised() -> None:
    normalised = texts(recordings())
    check(
        Finding("recordings", f"{name}.json", "not-normalised", "as it is recorded", "raw", RECORD)
        for name, text in read_texts().items()
        if text != normalised[name]
    )


def test_a_recording_of_another_day_fails() -> None:
    before = components(recordings())
    now = components(recordings())
    del now["IcSnapshot"]
    now["TrainSummary"]["scores"][0]["rank"] = now["TrainSummary"]["scores"][0].pop("rank_ic")
    now["RetrainDecision"]["causes"] = []
    assert [(one.pointer, one.code) for one in stale(now, before)] == [
        ("IcSnapshot", "recorded-in-vain"),
        ("TrainSummary/scores/-", "other-fields"),
    ]


def test_a_recording_of_another_form_is_named_with_its_place(tmp_path: Path) -> None:
    for name, text in read_texts().items():
        (tmp_path / f"{name}.json").write_text(text.replace('"n_tickers"', '"n_names"'))
    with pytest.raises(Drifted, match=r"/train/result/n_tickers  \[recordings: missing\]"):
        recordings(tmp_path)
