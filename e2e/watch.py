"""Faults that a user of the page would not see, collected during a test and checked at its end."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from playwright.sync_api import Error as PageError

from e2e.traffic import Exchange, Traffic
from e2e.wire import Wire
from wirelaw.contract.document import Contract

#: how the browser's own message about a failed request begins; requests are checked more exactly below
ABOUT_REQUESTS = "Failed to load resource"
INSIDE = ("data:", "blob:", "about:")


class Watch:
    """Collects what the pages of one browser context log, request and receive."""

    def __init__(self, origin: str, contract: Contract) -> None:
        self.traffic = Traffic()
        self._origin = origin
        self._wire = Wire(contract)
        self._token: str | None = None
        self._logged: list[str] = []
        self._expected: set[int] = set()
        self._outage = False

    def open(self, context: BrowserContext) -> Page:
        """Open a tab that is watched from its first request on."""
        page = context.new_page()
        self.traffic.follow(page)
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("crash", lambda _: self._logged.append("the tab crashed"))
        return page

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ABOUT_REQUESTS):
            self._logged.append(f"console {message.type}: {message.text[:400]}")

    def _on_error(self, error: PageError) -> None:
        self._logged.append(f"uncaught: {error.message[:400]}")

    # what a test expects

    def expect(self, *statuses: int) -> None:
        """Allow these statuses; each must be received at least once."""
        self._expected.update(statuses)

    def expect_outage(self) -> None:
        """Allow requests to fail, because the service stops for a while."""
        self._outage = True

    def keep_secret(self, token: str) -> None:
        """Require that no URL contains this token."""
        self._token = token

    # the result

    def faults(self, page: Page | None = None) -> list[str]:
        """Return the faults, each once."""
        if page is not None:
            self.traffic.settle(page)
        found = Counter([*self._logged, *self._faults_of_traffic()])
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
            yield f"{exchange} was answered with {exchange.status}"
        if exchange.failure and not (exchange.dropped or self._outage):
            yield f"{exchange} failed: {exchange.failure}"
        if exchange.path.startswith("/api"):
            yield from self._wire.faults(exchange)
