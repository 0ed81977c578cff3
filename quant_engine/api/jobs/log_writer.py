"""Stores what a running attempt prints, a few times a second; it never fails, and the attempt never waits for it long."""

import asyncio
import logging
from collections.abc import Sequence

from quant_engine.api.jobs.lines import Line, LineBuffer
from quant_engine.api.jobs.store import Claim, JobStore

PAUSE_SECONDS = 0.5  #: between two transactions
BATCH_LINES = 250  #: of one transaction, which the event loop waits for
FLUSH_SECONDS = 1.0  #: for the last lines, before the attempt is settled

_log = logging.getLogger(__name__)


class LogWriter:
    """The lines of one attempt that are not stored yet; the first and the newest, if the database does not accept them."""

    def __init__(self, store: JobStore, claim: Claim) -> None:
        self._store = store
        self._claim = claim
        self._lines: LineBuffer[Line] = LineBuffer()
        self._added = asyncio.Event()
        self._is_failing = False

    def add(self, lines: Sequence[Line]) -> None:
        """Take the next lines."""
        self._lines.add(lines)
        self._added.set()

    async def run(self) -> None:
        """Store lines as they come, until it is cancelled."""
        while True:
            await self._added.wait()
            self._added.clear()
            await self._write()
            await asyncio.sleep(PAUSE_SECONDS)
            if self._lines:
                self._added.set()

    async def flush(self) -> None:
        """Store what is left, unless that takes too long; `run` is to be cancelled first."""
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                while self._lines and await self._write():
                    pass
        except TimeoutError:
            _log.warning("The last lines of job %s could not be stored in time", self._claim.job_id)

    async def _write(self) -> bool:
        """Store a batch; whether that succeeded."""
        lines = self._lines.peek(BATCH_LINES)
        try:
            await self._store.log(self._claim, lines)
        except Exception as error:  # noqa: BLE001 - the job goes on without its log
            if not self._is_failing:
                # not the statement, which has the lines
                cause = getattr(error, "orig", error)
                _log.warning("What job %s prints cannot be stored: %s", self._claim.job_id, cause)
            self._is_failing = True
            return False
        self._is_failing = False
        self._lines.drop(lines[-1].number)
        return True
