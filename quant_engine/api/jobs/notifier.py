"""Wakes readers in this process when there is more to read; a notification carries no data.

The log is the truth: a reader that wakes up reads the log again, so a lost notification delays it and never hangs it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Topic:
    """A key that several readers watch; `version` rises with each change."""

    def __init__(self) -> None:
        self.version = 0
        self.readers = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake every waiting reader."""
        self.version += 1
        for future in self._waiting:
            _wake(future)
        self._waiting.clear()

    async def wait_for_change(self, version: int, timeout: float) -> None:  # noqa: ASYNC109 - no error
        """Return when the topic's version is no longer `version`, or after `timeout` seconds.

        Get the version before you read, so that you miss no change between reading and waiting.
        """
        if self.version != version:
            return
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.add(future)
        alarm = loop.call_later(timeout, _wake, future)
        try:
            await future
        finally:
            alarm.cancel()
            self._waiting.discard(future)


class Notifier:
    """The topics that have a reader at the moment: one per job, `ALL` for every job, and `QUEUE`."""

    ALL = "*"
    QUEUE = "queue"

    def __init__(self) -> None:
        self._topics: dict[str, Topic] = {}
        self.closed = False  #: the service is stopping: readers leave, and clients reconnect

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
        """Wake the readers of these keys."""
        for key in keys:
            if topic := self._topics.get(key):
                topic.notify()

    def close(self) -> None:
        """Wake every reader for the last time."""
        self.closed = True
        self.notify(*self._topics)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
