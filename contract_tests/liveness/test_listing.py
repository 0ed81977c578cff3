"""Each parameter in a query or a header changes what is answered."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.liveness.inputs import Input, inputs
from contract_tests.liveness.listing import Shelf, furnished
from contract_tests.repository import committed
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.services.event_stream import EventStreams

PARAMETERS = [told for told in inputs(committed()) if told.place != "body"]


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with furnished(committed(), tmp_path / "home") as shelf:
        yield shelf


def parameter(name: str, place: str = "query") -> Input:
    return next(told for told in PARAMETERS if (str(told), told.place) == (name, place))


async def test_each_parameter_changes_the_answer(shelf: Shelf, summarise: Summarise) -> None:
    found = [await shelf.fault(told) for told in PARAMETERS]
    faults = [told for told in found if told is not None]
    assert not faults, "\n".join(faults)
    summarise("liveness of parameters", f"{len(PARAMETERS)} parameters changed")


@pytest.mark.parametrize("name", ["status", "job_type"])
async def test_a_filter_that_is_dropped_is_named(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    page = JobStore.page

    async def careless(self: JobStore, **asked: object) -> object:
        return await page(self, **{**asked, name: None})  # type: ignore[arg-type]

    monkeypatch.setattr(JobStore, "page", careless)
    said = await shelf.fault(parameter(f"list_jobs.{name}"))
    assert said is not None
    assert said.startswith(f"list_jobs.{name} is accepted and changes nothing")
    assert "openapi.json#/paths/~1api~1jobs/get/parameters/" in said
    assert await shelf.fault(parameter("list_jobs.limit")) is None


async def test_a_filter_that_is_deaf_to_one_value_is_named(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = JobStore.page

    async def careless(self: JobStore, **asked: object) -> object:
        status = "queued" if asked["status"] == "cancelled" else asked["status"]
        return await page(self, **{**asked, "status": status})  # type: ignore[arg-type]

    monkeypatch.setattr(JobStore, "page", careless)
    said = await shelf.fault(parameter("list_jobs.status"))
    assert said is not None
    assert "'cancelled' comes out as 'queued'" in said.splitlines()[0]


@pytest.mark.parametrize("place", ["query", "header"])
async def test_an_event_id_that_is_ignored_is_named(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    of_all, of_job = EventStreams.of_all, EventStreams.of_job
    monkeypatch.setattr(EventStreams, "of_all", lambda self, _: of_all(self, None))
    monkeypatch.setattr(EventStreams, "of_job", lambda self, job, _: of_job(self, job, None))
    name = "last_event_id" if place == "query" else "last-event-id"
    for operation in ("stream_events", "stream_job_events"):
        said = await shelf.fault(parameter(f"{operation}.{name}", place))
        assert said is not None
        assert said.startswith(f"{operation}.{name} is accepted and changes nothing")


async def test_a_key_that_is_ignored_is_named(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = JobStore.submit

    async def careless(self: JobStore, job_type: object, params: str, **_: object) -> object:
        return await submit(self, job_type, params)  # type: ignore[arg-type]

    monkeypatch.setattr(JobStore, "submit", careless)
    said = await shelf.fault(parameter("submit_train.idempotency-key", "header"))
    assert said is not None
    assert said.startswith("submit_train.idempotency-key is accepted and changes nothing")
