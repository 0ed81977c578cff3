"""Sends requests to a running service, and keeps each exchange under a name."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from contract_tests.kit.process import ServiceProcess
from contract_tests.sse import Frame, parse
from contract_tests.traces.trace import Trace

#: of an answer; the others say the same each time, or nothing that the page goes by
KEPT = ("allow", "content-disposition", "content-type", "location", "retry-after")
#: for anything to answer, however busy the machine is; data are described at the first question
PATIENCE_SECONDS = 120.0
Until = Callable[[list[Frame]], bool]


class Tape:
    """The exchanges with one service."""

    def __init__(self, service: ServiceProcess) -> None:
        self.service = service
        service.http.timeout = httpx.Timeout(PATIENCE_SECONDS)
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
        """Ask, keep the exchange, and return what came as JSON; with `post` it is a POST of that."""
        method = method or ("GET" if post is None else "POST")
        response = self.service.http.request(method, path, json=post, headers=dict(headers or {}))
        self._keep(name, response, response.content, headers, post)
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
        """Keep a stream up to its end, or up to the frame that was waited for."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        content = b""
        with self.service.http.stream("GET", path, headers=headers) as response:
            for chunk in response.iter_raw():
                content += chunk
                if b"\nid: " in content:
                    # what happens from now on comes after the position that the stream began at
                    opened()
                if until(parse(content)):
                    break
        whole = content[: content.rfind(b"\n\n") + 2]
        self._keep(name, response, whole, headers)
        return parse(whole)

    @contextmanager
    def following(self, name: str, path: str, until: Until = lambda _: False) -> Iterator[None]:
        """Keep a stream while other things are done; it was open before they began."""
        is_open = threading.Event()
        reading = threading.Thread(
            target=self.follow,
            args=(name, path),
            kwargs={"until": until, "opened": is_open.set},
            daemon=True,
        )
        reading.start()
        if not is_open.wait(PATIENCE_SECONDS):
            raise TimeoutError(f"The stream of {name} was never opened.")
        yield
        reading.join(PATIENCE_SECONDS)
        if reading.is_alive():
            raise TimeoutError(f"The stream of {name} never had the event that was waited for.")

    def _keep(
        self,
        name: str,
        response: httpx.Response,
        content: bytes,
        headers: Mapping[str, str] | None,
        sent: Any = None,
    ) -> None:
        if any(trace.name == name for trace in self.traces):
            raise ValueError(f"Two traces are called {name}.")
        kept = {key: response.headers[key] for key in KEPT if key in response.headers}
        path = response.request.url.raw_path.decode()
        method = response.request.method
        self.traces.append(
            Trace(
                name, method, path, response.status_code, kept, content, dict(headers or {}), sent
            )
        )
