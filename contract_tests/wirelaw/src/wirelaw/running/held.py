"""Holds the exchanges of any service to its contract, and to what its page reads of errors and handles of events."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wirelaw.contract.document import Contract, Node, Operation
from wirelaw.finding import DEFAULT_FIX, Finding
from wirelaw.running.exchange import Answer, Exchange, is_json
from wirelaw.running.kinds import KINDS
from wirelaw.running.recorder import NO_BODY, Recorder, word_of

#: what FastAPI declares of each operation with parameters, and what any framework may answer
AUTOMATIC = {"422", "default"}
CLIENT_ERROR, SERVER_ERROR = 400, 500
TAG = "type"  #: where a name usually is a word of the data
_ITEM = re.compile(r"/\d+(?=/|$)")


@dataclass(frozen=True)
class PageReads:
    """What the page needs of answers beyond their types."""

    #: fields of an error, of which it shows the first that is there; none: not known
    error_fields: Sequence[str] = ()
    events: Collection[str] = ()  #: names of events that it handles; none: not known


class Held(Recorder):
    """What the recorder records, one finding for each kind and place, as one line with both sides."""

    names_every_field = True

    def __init__(
        self, contract: Contract, reads: PageReads | None = None, source: str = ""
    ) -> None:
        """Hold exchanges to a contract.

        Args:
            contract: what answers are compared with.
            reads: what the page reads.
            source: the file that declares the contract, as findings show it.
        """
        super().__init__(contract)
        self.reads = reads or PageReads()
        self.source = source
        self.found: dict[str, Finding] = {}  #: by id
        self._whole = True  #: the body was recorded to its end

    def hold(self, exchange: Exchange, handler: str = "", shown_by: str = "") -> None:
        """Add an exchange.

        Args:
            exchange: with its complete answer, as far as that was recorded.
            handler: file:line of the function that answered.
            shown_by: the command or the test that shows it.
        """
        if exchange.method == "HEAD":
            return
        answer = exchange.answer
        self._whole = answer.ended
        self.add(exchange.method, exchange.path, answer)
        operation = self.contract.match(exchange.method, exchange.path)
        if operation is not None:
            self._error_fields(operation, answer)
            self._handled(operation, answer)
        self.settle(handler, shown_by)

    def settle(self, handler: str = "", shown_by: str = "") -> None:
        """Write the findings since the last exchange as sentences."""
        for finding in self.findings:
            one = sentence(finding, handler, self.source)
            if shown_by:
                one = replace(one, fix=f"{one.fix}; shown by {shown_by}")
            self.found.setdefault(one.id, one)
        self.findings.clear()

    def _has_to_be_declared(self, operation: Operation, status: int) -> bool:
        """Whether a status counts: an operation whose author declares no errors leaves all of them out."""
        if status >= SERVER_ERROR or operation.method == "head":
            return False
        declared = {key for key in operation.responses if not key.startswith(("1", "2", "3"))}
        return status < CLIENT_ERROR or bool(declared - AUTOMATIC)

    def _report(
        self, place: str, code: str, expected: str, found: str, fix: str = DEFAULT_FIX
    ) -> None:
        # an error is often declared by its status and a sentence alone
        if not (code == "undeclared-media-type" and expected == NO_BODY and _is_error(place)):
            super()._report(place, code, expected, found, fix)

    def _json(self, name: str, place: str, schema: Node, text: str | bytes) -> None:
        # of a body that was cut, or that a browser did not record, nothing is known
        if self._whole or not isinstance(text, bytes):
            super()._json(name, place, schema, text)

    def _error_fields(self, operation: Operation, answer: Answer) -> None:
        fields = self.reads.error_fields
        if not fields or answer.status < CLIENT_ERROR or not answer.body or not self._whole:
            return
        if not is_json(answer.media_type):
            return
        try:
            value = answer.json()
        except ValueError:
            return
        if not any(_has(value, field) for field in fields):
            only = ", ".join(value) if isinstance(value, dict) else json.dumps(value)[:60]
            expected = " or ".join(fields)
            name = f"{operation} {answer.status}"
            self._report(name, "error-not-as-read", expected, f"only {only or 'an empty object'}")

    def _handled(self, operation: Operation, answer: Answer) -> None:
        if not self.reads.events or not answer.streams:
            return
        for frame in answer.events:
            word = frame.event or word_of(frame.data, TAG)
            if word is not None and word not in self.reads.events:
                expected = ", ".join(sorted(self.reads.events))
                name = f"{operation} {answer.status}"
                self._report(name, "unhandled-event", expected, word)

    # requests of the page

    def hold_request(self, exchange: Exchange) -> None:
        """Compare what the page sent with what the operation takes."""
        operation = self.contract.match(exchange.method, exchange.path)
        if operation is None:
            if exchange.answer.status in {404, 405} and is_json(exchange.answer.media_type):
                found = str(exchange.answer.status)
                self._report(str(exchange), "undeclared-operation", "", found)
            return
        self._query(operation, exchange)
        self._body(operation, exchange)

    def _query(self, operation: Operation, exchange: Exchange) -> None:
        declared = {one["name"]: one for one in operation.parameters if one.get("in") == "query"}
        names = {name for name, _ in exchange.query}
        takes = f"only {', '.join(declared)}" if declared else "no parameters"
        for name in sorted(names - declared.keys()):
            # what begins so keeps caches away
            if not name.startswith("_") and not _is_open(declared):
                self._report(f"{operation} query/{name}", "query-ignored", takes, name)
        for name, parameter in declared.items():
            if parameter.get("required") and name not in names:
                sent = ", ".join(sorted(names)) or "none"
                self._report(f"{operation} query/{name}", "query-missing", name, sent)

    def _body(self, operation: Operation, exchange: Exchange) -> None:
        declared = self.contract.resolve(operation.content.get("requestBody", {}))
        if not exchange.body:
            if declared.get("required") and exchange.answer.status >= CLIENT_ERROR:
                found = str(exchange.answer.status)
                self._report(f"{operation} body", "request-body-missing", "", found)
            return
        schema = operation.request_schema
        if schema is None or not is_json(exchange.media_type):
            return
        try:
            value = json.loads(exchange.body)
        except ValueError:
            return
        error = self._error(schema, value)
        if error is not None:
            place = f"{operation} body{_pointer(error.absolute_path)}"
            takes = f"{error.validator}: {json.dumps(error.validator_value, default=str)}"[:120]
            self._report(place, "request-invalid", takes, json.dumps(error.instance)[:120])
            return
        for unnamed in self._unnamed(schema, value):
            place = f"{operation} body{_pointer(unnamed.place)}"
            self._report(place, "request-field-ignored", unnamed.declared, unnamed.sent)


def hold_all(held: Held, exchanges: Sequence[Exchange]) -> None:
    """Hold the recorded exchanges of a page to a contract, requests too."""
    for exchange in exchanges:
        held.hold(exchange)
        held.hold_request(exchange)
        held.settle()
    for operation, status in _refused(held.contract, exchanges):
        held.findings.append(
            Finding(held.part, str(operation), "request-refused", "credentials", str(status))
        )
    held.settle()


def _refused(contract: Contract, exchanges: Sequence[Exchange]) -> Iterator[tuple[Operation, int]]:
    """Yield the operations that answered 401 each time, to requests without credentials.

    Browsers leave credentials out of what they record, so one answer of another kind says that there were some.
    """
    by_operation: dict[str, tuple[Operation, list[Exchange]]] = {}
    for exchange in exchanges:
        operation = contract.match(exchange.method, exchange.path)
        if operation is not None:
            by_operation.setdefault(str(operation), (operation, []))[1].append(exchange)
    for operation, sent in by_operation.values():
        is_refused = all(one.answer.status == 401 for one in sent)
        if is_refused and not any(map(_has_credentials, sent)):
            yield operation, 401


def _has_credentials(exchange: Exchange) -> bool:
    names = {"authorization", "cookie", "x-api-key"}
    return any(name in names or "token" in name or "key" in name for name in exchange.headers)


def sentence(finding: Finding, handler: str, source: str) -> Finding:
    """Write both sides of a finding so that a stranger understands them, and name it by what does not move."""
    kind = KINDS.get(finding.code, KINDS["invalid-value"])
    method, path, *rest = finding.pointer.split(" ")
    operation = f"{method} {path}"
    where = _ITEM.sub("/*", " ".join(rest))
    sides: Callable[[str, str], str] = str.format
    found, expected = sides(kind.found, finding.found), sides(kind.expected, finding.expected)
    subject = f"{operation} {where}".strip()
    is_declared = bool(source) and expected.startswith("the contract ")
    name = finding.found if finding.code in {"undeclared-event", "unhandled-event"} else ""
    key = (operation, where, name)
    if finding.code == "error-not-as-read":
        # all errors of one shape are one drift
        key = (finding.found, finding.expected, "")
    return replace(
        finding,
        pointer=handler or subject,
        found=f"{subject} {found}" if handler else found,
        expected=expected.removeprefix("the contract ") if is_declared else expected,
        source=source if is_declared else "",
        fix=kind.fix,
        key=tuple(filter(None, key)),
    )


def _has(value: Any, field: str) -> bool:
    """Whether an answer has a field; `error.message` is one within another."""
    for step in field.split("."):
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return value is not None


def _is_open(declared: dict[str, Node]) -> bool:
    """Whether any name is a parameter: one that is an object of any fields takes all."""
    return any(
        one.get("schema", {}).get("additionalProperties") not in (None, False)
        for one in declared.values()
    )


def _pointer(steps: Any) -> str:
    return "".join(f"/{step}" for step in steps)


def _is_error(place: str) -> bool:
    status = place.split(" ")[2:3]
    return bool(status) and status[0] >= str(CLIENT_ERROR)
