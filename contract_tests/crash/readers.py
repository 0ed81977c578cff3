"""Readers in threads: each reads a stream to its end, and resumes exactly whenever the service is gone."""

import threading
from types import TracebackType
from typing import Self

import httpx

from contract_tests.hang import ANSWER_SECONDS
from contract_tests.kit.process import Event, parsed

PAUSE_SECONDS = 0.02  #: before the next connection


class ResumingReader:
    """Collects the events of one stream."""

    def __init__(self, url: str, last_event_id: str | None = None) -> None:
        self._url = url
        self.position = last_event_id  #: to resume from
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        """Begin to read."""
        self._thread.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        """Read no more."""
        self._stopped.set()

    @property
    def events(self) -> list[Event]:
        """What it has received."""
        with self._lock:
            return list(self._events)

    def _read(self) -> None:
        with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as client:
            while not self._stopped.is_set():
                try:
                    if self._read_once(client):
                        return
                except httpx.HTTPError:
                    # the service is gone, and starts again
                    pass
                self._stopped.wait(PAUSE_SECONDS)

    def _read_once(self, client: httpx.Client) -> bool:
        headers = {} if self.position is None else {"Last-Event-ID": self.position}
        with client.stream("GET", self._url, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                return response.status_code == httpx.codes.NO_CONTENT
            for event in parsed(response):
                self.position = event.id
                if event.name == "position":
                    continue
                with self._lock:
                    self._events.append(event)
                if event.name == "done":
                    return True
                if self._stopped.is_set():
                    return True
        return False
