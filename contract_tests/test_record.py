"""The results of one real job of each type fit the contract, and have the fields of the recordings."""

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.figures import figures, other_figures
from contract_tests.observed.recorder import Recorder
from contract_tests.record import record, run
from contract_tests.recording import RECORD, Recordings, read_texts, recordings, texts
from contract_tests.relations import Relations
from contract_tests.repository import committed
from contract_tests.sources import ALIKE, never_differ, other_sources, values
from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.data.describe import describe
from quant_engine.domain.parameters import PredictParameters
from quant_engine.domain.work import Workspace
from wirelaw.contract.validation import nearest_error
from wirelaw.contract.violation import violation
from wirelaw.finding import Drifted, Finding, check


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fresh")


@pytest.fixture(scope="module")
def fresh(folder: Path) -> Recordings:
    return record(folder)


def components(recorded: Recordings) -> dict[str, Any]:
    """Return the results of jobs by their component in the contract."""
    return {type(part).__name__: part.model_dump(mode="json") for part in recorded.results()}


def never_produced(now: Collection[str], before: Collection[str]) -> list[Finding]:
    """Report recorded results that no real job has; `recordings` holds their fields to the models."""
    return [
        Finding("recordings", name, "never-produced", "a job with this result", "none", RECORD)
        for name in sorted({*before} - {*now})
    ]


def test_results_of_real_jobs_fit_the_contract(fresh: Recordings, summarise: Summarise) -> None:
    results = components(fresh)
    contract = committed()
    errors = {
        name: nearest_error(contract, contract.components[name], content)
        for name, content in results.items()
    }
    check(
        violation("recordings", f"{name} of a real job", error)
        for name, error in errors.items()
        if error is not None
    )
    summarise("real jobs", f"one of each of {len(JobType)} types, {len(results)} kinds of results")


def test_results_of_real_jobs_keep_the_relations(fresh: Recordings) -> None:
    contract = committed()
    recorder = Recorder(contract, Relations(contract))
    for part in fresh.results():
        recorder.add_component(type(part).__name__, part.model_dump(mode="json"))
    check(recorder.findings)


def test_a_prediction_of_many_names_fits_its_record(fresh: Recordings, folder: Path) -> None:
    most = committed().components["PredictSummary"]["properties"]["top"]["maxItems"]
    prices = folder / "prices"
    for number in range(most):
        shutil.copy(prices / "AAA.csv", prices / f"N{number}.csv")
    workspace = Workspace(folder / "home", "files", prices)
    describe(workspace)
    params = PredictParameters(years=1, full_universe=True)
    summary = run(JobType.PREDICT, workspace, params, "many")["result"]
    report = Artifacts(workspace.home).read_signals("many")
    assert report is not None
    assert summary["n_tickers"] > len(fresh.data.tickers)
    assert summary["top"] == report.model_dump(mode="json")["signals"][:most]


def test_values_come_from_where_they_did(fresh: Recordings) -> None:
    check(other_sources(values(fresh), values(recordings())))


def test_values_that_could_stand_for_each_other_differ() -> None:
    # "change contract_tests/record.py": one of the jobs must have another value
    assert never_differ(values(recordings())) == ALIKE


def test_a_value_of_another_source_is_found() -> None:
    recorded = values(recordings())
    other = {
        **recorded,
        "backtest/report/provenance/data_fingerprint": recorded["train/manifest/data_fingerprint"],
    }
    found = {one.pointer for one in other_sources(other, recorded)}
    assert "backtest/report/provenance/data_fingerprint" in found
    assert {one.code for one in other_sources(other, recorded)} == {"other-source"}
    assert "data_fingerprint" in never_differ(
        {
            path: "same" if path.endswith("/data_fingerprint") else one
            for path, one in recorded.items()
        }
    )


def test_the_recordings_are_current(fresh: Recordings) -> None:
    check(never_produced(components(fresh), components(recordings())))


def test_figures_are_as_precise_and_as_large_as_they_were(fresh: Recordings) -> None:
    check(other_figures(figures(fresh.results()), figures(recordings().results())))


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ([0.0342, 0.0271], "rounded"),
        ([3.4164531124111, 2.7], "magnitude"),
        ([0.00034164531124111], "magnitude"),
        ([0.034164531124111, 0.0], None),
        ([0.05123456789012], None),
    ],
)
def test_a_figure_that_is_rounded_or_in_another_unit_is_found(
    now: list[float], code: str | None
) -> None:
    recorded = {"Signal/predicted_return": [0.034164531124, 0.027]}
    found = list(other_figures({"Signal/predicted_return": now}, recorded))
    assert [one.code for one in found] == ([] if code is None else [code])


def test_the_recordings_are_normalised() -> None:
    normalised = texts(recordings())
    check(
        Finding("recordings", f"{name}.json", "not-normalised", "as it is recorded", "raw", RECORD)
        for name, text in read_texts().items()
        if text != normalised[name]
    )


def test_a_recorded_result_that_no_job_has_fails() -> None:
    recorded = components(recordings())
    (finding,) = never_produced({*recorded} - {"IcSnapshot"}, recorded)
    assert (finding.pointer, finding.code) == ("IcSnapshot", "never-produced")


def test_a_recording_that_fits_no_model_is_reported_with_its_place(tmp_path: Path) -> None:
    for name, text in read_texts().items():
        (tmp_path / f"{name}.json").write_text(text.replace('"n_tickers"', '"n_names"'))
    with pytest.raises(Drifted, match=r"/train/result/n_tickers  \[recordings: missing\]"):
        recordings(tmp_path)
