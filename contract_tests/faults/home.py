"""A home on which every request can succeed: its prices have a long history, and a job is queued."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from pathlib import Path

from contract_tests.kit.homes import FilledService, filled
from contract_tests.kit.service import skip_disk_sync
from quant_engine.api.schemas.jobs import JobType
from quant_engine.data.describe import describe
from quant_engine.data.manifest import data_files
from quant_engine.domain.parameters import TrainParameters
from quant_engine.domain.work import Workspace

FIRST, LAST = date(2013, 1, 2), date(2020, 1, 9)  #: the last session of `filled`
WAITING = "waiting"  #: idempotency key of the queued job


@cache
def long_closes() -> str:
    """Write a file of closes on each session of the exchange; the days are those of the demo prices."""
    (demo,) = data_files(Workspace(Path(), "demo"))
    with gzip.open(demo, "rt", encoding="utf-8") as file:
        days = [date.fromisoformat(line.partition(",")[0]) for line in list(file)[1:]]
    rows = [f"{day},{10 + row % 7}" for row, day in enumerate(days) if FIRST <= day <= LAST]
    return "\n".join(["date,close", *rows]) + "\n"


@asynccontextmanager
async def long_home(folder: Path) -> AsyncIterator[FilledService]:
    """Serve such a home; this process describes changed prices, because a new process each time is slow."""
    async with filled(folder, closes=long_closes()) as service:
        service.parts.catalog.describe = _describe_here
        skip_disk_sync(service.parts)
        await service.reopen_database()
        await service.store.submit(JobType.TRAIN, TrainParameters().model_dump_json(), key=WAITING)
        yield service


async def _describe_here(workspace: Workspace) -> None:
    describe(workspace)
