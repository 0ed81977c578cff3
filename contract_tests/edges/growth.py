"""The law of lists over time: a new row comes first and moves no page, and no order is that of the storage."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from contract_tests.edges.history import History, Job, play, write_lines
from contract_tests.edges.pages import (
    FIX,
    PART,
    Items,
    Query,
    filters,
    fits,
    ids_of,
    lists,
    longest,
    shown,
    walk,
)
from contract_tests.kit.examples import manifest, promote
from contract_tests.kit.service import RunningService
from quant_engine.api.schemas.jobs import JobStatus, JobType
from quant_engine.models.registry import ModelRegistry
from wirelaw.contract.document import Contract, Operation
from wirelaw.finding import Finding

NEW = History([Job(JobType.BACKTEST, JobStatus.SUCCEEDED)], [0])
NUMBERS = count()  #: of versions


def train(home: Path, versions: int) -> None:
    """Store versions as trainings that end within a second of each other do, and promote them in another order."""
    numbers = [next(NUMBERS) for _ in range(versions)]
    names = [f"20240101t00{n // 120:02}{n // 2 % 60:02}-{n:06x}" for n in numbers]
    for number, name in [*zip(numbers, names, strict=True)][::-1]:
        # of two versions of one second, that with the greater name is the older
        ended = f"2024-01-01T00:{name[11:13]}:{name[13:15]}.{9 - 8 * (number % 2)}Z"
        promote(home, manifest(name, trained_at=ended))
    ModelRegistry(home).promote(names[0])


class _Reading:
    """A list, and pages of it that a client has read when it changes."""

    def __init__(self, service: RunningService, operation: Operation, job_id: str) -> None:
        self._service, self.operation = service, operation
        self._path = operation.path.format(job_id=job_id)
        self.before: Items = []
        self._begun: list[tuple[Query, str]] = []

    async def whole(self) -> Items:
        return await walk(self._service.client, self._path, {"limit": longest(self.operation)}, [])

    async def begin(self) -> None:
        """Read the whole, and a first page of each filter."""
        self.before = await self.whole()
        for number, query in enumerate(filters(self.operation)):
            sent = {**query, "limit": 1 + number % 3}
            page = (await self._service.client.get(self._path, params=sent)).json()["data"]
            if page["next_cursor"] is not None:
                self._begun.append((sent, page["next_cursor"]))

    async def grown(self) -> AsyncIterator[Finding]:
        """Report new items that do not come first, and pages that they move."""
        whole = await self.whole()
        n_new = len(whole) - len(self.before)
        if n_new <= 0:
            expected = "more items; add one in contract_tests/edges/growth.py"
            yield self._finding("", "list-not-tried", expected, f"{n_new} more")
        elif whole[n_new:] != self.before:
            expected = f"new ones, then {ids_of(self.before)}"
            yield self._finding("", "not-newest-first", expected, f"{ids_of(whole)}")
        for sent, cursor in self._begun:
            chosen = {name: value for name, value in sent.items() if name != "limit"}
            fitting = [item for item in self.before if fits(self.operation, item, chosen)]
            rest = fitting[sent["limit"] :]
            items = await walk(
                self._service.client,
                self._path,
                sent,
                [],
                at_most=len(fitting),
                cursor=cursor,
            )
            if items != rest:
                texts = f"{ids_of(rest)}", f"{ids_of(items)}"
                yield self._finding(f" ?{shown(sent)}", "pages-moved", *texts)

    async def restored(self, before: Items) -> AsyncIterator[Finding]:
        """Report an order that is another one in a home that was restored."""
        texts = f"{ids_of(before)}", f"{ids_of(await self.whole())}"
        if texts[0] != texts[1]:
            yield self._finding(" of a restored home", "order-of-storage", *texts)

    def _finding(self, place: str, code: str, expected: str, found: str) -> Finding:
        return Finding(PART, f"{self.operation}{place}", code, expected, found, FIX)


async def moved(service: RunningService, contract: Contract, job_id: str) -> list[Finding]:
    """Add to each list while it is read, then restore the home; report the pages that change by it."""
    readings = [_Reading(service, operation, job_id) for operation in lists(contract)]
    for reading in readings:
        await reading.begin()
    with _none_waits(service):
        await play(service, contract, NEW)
    train(service.home, 2)
    write_lines(service, job_id)
    found = [one for reading in readings async for one in reading.grown()]
    wholes = [await reading.whole() for reading in readings]
    _restore(service)
    for reading, whole in zip(readings, wholes, strict=True):
        found += [one async for one in reading.restored(whole)]
    return found


@contextmanager
def _none_waits(service: RunningService) -> Iterator[None]:
    # the next claim is that of the new job
    with closing(service.connect()) as other:
        rows = other.execute("SELECT job_id FROM jobs WHERE status = 'queued'").fetchall()
        other.executemany("UPDATE jobs SET status = 'running' WHERE job_id = ?", rows)
        yield
        other.executemany("UPDATE jobs SET status = 'queued' WHERE job_id = ?", rows)


def _restore(service: RunningService) -> None:
    """Write every entry of a folder and every row of a table again, in another order than before."""
    for folder in [path for path in service.home.iterdir() if path.is_dir()]:
        saved = folder.rename(folder.with_name("saved"))
        folder.mkdir()
        entries = sorted(saved.iterdir(), key=lambda path: path.name[::-1])
        for number, path in enumerate(entries):
            os.utime(path.rename(folder / path.name), (1e9 - number, 1e9 - number))
        saved.rmdir()
    with closing(service.connect()) as other:
        for table in ("jobs", "job_events", "job_log"):
            rows = other.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - the names above
            other.execute(f"DELETE FROM {table}")  # noqa: S608 - likewise
            marks = ", ".join("?" for _ in rows[0])
            insert = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - likewise
            other.executemany(insert, rows[::-1])
