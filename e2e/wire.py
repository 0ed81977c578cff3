"""Holds what a browser exchanged against the committed contract: requests, answers, and each frame."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from contract_tests.asking import Answer, events_of
from contract_tests.document import contract
from contract_tests.observed.recorder import Recorder
from e2e.traffic import Exchange

Document = Mapping[str, Any]

#: of a request, those that the contract may speak of; the others are the browser's own
OWN_HEADERS = ("idempotency-key", "last-event-id")


class Wire:
    """The law that each exchange is held against."""

    def __init__(self, document: Document | None = None) -> None:
        self._document = contract() if document is None else document
        self._recorder = Recorder(self._document)
        self._registry: Registry[Any] = Registry().with_resource(
            "contract:", DRAFT202012.create_resource(dict(self._document))
        )

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
        operation = self._operation(exchange)
        if operation is None:
            yield f"{exchange} is no operation of the contract"
            return
        yield from self._parameters(exchange, operation)
        body = operation.get("requestBody")
        if body is None:
            if exchange.sent:
                yield f"{exchange} was sent with a body, which it does not take"
        elif exchange.sent is None:
            yield f"{exchange} was sent without its body"
        else:
            schema = body["content"]["application/json"]["schema"]
            yield from self._valid(f"{exchange} asked", schema, [json.loads(exchange.sent)])

    def _operation(self, exchange: Exchange) -> Document | None:
        # the recorder knows which template a path fits
        found = self._recorder._operation(exchange.method.lower(), exchange.path)
        return None if found is None else found[1]

    def _parameters(self, exchange: Exchange, operation: Document) -> Iterator[str]:
        declared = {
            (parameter["in"], parameter["name"]): parameter
            for parameter in operation.get("parameters", [])
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

    def _valid(self, about: str, schema: Document, readings: list[Any]) -> Iterator[str]:
        absolute = json.loads(json.dumps(schema).replace('"#/', '"contract:#/'))
        validator = Draft202012Validator(absolute, registry=self._registry)
        if not any(validator.is_valid(value) for value in readings):
            problem = next(validator.iter_errors(readings[-1]))
            where = "/".join(map(str, problem.absolute_path)) or "a value"
            yield f"{about} with {where} that breaks it: {problem.message[:160]}"

    # what was answered

    def _answer(self, exchange: Exchange) -> Iterator[str]:
        recorder, before = self._recorder, len(self._recorder.wrong)
        body = whole_frames(exchange.body) if exchange.streams else exchange.body
        answer = Answer(status=exchange.status, headers=exchange.answered, body=body)
        try:
            recorder.add(exchange.method, exchange.path, answer)
        except ValueError as error:
            yield f"{exchange} was answered with what is no JSON: {error}"
        yield from (f"{fault} ({exchange})" for fault in recorder.wrong[before:])


@cache
def committed() -> Wire:
    """Return the law of the committed contract; what it has worked out serves every test."""
    return Wire()


def whole_frames(body: bytes) -> bytes:
    """Return a stream without the frame that is still on its way."""
    body = body.replace(b"\r\n", b"\n")
    return body[: body.rfind(b"\n\n") + 2] if b"\n\n" in body else b""


def last_id(exchange: Exchange) -> str | None:
    """Return the id that a reader of this stream resumes from."""
    ids = [
        event.fields["id"]
        for event in events_of(whole_frames(exchange.body))
        if "id" in event.fields
    ]
    return ids[-1] if ids else exchange.headers.get("last-event-id")


def records(exchange: Exchange) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each job's record that a stream told of, with the event's name."""
    for event in events_of(whole_frames(exchange.body)):
        if event.name is not None and event.name != "reset":
            yield event.name, json.loads(event.fields["data"])


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
