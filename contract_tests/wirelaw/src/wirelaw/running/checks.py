"""The checks of level 2: what the traffic shows that the command line names."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from wirelaw.finding import Finding, Unseen
from wirelaw.repository import Check, Repository
from wirelaw.running.kinds import KINDS

LEVEL = 2


def observed(repository: Repository) -> list[Finding]:
    """Return all that the traffic shows."""
    try:
        # levels 0 and 1 need nothing but the standard library
        from wirelaw.running.traffic import Traffic, nearest_contract  # noqa: PLC0415
    except ImportError as error:
        reason = f"level 2 needs `pip install wirelaw[running]`: {error}"
        repository.unseen.append(Unseen("the running service", reason))
        return []
    inputs, root = repository.inputs, repository.tree.root
    traffic = Traffic(root, har=inputs.har, url=inputs.url, app=inputs.app)
    try:
        if inputs.contract:
            traffic.use(Path(inputs.contract))
        elif not inputs.app:
            # an app declares itself, and a file may be of another version
            traffic.contract, traffic.source = nearest_contract(root)
    except (OSError, ValueError) as error:
        repository.unseen.append(Unseen("the contract", " ".join(str(error).split())))
    found = traffic.findings()
    repository.unseen += traffic.unseen
    return found


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
