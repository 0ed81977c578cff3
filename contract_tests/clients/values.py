"""Recorded requests, answers and events, each whole and with one fault: both documents accept or refuse each of them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.meaning import FIX, PART
from contract_tests.traces.trace import Trace
from wirelaw.contract.document import JSON_TYPE, STREAM_TYPE, Contract, Node, Operation
from wirelaw.contract.validation import is_valid
from wirelaw.finding import Finding, as_value

#: what replaces each value in turn: every type, and texts that are nearly times
REPLACEMENTS: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, "", "x", [], {}),
    *("2026-01-02T09:00:00Z", "2026-01-02T09:00:00+00:00", "2026-01-02T09:00:00+00:00Z"),
)
ITEMS = 2  #: of each list; the rest have the same schema


@dataclass(frozen=True)
class Case:
    """A value, and its schema in each of the documents."""

    place: str
    value: Any
    ours: Node
    theirs: Node


@dataclass(frozen=True)
class Verdicts:
    """How many values both documents accept and refuse, and those about which they disagree."""

    accepted: int
    refused: int
    findings: tuple[Finding, ...]


def compare(contract: Contract, clients: Contract, traces: Iterable[Trace]) -> Verdicts:
    """Validate every recorded value and its faulty copies under both documents."""
    accepted = refused = 0
    findings: list[Finding] = []
    seen: set[str] = set()
    for case in cases(contract, clients, traces):
        value = shorten_lists(case.value)
        shape = f"{case.place} {json.dumps(_shape(value))}"
        if shape in seen:
            continue
        seen.add(shape)
        for one in (value, *faults(value)):
            ours, theirs = is_valid(contract, case.ours, one), is_valid(clients, case.theirs, one)
            accepted += ours and theirs
            refused += not ours and not theirs
            if ours != theirs:
                by_contract, by_clients = (
                    ("accepted", "refused") if ours else ("refused", "accepted")
                )
                found = f"{by_clients} for clients: {as_value(one)}"
                findings.append(Finding(PART, case.place, "disagree", by_contract, found, FIX))
                break
    return Verdicts(accepted, refused, tuple(findings))


def cases(contract: Contract, clients: Contract, traces: Iterable[Trace]) -> Iterator[Case]:
    """Yield the values of all traces."""
    for trace in traces:
        ours, theirs = (one.match(trace.method, trace.route) for one in (contract, clients))
        if ours is None or theirs is None:
            continue
        place = f"{ours} {trace.status}"
        if trace.sent is not None and ours.request_schema and theirs.request_schema:
            yield Case(f"{ours} body", trace.sent, ours.request_schema, theirs.request_schema)
        if trace.media_type == JSON_TYPE and trace.content:
            body = json.loads(trace.content)
            schemas = (_schema(one, trace, JSON_TYPE, "schema") for one in (ours, theirs))
            yield Case(place, body, *schemas)
        elif trace.media_type == STREAM_TYPE:
            item = _schema(ours, trace, STREAM_TYPE, "itemSchema")
            item_of_clients = _schema(theirs, trace, STREAM_TYPE, "x-item-schema")
            for event in trace.answer().events:
                yield Case(f"{place} {event.event}", event.fields, item, item_of_clients)


def _schema(operation: Operation, trace: Trace, media: str, name: str) -> Node:
    answer = operation.responses.get(str(trace.status), {})
    # without a schema anything is valid, which is then a disagreement
    schema: Node = answer.get("content", {}).get(media, {}).get(name, {})
    return schema


def faults(value: Any) -> Iterator[Any]:
    """Yield copies of a value with one part replaced, left out or added."""
    yield from REPLACEMENTS
    if isinstance(value, dict):
        yield {**value, "undeclared": 1}
        for key, child in value.items():
            yield {name: one for name, one in value.items() if name != key}
            yield from ({**value, key: fault} for fault in faults(child))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from ([*value[:index], fault, *value[index + 1 :]] for fault in faults(child))


def shorten_lists(value: Any) -> Any:
    """Return a value with the first items of its lists."""
    if isinstance(value, dict):
        return {key: shorten_lists(child) for key, child in value.items()}
    if isinstance(value, list):
        return [shorten_lists(child) for child in value[:ITEMS]]
    return value


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_shape(child) for child in value]
    return type(value).__name__
