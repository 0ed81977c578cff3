"""Holds what a browser exchanged against the committed contract: requests, answers, and each frame."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from contract_tests.asgi import Answer
from contract_tests.document import Contract, Node, Operation, pointer
from contract_tests.observed.recorder import Recorder
from contract_tests.sse import parse
from e2e.traffic import Exchange

#: of a request, those that the contract may speak of; the others are the browser's own
OWN_HEADERS = ("idempotency-key", "last-event-id")


class Wire:
    """The law that each exchange is held against."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._recorder = Recorder(contract)

    def faults(self, exchange: Exchange) -> Iterator[str]:
        """Say what of an exchange the contract does not allow."""
        yield from self._request(exchange)
        if exchange.unread and not exchange.dropped:
            yield f"{exchange} was answered and could not be read: {exchange.unread}"
        elif exchange.status and (exchange.over or exchange.streams) and not _was_cut(exchange):
            yield from self._answer(exchange)
        if exchange.streams:
            yield from _gaps(exchange)

    # what was asked

    def _request(self, exchange: Exchange) -> Iterator[str]:
        operation = self._contract.match(exchange.method, exchange.path)
        if operation is None:
            yield f"{exchange} is no operation of the contract"
            return
        yield from self._parameters(exchange, operation)
        schema = operation.request_schema
        if schema is None:
            if exchange.sent:
                yield f"{exchange} was sent with a body, which it does not take"
        elif exchange.sent is None:
            yield f"{exchange} was sent without its body"
        else:
            yield from self._valid(f"{exchange} asked", schema, [json.loads(exchange.sent)])

    def _parameters(self, exchange: Exchange, operation: Operation) -> Iterator[str]:
        declared = {
            (parameter["in"], parameter["name"]): parameter for parameter in operation.parameters
        }
        query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
        names = [name for name, _ in query]
        if len(set(names)) < len(names):
            yield f"{exchange} says a parameter twice"
        headers = [
            (name, exchange.headers[name]) for name in OWN_HEADERS if name in exchange.headers
        ]
        for place, given in (("query", query), ("header", headers)):
            for name, text in given:
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
        problems = [self._contract.nearest_error(schema, value) for value in readings]
        problem = problems[-1]
        if problem is not None and None not in problems:
            where = pointer(*problem.absolute_path) or "a value"
            yield f"{about} with {where} that breaks it: {problem.message[:160]}"

    # what was answered

    def _answer(self, exchange: Exchange) -> Iterator[str]:
        answer = Answer(exchange.status, exchange.answered, exchange.body)
        self._recorder.findings.clear()
        self._recorder.add(exchange.method, exchange.path, answer)
        yield from (f"{exchange}: {finding}" for finding in self._recorder.findings)


def last_id(exchange: Exchange) -> str | None:
    """Return the id that a reader of this stream resumes from."""
    ids = [frame.id for frame in parse(exchange.body) if frame.id is not None]
    return ids[-1] if ids else exchange.headers.get("last-event-id")


def records(exchange: Exchange) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each job's record that a stream told of, with the event's name."""
    for frame in parse(exchange.body):
        if frame.data is not None and frame.event not in {None, "reset"}:
            yield str(frame.event), json.loads(frame.data)


def _gaps(exchange: Exchange) -> Iterator[str]:
    """Law 2: of each job, every revision once and in order."""
    known: dict[str, int] = {}
    for name, record in records(exchange):
        job_id, revision = record["job_id"], record["revision"]
        # `done` carries the final record unchanged
        expected = known.get(job_id, revision - 1) + (name != "done")
        if revision != expected:
            yield f"{exchange} told of revision {revision} of {job_id} instead of {expected}"
        known[job_id] = revision


def _was_cut(exchange: Exchange) -> bool:
    return (bool(exchange.failure) or exchange.dropped) and not exchange.streams


def _readings(text: str) -> list[Any]:
    """Return what the text of a parameter may mean."""
    try:
        return [unquote(text), json.loads(text)]
    except ValueError:
        return [text]
