"""`logs`: prints what a job printed, warned and logged; reads the database where no service runs."""

import asyncio
import re
from collections.abc import Iterable
from contextlib import closing
from typing import Annotated

import typer

from quant_engine.api.home import owner
from quant_engine.api.jobs.job_log import JobLog
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.job_log import LogLevel, LogLine, LogPage
from quant_engine.api.schemas.jobs import AnyJob
from quant_engine.cli import follow as progress
from quant_engine.cli.client import Client
from quant_engine.config import Settings, load_settings
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.engine import database_of
from quant_engine.domain.errors import ErrorCode, NotFound, Unavailable

LINES = 200  #: of one request or query

_JOB_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def logs(
    job: Annotated[str, typer.Argument(help="The id of a job.")],
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Print lines as they come, until the job ends.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each line as one line of JSON.")
    ] = False,
) -> None:
    """Print the log of a job."""
    settings = load_settings()
    if _JOB_ID.fullmatch(job) is None:
        raise _no_such_job()
    url = owner(settings.home)
    printer = _Printer(as_json=as_json)
    if url is None:
        lines, record = asyncio.run(_stored(settings, job))
        printer.print(lines)
        if not follow:
            return
        if not record.status.is_final:
            raise Unavailable(
                "The job has not ended, and no service runs it. Start the service and try again."
            )
        raise typer.Exit(progress.exit_code(record))
    with closing(Client(url, settings.token)) as client:
        if not follow:
            printer.print(_received(client, job))
            return
        # a job that does not exist is an answer, and its stream would be tried again
        client.get(f"/api/jobs/{job}")
        for one in client.follow_log(job):
            if isinstance(one, LogLine):
                printer.print([one])
            else:
                raise typer.Exit(progress.exit_code(one))


def _received(client: Client, job_id: str) -> list[LogLine]:
    lines: list[LogLine] = []
    cursor = ""
    while True:
        path = f"/api/jobs/{job_id}/log?limit={LINES}{cursor}"
        page = LogPage.model_validate(client.get(path))
        lines += page.items
        if page.next_cursor is None:
            return lines[::-1]
        cursor = f"&cursor={page.next_cursor}"


async def _stored(settings: Settings, job_id: str) -> tuple[list[LogLine], AnyJob]:
    """Return the lines of a job, and its record."""
    if not BlockingDatabase(settings.workspace.database).exists():
        raise _no_such_job()
    database = database_of(settings.workspace.database)
    notifier = Notifier()
    log, store = JobLog(database, notifier), JobStore(database, notifier, max_queued=0)
    lines: list[LogLine] = []
    before: int | None = None
    try:
        await database.open()
        record = await store.get(job_id)
        while True:
            page, before = await log.page(job_id, level=LogLevel.DEBUG, limit=LINES, before=before)
            lines += page
            if before is None:
                return lines[::-1], record
    finally:
        await database.close()


def _no_such_job() -> NotFound:
    return NotFound("There is no such job.", code=ErrorCode.JOB_NOT_FOUND)


class _Printer:
    """Prints lines in order, and says which are not kept."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._last = 0
        self._attempt = 1

    def print(self, lines: Iterable[LogLine]) -> None:
        """Print the next lines."""
        for line in lines:
            if self._as_json:
                typer.echo(line.model_dump_json())
                continue
            skipped = line.line - self._last - 1
            if skipped:
                typer.echo(f"({skipped:,} lines are not kept)")
            if line.attempt > self._attempt:
                typer.echo(f"(attempt {line.attempt})")
            self._last, self._attempt = line.line, line.attempt
            at = line.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            typer.echo(f"{at} {line.level:<8} {line.text}")
