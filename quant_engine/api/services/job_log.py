"""The stream of a job's log as frames of bytes; it reads as the streams of `services/jobs.py` do; no web framework."""

import re
from collections.abc import AsyncIterator

from quant_engine.api.jobs.job_log import JobLog
from quant_engine.api.schemas.events import LOOK_SECONDS, frame
from quant_engine.api.schemas.jobs import EventName
from quant_engine.api.services.jobs import RETRY, StreamKind, Streams
from quant_engine.domain.errors import NotFound

_LINE = re.compile(r"0|[1-9][0-9]{0,17}")


class LogStreams(Streams):
    """Opens the streams of logs."""

    def __init__(self, log: JobLog) -> None:
        super().__init__()
        self.log = log

    async def stream(self, job_id: str, last_event_id: str | None) -> AsyncIterator[bytes] | None:
        """Open the stream of a job's log; None when the reader has received its end.

        Raises:
            NotFound: `job_not_found`.
        """
        newest, is_final = await self.log.newest(job_id)
        after = 0
        if last_event_id is not None and _LINE.fullmatch(last_event_id):
            after = int(last_event_id)
        if is_final and after == newest + 1:
            return None
        # an id of another job, or of a log that was restored from a backup
        return self._logged(self._frames(job_id, after if after <= newest else 0))

    async def _frames(self, job_id: str, after: int) -> AsyncIterator[bytes]:
        yield RETRY + b"\n"
        notifier = self.log.notifier
        with self._counted(StreamKind.LOG), notifier.topic(job_id) as topic:
            while not notifier.closed:
                version = topic.version
                try:
                    part = await self.log.read(job_id, after, version)
                except NotFound:
                    # it was deleted; the client reconnects, and is answered so
                    return
                after = part.through
                if part.final is not None:
                    done = frame(id=after + 1, event=EventName.DONE, data=part.final)
                    yield b"".join((*part.frames, done))
                    return
                if part.frames:
                    yield b"".join(part.frames)
                else:
                    await topic.wait_for_change(version, LOOK_SECONDS)
