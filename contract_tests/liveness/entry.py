"""The entry points: what each header and query option promises, for every kind of job, body and status.

One request per option shows that it is read, and not that it is read for all kinds. Here each has its effect for every
operation that declares it, with bodies that contain each value of each field, and with jobs of each type and status;
and what no operation declares has no effect.
"""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, product
from pathlib import Path
from typing import Any

import httpx

from contract_tests.edges.history import Job, end
from contract_tests.kit.examples import DEMO_DATA, FIRST_DATE, LAST_DATE, manifest, promote
from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.liveness.answers import PART
from contract_tests.liveness.pairs import Body, body_fields
from quant_engine.api.schemas.jobs import JobStatus, JobType
from wirelaw.contract.document import JSON_TYPE, Contract, Operation
from wirelaw.finding import Finding
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer
from wirelaw.running.sse import parse

KEY = "idempotency-key"
RESUME = {"header": "last-event-id", "query": "last_event_id", "query_alias": "lastEventId"}
HEADER_VALUES = ("", " ", "0", "unknown", "-1", "1.0", "9" * 30)
VERSION = "v1"
EXAMPLES: dict[str, list[Any]] = {"tickers": [["GE", "AAPL"]], "version": [VERSION]}
IMPOSSIBLE = [{"feature_mode": "full", "version": VERSION}]
#: headers that an API which declares none of them must not follow
UNDECLARED = (
    ("accept", "text/html"),
    ("accept", "text/event-stream"),
    ("accept", "application/json;q=0"),
    ("accept-language", "de"),
    ("cookie", "session=1"),
    ("if-none-match", "*"),
    ("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT"),
    ("prefer", "respond-async, return=minimal"),
    ("range", "bytes=0-1"),
    ("x-http-method-override", "DELETE"),
)
FIX = "see the operation's declaration in openapi.json, and docs/wire.md"


@dataclass(frozen=True)
class EntryPoints:
    """The service and its contract."""

    contract: Contract
    service: RunningService
    token: Mapping[str, str] = field(default_factory=dict)  #: the header with the right one

    @property
    def submissions(self) -> dict[JobType, Operation]:
        """The operations that submit a job."""
        found = [one for one in self.contract.operations() if one.request_fields]
        return {JobType(one.path.rpartition("/")[2]): one for one in found}

    def bodies(self, operation: Operation) -> Iterator[Body]:
        """Yield complete bodies that combine each field with each value of each other field."""
        fields = body_fields(operation, EXAMPLES, {}, IMPOSSIBLE)
        for body, _ in fields.bases():
            yield body

    async def post(self, operation: Operation, body: Body, **headers: str) -> httpx.Response:
        """Submit a body."""
        return await self.service.client.post(operation.path, json=body, headers=headers)

    async def bring(self, job: Job) -> None:
        """Bring the only queued job, which is of this type, to its status."""
        if job.status is JobStatus.QUEUED:
            return
        claim = await self.service.store.claim_next()
        assert claim is not None
        await self.service.store.progress(claim, 0.5, "half")
        await end(self.service, self.contract, job, claim)

    async def ended(self) -> str:
        """Return a new job that has ended."""
        job = await self.service.store.submit(JobType.BACKTEST, "{}")
        await self.service.store.request_cancel(job.job_id)
        return str(job.job_id)

    async def cancel_all(self) -> None:
        """End what is not final."""
        for status in (JobStatus.RUNNING, JobStatus.QUEUED):
            jobs, _ = await self.service.store.page(
                status=status, job_type=None, limit=200, before=None
            )
            for job in jobs:
                await self.service.store.request_cancel(job.job_id)
        await self.service.store.recover()


@asynccontextmanager
async def entry_points(
    contract: Contract, home: Path, **settings: Any
) -> AsyncIterator[EntryPoints]:
    """Serve a source with membership, and a version that fits every request for the core features."""
    fits: dict[str, Any] = {"first_date": FIRST_DATE, "last_date": LAST_DATE}
    fits |= {"data_source": "demo", "horizons": list(range(1, 253))}
    promote(home, manifest(VERSION, **fits))
    app = idle_app(home, **settings)
    data = DEMO_DATA.model_copy(update={"has_membership": True})
    async with running(app, data=data) as service:
        token = {"authorization": f"Bearer {settings.get('api_token')}"}
        yield EntryPoints(contract, service, token)


def some_keys() -> Iterator[str]:
    """Give different keys, in turns with each kind of letter and of the greatest length."""
    for number in count(1000, 10):
        yield f"{number}"
        yield f"Key-{number}"
        yield f"a.b_c:{number}"
        yield f"{number}".ljust(128, "z")


async def keys(points: EntryPoints, kinds: Iterable[JobType] = JobType) -> AsyncIterator[Finding]:
    """Report each submission whose repeat with the same key is no repeat, or is a repeat of something else."""
    names = some_keys()
    for kind, operation in ((kind, points.submissions[kind]) for kind in kinds):
        for number, body in enumerate(points.bodies(operation)):
            for turn, status in enumerate(JobStatus):
                key = next(names)
                async for finding in _repeats(points, Job(kind, status), body, key):
                    yield finding
                # in turns: what is no repeat does not depend on the first job
                if turn == number % len(JobStatus):
                    async for finding in _other_requests(points, operation, body, key):
                        yield finding
                await points.cancel_all()


async def _repeats(points: EntryPoints, job: Job, body: Body, key: str) -> AsyncIterator[Finding]:
    operation = points.submissions[job.kind]
    place = f"{operation} header/{KEY}"
    first = await points.post(operation, body, **{KEY: key})
    if first.status_code != httpx.codes.ACCEPTED:
        yield _finding(place, "base-request-refused", f"202 for {body}", first.text)
        return
    await points.bring(job)
    now = await points.service.client.get(first.headers["location"])
    fields = operation.request_fields
    short = {name: value for name, value in body.items() if value != fields[name].get("default")}
    for again in (body, dict(reversed(short.items()))):
        repeat = await points.post(operation, again, **{KEY: key})
        if repeat.json()["data"] != now.json()["data"]:
            expected = f"the first job, which is {job.status}, for {again}"
            yield _finding(place, "repeat-is-no-repeat", expected, repeat.text)


async def _other_requests(
    points: EntryPoints, operation: Operation, body: Body, key: str
) -> AsyncIterator[Finding]:
    place = f"{operation} header/{KEY}"
    levels = body_fields(operation, EXAMPLES, {}).levels
    for name, value in body.items():
        other = {**body, name: next(one for one in levels[name] if one != value)}
        answer = await points.post(operation, other, **{KEY: key})
        if answer.status_code not in (httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY):
            yield _finding(place, "key-of-another-body", f"a refusal of {other}", answer.text)
    job_ids = [(await points.post(operation, body, **{KEY: key})).json()["data"]["job_id"]]
    near = {key[:-1], f"{key}x"[:128], key.swapcase()} - {key}
    others = [(operation, body, {}), *((operation, body, {KEY: one}) for one in sorted(near))]
    others += [(one, {}, {KEY: key}) for one in points.submissions.values() if one != operation]
    for other_operation, sent, headers in others:
        answer = await points.post(other_operation, sent, **headers)
        data = answer.json()["data"]
        job_ids.append("" if data is None else data["job_id"])
        if data is None or job_ids.count(data["job_id"]) > 1:
            expected = f"a new job for {other_operation} with {headers or 'no key'}"
            yield _finding(place, "key-of-another-request", expected, answer.text)


async def resuming(
    points: EntryPoints, kinds: Iterable[JobType] = JobType
) -> AsyncIterator[Finding]:
    """Report each stream that does not continue after the event that a header or option names."""
    start = str(parse((await _read(points, "/api/events", {})).body)[0].id)
    for kind, status in product(kinds, JobStatus):
        job = (await points.service.store.submit(kind, "{}")).job_id
        await points.bring(Job(kind, status))
        path = f"/api/jobs/{job}/events"
        revision = (await points.service.store.get(job)).revision
        whole = [str(number) for number in range(1, revision + 1 + status.is_final)]
        for last in range(len(whole) + 1):
            what = f"a {status} {kind} job"
            async for finding in _resumed(points, path, f"{last}", whole[last:], what):
                yield finding
        async for finding in _header_wins(points, path, f"{revision}"):
            yield finding
        await points.cancel_all()
    async for finding in _header_wins(points, "/api/events", start):
        yield finding
    log = await _read(points, "/api/events", {"header": start})
    ids = [str(frame.id) for frame in log.events]
    # each begins with `position`, whose id is the one that was sent
    for number, position in enumerate(ids):
        expected = ids[number:]
        async for finding in _resumed(points, "/api/events", position, expected, "all jobs"):
            yield finding


async def _resumed(
    points: EntryPoints, path: str, last: str, expected: list[str], what: str
) -> AsyncIterator[Finding]:
    # the header wins over the option, and the option over its other name
    for sent in (
        {"header": last, "query": "unknown", "query_alias": "unknown"},
        {"query": last, "query_alias": "unknown"},
        {"query_alias": last},
    ):
        found = [str(frame.id) for frame in (await _read(points, path, sent)).events]
        if found != expected:
            place = f"GET {path} {' '.join(sent)}"
            shown = f"{what}: {', '.join(expected)} after {last}"
            yield _finding(place, "not-resumed", shown, ", ".join(found))


async def _header_wins(points: EntryPoints, path: str, last: str) -> AsyncIterator[Finding]:
    """Report each value of the header beside which the option has an effect."""
    for value in HEADER_VALUES:
        alone, both = [
            [str(frame.id) for frame in (await _read(points, path, sent)).events]
            for sent in ({"header": value}, {"header": value, "query": last})
        ]
        if both != alone:
            place = f"GET {path} header query"
            expected = f"{', '.join(alone)} after header {value!r} and option {last}"
            yield _finding(place, "header-does-not-win", expected, ", ".join(both))


async def _read(points: EntryPoints, path: str, sent: dict[str, str]) -> Answer:
    named = {RESUME[place]: value for place, value in sent.items()}
    headers = {name: named.pop(name) for name in [RESUME["header"]] if name in named}
    query = named
    return await request(points.service.app, "GET", path, query=query, headers=headers)


async def undeclared(points: EntryPoints) -> AsyncIterator[Finding]:
    """Report each header that no operation declares and that changes an answer."""
    job = (await points.service.store.submit(JobType.BACKTEST, "{}")).job_id
    await points.bring(Job(JobType.BACKTEST, JobStatus.SUCCEEDED))
    for operation in points.contract.operations():
        path = operation.path.format(job_id=job, version=VERSION)
        bodies = [*points.bodies(operation)] if operation.request_fields else [None]
        for body, sent in product(bodies, [None, *UNDECLARED]):
            headers = {} if sent is None else dict([sent])
            content = b"" if body is None else json.dumps(body).encode()
            if operation.method == "delete":
                # each request has a job of its own to delete
                path = operation.path.format(job_id=await points.ended(), version=VERSION)
            answer = await request(
                points.service.app, operation.method, path, headers=headers, body=content
            )
            found = _comparable(answer)
            if sent is None:
                expected = found
            elif found != expected:
                place = f"{operation} header/{sent[0]}"
                yield _finding(place, "undeclared-header-followed", expected, found)
        await points.cancel_all()


def _comparable(answer: Answer) -> str:
    """Write what is the same for each request of an operation."""
    names = sorted(answer.headers.keys() - {"x-request-id", "content-length"})
    if answer.media_type != JSON_TYPE:
        return f"{answer.status} {names} {answer.body!r}"
    return f"{answer.status} {names} {json.dumps(_scrubbed(answer.json()))}"


def _scrubbed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _scrubbed(item)
            for name, item in value.items()
            if name not in {"meta", "job_id"} and not name.endswith(("_at", "_ms"))
        }
    return [_scrubbed(item) for item in value] if isinstance(value, list) else value


async def guards(points: EntryPoints) -> AsyncIterator[Finding]:
    """Report each request with its headers and options that passes without the token or from another site."""
    for operation in points.contract.operations():
        path = operation.path.format(job_id="nothing", version=VERSION)
        options = {one["name"]: "1" for one in operation.parameters if one["in"] == "query"}
        declared = {one["name"]: "1" for one in operation.parameters if one["in"] == "header"}
        bodies = [*points.bodies(operation)] if operation.request_fields else [None]
        bad: dict[str, tuple[int, dict[str, str]]] = {"authorization": (401, {})}
        if operation.method != "get":
            bad["origin"] = (403, {**points.token, "origin": "http://another.example"})
        for body, (name, (status, headers)), more in product(
            bodies, bad.items(), ({}, declared, {**declared, "accept": "text/html"})
        ):
            content = b"" if body is None else json.dumps(body).encode()
            answer = await request(
                *(points.service.app, operation.method, path),
                query=options if more else {},
                headers={**headers, **more},
                body=content,
            )
            if answer.status != status:
                place = f"{operation} header/{name}"
                yield _finding(place, "guard-passed", f"{status} with {more}", f"{answer.status}")


def _finding(place: str, code: str, expected: str, found: str) -> Finding:
    return Finding(PART, place, code, expected, found, FIX)
