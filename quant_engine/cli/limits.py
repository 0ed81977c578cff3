"""Limits of a connection before a request reaches the app: how large its head is, how long it takes, how many there are.

uvicorn has none with its quick parser, and the operating system answers too many connections with an error for each try to
accept one more. A client of HTTP/1.0, which knows no chunks, gets the body without them.
"""

import asyncio
import logging
import resource
from functools import partial
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES = 65_536  #: of the request line and the headers
REQUEST_SECONDS = (
    30.0  #: from the connection, or the first byte of a later request, to its last byte
)
DESCRIPTORS = 65_536  #: as many as this are asked for; the machine may allow fewer
KEPT_DESCRIPTORS = 200  #: for files, the database and job processes
LOG_SECONDS = 60.0  #: the log says this often at most that connections are refused

_log = logging.getLogger(__name__)


def most_connections() -> int:
    """Raise the limit of descriptors as far as it goes; return how many connections that leaves."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return max(soft - KEPT_DESCRIPTORS, KEPT_DESCRIPTORS // 2)


async def _send_unframed(cycle: RequestResponseCycle, message: ASGISendEvent) -> None:
    """Send the end of the body as the end of the connection; uvicorn would refuse a body of no declared length."""
    if message["type"] == "http.response.body":
        cycle.expected_content_length = len(message.get("body", b""))
    await RequestResponseCycle.send(cycle, message)


class LimitedProtocol(HttpToolsProtocol):
    """A connection that is closed when it sends too much, too slowly, or is one too many."""

    most_connections = DESCRIPTORS
    _logged_at = -LOG_SECONDS

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._head_bytes = 0
        self._is_in_head = True
        self._is_refused = False
        self._alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Refuse a connection that is one too many."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            self._say_refused()
            transport.abort()
            return
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the alarm."""
        self._calm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Refuse a head that is too large, wherever it ends."""
        if self._alarm is None and self._is_in_head and data.strip(b"\r\n"):
            # a later request on the connection
            self._expect_request()
        if self._is_in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_in_head and self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self._refuse_head()

    def on_headers_complete(self) -> None:
        """Begin with the body."""
        self._is_in_head = False
        head = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if self._is_refused or head > HEAD_BYTES:
            # all of it came at once
            self._refuse_head()
            return
        if self.url[:8].lower().startswith((b"http://", b"https://")):
            # RFC 9112, 3.2.2: the host of such a target replaces the header
            host = self.url.split(b"/", 3)[2]
            self.headers[:] = [*(one for one in self.headers if one[0] != b"host"), (b"host", host)]
        super().on_headers_complete()
        if self.parser.get_http_version() == "1.0":
            self.cycle.chunked_encoding = False
            self.cycle.send = partial(_send_unframed, self.cycle)  # type: ignore[method-assign]

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete: what comes next is the head of another one."""
        self._calm()
        self._is_in_head, self._head_bytes = True, 0
        if not self._is_refused:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, with the headers of every answer."""
        self._refuse(b"400 Bad Request", msg)

    def _refuse_head(self) -> None:
        self._refuse(b"431 Request Header Fields Too Large", "The headers have more than 64 kB.")

    def _expect_request(self) -> None:
        self._alarm = self.loop.call_later(REQUEST_SECONDS, self._too_slow)

    def _calm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _too_slow(self) -> None:
        self._alarm = None
        if self._head_bytes or not self._is_in_head:
            self._refuse(b"408 Request Timeout", "The request was not complete after 30 s.")
        else:
            self.transport.close()

    def _refuse(self, status: bytes, message: str) -> None:
        self._is_refused = True
        cycle = self.cycle
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            # it would come in the middle of another answer
            self.transport.close()
            return
        content = message.encode()
        head = b"content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n"
        head += b"cache-control: no-store\r\n"
        length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(content)
        self.transport.write(b"HTTP/1.1 " + status + b"\r\n" + head + length + content)
        self.transport.close()

    def _say_refused(self) -> None:
        now = self.loop.time()
        if now - LimitedProtocol._logged_at >= LOG_SECONDS:
            LimitedProtocol._logged_at = now
            _log.warning("More than %d connections: more are refused", self.most_connections)
