"""Histories of jobs under a clock that moves back and forth or stands still, and what remains of their log."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from contract_tests.edges.values import smallest
from contract_tests.kit.logs import lines
from contract_tests.kit.service import RunningService
from quant_engine.api.jobs.store import Claim
from quant_engine.api.schemas.jobs import JobStatus, JobType
from quant_engine.domain.errors import ErrorCode
from wirelaw.contract.document import Contract, Node

SOME_DAY = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True)
class Job:
    """A job, and the status with which it remains."""

    kind: JobType
    status: JobStatus


@dataclass(frozen=True)
class History:
    """Jobs in the order of submission, and by how many seconds the clock moves at each look."""

    jobs: list[Job]
    moves: list[int]

    def clock(self) -> Iterator[str]:
        """Give times as the service writes them."""
        now, number = SOME_DAY, 0
        while True:
            now += timedelta(seconds=self.moves[number % len(self.moves)])
            number += 1
            yield now.isoformat(timespec="microseconds").replace("+00:00", "Z")


JOBS = st.builds(Job, st.sampled_from(JobType), st.sampled_from(JobStatus))
MOVES = st.lists(st.sampled_from((0, 0, 1, -1, 3600, -3600, 86400)), min_size=1, max_size=6)
HISTORIES = st.builds(History, st.lists(JOBS, min_size=1, max_size=9), MOVES)


def forget(service: RunningService) -> None:
    """Remove every job, for the next history; ids of the log go on."""
    with closing(service.connect()) as other:
        for table in ("jobs", "job_events", "job_log"):
            other.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above
        other.execute("UPDATE event_log SET pruned_through = 0")


async def play(service: RunningService, contract: Contract, history: History) -> list[str]:
    """Submit the jobs and bring each to its status; return their ids."""
    ids, queued = [], []
    for job in history.jobs:
        ids.append((await service.store.submit(job.kind, "{}")).job_id)
        claim = await service.store.claim_next()
        assert claim is not None
        await end(service, contract, job, claim)
        if job.status is JobStatus.QUEUED:
            # not before the end, or it would be claimed in place of the next
            queued.append(claim)
    for claim in queued:
        await service.store.release(claim, lost=False)
    return ids


def write_lines(service: RunningService, job_id: str) -> None:
    """Add lines to the log of a job, whatever its status."""
    with closing(service.connect()) as other:
        query = "SELECT coalesce(max(line), 0) FROM job_log WHERE job_id = ?"
        (newest,) = other.execute(query, [job_id]).fetchone()
        rows = [
            (job_id, one.number, 1, one.at, one.level, one.source, one.text)
            for one in lines(newest + 1)
        ]
        other.executemany("INSERT INTO job_log VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


async def end(service: RunningService, contract: Contract, job: Job, claim: Claim) -> None:
    """Bring a running job to its status, if that is final."""
    store = service.store
    match job.status:
        case JobStatus.SUCCEEDED:
            await store.succeed(claim, json.dumps(result_of(contract, job.kind)))
        case JobStatus.FAILED:
            await store.fail(claim, ErrorCode.JOB_ERROR, "It failed.")
        case JobStatus.CANCELLED:
            await store.request_cancel(claim.job_id)
            await store.release(claim, lost=False)


def result_of(contract: Contract, kind: JobType) -> object:
    """Return the smallest result of a job type."""
    return smallest(contract, result_schema(contract, kind))


def result_schema(contract: Contract, kind: JobType) -> Node:
    """Return the schema of the results of a job type."""
    for schema in contract.components.values():
        properties = schema.get("properties", {})
        if properties.get("job_type", {}).get("const") == kind and "result" in properties:
            options = properties["result"]["anyOf"]
            found: Node = next(one for one in options if one.get("type") != "null")
            return found
    raise LookupError(f"No record of the type {kind} is in the contract.")
