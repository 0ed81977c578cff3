"""One run of schemathesis over the committed contract: every phase, every check, in this process and by a seed."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import CheckNode, ScenarioRecorder
from schemathesis.engine.run import PhaseName

from contract_tests.fuzz import checks
from contract_tests.fuzz.checks import PART, Drift
from contract_tests.fuzz.scenario import SEED, Scenario
from contract_tests.kit.service import BASE_URL
from wirelaw.contract.document import JSON_TYPE, Operation
from wirelaw.contract.validation import nearest_error
from wirelaw.contract.violation import violation
from wirelaw.finding import Finding

STREAM_EVENTS = 200  #: read of one stream; the stream of one job has fewer
STREAM_SECONDS = 2.0  #: more than it takes, unless the job is held
STREAM_LAWS = "pytest contract_tests/streams"

_NO_DATA = re.compile(rb'\{"ok": ?true, ?"data": ?null')
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True)
class Size:
    """How much is tried."""

    examples: int  #: generated requests of each operation
    sequences: int  #: of requests that use earlier answers
    phases: tuple[str, ...] = PHASES


QUICK = Size(examples=15, sequences=30)
SMALL = Size(examples=3, sequences=5, phases=("examples", "fuzzing", "stateful"))


@dataclass
class Sweep:
    """What a run tried and found."""

    findings: list[Finding] = field(default_factory=list)  #: each place once
    requests: Counter[PhaseName] = field(default_factory=Counter)
    sequences: int = 0
    answered: dict[str, Counter[int]] = field(default_factory=dict)  #: statuses by operation
    with_data: set[str] = field(default_factory=set)  #: operations that answered with data
    streams_whole: Counter[str] = field(default_factory=Counter)  #: by operation
    streams_cut: int = 0  #: which counts as untested

    def summary(self) -> str:
        """Return a line for the summary."""
        stateful = self.requests[PhaseName.STATEFUL_TESTING]
        rest = self.requests.total() - stateful
        return (
            f"{rest} cases over {len(self.answered)} operations, {stateful} requests in "
            f"{self.sequences} stateful sequences, {self.streams_whole.total()} streams read whole, "
            f"{self.streams_cut} in part (untested)"
        )

    def take(self, event: events.EngineEvent) -> None:
        """Record an event of the engine."""
        match event:
            case events.ScenarioFinished():
                self._take(event.phase, event.recorder)
            case events.NonFatalError():
                expected, fix = "a run without errors of the fuzz itself", "fix contract_tests/fuzz"
                found = f"{type(event.value).__name__}: {event.value}"
                self._add(Finding(PART, event.label, "engine-error", expected, found, fix))
            case events.FatalError():
                raise event.exception

    def _take(self, phase: PhaseName, recorder: ScenarioRecorder) -> None:
        self.requests[phase] += len(recorder.interactions)
        self.sequences += phase is PhaseName.STATEFUL_TESTING and bool(recorder.cases)
        for case_id, interaction in recorder.interactions.items():
            node, response = recorder.cases.get(case_id), interaction.response
            if node is None or response is None:
                continue
            operation = checks.operation_of(node.value)
            if operation is None:
                continue
            self.answered.setdefault(str(operation), Counter())[response.status_code] += 1
            if response.status_code < 300 and not _NO_DATA.match(response.content):
                self.with_data.add(str(operation))
            if operation.streams and response.status_code == 200:
                whole = operation.content["x-sse"]["ends"] and not response.stream_cut_short
                self.streams_whole[str(operation)] += whole
                self.streams_cut += not whole
        for case_id, found in recorder.checks.items():
            for check in found:
                if check.failure_info is not None:
                    self._failure(recorder, case_id, check)

    def _failure(self, recorder: ScenarioRecorder, case_id: str, check: CheckNode) -> None:
        info = check.failure_info
        assert info is not None
        failure = info.failure
        if isinstance(failure, Drift):
            finding = replace(failure.finding, code=check.name.replace("_", "-"))
        else:
            place = failure.operation or "all operations"
            code = _in_kebab_case(type(failure).__name__)
            finding = _violation(recorder, case_id) or Finding(
                PART,
                place,
                code,
                f"schemathesis's check {check.name} passes",
                f"{failure.title}: {failure.message}",
            )
            finding = replace(finding, code=code)
        self._add(replace(finding, fix=f"{finding.fix}; found with: {info.code_sample}"))

    def _add(self, finding: Finding) -> None:
        if (finding.pointer, finding.code) not in {
            (one.pointer, one.code) for one in self.findings
        }:
            self.findings.append(finding)


def _in_kebab_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _violation(recorder: ScenarioRecorder, case_id: str) -> Finding | None:
    """Report where an answer breaks its schema, also within a union; None if it does not."""
    node, interaction = recorder.cases.get(case_id), recorder.interactions.get(case_id)
    operation = None if node is None else checks.operation_of(node.value)
    response = None if interaction is None else interaction.response
    if operation is None or response is None:
        return None
    content = operation.responses.get(str(response.status_code), {}).get("content", {})
    try:
        body = json.loads(response.content)
    except ValueError:
        return None
    error = nearest_error(operation.contract, content.get(JSON_TYPE, {}).get("schema", {}), body)
    if error is None:
        return None
    return violation(PART, f"{operation} {response.status_code}", error)


def run(service: Scenario, size: Size, only: str | None = None) -> Sweep:
    """Try the service against the committed contract; `only` is the id of one operation."""
    schema = schemathesis.openapi.from_dict(
        _with_real_ids(service), config=_config(service, size, only)
    )
    schema.app = service
    sweep = Sweep()
    for event in from_schema(schema).execute():
        sweep.take(event)
    tried = [one for one in service.contract.operations() if only in (None, one.name)]
    sweep.findings += [*unanswered(sweep, tried), *unread(sweep, tried)]
    return sweep


def _with_real_ids(service: Scenario) -> dict[str, Any]:
    """Return the contract, with issued ids as the examples of path parameters."""
    contract = service.contract.copy()
    for operation in contract.operations():
        for parameter in operation.parameters:
            if parameter["in"] == "path":
                parameter["example"] = service.issued_id(operation, parameter["name"])
    return contract.document


def unanswered(sweep: Sweep, tried: list[Operation]) -> list[Finding]:
    """Report operations that never succeeded or never had data, though the home has everything."""
    fix = (
        "check whether another route shadows this one, or answers its error as null; then run "
        "`pytest contract_tests/test_replay.py`"
    )
    findings = []
    for name in map(str, tried):
        if name not in sweep.with_data:
            found = f"by status: {dict(sweep.answered.get(name, {}))}, none with data"
            expected = "an answer with data, which the home has"
            findings.append(Finding(PART, name, "data-answered", expected, found, fix))
    return findings


def unread(sweep: Sweep, tried: list[Operation]) -> list[Finding]:
    """Report streams that should end and never did; a part of a stream proves nothing."""
    code, expected, fix = "streams-read-whole", "a stream that ends", f"run `{STREAM_LAWS}`"
    found = "none of its streams ended, so none was tested"
    return [
        Finding(PART, f"{operation} x-sse/ends", code, expected, found, fix)
        for operation in tried
        if operation.streams
        and operation.content["x-sse"]["ends"]
        and not sweep.streams_whole[str(operation)]
    ]


def _config(service: Scenario, size: Size, only: str | None) -> SchemathesisConfig:
    phases = {phase: {"enabled": phase in size.phases} for phase in PHASES}
    stateful = {**phases["stateful"], "generation": {"max-examples": size.sequences}}
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "base-url": BASE_URL,
            "headers": service.headers,
            "max-stream-events": STREAM_EVENTS,
            "cache": {"enabled": False},
            # literals of our own sources would make a run depend on unrelated edits
            "analysis": {"constants": {"enabled": False}},
            "generation": {
                "deterministic": True,
                "max-examples": size.examples,
                "database": "none",
            },
            "phases": {**phases, "stateful": stateful},
            # our check refused_for_a_reason allows refusals that a schema cannot express
            "checks": {"positive_data_acceptance": {"enabled": False}},
            "operations": [*_streams(service, size), *_left_out(service, only)],
        }
    )


def _streams(service: Scenario, size: Size) -> list[dict[str, Any]]:
    """Limit how long the fuzz reads a stream; it reads endless streams less often."""
    configured = []
    for operation in service.contract.operations():
        if operation.streams:
            ends = operation.content["x-sse"]["ends"]
            entry = {
                "include-operation-id": operation.name,
                "request-timeout": STREAM_SECONDS,
                "generation": {"max-examples": size.examples if ends else min(5, size.examples)},
            }
            configured.append(entry)
    return configured


def _left_out(service: Scenario, only: str | None) -> list[dict[str, Any]]:
    names = [one.name for one in service.contract.operations() if only not in (None, one.name)]
    return [{"include-operation-id": names, "enabled": False}] if names else []
