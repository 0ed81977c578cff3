"""Reads the logs of jobs: by pages, and from a line on for streams, where equal reads share one query."""

from dataclasses import dataclass

from quant_engine.api.jobs.log import PAGE, SingleFlight
from quant_engine.api.jobs.log_rows import LogRows
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.rows import JobRows
from quant_engine.api.schemas.events import frame
from quant_engine.api.schemas.job_log import LogEvent, LogLevel, LogLine, SkippedLines
from quant_engine.api.schemas.jobs import JOB_RECORD
from quant_engine.database.engine import Database


@dataclass(frozen=True)
class LogPart:
    """A part of a job's log, encoded once for all readers."""

    frames: tuple[bytes, ...]
    through: int  #: the number of the last line that is in it, or is not kept
    final: str | None  #: the job's record, where no line can follow


class JobLog:
    """The logs, to read."""

    def __init__(self, database: Database, notifier: Notifier) -> None:
        self._database = database
        self.notifier = notifier
        self._reads: SingleFlight[LogPart] = SingleFlight()

    async def page(
        self, job_id: str, *, level: LogLevel, limit: int, before: int | None
    ) -> tuple[list[LogLine], int | None]:
        """Read lines below `before`, newest first; also return the `before` of the next page.

        Raises:
            NotFound: `job_not_found`.
        """
        async with self._database.reading() as connection:
            await JobRows(connection).require(job_id)
            return await LogRows(connection).page(job_id, level=level, limit=limit, before=before)

    async def newest(self, job_id: str) -> tuple[int, bool]:
        """Return the number of a job's newest line, 0 if there is none, and whether no line can follow.

        Raises:
            NotFound: `job_not_found`.
        """
        async with self._database.reading() as connection:
            status = await JobRows(connection).require(job_id)
            return await LogRows(connection).newest(job_id), status.is_final

    async def read(self, job_id: str, after: int, version: int) -> LogPart:
        """Read the lines after one; `version` is the topic's, taken before this call.

        Raises:
            NotFound: `job_not_found`.
        """
        return await self._reads.run((job_id, after, version), lambda: self._read(job_id, after))

    async def _read(self, job_id: str, after: int) -> LogPart:
        async with self._database.reading() as connection:
            lines = await LogRows(connection).after(job_id, after, PAGE)
            # in the same transaction, or a line could come in between
            record = None if len(lines) == PAGE else await JobRows(connection).get(job_id)
        frames: list[bytes] = []
        for line in lines:
            if line.line > after + 1:
                skipped = SkippedLines(first=after + 1, last=line.line - 1)
                data = skipped.model_dump_json()
                frames.append(frame(id=skipped.last, event=LogEvent.SKIPPED, data=data))
            after = line.line
            frames.append(frame(id=after, event=LogEvent.LINE, data=line.model_dump_json()))
        final = None
        if record is not None and record.status.is_final:
            final = JOB_RECORD.dump_json(record).decode()
        return LogPart(tuple(frames), after, final)
