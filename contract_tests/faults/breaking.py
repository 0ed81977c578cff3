"""Breaks each dependency of each operation in turn, asks, mends, and asks again."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from contract_tests.asgi import Answer
from contract_tests.document import Operation
from contract_tests.faults.borne import Borne
from contract_tests.faults.derived import Breakage, Law, breakages, strange
from contract_tests.faults.law import comparable, is_answer, is_refusal
from contract_tests.faults.probe import Touched, watched
from contract_tests.faults.requests import UNFINISHED, Request, Unasked, answer_to, requests_of
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.parameters import TrainParameters
from contract_tests.kit.homes import Site

CLOCKED = ("age_days", "reason")  #: fields of answers that go with the clock
#: what is mostly read by the same code is broken anew for each request in one of so many ways
AGAIN = 30
MEND = (
    "  Mend the operation, or say in contract_tests/faults/borne.py why it bears this, then run\n"
    "  pytest contract_tests/faults"
)


@dataclass
class Findings:
    """What came of it."""

    below: str
    enough: int
    wrong: list[str] = field(default_factory=list)
    n_faults: int = 0
    broken: dict[str, set[str]] = field(default_factory=dict)  #: places, by operation
    done: set[tuple[Borne | None, str]] = field(default_factory=set)  #: fine ones
    used: set[Borne] = field(default_factory=set)

    def found(self, request: Request, where: str, problems: Iterable[str]) -> None:
        """Note what is wrong."""
        self.wrong += [f"{request}: {where}: {problem}\n{MEND}" for problem in problems]


async def break_each(
    site: Site,
    operations: Iterable[Operation],
    borne: Sequence[Borne] = (),
    *,
    below: str = "",
    enough: int = sys.maxsize,
) -> Findings:
    """Break what each operation needs; `borne` says what does not make it fail, and why.

    `below` is how the names of the places begin that are broken; `enough` findings end it.
    """
    findings = Findings(below, enough)
    for operation in operations:
        try:
            requests = list(requests_of(operation))
        except Unasked as error:
            findings.wrong.append(str(error))
            continue
        for request in requests:
            await _break_below(site, request, borne, findings)
    return findings


async def _break_below(
    site: Site, request: Request, borne: Sequence[Borne], findings: Findings
) -> None:
    before = await _asked(site, request)
    problems = is_answer(request.operation, before)
    if problems:
        findings.found(request, "nothing is broken", problems)
        return
    touched = await watch(site, request)
    findings.found(request, "it needs what nobody can break here", strange(touched, site))
    await forget(site, request)
    for number, breakage in enumerate(breakages(touched, site)):
        name = breakage.fault.name
        excuse = next((one for one in borne if one.fits(request, breakage)), None)
        if breakage.fine and (excuse, name) in findings.done and number % AGAIN:
            continue
        findings.done.add((excuse, name))
        if not breakage.place.startswith(findings.below):
            continue
        if len(findings.wrong) >= findings.enough:
            return
        findings.n_faults += 1
        findings.broken.setdefault(request.operation.name, set()).add(breakage.place)
        problems, used = await _break(site, request, breakage, excuse, before)
        findings.found(request, name, problems)
        if excuse is not None and used:
            findings.used.add(excuse)
        await forget(site, request)


async def watch(site: Site, request: Request) -> Touched:
    """Return what a request touches."""
    await site.let_go()
    with watched(site.app.state.service._database._engine) as touched:
        await _asked(site, request)
    await site.let_go()
    return touched


async def _break(
    site: Site, request: Request, breakage: Breakage, excuse: Borne | None, before: Answer
) -> tuple[list[str], bool]:
    """Say what is wrong, and whether the excuse was needed."""
    job_id, n_jobs = await _unfinished(site, request), None
    problems: list[str] = []
    try:
        n_jobs = _count(site)
        async with breakage.fault.broken(site):
            answer = await answer_to(request, site, job_id)
    except AssertionError as error:
        problems.append(str(error))
    problems += _judge(request, breakage, before, answer, _secrets(site))
    used = bool(problems) and excuse is not None
    if used and excuse is not None:
        problems = excuse.judge(request.operation, breakage, before, answer)
    if answer.status >= 400 and _count(site) != n_jobs:
        problems.append(f"it was refused, and {n_jobs} jobs became {_count(site)}")
    mended = await answer_to(request, site, job_id)
    if request.operation.method == "get":
        problems += _lost(before, mended)
    elif answer.status >= 400:
        # what was refused was not done, so it can be done now
        problems += [f"mended, it {problem}" for problem in is_answer(request.operation, mended)]
    return problems, used


def _judge(
    request: Request,
    breakage: Breakage,
    before: Answer,
    answer: Answer,
    secrets: Sequence[str],
) -> list[str]:
    operation = request.operation
    if breakage.law is Law.AS_BEFORE:
        return is_answer(operation, answer) or _changed(request, before, answer)
    if breakage.law is Law.ANSWERED:
        return is_answer(operation, answer)
    refusal = is_refusal(operation, answer, secrets)
    if not refusal or breakage.law is Law.REFUSED:
        return refusal
    wrong = is_answer(operation, answer)
    if wrong:
        return [*refusal, *wrong]
    told = breakage.word.encode() in answer.body
    return [] if told or not _changed(request, before, answer) else refusal


def _changed(request: Request, before: Answer, answer: Answer) -> list[str]:
    if request.operation.method != "get" or _stable(before) == _stable(answer):
        return []
    return ["what it does not need changed its answer"]


def _lost(before: Answer, after: Answer) -> list[str]:
    if after.status != before.status:
        return [f"mended, it answers {after.status}"]
    return [] if _stable(before) == _stable(after) else ["mended, it answers otherwise"]


def _stable(answer: Answer) -> Any:
    return _without_clock(comparable(answer))


def _without_clock(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_clock(inner) for name, inner in value.items() if name not in CLOCKED}
    return [_without_clock(inner) for inner in value] if isinstance(value, list) else value


async def _asked(site: Site, request: Request) -> Answer:
    return await answer_to(request, site, await _unfinished(site, request))


async def _unfinished(site: Site, request: Request) -> str | None:
    if request.operation.name not in UNFINISHED:
        return None
    params = TrainParameters().model_dump_json()
    return str((await site.app.state.services.store.submit(JobType.TRAIN, params)).job_id)


def _count(site: Site) -> int:
    with closing(site.beside()) as other:
        return int(other.execute("SELECT count(*) FROM jobs").fetchone()[0])


async def forget(site: Site, request: Request) -> None:
    """Remove what a request that makes something made, so that each fault finds the same home."""
    if request.operation.method != "get":
        with closing(site.beside()) as other:
            for table in ("job_events", "jobs"):
                other.execute(
                    f"DELETE FROM {table} WHERE job_id IN (SELECT job_id FROM jobs "  # noqa: S608
                    "WHERE idempotency_key IS NULL AND status IN ('queued', 'cancelled'))"
                )


def _secrets(site: Site) -> list[str]:
    return [str(site.home), str(site.prices), "quant_engine.db"]
