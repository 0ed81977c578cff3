"""What goes wrong unseen while a person looks at a page: judged at the end of every test."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from playwright.sync_api import Error as PageError

from contract_tests.document import Contract
from e2e.traffic import Exchange, Traffic
from e2e.wire import Wire

#: the browser's own words about a request; requests are judged more exactly
ABOUT_REQUESTS = "Failed to load resource"
INSIDE = ("data:", "blob:", "about:")


class Watch:
    """Everything that the pages of one context say, load, send and get."""

    def __init__(self, origin: str, contract: Contract) -> None:
        self.traffic = Traffic()
        self._origin = origin
        self._wire = Wire(contract)
        self._token: str | None = None
        self._said: list[str] = []
        self._expected: set[int] = set()
        self._outage = False

    def open(self, context: BrowserContext) -> Page:
        """Open a tab that is watched from its first request on."""
        page = context.new_page()
        self.traffic.follow(page)
        page.on("console", self._hear)
        page.on("pageerror", self._catch)
        page.on("crash", lambda _: self._said.append("the tab crashed"))
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ABOUT_REQUESTS):
            self._said.append(f"console {message.type}: {message.text[:400]}")

    def _catch(self, error: PageError) -> None:
        self._said.append(f"uncaught: {error.message[:400]}")

    # what a test knows will happen

    def expect(self, *statuses: int) -> None:
        """Take these statuses for answers that the test means to get; each must come."""
        self._expected.update(statuses)

    def expect_outage(self) -> None:
        """Take it that the service is away for a while, so that requests reach nobody."""
        self._outage = True

    def keep_secret(self, token: str) -> None:
        """See that a token stands in no URL."""
        self._token = token

    # the verdict

    def faults(self, page: Page | None = None) -> list[str]:
        """Return what went wrong, each thing once."""
        if page is not None:
            self.traffic.settle(page)
        found = Counter([*self._said, *self._faults_of_traffic()])
        return [
            fault if times == 1 else f"{fault} ({times} times)" for fault, times in found.items()
        ]

    def _faults_of_traffic(self) -> Iterator[str]:
        seen = {one.status for one in self.traffic.exchanges}
        yield from (f"no answer was {status}" for status in sorted(self._expected - seen))
        for exchange in self.traffic.exchanges:
            yield from self._faults_of(exchange)

    def _faults_of(self, exchange: Exchange) -> Iterator[str]:
        if exchange.url.startswith(INSIDE):
            return
        if exchange.origin != self._origin:
            yield f"{exchange} goes to another origin"
            return
        if self._token is not None and self._token in unquote(exchange.url):
            yield f"{exchange} has the token in its URL"
        if exchange.status >= 400 and exchange.status not in self._expected:
            yield f"{exchange} was answered {exchange.status}"
        if exchange.failure and not (exchange.dropped or self._outage):
            yield f"{exchange} failed: {exchange.failure}"
        if exchange.path.startswith("/api"):
            yield from self._wire.faults(exchange)
