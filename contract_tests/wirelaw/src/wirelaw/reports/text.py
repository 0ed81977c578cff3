"""One line a drift, then what could not be looked at, then what a reader should know."""

from wirelaw.outcome import Outcome


def render(outcome: Outcome) -> str:
    """Write the report for a terminal."""
    lines = [finding.line for finding in outcome.findings]
    lines += [str(unseen) for unseen in outcome.unseen]
    lines += [f"note: {note}" for note in outcome.notes]
    return "\n".join([*lines, outcome.summary, ""])
