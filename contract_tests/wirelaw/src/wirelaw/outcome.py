"""What a run of the checks found: new drifts, those of the baseline, and what could not be looked at."""

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wirelaw.baseline import RULES, Baseline
from wirelaw.finding import Finding, Unseen
from wirelaw.repository import Check, Repository

CLEAN, DRIFT, NOT_LOOKED_AT = 0, 1, 2
LEVELS = ("sources", "contract", "running service")


@dataclass(frozen=True)
class Outcome:
    """One run, sorted: the same sources give the same outcome."""

    checks: tuple[Check, ...]  #: those that ran
    findings: tuple[Finding, ...]  #: the new ones
    tolerated: tuple[Finding, ...]  #: those of the baseline
    unseen: tuple[Unseen, ...]
    notes: tuple[str, ...]
    base: str = ""  #: the root as seen from the folder in which the program runs, with / at its end; "" for that folder

    @property
    def exit_code(self) -> int:
        """2 goes before 1: an incomplete look may miss drifts, whatever it found."""
        if self.unseen:
            return NOT_LOOKED_AT
        return DRIFT if self.findings else CLEAN

    @property
    def rules(self) -> tuple[Check, ...]:
        """The checks that ran, and what the baseline itself may report."""
        return (*self.checks, *RULES)

    @property
    def summary(self) -> str:
        """Count everything, in one sentence."""
        parts = [f"{len(self.findings)} new {_plural('drift', len(self.findings))}"]
        if self.tolerated:
            parts.append(f"{len(self.tolerated)} in the baseline")
        if self.unseen:
            parts.append(f"{len(self.unseen)} not looked at")
        count = len(self.checks)
        return f"{', '.join(parts)}; {count} {_plural('check', count)} ran"


def judge(repository: Repository, checks: Sequence[Check], baseline: Baseline) -> Outcome:
    """Run checks and compare what they find with the baseline."""
    checks = [check for check in checks if not _is_missing(check, repository)]
    repository.read(max((check.level for check in checks), default=0))
    found = list(find(repository, checks))
    complete = not repository.unseen
    compared = baseline.compare(found, {check.code for check in checks}, complete=complete)
    return Outcome(
        checks=tuple(checks),
        findings=in_order(compared.new),
        tolerated=in_order(compared.tolerated),
        unseen=tuple(sorted(set(repository.unseen))),
        notes=tuple(dict.fromkeys(repository.notes)),
        base=_base(repository.tree.root),
    )


def _is_missing(check: Check, repository: Repository) -> bool:
    reason = check.missing(repository)
    if reason:
        repository.notes.append(
            f"level {check.level} ({LEVELS[check.level]}) did not run: {reason}"
        )
    return bool(reason)


def find(repository: Repository, checks: Iterable[Check]) -> Iterator[Finding]:
    """Yield what checks find, each drift once. A check that breaks is listed, and the others run."""
    seen: set[str] = set()
    places: set[tuple[str, str]] = set()  #: code and pointer of each finding
    ignored = set(repository.settings.ignore)
    for check in checks:
        try:
            found = list(check.run(repository))
        except Exception as error:  # noqa: BLE001 - sources of any kind go in, and the other checks still count
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            reason = f"a fault of wirelaw in {place}: {type(error).__name__}: {error}"
            repository.unseen.append(Unseen(f"the check {check.code}", reason))
            continue
        for finding in found:
            is_repeated = finding.id in seen or (check.same_as, finding.pointer) in places
            if not is_repeated and not ignored & {finding.code, *finding.names}:
                seen.add(finding.id)
                places.add((finding.code, finding.pointer))
                yield finding


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by place; lines as numbers."""
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[str, int, str, tuple[str, ...]]:
    path, _, line = finding.pointer.rpartition(":")
    is_place = bool(path) and line.isdigit()
    place = (path, int(line)) if is_place else (finding.pointer, 0)
    return (*place, finding.code, finding.key)


def _base(root: Path) -> str:
    """Where the root is below the working directory; "" outside it, as nothing better is known then."""
    try:
        relative = root.resolve().relative_to(Path.cwd())
    except ValueError:
        return ""
    return "" if relative == Path() else f"{relative.as_posix()}/"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
