"""Content codings: which one a client accepts (RFC 9110, 12.5.3), and answers as gzip, off the event loop.

An event stream is never compressed: each event must leave at once.
"""

import asyncio
import re
import zlib
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

GZIP, IDENTITY = "gzip", "identity"
VARY = ("Vary", "Accept-Encoding")

MIN_BYTES = 1_000  #: a smaller answer needs one packet in any case
INLINE_BYTES = 32_000  #: gzip takes a millisecond for them, less than a thread on a busy machine
_LEVEL = 6
_GZIP_FORMAT = 16 + zlib.MAX_WBITS
_TYPES = frozenset({"application/json", "text/csv", "text/html"})
_ELEMENT = re.compile(
    r"[ \t]*(?P<coding>[\w!#$%&'*+.^`|~-]+)"
    r"(?:[ \t]*;[ \t]*[qQ]=(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?[ \t]*",
    re.ASCII,
)


class Accepted:
    """The codings that a request accepts; an element of its header that is not valid is ignored."""

    def __init__(self, scope: Scope) -> None:
        fields = Headers(scope=scope).getlist("accept-encoding")
        elements = (_ELEMENT.fullmatch(one) for one in ",".join(fields).split(","))
        self._weights = {
            # x-gzip is an old name of gzip
            one["coding"].lower().removeprefix("x-"): float(one["weight"] or 1)
            for one in elements
            if one is not None
        }
        self._others = self._weights.get("*", 0.0)

    @property
    def identity(self) -> bool:
        """Whether no coding at all is acceptable, as it is unless the header excludes it."""
        return self._weights.get(IDENTITY, self._weights.get("*", 1.0)) > 0

    def best(self, available: Sequence[str]) -> str:
        """Return the coding with the highest weight, of equals the first; identity if none is acceptable."""
        weights = {coding: self._weights.get(coding, self._others) for coding in available}
        acceptable = {coding: weight for coding, weight in weights.items() if weight > 0}
        # last, and without a weight unless the header has one: it is the largest
        acceptable[IDENTITY] = self._weights.get(IDENTITY, 0.0)
        return max(acceptable, key=acceptable.__getitem__)


class Compressed:
    """Sends an answer: as gzip if its type shrinks, it is large enough and the client accepts gzip.

    What has an `ETag` is sent as it is: it is a file, whose handler chose the coding.
    """

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._scope = scope
        self._start: Message | None = None  #: held back until the body begins
        self._gzip: zlib._Compress | None = None

    async def __call__(self, message: Message) -> None:
        """Send the next message of the answer."""
        if message["type"] == "http.response.start" and _may_shrink(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None and self._shrinks(start, message):
            self._gzip = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
        if self._gzip is not None:
            message = await self._compress(message)
        if start is not None:
            if self._gzip is not None:
                _describe(start, message)
            await self._send(start)
        if self._gzip is None or message["body"] or not message["more_body"]:
            await self._send(message)

    def _shrinks(self, start: Message, message: Message) -> bool:
        accepted = Accepted(self._scope)
        if accepted.best([GZIP]) != GZIP:
            return False
        size = len(message.get("body", b""))
        if message.get("more_body", False):
            size = int(Headers(raw=start["headers"]).get("content-length", MIN_BYTES))
        return size >= MIN_BYTES or not accepted.identity

    async def _compress(self, message: Message) -> Message:
        body, more = message.get("body", b""), message.get("more_body", False)
        if len(body) > INLINE_BYTES:
            body = await asyncio.to_thread(self._pack, body, more=more)
        else:
            body = self._pack(body, more=more)
        return {"type": "http.response.body", "body": body, "more_body": more}

    def _pack(self, body: bytes, *, more: bool) -> bytes:
        assert self._gzip is not None  # noqa: S101 - the caller created it
        packed = self._gzip.compress(body)
        return packed if more else packed + self._gzip.flush()


def _may_shrink(start: Message) -> bool:
    """Whether the answer depends on what the client accepts; if so, say that to caches."""
    headers = MutableHeaders(raw=start["headers"])
    if headers.get("content-type", "").partition(";")[0] not in _TYPES or "etag" in headers:
        return False
    headers.setdefault(*VARY)
    return True


def _describe(start: Message, message: Message) -> None:
    headers = MutableHeaders(raw=start["headers"])
    headers["Content-Encoding"] = GZIP
    if message["more_body"]:
        del headers["Content-Length"]
    else:
        headers["Content-Length"] = str(len(message["body"]))
