"""Breaks each dependency of each operation in turn, sends a request, repairs it, and sends the request again."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.clocked import without_clock
from contract_tests.faults.derived import Breakage, Law, breakages, unbreakable
from contract_tests.faults.law import (
    PART,
    check_refusal,
    check_success,
    comparable,
    deviation,
)
from contract_tests.faults.probe import Touched, watched
from contract_tests.faults.requests import (
    ENDED,
    UNFINISHED,
    MissingRequestExample,
    Request,
    answer_to,
    requests_of,
)
from contract_tests.faults.tolerated import Tolerated
from contract_tests.kit.examples import REPORT
from contract_tests.kit.homes import FilledService
from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.domain.parameters import TrainParameters
from wirelaw.contract.document import Operation
from wirelaw.finding import Finding, as_value
from wirelaw.running.exchange import Answer

#: one in this many of the `fine` faults is repeated for each request
AGAIN = 30


@dataclass
class Report:
    """The faults that were tried, and the findings."""

    below: str
    enough: int
    findings: list[Finding] = field(default_factory=list)
    n_faults: int = 0
    broken: dict[str, set[str]] = field(default_factory=dict)  #: places, by operation
    done: set[tuple[Tolerated | None, str]] = field(default_factory=set)
    used: set[Tolerated] = field(default_factory=set)

    def add(self, request: Request, fault: str, deviations: Iterable[Finding]) -> None:
        """Report what is wrong with the answer to a request."""
        self.findings += [
            replace(one, pointer=f"{request}: {fault} {one.pointer}".rstrip()) for one in deviations
        ]


async def break_each(
    service: FilledService,
    operations: Iterable[Operation],
    tolerated: Sequence[Tolerated] = (),
    *,
    below: str = "",
    enough: int = sys.maxsize,
) -> Report:
    """Break what each operation needs; `tolerated` lists faults that do not make it fail, and why.

    It breaks only places whose names begin with `below`, and stops after `enough` findings.
    """
    report = Report(below, enough)
    for operation in operations:
        try:
            requests = list(requests_of(operation))
        except MissingRequestExample as error:
            code, found = "no-request-example", "No example for this request"
            report.findings.append(Finding(PART, error.place, code, "an example", found, error.fix))
            continue
        for request in requests:
            await _break_below(service, request, tolerated, report)
    return report


async def _break_below(
    service: FilledService, request: Request, tolerated: Sequence[Tolerated], report: Report
) -> None:
    before = await _send(service, request)
    deviations = check_success(request.operation, before)
    if deviations:
        report.add(request, "nothing is broken", deviations)
        return
    touched = await watch(service, request)
    fix = "add faults for it to contract_tests/faults/derived.py"
    unknown = [
        deviation("unknown-dependency", "dependencies that the gate can break", name, fix)
        for name in unbreakable(touched, service)
    ]
    report.add(request, "nothing is broken", unknown)
    await forget(service, request)
    for number, breakage in enumerate(breakages(touched, service)):
        name = breakage.fault.name
        excuse = next((one for one in tolerated if one.fits(request, breakage)), None)
        if breakage.fine and (excuse, name) in report.done and number % AGAIN:
            continue
        report.done.add((excuse, name))
        if not breakage.place.startswith(report.below):
            continue
        if len(report.findings) >= report.enough:
            return
        report.n_faults += 1
        report.broken.setdefault(request.operation.name, set()).add(breakage.place)
        deviations, used = await _break(service, request, breakage, excuse, before)
        report.add(request, name, deviations)
        if excuse is not None and used:
            report.used.add(excuse)
        await forget(service, request)


async def watch(service: FilledService, request: Request) -> Touched:
    """Return what a request touches."""
    await service.reopen_database()
    with watched(service.parts.database.engine) as touched:
        await _send(service, request)
    await service.reopen_database()
    return touched


async def _break(
    service: FilledService,
    request: Request,
    breakage: Breakage,
    excuse: Tolerated | None,
    before: Answer,
) -> tuple[list[Finding], bool]:
    """Return the findings, and whether the entry of tolerated.py was needed."""
    job_id, n_jobs = await _own_job(service, request), None
    found: list[Finding] = []
    try:
        n_jobs = _count(service)
        async with breakage.fault.broken(service):
            answer = await answer_to(request, service, job_id)
    except AssertionError as error:
        found.append(deviation("home-changed", "what is damaged stays as it is", str(error)))
    found += _check(request, breakage, before, answer, _secrets(service))
    used = bool(found)
    if used and excuse is not None:
        found = excuse.deviations(request.operation, breakage, before, answer)
    if answer.status >= 400 and _count(service) != n_jobs:
        jobs = f"{n_jobs} jobs became {_count(service)}"
        found.append(deviation("refused-and-queued", "a refusal without effect", jobs))
    repaired = await answer_to(request, service, job_id)
    if request.operation.method == "get":
        found += _lost(before, repaired)
    elif answer.status >= 400 and check_success(request.operation, repaired):
        # a refusal has no effect, so that the same request succeeds now
        found.append(_not_recovered(f"{repaired.status}: {repaired.body.decode(errors='replace')}"))
    return found, used


def _check(
    request: Request,
    breakage: Breakage,
    before: Answer,
    answer: Answer,
    secrets: Sequence[str],
) -> list[Finding]:
    operation = request.operation
    if breakage.law is Law.AS_BEFORE:
        return check_success(operation, answer) or _changed(request, before, answer)
    if breakage.law is Law.ANSWERED:
        return check_success(operation, answer)
    refusal = check_refusal(operation, answer, secrets)
    if not refusal or breakage.law is Law.REFUSED:
        return refusal
    wrong = check_success(operation, answer)
    if wrong:
        return [*refusal, *wrong]
    is_shown = breakage.word.encode() in answer.body
    return [] if is_shown or not _changed(request, before, answer) else refusal


def _changed(request: Request, before: Answer, answer: Answer) -> list[Finding]:
    if request.operation.method != "get" or _stable(before) == _stable(answer):
        return []
    expected = "the same answer, because the operation does not need what is broken"
    return [deviation("answer-changed", expected, as_value(_stable(answer)))]


def _lost(before: Answer, after: Answer) -> list[Finding]:
    if after.status != before.status:
        return [_not_recovered(str(after.status))]
    return [] if _stable(before) == _stable(after) else [_not_recovered("another answer")]


def _not_recovered(found: str) -> Finding:
    return deviation("not-recovered", "the answer from before, when the fault is repaired", found)


def _stable(answer: Answer) -> Any:
    return without_clock(comparable(answer))


async def _send(service: FilledService, request: Request) -> Answer:
    return await answer_to(request, service, await _own_job(service, request))


async def _own_job(service: FilledService, request: Request) -> str | None:
    if request.operation.name not in UNFINISHED | ENDED:
        return None
    params = TrainParameters().model_dump_json()
    job_id = str((await service.store.submit(JobType.TRAIN, params)).job_id)
    if request.operation.name in ENDED:
        await service.store.request_cancel(job_id)
    return job_id


def _count(service: FilledService) -> int:
    with closing(service.connect()) as other:
        return int(other.execute("SELECT count(*) FROM jobs").fetchone()[0])


async def forget(service: FilledService, request: Request) -> None:
    """Undo what a request changed, so that each fault finds the same home."""
    if request.operation.method == "delete":
        # it may have deleted the report
        report = REPORT.model_copy(update={"job_id": service.backtest})
        Artifacts(service.home).write_report(report)
        with closing(service.connect()) as other:
            other.execute("UPDATE jobs SET report_deleted_at = NULL")
            other.execute("DELETE FROM job_events WHERE event = 'deleted'")
    if request.operation.method != "get":
        with closing(service.connect()) as other:
            for table in ("job_events", "jobs"):
                other.execute(
                    f"DELETE FROM {table} WHERE job_id IN (SELECT job_id FROM jobs "  # noqa: S608
                    "WHERE idempotency_key IS NULL AND status IN ('queued', 'cancelled'))"
                )


def _secrets(service: FilledService) -> list[str]:
    return [str(service.home), str(service.prices), "quant_engine.db"]
