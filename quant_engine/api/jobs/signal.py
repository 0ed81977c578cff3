"""Tells readers in this process that there is more to read; carries nothing itself.

The log is the truth: whoever is woken reads it again, so a lost wake-up delays and never loses.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Topic:
    """What several readers watch; `version` rises with each change."""

    def __init__(self) -> None:
        self.version = 0
        self.readers = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake everyone who waits."""
        self.version += 1
        for future in self._waiting:
            _wake(future)
        self._waiting.clear()

    async def changed(self, since: int, within: float) -> None:
        """Return when `version` is no longer `since`, or after `within` seconds.

        Take the version before reading: then a change between reading and waiting is not slept over.
        """
        if self.version != since:
            return
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.add(future)
        alarm = loop.call_later(within, _wake, future)
        try:
            await future
        finally:
            alarm.cancel()
            self._waiting.discard(future)


class Signal:
    """The topics that someone reads at the moment: one per job, and `ALL` for every job."""

    ALL = "*"
    QUEUE = "queue"

    def __init__(self) -> None:
        self._topics: dict[str, Topic] = {}
        self.closed = False  #: the service is going away: readers leave, clients come again

    @contextmanager
    def topic(self, key: str) -> Iterator[Topic]:
        """Watch a key for as long as the block runs."""
        topic = self._topics.setdefault(key, Topic())
        topic.readers += 1
        try:
            yield topic
        finally:
            topic.readers -= 1
            if topic.readers == 0:
                del self._topics[key]

    def notify(self, *keys: str) -> None:
        """Say that something about these keys changed."""
        for key in keys:
            if topic := self._topics.get(key):
                topic.notify()

    def close(self) -> None:
        """Send every reader away."""
        self.closed = True
        self.notify(*self._topics)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
