"""Holds traces against a contract: method and path, the request's query and body, status, answer and events."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from contract_tests.document import Operation, operations
from contract_tests.observed.recorder import Recorder
from contract_tests.traces.trace import FOLDER, RECORD, Trace

PLACE = "/".join(FOLDER.parts[-3:])


def wrong(traces: Iterable[Trace], document: Mapping[str, Any] | None = None) -> list[str]:
    """Return a sentence for each drift: the file, what drifted, and the command that records anew."""
    recorder = Recorder(document)
    return [
        f"{PLACE}/{trace.name}.json: {said}; {RECORD}"
        for trace in traces
        for said in _drifts(trace, recorder)
    ]


def untold(traces: Iterable[Trace]) -> list[str]:
    """Return a sentence for each operation of the contract of which there is no good answer."""
    recorder = Recorder()
    told = {str(asked(trace, recorder)) for trace in traces if trace.status < 400}
    return [
        f"{PLACE} has no answer of {operation}: add one to contract_tests/traces/scenes.py; {RECORD}"
        for operation in operations()
        if str(operation) not in told
    ]


def asked(trace: Trace, recorder: Recorder) -> Operation | None:
    """Return the operation that a trace is of."""
    method = trace.method.lower()
    found = recorder._operation(method, trace.route)
    return None if found is None else Operation(found[0], method, dict(found[1]))


def _drifts(trace: Trace, recorder: Recorder) -> Iterator[str]:
    operation = asked(trace, recorder)
    if operation is None:
        yield f"the contract has no {trace.method} {trace.route}"
        return
    recorder.wrong.clear()
    recorder.add(trace.method, trace.route, trace.answer())
    yield from recorder.wrong
    if trace.status < 400:
        yield from _request(trace, operation, recorder)


def _request(trace: Trace, operation: Operation, recorder: Recorder) -> Iterator[str]:
    """What was taken must be what the contract takes; what was refused may be anything."""
    names = {
        parameter["name"]
        for parameter in operation.content.get("parameters", [])
        if parameter["in"] == "query"
    }
    for name, _ in parse_qsl(trace.path.partition("?")[2]):
        if name not in names:
            yield f"{operation} has no query parameter {name}"
    body = operation.content.get("requestBody")
    if body is None:
        return
    schema = body["content"]["application/json"]["schema"]
    for problem in recorder._validator(schema).iter_errors(trace.sent):
        where = "/".join(map(str, problem.absolute_path)) or "a body"
        yield f"{operation} was asked with {where} that breaks it: {problem.message[:160]}"
