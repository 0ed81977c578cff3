"""What a browser sent and received, read over its debugging protocol; open streams too."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Error, Page

from wirelaw.contract.document import STREAM_TYPE

BUFFER_BYTES = 100_000_000  #: bodies are kept in the browser for this long, across navigations
SETTLE_FRAMES = 300  #: of the browser, for responses that are still being received

Message = dict[str, Any]


@dataclass
class Exchange:
    """A request and its response."""

    tab: int
    method: str
    url: str
    headers: dict[str, str]  #: names in lower case
    sent: str | None  #: the body of the request
    status: int = 0  #: 0: no answer came
    answered: dict[str, str] = field(default_factory=dict)  #: headers of the answer, in lower case
    received: bytes = b""
    over: bool = False
    failure: str = ""  #: the browser's name for a failure below HTTP
    dropped: bool = False  #: by the page itself
    unread: str = ""  #: why the body of the response could not be read
    _early: bytes = b""
    _late: bytes = b""

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.url).path

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def streams(self) -> bool:
        """Whether the answer is an event stream."""
        return self.answered.get("content-type", "").startswith(STREAM_TYPE)

    @property
    def body(self) -> bytes:
        """What was received; of a stream, so far."""
        return self._early + self._late if self.streams else self.received

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


class Traffic:
    """Everything that the tabs of one context exchanged, in the order of the requests."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self._tabs = 0
        self._open = 0  #: calls that the browser has not answered yet

    def follow(self, page: Page) -> None:
        """Record a tab, from before its first request."""
        self._tabs += 1
        session = page.context.new_cdp_session(page)
        _Tab(self._tabs, session, self.exchanges, self._count_calls)
        session.send(
            "Network.enable",
            {
                "maxTotalBufferSize": BUFFER_BYTES,
                "maxResourceBufferSize": BUFFER_BYTES,
                "maxPostDataSize": BUFFER_BYTES,
                "enableDurableMessages": True,
            },
        )

    def settle(self, page: Page) -> None:
        """Wait until every request except streams has its response, body included."""
        frames = 0
        while self._waits() and frames < SETTLE_FRAMES:
            frames += 1
            page.evaluate("new Promise(requestAnimationFrame)")

    def _waits(self) -> bool:
        return self._open > 0 or any(not (one.over or one.streams) for one in self.exchanges)

    def api(self) -> Iterator[Exchange]:
        """Yield the exchanges with the API."""
        return (one for one in self.exchanges if one.path.startswith("/api"))

    def open_streams(self, tab: int = 1) -> list[Exchange]:
        """Return the streams that a tab has open now."""
        return [one for one in self.exchanges if one.tab == tab and one.streams and not one.over]

    def _count_calls(self, difference: int) -> None:
        self._open += difference


class _Tab:
    """Listens to the network events of one tab."""

    def __init__(
        self,
        number: int,
        session: CDPSession,
        exchanges: list[Exchange],
        count_calls: Callable[[int], None],
    ) -> None:
        self._number = number
        self._session = session
        self._exchanges = exchanges
        self._count_calls = count_calls
        self._by_id: dict[str, Exchange] = {}
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._received)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", self._failed)

    def _sent(self, message: Message) -> None:
        request = message["request"]
        exchange = Exchange(
            tab=self._number,
            method=request["method"],
            url=request["url"],
            headers=_lower(request["headers"]),
            sent=request.get("postData"),
        )
        self._by_id[message["requestId"]] = exchange
        self._exchanges.append(exchange)

    def _answered(self, message: Message) -> None:
        exchange = self._by_id[message["requestId"]]
        response = message["response"]
        if message["type"] == "Document":
            self._leave(exchange)
        exchange.status = response["status"]
        exchange.answered = _lower(response["headers"])
        if exchange.streams:
            # from now on each `dataReceived` carries its data
            content = self._ask("Network.streamResourceContent", message, exchange)
            if content is not None:
                exchange._early = base64.b64decode(content["bufferedData"])  # noqa: SLF001 - of this module
            elif exchange.over:
                # it ended meanwhile
                self._read_whole(message, exchange)

    def _leave(self, document: Exchange) -> None:
        """End what the previous page had open: the browser reports nothing more of it."""
        for exchange in self._by_id.values():
            if exchange is not document and not exchange.over:
                exchange.over = exchange.dropped = True

    def _received(self, message: Message) -> None:
        if "data" in message:
            self._by_id[message["requestId"]]._late += base64.b64decode(message["data"])  # noqa: SLF001 - likewise

    def _finished(self, message: Message) -> None:
        exchange = self._by_id[message["requestId"]]
        exchange.over = True
        if exchange.path.startswith("/api") and exchange.status != 204:
            self._read_whole(message, exchange)

    def _read_whole(self, message: Message, exchange: Exchange) -> None:
        """Read a body that is complete; of a stream, where it ended before it could be read while it came."""
        if exchange.streams and not exchange.unread:
            return
        exchange.unread = ""
        content = self._ask("Network.getResponseBody", message, exchange)
        if content is not None:
            body = content["body"]
            encoded = content["base64Encoded"]
            whole = base64.b64decode(body) if encoded else body.encode()
            if exchange.streams:
                exchange._early = whole  # noqa: SLF001 - of this module
            else:
                exchange.received = whole

    def _failed(self, message: Message) -> None:
        exchange = self._by_id[message["requestId"]]
        exchange.over = True
        exchange.dropped = bool(message.get("canceled"))
        exchange.failure = message["errorText"]

    def _ask(self, question: str, message: Message, exchange: Exchange) -> Message | None:
        self._count_calls(1)
        try:
            return dict(self._session.send(question, {"requestId": message["requestId"]}))
        except Error as error:
            exchange.unread = f"{question}: {error.message}"
            return None
        finally:
            self._count_calls(-1)


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
