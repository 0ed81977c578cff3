"""Reads the tables of `docs/wire.md`; nothing here reads the code of the service or `openapi.json`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from contract_tests.repository import ROOT
from wirelaw.contract.document import Node

FILE = ROOT / "docs" / "wire.md"
Row = list[str]
Schemas = dict[str, Node | None]  #: None for a field whose schema no table states

TYPES: dict[str, Node] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "time": {"type": "string", "format": "date-time", "pattern": "Z$"},
}
RANGE = re.compile(r"(above )?(-?[\d.]+),? to (below )?(-?[\d.]+)")
ARRAY = re.compile(r"(\d+) to (\d+), distinct, each (.+)")
NUMBER = re.compile(r"(number|integer), (.+)")
ONE_JOB, ALL_JOBS, LOG, BOTH = "one job", "all jobs", "log", "both"


@dataclass(frozen=True)
class Operation:
    """One row of the table of operations."""

    successes: tuple[str, ...]  #: statuses
    codes: tuple[str, ...]  #: of errors, those of every operation first


@dataclass(frozen=True)
class Event:
    """One row of the table of events."""

    streams: frozenset[str]
    statuses: tuple[str, ...]  #: that the record may have
    is_logged: bool
    is_terminal: bool

    @property
    def has_record(self) -> bool:
        """Whether its data is a record: of those that are not logged, only the end of a stream has one."""
        return bool(self.statuses) and (self.is_logged or {ONE_JOB, LOG} == self.streams)


class WirePage:
    """The statements of the tables of a page.

    Raises:
        ValueError: a cell cannot be read.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tables = tables(text)

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table, which is named by the head of its first column."""
        if name not in self.tables:
            raise ValueError(f"docs/wire.md has no table that begins with the column {name!r}")
        return self.tables[name]

    @cached_property
    def codes(self) -> dict[str, int]:
        """The status of each error code."""
        return {names(code)[0]: int(status) for code, status, _ in self.rows("code")}

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """The operations by method and path."""
        (_, everywhere), (_, submission) = self.rows("shared errors")
        found = {}
        for name, successes, errors in self.rows("operation"):
            shared = submission if errors.startswith("those of a submission") else ""
            codes = names(f"{everywhere} {shared} {errors}")
            unknown = set(codes) - set(self.codes)
            if unknown:
                raise ValueError(f"docs/wire.md: {name} has codes without a row: {sorted(unknown)}")
            found[names(name)[0]] = Operation(tuple(successes.split(", ")), tuple(codes))
        return found

    def parameters(self, operation: str) -> dict[str, Node]:
        """Return the schemas of an operation's parameters outside the path."""
        return {
            parameter.lower().replace("`", "").replace(" ", ":"): self._field(bounds, default)
            for parameter, of, default, bounds, _ in self.rows("parameter")
            if any(_covers(name, operation) for name in names(of))
        }

    @cached_property
    def statuses(self) -> list[str]:
        """The statuses of a job, in order."""
        return [names(name)[0] for name, _ in self.rows("status")]

    @cached_property
    def job_types(self) -> dict[str, str]:
        """The schema of the parameters of each job type."""
        return {names(kind)[0]: names(request)[0] for kind, request in self.rows("job type")}

    def request(self, name: str) -> dict[str, Node]:
        """Return the schemas of the fields of a request."""
        return {
            names(field)[0]: self._field(bounds, default)
            for field, default, bounds, _ in self.rows(name)
        }

    @cached_property
    def record(self) -> Schemas:
        """The fields of a job's record."""
        return self._fields("field of a record")

    def record_of(self, kind: str) -> Schemas:
        """The fields of the record of a job of this type."""
        further = {
            names(field)[0]: self._schema(text)
            for field, text, kinds, _ in self.rows("further field of a record")
            if kind in names(kinds)
        }
        return {**self.record, **further}

    @cached_property
    def meta(self) -> Schemas:
        """The fields of an envelope's `meta`."""
        return self._fields("field of `meta`")

    @cached_property
    def log_line(self) -> Schemas:
        """The fields of a line of a log."""
        return self._fields("field of a log line")

    @cached_property
    def levels(self) -> list[str]:
        """The levels of lines, in order."""
        return [names(name)[0] for name, _ in self.rows("log level")]

    @cached_property
    def events(self) -> dict[str, Event]:
        """The events of the streams, in order."""
        return {
            names(name)[0]: Event(
                frozenset(streams.replace(BOTH, f"{ONE_JOB}, {ALL_JOBS}").split(", ")),
                tuple(names(statuses)),
                is_logged=logged.startswith("yes"),
                is_terminal=logged == "yes: the job ends",
            )
            for name, streams, statuses, logged in self.rows("event")
        }

    def stream(self, which: str) -> Node:
        """Return the values of `x-sse` for one job, for all jobs or for a log."""
        column = (ONE_JOB, ALL_JOBS, LOG).index(which) + 1
        values: Node = {}
        for row in self.rows("`x-sse`"):
            name, _, member = row[0].partition(".")
            if row[column]:
                value = _value(row[column])
                values[name] = {**values.get(name, {}), member: value} if member else value
        return values

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics of a backtest."""
        return tuple(names(name)[0] for name, _ in self.rows("metric"))

    def _fields(self, table: str) -> Schemas:
        return {
            names(field)[0]: self._schema(text) if text else None
            for field, text, _ in self.rows(table)
        }

    def _field(self, bounds: str, default: str) -> Node:
        bounds, _, condition = bounds.partition("only when ")
        value = _value(default)
        if isinstance(value, bool):
            schema = self._schema("boolean")
        elif bounds:
            schema = self._schema(bounds, "number" if "." in default else "integer")
        else:
            schema = self._schema("string")
        schema = _or_null(schema) if value is None else schema
        return {**schema, "default": value, **_only_when(condition)}

    def _schema(self, text: str, number: str = "integer") -> Node:
        """Read a type with its bounds; `number` is the type of bounds that do not name one."""
        if text.endswith(" or null"):
            return _or_null(self._schema(text.removesuffix(" or null")))
        if text.startswith("list of "):
            return {"type": "array", "items": self._schema(text.removeprefix("list of "))}
        if text in {"job status", "job type", "log level"}:
            words = {"job status": self.statuses, "log level": self.levels}
            return {"type": "string", "enum": words.get(text) or list(self.job_types)}
        if text in TYPES:
            return TYPES[text]
        if match := ARRAY.fullmatch(text):
            low, high, item = match.groups()
            sizes = {"minItems": int(low), "maxItems": int(high), "uniqueItems": True}
            return {"type": "array", **sizes, "items": self._schema(item)}
        match = NUMBER.fullmatch(text)
        return _bounded(match[2], match[1]) if match else _bounded(text, number)


def _only_when(text: str) -> Node:
    """Read on which values of other fields a field depends."""
    schemas: Node = {}
    for condition in filter(None, text.split(" and ")):
        name, _, value = condition.partition(" is ")
        schemas[names(name)[0]] = {"type": "null"} if value == "null" else {"const": _value(value)}
    return {"x-only-when": schemas} if schemas else {}


def _bounded(text: str, number: str) -> Node:
    if match := RANGE.fullmatch(text):
        above, low, below, high = match.groups()
        least = "exclusiveMinimum" if above else "minimum"
        most = "exclusiveMaximum" if below else "maximum"
        return {"type": number, least: json.loads(low), most: json.loads(high)}
    if match := re.fullmatch(r"at least (\d+)", text):
        return {"type": number, "minimum": int(match[1])}
    if match := re.fullmatch(r"at most (\d+) characters", text):
        return {"type": "string", "maxLength": int(match[1])}
    if re.fullmatch(r"`\^[^`]+\$`", text):
        return {"type": "string", "pattern": text.strip("`")}
    if re.fullmatch(r"`\w+`(, `\w+`)*", text):
        return {"type": "string", "enum": names(text)}
    raise ValueError(f"docs/wire.md: {text!r} is not written as the other bounds are")


def _or_null(schema: Node) -> Node:
    return {"anyOf": [schema, {"type": "null"}]}


def _value(text: str) -> Any:
    """Read a value of a cell: text in backticks, JSON, a list of both, or a sentence."""
    if re.fullmatch(r"`[^`]+`", text):
        return text.strip("`")
    try:
        return json.loads(text.replace("`", '"'))
    except ValueError:
        return text


def _covers(name: str, operation: str) -> bool:
    return operation == name or (name.endswith("…") and operation.startswith(name[:-1]))


def tables(text: str) -> dict[str, list[Row]]:
    """Read the tables of a page, each by the head of its first column or by the schema named above it."""
    return dict(_tables(text))


def _tables(text: str) -> Iterator[tuple[str, list[Row]]]:
    above = ""
    for block in text.split("\n\n"):
        if block.startswith("|"):
            head, _, *rows = [
                [cell.strip() for cell in line.split("|")[1:-1]] for line in block.splitlines()
            ]
            yield (above.strip("`") if re.fullmatch(r"`\w+`", above) else head[0]), rows
        above = block.strip()


def names(text: str) -> list[str]:
    """Return the texts in backticks."""
    return re.findall(r"`([^`]+)`", text)


@cache
def wire_page() -> WirePage:
    """Read the page of this repository."""
    return WirePage(FILE.read_text(encoding="utf-8"))
