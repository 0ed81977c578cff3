"""The checks of level 2: what the traffic shows that the command line names."""

from collections.abc import Iterator
from functools import partial

from wirelaw.contract.checking import contract_of
from wirelaw.finding import Finding, Unseen
from wirelaw.repository import Check, Repository
from wirelaw.running.kinds import KINDS

LEVEL = 2


def observed(repository: Repository) -> list[Finding]:
    """Return all that the traffic shows."""
    try:
        # levels 0 and 1 need nothing but the standard library
        from wirelaw.running.held import PageReads  # noqa: PLC0415 - as above
        from wirelaw.running.traffic import Traffic  # noqa: PLC0415 - as above
    except ImportError as error:
        reason = f"level 2 needs `pip install wirelaw[running]`: {error}"
        repository.unseen.append(Unseen("the running service", reason))
        return []
    inputs = repository.inputs
    # an app declares itself, and a file may be of another version
    declared = repository.once(contract_of) if inputs.contract or not inputs.app else None
    traffic = Traffic(
        repository.tree.root,
        contract=declared.contract if declared else None,
        source=declared.path if declared else "",
        har=inputs.har,
        url=inputs.url,
        app=inputs.app,
        reads=PageReads(error_fields=_error_fields(repository)),
    )
    found = traffic.findings()
    repository.unseen += traffic.unseen
    return found


def _error_fields(repository: Repository) -> tuple[str, ...]:
    """Return what the page reads of an error, where all its readers of errors read the same."""
    facts = repository.page.get("calls", ())
    reads = {tuple(fact["reads"]) for fact in facts if fact["kind"] == "failure"}
    return next(iter(reads)) if len(reads) == 1 else ()


def _of(code: str, repository: Repository) -> Iterator[Finding]:
    return (finding for finding in repository.once(observed) if finding.code == code)


def _missing(repository: Repository) -> str:
    inputs = repository.inputs
    if inputs.har or inputs.url or inputs.app:
        return ""
    return "no traffic was named; name it with --har, --url or --app"


RUNNING: tuple[Check, ...] = tuple(
    Check(code, LEVEL, kind.meaning, kind.fix, partial(_of, code), _missing)
    for code, kind in KINDS.items()
)
