"""Streams with one typical fault each; the laws and the sweep must find every one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial

from quant_engine.api.jobs.notifier import Notifier, Topic
from quant_engine.api.schemas.jobs import JOB_RECORD
from quant_engine.api.services.jobs import RETRY, EventStreams
from quant_engine.domain.errors import NotFound

Frames = AsyncIterator[bytes]


class WaitsOtherwise(EventStreams):
    """Streams that wait for notifications in their own way."""

    @staticmethod
    async def wait(topic: Topic, version: int, seconds: float) -> None:
        raise NotImplementedError

    @contextmanager
    def _replaced_wait(self, key: str) -> Iterator[None]:
        with self.log.notifier.topic(key) as topic:
            vars(topic)["wait_for_change"] = partial(self.wait, topic)
            yield

    async def _job_frames(self, job_id: str, after: int, first: bytes, ended: str | None) -> Frames:
        with self._replaced_wait(job_id):
            async for encoded in super()._job_frames(job_id, after, first, ended):
                yield encoded

    async def _all_frames(
        self, log_id: str, after: int, position: int | None, reset: str | None
    ) -> Frames:
        with self._replaced_wait(Notifier.ALL):
            async for encoded in super()._all_frames(log_id, after, position, reset):
                yield encoded


class ReadsThenSubscribes(WaitsOtherwise):
    """The stream gets the topic's version after it reads the log, and misses a change in between."""

    @staticmethod
    async def wait(topic: Topic, _version: int, seconds: float) -> None:
        await Topic.wait_for_change(topic, topic.version, seconds)


class TrustsNotifications(WaitsOtherwise):
    """The stream reads the log only when it is notified, so a lost notification hangs a reader."""

    @staticmethod
    async def wait(topic: Topic, version: int, _seconds: float) -> None:
        await Topic.wait_for_change(topic, version, 1e6)


class IgnoresTheId(EventStreams):
    """Every stream starts from the beginning."""

    async def stream_job(self, job_id: str, _last_event_id: str | None) -> Frames | None:
        return await super().stream_job(job_id, None)

    async def stream_all(self, _last_event_id: str | None) -> Frames:
        return await super().stream_all(None)


class WaitsForTheFuture(EventStreams):
    """The stream waits for an id that does not exist yet."""

    async def stream_job(self, job_id: str, last_event_id: str | None) -> Frames | None:
        record = await self._store.get(job_id)
        if last_event_id and last_event_id.isdecimal() and int(last_event_id) > record.revision + 1:
            return _forever(RETRY + b"\n")
        return await super().stream_job(job_id, last_event_id)


class KnowsEveryJob(EventStreams):
    """A job that does not exist has a stream in which nothing happens."""

    async def stream_job(self, job_id: str, last_event_id: str | None) -> Frames | None:
        try:
            return await super().stream_job(job_id, last_event_id)
        except NotFound:
            return _forever(RETRY + b"\n")


class NeverCloses(EventStreams):
    """The connection stays open after `done`."""

    async def _job_frames(self, job_id: str, after: int, first: bytes, ended: str | None) -> Frames:
        async for encoded in super()._job_frames(job_id, after, first, ended):
            yield encoded
        async for encoded in _forever(b": still here\n\n"):
            yield encoded


class NeverStopsAReader(EventStreams):
    """A client that reconnects after `done` gets the end again, and reconnects for ever."""

    async def stream_job(self, job_id: str, last_event_id: str | None) -> Frames | None:
        frames = await super().stream_job(job_id, last_event_id)
        return frames or await super().stream_job(job_id, None)


class EndsWithoutDone(EventStreams):
    """The server closes after the terminal event."""

    async def _job_frames(self, job_id: str, after: int, first: bytes, ended: str | None) -> Frames:
        async for encoded in super()._job_frames(job_id, after, first, ended):
            kept = [part for part in encoded.split(b"\n\n") if b"event: done" not in part]
            yield b"\n\n".join(kept)


class SkipsEventsWhileItOpens(EventStreams):
    """The stream reads the record first and the log's end later, and skips what happens in between."""

    async def stream_job(self, job_id: str, last_event_id: str | None) -> Frames | None:
        frames = await super().stream_job(job_id, last_event_id)
        if last_event_id is not None or frames is None:
            return frames
        # SQLite answers at once, and another database would not
        await asyncio.sleep(0)
        record = await self._store.get(job_id)
        first = await anext(frames)
        data = JOB_RECORD.dump_json(record).decode() if record.status.is_final else None
        return self._logged(self._job_frames(job_id, record.revision, first, data))


async def _forever(first: bytes) -> Frames:
    yield first
    await asyncio.get_running_loop().create_future()
