"""The results of one real job of each type fit the contract, and have the fields of the recordings."""

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
    """Return the results of jobs by their component in the contract."""
    return {type(part).__name__: part.model_dump(mode="json") for part in recorded.results()}


def stale(now: dict[str, Any], before: dict[str, Any]) -> list[Finding]:
    """Report recordings whose fields are not those of the results of real jobs."""
    found = [
        Finding("recordings", name, "never-produced", "a job with this result", "none", RECORD)
        for name in sorted(before.keys() - now)
    ]
    for name in sorted(before.keys() & now):
        real, recorded = fields_of(now[name]), fields_of(before[name])
        # an empty list or a null has no fields to compare
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


def fields_of(value: Any, place: str = "") -> dict[str, set[str]]:
    """Return the fields of each object in a value, those of a list's items together."""
    found: dict[str, set[str]] = {}
    inner: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        found[place] = set(value)
        inner = [(f"{place}/{name}", value[name]) for name in value]
    elif isinstance(value, list):
        inner = [(f"{place}/-", item) for item in value]
    for below, item in inner:
        for where, names in fields_of(item, below).items():
            found[where] = found.get(where, set()) | names
    return found


def test_results_of_real_jobs_fit_the_contract(fresh: Recordings, summarise: Summarise) -> None:
    results = components(fresh)
    contract = committed()
    errors = {
        name: contract.nearest_error(contract.components[name], content)
        for name, content in results.items()
    }
    check(
        violation("recordings", f"{name} of a real job", error)
        for name, error in errors.items()
        if error is not None
    )
    summarise("real jobs", f"one of each of {len(JobType)} types, {len(results)} kinds of results")


def test_the_recordings_are_current(fresh: Recordings) -> None:
    check(stale(components(fresh), components(recordings())))


def test_the_recordings_are_normalised() -> None:
    normalised = texts(recordings())
    check(
        Finding("recordings", f"{name}.json", "not-normalised", "as it is recorded", "raw", RECORD)
        for name, text in read_texts().items()
        if text != normalised[name]
    )


def test_a_stale_recording_fails() -> None:
    before = components(recordings())
    now = components(recordings())
    del now["IcSnapshot"]
    now["TrainSummary"]["scores"][0]["rank"] = now["TrainSummary"]["scores"][0].pop("rank_ic")
    now["RetrainDecision"]["causes"] = []
    assert [(one.pointer, one.code) for one in stale(now, before)] == [
        ("IcSnapshot", "never-produced"),
        ("TrainSummary/scores/-", "other-fields"),
    ]


def test_a_recording_that_fits_no_model_is_reported_with_its_place(tmp_path: Path) -> None:
    for name, text in read_texts().items():
        (tmp_path / f"{name}.json").write_text(text.replace('"n_tickers"', '"n_names"'))
    with pytest.raises(Drifted, match=r"/train/result/n_tickers  \[recordings: missing\]"):
        recordings(tmp_path)
