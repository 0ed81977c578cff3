"""Annotations of GitHub Actions: workflow commands that the runner shows beside the lines of a change."""

from wirelaw.finding import Finding, Place
from wirelaw.outcome import Outcome


def render(outcome: Outcome) -> str:
    """Write one command a drift, and one for each thing that could not be looked at."""
    lines = [_error(finding, outcome.base) for finding in outcome.findings]
    for unseen in outcome.unseen:
        place = Place.parse(unseen.subject)
        where = _where(place, outcome.base) if place else ""
        lines.append(f"::warning {where}title=wirelaw could not look::{_data(str(unseen))}")
    lines += [f"::notice title=wirelaw::{_data(note)}" for note in outcome.notes]
    return "\n".join([*lines, outcome.summary, ""])


def _error(finding: Finding, base: str) -> str:
    place = Place.parse(finding.pointer)
    where = _where(place, base) if place else ""
    title = _property(f"wirelaw: {finding.code}")
    return f"::error {where}title={title}::{_data(finding.line)}"


def _where(place: Place, base: str) -> str:
    return f"file={_property(base + place.path)},line={place.line},"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
