"""Each parameter in a query or a header changes the answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.liveness.listing import ListingScenario, listing_scenario
from contract_tests.repository import committed
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.services.jobs import EventStreams
from wirelaw.finding import check
from wirelaw.running.inputs import Input, inputs

PARAMETERS = [one for one in inputs(committed()) if one.place != "body"]


@pytest.fixture
async def scenario(tmp_path: Path) -> AsyncIterator[ListingScenario]:
    async with listing_scenario(committed(), tmp_path / "home") as scenario:
        yield scenario


def parameter(name: str) -> Input:
    return next(one for one in PARAMETERS if str(one) == name)


async def code_of(scenario: ListingScenario, name: str) -> str | None:
    finding = await scenario.drift(parameter(name))
    assert finding is None or (finding.part, finding.pointer) == ("liveness", name)
    return None if finding is None else finding.code


async def test_each_parameter_changes_the_answer(
    scenario: ListingScenario, summarise: Summarise
) -> None:
    found = [await scenario.drift(one) for one in PARAMETERS]
    check(finding for finding in found if finding is not None)
    summarise("liveness of parameters", f"{len(PARAMETERS)} parameters changed")


@pytest.mark.parametrize("name", ["status", "job_type"])
async def test_a_filter_that_is_dropped_is_named(
    scenario: ListingScenario, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    page = JobStore.page

    async def careless(self: JobStore, **filters: object) -> object:
        return await page(self, **{**filters, name: None})  # type: ignore[arg-type]

    monkeypatch.setattr(JobStore, "page", careless)
    assert await code_of(scenario, f"GET /api/jobs query/{name}") == "field-ignored"
    assert await code_of(scenario, "GET /api/jobs query/limit") is None


async def test_a_filter_that_takes_two_values_for_one_is_named(
    scenario: ListingScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = JobStore.page

    async def careless(self: JobStore, **filters: object) -> object:
        status = "queued" if filters["status"] == "cancelled" else filters["status"]
        return await page(self, **{**filters, "status": status})  # type: ignore[arg-type]

    monkeypatch.setattr(JobStore, "page", careless)
    finding = await scenario.drift(parameter("GET /api/jobs query/status"))
    assert finding is not None
    assert finding.found == "'cancelled' has the same result as 'queued'"


@pytest.mark.parametrize(
    "place", ["query/last_event_id", "query/lastEventId", "header/last-event-id"]
)
async def test_an_event_id_that_is_ignored_is_named(
    scenario: ListingScenario, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    stream_all, stream_job = EventStreams.stream_all, EventStreams.stream_job
    monkeypatch.setattr(EventStreams, "stream_all", lambda self, _: stream_all(self, None))
    monkeypatch.setattr(
        EventStreams, "stream_job", lambda self, job, _: stream_job(self, job, None)
    )
    for operation in ("GET /api/events", "GET /api/jobs/{job_id}/events"):
        assert await code_of(scenario, f"{operation} {place}") == "field-ignored"


async def test_a_key_that_is_ignored_is_named(
    scenario: ListingScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = JobStore.submit

    async def careless(self: JobStore, job_type: object, params: str, **_: object) -> object:
        return await submit(self, job_type, params)  # type: ignore[arg-type]

    monkeypatch.setattr(JobStore, "submit", careless)
    place = "POST /api/compute/train header/idempotency-key"
    assert await code_of(scenario, place) == "field-ignored"
