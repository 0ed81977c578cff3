"""What may break without making an operation fail, each with its reason and what must come of it instead."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from contract_tests.asgi import Answer
from contract_tests.document import Operation
from contract_tests.faults.derived import Breakage, Law
from contract_tests.faults.law import comparable, is_answer
from contract_tests.faults.requests import Request


class Outcome(Enum):
    """What must come of it, where it is not refused."""

    AS_BEFORE = auto()  #: the same answer
    ANSWERED = auto()  #: an answer by the contract, maybe another one
    FAILING = auto()  #: an answer whose verdict is `failing`, with a check that says so
    SENT = auto()  #: a stream as it was logged
    ABSENT = auto()  #: a declared 404


@dataclass(frozen=True)
class Borne:
    """Faults that an operation bears."""

    requests: str  #: ids of operations, with the headers that are sent; as a regular expression
    faults: str  #: names, likewise
    outcome: Outcome
    why: str

    def fits(self, request: Request, breakage: Breakage) -> bool:
        """Whether this is about a fault below a request."""
        named = re.fullmatch(self.requests, " ".join([request.operation.name, *request.headers]))
        return bool(named and re.fullmatch(self.faults, breakage.fault.name, re.DOTALL))

    def judge(
        self, operation: Operation, breakage: Breakage, before: Answer, answer: Answer
    ) -> list[str]:
        """Say what is not as it is said here."""
        if self.outcome is Outcome.SENT:
            return [] if answer.streams else ["it should be sent as it was logged"]
        if self.outcome is Outcome.ABSENT:
            declared = "404" in operation.content["responses"] and answer.status == 404
            return [] if declared else [f"it should not be found, and answered {answer.status}"]
        wrong = is_answer(operation, answer)
        if wrong:
            return wrong
        if self.outcome is Outcome.FAILING:
            return _is_failing(answer) if breakage.law is Law.REFUSED else []
        same = comparable(before) == comparable(answer)
        if self.outcome is Outcome.AS_BEFORE and not same and operation.method == "get":
            return [f"it should change nothing ({self.why}) and changes the answer"]
        return []


def _is_failing(answer: Answer) -> list[str]:
    data = answer.json()["data"]
    failing = [check for check in data["checks"] if check["status"] == "failing"]
    if data["status"] == "failing" and failing:
        return []
    return [f"its verdict is {data['status']}, and {len(failing)} checks are failing"]


_GONE = "models/registry.json is gone"

BORNE: tuple[Borne, ...] = (
    # what is not there yet
    Borne("list_models|get_health|get_model_age", _GONE, Outcome.ANSWERED, "nothing is promoted"),
    Borne("list_models", "models is gone", Outcome.ANSWERED, "no version was trained yet"),
    Borne(
        "submit_.*|get_data_mode|get_health",
        r"data/files\.json (is gone|signature is \"nobody-knows\")",
        Outcome.ANSWERED,
        "the description of the data is made anew",
    ),
    # what chooses rows: a row of somebody else is not an error
    Borne(
        "get_latest_cycle", r"autopilot_cycles\.data_source is .*", Outcome.ANSWERED, "other data"
    ),
    Borne(
        "get_latest_cycle",
        r"autopilot_decisions\.cycle_id is .*",
        Outcome.ANSWERED,
        "another cycle",
    ),
    Borne(
        "get_paper_account",
        r"paper_(accounts|positions)\.account is .*",
        Outcome.ANSWERED,
        "another account",
    ),
    Borne(
        "get_execution_quality|get_health",
        r"execution_fills\.account is .*",
        Outcome.ANSWERED,
        "another account",
    ),
    Borne(
        "get_paper_account",
        r"paper_positions\.place is .*",
        Outcome.AS_BEFORE,
        "it orders rows and is not told",
    ),
    Borne(
        "list_backtests|get_latest_signals|get_health|submit_.*",
        r"jobs\.status is .*",
        Outcome.ANSWERED,
        "jobs of one status are asked for",
    ),
    Borne(
        "list_backtests",
        r"jobs\.job_type is .*",
        Outcome.ANSWERED,
        "jobs of one type are asked for",
    ),
    Borne("cancel_job", r"jobs\.job_id is .*", Outcome.ABSENT, "a job of that id is asked for"),
    Borne(
        "stream_events last-event-id|stream_events",
        r"jobs\.status is .*",
        Outcome.ANSWERED,
        "it chooses jobs, and the log says where they stand",
    ),
    Borne(
        ".*",
        r"jobs\.(job_id|job_type) is .*",
        Outcome.ANSWERED,
        "unique, so the newest row alone is damaged, and another is asked for",
    ),
    Borne(
        ".*",
        r"jobs\.idempotency_key is .*",
        Outcome.ANSWERED,
        "it is not told; without its key a job is another one",
    ),
    Borne(
        "submit_[a-z]+",
        r"jobs\..*",
        Outcome.ANSWERED,
        "the new row is read back, and no other is looked at",
    ),
    # what the log holds
    Borne(
        "stream_.*",
        r"job_events\..*",
        Outcome.SENT,
        "an event is validated when it is logged, and sent as it was written",
    ),
    # what a library reads in its own way
    Borne(
        ".*",
        r"jobs\.cancel_requested is .*",
        Outcome.ANSWERED,
        "SQLAlchemy reads whatever is there as true",
    ),
    Borne(
        ".*",
        r"models/v1/manifest\.json trained_at is 7",
        Outcome.ANSWERED,
        "pydantic reads a number as a Unix time",
    ),
    # what answers with a verdict
    Borne("get_health", ".*", Outcome.FAILING, "its answer is the verdict: 200 also when failing"),
)
