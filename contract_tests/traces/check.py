"""Compares traces with a contract: method and path, the request's query and body, status, answer and events."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import parse_qsl

from contract_tests.observed.recorder import Recorder
from contract_tests.traces.trace import FOLDER, RECORD, Trace, normalised
from wirelaw.contract.document import Contract, Operation
from wirelaw.contract.validation import nearest_error
from wirelaw.contract.violation import violation
from wirelaw.finding import Finding

PART = "traces"
PLACE = "/".join(FOLDER.parts[-3:])


def stale(traces: Iterable[Trace], contract: Contract) -> list[Finding]:
    """Report each drift in the file that holds it."""
    findings = (
        replace(found, part=PART, pointer=f"{_file(trace)} {found.pointer}", fix=RECORD)
        for trace in traces
        for found in _drifts(trace, contract)
    )
    # a stream repeats the fields of a job
    return list(dict.fromkeys(findings))


def missing(traces: Iterable[Trace], contract: Contract) -> list[Finding]:
    """Report each operation of the contract without a recorded success."""
    recorded = {
        str(contract.match(trace.method, trace.route)) for trace in traces if trace.status < 400
    }
    fix = f"add one to contract_tests/traces/scenes.py, then {RECORD}"
    return [
        Finding(PART, f"{PLACE} {operation}", "missing-trace", "a recorded answer", "none", fix)
        for operation in contract.operations()
        if str(operation) not in recorded
    ]


def raw(traces: list[Trace]) -> list[Finding]:
    """Report the traces with values that differ from run to run."""
    return [
        Finding(PART, _file(trace), "not-normalised", *_difference(trace, after), RECORD)
        for trace, after in zip(traces, normalised(traces), strict=True)
        if trace != after
    ]


def _file(trace: Trace) -> str:
    return f"{PLACE}/{trace.name}.json"


def _difference(before: Trace, after: Trace) -> tuple[str, str]:
    """Return the first words that differ: normalised, and as they are in the file."""
    words = zip(after.text.split(), before.text.split(), strict=False)
    return next((pair for pair in words if pair[0] != pair[1]), ("fewer words", "more words"))


def _drifts(trace: Trace, contract: Contract) -> Iterator[Finding]:
    operation = contract.match(trace.method, trace.route)
    if operation is None:
        place = f"{trace.method} {trace.route}"
        yield Finding(PART, place, "unknown-operation", "an operation of openapi.json", "none")
        return
    recorder = Recorder(contract)
    recorder.add(trace.method, trace.route, trace.answer())
    yield from recorder.findings
    if trace.status < 400:
        yield from _request(trace, operation)


def _request(trace: Trace, operation: Operation) -> Iterator[Finding]:
    """Check an accepted request; a refused one may be anything."""
    names = {one["name"] for one in operation.parameters if one["in"] == "query"}
    for name, _ in parse_qsl(trace.path.partition("?")[2]):
        if name not in names:
            expected = f"one of {', '.join(sorted(names)) or 'none'}"
            yield Finding(PART, f"{operation} query", "undeclared-parameter", expected, name)
    if operation.request_schema is not None:
        error = nearest_error(operation.contract, operation.request_schema, trace.sent)
        if error is not None:
            yield violation(PART, f"{operation} body", error)
