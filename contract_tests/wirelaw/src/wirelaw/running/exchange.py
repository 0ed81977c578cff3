"""A request and its answer, however they were observed: by an ASGI app, a client, or a browser that wrote a HAR file."""

import json
import zlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wirelaw.running.sse import Frame, parse

JSON_TYPE = "application/json"
STREAM_TYPE = "text/event-stream"
Message = MutableMapping[str, Any]


@dataclass
class Answer:
    """The answer of an app to a request."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)  #: names in lower case
    body: bytes = b""  #: without its coding, if that is gzip
    n_bytes: int = 0  #: of the body as it was sent
    ended: bool = False  #: by the app
    crash: str = ""  #: the exception of the app; a server logs it and closes the connection
    _decode: Callable[[bytes], bytes] = field(default=bytes, repr=False, compare=False)

    def receive(self, message: Message) -> None:
        """Add a message that the app sends."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in message["headers"]
            }
            self._decode = decoder(self.headers)
        elif message["type"] == "http.response.body":
            self.n_bytes += len(message.get("body", b""))
            self.body += self._decode(message.get("body", b""))
            self.ended = not message.get("more_body", False)

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def streams(self) -> bool:
        """Whether this is an event stream."""
        return self.media_type == STREAM_TYPE

    @property
    def events(self) -> list[Frame]:
        """The frames of a stream that are or name an event; others set the id or are comments."""
        return [
            frame for frame in parse(self.body) if frame.is_dispatched or frame.event is not None
        ]

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: it is not JSON.
        """
        return json.loads(self.body)


def decoder(headers: Mapping[str, str]) -> Callable[[bytes], bytes]:
    """Return what decodes the parts of a body, in order; names of headers in lower case."""
    if headers.get("content-encoding") == "gzip":
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress
    return bytes


@dataclass(frozen=True)
class Exchange:
    """One request, and its answer."""

    method: str
    path: str  #: as it was sent, without the query
    answer: Answer
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  #: of the request; names in lower case
    body: bytes = b""  #: of the request
    origin: str = ""  #: scheme, host and port, where there was a network

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def media_type(self) -> str:
        """The content type of the request's body without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON, also by its suffix, as in `application/problem+json`."""
    return media_type == JSON_TYPE or media_type.endswith("+json")


def strict_json(text: str | bytes) -> Any:
    """Parse JSON as browsers do.

    Raises:
        ValueError: it is not JSON, or has NaN or Infinity, which Python would accept.
    """

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is on the wire, and is not JSON")

    return json.loads(text, parse_constant=refuse)
