"""What the tests of a suite exchange with apps, held to the contract of each."""

import json
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from wirelaw.contract.document import Contract
from wirelaw.finding import Finding, dump
from wirelaw.running.coercion import RAISED, coerced
from wirelaw.running.exchange import Exchange, is_json, strict_json
from wirelaw.running.held import Held, PageReads
from wirelaw.running.watch import Call


@dataclass
class Suite:
    """One run of tests, or one worker of it."""

    root: Path
    contract: Contract | None = None  #: else that of each app
    source: str = ""  #: the file that declares it
    url: str = ""
    reads: PageReads = field(default_factory=PageReads)
    test: str = ""  #: that runs at present
    found: dict[str, Finding] = field(default_factory=dict)  #: by id
    unseen: set[str] = field(default_factory=set)
    #: operations that exist and that were exercised, by name
    operations: dict[str, bool] = field(default_factory=dict)
    _held: dict[Any, Held] = field(default_factory=dict)  #: by what an app declares
    _by_app: "WeakKeyDictionary[Any, tuple[int, Held | None]]" = field(
        default_factory=WeakKeyDictionary
    )

    def add(self, app: Any, exchange: Exchange, calls: list[Call], test: str) -> None:
        """Hold an exchange to the contract."""
        held = self._of_app(app)
        if held is None:
            return
        handler = calls[-1].place(self.root) if calls else ""
        held.hold(exchange, handler, f"`pytest {test}`" if test else "")
        if len(calls) == 1 and calls[0].value is not RAISED:
            self._coerced(held, exchange, calls[0])
            held.settle(handler, f"`pytest {test}`" if test else "")
        for operation in held.exercised:
            self.operations[operation] = True
        held.exercised.clear()
        for key, finding in held.found.items():
            self.found.setdefault(key, finding)

    def _coerced(self, held: Held, exchange: Exchange, call: Call) -> None:
        answer = exchange.answer
        operation = held.contract.match(exchange.method, exchange.path)
        if operation is None or answer.status >= 300 or not is_json(answer.media_type):
            return
        try:
            carried = strict_json(answer.body)
        except ValueError:
            return  # which the recorder reports
        for one in coerced(call.value, carried):
            held.findings.append(
                Finding(
                    held.part,
                    f"{operation} {answer.status} {one.pointer or '/'}",
                    one.code,
                    one.expected,
                    one.found,
                )
            )

    def _of_app(self, app: Any) -> Held | None:
        """Return what holds the exchanges of an app; apps that declare the same share it."""
        if app is None or self.contract is not None:
            return self._shared(None) if self.contract is not None else None
        count, held = self._by_app.get(app, (-1, None))
        if count != len(app.routes):
            held = self._shared(app)
            self._by_app[app] = len(app.routes), held
        return held

    def _shared(self, app: Any) -> Held | None:
        key = None if app is None else (app.title, app.version, tuple(_signature(app.routes)))
        if key not in self._held:
            contract = self.contract
            if contract is None:
                contract = self._declared(app)
            if contract is None:
                return None
            self._held[key] = Held(contract, self.reads, self.source)
            for operation in contract.operations():
                self.operations.setdefault(str(operation), False)
        return self._held[key]

    def _declared(self, app: Any) -> Contract | None:
        """Return the contract of an app, and leave the app as it was: it may get more routes."""
        kept = app.openapi_schema
        try:
            # of operations with one id, which a suite may have made an error
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return Contract(json.loads(json.dumps(app.openapi())))
        except Exception as error:  # noqa: BLE001 - whatever a foreign app raises is its own
            reason = " ".join(str(error).split())[:200]
            self.unseen.add(f"the contract of {app.title}: {type(error).__name__}: {reason}")
            return None
        finally:
            app.openapi_schema = kept

    @property
    def fails(self) -> bool:
        """Whether the run has to fail."""
        return bool(self.found or self.unseen)

    def lines(self) -> Iterator[str]:
        """Yield the report: a line for each finding with the command that shows it, and the coverage."""
        for finding in self.in_order():
            yield finding.line
            _, _, shown_by = finding.fix.partition("; shown by ")
            if shown_by:
                yield f"  shown by {shown_by}"
        for one in sorted(self.unseen):
            yield f"could not look at {one}"
        seen, total = sum(self.operations.values()), len(self.operations)
        if total:
            drifts = "1 drift" if len(self.found) == 1 else f"{len(self.found)} drifts"
            yield f"{seen} of {total} operations were exercised; {drifts}"
        else:
            yield "no exchange with a FastAPI app was seen"

    def in_order(self) -> list[Finding]:
        """Return the findings by place."""
        return sorted(self.found.values(), key=lambda one: (one.pointer, one.code, one.key))

    def write(self, path: Path) -> None:
        """Write the findings as JSON."""
        path.write_text(dump(self.in_order()) + "\n", encoding="utf-8")

    def dump(self) -> str:
        """Write everything as text, for the process that started this worker."""
        findings = [asdict(finding) for finding in self.found.values()]
        return json.dumps([findings, sorted(self.unseen), self.operations])

    def load(self, text: str) -> None:
        """Add what a worker wrote."""
        findings, unseen, operations = json.loads(text)
        for row in findings:
            finding = Finding(**{**row, "key": tuple(row["key"])})
            self.found.setdefault(finding.id, finding)
        self.unseen.update(unseen)
        for name, is_seen in operations.items():
            self.operations[name] = is_seen or self.operations.get(name, False)


def _signature(routes: Any) -> Iterator[Any]:
    """Yield what tells the routes of one app from those of another; each test may create an app of its own."""
    for route in routes:
        endpoint = getattr(route, "endpoint", None)
        yield (
            getattr(route, "path", ""),
            getattr(getattr(route, "include_context", None), "prefix", ""),
            tuple(sorted(getattr(route, "methods", None) or ())),
            getattr(endpoint, "__module__", ""),
            getattr(endpoint, "__qualname__", ""),
        )
        inner = getattr(route, "original_router", route)
        yield from _signature(getattr(inner, "routes", None) or ())
