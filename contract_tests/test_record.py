"""One real job of each type leaves what the contract says, and what the recordings say."""

from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.document import schema, validator
from contract_tests.record import record
from contract_tests.recording import RECORD, Recordings, recordings
from quant_engine.api.schemas.jobs import JobType


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    return record(tmp_path_factory.mktemp("fresh"))


def components(made: Recordings) -> dict[str, Any]:
    """Name what jobs left by its component in the contract."""
    left = [
        *(made.of(kind).result for kind in JobType),
        made.train.manifest,
        made.predict.signals,
        made.backtest.report,
        *made.autopilot.ic,
        *made.autopilot.disagreement,
        *made.autopilot.result.decisions,
        *(fill for session in made.autopilot.sessions for fill in session.fills),
    ]
    return {type(part).__name__: part.model_dump(mode="json") for part in left}


def stale(made: Recordings, kept: Recordings) -> list[str]:
    """Say in which recordings real jobs would leave something of another form now."""
    now, before = components(made), components(kept)
    told = [
        f"recordings: {name}: a real job leaves {sorted(form(now.get(name)) ^ form(content))[:5]} "
        f"otherwise now; {RECORD}"
        for name, content in before.items()
        if form(now.get(name)) != form(content)
    ]
    return told + [
        f"recordings: {kind}: its stages are others now; {RECORD}"
        for kind in JobType
        if [message for _, message in made.of(kind).progress]
        != [message for _, message in kept.of(kind).progress]
    ]


def form(value: Any, path: str = "") -> set[str]:
    """Return where the fields of a value are, whatever they hold."""
    if isinstance(value, dict):
        return {found for name in value for found in form(value[name], f"{path}/{name}")}
    if isinstance(value, list):
        return {found for item in value for found in form(item, f"{path}/-")}
    return {path}


def test_real_jobs_leave_what_the_contract_says(fresh: Recordings, summarise: Summarise) -> None:
    left = components(fresh)
    for name, content in left.items():
        validator(schema(name)).validate(content)
    summarise("real jobs", f"one of each of {len(JobType)} types, {len(left)} kinds of results")


def test_the_recordings_are_of_today(fresh: Recordings) -> None:
    told = stale(fresh, recordings())
    assert not told, "\n".join(told)


def test_a_recording_of_another_day_fails(fresh: Recordings) -> None:
    result = fresh.train.result.model_copy(update={"scores": []})
    train = fresh.train.model_copy(update={"result": result, "progress": []})
    told = stale(fresh, fresh.model_copy(update={"train": train}))
    assert [line.split(":")[1] for line in told] == [" TrainSummary", " train"]
    assert all(line.endswith("run: python -m contract_tests.record") for line in told)
