"""Sends requests to a running service, and records each exchange under a name."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.process import ServiceProcess
from contract_tests.traces.trace import Trace
from wirelaw.running.sse import Frame, parse

#: headers of an answer that are recorded; the page does not use the others
HEADERS = ("allow", "content-disposition", "content-type", "location", "retry-after")
Until = Callable[[list[Frame]], bool]


class Tape:
    """The exchanges with one service."""

    def __init__(self, service: ServiceProcess) -> None:
        self.service = service
        self.traces: list[Trace] = []

    def take(
        self,
        name: str,
        path: str,
        *,
        post: Any = None,
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a request, record the exchange, and return the JSON of the answer; `post` is the body of a POST."""
        method = method or ("GET" if post is None else "POST")
        response = self.service.http.request(method, path, json=post, headers=dict(headers or {}))
        self._record(name, response, response.content, headers, post)
        return response.json() if "json" in response.headers.get("content-type", "") else None

    def follow(
        self,
        name: str,
        path: str,
        *,
        last_event_id: str | None = None,
        until: Until = lambda _: False,
        opened: Callable[[], None] = lambda: None,
    ) -> list[Frame]:
        """Record a stream up to its end, or until `until` is true."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        content = b""
        with self.service.http.stream("GET", path, headers=headers) as response:
            for chunk in response.iter_raw():
                content += chunk
                if b"\nid: " in content:
                    # later events come after the position at which the stream began
                    opened()
                if until(parse(content)):
                    break
        whole = content[: content.rfind(b"\n\n") + 2]
        self._record(name, response, whole, headers)
        return parse(whole)

    @contextmanager
    def following(self, name: str, path: str, until: Until = lambda _: False) -> Iterator[None]:
        """Record a stream that is open before the block runs."""
        is_open = threading.Event()
        reading = threading.Thread(
            target=self.follow,
            args=(name, path),
            kwargs={"until": until, "opened": is_open.set},
            daemon=True,
        )
        reading.start()
        if not is_open.wait(HANG_SECONDS):
            raise TimeoutError(f"The stream of {name} was never opened.")
        yield
        reading.join(HANG_SECONDS)
        if reading.is_alive():
            raise TimeoutError(f"The stream of {name} never had the event that was waited for.")

    def _record(
        self,
        name: str,
        response: httpx.Response,
        content: bytes,
        headers: Mapping[str, str] | None,
        sent: Any = None,
    ) -> None:
        if any(trace.name == name for trace in self.traces):
            raise ValueError(f"Two traces are called {name}.")
        kept = {key: response.headers[key] for key in HEADERS if key in response.headers}
        path = response.request.url.raw_path.decode()
        method = response.request.method
        self.traces.append(
            Trace(
                name, method, path, response.status_code, kept, content, dict(headers or {}), sent
            )
        )
