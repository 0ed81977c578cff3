"""One run of schemathesis over the committed contract: every phase, every check, in this process and by a seed."""

import copy
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import PhaseName
from schemathesis.openapi.checks import JsonSchemaError

from contract_tests.document import contract, operations
from contract_tests.fuzz import checks
from contract_tests.fuzz.subject import Subject
from tests.api.apps import BASE_URL

SEED = 20_26
STREAM_EVENTS = 200  #: read of one stream; a job's own has fewer
ENDLESS_SECONDS = 0.05  #: that one is listened to


@dataclass(frozen=True)
class Size:
    """How much is tried."""

    examples: int  #: made-up requests of each operation
    sequences: int  #: of requests that follow from one another
    phases: tuple[str, ...] = ("examples", "coverage", "fuzzing", "stateful")


QUICK = Size(examples=12, sequences=20)
SMALL = Size(examples=3, sequences=5, phases=("examples", "fuzzing", "stateful"))


@dataclass
class Sweep:
    """What a run tried and found."""

    faults: list[str] = field(default_factory=list)  #: each once, its first line says everything
    requests: Counter[PhaseName] = field(default_factory=Counter)
    sequences: int = 0
    answered: dict[str, Counter[int]] = field(default_factory=dict)  #: statuses by operation
    with_data: set[str] = field(default_factory=set)  #: operations that had something to say
    streams_whole: int = 0
    streams_cut: int = 0  #: which counts as untested
    _seen: set[tuple[str | None, str]] = field(default_factory=set)

    def told(self) -> str:
        """Sum it up on one line."""
        stateful = self.requests[PhaseName.STATEFUL_TESTING]
        rest = self.requests.total() - stateful
        return (
            f"{rest} cases over {len(self.answered)} operations, {stateful} requests in "
            f"{self.sequences} stateful sequences, {self.streams_whole} streams read whole, "
            f"{self.streams_cut} in part (untested)"
        )

    def take(self, event: events.EngineEvent) -> None:
        """Note what the engine says."""
        match event:
            case events.ScenarioFinished():
                self._take(event.phase, event.recorder)
            case events.NonFatalError():
                self._fault(event.label, "engine", str(event.value), "")
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
            if response.status_code < 300 and b'"data":null' not in response.content[:20]:
                self.with_data.add(str(operation))
            if operation.streams and response.status_code == 200:
                self.streams_cut += response.stream_cut_short
                self.streams_whole += not response.stream_cut_short
        for found in recorder.checks.values():
            for node in found:
                if node.failure_info is not None:
                    self._failure(node.name, node.failure_info.failure, node.failure_info.code_sample)

    def _failure(self, check: str, failure: Failure, sample: str) -> None:
        place = failure.title
        if isinstance(failure, JsonSchemaError):
            pointer = "/" + "/".join(map(str, failure.instance_path))
            place = f"{pointer}: {failure.message.splitlines()[0][:200]}"
        detail = failure.message if failure.message.startswith("run: ") else (
            f"run: {checks.CHECK}\n{failure.message}"
        )
        self._fault(failure.operation or "all", check, f"{place}; {detail}", sample)

    def _fault(self, operation: str, check: str, told: str, sample: str) -> None:
        key = (operation, check + told.partition(";")[0])
        if key not in self._seen:
            self._seen.add(key)
            self.faults.append(f"fuzz: {operation}: {check}: {told}\n  {sample}".rstrip())


def run(service: Subject, size: Size, document: Mapping[str, Any] | None = None) -> Sweep:
    """Try the service against the committed contract, or against another document."""
    schema = schemathesis.openapi.from_dict(
        copy.deepcopy(dict(document or contract())), config=_config(service, size)
    )
    schema.app = service
    sweep = Sweep()
    for event in from_schema(schema).execute():
        sweep.take(event)
    sweep.faults += unanswered(sweep)
    return sweep


def unanswered(sweep: Sweep) -> list[str]:
    """Name operations that never succeeded or never had data, though the home has everything."""
    return [
        f"fuzz: {operation}: it never answered with data, though there is some: "
        f"{dict(sweep.answered.get(str(operation), {}))}; is its route shadowed by another, or its "
        "error told as null? run: pytest contract_tests/test_replay.py"
        for operation in operations()
        if str(operation) not in sweep.with_data
    ]


def _config(service: Subject, size: Size) -> SchemathesisConfig:
    phases = ("examples", "coverage", "fuzzing", "stateful")
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "base-url": BASE_URL,
            "headers": service.headers,
            "max-stream-events": STREAM_EVENTS,
            # literals of our own sources would make a run depend on unrelated edits
            "analysis": {"constants": {"enabled": False}},
            "generation": {
                "deterministic": True,
                "max-examples": size.examples,
                "database": "none",
            },
            "phases": {
                **{phase: {"enabled": phase in size.phases} for phase in phases},
                "stateful": {
                    "enabled": "stateful" in size.phases,
                    "generation": {"max-examples": size.sequences},
                },
            },
            # ours knows which refusals a schema cannot foresee: refused_for_a_reason
            "checks": {"positive_data_acceptance": {"enabled": False}},
            "operations": [
                {
                    "include-operation-id": operation.name,
                    "request-timeout": ENDLESS_SECONDS,
                    "generation": {"max-examples": min(5, size.examples)},
                }
                for operation in operations()
                if operation.streams and not operation.content["x-sse"]["ends"]
            ],
        }
    )
