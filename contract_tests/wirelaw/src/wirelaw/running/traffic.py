"""What the checks of level 2 find in the traffic that the command line names: a HAR file, a URL, or an app."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wirelaw.contract.app import ExportError
from wirelaw.contract.document import Contract
from wirelaw.finding import Finding, Unseen
from wirelaw.running import har
from wirelaw.running.held import Held, PageReads, hold_all
from wirelaw.running.visit import VisitError, contract_of, visit, visit_app


@dataclass
class Traffic:
    """Where traffic comes from, and what was found in it."""

    root: Path
    contract: Contract | None = None  #: else that of the service itself
    source: str = ""  #: the file that declares it, as findings show it
    har: str = ""
    url: str = ""
    app: str = ""
    headers: Mapping[str, str] = field(
        default_factory=dict
    )  #: sent to the URL, such as credentials
    values: Mapping[str, str] = field(default_factory=dict)  #: of required parameters, by name
    reads: PageReads = field(default_factory=PageReads)
    unseen: list[Unseen] = field(default_factory=list)
    coverage: list[str] = field(default_factory=list)  #: one sentence for each source

    def findings(self) -> list[Finding]:
        """Look at all sources; what cannot be looked at is in `unseen`."""
        found: dict[str, Finding] = {}
        for name, look in (("har", self._har), ("url", self._url), ("app", self._app)):
            subject = getattr(self, name)
            if not subject:
                continue
            try:
                held = look()
            except (ExportError, VisitError, ValueError, OSError) as error:
                self.unseen.append(Unseen(subject, " ".join(str(error).split())))
                continue
            found |= held.found
            self.coverage.append(f"{subject}: {coverage(held)}")
        return [*found.values()]

    def _har(self) -> Held:
        recorded = har.read(Path(self.har))
        if self.contract is None:
            raise ValueError("there is no contract to compare it with; name one with --contract")
        exchanges = har.of_the_service(recorded, self.contract)
        if not exchanges:
            raise ValueError("none of its requests is an operation of the contract")
        held = Held(self.contract, self.reads, self.source)
        hold_all(held, exchanges)
        bodiless = sum(not one.answer.ended and not one.answer.streams for one in exchanges)
        if bodiless:
            words = f"the browser recorded no body of {bodiless} of {len(exchanges)} answers"
            self.unseen.append(Unseen(self.har, words))
        return held

    def _url(self) -> Held:
        contract = self.contract or contract_of(self.url, self.headers)
        exchanges, unseen = visit(self.url, contract, self.headers, self.values)
        self.unseen += unseen
        held = Held(contract, self.reads, self.source)
        for exchange in exchanges:
            held.hold(exchange, shown_by=f"`curl {exchange.origin}{exchange.path}`")
        return held

    def _app(self) -> Held:
        declared, exchanges = visit_app(self.root, self.app)
        held = Held(self.contract or declared, self.reads, self.source)
        for exchange in exchanges:
            held.hold(exchange)
        return held


def coverage(*every: Held) -> str:
    """Say how much of contracts was exercised."""
    total = sum(1 for held in every for _ in held.contract.operations())
    seen = sum(len(held.exercised) for held in every)
    return f"{seen} of {total} operations were exercised"
