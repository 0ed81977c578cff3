"""Checks what a browser exchanged against the committed contract: requests, responses, and each frame."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from contract_tests.observed.recorder import Recorder
from contract_tests.relations import Relations
from e2e.traffic import Exchange
from wirelaw.contract.document import Contract, Node, Operation, pointer
from wirelaw.contract.validation import nearest_error
from wirelaw.running.exchange import Answer
from wirelaw.running.sse import parse

#: the request headers that the contract may declare; the browser adds the others
OWN_HEADERS = ("idempotency-key", "last-event-id")


class Wire:
    """Checks exchanges against one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._recorder = Recorder(contract, Relations(contract))

    def faults(self, exchange: Exchange) -> Iterator[str]:
        """Yield what the contract does not allow in an exchange."""
        yield from self._request(exchange)
        if exchange.unread and not exchange.dropped:
            yield f"{exchange} has a body that could not be read: {exchange.unread}"
        elif exchange.status and (exchange.over or exchange.streams) and not _was_cut(exchange):
            yield from self._answer(exchange)
        if exchange.streams:
            yield from _gaps(exchange)

    # requests

    def _request(self, exchange: Exchange) -> Iterator[str]:
        operation = self._contract.match(exchange.method, exchange.path)
        if operation is None:
            yield f"{exchange} is no operation of the contract"
            return
        yield from self._parameters(exchange, operation)
        schema = operation.request_schema
        if schema is None:
            if exchange.sent:
                yield f"{exchange} was sent with a body, which the operation does not declare"
        elif exchange.sent is None:
            yield f"{exchange} was sent without its body"
        else:
            yield from self._valid(f"{exchange} has a body", schema, [json.loads(exchange.sent)])

    def _parameters(self, exchange: Exchange, operation: Operation) -> Iterator[str]:
        declared = {
            (parameter["in"], parameter["name"]): parameter for parameter in operation.parameters
        }
        query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
        names = [name for name, _ in query]
        if len(set(names)) < len(names):
            yield f"{exchange} repeats a parameter"
        headers = [
            (name, exchange.headers[name]) for name in OWN_HEADERS if name in exchange.headers
        ]
        for place, sent in (("query", query), ("header", headers)):
            for name, text in sent:
                parameter = declared.get((place, name))
                if parameter is None:
                    yield f"{exchange} has the {place} {name}, which is not declared"
                else:
                    about = f"{exchange} has the {place} {name}"
                    yield from self._valid(about, parameter["schema"], _readings(text))
        for (place, name), parameter in declared.items():
            if place == "query" and parameter.get("required") and name not in names:
                yield f"{exchange} lacks the {place} {name}"

    def _valid(self, about: str, schema: Node, readings: list[Any]) -> Iterator[str]:
        problems = [nearest_error(self._contract, schema, value) for value in readings]
        problem = problems[-1]
        if problem is not None and None not in problems:
            where = pointer(*problem.absolute_path) or "a value"
            yield f"{about} with {where} that the contract does not allow: {problem.message[:160]}"

    # responses

    def _answer(self, exchange: Exchange) -> Iterator[str]:
        answer = Answer(exchange.status, exchange.answered, exchange.body)
        self._recorder.findings.clear()
        self._recorder.add(exchange.method, exchange.path, answer)
        yield from (f"{exchange}: {finding}" for finding in self._recorder.findings)


OTHERS = ("reset", "position", "line", "skipped")  #: events without a record


def last_id(exchange: Exchange) -> str | None:
    """Return the id from which a client of this stream resumes."""
    ids = [frame.id for frame in parse(exchange.body) if frame.id is not None]
    return ids[-1] if ids else exchange.headers.get("last-event-id")


def records(exchange: Exchange) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each record in a stream, with the name of its event."""
    for frame in parse(exchange.body):
        if frame.data is not None and frame.event not in {None, *OTHERS}:
            yield str(frame.event), json.loads(frame.data)


def _gaps(exchange: Exchange) -> Iterator[str]:
    """Law 2: of each job, every revision once and in order; law 9: of its log, every number."""
    if exchange.path.endswith("/log/events"):
        yield from _gaps_of_lines(exchange)
        return
    revisions: dict[str, int] = {}
    for name, record in records(exchange):
        job_id, revision = record["job_id"], record["revision"]
        # `done` carries the final record unchanged
        expected = revisions.get(job_id, revision - 1) + (name != "done")
        if revision != expected:
            yield f"{exchange} has revision {revision} of {job_id} instead of {expected}"
        revisions[job_id] = revision


def _was_cut(exchange: Exchange) -> bool:
    return (bool(exchange.failure) or exchange.dropped) and not exchange.streams


def _readings(text: str) -> list[Any]:
    """Return the values that the text of a parameter may stand for."""
    try:
        return [unquote(text), json.loads(text)]
    except ValueError:
        return [text]


def _gaps_of_lines(exchange: Exchange) -> Iterator[str]:
    covered = int(exchange.headers.get("last-event-id", "0"))
    for frame in parse(exchange.body):
        if frame.event in {"line", "skipped"}:
            data = json.loads(frame.data or "")
            first, last = (data.get(name, data.get("line")) for name in ("first", "last"))
            if first != covered + 1:
                yield f"{exchange} has line {first} instead of {covered + 1}"
            covered = last
