"""A table for a comment on a pull request, and the table of all checks."""

from collections.abc import Iterable

from wirelaw.finding import Finding
from wirelaw.outcome import Outcome
from wirelaw.repository import Check

#: a comment on GitHub has 65,536 characters at most
MAX_ROWS = 100
MAX_CELL = 300
_LEVELS = ("sources", "contract", "running")


def render(outcome: Outcome) -> str:
    """Write the comment."""
    lines = [f"### wirelaw: {outcome.summary}", ""]
    if outcome.findings:
        lines += ["| drift | look here | the other side | |", "| --- | --- | --- | --- |"]
        lines += [_row(finding) for finding in outcome.findings[:MAX_ROWS]]
        if len(outcome.findings) > MAX_ROWS:
            lines += ["", f"and {len(outcome.findings) - MAX_ROWS} more"]
        lines.append("")
    items = [*map(str, outcome.unseen), *(f"note: {note}" for note in outcome.notes)]
    lines += [f"- {_cell(item)}" for item in items[:MAX_ROWS]]
    return "\n".join(lines).rstrip() + "\n"


def table(checks: Iterable[Check]) -> str:
    """Write the checks by level, with the first sentence of what each means."""
    lines = ["| check | level | what a finding means |", "| --- | --- | --- |"]
    for check in sorted(checks, key=lambda one: (one.level, one.code)):
        first = check.meaning.partition(". ")[0].rstrip(".")
        level = f"{check.level} {_LEVELS[check.level]}"
        lines.append(f"| `{check.code}` | {level} | {_cell(first)} |")
    return "\n".join(lines) + "\n"


def _row(finding: Finding) -> str:
    this = f"`{_cell(finding.pointer)}` {_cell(finding.found)}"
    other = f"`{_cell(finding.source)}` " if finding.source else ""
    cells = (f"`{finding.code}`", this, f"{other}{_cell(finding.expected)}", f"`{finding.id}`")
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    line = " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
    return line if len(line) <= MAX_CELL else f"{line[: MAX_CELL - 1]}…"
