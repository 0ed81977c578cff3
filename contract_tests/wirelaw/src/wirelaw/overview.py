"""What `wirelaw map` shows: the sections that the packages register, as text, Markdown or JSON."""

import json
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wirelaw.finding import Place, Unseen
from wirelaw.repository import Repository

#: rows of a section, unless all are requested
MAX_ROWS = 20


@dataclass(frozen=True, order=True)
class Row:
    """One thing that crosses the wire, or one that is not understood."""

    place: Place | None
    text: str


@dataclass(frozen=True)
class Part:
    """What a section found."""

    summary: str  #: with counts, such as "48 operations; 3 of 48 answers are typed"
    rows: Sequence[Row] = ()
    not_understood: Sequence[Row] = ()  #: each with the reason


@dataclass(frozen=True)
class Section:
    """One kind of thing that crosses the wire."""

    title: str  #: such as "Operations"
    read: Callable[[Repository], Part]


@dataclass(frozen=True)
class Overview:
    """All sections of one repository."""

    parts: tuple[tuple[str, Part], ...]
    unseen: tuple[Unseen, ...]
    notes: tuple[str, ...]


def survey(repository: Repository, sections: Sequence[Section]) -> Overview:
    """Read all sections. One that breaks is listed, and the others are shown."""
    repository.read(0)
    parts: list[tuple[str, Part]] = []
    for section in sections:
        try:
            parts.append((section.title, section.read(repository)))
        except Exception as error:  # noqa: BLE001 - sources of any kind go in, and the other sections still count
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            reason = f"a fault of wirelaw in {place}: {type(error).__name__}: {error}"
            repository.unseen.append(Unseen(f"the section {section.title}", reason))
    unseen = tuple(sorted(set(repository.unseen)))
    return Overview(tuple(parts), unseen, tuple(dict.fromkeys(repository.notes)))


def as_text(overview: Overview, *, whole: bool) -> str:
    """Write the sections for a terminal: counts first, then places."""
    lines = [f"{title + ':':14}{part.summary}" for title, part in overview.parts]
    for title, part in overview.parts:
        for heading, rows in (
            (title, part.rows),
            (f"{title}: not understood", part.not_understood),
        ):
            if rows:
                lines += ["", heading, *(f"  {line}" for line in _lines(rows, whole=whole))]
    ends = [*map(str, overview.unseen), *(f"note: {note}" for note in overview.notes)]
    return "\n".join([*lines, *([""] if ends else []), *ends, ""])


def as_markdown(overview: Overview, *, whole: bool) -> str:
    """Write the sections for a comment or a page."""
    lines = ["| on the wire | |", "| --- | --- |"]
    lines += [f"| {title} | {part.summary} |" for title, part in overview.parts]
    for title, part in overview.parts:
        for heading, rows in (
            (title, part.rows),
            (f"{title}: not understood", part.not_understood),
        ):
            if rows:
                lines += ["", f"### {heading}", ""]
                lines += [f"- {line}" for line in _lines(rows, whole=whole)]
    ends = [*map(str, overview.unseen), *(f"note: {note}" for note in overview.notes)]
    return "\n".join([*lines, *([""] if ends else []), *(f"- {end}" for end in ends), ""])


def as_json(overview: Overview, *, whole: bool) -> str:  # noqa: ARG001 - a program takes all rows
    """Write the sections for a program."""
    document = {
        "version": 1,
        "sections": [
            {
                "title": title,
                "summary": part.summary,
                "rows": [_object(row) for row in sorted(part.rows, key=_order)],
                "not_understood": [_object(row) for row in sorted(part.not_understood, key=_order)],
            }
            for title, part in overview.parts
        ],
        "unseen": [{"subject": one.subject, "reason": one.reason} for one in overview.unseen],
        "notes": list(overview.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}


def _lines(rows: Sequence[Row], *, whole: bool) -> Iterator[str]:
    ordered = sorted(rows, key=_order)
    shown = ordered if whole else ordered[:MAX_ROWS]
    for row in shown:
        yield f"{row.place} {row.text}" if row.place else row.text
    if len(shown) < len(ordered):
        yield f"and {len(ordered) - len(shown)} more; --all shows them"


def _order(row: Row) -> tuple[str, int, str]:
    return (row.place.path, row.place.line, row.text) if row.place else ("", 0, row.text)


def _object(row: Row) -> dict[str, Any]:
    place = {"path": row.place.path, "line": row.place.line} if row.place else {}
    return {**place, "text": row.text}
