"""What `wirelaw explain` prints: what a drift means, both sides with their lines, how to fix and how to silence it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from wirelaw.finding import Finding, Place, Unseen
from wirelaw.outcome import LEVELS, Outcome
from wirelaw.repository import Check

#: lines that are quoted before and after a place
AROUND = 2


def of_check(check: Check) -> str:
    """Explain one kind of drift."""
    lines = [f"{check.code}, of level {check.level} ({LEVELS[check.level]})", "", check.meaning]
    silence = f'Silence the whole check with ignore = ["{check.code}"] in [tool.wirelaw].'
    return "\n".join([*lines, "", f"Fix: {check.fix}", "", silence, ""])


def of_finding(finding: Finding, check: Check | None, root: Path, *, tolerated: bool) -> str:
    """Explain one drift, with the sources of both sides."""
    lines = [finding.line, ""]
    if check is not None:
        lines += [check.meaning, ""]
    for text, clause in ((finding.pointer, finding.found), (finding.source, finding.expected)):
        place = Place.parse(text)
        if place is not None:
            lines += [f"{text} {clause}", *_quote(root, place), ""]
    lines += [f"Fix: {finding.fix}", ""]
    names = ", ".join(f'"{name}"' for name in finding.names)
    if tolerated:
        lines += [f"The baseline tolerates it: {finding.id} of {names}."]
    else:
        lines += [
            "Silence it with `wirelaw baseline write`, which adds all that is new, or with this entry:",
            "",
            *("[[drift]]", f'id = "{finding.id}"', f'check = "{finding.code}"'),
            *(f"names = [{names}]", 'why = "…"'),
        ]
    return "\n".join([*lines, ""])


def find(outcome: Outcome, name: str) -> list[tuple[Finding, bool]]:
    """Return the findings whose id starts with a name, and whether the baseline tolerates each."""
    pairs = [
        *((one, False) for one in outcome.findings),
        *((one, True) for one in outcome.tolerated),
    ]
    return [(one, tolerated) for one, tolerated in pairs if one.id.startswith(name)]


def not_found(name: str, checks: Sequence[Check], unseen: Sequence[Unseen]) -> str:
    """Say that nothing has this id or code."""
    codes = ", ".join(check.code for check in checks)
    why = f" ({len(unseen)} not looked at)" if unseen else ""
    return f"no drift has the id {name} now{why}, and no check this code; the checks are {codes}"


def _quote(root: Path, place: Place) -> Iterator[str]:
    try:
        text = (root / place.path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    first = max(1, place.line - AROUND)
    for number in range(first, min(len(text), place.line + AROUND) + 1):
        mark = ">" if number == place.line else " "
        yield f"  {mark} {number:5} | {text[number - 1][:160]}"
