"""Streams with a fault each, as people make them; the laws and the sweep must find every one."""

import asyncio
from collections.abc import AsyncIterator

from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.schemas.events import LOOK_SECONDS, frame
from quant_engine.api.schemas.jobs import JOB_RECORD, EventName
from quant_engine.api.services.jobs import RETRY, EventStreams
from quant_engine.domain.errors import NotFound

Frames = AsyncIterator[bytes]


class OpensAsTheProduct(EventStreams):
    """What the product's own stream sends until it begins to wait."""

    async def opening(
        self, log_id: str, after: int, position: int | None, reset: str | None
    ) -> Frames:
        inner = super()._all_frames(log_id, after, position, reset)
        unfinished = [] if position is None else await self.log.unfinished(log_id, after, position)
        for _ in range(1 + (reset is not None) + len(unfinished)):
            yield await anext(inner)


class ReadsThenSubscribes(OpensAsTheProduct):
    """A change between the reading and the sleeping wakes nobody."""

    async def _job_frames(self, job_id: str, after: int, first: bytes, ended: str | None) -> Frames:
        yield first
        if ended is not None:
            yield frame(id=after + 1, event=EventName.DONE, data=ended)
            return
        with self.log.notifier.topic(job_id) as topic:
            while True:
                events = await self.log.read_job(job_id, after, topic.version)
                after = events.revision
                for encoded in events.frames:
                    yield encoded
                if events.final is not None:
                    yield frame(id=after + 1, event=EventName.DONE, data=events.final)
                    return
                if not events.frames:
                    await topic.wait_for_change(topic.version, LOOK_SECONDS)

    async def _all_frames(
        self, log_id: str, after: int, position: int | None, reset: str | None
    ) -> Frames:
        async for encoded in self.opening(log_id, after, position, reset):
            yield encoded
        with self.log.notifier.topic(Notifier.ALL) as topic:
            while True:
                frames, through = await self.log.read_all(log_id, after, topic.version)
                after = through or after
                for encoded in frames:
                    yield encoded
                if not frames:
                    await topic.wait_for_change(topic.version, LOOK_SECONDS)


class TrustsNotifications(OpensAsTheProduct):
    """Nobody looks unless told to, so a notification that is lost hangs a reader."""

    async def _job_frames(self, job_id: str, after: int, first: bytes, ended: str | None) -> Frames:
        inner = super()._job_frames(job_id, after, first, ended)
        with self.log.notifier.topic(job_id) as topic:
            seen = -1
            async for encoded in inner:
                while seen == topic.version:
                    await topic.wait_for_change(seen, 1e6)
                seen = topic.version
                yield encoded

    async def _all_frames(
        self, log_id: str, after: int, position: int | None, reset: str | None
    ) -> Frames:
        async for encoded in self.opening(log_id, after, position, reset):
            yield encoded
        with self.log.notifier.topic(Notifier.ALL) as topic:
            while True:
                version = topic.version
                frames, through = await self.log.read_all(log_id, after, version)
                after = through or after
                for encoded in frames:
                    yield encoded
                if not frames:
                    await topic.wait_for_change(version, 1e6)


class IgnoresTheId(EventStreams):
    """Every reader begins anew."""

    async def stream_job(self, job_id: str, _last_event_id: str | None) -> Frames | None:
        return await super().stream_job(job_id, None)

    async def stream_all(self, _last_event_id: str | None) -> Frames:
        return await super().stream_all(None)


class WaitsForTheFuture(EventStreams):
    """An id that is not there yet is waited for."""

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
    """After `done` the connection stays."""

    async def _job_frames(self, job_id: str, after: int, first: bytes, ended: str | None) -> Frames:
        async for encoded in super()._job_frames(job_id, after, first, ended):
            yield encoded
        async for encoded in _forever(b": still here\n\n"):
            yield encoded


class NeverStopsAReader(EventStreams):
    """Whoever comes again after `done` gets the end again, and will come again."""

    async def stream_job(self, job_id: str, last_event_id: str | None) -> Frames | None:
        frames = await super().stream_job(job_id, last_event_id)
        return frames or await super().stream_job(job_id, None)


class NeverResets(EventStreams):
    """A reader whose place is unknown begins anew and is not told."""

    async def _all_frames(
        self, log_id: str, after: int, position: int | None, _reset: str | None
    ) -> Frames:
        async for encoded in super()._all_frames(log_id, after, position, None):
            yield encoded


class EndsWithoutDone(EventStreams):
    """The server closes after the terminal event."""

    async def _job_frames(self, job_id: str, after: int, first: bytes, ended: str | None) -> Frames:
        async for encoded in super()._job_frames(job_id, after, first, ended):
            kept = [part for part in encoded.split(b"\n\n") if b"event: done" not in part]
            yield b"\n\n".join(kept)


class MissesWhatHappensWhileItOpens(EventStreams):
    """The record is read first and the log's end later, and what was between them is skipped."""

    async def stream_job(self, job_id: str, last_event_id: str | None) -> Frames | None:
        frames = await super().stream_job(job_id, last_event_id)
        if last_event_id is not None or frames is None:
            return frames
        record = await self._store.get(job_id)
        first = await anext(frames)
        data = JOB_RECORD.dump_json(record).decode() if record.status.is_final else None
        return self._logged(self._job_frames(job_id, record.revision, first, data))


async def _forever(first: bytes) -> Frames:
    yield first
    await asyncio.get_running_loop().create_future()
