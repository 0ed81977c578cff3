"""The baseline: drifts that a repository tolerates, by check and by the names that they are about, never by lines."""

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from wirelaw.finding import Finding
from wirelaw.repository import Check

FILE = "wirelaw-baseline.toml"
HEADER = (
    "# Drifts that `wirelaw check` tolerates, by check and names. `why` is for readers; after `until`, a date, an entry\n"
    "# counts as a drift. Written by `wirelaw baseline write`; an entry that fits nothing fails the check.\n"
)
#: what the baseline itself reports; nothing runs for it
RULES = (
    Check(
        "baseline-stale",
        0,
        "The baseline tolerates a drift that is no longer there, so it would hide the same drift later.",
        "delete the entry, or run `wirelaw baseline prune`",
        lambda _: iter(()),
    ),
    Check(
        "baseline-expired",
        0,
        "The baseline tolerated a drift until a day that has passed.",
        "fix the drift, or set a later day in `until`",
        lambda _: iter(()),
    ),
)
_STALE, _EXPIRED = RULES
_ID = re.compile(r'^\s*id\s*=\s*"(\w+)"', re.MULTILINE)


class BaselineError(ValueError):
    """The baseline cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True)
class Entry:
    """One drift that is tolerated."""

    id: str
    check: str
    names: tuple[str, ...]
    why: str = ""
    since: date | None = None
    until: date | None = None  #: the last day
    line: int = 0  #: in the file

    @classmethod
    def of(cls, finding: Finding, since: date, why: str = "", until: date | None = None) -> "Entry":
        """Tolerate a finding."""
        return cls(finding.id, finding.code, finding.names, why, since, until)


@dataclass(frozen=True)
class Compared:
    """Findings beside a baseline."""

    new: tuple[Finding, ...]  #: with what the baseline itself reports
    tolerated: tuple[Finding, ...]
    stale: tuple[Entry, ...]


@dataclass(frozen=True)
class Baseline:
    """The entries of one file."""

    entries: tuple[Entry, ...] = ()
    name: str = FILE
    today: date = date.min  #: entries expire by it

    @classmethod
    def read(cls, path: Path, today: date, name: str = FILE) -> "Baseline":
        """Read a file; one that does not exist is empty. `name` is how findings show it.

        Raises:
            BaselineError: it is not TOML, or an entry lacks a field or has a wrong one.
        """
        if not path.exists():
            return cls((), name, today)
        try:
            text = path.read_text(encoding="utf-8")
            table = tomllib.loads(text)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BaselineError(f"{name} cannot be read: {error}") from None
        if unknown := table.keys() - {"drift"}:
            raise BaselineError(f"{name} has the unknown key {min(unknown)}; it has [[drift]] only")
        lines = {match[1]: text.count("\n", 0, match.start(1)) + 1 for match in _ID.finditer(text)}
        rows = table.get("drift", [])
        return cls(tuple(_entry(row, lines, name) for row in rows), name, today)

    def compare(
        self, findings: Iterable[Finding], checks: Collection[str], *, complete: bool
    ) -> Compared:
        """Split findings into new and tolerated ones.

        An entry is stale if its check ran and did not find it; that is only known where the look was complete.
        """
        entries = {entry.id: entry for entry in self.entries}
        new: list[Finding] = []
        tolerated: list[Finding] = []
        seen: set[str] = set()
        for finding in findings:
            entry = entries.get(finding.id)
            if entry is not None:
                seen.add(entry.id)
            if entry is None:
                new.append(finding)
            elif entry.until is not None and entry.until < self.today:
                new.append(self._expired(entry, finding))
            else:
                tolerated.append(finding)
        stale = [
            entry
            for entry in self.entries
            if complete and entry.check in checks and entry.id not in seen
        ]
        new += [self._stale(entry) for entry in stale]
        return Compared(tuple(new), tuple(tolerated), tuple(stale))

    def with_findings(
        self, findings: Sequence[Finding], why: str, until: date | None
    ) -> "Baseline":
        """Tolerate findings too; what is written of a drift already stays, unless it has expired."""
        kept = {entry.id: entry for entry in self.entries}
        for finding in findings:
            entry = kept.get(finding.id)
            if entry is None:
                kept[finding.id] = Entry.of(finding, self.today, why, until)
            elif entry.until is not None and entry.until < self.today:
                kept[finding.id] = replace(entry, until=until, why=why or entry.why)
        return replace(self, entries=tuple(kept.values()))

    def without(self, entries: Collection[Entry]) -> "Baseline":
        """Leave out entries."""
        return replace(self, entries=tuple(one for one in self.entries if one not in entries))

    def write(self, path: Path) -> None:
        """Write the file, sorted; without entries it is deleted."""
        if not self.entries:
            path.unlink(missing_ok=True)
            return
        ordered = sorted(self.entries, key=lambda one: (one.check, one.names))
        blocks = ("\n".join(_rows(entry)) for entry in ordered)
        path.write_text(HEADER + "".join(f"\n{one}\n" for one in blocks), encoding="utf-8")

    def _expired(self, entry: Entry, finding: Finding) -> Finding:
        found = f"tolerates until {entry.until}: {finding.found}"
        return Finding(
            finding.part,
            f"{self.name}:{entry.line}",
            _EXPIRED.code,
            finding.expected,
            found,
            _EXPIRED.fix,
            source=finding.pointer,
            key=(entry.check, *entry.names),
        )

    def _stale(self, entry: Entry) -> Finding:
        names = ", ".join(entry.names)
        return Finding(
            "sources",
            f"{self.name}:{entry.line}",
            _STALE.code,
            "no such drift is found",
            f"tolerates {entry.check} of {names}",
            _STALE.fix,
            key=(entry.check, *entry.names),
        )


def _entry(row: Any, lines: dict[str, int], name: str) -> Entry:
    try:
        entry = Entry(**{**row, "names": tuple(row["names"])})
    except (TypeError, KeyError):
        fields = "id, check, names, and perhaps why, since and until"
        raise BaselineError(f"{name}: an entry has {fields}, and not {row}") from None
    for field in ("since", "until"):
        value = getattr(entry, field)
        if value is not None and type(value) is not date:
            raise BaselineError(f"{name}: {field} of {entry.id} must be a day, such as 2027-01-31")
    return replace(entry, line=lines.get(entry.id, 1))


def _rows(entry: Entry) -> Iterator[str]:
    yield "[[drift]]"
    # JSON's strings and lists of strings are TOML's too
    yield f"id = {_text(entry.id)}"
    yield f"check = {_text(entry.check)}"
    yield f"names = [{', '.join(map(_text, entry.names))}]"
    yield f"why = {_text(entry.why)}"
    for name, day in (("since", entry.since), ("until", entry.until)):
        if day is not None:
            yield f"{name} = {day.isoformat()}"


def _text(value: str) -> str:
    # all escapes of JSON are escapes of TOML; DEL must be escaped in TOML alone
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
