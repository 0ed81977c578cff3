"""What each header and option promises holds for every kind of job, body and status."""

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import Scope

from contract_tests.liveness import entry
from contract_tests.liveness.entry import EntryPoints, entry_points
from contract_tests.repository import committed
from quant_engine.api.access import AccessMiddleware
from quant_engine.api.schemas.jobs import AnyJob, JobStatus, JobType
from quant_engine.api.services.compute import ComputeService
from quant_engine.api.services.jobs import EventStreams
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.parameters import AnyParameters, TrainParameters
from wirelaw.finding import Finding, check
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

TOKEN = "s3cret"  # noqa: S105 - of these tests
Law = Callable[[EntryPoints], AsyncIterator[Finding]]
LAWS: dict[str, Law] = {
    "keys": entry.keys,
    "resuming": entry.resuming,
    "undeclared": entry.undeclared,
}


@pytest.fixture
async def points(tmp_path: Path) -> AsyncIterator[EntryPoints]:
    async with entry_points(committed(), tmp_path / "home") as points:
        yield points


async def found(law: Law, points: EntryPoints) -> list[Finding]:
    return [finding async for finding in law(points)]


@pytest.mark.parametrize("law", LAWS)
async def test_what_is_promised_holds_for_every_kind(points: EntryPoints, law: str) -> None:
    check(await found(LAWS[law], points))


async def codes(law: Law, points: EntryPoints) -> set[tuple[str, str]]:
    return {(finding.pointer, finding.code) for finding in await found(law, points)}


async def test_a_key_that_is_ignored_for_some_bodies_is_named(
    points: EntryPoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = ComputeService.submit

    async def careless(
        self: ComputeService, kind: JobType, body: AnyParameters, key: str | None
    ) -> AnyJob:
        is_one = isinstance(body, TrainParameters) and body.survivorship
        return await submit(self, kind, body, None if is_one else key)

    monkeypatch.setattr(ComputeService, "submit", careless)
    place = "POST /api/compute/train header/idempotency-key"
    assert await codes(partial(entry.keys, kinds=[JobType.TRAIN]), points) == {
        (place, "repeat-is-no-repeat"),
        (place, "key-of-another-body"),
    }


async def test_a_key_that_ends_with_its_job_is_named(
    points: EntryPoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = ComputeService.submit

    async def careless(
        self: ComputeService, kind: JobType, body: AnyParameters, key: str | None
    ) -> AnyJob:
        job = await find(self, kind, body, key)
        if kind is JobType.PREDICT and job.status is JobStatus.FAILED:
            return await find(self, kind, body, None)
        return job

    monkeypatch.setattr(ComputeService, "submit", careless)
    place = "POST /api/compute/predict header/idempotency-key"
    assert await codes(partial(entry.keys, kinds=[JobType.PREDICT]), points) == {
        (place, "repeat-is-no-repeat")
    }


async def test_an_event_id_that_is_ignored_for_some_jobs_is_named(
    points: EntryPoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream_job = EventStreams.stream_job

    async def careless(self: EventStreams, job_id: str, last: str | None) -> object:
        job = await points.service.store.get(job_id)
        is_one = (job.job_type, job.status) == (JobType.AUTOPILOT, JobStatus.CANCELLED)
        return await stream_job(self, job_id, None if is_one else last)

    monkeypatch.setattr(EventStreams, "stream_job", careless)
    findings = await found(partial(entry.resuming, kinds=[JobType.AUTOPILOT]), points)
    assert {finding.code for finding in findings} == {"not-resumed"}
    assert all(one.expected.startswith("a cancelled autopilot job") for one in findings)


async def test_an_option_that_wins_over_an_empty_header_is_named(
    points: EntryPoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def careless(*one: Any, headers: Mapping[str, str], **more: Any) -> Answer:
        sent = {name: value for name, value in headers.items() if value}
        return await request(*one, headers=sent, **more)

    monkeypatch.setattr(entry, "request", careless)
    findings = await found(partial(entry.resuming, kinds=[JobType.TRAIN]), points)
    assert {finding.code for finding in findings} == {"header-does-not-win"}
    # each stream of a job, and that of all jobs
    assert len(findings) == len(JobStatus) + 1


async def test_a_header_that_no_operation_declares_and_one_follows_is_named(
    points: EntryPoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = AccessMiddleware._refusal  # noqa: SLF001 - the fault is inside

    def careless(self: AccessMiddleware, scope: Scope, headers: Headers) -> object:
        if scope["path"] == "/api/models" and headers.get("accept", "").startswith("text/html"):
            return ErrorCode.BAD_REQUEST, "Not acceptable."
        return refusal(self, scope, headers)

    monkeypatch.setattr(AccessMiddleware, "_refusal", careless)
    expected = ("GET /api/models header/accept", "undeclared-header-followed")
    assert await codes(entry.undeclared, points) == {expected}


async def test_a_header_that_opens_a_guarded_request_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = AccessMiddleware._wrong_token  # noqa: SLF001 - likewise

    def careless(self: AccessMiddleware, path: str, headers: Headers) -> object:
        return None if "last-event-id" in headers else wrong(self, path, headers)

    monkeypatch.setattr(AccessMiddleware, "_wrong_token", careless)
    async with entry_points(committed(), tmp_path / "home", api_token=TOKEN) as points:
        assert await codes(entry.guards, points) == {
            ("GET /api/events header/authorization", "guard-passed"),
            ("GET /api/jobs/{job_id}/events header/authorization", "guard-passed"),
            ("GET /api/jobs/{job_id}/log/events header/authorization", "guard-passed"),
        }


async def test_no_header_opens_a_guarded_request(tmp_path: Path) -> None:
    async with entry_points(committed(), tmp_path / "home", api_token=TOKEN) as points:
        check(await found(entry.guards, points))
