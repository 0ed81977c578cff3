"""Holds traces against a contract: method and path, the request's query and body, status, answer and events."""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

from contract_tests.document import Contract, Operation
from contract_tests.observed.recorder import Recorder
from contract_tests.traces.trace import FOLDER, RECORD, Trace

PLACE = "/".join(FOLDER.parts[-3:])


def wrong(traces: Iterable[Trace], contract: Contract) -> list[str]:
    """Return a sentence for each drift: the file, what drifted, and the command that records anew."""
    recorder = Recorder(contract)
    return [
        f"{PLACE}/{trace.name}.json: {said}; {RECORD}"
        for trace in traces
        for said in _drifts(trace, recorder)
    ]


def untold(traces: Iterable[Trace], contract: Contract) -> list[str]:
    """Return a sentence for each operation of the contract of which there is no good answer."""
    told = {
        str(contract.match(trace.method, trace.route)) for trace in traces if trace.status < 400
    }
    return [
        f"{PLACE} has no answer of {operation}: add one to contract_tests/traces/scenes.py; {RECORD}"
        for operation in contract.operations()
        if str(operation) not in told
    ]


def _drifts(trace: Trace, recorder: Recorder) -> Iterator[str]:
    operation = recorder.contract.match(trace.method, trace.route)
    if operation is None:
        yield f"the contract has no {trace.method} {trace.route}"
        return
    recorder.wrong.clear()
    recorder.add(trace.method, trace.route, trace.answer())
    yield from recorder.wrong
    if trace.status < 400:
        yield from _request(trace, operation)


def _request(trace: Trace, operation: Operation) -> Iterator[str]:
    """What was taken must be what the contract takes; what was refused may be anything."""
    names = {one["name"] for one in operation.parameters if one["in"] == "query"}
    for name, _ in parse_qsl(trace.path.partition("?")[2]):
        if name not in names:
            yield f"{operation} has no query parameter {name}"
    if operation.request_schema is None:
        return
    for problem in operation.contract.validator(operation.request_schema).iter_errors(trace.sent):
        where = "/".join(map(str, problem.absolute_path)) or "a body"
        yield f"{operation} was asked with {where} that breaks it: {problem.message[:160]}"
