"""The turns of the writers of one process: they wait for each other without a connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from quant_engine.database.errors import LOCKED
from quant_engine.domain.errors import Unavailable


class WriterTurns:
    """Lets one writer of this process write at a time, so that readers always find a connection."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the writers before this one.

        Raises:
            Unavailable: they took too long.
        """
        if self._writer.locked():
            await self._wait()
        else:
            await self._writer.acquire()
        try:
            yield
        finally:
            self._writer.release()

    async def _wait(self) -> None:
        turn = asyncio.ensure_future(self._writer.acquire())
        try:
            await asyncio.wait([turn], timeout=self._seconds)
        except asyncio.CancelledError:
            if not turn.cancel():
                self._writer.release()
            raise
        if turn.cancel():
            raise Unavailable(LOCKED)
