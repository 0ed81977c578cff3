"""Streams of logs with one typical fault each; the laws, the machine and the sweep must find every one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from quant_engine.api.jobs.job_log import LogPart
from quant_engine.api.jobs.notifier import Topic
from quant_engine.api.services.job_log import LogStreams

Frames = AsyncIterator[bytes]


class IgnoresTheLine(LogStreams):
    """Every stream starts from the first line."""

    async def stream(self, job_id: str, _last_event_id: str | None) -> Frames | None:
        return await super().stream(job_id, None)


class NeverStopsAReader(LogStreams):
    """A client that reconnects after `done` gets the log again, and reconnects for ever."""

    async def stream(self, job_id: str, last_event_id: str | None) -> Frames | None:
        frames = await super().stream(job_id, last_event_id)
        return frames or await super().stream(job_id, None)


class _ReadsOtherwise(LogStreams):
    def __init__(self, log: Any) -> None:
        super().__init__(log)
        self._read = log.read
        vars(log)["read"] = self.read

    async def read(self, job_id: str, after: int, version: int) -> LogPart:
        raise NotImplementedError


class StatesNoGap(_ReadsOtherwise):
    """Lines that are not kept are passed over in silence."""

    async def read(self, job_id: str, after: int, version: int) -> LogPart:
        part: LogPart = await self._read(job_id, after, version)
        return replace(part, frames=tuple(f for f in part.frames if b"event: skipped" not in f))


class EndsWithoutDone(_ReadsOtherwise):
    """The server closes after the last line."""

    async def _frames(self, job_id: str, after: int) -> Frames:
        async for encoded in super()._frames(job_id, after):
            kept = [part for part in encoded.split(b"\n\n") if b"event: done" not in part]
            yield b"\n\n".join(kept)

    async def read(self, job_id: str, after: int, version: int) -> LogPart:
        part: LogPart = await self._read(job_id, after, version)
        return part


class ReadsTheEndLater(_ReadsOtherwise):
    """The stream reads the lines first and whether the job has ended later, and misses the lines in between."""

    async def read(self, job_id: str, after: int, version: int) -> LogPart:
        part: LogPart = await self._read(job_id, after, version)
        if part.final is None:
            # SQLite answers at once, and another database would not
            await asyncio.sleep(0)
            later: LogPart = await self._read(job_id, after, version)
            return replace(part, final=later.final)
        return part


class _WaitsOtherwise(LogStreams):
    @staticmethod
    async def wait(topic: Topic, version: int, seconds: float) -> None:
        raise NotImplementedError

    @contextmanager
    def _replaced_wait(self, key: str) -> Iterator[None]:
        with self.log.notifier.topic(key) as topic:
            vars(topic)["wait_for_change"] = partial(self.wait, topic)
            yield

    async def _frames(self, job_id: str, after: int) -> Frames:
        with self._replaced_wait(job_id):
            async for encoded in super()._frames(job_id, after):
                yield encoded


class ReadsThenSubscribes(_WaitsOtherwise):
    """The stream gets the topic's version after it reads the log, and misses a line in between."""

    @staticmethod
    async def wait(topic: Topic, _version: int, seconds: float) -> None:
        await Topic.wait_for_change(topic, topic.version, seconds)


class TrustsNotifications(_WaitsOtherwise):
    """The stream reads the log only when it is notified, so a lost notification hangs a reader."""

    @staticmethod
    async def wait(topic: Topic, version: int, _seconds: float) -> None:
        await Topic.wait_for_change(topic, version, 1e6)
