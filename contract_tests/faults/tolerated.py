"""Faults that may leave an operation working, each with the reason and the answer that is expected instead of a refusal."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from contract_tests.faults.derived import Breakage, Law
from contract_tests.faults.law import check_success, comparable, deviation
from contract_tests.faults.requests import Request
from wirelaw.contract.document import Operation
from wirelaw.finding import Finding
from wirelaw.running.exchange import Answer


class Outcome(Enum):
    """The answer that is expected, where it is no refusal."""

    AS_BEFORE = auto()  #: the same answer
    ANSWERED = auto()  #: an answer by the contract, maybe another one
    FAILING = auto()  #: an answer whose verdict is `failing`, with a check that says so
    SENT = auto()  #: a stream as it was logged
    ABSENT = auto()  #: a declared 404


@dataclass(frozen=True)
class Tolerated:
    """Faults that an operation tolerates."""

    requests: str  #: ids of operations and the headers that are sent, as a regular expression
    faults: str  #: names of faults, likewise
    why: str
    outcome: Outcome = Outcome.ANSWERED

    def fits(self, request: Request, breakage: Breakage) -> bool:
        """Return whether this tolerates a fault below a request."""
        named = re.fullmatch(self.requests, " ".join([request.operation.name, *request.headers]))
        return bool(named and re.fullmatch(self.faults, breakage.fault.name, re.DOTALL))

    def deviations(
        self, operation: Operation, breakage: Breakage, before: Answer, answer: Answer
    ) -> list[Finding]:
        """Return what differs from the expected outcome."""
        found = f"{answer.status}: {answer.body.decode(errors='replace')}"
        if self.outcome is Outcome.SENT:
            expected = "a stream as it was logged"
            return [] if answer.streams else [deviation("not-sent", expected, found)]
        if self.outcome is Outcome.ABSENT:
            is_declared = "404" in operation.responses and answer.status == 404
            return [] if is_declared else [deviation("not-absent", "404", found)]
        wrong = check_success(operation, answer)
        if wrong:
            return wrong
        if self.outcome is Outcome.FAILING:
            return _check_verdict(answer) if breakage.law is Law.REFUSED else []
        same = comparable(before) == comparable(answer)
        if self.outcome is Outcome.AS_BEFORE and not same and operation.method == "get":
            return [deviation("answer-changed", f"the same answer ({self.why})", found)]
        return []


def _check_verdict(answer: Answer) -> list[Finding]:
    data = answer.json()["data"]
    failing = [check for check in data["checks"] if check["status"] == "failing"]
    if data["status"] == "failing" and failing:
        return []
    found = f"{data['status']}, and {len(failing)} checks are failing"
    return [deviation("not-failing", "the status failing, and a check that fails", found)]


_GONE = "models/registry.json is gone"
_ACCOUNT, _FILL = r"paper_(accounts|positions)\.account is .*", r"execution_fills\.account is .*"
_PLACE = r"paper_positions\.place is .*"
_LISTS = "list_backtests|get_latest_signals|get_health|submit_.*"
_DATA = r"data/files\.json (is gone|signature is \"unknown-name\")"

TOLERATED: tuple[Tolerated, ...] = (
    # what may not exist yet
    Tolerated("list_models|get_health|get_model_age", _GONE, "nothing is promoted"),
    Tolerated("delete_model", r"models(/registry\.json)? is gone", "nothing is promoted"),
    Tolerated(
        "delete_model",
        r"(autopilot_cycles\.data_source|autopilot_decisions\.cycle_id|paper_(accounts|positions)\.account"
        r"|paper_positions\.place|jobs\.(status|started_at|result metrics\.n_trades)) is .*",
        "these columns name no version; a row of another owner is no error",
    ),
    Tolerated("list_models", "models is gone", "no version was trained yet"),
    Tolerated("submit_.*|get_data_mode|get_health", _DATA, "the data are described again"),
    # columns that choose rows: a row of another owner is no error
    Tolerated("get_latest_cycle", r"autopilot_cycles\.data_source is .*", "other data"),
    Tolerated("get_latest_cycle", r"autopilot_decisions\.cycle_id is .*", "another cycle"),
    Tolerated("get_paper_account", _ACCOUNT, "another account"),
    Tolerated("get_execution_quality|get_health", _FILL, "another account"),
    Tolerated("get_paper_account", _PLACE, "it only orders rows", Outcome.AS_BEFORE),
    Tolerated(_LISTS, r"jobs\.status is .*", "only jobs of one status are listed"),
    Tolerated("list_backtests", r"jobs\.job_type is .*", "only jobs of one type are listed"),
    Tolerated("(cancel|delete)_job", r"jobs\.job_id is .*", "the id finds the job", Outcome.ABSENT),
    Tolerated("stream_events.*", r"jobs\.status is .*", "it chooses jobs; the log has their state"),
    Tolerated(".*", r"jobs\.(job_id|job_type) is .*", "unique, so another row is read"),
    Tolerated(".*", r"jobs\.idempotency_key is .*", "not sent; another key is another job"),
    Tolerated(".*", r"jobs\.(begun|lost|retry_at) is .*", "no record has them", Outcome.AS_BEFORE),
    Tolerated("submit_[a-z]+", r"jobs\..*", "only the new row is read back"),
    Tolerated("cancel_job", r"job_totals\..*", "no answer has the totals", Outcome.AS_BEFORE),
    # what is deleted need not be readable
    Tolerated(
        "delete_job",
        r"(jobs|job_events|job_log|job_totals|leftover_files)( gone|\..* is .*)",
        "a damaged row can go",
    ),
    Tolerated(
        "submit_.*|cancel_job", r"jobs\.report_deleted_at is .*", "only a report is deleted so"
    ),
    Tolerated("delete_job(_report)?", "the database is full", "it needs no more space"),
    Tolerated("(get|stream)_job_log.*", r"job_log\.job_id is .*", "the id finds the lines"),
    # the log
    Tolerated("stream_.*", r"job_events\..*", "it is sent as it was logged", Outcome.SENT),
    # values that a library converts
    Tolerated(".*", r"jobs\.cancel_requested is .*", "SQLAlchemy reads any value as true"),
    Tolerated(".*", r"models/[^/]+/manifest\.json trained_at is 7", "pydantic reads a Unix time"),
    # an answer that is a verdict
    Tolerated("get_health", ".*", "its answer is the verdict, also when failing", Outcome.FAILING),
)
